"""From a writer's Markdown to tokens set by the rules of typography, and from these to HTML."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from typing import NamedTuple

from markdown_it.token import Token

from newsletter.rendering import typography
from newsletter.rendering.markdown.dialect import markdown_parser
from newsletter.rendering.markdown.pasted_text import NOT_XML, mend_pasted_text
from newsletter.rendering.text_layout import TextLayout
from newsletter.rendering.typography import NBSP, OBJECT, Profile

_VOID = {"hr": "<hr/>", "hardbreak": "<br/>", "softbreak": " ", "footnote_anchor": ""}
_HOLDING = {"text": "{}", "code_inline": "<code>{}</code>", "fence": "<pre><code>{}</code></pre>\n"}
_SILENT = ("footnote_block_open", "footnote_block_close", "footnote_close")
_KEPT = ("href", "title", "start")


class MarkdownText(NamedTuple):
    """A text read once: its tokens, and the language whose labels it takes."""

    tokens: tuple[Token, ...]
    language: str


@lru_cache(maxsize=512)  # an issue for several audiences has most of its texts in each mail
def parse_markdown(text: str, *, language: str, profile: Profile = "mail") -> MarkdownText:
    """Return `text` read in the dialect, set by the rules of `language`; code stays as typed."""
    tokens = markdown_parser().parse(mend_pasted_text(text))
    for token in tokens:
        if token.type == "inline":
            token.children = _set(token.children or [], language, profile)
    return MarkdownText(tuple(tokens), language)


def _set(tokens: list[Token], language: str, profile: Profile) -> list[Token]:
    """Return `tokens` with typography applied across the borders of bold words, links and code."""
    line, borders = _line(tokens)
    line = typography.apply_typography(line.strip(" "), language=language, profile=profile)
    words = re.split(f"[\n{OBJECT}]", line)
    done = _words(words[0], language)
    raised = 0
    for border, piece in zip(borders, words[1:], strict=True):
        raised += border.nesting * (border.tag in ("sup", "sub"))
        done.append(border)
        done += [_text(piece)] if raised else _words(piece, language)
    return done


def _line(tokens: list[Token]) -> tuple[str, list[Token]]:
    """Return the words of `tokens` with a sign for all else, and what the signs stand for."""
    # Spaces just inside bold, italic or struck words go outside: `** mot **` is ` **mot** `.
    line, borders = "", list[Token]()
    is_address = False  # it stays as typed where a link shows it
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            is_address = token.type == "link_open" and token.info == "auto"
        if token.type == "softbreak":
            line += " "
        elif token.type == "text" and not is_address:
            if line.endswith(OBJECT) and token.content.startswith(" ") and _styles(borders[-1], 1):
                line = f"{line[:-1]} {OBJECT}{token.content.lstrip(' ')}"
            else:
                line += token.content
        else:
            sign = "\n" if token.type == "hardbreak" else OBJECT
            is_spaced = line.endswith(" ") and _styles(token, -1)
            line = f"{line[:-1]}{sign} " if is_spaced else line + sign
            borders.append(token)
    return line, borders


def _styles(token: Token, nesting: int) -> bool:
    """Tell whether `token` begins (1) or ends (-1) bold, italic or struck words."""
    return token.nesting == nesting and token.tag in ("strong", "em", "s")


def _words(piece: str, language: str) -> list[Token]:
    tokens: list[Token] = []
    for words, is_raised in typography.split_superscripts(piece, language=language):
        if is_raised:
            tokens += [Token("sup_open", "sup", 1), _text(words), Token("sup_close", "sup", -1)]
        elif words:
            tokens.append(_text(words))
    return tokens


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def render_markdown_text(
    parsed: MarkdownText, *, width: int = 72, number_link: Callable[[str], int]
) -> str:
    """Return `parsed` as plain text in lines of at most `width`; see `TextLayout`."""
    return TextLayout(number_link, parsed.language).block(iter(parsed.tokens), width)[0]


def render_html(parsed: MarkdownText, *, heading_level: int = 3) -> str:
    """Return `parsed` as HTML that is XML, without ids or classes; `##` is of `heading_level`."""
    return "".join(_html_parts(parsed.tokens, heading_level)).strip()


def _html_parts(tokens: tuple[Token, ...], heading_level: int) -> Iterator[str]:
    note = ""
    for token in tokens:
        if token.type == "footnote_open":
            note = f"<sup>{token.meta['id'] + 1}</sup>"
        elif token.type in _SILENT or token.hidden:
            continue
        elif note:
            opens = token.type == "paragraph_open"
            yield f"<p>{note}{NBSP}" if opens else f"<p>{note}</p>{_html(token, heading_level)}"
            note = ""
        else:
            yield _html(token, heading_level)


def _html(token: Token, heading_level: int) -> str:
    if token.type == "inline":
        return "".join(_html(each, heading_level) for each in token.children or ())
    if token.type in _HOLDING:
        return _HOLDING[token.type].format(_escaped(token.content))
    if token.type == "footnote_ref":
        return f"<sup>{token.meta['id'] + 1}</sup>"
    if token.type in _VOID:
        return _VOID[token.type]
    tag = token.tag
    if token.type.startswith("heading"):
        tag = f"h{min(heading_level + max(0, int(tag[1]) - 2), 6)}"
    if token.nesting < 0:
        return f"</{tag}>\n" if token.level == 0 and token.block else f"</{tag}>"
    return f"<{tag}{_attributes(token)}>"


def _attributes(token: Token) -> str:
    kept = {name: str(value) for name, value in token.attrs.items() if name in _KEPT}
    if token.tag == "th":
        kept["scope"] = "col"
    if align := str(token.attrs.get("style", "")).removeprefix("text-align:"):
        kept["align"] = align
    return "".join(f' {name}="{_escaped(value)}"' for name, value in kept.items())


def _escaped(text: str) -> str:
    return escape(NOT_XML.sub("", text), quote=False).replace('"', "&quot;")
