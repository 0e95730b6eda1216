"""Reading a file: bytes, text, fixed lines, values."""

from pathlib import Path

import yaml

from newsletter.problems.problem import in_order
from newsletter.source import faults
from newsletter.source.decoding import MAX_BYTES, read_text, with_plain_lines
from newsletter.source.draft import Draft
from newsletter.source.library import report_unreadable
from newsletter.source.outline import mend_lines
from newsletter.source.source import Source
from newsletter.source.tree import Found, GivenUpError, build_tree


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
        report_unreadable(draft, error)
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
