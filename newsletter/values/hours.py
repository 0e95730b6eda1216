"""Hours as English writers type them: `6.30pm`, `00:01 on 9 March 2027`."""

import re

_TWELVE_HOURS = re.compile(
    r"(?<![\w:.])(?P<hour>0?[1-9]|1[0-2])(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b\.?",
    re.IGNORECASE,
)
_NOON = re.compile(r"\b(?:12\s*)?noon\b", re.IGNORECASE)
_POINTED = re.compile(r"\b(\d{1,2})\.(?=\d{2}\b(?!\.))")
_HOUR_FIRST = re.compile(
    r"(?P<hour>(?:\d{1,2}[:.]\d{2}|\d{1,2}(?=\s*[ap]\.?\s?m\b)|(?:12\s*)?noon)(?:\s*[ap]\.?\s?m\b\.?)?)"
    r"\s*,?\s+(?:on\s+)?(?P<day>[^\W_].*\d{4}.*)",
    re.IGNORECASE,
)


def on_the_clock(text: str) -> str:
    """Return `text` with its hours counted to 24: `6.30pm` is `18:30`."""

    def counted(match: re.Match[str]) -> str:
        hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
        return f"{hour:02}:{match['minute'] or '00'}"

    return _POINTED.sub(r"\1:", _NOON.sub("12:00", _TWELVE_HOURS.sub(counted, text)))


def with_day_first(text: str) -> str:
    """Return `text` with the hour that it begins with, as in `00:01 9 March 2027`, at its end."""
    said = _HOUR_FIRST.fullmatch(text)
    return f"{said['day']} {said['hour']}" if said else text
