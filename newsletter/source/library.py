"""What the YAML library cannot read, in our words: its own never reach a writer."""

from collections.abc import Callable

import yaml

from newsletter.problems.problem import Fault
from newsletter.source import faults, text_faults
from newsletter.source.draft import Draft

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


def report_unreadable(draft: Draft, error: yaml.YAMLError) -> None:
    """Report where and why the library stopped."""
    context = getattr(error, "context", None) or ""
    said = f"{context}: {getattr(error, 'problem', None) or ''}"
    meaning = next((each for words, each in _MEANINGS if words in said), faults.unreadable_line)
    mark = getattr(error, "problem_mark", None)
    if meaning in _BEGUN:
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    draft.report(row, column, meaning())
