"""Markdown tokens laid out as plain text, without its signs: who hears it must meet no star."""

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from newsletter.i18n import N_, translator
from newsletter.rendering.typography import NBSP

_RAISED_FIGURES = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MARKERS = {"bullet_list_open": "", "ordered_list_open": "", "blockquote_open": "    "}
_CLOSINGS = {"list_item_close", "footnote_close"}
_CLOSINGS |= {each.replace("open", "close") for each in _MARKERS}
_ENCODED = re.compile("(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_GAP = "  "


def wrap(text: str, width: int = 72, initial_indent: str = "", subsequent_indent: str = "") -> str:
    """Return `text` in lines of at most `width`, broken at plain spaces; long words stay whole."""
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


def readable_address(url: str) -> str:
    """Return `url` as a person reads and types it: its accents shown, `mailto:` and `tel:` gone."""

    def shown(match: re.Match[str]) -> str:
        letters = unquote(match[0], errors="replace")
        return letters if all(letter.isalnum() for letter in letters) else match[0]

    url = _ENCODED.sub(shown, url)
    return re.sub("^(?:mailto|tel):", "", url, flags=re.IGNORECASE) if "?" not in url else url


def _is_address(words: str, url: str) -> bool:
    """Tell whether `words` already say where a link leads."""
    if url.lower().startswith("tel:"):
        words, url = (re.sub(r"\D", "", each)[-9:] for each in (words, url))
        return words == url  # +33 1 99… and 01 99… are one number
    return not url or url.startswith("#") or _bare(words) == _bare(url)


def _bare(url: str) -> str:
    url = readable_address(url).casefold()
    return re.sub("^(?:https?://)", "", url).rstrip("/")


class NumberedLinks:
    """The links of a text, numbered through; `listing` gives those since it was last asked."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def number(self, url: str) -> int:
        """Return the link's number: an address that came before keeps its own."""
        return self._numbers.setdefault(url, len(self._numbers) + 1)

    def listing(self) -> str:
        """Return a line for each address that has not been listed yet."""
        fresh = list(self._numbers.items())[self._listed :]
        self._listed = len(self._numbers)
        return "\n".join(f"[{number}] {url}" for url, number in fresh)


class TextLayout:
    """Lays tokens out, block by block: what opens takes its tokens until it closes."""

    # A link is its words and the number that `number_link` gives its address; one whose words are
    # the address has none. Footnotes follow the text.

    def __init__(self, number_link: Callable[[str], int], language: str) -> None:
        say = translator(language)
        opening, closing = say(N_("[removed: {words}]")).split("{words}")
        self.signs = {"hardbreak": "\n", "s_open": opening, "s_close": closing}
        self.note, self.cell = say(N_("Note {number}: ")), say(N_("{key}: {value}"))
        self.number_link = number_link

    def block(self, tokens: Iterator[Token], width: int, number: int = 1) -> tuple[str, bool]:
        """Return the text of a block, and whether it is tight; its items count from `number`."""
        parts, is_tight = [], False
        for token in tokens:
            marker = self._marker_of(token, number)
            if token.type in _CLOSINGS:
                break
            if token.type == "table_open":
                parts.append(self._table(tokens, width))
            elif marker is None:
                is_tight |= token.hidden
                parts.append(self._leaf(token, width))
            else:
                start = int(token.attrs.get("start", 1))
                text, is_close = self.block(tokens, max(width - len(marker), 20), start)
                parts.append(_hang(text, marker, is_note=token.type == "footnote_open"))
                if token.type == "list_item_open":
                    number, is_tight = number + 1, is_tight or is_close
        return ("\n" if is_tight else "\n\n").join(filter(None, parts)), is_tight

    def _marker_of(self, token: Token, number: int) -> str | None:
        """Return what stands before the block that opens; None where none does."""
        if token.type == "list_item_open":
            return f"{number}. " if token.info else "- "
        if token.type == "footnote_open":
            return self.note.format(number=token.meta["id"] + 1)
        return _MARKERS.get(token.type)

    def _leaf(self, token: Token, width: int) -> str:
        if token.type == "inline":
            return wrap(self._words_of(token), width)
        if token.type == "fence":
            lines = token.content.rstrip("\n").split("\n")
            return "\n".join(line if len(line) <= width else wrap(line, width) for line in lines)
        return "———" if token.type == "hr" else ""  # a heading or a paragraph is all in its words

    def _table(self, tokens: Iterator[Token], width: int) -> str:
        rows: list[list[str]] = []
        right: list[bool] = []  # of each column, whether figures stand in it
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                right.append("right" in str(token.attrs.get("style")))
            elif token.type == "inline":
                rows[-1].append(self._words_of(token).replace("\n", " "))
        return _table(rows, width, right, self.cell)

    def _words_of(self, inline: Token) -> str:
        words, raised_at, links = "", 0, list[tuple[str, int]]()
        for token in inline.children or ():
            match token.type:
                case "text" | "code_inline":
                    words += token.content
                case "footnote_ref":
                    words += f"{NBSP}({token.meta['id'] + 1})"
                case "link_open":
                    links.append((str(token.attrs["href"]), len(words)))
                case "link_close":
                    words += self._reference(words, *links.pop())
                case "sup_open":
                    raised_at = len(words)
                case "sup_close":
                    words = _raised(words, raised_at)
                case _:
                    words += self.signs.get(token.type, "")
        return words.strip(" ")

    def _reference(self, words: str, url: str, start: int) -> str:
        if _is_address(words[start:], url):
            return ""
        return f" [{self.number_link(readable_address(url))}]"


def _raised(words: str, start: int) -> str:
    """Keep 10² from becoming 102; `1er` and `m2` are read as they are."""
    before, raised = words[:start], words[start:]
    is_power = before[-1:].isdigit() and re.fullmatch("-?[0-9]+", raised)
    return before + raised.translate(_RAISED_FIGURES) if is_power else words


def _hang(text: str, marker: str, *, is_note: bool) -> str:
    """Return `text` with `marker` before its first line; the others stand under its words."""
    indent = "" if is_note else " " * len(marker)
    first, *others = text.split("\n")
    return "\n".join([marker + first, *(line and indent + line for line in others)]).rstrip(" ")


def _table(rows: list[list[str]], width: int, right: Sequence[bool], named: str) -> str:
    """Return `rows`, head first, in columns aligned as `right` says, or row by row if too wide."""
    columns = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(columns) + len(_GAP) * (len(columns) - 1) > width:
        return "\n\n".join(_rows_in_full(rows, width, named))
    lines = []
    for row in rows:
        sized = zip(row, columns, right, strict=True)
        cells = (cell.rjust(n) if is_right else cell.ljust(n) for cell, n, is_right in sized)
        lines.append(_GAP.join(cells).rstrip(" "))
    return "\n".join(lines)


def _rows_in_full(rows: list[list[str]], width: int, named: str) -> Iterator[str]:
    head, *body = rows
    for row in body or [head]:
        said = (
            named.format(key=name, value=cell) if name and body else cell
            for name, cell in zip(head, row, strict=True)
            if cell
        )
        yield "\n".join(wrap(each, width, "", "  ") for each in said)
