"""What the program adds itself, quotation marks, © or "Source :", taken out where typed."""

import re
from datetime import date
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from newsletter.values.dates import date_in
from newsletter.values.fields import Text, TextAlone, paragraphs_of

_SPACE = "[ \t\u00a0\u202f]*"  # the no-break and the narrow no-break space too
_QUOTES = {"«": "»", "“": "”", "„": "“”", "‹": "›", "‘": "’", '"': '"'}
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")
_ENCLOSED = re.compile(
    rf"(?P<open>[{''.join(_QUOTES)}]){_SPACE}(?P<inside>.+?){_SPACE}(?P<close>\S){_SPACE}"
    r"(?P<stop>[.!?…]?)",
    re.DOTALL,
)


def without_quotes(text: str) -> str:
    """Return the words that stand in quotation marks as a whole, all of their paragraphs."""
    # « Oui », says she, « et non » is not enclosed, and stays as it is.
    paragraphs = _EMPTY_LINE.split(text.strip())
    first, *others = paragraphs
    if others and first[:1] in _QUOTES and _bare(first) == first:
        # Each paragraph of a long quotation may open anew; the last alone closes.
        anew = re.compile(re.escape(first[0]) + _SPACE)
        whole = "\n\n".join([first, *(anew.sub("", each, count=1) for each in others)])
        if _bare(whole) != whole:
            return _bare(whole)
    return "\n\n".join(map(_bare, paragraphs))


def _bare(text: str) -> str:
    found = _ENCLOSED.fullmatch(text)
    if found is None or found["close"] not in _QUOTES[found["open"]]:
        return text
    inside = found["inside"]
    whole = inside if inside[-1] in ".!?…" else inside + found["stop"]
    return whole if _stays_open(inside, found["open"], found["close"]) else text


def _stays_open(inside: str, opening: str, closing: str) -> bool:
    """Tell whether a quotation is closed nowhere in `inside`."""
    if opening == closing:
        return re.match(r'[^"]*[^"\s(\[«“]"', inside) is None
    signs = re.findall(rf"{opening}|{closing}(?!\w)", inside)  # an apostrophe closes nothing
    return all(accumulate((1 if sign == opening else -1 for sign in signs), initial=1))


def _spoken(value: object) -> str:
    typed = without_quotes(paragraphs_of(value))
    return "\n\n".join(re.sub(r"[ \t\n]+", " ", each) for each in _EMPTY_LINE.split(typed))


def _without(beginning: str) -> AfterValidator:
    """Return what takes off the words that the program begins with, where others follow them."""
    begun = re.compile(rf"\A(?:{beginning}){_SPACE}(?=\S)", re.IGNORECASE)
    return AfterValidator(lambda text: begun.sub("", text))


_OWN_DATELINE = re.compile(
    rf"(?P<opening>[*_(]*)(?P<place>[^\W\d][^\n,–—:*]{{1,40}}?)[*_]*{_SPACE}(?:,|\s[–—-]){_SPACE}"
    rf"(?:le\s|the\s)?{_SPACE}(?P<day>[^\n,–—:*()]{{6,40}}?)[*_]*"
    rf"(?:\)[*_]*{_SPACE}[.–—:-]?|{_SPACE}[–—:]|\.?\s-|\.|(?=\n))[*_]*\s+(?=\S)",
    re.IGNORECASE,
)


def own_dateline(lead: str, year: int) -> tuple[str, date, str] | None:
    """Return place and day that a lead begins with, and what follows; a day may lack its `year`."""
    found = _OWN_DATELINE.match(lead)
    if found is None:
        return None
    days = (date_in(found["day"]), date_in(f"{found['day']} {year}"))
    day = next((each for each in days if isinstance(each, date)), None)
    return (found["place"], day, lead[found.end() :]) if day else None


Spoken = Annotated[str, BeforeValidator(_spoken), WithJsonSchema({"type": ["string", "number"]})]
"""Somebody's words, in paragraphs, without the quotation marks around them."""
SpokenList = Annotated[tuple[Spoken, ...], TextAlone(lambda text, _info: [text])]
Credit = Annotated[
    Text,
    _without(
        rf"(?:(?:cr[ée]dits?|photos?|visuels?|images?|pictures?|copyright)(?:\sphotos?)?{_SPACE}"
        rf"(?::|(?=©|\(c\))){_SPACE})?(?:(?:©|\(c\)|copyright\s){_SPACE})*"
    ),
]
Author = Annotated[Text, _without(r"[—–-](?=\s)")]
SourceTitle = Annotated[Text, _without(rf"sources?{_SPACE}:")]
Replaced = Annotated[
    Text,
    _without(rf"correction{_SPACE}:"),
    _without(rf"(?:annule et remplace|(?:cancels and )?replaces)\b{_SPACE}:?"),
]
Interviewer = Annotated[Text, _without(r"(?:propos recueillis par|interview by)\b")]
Headline = Annotated[
    Text, _without(rf"(?:communiqué(?: de presse)?|press release){_SPACE}(?::|\s?[|–—-]\s)")
]
