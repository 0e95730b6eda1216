"""The Markdown dialect of issue files, as rules of markdown-it: safe to paste into from Word."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph, reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

_BARE_LINK = re.compile(
    '(?:(?P<page>https?://\\w|www\\.\\w)[^\\s<>"“”«»`|\\\\\ufffc]*'
    r"|(?P<person>\w[\w.+-]*@(?:[\w-]+\.)+[^\W\d_]{2,}))"
)
_LINK_AHEAD = r"(?<![\w@./+-])(?=https?://\w|www\.\w|\w[\w.+-]*@[\w-]+\.)"
_TRAILING = ".,;:!?…'’*_~([{"
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENERS = {")": "(", "]": "[", "}": "{"}
_SIGNS = re.compile(r"\*+|~+")
_ADDRESS = re.compile(r"(?i:https?|mailto|tel):|#|[A-Za-z0-9]+(?:[/?#&]|$)")
# A line `[Numeum]: syndicat` is a sentence; only a whole address (or a merge field's long
# token) makes it the address of links elsewhere.
_DEFINITION = re.compile(
    r"\[[^\]]*\]:[ \t]*<?(?:(?:https?|mailto|tel):\S|#|[a-z0-9]{20,}(?:\s|$))", re.IGNORECASE
)


def _without_trailing_marks(url: str) -> str:
    """Return `url` without what belongs to the sentence, or to the link, around it."""
    opened: list[str] = []
    for bracket in _BRACKET.finditer(url):
        opener = _OPENERS.get(bracket[0])
        if opener is None:
            opened.append(bracket[0])
        elif not opened or opened.pop() != opener:
            url = url[: bracket.start()]
            break
    return url.rstrip(_TRAILING)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Make a link of an address of a page or a person; file names and `numeum.fr` stay words."""
    if state.linkLevel:
        return False
    match = _BARE_LINK.match(state.src, state.pos, state.posMax)
    if match is None or (state.pos and re.match(r"[\w@./+-]", state.src[state.pos - 1])):
        return False
    words = match[0]
    if match["page"]:
        words = max(match["page"], _without_trailing_marks(words), key=len)
    if not silent:
        scheme = "mailto:" if match["person"] else "https://" if words.startswith("www.") else ""
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.info = {"href": state.md.normalizeLink(scheme + words)}, "auto"
        state.push("text", "", 0).content = words
        state.push("link_close", "a", -1).info = "auto"
    state.pos += len(words)
    return True


def _stars(state: StateInline, silent: bool) -> bool:
    """Mark bold, italic and struck words, wherever the spaces and colons around their signs."""
    # CommonMark leaves the stars of `**Notre reco :**féminiser` and `** miser **` in the text.
    found = None if silent else _SIGNS.match(state.src, state.pos, state.posMax)
    if found is None or (found[0][0] == "~" and len(found[0]) != 2):
        return False
    signs, styles = found[0], [found[0]]
    if len(signs) == 3:  # bold and italic: the inner closes first
        split = 1 if _is_open(state, "**") else 2
        styles = [signs[:split], signs[split:]]
    if len(signs) > 3:  # no style has so many
        state.append_pending(signs)
    else:
        before = state.src[state.pos - 1] if state.pos else " "
        after = state.src[found.end()] if found.end() < state.posMax else " "
        for each in styles:
            _push_sign(state, each, before=before, after=after)
    state.pos = found.end()
    return True


def _is_open(state: StateInline, signs: str) -> bool:
    """Tell whether signs wait for their other half."""
    return sum(each.marker == _marker(signs) for each in state.delimiters) % 2 == 1


def _marker(signs: str) -> int:
    """Return the number by which markdown-it pairs `signs`; bold's is not italic's."""
    return ord(signs[0]) + 0x110000 * len(signs)


def _push_sign(state: StateInline, signs: str, *, before: str, after: str) -> None:
    state.push("text", "", 0).content = signs
    closes = _is_open(state, signs)
    if len(signs) == 1:
        if (before.isalnum() and after.isalnum()) or (before.isspace() and after.isspace()):
            return  # `adhérent*e*s`, `3 * 4`
        closes = closes and not before.isspace()
        if not closes and after.isspace():
            return
    marker, place = _marker(signs), len(state.tokens) - 1
    state.delimiters.append(Delimiter(marker, 0, place, end=-1, open=not closes, close=closes))


_STYLES = {_marker("*"): "em", _marker("**"): "strong", _marker("~~"): "s"}


def _style_pairs(state: StateInline) -> None:
    """Turn the signs that found their other half into tags."""
    metas = [meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta]
    for delimiters in (state.delimiters, *metas):
        for each in delimiters:
            if each.end >= 0 and each.marker in _STYLES:
                tag = _STYLES[each.marker]
                for place, end in ((each.token, "open"), (delimiters[each.end].token, "close")):
                    token = state.tokens[place]
                    token.type, token.tag, token.content = f"{tag}_{end}", tag, ""
                    token.nesting = 1 if end == "open" else -1


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return bool(_DEFINITION.match(line)) and reference(state, start, end, silent)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a paragraph in which a list may begin however far it is indented."""
    last = start + 1
    while last < state.lineMax and not state.isEmpty(last):
        last += 1
        if _shallow(state, state.sCount[last - 1]) == state.sCount[last - 1] < state.blkIndent:
            break  # another item: its own paragraph goes on from here
    typed = state.sCount[start:last]
    state.sCount[start:last] = [_shallow(state, each) for each in typed]
    found = paragraph(state, start, end, silent)
    state.sCount[start:last] = typed
    return found


def _shallow(state: StateBlock, indent: int) -> int:
    """Return `indent`, cut to what markdown-it still takes for the beginning of a block."""
    is_inside = indent >= state.blkIndent or state.listIndent < 0
    return min(indent, (state.blkIndent if is_inside else state.listIndent) + 3)


class _Dialect(MarkdownIt):
    """markdown-it with the links that a mail may hold; a merge field's token is one."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        return bool(_ADDRESS.match(url))


@cache
def markdown_parser() -> MarkdownIt:
    """Return the parser of the dialect; it is made once."""
    parser = _Dialect("commonmark", {"html": False, "maxNesting": 100})
    parser.enable("table").disable(["code", "html_block", "html_inline", "lheading", "image"])
    footnote_plugin(parser, inline=False)
    parser.block.ruler.at("reference", _definition)
    parser.block.ruler.at("paragraph", _paragraph)
    inline = parser.inline
    inline.ruler.after("newline", "bare_link", _bare_link)
    inline.ruler.after("backticks", "stars", _stars)
    inline.ruler2.after("balance_pairs", "style_pairs", _style_pairs)
    sub_plugin(parser)
    superscript_plugin(parser)
    inline.terminator_re = re.compile(f"{inline.terminator_re.pattern}|{_LINK_AHEAD}")
    return parser
