"""Telephone numbers as they are typed, and as a telephone dials them."""

import re

# Between a landline and a mobile: "01 99 00 00 00 / 06 99 00 00 00", "… ou …".
_BETWEEN = re.compile(r"(\s*[/,;·|]\s*|\s+(?:ou|et|or|and)\s+)")


def dialled(phone: str) -> str:
    """Return the number as a telephone dials it, or "" where `phone` is more than a number."""
    number = re.sub(r"[\s.\-()\u2010\u2011]", "", phone.replace("(0)", ""))
    return number if re.fullmatch(r"\+?\d{3,15}", number) else ""


def telephones(phones: str) -> list[tuple[str, str]]:
    """Return `phones` in pieces, each with the number that it is, or ""."""
    return [(piece, dialled(piece)) for piece in _BETWEEN.split(phones) if piece]
