"""From a row of the members file to a recipient, or to what is wrong in its cells."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from newsletter.i18n import _, counted
from newsletter.members.addresses import address_meant, address_warning
from newsletter.members.rows import Row, UnreadableMembersError
from newsletter.problems.problem import Fault, Level
from newsletter.source.faults import quoted, shown
from newsletter.source.source import composed
from newsletter.values.audiences import Audience, audience_of, spelt_as_known, unknown_values
from newsletter.values.suggestions import did_you_mean, fold, without_accents

SHOWN_HEADINGS = 12  # enough to recognise the file
_OF_ADDRESSES = re.compile(r"\be? ?mails?\b|courriel|\bmel\b|adresse electronique")


def missing_column(name: str, wanted: Mapping[str, str], row: Row, hint: str = "") -> Fault:
    """Say that a merge field has no column; `hint` is for where none can have been meant."""
    heading, taken = wanted[name], set(map(joined, wanted.values()))
    known = [cell.strip() for cell in row.cells if cell.strip()]
    found = [quoted(shown(each)) for each in known[:SHOWN_HEADINGS]]
    found += ["…"] if len(known) > SHOWN_HEADINGS else []
    free = [each for each in known if joined(each) not in taken]
    of_addresses = [each for each in free if name == "email" and _OF_ADDRESSES.search(fold(each))]
    meant = next(iter(of_addresses), did_you_mean(heading, free) or did_you_mean(name, free))
    message = _("there is no column '{heading}'; the headings are {found}")
    if meant or not hint:
        hint = _("name it '{heading}', or put its heading in newsletter.yaml: {name}: {meant}")
    words = {"heading": heading, "name": name, "meant": meant or "…", "found": ", ".join(found)}
    return Fault("members-columns", message.format(**words), hint.format(**words))


def _folded(heading: str) -> str:
    return fold(heading.strip(UNSEEN))


def joined(heading: str) -> str:
    """Return a heading as it is compared where another way of writing it is not there."""
    return _folded(heading).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone whom an issue may go to: the line of their row, their values by merge field."""

    line: int
    values: Mapping[str, str]
    audience: Audience

    @property
    def address(self) -> str:
        """Their email address."""
        return self.values["email"]


class RowFault(NamedTuple):
    """What is wrong in the cell of a column, numbered from 0."""

    column: int
    fault: Fault
    level: Level = Level.ERROR


class Columns:
    """Where the columns `wanted` (merge field -> heading) stand; reads the rows below.

    Case and accents of the headings do not matter, nor spaces where only they differ: E mail.
    `numbers` are from 0, `width` is how many have a heading. Raises `UnreadableMembersError` where
    a column that every row needs is missing, or one stands twice; or where headings were spoilt,
    whose columns would be taken for missing.
    """

    def __init__(
        self, row: Row, wanted: Mapping[str, str], audiences: Audience, needed: Collection[str]
    ) -> None:
        for number, cell in enumerate(row.cells):
            if _has_lost_accents(cell):
                raise UnreadableMembersError(_lost_accents(cell), row.position(number))
        self.numbers: dict[str, int] = {}
        for name, heading in wanted.items():
            found: list[int] = []
            for read in (_folded, joined):
                meant = read(heading)
                found = found or [i for i, cell in enumerate(row.cells) if read(cell) == meant]
            if len(found) > 1:
                message = _("the column '{heading}' appears twice").format(heading=heading)
                hint = _("remove one, or give it another heading")
                fault = Fault("members-columns", message, hint)
                raise UnreadableMembersError(fault, row.position(found[1]))
            if found:
                self.numbers[name] = found[0]
            elif name in needed:
                raise UnreadableMembersError(missing_column(name, wanted, row), row.position(0))
        headed = (number for number, each in enumerate(row.cells, 1) if _folded(each))
        self.width, self._audiences, self._needed = max(headed, default=0), audiences, needed
        # What an audience's cells mean is looked up once.
        self._audience_of = lru_cache(10_000)(self._read_audience)

    def read(self, row: Row) -> tuple[Recipient | None, list[RowFault]]:
        """Return the recipient of the row, None where an error forbids it, and all its faults."""
        faults = list(_shape_faults(row, self.width))
        if any(fault.level is Level.ERROR for fault in faults):
            return None, faults
        cells = [*row.cells, *[""] * (self.width - len(row.cells))]
        values: dict[str, str] = {}
        for name, column in self.numbers.items():
            read = self._value(name, cells[column])
            if isinstance(read, Fault):
                # Where the letter can do without the value, its fault costs nobody the letter.
                level = Level.ERROR if name in self._needed else Level.WARNING
                faults.append(RowFault(column, read, level))
            elif read:
                values[name] = read
                if column in row.doubtful:
                    faults.append(RowFault(column, _doubtful(read), Level.WARNING))
                typed = cells[column].strip(UNSEEN)
                if name == "email" and (fault := address_warning(typed, read)):
                    faults.append(RowFault(column, fault, Level.WARNING))
        if any(fault.level is Level.ERROR for fault in faults):
            return None, faults
        audience, unknown = self._audience_of(tuple(values.get(key, "") for key in self._audiences))
        return Recipient(row.line, values, audience), [*faults, *unknown]

    def _value(self, name: str, cell: str) -> str | Fault:
        """Return the text of a cell, or why it cannot be what was meant."""
        # As typed: accents of a mailbox may stand apart.
        address = address_meant(cell.strip(UNSEEN)) if name == "email" else None
        if isinstance(address, str) and not _has_lost_accents(address):
            return address
        read = read_cell(cell)
        if isinstance(read, Fault) and spelt_as_known(cell, self._audiences.get(name, ())):
            return cell  # NC stands for nothing, but may be a region
        if read == "" and name in self._needed:
            message = _("this row has no '{name}'").format(name=name)
            return Fault("missing-value", message, _("fill it in, or remove the row"))
        return read if address is None or isinstance(read, Fault) else address

    def _read_audience(self, cells: tuple[str, ...]) -> tuple[Audience, list[RowFault]]:
        """Return what a recipient with these cells is, and what the settings do not know of it."""
        faults: list[RowFault] = []
        values = dict(zip(self._audiences, cells, strict=True))
        for key, value, fault in unknown_values(values, self._audiences):
            known = self._audiences[key]
            parts = [spelt_as_known(each.strip(), known) for each in value.split(",")]
            if all(parts):
                hint = _("put a bar between values: {values}")
                hint = hint.format(values=" | ".join(filter(None, parts)))
                fault = replace(fault, hint=hint)
            faults.append(RowFault(self.numbers[key], fault, Level.WARNING))
        return audience_of(values, self._audiences), faults


def _shape_faults(row: Row, width: int) -> Iterator[RowFault]:
    """Yield what is wrong with a row as a whole; its cells then mean nothing."""
    beside = next(filter(str.strip, row.cells[width:]), "")
    if row.swallows_rows(width):
        message = counted(
            "a quotation mark opened here is only closed {count} line further down",
            "a quotation mark opened here is only closed {count} lines further down",
            row.lines - 1,
        )
        hint = _("remove it, or close it at the end of its cell")
        yield RowFault(0, Fault("quotation-mark", message, hint))
    elif beside and not row.typed:  # of a sheet each cell stays in its column
        message = _("'{text}' has no heading above it: it is not read").format(text=shown(beside))
        hint = _("give the column a heading, or empty the cell")
        yield RowFault(width, Fault("cell-count", message, hint), Level.WARNING)
    elif len(row.cells) < width or beside:
        message = counted(
            "the row has {count} cell, but there are {width} headings",
            "the row has {count} cells, but there are {width} headings",
            len(row.cells),
        ).format(width=width)
        if len(row.cells) < width:
            # Excel leaves the last cells of a row out where they are empty.
            hint = _("the missing cells are read as empty")
            yield RowFault(len(row.cells) - 1, Fault("cell-count", message, hint), Level.WARNING)
        else:
            hint = _("put quotation marks around a cell that contains the separator")
            yield RowFault(width, Fault("cell-count", message, hint))


def _doubtful(text: str) -> Fault:
    message = _("Excel may not show '{text}' as it will be read").format(text=shown(text))
    return Fault("cell-format", message, _("format the column as Text in Excel, and type it again"))


# Around a value these do not show: spaces, no-break spaces (U+00A0, U+2007, U+202F), SOFT HYPHEN,
# ZERO WIDTH SPACE, marks of direction (U+200E and U+200F, U+202A to U+202E), WORD JOINER, BYTE
# ORDER MARK.
UNSEEN = " \t\r\n\v\f\u00a0\u00ad\u2007\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f"
UNSEEN += "\u2060\ufeff"
# Lines and paragraphs, by whichever sign, and control characters, which no header may have.
_UNPRINTED = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
# What Excel shows of a long number in a narrow column, and saves so: 1,99E+08.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")
# #REF!, #NOM?, #DIV/0!…; LibreOffice's Err:502.
_FORMULA_ERROR = re.compile(r"#(?!N/[AD]$)(?:N/A|[A-ZÀ-Þ0/]+[!?])|#{3,}|Err:\d{3}")
# UTF-8 read as Windows-1252 is Â, Ã, Ä or Å and a sign of its upper half; as that of old Macs √, ≈;
# of MS-DOS a line or block; as Latin-1 a control character. Letters of one of these read in another
# are capitals in a word that begin none, or signs. HTML has its own way. U+FFFD: not read at all.
_UPPER_HALF = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", errors="ignore"))
_LOST_ACCENTS = re.compile(
    f"[ÂÃÄÅ][{_UPPER_HALF}]|â€|[\x80-\x9f√≈\u2500-\u259f\ufffd]|&(?:#\\w+|[A-Za-z]+);"
    # Not hÁ: Irish has one small letter before a capital.
    "|(?<=[A-Za-zß-ÿ][a-zß-ÿ])(?:[ÁÈËÍÒÓÔÙÚÛÞΘΦΩ]|Î(?!le))|(?<=[A-Z])[ÈËÎÓÔÙÚÛÞ](?=[a-zß-ÿ])"
    "|(?<=[a-zß-ÿ])[ŽŠ‚„ˆ‰‡]|[‚„ˆ‰‡](?=[a-zß-ÿ])|(?<=[A-Z])(?:[ŽŠ](?=[a-zß-ÿ])|ƒ)"
    "|(?<=[A-Za-zß-ÿ])[¡£¤§¯³µ¶¸¼½¾¿†•‹›“”™](?=[a-zß-ÿ])|(?<=[a-zß-ÿ])Œ(?=[a-zß-ÿ])"
)
# In ASCII a question mark stands for each letter that it lacks: Fran?ois, Ren?.
_QUESTIONED = re.compile(r"(?=.*(?:\w\?|\?\w))(?:[^\W\d_]|[ '’?-])+")
# What people and programs write for nothing: Excel, its pivot tables, databases, pandas, CRMs; and
# mere signs.
_PLACEHOLDER = re.compile(
    r"#?n ?/ ?[acdr]|n\.?[acdr]\.|n\.[acdr]|nc|s[./] ?o\.?|[\[(<]?(?:null|empty|blank|vide)[\])>]?"
    r"|[\W_]*|\\n|none|undefined|unknown|anonyme|inconnue?|inconnu\(e\)|neant|aucune?|tb[acd]"
    r"|non[ -]+(?:renseigne|communique|defini|precise|specifie|fourni|connu|attribue)(?:e|\(e\))?"
    r"|(?:non|not) (?:available|applicable|provided)|a (?:renseigner|completer|definir|preciser)"
    r"|(?:sans|pas de) (?:pre)?nom|sans objet|no name|x{3,}"
)
_PLACEHOLDERS_AS_TYPED = {"NA", "NaN", "nan"}  # Na and Nan are first names


def _has_lost_accents(text: str) -> bool:
    """Tell whether a text was read in another encoding than it was written in."""
    return ("&" in text or not text.isascii()) and _LOST_ACCENTS.search(text) is not None


@lru_cache(maxsize=10_000)  # first names and towns come again and again
def read_cell(cell: str) -> str | Fault:
    """Return the text of a cell as people see it, or why it is not one: nobody reads "Dear N/A"."""
    text = composed(cell.strip(UNSEEN))
    # A cell may hold lines; a value stands inside a sentence, or in a header of the mail.
    return _spoilt(text) or _UNPRINTED.sub(" ", text).strip()


def _spoilt(text: str) -> Fault | None:
    """Return why a text cannot be used, None where it can."""
    if text[:1].isdecimal() and _SHORTENED.fullmatch(text):
        message = _("'{text}' is a number shortened by Excel").format(text=shown(text))
        hint = _("format the column as Text in Excel, and type the number again")
        return Fault("spoilt-number", message, hint)
    if text.startswith(("#", "Err:")) and _FORMULA_ERROR.fullmatch(text):
        message = _("'{text}' is a formula that failed").format(text=shown(text))
        return Fault("formula", message, _("fix the formula in Excel"))
    if text.startswith("="):
        message = _("'{text}' is a formula without its result").format(text=shown(text))
        return Fault("formula", message, _("open the file in Excel and save it again"))
    if _has_lost_accents(text) or ("?" in text and _QUESTIONED.fullmatch(text)):
        return _lost_accents(text)
    is_for_nothing = _PLACEHOLDER.fullmatch(without_accents(text))
    if text and (is_for_nothing or text in _PLACEHOLDERS_AS_TYPED):
        message = _("'{text}' counts as an empty cell").format(text=shown(text))
        return Fault("missing-value", message, _("fill it in, or leave the cell empty"))
    return None


def _lost_accents(text: str) -> Fault:
    message = _("'{text}' has lost its accents or symbols").format(text=shown(text))
    return Fault("accents", message, _("export the members again, as .xlsx or CSV UTF-8"))
