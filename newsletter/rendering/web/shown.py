"""What of an issue everyone may read: no part for some, no word about who reads."""

import re

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import online_parts
from newsletter.rendering.fingerprint import without_conditions
from newsletter.rendering.merge import change_texts
from newsletter.values.merge_syntax import MERGE_FIELD

# A sentence ends at . ! ? … and a space, but « M. » does not; a paragraph, an entry of a list and a
# row of a table begin a new one.
_BORDER = re.compile(
    r"\n(?=[ \t]*(?:\n|[-*+•>#|][ \t]|\|\S|\d+[.)][ \t]))"
    r"|(?:(?<=[!?…])|(?<=\w\w\.)|(?<=[»”)]\.))\s+"
)


def on_the_web(issue: Issue) -> Issue:
    """Return what of `issue` its page says; a release, as it is once its embargo has ended."""
    parts = online_parts(issue, for_some=issue.web.parts == "all")
    shown = without_conditions(change_texts(parts, _for_everyone))
    if isinstance(shown, PressRelease):
        return shown.model_copy(update={"embargo": None, "note": None})
    return shown


def with_fallbacks(issue: Issue) -> Issue:
    """Return the issue with the words that its merge fields fall back on, as plain text."""
    return change_texts(issue, lambda text: MERGE_FIELD.sub(_fallback, text))


def _fallback(field: re.Match[str]) -> str:
    return (field["fallback"] or "").strip()


def _for_everyone(text: str) -> str:
    """Return `text` without the sentences that only a recipient's values complete.

    One that is nothing else, as a title, keeps its other words.
    """
    if not _is_incomplete(text):
        return text
    ends = [border.end() for border in _BORDER.finditer(text)]
    starts = zip([0, *ends], [*ends, len(text)], strict=True)
    sentences = [text[start:end] for start, end in starts]
    kept = "".join(each for each in sentences if not _is_incomplete(each)).strip()
    if re.search(r"\w", kept):
        return kept
    rest = MERGE_FIELD.sub(lambda field: field[0] if _fallback(field) else "", text)
    return re.sub(r"[ \t]+([,.]|$)", r"\1", re.sub(r"[ \t]{2,}", " ", rest)).strip()


def _is_incomplete(sentence: str) -> bool:
    return any(not _fallback(field) for field in MERGE_FIELD.finditer(sentence))
