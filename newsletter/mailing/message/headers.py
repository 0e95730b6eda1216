"""Lines of a mail's head: folded, in ASCII, and never more of them than were meant; addresses too.

Written by hand, because Python's email package breaks what matters here: it encodes the long
address of a List-Unsubscribe (cpython #85725), and Gmail then shows no way to unsubscribe.
"""

import re
from functools import lru_cache

MAX_LINE = 76
# What an encoded word may hold as it is wherever it stands: RFC 2047, 5 (3).
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_ENCODED = [chr(byte) if chr(byte) in _PLAIN else f"={byte:02X}" for byte in range(256)]
_ENCODED[ord(" ")] = "_"
_START, _END = "=?utf-8?q?", "?="
_MAX_WORD = 75  # RFC 2047, 2
_FITS = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
# Control signs, the line and paragraph separators of Unicode, and halves of letters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACES = re.compile("  +")
MAX_HEADER_LINE = 998  # RFC 5322, 2.1.1: without its line break


def one_line(text: str) -> str:
    """Return `text` without signs that could begin a header of their own: as single spaces."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


def text_header(name: str, text: str) -> bytes:
    """Return the line, or folded lines, of a header that says `text`: Subject."""
    said = one_line(text)
    line = f"{name}: {said}"
    fits = not said or (_FITS.fullmatch(said) and "=?" not in said)
    if fits and len(line) <= MAX_LINE:
        return f"{line}\r\n".encode()
    return f"{name}: {_encoded_words(said, indent=len(name) + 2)}\r\n".encode()


def address_header(name: str, address: str, title: str = "") -> bytes:
    """Return a header with one address in ASCII, after the name of whom it belongs to: From."""
    said = one_line(title)
    place = _checked(f"<{address}>")
    if not said:
        return f"{name}: {place}\r\n".encode()
    if len(said) < MAX_LINE / 2 and said.isascii() and "=?" not in said:
        escaped = said.replace("\\", "\\\\").replace('"', '\\"')
        phrase = said if _ATOMS.fullmatch(said) else f'"{escaped}"'
    else:
        phrase = _encoded_words(said, indent=len(name) + 2)
    fold = " " if len(f"{name}: {phrase} {place}") <= MAX_LINE else "\r\n "
    return f"{name}: {phrase}{fold}{place}\r\n".encode()


def exact_header(name: str, value: str) -> bytes:
    """Return a header with its value in one line, however long; `ValueError` if it cannot be."""
    line = f"{name}: {_checked(value)}"
    if len(line) > MAX_HEADER_LINE:
        raise ValueError(line)
    return f"{line}\r\n".encode()


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError(value)
    return value


def _encoded_words(text: str, *, indent: int) -> str:
    """Return `text` as encoded words, each on a line of its own; letters are not cut in two."""
    words: list[str] = []
    current = ""
    width = _MAX_WORD - indent - len(_START) - len(_END)
    for letter in text:
        encoded = "".join(_ENCODED[byte] for byte in letter.encode())
        if len(current) + len(encoded) > width:
            words.append(current)
            current, width = "", _MAX_WORD - len(_START) - len(_END)
        current += encoded
    return "\r\n ".join(f"{_START}{word}{_END}" for word in [*words, current])


def in_ascii(address: str) -> str | None:
    """Return `address` as a server without SMTPUTF8 takes it; None where there is no such form.

    Its domain is then in ASCII; what is before the @ cannot be changed. Few servers take an address
    without such a form (RFC 6531), and none that a relay hands it on to has to.
    """
    return address if address.isascii() else _converted(address)


def domain_of(address: str) -> str:
    """Return what is after the @, in lower case."""
    return address.rpartition("@")[2].lower()


@lru_cache(maxsize=1000)
def _converted(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None
