"""Items that were pasted with another indentation than those around them."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from newsletter.source import faults
from newsletter.source.draft import Draft
from newsletter.source.lines import LINE, indent_of

FIRST_KEY = "kind"


class _Misplaced(NamedTuple):
    """The rows, first and last, of what belongs so many spaces further right, or left."""

    first: int
    last: int
    spaces: int


def mend_item(draft: Draft, row: int, wanted: int, columns: Collection[int]) -> bool:
    """Report and move what is misplaced of the item at `row`; tell whether anything was.

    Its fellows begin at column `wanted`; the fields around it are in `columns`.
    """
    found = _misplaced(draft.lines, row, wanted, columns)
    if found is None:
        return False
    first, last, spaces = found
    column = indent_of(draft.lines[first])
    match = LINE.match(draft.lines[first])
    fault = faults.misplaced_item(first + 1, last + 1, spaces)
    if first == last and match:
        fault = faults.not_lined_up(match["key"], column + spaces)
    draft.report(first, column, fault)
    for each in range(first, last + 1):
        if draft.lines[each].strip():
            indent = indent_of(draft.lines[each])
            draft.replace(each, 0, indent, " " * (indent + spaces))
    return True


def _misplaced(
    lines: Sequence[str], row: int, wanted: int, columns: Collection[int]
) -> _Misplaced | None:
    match = LINE.match(lines[row])
    if match is None:
        return None
    column, width = match.start("dashes"), match.start("key") - match.start("dashes")
    after = next((each for each in range(row + 1, len(lines)) if _is_content(lines[each])), row)
    below = LINE.match(lines[after])
    indent = indent_of(lines[after])
    is_field = after > row and below is not None and bool(below["key"]) and not below["dashes"]
    if column != wanted:
        is_right = is_field and indent == wanted + width
        last = row if is_right else _last(lines, row, column + 1)
        return _Misplaced(row, last, wanted - column)
    if not is_field or indent in {column + width, *columns} or match.end() == len(lines[row]):
        return None
    return _Misplaced(after, _last(lines, after, indent), column + width - indent)


def _is_content(line: str) -> bool:
    return line.lstrip(" ")[:1] not in {"", "#"}


def _last(lines: Sequence[str], first: int, edge: int) -> int:
    """Return the last row, from `first` on, before what is further left or another item."""
    last = first
    for row in range(first + 1, len(lines)):
        if not _is_content(lines[row]):
            continue
        match, indent = LINE.match(lines[row]), indent_of(lines[row])
        is_item = match and match["dashes"] and (indent == edge or match["key"] == FIRST_KEY)
        if indent < edge or is_item:
            break
        last = row
    return last
