"""Texts: Markdown in place or in a file; words without what the program adds to them itself."""

import re
from datetime import date
from itertools import accumulate
from typing import Annotated

from newsletter.i18n import _
from newsletter.problems.problem import Position
from newsletter.source import faults
from newsletter.source.lines import REFUSED
from newsletter.source.source import read_text, text_source
from newsletter.values.dates import date_in
from newsletter.values.markdown_faults import find_markdown_faults
from newsletter.values.merge_syntax import find_merge_faults
from newsletter.values.model import Schema
from newsletter.values.reading import (
    FaultInValue,
    Here,
    Mark,
    Refused,
    after,
    before,
    before_here,
    empty,
    refusal,
    text_is_due,
)
from newsletter.values.types import (
    FILE_SCHEMA,
    TEXT_SCHEMA,
    Short,
    Text,
    inside_workspace,
    paragraphs_of,
)

_SPACE = "[ \t\u00a0\u202f]*"  # the no-break and the narrow no-break space too
_QUOTES = {"«": "»", "“": "”", "„": "“”", "‹": "›", "‘": "’", '"': '"'}
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")
_ENCLOSED = re.compile(
    rf"(?P<open>[{''.join(_QUOTES)}]){_SPACE}(?P<inside>.+?){_SPACE}(?P<close>\S){_SPACE}"
    r"(?P<stop>[.!?…]?)",
    re.DOTALL,
)
_OWN_DATELINE = re.compile(
    rf"(?P<opening>[*_(]*)(?P<place>[^\W\d][^\n,–—:*]{{1,40}}?)[*_]*{_SPACE}(?:,|\s[–—-]){_SPACE}"
    rf"(?:le\s|the\s)?{_SPACE}(?P<day>[^\n,–—:*()]{{6,40}}?)[*_]*"
    rf"(?:\)[*_]*{_SPACE}[.–—:-]?|{_SPACE}[–—:]|\.?\s-|\.|(?=\n))[*_]*\s+(?=\S)",
    re.IGNORECASE,
)


def _markdown(value: object, here: Here) -> str:
    if isinstance(value, dict):
        return text_from_file(value, here)
    text = paragraphs_of(value)
    if re.fullmatch(r"\S+\.(?:md|txt|docx?|odt|rtf)\s*", text):
        message = _("'{name}' is the name of a file, not a text")
        hint = _("write {{file: {name}}} for the text in it").format(name=text.strip())
        raise refusal("text-file", message.format(name=text.strip()), hint)
    here.tell(*find_markdown_faults(text))  # and it is shown as it is typed
    return text


def text_from_file(value: dict[str, object], here: Here) -> str:
    """Return the Markdown of the file that `{file: …}` names; refuse what is wrong with it."""
    name = value.get("file")
    if set(value) != {"file"} or not isinstance(name, str):
        raise Refused(text_is_due(value))
    context = here.context
    # An issue outside the workspace has its texts beside it, as any other.
    is_inside = context.folder.is_relative_to(context.workspace.resolve())
    root = context.workspace if is_inside else context.folder
    path = inside_workspace(name, context.folder, root)
    text, fault, position = read_text(path)
    if text is None or fault:
        raise Refused((fault or faults.NOT_TEXT.of()).at(path, position))
    if not text.strip():
        raise Refused(FaultInValue(empty(name, _("write a text, or remove it")), name))
    if sign := REFUSED.search(text):
        before = faults.shown(text[: sign.start()].split("\n")[-1][-20:])
        at = Position.at(text, sign.start())
        raise Refused(faults.stray_character(sign[0], before).at(path, at))
    source = text_source(path, text)
    for found in (*find_markdown_faults(text), *find_merge_faults(text, context.merge_fields)):
        here.tell(found.in_file(source, ()))
    return text


Markdown = Annotated[str, before_here(_markdown), Schema({"anyOf": [TEXT_SCHEMA, FILE_SCHEMA]})]


def without_quotes(text: str) -> str:
    """Return the words that stand in quotation marks as a whole, all of their paragraphs."""
    # « Oui », says she, « et non » is not enclosed, and stays as it is.
    for pair in ("«»", "“”", "‹›"):
        if len(alone := re.findall(f"[{pair}]", text)) == 1:  # its fellow was forgotten
            text = text.strip(f"{alone[0]} \t\n\u00a0\u202f")
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


def _without(beginning: str) -> Mark:
    """Return what takes off the words that the program begins with, where others follow them."""
    begun = re.compile(rf"\A(?:{beginning}){_SPACE}(?=\S)", re.IGNORECASE)
    return after(lambda text: begun.sub("", text))


def own_dateline(lead: str, year: int) -> tuple[str, date, str] | None:
    """Return place and day that a lead begins with, and what follows; a day may lack its `year`."""
    found = _OWN_DATELINE.match(lead)
    if found is None:
        return None
    days = (date_in(found["day"]), date_in(f"{found['day']} {year}"))
    day = next((each for each in days if isinstance(each, date)), None)
    return (found["place"], day, lead[found.end() :]) if day else None


Spoken = Annotated[str, before(_spoken), Schema(TEXT_SCHEMA)]
"""Somebody's words, in paragraphs, without the quotation marks around them."""
SpokenList = Annotated[tuple[Spoken, ...], Short(lambda text, _here: [text])]
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
