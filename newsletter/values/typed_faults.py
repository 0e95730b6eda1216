"""What is wrong with a value only because of how it was typed."""

import itertools
from collections.abc import Sequence

from newsletter.problems.problem import Fault, Problem
from newsletter.source import Source, text_faults
from newsletter.values.suggestions import did_you_mean


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
    return text_faults.cut_in_brackets(text_key, text, ",")


def is_told(problem: Problem, source: Source) -> bool:
    """Tell whether `source` says it: of a text pasted without indentation, of an open bracket."""
    line = problem.position.line
    if problem.rule == "empty":
        return any(
            line < each.position.line <= line + 2 and each.rule == "indentation"
            for each in source.problems
        )
    told = (each.position for each in source.problems if each.rule == "unclosed-bracket")
    return problem not in source.problems and problem.position in told
