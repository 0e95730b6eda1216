"""Markdown fields: a text in place, or the name of a file that holds it."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from newsletter.i18n import _
from newsletter.problems.problem import Position, Problem
from newsletter.source.source import with_plain_lines
from newsletter.values.fields import (
    FILE_SCHEMA,
    TEXT_SCHEMA,
    context_of,
    inside_workspace,
    paragraphs_of,
)
from newsletter.values.markdown_faults import find_markdown_faults
from newsletter.values.merge_syntax import find_merge_faults
from newsletter.values.validation import FaultInValue, refusal, refuse, text_is_due

MAX_TEXT_BYTES = 1024 * 1024  # as much as an issue file itself may hold


def _markdown(value: object, info: ValidationInfo) -> str:
    if isinstance(value, dict):
        return text_from_file(value, info)
    text = paragraphs_of(value)
    faults = find_markdown_faults(text)
    if faults and not context_of(info).takes_broken_markdown:
        raise refuse(*faults)
    return text


def text_from_file(value: dict[str, object], info: ValidationInfo) -> str:
    """Return the Markdown of the file that `{file: …}` names; refuse what is wrong with it."""
    name = value.get("file")
    if set(value) != {"file"} or not isinstance(name, str):
        raise refuse(text_is_due(value))
    context = context_of(info)
    # An issue outside the workspace has its texts beside it, as any other.
    is_inside = context.folder.is_relative_to(context.workspace.resolve())
    root = context.workspace if is_inside else context.folder
    path = inside_workspace(name, context.folder, root)
    text = _read_text(path, name)
    faults = [*find_merge_faults(text, context.merge_fields)]
    if not context.takes_broken_markdown:
        faults = [*find_markdown_faults(text), *faults]
    if faults:
        raise refuse(*(_placed(fault, path, text) for fault in faults))
    return text


def _read_text(path: Path, name: str) -> str:
    encoded = path.read_bytes()
    problem = ""
    if len(encoded) > MAX_TEXT_BYTES:
        problem = _("'{name}' is larger than 1 MB")
    elif b"\0" in encoded:
        problem = _("'{name}' is not a text file")
    elif not encoded.strip():
        problem = _("'{name}' is empty")
    if problem:
        hint = _("write the text in the field, or in a .md or .txt file")
        raise refusal("text-file", problem.format(name=name), hint, snippet=name)
    try:
        return with_plain_lines(encoded.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = _("'{name}' is not saved as UTF-8").format(name=name)
        hint = _("save it again with the encoding UTF-8")
        raise refusal("text-file", message, hint, snippet=name) from error


def _placed(found: FaultInValue, path: Path, text: str) -> Problem:
    """Return the problem that a fault is in the text file that it was found in."""
    offset = -1
    for _time in range(found.occurrence + 1):
        offset = text.find(found.snippet, offset + 1)
    return found.fault.at(path, Position.at(text, max(offset, 0)))


Markdown = Annotated[
    str, BeforeValidator(_markdown), WithJsonSchema({"anyOf": [TEXT_SCHEMA, FILE_SCHEMA]})
]
