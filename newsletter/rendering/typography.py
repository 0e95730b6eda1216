"""Spaces, quotes, apostrophes, dashes and ellipses as French and English printers set them.

A text passes through a visible list of steps, each `str -> str`. No step touches a letter or a
digit, and the whole list applied twice gives what it gave once. U+FFFC may stand in a text for
something opaque (code, a link's border): steps see through it, and never add, remove or move it.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

from newsletter.values.dates import MONTHS

Profile = Literal["mail", "print"]
Step = Callable[[str], str]
Replacement = str | Callable[[re.Match[str]], str]

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


def _if_any(signs: Iterable[str], step: Step) -> Step:
    """Return `step`, left out (it is much quicker) when a text has none of `signs`."""
    signs = tuple(signs)

    def guarded(text: str) -> str:
        return step(text) if any(map(text.__contains__, signs)) else text

    return guarded


def _rule(pattern: str, replacement: Replacement, signs: Iterable[str] = ()) -> Step:
    # Compiled when a text first needs it: most texts need few of the rules.
    step = partial(re.sub, pattern, replacement)
    return _if_any(signs, step) if signs else step


def _held(match: re.Match[str]) -> str:
    return f"{match[1]}{NBSP}"  # a function: `re` parses a template at each call


def _hold(before: str, after: str, signs: Iterable[str] = ()) -> Step:
    """Return the step that keeps `before` and `after` on one line."""
    return _rule(f"({before}){_S}(?={after})", _held, signs)


def _dashed(before: str, after: str) -> Step:
    return _rule(f"({before})-(?={after})", r"\1–", "-")


def _spaced(signs: str) -> list[str]:
    return [space + sign for space in (" ", *_UNUSUAL) for sign in signs]


def _apply(steps: Iterable[Step], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


def _one_space(match: re.Match[str]) -> str:
    return next((space for space in (NBSP, NARROW_NBSP) if space in match[0]), " ")


# {H,C}, f(x,y), a,b.csv: signs of mathematics and names of files keep their comma.
_FORMULA = re.compile(r"[{}\[\]<>=_\\]|\w\(|\.[a-z]{2,4}\b|(?<!\w)\w,\w(?!\w)")


def _spaced_commas(match: re.Match[str]) -> str:
    word = match[0]
    return word if _FORMULA.search(word) else re.sub(r",(?=[^\W\d_])(?<=[^\W\d_],)", ", ", word)


_SPACES = (
    _rule(_S + "{2,}", _one_space, ("  ", *_UNUSUAL)),
    # `.5` and `.NET` keep their space; so does « ... » within a sentence.
    _rule(rf"{_S}(?=\)|,(?!\d)|\.(?:[\s»”)\ufffc]|$))(?<=[^\s(].)", "", _spaced(".,)")),
    _rule(rf"\({_S}(?=[^\s)])", "(", "("),
)
_COMMAS_AND_ELLIPSES = (
    _rule(r"(?<!\S)[^\s,]*+,\S*", _spaced_commas, ","),
    _rule(r"\.{3,}", "…", ["..."]),  # after the stops: `. ..` becomes one
)

_BLANKS = " \u00a0\u202f\u2009\n"
_OPENERS = f"{_BLANKS}([{{«“‘\"'’–—-/"
_CLOSERS = f"{_BLANKS})]}}»”’\"'–—-/.,;:!?…"


def _beside(text: str, position: int, direction: int) -> str:
    """Return the character beside `position`, seen through borders; a space at either end."""
    position += direction
    while 0 <= position < len(text) and text[position] == OBJECT:
        position += direction
    return text[position] if 0 <= position < len(text) else " "


def _quote_role(text: str, position: int, *, inside: bool) -> Literal["open", "close", "none"]:
    """Tell what a straight double quote does; `inside` says whether one is already open."""
    before, after = _beside(text, position, -1), _beside(text, position, 1)
    touches_before = text[max(0, position - 1) : position] or " "
    touches_after = text[position + 1 : position + 2] or " "
    can_open = before in _OPENERS and touches_after not in f"{_BLANKS}»"
    can_close = after in _CLOSERS and touches_before not in f"{_BLANKS}«"
    if can_open and not can_close:
        return "open"
    if inside:
        return "close"
    return "none" if (can_close and not can_open) or before.isdigit() else "open"  # 15" are inches


def _pair_quotes(outer: tuple[str, str], inner: tuple[str, str]) -> Step:
    """Return the step that turns pairs of `"` into `outer` quotes, `inner` ones when nested."""

    def step(text: str) -> str:
        signs, depth, opened = list(text), 0, list[int]()
        for match in re.finditer('["«»]', text):
            position, sign = match.start(), match[0]
            if sign != '"':
                depth = max(0, depth + (1 if sign == "«" else -1))
                continue
            role = _quote_role(text, position, inside=bool(opened))
            if role == "open":
                opened.append(position)
            elif role == "close":
                opening = opened.pop()
                signs[opening], signs[position] = inner if depth + len(opened) else outer
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
            starts_word = before in _OPENERS and after not in _BLANKS
            closes_later = position < last or (language == "en" and position in begins)
            opens = starts_word and closes_later and not _ELISION.match(text, position + 1)
            return "‘" if opens else "’"

        return re.sub("'", curled, text)

    return _if_any("'", step)


_UNITS = (
    "[kKMG]?€|Mds?€|[kKMG]?\\$|£|‰|°[CF]?|millions?|milliards?|euros?|dollars?|h|min|ms|s"
    "|[kcm]?m[²2³3]?|ha|[km]?g|t|[cm]?[lL]|[kMGT]?Wh?|[kMG]?Hz|[kKMGTP][oB]|[kMG]bit/s|px|pt|dpi"
)
_FRENCH_MONTHS = "|".join(MONTHS["fr"]) + r"|(?:janv|févr?|avr|juil|sept|oct|nov|déc)\."
_ENGLISH_MONTHS = "|".join(MONTHS["en"])
_RANGE_ENDS = r"(?![\w/–-]|[.,]\d)"  # not 2025-02-12, not a telephone, not a reference
_HOUR = r"\d{1,2}(?:[.:]\d\d)?"
_HALF = rf"(?:{_S}?[ap](?:m\b|\.m\.))"
_PLACES = "pp?|[Pp]ages|[Cc]hapters|nos|vols|figs"
_AMOUNT = r"\d[\d,]*(?:\.\d+)?(?:[kKmM]|[bt]n|m?illion)?"


def _thousands(space: str) -> Step:
    # Not after a sign or a letter, nor from 0: 0199 001 234 is a telephone.
    return _rule(
        rf"[1-9](?<![\w.,+/-].)\d{{0,2}}(?:{_S}\d{{3}})+(?:(?!\w)|(?=es?\b))",
        lambda match: re.sub(_S, space, match[0]),
    )


def _range(match: re.Match[str]) -> str:
    """Return a range with its dash, where it rises; group 1, often empty, is what stands before."""
    return f"{match[1]}{match[2]}–{match[3]}" if int(match[2]) < int(match[3]) else match[0]


_RANGES = (
    _rule(rf"()([12](?<![\w/.,+–°-].)(?<!°{_S}.)\d{{3}})-([0-2]\d{{3}}){_RANGE_ENDS}", _range, "-"),
    _rule(
        rf"()(\d(?<![\w/.,+–°-].)\d{{0,2}})-(\d{{1,3}})(?={_S}?(?:%|{_UNITS})(?!\w))", _range, "-"
    ),
    _rule(rf"(?<=\d){_S}\*{_S}(?=\d)", f"{NBSP}×{NBSP}", "*"),
)
_FRENCH_FIGURES = (
    _thousands(NARROW_NBSP),
    *_RANGES,
    _rule(rf"(\d){_S}?(?=%(?!\w)|(?:[kKMG]|Mds?)?€)", _held, "%€"),
    _hold(r"\d(?:\ufffc*er\ufffc*)?", rf"(?:{_UNITS})(?![\w’'])|(?:{_FRENCH_MONTHS})(?!\w)"),
    _hold(r"h(?<=[\d\s]h)", r"\d\d(?!\w)", ("h ", f"h{NBSP}")),  # after the hour holds to its h
    _rule(
        rf"([nN][°º]s?|§){_S}?(?=\d)"
        rf"|([pPaAcCfFvVt](?<!\w.)(?:p?|rt|hap|ig|ol|l)\.){_S}(?=\d)",
        lambda match: f"{match[1] or match[2]}{NBSP}",
        "°º§.",
    ),
)
_ENGLISH_FIGURES = (
    _thousands(NBSP),
    *_RANGES,
    # 2019-20; but not 2025-12-01, and 2019-12 is a month.
    _rule(rf"(?<![\w/.,+–°£$€-])(1[5-9]|20)(\d\d)-(\d\d){_RANGE_ENDS}", _range, "-"),
    _dashed(rf"(?<![\w-])(?:{_PLACES})(?:\.{_S}?|{_S})\d{{1,4}}", rf"\d{{1,4}}{_RANGE_ENDS}"),
    _dashed(
        rf"(?<![\w.:/+-])(?:{_HOUR}{_HALF}|{_HOUR}(?=-{_HOUR}{_HALF})|\d{{1,2}}:\d\d)",
        rf"{_HOUR}{_HALF}|\d{{1,2}}:\d\d{_RANGE_ENDS}",
    ),
    _dashed(rf"[£$€]{_AMOUNT}", rf"[£$€]?{_AMOUNT}(?![\w/–-])"),
    _rule(rf"(?<=\d){_S}(?=%(?!\w))|(?<=[£$])(?<!\w.){_S}(?=\d)", "", "%£$"),
    _hold(
        r"\d(?:\ufffc*(?:st|nd|rd|th)\ufffc*)?",
        rf"(?:{_UNITS}|[bt]n|[ap]\.?m)(?![\w’'])|(?:{_ENGLISH_MONTHS})\b",
    ),
    _hold(rf"\b(?:{_ENGLISH_MONTHS})", r"\d{1,2}(?!\d)"),
    _hold(r"[NnPpAaFfVvC](?<!\w.)(?:os?|p?|rt|ig|ol|h)\.|N(?<!\w.)os?|§", r"\d"),
)
_INITIALS = _rule(rf"\.{_S}(?=\ufffc*{_UPPER})(?<={_UPPER}..)(?<![\w.]...)", f".{NBSP}")
_DASH = re.compile(rf"(?<=\S){_S}([–—])(?:{_S}(?=\S)|(?=[,.;:!?)]))|[.!?…](?=[ \n»”])|\n")


def _hold_asides(text: str) -> str:
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
_FRENCH = (
    *_SPACES,
    _rule(_MARK % _HIGH_MARK, NARROW_NBSP, _spaced(";!?")),
    _rule(_MARK % _COLON, NBSP, _spaced(":")),
    *_COMMAS_AND_ELLIPSES,
    _curly_apostrophes("fr"),
    _pair_quotes(("«", "»"), ("“", "”")),
    _rule(f"«{_S}*", f"«{NBSP}", "«"),  # after the quotes have become guillemets
    _rule(f"{_S}*»", f"{NBSP}»", "»"),
    _if_any("0123456789", partial(_apply, _FRENCH_FIGURES)),
    _hold(
        r"[MDP](?<!\w.)(?:(?<=M)(?:\.|M\.|mes?|lles?|e|gr)|(?<=D)rs?|(?<=P)rs?)",
        rf"\ufffc*{_UPPER}",
    ),
    _INITIALS,  # before the asides: no sentence ends at an initial
    _rule(rf"{_S}(?=(?:[IVX]{{2,}}|Ier)(?![\w\ufffc]))(?<=[a-zà-ÿ].)", NBSP),
    _hold(r"[IVX]\ufffc*es?\ufffc*", "siècle|République|arrondissement"),
    # Two hyphens stay: who types them may mean an option, or the end of a comment.
    _rule(rf"(?<=\S)({_S})-(?={_S}\S)", r"\1–", _spaced("-")),
    _if_any("–—", _hold_asides),
)
_ENGLISH = (
    *_SPACES,
    _rule(_MARK % f"(?:{_HIGH_MARK}|{_COLON})", "", _spaced(";:!?")),
    *_COMMAS_AND_ELLIPSES,
    _curly_apostrophes("en"),
    _pair_quotes(("“", "”"), ("“", "”")),
    _if_any("0123456789", partial(_apply, _ENGLISH_FIGURES)),
    _hold(
        r"[MDPS](?<!\w.)(?:(?<=M)rs?|(?<=M)s|(?<=D)r|(?<=P)rof|(?<=S)(?:t|gt|ir))\.?",
        rf"\ufffc*{_UPPER}",
    ),
    _INITIALS,
    # Two hyphens are a typewriter's dash, where spaces stand around them.
    _rule(rf"(?<=\S)({_S})--?(?={_S}\S)", r"\1–", _spaced("-")),
)


def apply_typography(text: str, *, language: str, profile: Profile = "mail") -> str:
    """Return `text` set by the rules of `language` ("fr", "en")."""
    # `mail` uses U+00A0 only, for fonts of old mail clients show U+202F as a box; `print` uses
    # U+202F where the Imprimerie nationale asks for it. Addresses of pages and people stay as
    # typed.
    has_address = "@" in text or "://" in text or "www." in text
    words = _OPAQUE.sub(OBJECT, text) if has_address else text
    steps = _FRENCH if language == "fr" else _ENGLISH
    if profile == "mail":
        words = _apply(steps, words.replace(NARROW_NBSP, NBSP)).replace(NARROW_NBSP, NBSP)
    else:
        words = _apply(steps, words)
    opaque = iter(_OPAQUE.findall(text) if has_address else ())
    return re.sub(OBJECT, lambda _: next(opaque), words) if has_address else words


_FRENCH_ORDINAL = re.compile(
    r"(?<![\w#@./])(?:(?:1(?=er|re)|2(?=nd)|(?!1e)\d+(?=es?(?!\w))|I(?=er)|(?!Ie)[IVX][IVXLC]*(?=es?(?!\w)))"
    r"(ers?|res?|ndes?|nds?|es?))(?![\w@]|\.\w)"
)


def split_superscripts(text: str, *, language: str) -> list[tuple[str, bool]]:
    """Return `text` in pieces, each with whether it is the raised end of an ordinal."""
    # Wrong forms (1ère, 2ème) stay: their letters are for the checks. English raises none.
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _FRENCH_ORDINAL.finditer(text) if language == "fr" else ():
        pieces += [(text[end : match.start(1)], False), (match[1], True)]
        end = match.end()
    return pieces if pieces and end == len(text) else [*pieces, (text[end:], False)]
