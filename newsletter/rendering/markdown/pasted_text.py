"""Text as people paste it from Word, as Markdown that says what they see.

Lines that their writer broke are told apart from prose that an editor wrapped: where the next
line's first word would have fitted, and a sentence ends or the lines are all short, somebody
pressed Enter and meant it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from newsletter.rendering.typography import OBJECT
from newsletter.values.links import UNSEEN

# What XML 1.0 refuses (production Char); the fragment goes through a strict MJML parser.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile(rf"{NOT_XML.pattern}|[\u200b\ufeff]")  # spaces without width, from the web
_LINE_BREAKS = re.compile("[\x0b\u2028]")  # Word's forced ones, in its files and in some editors
_BULLETS = "•▪◦‣\uf020-\uf0ff"  # the last are Word's, in the fonts Symbol and Wingdings
# Word's other signs, as they are without its fonts: a list where a tab or wide spaces follow.
_WORD_SIGNS = "o§·–—Øüvq-"
_MAX_MARKERS = 8  # deeper nesting is no writer's wish, and kills the MJML parser
_PASTED_LINE = re.compile(
    rf"^(?P<before>[ \t>]*)(?:(?P<sign>[{_BULLETS}](?=[ \t\u00a0\u202f]*\S)"
    rf"|[{_WORD_SIGNS}](?=[ \u00a0]*\t[ \t\u00a0]*\S)|[o§](?=[ \u00a0]{{2,}}\S)|·(?=[ \u00a0]+\S))"
    r"[ \t\u00a0\u202f]*|(?P<marker>[-*+]|\d{1,2}[.)])[\t\u00a0\u202f][ \t\u00a0\u202f]*"
    r"|(?P<number>(?:[-*+] +)*\d{3,})(?P<stop>[.)])(?=\s)"
    r"|(?P<underline>={3,})[ \t]*$)"
)
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t\u00a0\u202f]")
_NUMBER = re.compile(r"\d{1,2}[.)] ")
_DASH_LIST = re.compile(r"(?:(?<=\n\n)|(?<=:\n)|\A)(?:[–—][ \u00a0\u202f]+\S.*(?:\n|\Z)){2,}")
_ARROW = re.compile(r"^(?:[→➔➜➢➤⇒►▶▸▹●○■□◆◇❖⁃∙⦁]|[-=]{1,3}>{1,2})[ \t\u00a0\u202f]*", re.MULTILINE)
ARROW_LIST = re.compile(rf"(?:{_ARROW.pattern}\S.*(?:\n|\Z)){{2,}}", re.MULTILINE)
_DASH = re.compile("^[–—][ \u00a0\u202f]+", re.MULTILINE)
_DEEP = re.compile(
    rf"^((?:[ \t]*(?:>|[-*+] |\d{{1,2}}[.)] )){{{_MAX_MARKERS}}})[ \t>*+-]+", re.MULTILINE
)
_FENCED = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^`\n]*$.*?(?:^ *(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ADDRESS = re.compile(rf"(?:https?://|www\.)[^\s<>{UNSEEN}]*[{UNSEEN}][^\s<>]*")
# « [^1] : », as French has its colons.
_NOTE = re.compile(r"^([ >]*\[\^[^\]\s]+\])[ \u00a0\u202f]+:", re.MULTILINE)
_DELIMITERS = r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$"
_ROW = r"[^\S\n]*\|.+\|[^\S\n]*$"
_TABLE = re.compile(
    rf"^(?:[^|\n]*\|.*\n(?=.*\|){_DELIMITERS}|{_ROW}\n{_ROW})(?:\n[^|\n]*\|.*)*", re.MULTILINE
)
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_SPARE = 10  # so ragged are lines that a hand wraps
# Nobody wraps prose so narrow, or breaks lines so wide and means one paragraph.
_NARROW, _SHORT, _WIDE = 30, 45, 130
_LONG_WORD = 40  # an address: the line before it had to end early
_UNWRAPPED = 100  # a sentence that fills such a line was hardly wrapped there
_LINE = 60  # a line of a programme, an address or a signature is no longer
_NO_PROSE = re.compile(r"#{1,6}\s|[>|]|`{3}|~{3}|\[[^\]]*\]:|(?:[-*_=][ \t]*){3,}$|.*(?<!\\)\|")
_HARD_BREAK = re.compile(r".*(?: {2}|\\)$")
_SENTENCE_END = re.compile(r".*[.!?:;…][\s»”\"’)*_]*$")
_LOWER = "a-zß-öø-ÿœ"
_CAPITAL = re.compile(rf"[^\w\s]*\s?[^\W_{_LOWER}]|[–—\"«“]")
# « 9 h 30 : ouverture », « Lieu : Paris », "Place: London"
_LABELLED = re.compile(rf"\d{{1,2}}\s?[hH:]\s?\d{{0,2}}\b|[^\W\d_{_LOWER}][^:!?]{{1,16}}:\s")
_REACHED = re.compile(
    r"(?:T[ée]l|Phone|Mobile|Mail|E-?mail|Courriel|Site)\b[^:]{0,12}:|\S+@\S+$", re.I
)
# « 1° », « 1/ », « a) », « i. », « (2) »: the lists of Word that are none in Markdown.
_NUMBERED = re.compile(r"(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{2,4})[).]|\d{1,2}\s?[°º/–-])[\s\u00a0]")
_FIRST = re.compile(r"\(?[1aAiI]\b|1[°º]")


def mend_pasted_text(text: str) -> str:
    """Return `text` as Markdown that says what its writer sees; code stays as typed."""
    # Word's bullets open lists, a year that opens a line does not; a table needs no line of dashes.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN.sub("", _LINE_BREAKS.sub("  \n", text.replace(OBJECT, "")))
    mended, end = "", 0
    for code in _FENCED.finditer(text):
        mended += _mend_prose(text[end : code.start()]) + code[0]
        end = code.end()
    return mended + _mend_prose(text[end:])


def _mend_prose(text: str) -> str:
    text = _NOTE.sub(r"\1:", with_lists(text))
    text = _ADDRESS.sub(lambda url: re.sub(f"[{UNSEEN}]", "", url[0]), text)
    if "\n" in text.strip():
        breaks, lines = breaks_in(text), text.split("\n")
        for number in breaks.kept:
            lines[number] += "" if lines[number].endswith("\\") else "  "
        for number in breaks.ended:
            lines[number] += "\n"
        text = "\n".join(lines)
    return _TABLE.sub(_whole_table, text) if "|" in text else text


def with_lists(text: str) -> str:
    """Return `text`, line for line, with the lists of Word and of typewriters as Markdown's."""
    text = "\n".join(_mend_markers(text.split("\n")))
    text = _DASH_LIST.sub(_mend_dashes, text)
    text = ARROW_LIST.sub(lambda lines: _ARROW.sub("- ", lines[0]), text)
    return _DEEP.sub(r"\1", text)


def _mend_markers(lines: list[str]) -> Iterator[str]:
    """Yield `lines` with Markdown's signs: a sign other than that above opens a list in it."""
    indents: dict[str, int] = {}  # of the lists that are open, by their signs
    inside = 0  # where the words of the line above begin
    for line in lines:
        found = _PASTED_LINE.match(line)
        mended = _mended(found) + line[found.end() :] if found else line
        sign = found["sign"] if found and not found["before"] else None
        number = _NUMBER.match(mended)
        if sign or number:
            indent = indents.setdefault(sign or "1", inside if sign else 0)
            indents = {each: wide for each, wide in indents.items() if wide <= indent}
            inside = indent + (number.end() if number else len("- "))
            yield " " * indent + mended
        else:
            indents, inside = {}, 0
            yield mended


def _mended(match: re.Match[str]) -> str:
    if match["underline"]:
        return f"{match['before']}---"  # it underlined a heading, which this dialect has not
    if match["number"]:
        return f"{match['before']}{match['number']}\\{match['stop']}"
    return f"{match['before']}{match['marker'] or '-'} "


def _mend_dashes(lines: re.Match[str]) -> str:
    """Return lines that begin with dashes as a list: in the item above, where they follow one."""
    above = lines.string[: lines.start()].removesuffix("\n").rpartition("\n")[2]
    item = _ITEM.match(above)
    return _DASH.sub(" " * (item.end() if item else 0) + "- ", lines[0])


def _whole_table(lines: re.Match[str]) -> str:
    """Return a table whose head is as wide as its widest row, under it a row of dashes."""
    head, *body = lines[0].split("\n")
    dashes = body.pop(0) if re.match(_DELIMITERS, body[0]) else "|---"
    columns = max(map(_cells, (head, *body)))
    indent = head[: len(head) - len(head.lstrip())]
    cells = (dashes.strip().strip("|").split("|") + ["---"] * columns)[:columns]
    if missing := columns - _cells(head):
        head = head.rstrip().removesuffix("|") + "| " * missing + "|"
    is_last = lines.end() == len(lines.string)  # else the next line would be a row
    return "\n".join([head, f"{indent}|{'|'.join(cells)}|", *body, *([] if is_last else [""])])


def _cells(line: str) -> int:
    return len(_CELL_BORDER.findall(line.strip().strip("|"))) + 1


class Breaks(NamedTuple):
    """Lines of a text, by their numbers from 0, after which their writer pressed Enter."""

    kept: set[int]  # a line in the mail too
    ended: set[int]  # the last of a list
    glued: list[list[int]]  # in rows: they flow into the next line


def breaks_in(text: str) -> Breaks:
    """Return where the lines of `text`, without code, were broken on purpose."""
    breaks, lines = Breaks(set(), set(), []), text.split("\n")
    widest = _width([each for each in lines if not (_ITEM.match(each) or _NO_PROSE.match(each))])
    for start, end, is_list in _blocks(lines):
        block = lines[start:end]
        if is_list:
            breaks.ended.add(end - 1)
            continue
        kept = _kept(block)
        breaks.kept.update(start + each for each in kept)
        for each in _glued(block, kept, widest):
            if not breaks.glued or start + each != breaks.glued[-1][-1] + 1:
                breaks.glued.append([])
            breaks.glued[-1].append(start + each)
    return breaks


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield where each paragraph, and each list that text follows at once, begins and ends."""
    start, is_list = 0, False
    for number, line in enumerate([*lines, ""]):
        is_item = _ITEM.match(line) is not None
        is_border = not line.strip() or (_NO_PROSE.match(line) and not is_item)
        if is_border or (is_item and not is_list):
            if not is_list and number - start > 1:
                yield start, number, False
            start, is_list = (number + 1, False) if is_border else (number, True)
        elif is_list and not is_item and _ends_list(lines[start:number], line):
            yield start, number, True
            start, is_list = number, False


def _ends_list(items: Sequence[str], line: str) -> bool:
    """Tell whether a line that is not indented goes on below the list, not in its last item."""
    if line[0] in " \t":
        return False
    is_typed = _has_room(items[-1], line, max(map(len, (*items, line))))
    is_end = len(items[-1]) <= _NARROW or _SENTENCE_END.match(items[-1]) is not None
    return is_typed or (is_end and _CAPITAL.match(line) is not None)


def _kept(block: Sequence[str]) -> set[int]:
    """Return after which lines of a paragraph a break is sure, and does no harm."""
    width = _width(block)
    begun = [_CAPITAL.match(line) is not None for line in block[1:]]
    is_list = width <= _NARROW and len(block) > 2 and all(line[0].isalnum() for line in block)
    if is_list or (all(begun) and width <= _SHORT):
        return set(range(len(begun)))
    if numbered := _numbered(block):
        above = _kept(block[: numbered[0]])
        below = {numbered[-1] + each for each in _kept(block[numbered[-1] :])}
        return above | below | {number - 1 for number in numbered if number}
    free = [_has_room(line, after, width) for line, after in pairwise(block)]
    kept = set()
    for each, (line, after) in enumerate(pairwise(block)):
        is_half = len(line) <= min(width / 2, _SHORT) and _has_room(line, after, int(width * 0.85))
        in_row = any(
            free[each] and free[near] and begun[each] and begun[near]
            for near in (each - 1, each + 1)
            if 0 <= near < len(free)
        )
        is_label = _LABELLED.match(after) and (_LABELLED.match(line) or line.rstrip()[-1:] == ":")
        is_line = max(len(line), len(after)) <= _LINE
        is_contact = is_line and (_REACHED.match(line) or _REACHED.match(after))
        if is_half or (in_row and is_line) or is_label or is_contact:
            kept.add(each)
    # What stands above such lines ends where it ends: « … avec nous. » / « Cordialement, »
    above = {each - 1 for each in kept if each and begun[each - 1]}
    return kept | {each for each in above if _SENTENCE_END.match(block[each])}


def _numbered(block: Sequence[str]) -> list[int]:
    """Return which lines begin the items of a list; « M. Roux » begins none of 1°, 2°."""
    found = [number for number, line in enumerate(block) if _NUMBERED.match(line)]
    if not found or not _FIRST.match(block[found[0]]):
        return []
    is_digit = [block[number].lstrip("(")[0].isdigit() for number in found]
    items = [number for number, each in zip(found, is_digit, strict=True) if each == is_digit[0]]
    return items if len(items) > 1 else []


def _glued(block: Sequence[str], kept: set[int], widest: int) -> Iterator[int]:
    """Yield the lines that ended where they stand, and would flow into the next one."""
    width = _width(block)
    ends = [_SENTENCE_END.match(line) is not None for line in block]
    begins = [_CAPITAL.match(line) is not None for line in block[1:]]
    are_many = len(block) > 2 or (min(map(len, block)) > _UNWRAPPED and ends[-1])
    are_sentences = are_many and all(ends[:-1]) and all(begins)
    room = widest if widest > _WIDE else width  # of a line that nobody wrapped: so none was
    for number, (line, after) in enumerate(pairwise(block)):
        if width > _WIDE and (number not in kept or max(len(line), len(after)) > _WIDE):
            is_typed = ends[number] or begins[number]
        else:
            is_typed = number not in kept and ends[number] and begins[number]
            is_typed = is_typed and (are_sentences or _has_room(line, after, room))
        if is_typed and not _HARD_BREAK.match(line):
            yield number


def _has_room(line: str, after: str, width: int) -> bool:
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) <= width - _SPARE


def _width(block: Sequence[str]) -> int:
    """Return how wide a paragraph was wrapped; lines with an address count for nothing."""
    lines = (line for line in block if all(len(word) <= _LONG_WORD for word in line.split()))
    return max(map(len, lines), default=0)
