"""The members file: who gets an issue, read row by row, with every fault at its place."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from newsletter.i18n import _, counted, current_language
from newsletter.members.recipient import Columns, Recipient, RowFault, joined, missing_column
from newsletter.members.rows import (
    ROWS_ABOVE_HEADINGS,
    Row,
    UnreadableMembersError,
    csv_rows,
    unreadable,
)
from newsletter.members.xlsx_rows import xlsx_rows
from newsletter.problems.problem import Fault, Level, Problem
from newsletter.settings.settings import Settings
from newsletter.source.faults import MISSING_FILE, UNREADABLE_FILE
from newsletter.workspace import write_whole

# A row of ten cells has some 200 bytes, so this is half a million members: what is larger is a
# mistake, or an attack on the reader.
MAX_MEGABYTES = 100
# What remains of a rule is counted: twenty rows show what is wrong with the others.
MAX_TOLD_OF_A_RULE = 20
REJECTED_FILE = "rejets.csv"
# What a spreadsheet would compute, or take the zeros of: written as a formula that is this text.
_CHANGED_BY_EXCEL = re.compile(r"[=+\-@\t\r].*|0\d+|\d{12,}", re.DOTALL)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the first bytes of a compound file [MS-CFB 2.2]
_OPENDOCUMENT = b"mimetypeapplication/vnd.oasis"  # ODF 1.3, part 2, 3.3
_ZIP = b"PK\x03\x04"


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a members file, the headings first, or raise `UnreadableMembersError`.

    What it holds says how it is read, not what it is called.
    """
    start = _start_of(path)
    if start.startswith(_OLD_EXCEL) or _OPENDOCUMENT in start:
        message = _("'{name}' is an old Excel, a password-protected or a LibreOffice workbook")
        hint = _("open it and save it as .xlsx, without a password, or as CSV UTF-8")
        raise unreadable(message.format(name=path.name), hint)
    return xlsx_rows(path) if start.startswith(_ZIP) else csv_rows(path)


def _start_of(path: Path) -> bytes:
    """Return how a file begins; raise where it is none that can be read, or is too large."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):  # a folder; or a pipe, which would never end
            message = _("'{name}' is not a file").format(name=path.name)
            raise unreadable(message, _("name the members file, CSV or .xlsx"))
        if status.st_size > MAX_MEGABYTES * 1024**2:
            message = _("the file is larger than {megabytes} MB").format(megabytes=MAX_MEGABYTES)
            raise unreadable(message, _("export only the members, with the columns you need"))
        with path.open("rb") as file:
            return file.read(60)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        phrase = MISSING_FILE if isinstance(error, FileNotFoundError) else UNREADABLE_FILE
        fault = phrase.of(name=path.name)
        raise unreadable(fault.message, fault.hint) from error


def write_rejected(rows: Sequence[Sequence[str]], members: Path) -> Path:
    """Write rows beside `members`, for its owner alone if the system allows it; return the file."""
    file, is_given_back = io.StringIO(), rows[0][1:2] == [_("reason")]
    separator = ";" if current_language() == "fr" else ","
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    for why, *cells in rows:
        doubled = ((each, each.replace('"', '""')) for each in (why, *cells[is_given_back:]))
        is_changed = _CHANGED_BY_EXCEL.fullmatch
        writer.writerow([f'="{text}"' if is_changed(each) else each for each, text in doubled])
    name = REJECTED_FILE if members.name != REJECTED_FILE else f"{members.stem}-2.csv"
    path = members.with_name(name)
    write_whole((path, file.getvalue().encode("utf-8-sig")), mode=0o600)
    return path


class MembersFile:
    """The recipients of a file one by one, and what is wrong with it, noted on the way.

    `needed` are the merge fields without which an issue cannot be sent: those that it uses without
    fallback; `max_told` is how many faults of a kind are told one by one. Nothing of a good row is
    kept but its address; to go through it again reads it again.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        *,
        needed: Collection[str] = (),
        max_told: int = MAX_TOLD_OF_A_RULE,
    ) -> None:
        self._path, self._settings, self._max_told = path, settings, max_told
        self._needed = frozenset({"email", *needed})
        self._begin()

    def _begin(self) -> None:
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()  # rows with an error, by its rule
        self.duplicates = self.hidden = 0  # rows whose address came before, or not in the sheet
        self.is_read = False  # to its end
        self.rejected: list[Sequence[str]] = []  # with their headings, and before each why
        self._found: Counter[tuple[str, Level]] = Counter()
        self._untold: dict[tuple[str, Level], Problem] = {}
        self._alike: Counter[tuple[str, Level, str]] = Counter()

    def __iter__(self) -> Iterator[Recipient]:
        self._begin()
        try:
            yield from self._recipients()
            self.is_read = True
        except UnreadableMembersError as error:
            self.problems.append(error.fault.at(self._path, error.position))
        self.problems = [self._with_those_alike(each) for each in self.problems]
        self.problems += [self._and_more(kind) for kind in self._untold]

    def _recipients(self) -> Iterator[Recipient]:
        rows = (row for row in rows_of(self._path) if any(map(str.strip, row.cells)))
        headings, columns = self._headings(rows)
        self.rejected.append([_("reason"), *headings.cells[: columns.width]])
        lines: dict[str, int] = {}
        for row in self._without_hidden(rows):
            recipient, faults = columns.read(row)
            for fault in faults:
                self._note(row, fault)
            if recipient is None:
                self._leave_out(row, columns.width, faults)
                continue
            first_line = lines.setdefault(recipient.address.casefold(), row.line)
            if first_line == row.line:
                yield recipient
            else:
                self.duplicates += 1
                message = _("'{address}' is already on line {line}")
                message = message.format(address=recipient.address, line=first_line)
                again = Fault("duplicate", message, _("they get the email once; remove this row"))
                self._note(row, RowFault(columns.numbers["email"], again, Level.WARNING))
        if not lines and not self.left_out:
            message = _("there are no rows under the headings")
            raise unreadable(message, _("export the members again"))

    def _without_hidden(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield what Excel shows, and count what it does not: a filter chose who gets the issue."""
        first: Row | None = None
        for row in rows:
            if row.is_hidden:
                first, self.hidden = first or row, self.hidden + 1
            else:
                yield row
        if first is not None:
            message = counted(
                "{count} row is hidden in the sheet, and gets no email",
                "{count} rows are hidden in the sheet, and get no email",
                self.hidden,
            )
            hint = _("to write to them too, clear the filter in Excel, show the rows and save")
            self._note(first, RowFault(0, Fault("hidden-rows", message, hint), Level.WARNING))

    def _headings(self, rows: Iterator[Row]) -> tuple[Row, Columns]:
        """Return the row of headings, the first or soon after it, and their columns."""
        heading = joined(self._settings.recipients.columns["email"])
        above: list[Row] = []
        for row in islice(rows, 1 + ROWS_ABOVE_HEADINGS):
            if heading in map(joined, re.split("[;,\t|]", ";".join(row.cells))):
                if above:
                    self._tell_of_lines_above(row)
                return row, self._columns(row)
            if above and any("@" in cell for cell in row.cells):
                above = above[-1:]  # it should have the heading
                break
            above.append(row)
        if not above:
            raise unreadable(_("the file is empty"), _("export the members again"))
        return above[0], self._columns(above[0])  # which raises what is wrong with it

    def _tell_of_lines_above(self, headings: Row) -> None:
        message = _("the headings are on line {line}, not on the first").format(line=headings.line)
        fault = Fault("members-columns", message, _("delete the lines above them"))
        if len(headings.cells) == 1:  # a title above has other separators, or none
            raise UnreadableMembersError(fault, headings.position(0))
        self._note(headings, RowFault(0, fault, Level.WARNING))

    def _leave_out(self, row: Row, width: int, faults: Iterable[RowFault]) -> None:
        errors = [each.fault for each in faults if each.level is Level.ERROR]
        why, rows = "; ".join(each.message for each in errors), [row.cells]
        if row.swallows_rows(width):  # those that a quotation mark swallows are lost with it
            lines = filter(str.strip, row.typed.splitlines())
            rows = [line.replace('"', "").split(row.separator) for line in lines]
        self.left_out[errors[0].rule] += len(rows)
        self.rejected += [[why, *cells] for cells in rows]

    def _columns(self, headings: Row) -> Columns:
        wanted = self._settings.recipients.columns
        columns = Columns(headings, wanted, self._settings.audiences, self._needed)
        for name in wanted:
            if name not in columns.numbers:
                hint = _("without it, nobody has a value for '{name}'")
                fault = missing_column(name, wanted, headings, hint)
                self._note(headings, RowFault(0, fault, Level.WARNING))
        return columns

    def _note(self, row: Row, found: RowFault) -> None:
        kind = found.fault.rule, found.level  # what is only a warning hides no error
        same = *kind, found.fault.message
        if same in self._alike and self._max_told <= MAX_TOLD_OF_A_RULE:
            self._alike[same] += 1
            return
        self._found[kind] += 1
        if kind in self._untold:
            return
        problem = found.fault.at(self._path, row.position(found.column), found.level)
        if self._found[kind] > self._max_told:
            self._untold[kind] = problem
            return
        self.problems.append(problem)
        if found.level is Level.WARNING:  # who gets no email is told each at their cell
            self._alike[same] = 0

    def _with_those_alike(self, problem: Problem) -> Problem:
        """Return a problem with how many more rows have the very same."""
        if not (count := self._alike[problem.rule, problem.level, problem.message]):
            return problem
        told = counted(
            "{message}; {count} more row has the same",
            "{message}; {count} more rows have the same",
            count,
        )
        return replace(problem, message=told.format(message=problem.message))

    def _and_more(self, kind: tuple[str, Level]) -> Problem:
        """Return the problem that counts those of a rule and level that were not told."""
        count = self._found[kind] - self._max_told
        message = counted(
            "from here on there is {count} more problem of this kind",
            "from here on there are {count} more problems of this kind",
            count,
        )
        hint = _("fix the problems above, then check again")
        return replace(self._untold[kind], message=message, hint=hint)
