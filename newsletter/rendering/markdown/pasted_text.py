"""Text as people paste it from Word, as Markdown that says what they see."""

import re
from collections.abc import Iterator

from newsletter.rendering.markdown.line_breaks import breaks_in
from newsletter.rendering.typography import OBJECT
from newsletter.values.links import UNSEEN

# What XML 1.0 refuses (production Char); the fragment goes through a strict MJML parser.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a forced line break of Word is in a file, and becomes in some editors.
_UNSEEN = re.compile(rf"{NOT_XML.pattern}|[\u200b\ufeff]")  # spaces without width, from the web
_LINE_BREAKS = re.compile("[\x0b\u2028]")
_BULLETS = "•▪◦‣\uf020-\uf0ff"  # the last are Word's, in the fonts Symbol and Wingdings
# Word's other signs, as they are without its fonts: a list where a tab or wide spaces follow.
_WORD_SIGNS = "o§·–—Øüvq-"
_MAX_MARKERS = 8  # deeper nesting is no writer's wish, and kills the MJML parser
_PASTED_SIGN = re.compile(
    rf"[{_BULLETS}·\t]|[o§][ \u00a0]{{2}}|[-*+.)][\u00a0\u202f]|\d{{3}}[.)]\s|==="
)  # quick look
_PASTED_LINE = re.compile(
    rf"^(?P<before>[ \t>]*)(?:(?P<sign>[{_BULLETS}](?=[ \t\u00a0\u202f]*\S)"
    rf"|[{_WORD_SIGNS}](?=[ \u00a0]*\t[ \t\u00a0]*\S)|[o§](?=[ \u00a0]{{2,}}\S)|·(?=[ \u00a0]+\S))"
    r"[ \t\u00a0\u202f]*|(?P<marker>[-*+]|\d{1,2}[.)])[\t\u00a0\u202f][ \t\u00a0\u202f]*"
    r"|(?P<number>(?:[-*+] +)*\d{3,})(?P<stop>[.)])(?=\s)"
    r"|(?P<underline>={3,})[ \t]*$)"
)
_ITEM_SIGN = re.compile(r" *(?:[-*+]|\d{1,2}[.)])[ \t\u00a0\u202f]")
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
_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ROW = re.compile(r"\s*\|.+\|\s*$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


def mend_pasted_text(text: str) -> str:
    """Return `text` as Markdown that says what its writer sees; code stays as typed."""
    # Word's bullets open lists, a year that opens a line does not, a table needs no line of dashes,
    # and no row loses its last cells. A programme, an address, a signature keep their lines.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN.sub("", _LINE_BREAKS.sub("  \n", text.replace(OBJECT, "")))
    if "```" not in text and "~~~" not in text:
        return _mend_prose(text)
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
    return "\n".join(_mend_tables(text.split("\n"))) if "|" in text else text


def with_lists(text: str) -> str:
    """Return `text`, line for line, with the lists of Word and of typewriters as Markdown's."""
    if _PASTED_SIGN.search(text):
        text = "\n".join(_mend_markers(text.split("\n")))
    if "–" in text or "—" in text:
        text = _DASH_LIST.sub(_mend_dashes, text)
    if not text.isascii() or "->" in text or "=>" in text:
        text = ARROW_LIST.sub(lambda lines: _ARROW.sub("- ", lines[0]), text)
    if sum(map(text.count, ">-*+")) > _MAX_MARKERS:
        text = _DEEP.sub(r"\1", text)
    return text


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
    item = _ITEM_SIGN.match(above)
    return _DASH.sub(" " * (item.end() if item else 0) + "- ", lines[0])


def _mend_tables(lines: list[str]) -> Iterator[str]:
    """Yield `lines` with each table's head as wide as its widest row, under it a row of dashes."""
    number = 0
    while number < len(lines):
        end = _end_of_table(lines, number)
        if end > number:
            yield from _whole_table(lines[number:end])
            yield from [""] * (end < len(lines))  # or the next line would be a row
            number = end
        else:
            yield lines[number]
            number += 1


def _end_of_table(lines: list[str], start: int) -> int:
    """Return the line after the table that begins at `start`, or `start` if none does."""
    first, second = [*lines[start : start + 2], ""][:2]
    if "|" not in first or "|" not in second:
        return start
    if not _DELIMITER_ROW.match(second) and not (_ROW.match(first) and _ROW.match(second)):
        return start
    return next((end for end in range(start + 2, len(lines)) if "|" not in lines[end]), len(lines))


def _whole_table(rows: list[str]) -> Iterator[str]:
    head, *body = rows
    dashes = body.pop(0) if _DELIMITER_ROW.match(body[0]) else "|---"
    columns = max(map(_cells, (head, *body)))
    indent = head[: len(head) - len(head.lstrip())]
    cells = (dashes.strip().strip("|").split("|") + ["---"] * columns)[:columns]
    missing = columns - _cells(head)
    yield head.rstrip().removesuffix("|") + "| " * missing + "|" if missing else head
    yield f"{indent}|{'|'.join(cells)}|"
    yield from body


def _cells(line: str) -> int:
    return len(_CELL_BORDER.findall(line.strip().strip("|"))) + 1
