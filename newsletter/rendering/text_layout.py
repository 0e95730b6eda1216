"""Markdown tokens laid out as plain text: what a reader of the text part sees.

Lines break at plain spaces only, so that what typography holds together stays together. No sign of
Markdown is left: someone who hears the text read aloud must not meet a star or a tilde.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from markdown_it.token import Token

from newsletter.i18n import N_, translator
from newsletter.rendering.typography import NBSP

QUOTE_INDENT = "    "
RULE = "———"
_RAISED_FIGURES = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
REMOVED = N_("[removed: {words}]")
NOTE = N_("Note {number}: ")


def wrap(text: str, width: int = 72, initial_indent: str = "", subsequent_indent: str = "") -> str:
    """Return `text` in lines of at most `width`, broken at plain spaces; its own lines are kept.

    A word longer than a line (an address) stands alone, whole.
    """
    lines: list[str] = []
    indent = initial_indent
    for paragraph in text.split("\n"):
        line = ""
        for word in filter(None, paragraph.split(" ")):
            if line and len(indent) + len(line) + 1 + len(word) > width:
                lines.append(indent + line)
                line, indent = word, subsequent_indent
            else:
                line = f"{line} {word}" if line else word
        lines.append((indent + line).rstrip(" "))
        indent = subsequent_indent
    return "\n".join(lines)


_ENCODED = re.compile("(?:%[89A-F][0-9A-F])+", re.IGNORECASE)


def readable_address(url: str) -> str:
    """Return `url` as a person reads and types it: its accents shown, `mailto:` and `tel:` gone."""

    def shown(match: re.Match[str]) -> str:
        letters = unquote(match[0], errors="replace")
        return letters if all(letter.isalnum() for letter in letters) else match[0]

    url = _ENCODED.sub(shown, url)
    is_bare = "?" not in url
    return re.sub("^(?:mailto|tel):", "", url, flags=re.IGNORECASE) if is_bare else url


def _is_address(words: str, url: str) -> bool:
    """Tell whether `words` already say where a link leads."""
    if url.lower().startswith("tel:"):
        return _figures(words)[-9:] == _figures(url)[-9:]  # +33 1 99… and 01 99… are one number
    return not url or url.startswith("#") or _bare(words) == _bare(url)


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text)


def _bare(url: str) -> str:
    url = readable_address(url).casefold()
    return re.sub("^(?:https?://)", "", url).rstrip("/")


@dataclass
class _Line:
    """The words of a paragraph, as its tokens come."""

    number_link: Callable[[str], int]
    signs: Mapping[str, str]
    words: str = ""
    links: list[tuple[str, int]] = field(default_factory=list)
    raised_at: int = 0

    def add(self, token: Token) -> None:
        match token.type:
            case "text" | "code_inline":
                self.words += token.content
            case "footnote_ref":
                self.words += f"{NBSP}({token.meta['id'] + 1})"
            case "link_open":
                self.links.append((str(token.attrs["href"]), len(self.words)))
            case "link_close":
                self._close_link()
            case "sup_open":
                self.raised_at = len(self.words)
            case "sup_close":
                self._raise()
            case _:
                self.words += self.signs.get(token.type, "")

    def _close_link(self) -> None:
        url, start = self.links.pop()
        if not _is_address(self.words[start:], url):
            self.words += f" [{self.number_link(readable_address(url))}]"

    def _raise(self) -> None:
        """Keep 10² from becoming 102; `1er` and `m2` are read as they are."""
        before, raised = self.words[: self.raised_at], self.words[self.raised_at :]
        if before[-1:].isdigit() and re.fullmatch("-?[0-9]+", raised):
            self.words = before + raised.translate(_RAISED_FIGURES)


@dataclass
class _Block:
    """A list, an item, a quotation, a table or the whole, while its content comes."""

    kind: str
    width: int
    marker: str = ""
    number: int = 1
    is_tight: bool = False
    parts: list[str] = field(default_factory=list)

    def text(self) -> str:
        return ("\n" if self.is_tight else "\n\n").join(filter(None, self.parts))


class _Layout:
    """Plain text under construction: blocks open and close as their tokens do."""

    def __init__(self, width: int, number_link: Callable[[str], int], language: str) -> None:
        say = translator(language)
        opening, closing = say(REMOVED).split("{words}")
        self.signs = {"hardbreak": "\n", "s_open": opening, "s_close": closing}
        self.note = say(NOTE)
        self.number_link = number_link
        self.blocks = [_Block("text", width)]
        self.rows: list[list[str]] = []
        self.right: list[bool] = []  # of each column of the table, whether figures stand in it

    @property
    def here(self) -> _Block:
        return self.blocks[-1]

    def words_of(self, token: Token) -> str:
        line = _Line(self.number_link, self.signs)
        for child in token.children or ():
            line.add(child)
        return line.words.strip(" ")

    def open(self, kind: str, marker: str = "", number: int = 1) -> None:
        width = max(self.here.width - len(marker), 20)
        self.blocks.append(_Block(kind, width, marker=marker, number=number))

    def close(self) -> None:
        block = self.blocks.pop()
        self.here.parts.append(_hang(block.text(), block.marker, is_note=block.kind == "note"))

    def read(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self.add(token)
        return self.here.text()

    def add(self, token: Token) -> None:
        match token.type:
            case "inline" if self.here.kind == "table":
                self.rows[-1].append(self.words_of(token).replace("\n", " "))
            case "inline":
                self.here.parts.append(wrap(self.words_of(token), self.here.width))
            case "fence":
                self.here.parts.append(_code(token.content, self.here.width))
            case "hr":
                self.here.parts.append(RULE)
            case "paragraph_open" if token.hidden:
                self.blocks[-2].is_tight = self.here.is_tight = True
            case "tr_open":
                self.rows.append([])
            case "table_close":
                self.blocks.pop()
                self.here.parts.append(table(self.rows, self.here.width, self.right))
            case _:
                self.add_border(token)

    def add_border(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.open("list", number=int(token.attrs.get("start", 1)))
            case "list_item_open":
                self.open("item", self.next_marker(token))
            case "blockquote_open":
                self.open("quote", QUOTE_INDENT)
            case "footnote_open":
                self.open("note", self.note.format(number=token.meta["id"] + 1))
            case "th_open":
                self.right.append("right" in str(token.attrs.get("style")))
            case "table_open":
                self.rows, self.right = [], []
                self.open("table")
            case (
                "bullet_list_close"
                | "ordered_list_close"
                | "list_item_close"
                | "blockquote_close"
                | "footnote_close"
            ):
                self.close()
            case _:
                pass  # a heading or a paragraph says all in its words

    def next_marker(self, token: Token) -> str:
        self.here.number += 1
        return f"{self.here.number - 1}. " if token.info else "- "


def _hang(text: str, marker: str, *, is_note: bool) -> str:
    """Return `text` with `marker` before its first line; the others stand under its words."""
    indent = "" if is_note else " " * len(marker)
    first, *others = text.split("\n")
    return "\n".join([marker + first, *(line and indent + line for line in others)]).rstrip(" ")


def _code(content: str, width: int) -> str:
    lines = content.rstrip("\n").split("\n")
    return "\n".join(line if len(line) <= width else wrap(line, width) for line in lines)


GAP = "  "


def table(rows: list[list[str]], width: int, right: Sequence[bool]) -> str:
    """Return `rows`, the first of which is the head, in columns, or row by row if too wide.

    Columns that are `right` end where their longest cell ends, their headings too.
    """
    columns = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(columns) + len(GAP) * (len(columns) - 1) > width:
        return "\n\n".join(_rows_in_full(rows, width))
    lines = [
        GAP.join(
            cell.rjust(size) if is_right else cell.ljust(size)
            for cell, size, is_right in zip(row, columns, right, strict=True)
        ).rstrip(" ")
        for row in rows
    ]
    return "\n".join(lines)


def _rows_in_full(rows: list[list[str]], width: int) -> Iterator[str]:
    head, *body = rows
    for row in body or [head]:
        cells = zip(head, row, strict=True)
        yield "\n".join(
            wrap(f"{name}{NBSP}: {cell}" if name and body else cell, width, "", "  ")
            for name, cell in cells
            if cell
        )


def layout_text(
    tokens: Sequence[Token], *, width: int, number_link: Callable[[str], int], language: str
) -> str:
    """Return `tokens` as plain text in lines of at most `width`.

    A link is its words and the number that `number_link` gives its address; one whose words are the
    address has none. Footnotes follow the text.
    """
    return _Layout(width, number_link, language).read(tokens)
