"""Spaces, quotes, apostrophes, dashes and ellipses as French and English printers set them.

A text passes through a visible list of steps, each `str -> str`. No step touches a letter or a
digit, and the whole list applied twice gives what it gave once. U+FFFC may stand in a text for
something opaque (code, a link's border): steps see through it, and never add, remove or move it.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal

Profile = Literal["mail", "print"]
Step = Callable[[str], str]

OBJECT = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: something opaque, or a border between styles
NBSP = "\u00a0"  # NO-BREAK SPACE
NARROW_NBSP = "\u202f"  # NARROW NO-BREAK SPACE
_S = "[ \u00a0\u202f\u2009]"  # the spaces that writers and Word put on a line; U+2009 is THIN SPACE
_UNUSUAL = (NBSP, NARROW_NBSP, "\u2009")
_UPPER = "[A-ZÀ-ÖØ-ÞŒŸ]"

# What no step may change. A trailing stop or quote belongs to the sentence, not to the address.
_OPAQUE = re.compile(
    "(?:https?://|www\\.)(?:[^\\s<>\"'’“”‘«»…\ufffc]|['’](?=[^\\s'’]))*[\\w/=&#+%~@$-]"
    "|[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+"
    "|\ufffc"
)


def _replace(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Step:
    """Return the step that puts `replacement` in place of each `pattern`."""

    @cache  # compiled when a text first needs it: most texts need few of the rules
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern)

    def step(text: str) -> str:
        return compiled().sub(replacement, text)

    return step


def _if_any(signs: Iterable[str], step: Step) -> Step:
    """Return `step`, left out (it is much quicker) when a text has none of `signs`."""
    signs = tuple(signs)

    def guarded(text: str) -> str:
        for sign in signs:
            if sign in text:
                return step(text)
        return text

    return guarded


def _spaced(signs: str) -> list[str]:
    """Return each of `signs` with a space before it."""
    return [space + sign for space in (" ", *_UNUSUAL) for sign in signs]


def use_wide_no_break_spaces(text: str) -> str:
    """Return `text` with U+00A0 for U+202F, which fonts of old mail clients show as a box."""
    return text.replace(NARROW_NBSP, NBSP)


def _one_space(match: re.Match[str]) -> str:
    return next((space for space in (NBSP, NARROW_NBSP) if space in match[0]), " ")


collapse_spaces = _if_any(("  ", *_UNUSUAL), _replace(_S + "{2,}", _one_space))

# `.5` and `.NET` keep their space; so does « ... » within a sentence.
remove_space_before_stop = _if_any(
    _spaced(".,)"), _replace(rf"{_S}(?=\)|,(?!\d)|\.(?:[\s»”)\ufffc]|$))(?<=[^\s(].)", "")
)
remove_space_after_bracket = _if_any(("(",), _replace(rf"\({_S}(?=[^\s)])", "("))
# {H,C}, f(x,y), a,b.csv: signs of mathematics and names of files keep their comma.
_FORMULA = re.compile(r"[{}\[\]<>=_\\]|\w\(|\.[a-z]{2,4}\b|(?<!\w)\w,\w(?!\w)")


def _spaced_commas(match: re.Match[str]) -> str:
    word = match[0]
    spaced = re.sub(r",(?=[^\W\d_])(?<=[^\W\d_],)", ", ", word)
    return word if _FORMULA.search(word) else spaced


add_space_after_comma = _if_any((",",), _replace(r"(?<!\S)[^\s,]*+,\S*", _spaced_commas))
use_ellipsis = _if_any(("...",), _replace(r"\.{3,}", "…"))

_OPENERS = " \u00a0\u202f\u2009\n([{«“‘\"'’–—-/"
_CLOSERS = " \u00a0\u202f\u2009\n)]}»”’\"'–—-/.,;:!?…"
_SPACES = " \u00a0\u202f\u2009\n"


def _beside(text: str, position: int, direction: int) -> str:
    """Return the character beside `position`, seen through borders; a space at either end."""
    position += direction
    while 0 <= position < len(text) and text[position] == OBJECT:
        position += direction
    return text[position] if 0 <= position < len(text) else " "


def _next_to(text: str, position: int) -> str:
    return text[position] if 0 <= position < len(text) else " "


def _quote_role(text: str, position: int, *, inside: bool) -> Literal["open", "close", "none"]:
    """Tell what a straight double quote does; `inside` says whether one is already open."""
    before, after = _beside(text, position, -1), _beside(text, position, 1)
    can_open = before in _OPENERS and _next_to(text, position + 1) not in f"{_SPACES}»"
    can_close = after in _CLOSERS and _next_to(text, position - 1) not in f"{_SPACES}«"
    if can_open != can_close:
        return "open" if can_open else ("close" if inside else "none")
    if inside:
        return "close"
    return "none" if before.isdigit() else "open"  # 15" are inches


def _quote_pairs(text: str) -> list[tuple[int, int, int]]:
    """Return (opening, closing, depth) of each pair of straight double quotes."""
    pairs: list[tuple[int, int, int]] = []
    opened: list[int] = []
    depth = 0
    for match in re.finditer('["«»]', text):
        position, sign = match.start(), match[0]
        if sign != '"':
            depth = max(0, depth + (1 if sign == "«" else -1))
            continue
        role = _quote_role(text, position, inside=bool(opened))
        if role == "open":
            opened.append(position)
        elif role == "close":
            pairs.append((opened.pop(), position, depth + len(opened)))
    return pairs


def _pair_quotes(outer: tuple[str, str], inner: tuple[str, str]) -> Step:
    """Return the step that turns pairs of `"` into `outer` quotes, `inner` ones when nested."""

    def step(text: str) -> str:
        signs = list(text)
        for opening, closing, depth in _quote_pairs(text):
            signs[opening], signs[closing] = inner if depth else outer
        return "".join(signs)

    return _if_any('"', step)


# '90s, 'tis, rock 'n' roll: an apostrophe although a word begins there.
_ELISION = re.compile(r"\d\ds?\b|(?:tis|twas|em|n|cause|til)\b", re.IGNORECASE)


# What a single quote closes: in English also a stop, a dash or an inner quotation.
_CLOSING = {"fr": re.compile(r"\w\ufffc*'(?!\w)"), "en": re.compile(r"[^\s'(\[{“‘«/]'(?!\w)")}
# Of a quotation over several paragraphs all but the last only open: 'I came. / 'I saw.'
_BEGINS_PARAGRAPH = re.compile(rf"(?:^|\n)[\ufffc\"“]*'(?=\ufffc*{_UPPER})")


def _curly_apostrophes(language: Literal["fr", "en"]) -> Step:
    """Return the step that makes each `'` an apostrophe or a single quote."""

    def step(text: str) -> str:
        last = max((match.end() for match in _CLOSING[language].finditer(text)), default=0) - 1
        begins = {match.end() - 1 for match in _BEGINS_PARAGRAPH.finditer(text)}

        def curled(match: re.Match[str]) -> str:
            position = match.start()
            before, after = _beside(text, position, -1), _beside(text, position, 1)
            if before.isdigit() and not after.isalpha():
                return "'"  # feet, minutes
            starts_word = before in _OPENERS and after not in _SPACES
            closes_later = position < last or (language == "en" and position in begins)
            opens = starts_word and closes_later and not _ELISION.match(text, position + 1)
            return "‘" if opens else "’"

        return re.sub("'", curled, text)

    return _if_any("'", step)


use_french_apostrophes = _curly_apostrophes("fr")
use_english_apostrophes = _curly_apostrophes("en")
use_guillemets = _pair_quotes(("«", "»"), ("“", "”"))
use_curly_quotes = _pair_quotes(("“", "”"), ("“", "”"))
hold_guillemets = _if_any(
    "«»", lambda text: re.sub(_S + "*»", NBSP + "»", re.sub("«" + _S + "*", "«" + NBSP, text))
)


_UNITS = (
    "[kKMG]?€|Mds?€|[kKMG]?\\$|£|‰|°[CF]?|millions?|milliards?|euros?|dollars?|h|min|ms|s"
    "|[kcm]?m[²2³3]?|ha|[km]?g|t|[cm]?[lL]|[kMGT]?Wh?|[kMG]?Hz|[kKMGTP][oB]|[kMG]bit/s|px|pt|dpi"
)
_FRENCH_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|janv\\.|févr?\\.|avr\\.|juil\\.|sept\\.|oct\\.|nov\\.|déc\\."
)
_ENGLISH_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_RANGE_ENDS = r"(?![\w/–-]|[.,]\d)"  # not 2025-02-12, not a telephone, not a reference


def _with_no_break_space(match: re.Match[str]) -> str:
    return f"{match[1]}{NBSP}"  # a function: `re` parses a template at each call


def _hold(before: str, after: str) -> Step:
    """Return the step that keeps `before` and `after` on one line."""
    return _replace(f"({before}){_S}(?={after})", _with_no_break_space)


def _thousands(space: str) -> Step:
    # Not after a sign or a letter, nor from 0: 0199 001 234 is a telephone.
    return _replace(
        rf"[1-9](?<![\w.,+/-].)\d{{0,2}}(?:{_S}\d{{3}})+(?:(?!\w)|(?=es?\b))",
        lambda match: re.sub(_S, space, match[0]),
    )


def _year_range(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    return f"{first}–{last}" if first < last <= "2999" else match[0]


def _figure_range(match: re.Match[str]) -> str:
    return f"{match[1]}–{match[2]}" if int(match[1]) < int(match[2]) else match[0]


use_dash_between_years = _if_any(
    ("-",),
    _replace(rf"([12](?<![\w/.,+–°-].)(?<!°{_S}.)\d{{3}})-(\d{{4}}){_RANGE_ENDS}", _year_range),
)
use_dash_between_figures = _if_any(
    ("-",),
    _replace(
        rf"(\d(?<![\w/.,+–°-].)\d{{0,2}})-(\d{{1,3}})(?={_S}?(?:%|{_UNITS})(?!\w))", _figure_range
    ),
)


def _short_year_range(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    return f"{first}–{last}" if int(first[2:]) < int(last) else match[0]


# 2019-20; but not 2025-12-01, and 2019-12 is a month.
use_dash_between_short_years = _if_any(
    ("-",),
    _replace(rf"(?<![\w/.,+–°£$€-])((?:1[5-9]|20)\d\d)-(\d\d){_RANGE_ENDS}", _short_year_range),
)
use_dash_between_pages = _if_any(
    ("-",),
    _replace(
        rf"(?<![\w-])((?:pp?|[Pp]ages|[Cc]hapters|nos|vols|figs)(?:\.{_S}?|{_S})\d{{1,4}})"
        rf"-(?=\d{{1,4}}{_RANGE_ENDS})",
        r"\1–",
    ),
)
_HOUR = r"\d{1,2}(?:[.:]\d\d)?"
_HALF = rf"(?:{_S}?[ap](?:m\b|\.m\.))"
use_dash_between_hours = _if_any(
    ("-",),
    _replace(
        rf"(?<![\w.:/+-])({_HOUR}{_HALF}|{_HOUR}(?=-{_HOUR}{_HALF})|\d{{1,2}}:\d\d)"
        rf"-(?={_HOUR}{_HALF}|\d{{1,2}}:\d\d{_RANGE_ENDS})",
        r"\1–",
    ),
)
_AMOUNT = r"\d[\d,]*(?:\.\d+)?(?:[kKmM]|[bt]n|m?illion)?"
use_dash_between_amounts = _if_any(
    ("-",), _replace(rf"([£$€]{_AMOUNT})-(?=[£$€]?{_AMOUNT}(?![\w/–-]))", r"\1–")
)
use_multiplication_sign = _if_any(("*",), _replace(rf"(?<=\d){_S}\*{_S}(?=\d)", f"{NBSP}×{NBSP}"))
hold_french_figure = _hold(
    r"\d(?:\ufffc*er\ufffc*)?", rf"(?:{_UNITS})(?![\w’'])|(?:{_FRENCH_MONTHS})(?!\w)"
)
hold_english_figure = _hold(
    r"\d(?:\ufffc*(?:st|nd|rd|th)\ufffc*)?",
    rf"(?:{_UNITS}|[bt]n|[ap]\.?m)(?![\w’'])|(?:{_ENGLISH_MONTHS})\b",
)
close_percent_and_pound = _if_any(
    "%£$", _replace(rf"(?<=\d){_S}(?=%(?!\w))|(?<=[£$])(?<!\w.){_S}(?=\d)", "")
)
hold_english_month = _hold(rf"\b(?:{_ENGLISH_MONTHS})", r"\d{1,2}(?!\d)")
hold_percent_and_euro = _if_any(
    "%€", _replace(rf"(\d){_S}?(?=%(?!\w)|(?:[kKMG]|Mds?)?€)", _with_no_break_space)
)
hold_minutes = _if_any(("h ", f"h{NBSP}"), _hold(r"h(?<=[\d\s]h)", r"\d\d(?!\w)"))
hold_french_reference = _if_any(
    "°º§.",
    _replace(
        rf"([nN][°º]s?|§){_S}?(?=\d)"
        rf"|([pPaAcCfFvVt](?<!\w.)(?:p?|rt|hap|ig|ol|l)\.){_S}(?=\d)",
        lambda match: f"{match[1] or match[2]}{NBSP}",
    ),
)
hold_english_reference = _hold(
    r"[NnPpAaFfVvC](?<!\w.)(?:os?|p?|rt|ig|ol|h)\.|N(?<!\w.)os?|§", r"\d"
)


def _when_figures(*steps: Step) -> Step:
    """Return `steps` as one, left out when a text has no digit."""
    figure = re.compile("[0-9]")

    def step(text: str) -> str:
        return _apply(steps, text) if figure.search(text) else text

    return step


hold_french_title = _if_any(
    ("M.", "MM.", "Mme", "Mlle", "Me ", "Mgr", "Dr", "Pr"),
    _hold(
        r"[MDP](?<!\w.)(?:(?<=M)(?:\.|M\.|mes?|lles?|e|gr)|(?<=D)rs?|(?<=P)rs?)",
        rf"\ufffc*{_UPPER}",
    ),
)
hold_english_title = _hold(
    r"[MDPS](?<!\w.)(?:(?<=M)rs?|(?<=M)s|(?<=D)r|(?<=P)rof|(?<=S)(?:t|gt|ir))\.?",
    rf"\ufffc*{_UPPER}",
)
hold_initial = _replace(rf"\.{_S}(?=\ufffc*{_UPPER})(?<={_UPPER}..)(?<![\w.]...)", f".{NBSP}")
hold_roman_numeral = _if_any(
    ("II", "IV", "IX", "VI", "XI", "XV", "XX", "Ier"),
    _replace(rf"{_S}(?=(?:[IVX]{{2,}}|Ier)(?![\w\ufffc]))(?<=[a-zà-ÿ].)", NBSP),
)
hold_century = _if_any(
    ("siècle", "République", "arrondissement"),
    _hold(r"[IVX]\ufffc*es?\ufffc*", "siècle|République|arrondissement"),
)


# In French two hyphens stay: who types them may mean an option, or the end of a comment. In English
# they are a typewriter's dash, where spaces stand around them.
use_spaced_dash = _if_any(_spaced("-"), _replace(rf"(?<=\S)({_S})-(?={_S}\S)", r"\1–"))
use_english_dash = _if_any(_spaced("-"), _replace(rf"(?<=\S)({_S})--?(?={_S}\S)", r"\1–"))

_DASH = re.compile(rf"(?<=\S){_S}([–—])(?:{_S}(?=\S)|(?=[,.;:!?)]))|[.!?…](?=[ \n»”])|\n")


def hold_aside(text: str) -> str:
    """Return `text` with asides held to the dashes that open and close them in a sentence."""
    inside = False

    def mend(match: re.Match[str]) -> str:
        nonlocal inside
        dash = match[1]
        if dash is None:
            inside = False
            return match[0]
        followed_by_space = match[0][-1] != dash
        inside = not inside and followed_by_space
        if inside:
            return f" {dash}{NBSP}"
        return f"{NBSP}{dash} " if followed_by_space else f"{NBSP}{dash}"

    return _DASH.sub(mend, text)


_MARK = rf"{_S}(?=%s)(?<=\S.)"
_HIGH_MARK = r"[;!?](?!-?\)|=)"  # not ;) and !=
_COLON = r":(?!-?[()DPp](?!\w)|\w+:)"  # not :-) and :rocket:


def _space_before(mark: str, space: str) -> Step:
    return _replace(_MARK % mark, space)


_RANGES = (use_dash_between_years, use_dash_between_figures, use_multiplication_sign)
_FRENCH_FIGURES = (
    *_RANGES,
    hold_percent_and_euro,
    hold_french_figure,
    hold_minutes,  # after the hour holds to its h
    hold_french_reference,
)
_ENGLISH_FIGURES = (
    *_RANGES,
    use_dash_between_short_years,
    use_dash_between_pages,
    use_dash_between_hours,
    use_dash_between_amounts,
    close_percent_and_pound,
    hold_english_figure,
    hold_english_month,
    hold_english_reference,
)


def _french_steps(profile: Profile) -> tuple[Step, ...]:
    narrow = NBSP if profile == "mail" else NARROW_NBSP
    return (
        collapse_spaces,
        remove_space_before_stop,  # before the ellipsis: `. ..` becomes one
        remove_space_after_bracket,
        _if_any(_spaced(";!?"), _space_before(_HIGH_MARK, narrow)),
        _if_any(_spaced(":"), _space_before(_COLON, NBSP)),
        add_space_after_comma,
        use_ellipsis,
        use_french_apostrophes,
        use_guillemets,
        hold_guillemets,  # after the quotes have become guillemets
        _when_figures(_thousands(narrow), *_FRENCH_FIGURES),
        hold_french_title,
        hold_initial,  # before the asides: no sentence ends at an initial
        hold_roman_numeral,
        hold_century,
        use_spaced_dash,
        _if_any("–—", hold_aside),
    )


def _english_steps() -> tuple[Step, ...]:
    return (
        collapse_spaces,
        remove_space_before_stop,
        remove_space_after_bracket,
        _if_any(_spaced(";:!?"), _space_before(f"(?:{_HIGH_MARK}|{_COLON})", "")),
        add_space_after_comma,
        use_ellipsis,
        use_english_apostrophes,
        use_curly_quotes,
        _when_figures(_thousands(NBSP), *_ENGLISH_FIGURES),
        hold_english_title,
        hold_initial,
        use_english_dash,
    )


@cache
def _steps(language: str, profile: Profile) -> tuple[Step, ...]:
    steps = _french_steps(profile) if language == "fr" else _english_steps()
    return (use_wide_no_break_spaces, *steps) if profile == "mail" else steps


def _apply(steps: Iterable[Step], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


def apply_typography(text: str, *, language: str, profile: Profile = "mail") -> str:
    """Return `text` set by the rules of `language` ("fr", "en").

    `mail` uses U+00A0 only; `print` uses U+202F where the Imprimerie nationale asks for it.
    Addresses of pages and people stay as typed.
    """
    steps = _steps(language, profile)
    if "@" not in text and "://" not in text and "www." not in text:
        return _apply(steps, text)
    opaque = iter(_OPAQUE.findall(text))
    return re.sub(OBJECT, lambda _: next(opaque), _apply(steps, _OPAQUE.sub(OBJECT, text)))


_FRENCH_ORDINAL = re.compile(
    r"(?<![\w#@./])(?:(?:1(?=er|re)|2(?=nd)|(?!1e)\d+(?=es?(?!\w))|I(?=er)|(?!Ie)[IVX][IVXLC]*(?=es?(?!\w)))"
    r"(ers?|res?|ndes?|nds?|es?))(?![\w@]|\.\w)"
)


def split_superscripts(text: str, *, language: str) -> list[tuple[str, bool]]:
    """Return `text` in pieces, each with whether it is the raised end of an ordinal.

    Wrong forms (1ère, 2ème) are left alone: their letters are for the checks. English raises none.
    """
    if language != "fr":
        return [(text, False)]
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _FRENCH_ORDINAL.finditer(text):
        pieces += [(text[end : match.start(1)], False), (match[1], True)]
        end = match.end()
    if end < len(text) or not pieces:
        pieces.append((text[end:], False))
    return pieces
