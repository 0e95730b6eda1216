"""Which columns of a members file hold which merge fields."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from newsletter.i18n import _
from newsletter.members.cells import has_lost_accents
from newsletter.members.rows import Row, UnreadableMembersError
from newsletter.source.faults import shown
from newsletter.values.suggestions import fold

SHOWN_HEADINGS = 12  # enough to recognise the file


@dataclass(frozen=True)
class Columns:
    """The number of each merge field's column, from 0, and how many columns have a heading."""

    numbers: Mapping[str, int]
    width: int


def find_columns(row: Row, wanted: Mapping[str, str], *, needed: Collection[str]) -> Columns:
    """Return where the columns `wanted` (merge field -> heading) stand in a row of headings.

    Case, accents and spaces of the headings do not matter.

    Raises:
        UnreadableMembersError: a column that every row needs is missing, or one stands twice.
    """
    _refuse_lost_accents(row)
    headings = [_folded(cell) for cell in row.cells]
    numbers: dict[str, int] = {}
    for name, heading in wanted.items():
        found = [number for number, each in enumerate(headings) if each == _folded(heading)]
        if len(found) > 1:
            raise UnreadableMembersError(
                _("the column '{heading}' appears twice").format(heading=heading),
                _("remove one, or give it another heading"),
                rule="members-columns",
                position=row.position(found[1]),
            )
        if found:
            numbers[name] = found[0]
        elif name in needed:
            raise _missing(name, heading, row)
    return Columns(numbers, max((i for i, each in enumerate(headings, 1) if each), default=0))


def _refuse_lost_accents(row: Row) -> None:
    """Give up on a file whose headings were spoilt: its columns would be taken for missing."""
    for number, cell in enumerate(row.cells):
        if has_lost_accents(cell):
            raise UnreadableMembersError(
                _("'{text}' has lost its accents").format(text=shown(cell)),
                _("export the members again, as .xlsx or CSV UTF-8"),
                rule="accents",
                position=row.position(number),
            )


def _missing(name: str, heading: str, row: Row) -> UnreadableMembersError:
    known = [cell.strip() for cell in row.cells if cell.strip()]
    more = ["…"] if len(known) > SHOWN_HEADINGS else []
    found = ", ".join(f"'{each[:40]}'" for each in known[:SHOWN_HEADINGS])
    message = _("there is no column '{heading}'; the first row has {found}")
    hint = _("name the column '{heading}', or put its heading in newsletter.yaml: {name}: …")
    return UnreadableMembersError(
        message.format(heading=heading, found=", ".join([found, *more])),
        hint.format(heading=heading, name=name),
        rule="members-columns",
        position=row.position(0),
    )


def _folded(heading: str) -> str:
    return fold(heading.strip("\ufeff\u200b"))  # BYTE ORDER MARK, ZERO WIDTH SPACE
