"""How a field refuses what a file says, and the words for keys and shapes that are not as due."""

import itertools
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Loc, Source
from newsletter.source.faults import cut_in_brackets, in_quotes
from newsletter.values.suggestions import did_you_mean, meant_or_choice


@dataclass(frozen=True, slots=True)
class FaultInValue:
    """A fault, and where in a value it is."""

    fault: Fault
    snippet: str = ""  # the very text to point at
    occurrence: int = 0  # which of those, from 0
    within: Loc = ()  # the way to the part of the value that is at fault
    on_key: bool = False  # of that part

    def in_file(self, source: Source, loc: Loc) -> Problem:
        """Return the problem that it is in the value at `loc`."""
        loc = (*loc, *self.within)
        if self.snippet:
            return self.fault.at(source.path, source.find(loc, self.snippet, self.occurrence))
        return self.fault.at(source.path, source.position(loc, key=self.on_key))


class Refused(Exception):  # noqa: N818 - no error of the program: it is caught where it is told
    """A value cannot be read: why, or nothing where its parts have told it."""

    def __init__(self, *faults: Fault | FaultInValue | Problem) -> None:
        super().__init__()
        self.faults = faults


def refusal(rule: str, message: str, hint: str, *, snippet: str = "") -> Refused:
    """Return the error with which a field says the one thing that is wrong with its value."""
    return Refused(FaultInValue(Fault(rule, message, hint), snippet))


def unreadable(value: object) -> Fault:
    """Return the fault of a value that is none of what its field may be."""
    message = _("'{value}' cannot be read here").format(value=value)
    return Fault("shape", message, _("see an example: newsletter new newsletter"))


def keys_are_due(value: object, keys: Sequence[str]) -> Fault:
    """Return the fault of what has not the `keys` that are due; of a mapping, any."""
    message = _("'key: value' lines are needed here, not a text or a list")
    hint = _("on the line below, indented, write a name of your choice and a colon")
    if keys:
        likely = "url" if "://" in str(value) else "kind"
        first = next(each for each in (likely, "kind", *keys) if each in keys)
        text = in_quotes(value) if isinstance(value, str) and first != "kind" else "…"
        hint = _("on the line below, indented, write: {line}").format(line=f"{first}: {text}")
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            hint = _("remove the hyphen: only one is needed here, not a list")
    return Fault("shape", message, hint)


def empty(key: str, hint: str) -> Fault:
    """Return the fault of a key with nothing behind it."""
    return Fault("empty", _("'{key}' is empty").format(key=key), hint)


def missing(key: str) -> Fault:
    """Return the fault of a key that a file must have."""
    message = _("'{key}' is missing").format(key=key)
    # What to decide about an embargo is not obvious: none has to be said.
    start = "none" if key == "embargo" else "…"
    return Fault("missing-key", message, _("add a line: {line}").format(line=f"{key}: {start}"))


def unknown_key(key: str, known: Sequence[str], absent: Container[str] = ()) -> FaultInValue:
    """Return the fault of a key that is none of `known`; `absent` are known to the file."""
    meant = did_you_mean(key, known)
    message = _("unknown key '{key}'").format(key=key)
    hint = meant_or_choice(meant, known)
    if re.search(r"passw|mot.?de.?passe|secret", key, re.IGNORECASE):
        hint = _("delete it, and set NEWSLETTER_SMTP_PASSWORD or NEWSLETTER_MAILBOX_PASSWORD")
    if key in absent and not meant:  # one of the file's own, which stands under another
        hint = _("write '{key}:' at the very left, without any space before it").format(key=key)
    return FaultInValue(Fault("unknown-key", message, hint), on_key=True)


def unknown_kind(kind: str, known: Sequence[str]) -> Fault:
    """Return the fault of a kind that is none of `known`."""
    hint = meant_or_choice(did_you_mean(kind, known), known)
    return Fault("unknown-kind", _("unknown kind '{kind}'").format(kind=kind), hint)


def text_is_due(value: object) -> Fault:
    """Return the fault of a list or of keys where one text stands."""
    if isinstance(value, list):
        hint = _("write a text, or remove it")
        if all(isinstance(each, str) for each in value):
            text = in_quotes(f"[{', '.join(value)}]")
            hint = _("for square brackets in a text, put quotes: {text}").format(text=text)
        return Fault("shape", _("a single text is needed here, not a list"), hint)
    message = _("a single text is needed here, not 'key: value' lines")
    if isinstance(value, dict) and "kind" in value:
        return Fault("shape", message, _("for items, put '- ' before each 'kind:'"))
    return Fault("shape", message, _('for a text with a colon, put quotes: "The fair: programme"'))


def rest_of_text(loc: Sequence[str | int], known: Sequence[str], source: Source) -> Fault | None:
    """Return the fault of the key at `loc`, which is not `known`, if it belongs to a text."""
    # `{alt: A tower, in spring: Kendal}` has no key "in spring".
    *parent, key = loc
    before = itertools.takewhile(lambda each: each != key, source.keys((*parent,)))
    text_key = next((each for each in reversed([*before]) if each in known), "")
    text = source.typed((*parent, text_key), (*parent, key)) if text_key else ""
    is_in_braces = source.typed((*parent,), (*parent,)).startswith("{")
    is_typed_plainly = text[:1] not in {"", "[", "{", '"', "'"}
    has_words = " " in text.split(":")[0].replace(", ", "")
    if not (is_in_braces and is_typed_plainly and has_words) or did_you_mean(str(key), known):
        return None
    return cut_in_brackets(text_key, text, ",")


def is_told(problem: Problem, source: Source) -> bool:
    """Tell whether `source` says it: of a text pasted without indentation, of an open bracket."""
    line = problem.position.line
    if problem.rule == "empty":
        lines = {each.position.line for each in source.problems if each.rule == "indentation"}
        return not lines.isdisjoint((line + 1, line + 2))
    told = (each.position for each in source.problems if each.rule == "unclosed-bracket")
    return problem not in source.problems and problem.position in told
