"""The words of a text without what is not prose: code, addresses, merge fields."""

import re

OPAQUE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: each letter of code, addresses, merge fields
_SIGNS = ("`", "~~~", "](", "://", "www.", "@", "((")
_NO_PROSE = re.compile(
    r"^ {0,3}(?P<fence>`{3}|~{3})[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?P=ticks)"
    r"|(?<=\]\()[^)\s]*"
    r"|(?:https?://|www\.)[^\s)>\]]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\(\([^()]*\)\)",
    re.MULTILINE | re.DOTALL,
)


def prose_of(text: str) -> str:
    """Return `text`, as long as before, with `OPAQUE` for code, addresses and merge fields."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _NO_PROSE.sub(lambda found: re.sub(r"[^\n]", OPAQUE, found[0]), text)
