"""What a cell of the members file says, and why some say nothing that can be used."""

import re
from functools import lru_cache

from newsletter.i18n import _, current_language
from newsletter.problems.problem import Fault
from newsletter.source.faults import shown
from newsletter.source.source import composed
from newsletter.values.suggestions import without_accents

# Around a value these do not show: spaces, no-break spaces (U+00A0, U+2007, U+202F), SOFT HYPHEN,
# ZERO WIDTH SPACE, marks of direction (U+200E and U+200F, U+202A to U+202E), WORD JOINER, BYTE
# ORDER MARK.
UNSEEN = " \t\r\n\v\f\u00a0\u00ad\u2007\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f"
UNSEEN += "\u2060\ufeff"
# Lines and paragraphs, by whichever sign, and control characters, which no header may have.
_UNPRINTED = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
# What Excel shows of a long number in a narrow column, and saves so: 1,99E+08.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")
_FORMULA_ERROR = re.compile(  # #REF!, #NOM?, #DIV/0!…; LibreOffice's Err:502
    r"#(?!N/[AD]$)(?:N/A|[A-ZÀ-Þ0/]+[!?])|#{3,}|Err:\d{3}"
)
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
# What people and programs write for nothing: Excel, its pivot tables, databases, pandas, CRMs.
_PLACEHOLDER = re.compile(
    r"#?n ?/ ?[acdr]|n\.?[acdr]\.|n\.[acdr]|nc|s[./] ?o\.?|[\[(<]?(?:null|empty|blank|vide)[\])>]?"
    r"|\\n|none|undefined|unknown|anonyme|inconnue?|inconnu\(e\)|neant|aucune?|tb[acd]"
    r"|non[ -]+(?:renseigne|communique|defini|precise|specifie|fourni|connu|attribue)(?:e|\(e\))?"
    r"|(?:non|not) (?:available|applicable|provided)|a (?:renseigner|completer|definir|preciser)"
    r"|(?:sans|pas de) (?:pre)?nom|sans objet|no name|x{3,}"
)
_PLACEHOLDERS_AS_TYPED = {"NA", "NaN", "nan"}  # Na and Nan are first names


def has_lost_accents(text: str) -> bool:
    """Tell whether a text was read in another encoding than it was written in."""
    return ("&" in text or not text.isascii()) and _LOST_ACCENTS.search(text) is not None


def read_cell(cell: str) -> str | Fault:
    """Return the text of a cell as people see it, or why it is not one: nobody reads "Dear N/A"."""
    return _read(cell, current_language())


@lru_cache(maxsize=10_000)  # first names and towns come again and again
def _read(cell: str, _language: str) -> str | Fault:
    text = composed(cell.strip(UNSEEN))
    # A cell may hold lines; a value stands inside a sentence, or in a header of the mail.
    return _fault(text) or (text if text.isprintable() else _UNPRINTED.sub(" ", text).strip())


def _fault(text: str) -> Fault | None:
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
    if has_lost_accents(text) or ("?" in text and _QUESTIONED.fullmatch(text)):
        return lost_accents(text)
    is_for_nothing = (
        text in _PLACEHOLDERS_AS_TYPED
        or not any(map(str.isalnum, text))
        or _PLACEHOLDER.fullmatch(without_accents(text))
    )
    if text and is_for_nothing:
        message = _("'{text}' counts as an empty cell").format(text=shown(text))
        return Fault("missing-value", message, _("fill it in, or leave the cell empty"))
    return None


def lost_accents(text: str) -> Fault:
    """Return the fault of a text that has lost its accents."""
    message = _("'{text}' has lost its accents or symbols").format(text=shown(text))
    return Fault("accents", message, _("export the members again, as .xlsx or CSV UTF-8"))
