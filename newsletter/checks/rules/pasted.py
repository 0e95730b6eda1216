"""What was typed or pasted, and would look otherwise in the mail."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from newsletter.checks.reading import OPAQUE, Said
from newsletter.checks.rule import Checked, Findings, at_words, beginning, rule
from newsletter.i18n import N_, _, counted
from newsletter.problems.problem import Level
from newsletter.rendering.markdown.markdown import parse_markdown
from newsletter.rendering.markdown.pasted_text import breaks_in, with_lists

_TEXT_LINE = re.compile(r"^.*", re.MULTILINE)
# « 1° », « a) », « i. » before a tab: a list of Word's, whose lines stay as they are.
_LISTED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{2,4})[.)°º/]\t")
_RAISED = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
_NOTE_LINE = re.compile(
    r"^(?P<sign>\[(?P<square>\d{1,2})\]|\((?P<round>\d{1,2})\)|(?P<raised>[¹²³⁴-⁹]+))"
    r"[ \t\u00a0]*:?[ \t\u00a0]*(?=[^\s:(\[])",
    re.MULTILINE,
)
_TAG = re.compile(
    r"</?(?P<name>abbr|a|big|blockquote|br|b|center|code|del|div|em|font|hr|h[1-6]|iframe|img|ins|i"
    r"|li|mark|ol|pre|p|script|small|span|strike|strong|style|sub|sup|s|table|tbody|td|th|tr|ul|u)"
    r"(?=[\s/>])[^<>\n]*>|(?<!\{)\{[.#:][A-Za-z][\w .#=:-]*\}|&(?:nbsp|amp|lt|gt|[a-z]+|#\d+);"
    r"|<!--(?:.|\n)*?(?:-->|\Z)|\[/(?:b|i|u|s|center|color|img|quote|size|url)\]"
    # UTF-8 read as Windows-1252: é is Ã and ©, ’ is â, € and ™; or what could not be read at all.
    r"|(?P<lost>(?:Ã[\u00a0-\u00bf€‡‰ˆŠ‹Œ™”]|Â[\u00a0«»°]|â€|\ufffd)\S{0,20})",
    re.IGNORECASE,
)
_INSTEAD = {
    **dict.fromkeys(("b", "strong"), N_("write **the words** for bold, without <{name}>")),
    **dict.fromkeys(("i", "em"), N_("write *the words* for italics, without <{name}>")),
    "br": N_("end the line with \\ for a line break, without <{name}>"),
    "sup": N_("write ^the words^ to raise them, without <{name}>"),
    "sub": N_("write ~the words~ to lower them, without <{name}>"),
    "lost": N_("copy the text again, or type it: its accents were lost"),
}
# In words that are finished: no sentence has them.
_LEFT = re.compile(
    r"\]\(|\)\[(?=https?:|www\.)|\[[^\[\]\n]{1,80}\((?=https?:|www\.)|\*\*"
    rf"|(?:\]\{{|\S\||\[\[|\[url=){OPAQUE}?(?=https?:|www\.)|(?<=\w)\^(?=\w)"
)


@rule(Level.WARNING)
def glued_lines(checked: Checked) -> Findings:
    """Paragraphs are separated by an empty line.

    In Word, Enter ends a paragraph. Here a line continues in the next one: four pasted paragraphs arrive
    as one block. Short lines (a programme, an address, a signature) keep their breaks by themselves.
    Fails: two lines, each a paragraph of its own, one directly under the other.
    Passes: the same, with an empty line between them.
    Source: CommonMark 4.8; five in six real newsletters pasted from Word.
    """
    for text in checked.texts:
        if not text.is_markdown or "\n" not in text.text.strip():
            continue
        typed = list(_TEXT_LINE.finditer(text.text))
        lines = with_lists(text.prose).split("\n")
        for number in chain.from_iterable(list(_tables(lines))):
            lines[number] = ""
        for glued in breaks_in("\n".join(lines)).glued:
            first = typed[glued[0]]
            message = counted(
                "the line '{words}' and the one below it become one paragraph",
                "the line '{words}' and the {count} below it become one paragraph",
                len(glued),
            )
            hint = _("put an empty line between them; for a line break alone, end a line with \\")
            words = beginning(first[0])
            yield at_words(text, first.span(), message, hint, words=words, count=len(glued))


def _tables(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the numbers of the lines of each table whose columns are separated by tabs."""

    def is_row(number: int) -> bool:
        return "\t" in lines[number].rstrip(" ") and not _LISTED.match(lines[number])

    for are_rows, numbers in groupby(range(len(lines)), is_row):
        rows = list(numbers)
        if are_rows and len(rows) > 1:
            yield rows


@rule(Level.WARNING)
def tabbed_lines(checked: Checked) -> Findings:
    """A table is written with bars, not with tabs.

    Columns copied from Excel or Word have tabs between them; an email has none: cells would run together.
    Fails: `Region`, a tab, `Budget` on one line, and `East`, a tab, `£12,000` on the next.
    Passes: `| Region | Budget |` and `| East | £12,000 |`
    Source: HTML shows any number of spaces and tabs as one space.
    """
    for text in checked.texts:
        if "\t" not in text.text or not text.is_markdown:
            continue
        typed = list(_TEXT_LINE.finditer(text.text))
        for numbers in _tables(with_lists(text.prose).split("\n")):
            first = typed[numbers[0]]
            rows = [typed[number][0].rstrip("\t").split("\t") for number in numbers]
            line = first[0].strip()
            alike = (each for each in checked.source.text.split("\n") if each.strip() == line)
            # What is to paste has it too.
            indent, *_rest = re.split(r"\S", next(alike, line), maxsplit=1)
            cells = (" | ".join(map(str.strip, row)).replace("\u00a0", " ") for row in rows)
            table = "\n".join(f"{indent}| {each} |" for each in cells)
            message = _("{count} lines have tabs: the columns will run into one another")
            hint = _("write a table, with an empty line above and below it:\n{table}\n")
            yield at_words(text, first.span(), message, hint, count=len(rows), table=table)


@rule(Level.WARNING)
def word_note(checked: Checked) -> Findings:
    """A footnote is written with `[^1]`.

    Word's footnotes are pasted as plain numbers: nothing leads from the word to its note.
    Fails: `an agreement[1]` and, below the text, `[1] Signed in March.`
    Passes: `an agreement[^1]` and, below the text, `[^1]: Signed in March.`
    Source: what Word and Google Docs paste.
    """
    for text, note in checked.matches(_NOTE_LINE):
        sign = note["sign"]
        called = re.search(rf"(?<=[^\s\[(])[ \u00a0]?{re.escape(sign)}", text.prose)
        if text.is_markdown and called and called.start() <= note.start():
            number = (note["square"] or note["round"] or note["raised"]).translate(_RAISED)
            message = _("'{sign}' is not a footnote: nothing leads from the word to the note")
            hint = _("write [^{number}] after the word, and [^{number}]: before the note")
            span = called.end() - len(sign), called.end()
            yield at_words(text, span, message, hint, sign=sign, number=number)


@rule(Level.WARNING)
def shown_as_typed(checked: Checked) -> Findings:
    """Readers see no HTML, and no codes from another program.

    HTML in a text has no effect: it is shown as typed, as are the classes `{.red}` of some editors.
    Fails: `<center>Happy birthday</center>`, `Warning {.red}`
    Passes: `Happy birthday`, `**Warning**`
    Source: texts copied from a site's editor or an older newsletter program.
    """
    for text in checked.texts:
        told: set[str] = set()
        for tag in _TAG.finditer(text.prose):
            name = (tag["name"] or "").lower() or ("lost" if tag["lost"] else "")
            is_read = text.is_markdown and tag[0].startswith("&")
            if not is_read and (name or tag[0]) not in told:
                told.add(name or tag[0])
                message = _("'{words}' would be shown to readers as it is typed")
                is_mendable = name in _INSTEAD and (text.is_markdown or name == "lost")
                hint = _(_INSTEAD[name]) if is_mendable else _("remove it")
                level = Level.ERROR if tag["lost"] else None
                words = beginning(tag[0])
                yield at_words(text, tag.span(), message, hint, level=level, words=words, name=name)


@rule(Level.WARNING)
def markdown_left(checked: Checked) -> Findings:
    """No Markdown character is left in what readers see.

    A bracket too many or too few, or bold in a field that has none, and readers see `](` or `**` instead
    of a link or of bold words. The rule looks at the finished words, whatever the slip.
    Fails: `title: This **month's** dates`; `[the report]](https://www.example.org)`
    Passes: `title: This month's dates`
    Source: what is seen in real newsletters.
    """
    for text in checked.texts:
        if not any(sign in text.text for sign in ("**", "](", ")[", "(http", "(www.", "^", "://")):
            continue
        for left in _LEFT.finditer(_finished(text, checked.language)):
            sign = left[0].rstrip(OPAQUE)
            start = text.prose.find(sign)
            end = start + len(sign)
            if start >= 0 and text.prose[start - 1 : start] != "\\":
                words = " ".join(text.text[max(0, start - 15) : end + 15].split())
                message = _("readers would see '{sign}': {words}")
                hint = _("correct the link or the bold there; in a field without them, remove it")
                if sign == "^" and text.is_markdown:
                    hint = _("write ^ on both sides of what is raised: 1^st^")
                yield at_words(text, (start, end), message, hint, sign=sign, words=words)
                break


def _finished(text: Said, language: str) -> str:
    """Return the words that readers see of a text, with `OPAQUE` for its code, links and bold."""
    if not text.is_markdown:
        return text.prose
    inlines = parse_markdown(text.text, language=language).tokens
    parts = (each.children or () for each in inlines if each.type == "inline")
    lines = ([each.content if each.type == "text" else OPAQUE for each in part] for part in parts)
    return "\n".join(map("".join, lines))
