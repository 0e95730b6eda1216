r"""Merge fields as writers type them: `((first name))` or `((first name | cher adhérent))`.

`\((` stands for the two brackets themselves.
"""

import re
from collections.abc import Collection, Iterator
from itertools import islice

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Source
from newsletter.values.foreign_tags import foreign_tags
from newsletter.values.validation import FaultInValue

# A field ends at the first "))"; it holds no bracket and no line break of its own but one of a
# wrapped line.
MERGE_FIELD = re.compile(r"(?<!\\)\(\((?P<name>[^()|]*)(?:\|(?P<fallback>[^()]*))?\)\)")
ESCAPED_BRACKETS = re.compile(r"\\(?=\(\()")
_OPENING = re.compile(r"(?<!\\)\(\(")


def find_merge_faults(text: str, known: Collection[str]) -> Iterator[FaultInValue]:
    """Yield a fault for each merge field of `text` that is not `known`, or does not end.

    So for each merge tag of another tool.
    """
    seen: dict[str, int] = {}
    for opening in _OPENING.finditer(text):
        field = MERGE_FIELD.match(text, opening.start())
        snippet = field[0] if field else text[opening.start() :].split("\n")[0][:30]
        fault = _fault(field, snippet, known)
        if fault is not None:
            yield FaultInValue(fault, snippet, seen.get(snippet, 0))
        seen[snippet] = seen.get(snippet, 0) + 1
    # A hundred are enough to tell, and a hostile text of 1 MB holds as many as it likes.
    for tag, column in islice(foreign_tags(text, known), 100):
        fault = _foreign(tag[0], column, known)
        yield FaultInValue(fault, tag[0], text.count(tag[0], 0, tag.start()))


def merge_problems(source: Source, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each faulty merge field in the texts of a file."""
    for loc, text in source.texts():
        for fault in find_merge_faults(text, known):
            yield fault.in_file(source, loc)


def misplaced_fields(source: Source, *, allowed: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each merge field of a file that stands outside the fields `allowed`."""
    for loc, text in source.texts():
        field = MERGE_FIELD.search(text)
        if field is not None and loc[0] not in allowed:
            fault = misplaced_field(field[0], allowed)
            yield fault.at(source.path, source.find(loc, field[0]))


def misplaced_field(text: str, allowed: Collection[str]) -> Fault:
    """Return the fault of a merge field where the same is said to everyone."""
    message = _("a press release is the same for everyone: '{text}' cannot be used here")
    hint = _("a merge field can be used in: {fields}").format(fields=", ".join(allowed))
    return Fault("merge-field", message.format(text=text), hint)


def _fault(field: re.Match[str] | None, snippet: str, known: Collection[str]) -> Fault | None:
    literal = _(r"or write \(( for the brackets themselves")
    if field is None:
        message = _("the merge field '{text}' is not closed").format(text=snippet)
        hint = _("end the field with )), {literal}").format(literal=literal)
        return Fault("merge-field", message, hint)
    name = field_name(field["name"])
    if name in known:
        return None
    message = _("there is no merge field '{name}'").format(name=name)
    hint = _("write one of: {known}; {literal}").format(
        known=", ".join(sorted(known)), literal=literal
    )
    return Fault("merge-field", message, hint)


def _foreign(tag: str, column: str, known: Collection[str]) -> Fault:
    message = _("'{tag}' is a merge tag of another tool: readers would see it").format(tag=tag)
    forms = ", ".join(f"(({name}))" for name in sorted(known))
    hint = _("write {field}").format(field=f"(({column}))")
    if not column:
        hint = _("write one of: {known}").format(known=forms or "((email))")
    return Fault("merge-field", message, hint)


def field_name(typed: str) -> str:
    """Return the name of a merge field as the settings know it."""
    return " ".join(typed.split())
