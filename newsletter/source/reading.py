"""Reading a file: bytes, text, fixed lines, values; what YAML refuses is said in our words."""

from collections.abc import Callable
from pathlib import Path

import yaml

from newsletter.problems.problem import Fault, in_order
from newsletter.source import faults, text_faults
from newsletter.source.decoding import MAX_BYTES, read_text, with_plain_lines
from newsletter.source.draft import Draft
from newsletter.source.outline import mend_lines
from newsletter.source.source import Source
from newsletter.source.tree import Found, GivenUpError, build_tree

# What libyaml and PyYAML say, and what it means to a writer. The first that occurs counts.
_MEANINGS: tuple[tuple[str, Callable[[], Fault]], ...] = (
    ("escape", text_faults.unexpected_backslash),
    ("scanning a quoted scalar: found unexpected", text_faults.unfinished_quotes),
    ("mapping values are not allowed", text_faults.unexpected_colon),
    ("found unexpected ':'", text_faults.unexpected_colon),
    ("could not find expected ':'", faults.line_without_key),
    ("flow", text_faults.unfinished_brackets),
    ("cannot start any token", text_faults.unexpected_sign),
    ("scanning an alias", text_faults.unexpected_sign),
    ("scanning an anchor", text_faults.unexpected_sign),
    ("tag", text_faults.unexpected_sign),
    ("entries are not allowed", faults.out_of_line),
    ("keys are not allowed", text_faults.unexpected_sign),
    ("parsing a block", faults.out_of_line),
)

# Where the cause is where the library began to read, not where it stopped.
_BEGUN = (text_faults.unfinished_quotes, faults.line_without_key)


def read_source(path: Path) -> Source:
    """Return what the file at `path` says.

    Never raises for what is in the file, or for a file that is missing or closed to us: these are
    problems of the source.
    """
    decoded = read_text(path)
    draft = Draft(path, decoded.text or "")
    if decoded.fault:
        draft.report(decoded.position.line - 1, decoded.position.column - 1, decoded.fault)
    if decoded.text is None:
        return Source(path, "", None, tuple(draft.problems))
    return _read(draft)


def parse_source(text: str, path: Path) -> Source:
    """Return what `text` says, as if it stood in the file at `path`."""
    if len(text) > MAX_BYTES:
        draft = Draft(path, "")
        draft.report(0, 0, faults.too_large())
        return Source(path, "", None, tuple(draft.problems))
    return _read(Draft(path, with_plain_lines(text)))


def _read(draft: Draft) -> Source:
    mend_lines(draft)
    found = _built(draft)
    value, root = found or (None, None)
    problems = tuple(in_order(draft.problems))
    return Source(draft.path, draft.text, value, problems, root, draft.original)


def _built(draft: Draft) -> Found | None:
    try:
        found = build_tree(draft)
    except yaml.YAMLError as error:
        _report_unreadable(draft, error)
        return None
    except GivenUpError:
        return None
    if found is None or found[0] is None:
        if not draft.problems:
            draft.report(0, 0, faults.empty_file())
        return None
    if not isinstance(found[0], dict):
        draft.report(*found[1].start, faults.no_fields())
    return found


def _report_unreadable(draft: Draft, error: yaml.YAMLError) -> None:
    """Report where and why the library stopped."""
    context = getattr(error, "context", None) or ""
    said = f"{context}: {getattr(error, 'problem', None) or ''}"
    meaning = next((each for words, each in _MEANINGS if words in said), faults.unreadable_line)
    mark = getattr(error, "problem_mark", None)
    if meaning in _BEGUN:
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    draft.report(row, column, meaning())
