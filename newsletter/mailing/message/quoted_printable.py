"""Text as quoted-printable (RFC 2045, 6.7), in segments that can be joined in any order.

Every segment begins at the beginning of a line and ends with a line break, mostly a soft one, which
readers take away. So a value needs not know how long its neighbours are; no line is longer than 76
signs, and none begins with a dot, which SMTP would have to double (RFC 5321, 4.5.2).
"""

import re

MAX_LINE = 76
SOFT_BREAK = b"=\r\n"
_LAST_WIDTH = MAX_LINE - 1  # the "=" of the soft break takes one

# What may stand as it is, but for spaces and tabs at the end of a line.
_AS_IT_IS = frozenset([9, *range(32, 61), *range(62, 127)])
_SIGNS = tuple(chr(byte) if byte in _AS_IT_IS else f"={byte:02X}" for byte in range(256))
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# Most values of a members file: one short line of plain letters.
_SIMPLE = re.compile(r"[A-Za-z0-9 @/:;,_'()&#%+!?*-][A-Za-z0-9 .@/:;,_'()&#%+!?*-]{0,73}")


def encode_segment(text: str) -> bytes:
    """Return `text` as lines of quoted-printable that end with a soft break; "" stays empty."""
    if _SIMPLE.fullmatch(text):
        return text.encode() + SOFT_BREAK
    if not text:
        return b""
    # The last line goes on in the next segment; those before it end as they do in the text.
    *ended, last = _LINE_BREAK.split(text)
    lines = [f"{_wrapped(line)}\r\n" for line in ended]
    if last:
        lines.append(f"{_wrapped(last)}=\r\n")
    return "".join(lines).encode("ascii")


def _wrapped(line: str) -> str:
    """Return one line as lines of at most 75 signs, parted by soft breaks; none begins with "."."""
    signs = [_SIGNS[byte] for byte in line.encode()]
    if signs and signs[-1] in " \t":
        signs[-1] = f"={ord(signs[-1]):02X}"  # relays cut spaces at the end of a line off
    whole = "".join(signs)
    if len(whole) <= _LAST_WIDTH - 2:
        return f"=2E{whole[1:]}" if whole.startswith(".") else whole
    lines: list[str] = []
    current = ""
    for sign in signs:
        if len(current) + len(sign) > _LAST_WIDTH:
            lines.append(current)
            current = ""
        current += "=2E" if sign == "." and not current else sign
    return "=\r\n".join([*lines, current])
