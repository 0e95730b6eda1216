"""What a cell of the members file says, and why some say nothing that can be used."""

import re
from collections.abc import Callable
from functools import lru_cache

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.source.decoding import composed
from newsletter.source.faults import shown
from newsletter.values.suggestions import without_accents

# Around a value these do not show: spaces, no-break spaces (U+00A0, U+2007, U+202F), ZERO WIDTH
# SPACE, BYTE ORDER MARK.
UNSEEN = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"
# What Excel shows of a long number in a narrow column, and saves so: 1,99E+08.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")
_FORMULA_ERROR = re.compile(r"#(?!N/[AD]$)(?:N/A|[A-Z0/]+[!?])|#{3,}")  # #REF!, #NOM?, #DIV/0!…
# UTF-8 read in another encoding: é becomes Ã and ©, à becomes Ã and a no-break space, in that of
# old Macs √ and ©, of MS-DOS ├ and ®; or the sign (U+FFFD) for what could not be read at all.
# Read as Windows-1252, é è ê ç of old Macs and MS-DOS are no letters, or capitals in a word.
_LOST_ACCENTS = re.compile(
    "Ã[\u00a0-\u00bf€‡‰ˆŠ‹Œ™”]|â€|[√├\ufffd]|(?<=[a-zß-ÿ])[ŽŠ‚„ˆ‰‡]|[‚„ˆ‰‡](?=[a-zß-ÿ])"
)
# In ASCII a question mark stands for each letter that it lacks: Fran?ois, Ren?.
_QUESTIONED = re.compile(r"(?=.*(?:\w\?|\?\w))(?:[^\W\d_]|[ '’?-])+")
# What people and programs write for nothing: Excel, its pivot tables, databases, pandas, CRMs.
_PLACEHOLDER = re.compile(
    r"#?n/[adr]|n\.?[acdr]\.|nc|\(?(?:null|empty|blank|vide)\)?|none|undefined|unknown|anonyme"
    r"|inconnue?|inconnu\(e\)|neant|aucune?|non (?:renseigne|communique|defini)(?:e|\(e\))?"
    r"|a (?:renseigner|completer)|not (?:available|applicable|provided)"
    r"|(?:sans|pas de) (?:pre)?nom|no name|x{3,}"
)
_PLACEHOLDERS_AS_TYPED = {"NA", "NaN", "nan"}  # Na and Nan are first names


def has_lost_accents(text: str) -> bool:
    """Tell whether a text was read in another encoding than it was written in."""
    return not text.isascii() and _LOST_ACCENTS.search(text) is not None


def read_cell(cell: str) -> str | Fault:
    """Return the text of a cell as people see it, or why it is not one: nobody reads "Dear N/A"."""
    text, fault_of = _read(cell)
    return text if fault_of is None else fault_of(shown(text))


@lru_cache(maxsize=10_000)  # first names and towns come again and again
def _read(cell: str) -> tuple[str, Callable[[str], Fault] | None]:
    text = composed(cell.strip(UNSEEN))
    if fault_of := _what_spoilt(text):
        return text, fault_of
    # A cell may hold lines; a value stands inside a sentence, or in a header of the mail.
    return text if text.isprintable() else " ".join(text.splitlines()), None


def _what_spoilt(text: str) -> Callable[[str], Fault] | None:
    """Return what makes the fault of a text, of itself as shown; None where it has none."""
    if text[:1].isdecimal() and _SHORTENED.fullmatch(text):
        return _shortened
    if text.startswith("#") and _FORMULA_ERROR.fullmatch(text):
        return _failed_formula
    if text.startswith("="):
        return _bare_formula
    if has_lost_accents(text) or ("?" in text and _QUESTIONED.fullmatch(text)):
        return lost_accents
    is_for_nothing = (
        text in _PLACEHOLDERS_AS_TYPED
        or not any(map(str.isalnum, text))
        or _PLACEHOLDER.fullmatch(without_accents(text))
    )
    return _placeholder if text and is_for_nothing else None


def _shortened(text: str) -> Fault:
    message = _("'{text}' is a number shortened by Excel").format(text=text)
    hint = _("format the column as Text in Excel, and type the number again")
    return Fault("spoilt-number", message, hint)


def _failed_formula(text: str) -> Fault:
    message = _("'{text}' is a formula that failed").format(text=text)
    return Fault("formula", message, _("fix the formula in Excel"))


def _bare_formula(text: str) -> Fault:
    message = _("'{text}' is a formula without its result").format(text=text)
    return Fault("formula", message, _("open the file in Excel and save it again"))


def lost_accents(text: str) -> Fault:
    """Return the fault of a text that has lost its accents."""
    message = _("'{text}' has lost its accents").format(text=text)
    hint = _("export the members again, as .xlsx or CSV UTF-8")
    return Fault("accents", message, hint)


def _placeholder(text: str) -> Fault:
    message = _("'{text}' counts as an empty cell").format(text=text)
    return Fault("missing-value", message, _("fill it in, or leave the cell empty"))
