"""Reading a file: bytes, text, fixed lines, values; what YAML refuses is said in our words."""

from pathlib import Path

import yaml

from newsletter.problems.problem import in_order
from newsletter.source import faults
from newsletter.source.decoding import MAX_BYTES, Decoded, read_text, with_plain_lines
from newsletter.source.draft import Draft
from newsletter.source.outline import mend_lines
from newsletter.source.source import Source
from newsletter.source.tree import Found, GivenUpError, build_tree

# What libyaml and PyYAML say, and what it means to a writer. The first that occurs counts.
_MEANINGS = (
    ("escape", faults.BACKSLASH),
    ("scanning a quoted scalar: found unexpected", faults.UNFINISHED_QUOTES),
    ("mapping values are not allowed", faults.UNEXPECTED_COLON),
    ("found unexpected ':'", faults.UNEXPECTED_COLON),
    ("could not find expected ':'", faults.LINE_WITHOUT_KEY),
    ("flow", faults.UNFINISHED_BRACKETS),
    ("cannot start any token", faults.UNEXPECTED_SIGN),
    ("scanning an alias", faults.UNEXPECTED_SIGN),
    ("scanning an anchor", faults.UNEXPECTED_SIGN),
    ("tag", faults.UNEXPECTED_SIGN),
    ("entries are not allowed", faults.OUT_OF_LINE),
    ("keys are not allowed", faults.UNEXPECTED_SIGN),
    ("parsing a block", faults.OUT_OF_LINE),
)
# Where the cause is where the library began to read, not where it stopped.
_BEGUN = (faults.UNFINISHED_QUOTES, faults.LINE_WITHOUT_KEY)


def read_source(path: Path) -> Source:
    """Return what the file at `path` says; that it is missing or closed is a problem of it."""
    return _read(read_text(path), path)


def parse_source(text: str, path: Path) -> Source:
    """Return what `text` says, as if it stood in the file at `path`."""
    is_small = len(text) <= MAX_BYTES
    too_large = Decoded(None, faults.TOO_LARGE.of())
    return _read(Decoded(with_plain_lines(text)) if is_small else too_large, path)


def _read(decoded: Decoded, path: Path) -> Source:
    draft = Draft(path, decoded.text or "")
    if decoded.fault:
        draft.report(decoded.position.line - 1, decoded.position.column - 1, decoded.fault)
    if decoded.text is None:
        return Source(path, "", None, tuple(draft.problems))
    mend_lines(draft)
    value, root = _built(draft) or (None, None)
    problems = tuple(in_order(draft.problems))
    return Source(path, draft.text, value, problems, root, draft.original)


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
            draft.report(0, 0, faults.EMPTY_FILE.of())
        return None
    if not isinstance(found[0], dict):
        draft.report(*found[1].start, faults.NO_FIELDS.of())
    return found


def _report_unreadable(draft: Draft, error: yaml.YAMLError) -> None:
    """Report where and why the library stopped."""
    said = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or ''}"
    meaning = next((each for words, each in _MEANINGS if words in said), faults.UNREADABLE_LINE)
    mark = getattr(error, "problem_mark", None)
    if meaning in _BEGUN:
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    values = {"typed": "\\"} if meaning is faults.BACKSLASH else {}
    draft.report(row, column, meaning.of(**values))
