"""Faults of Markdown texts that only their writer can fix, found in the text as typed."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeAlias

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.values.links import url_fault
from newsletter.values.reading import FaultInValue

_Found: TypeAlias = tuple[tuple[int, int], Fault]  # and from where to where


class _Source(NamedTuple):
    """A text as typed, and with its code, escaped signs and merge fields hidden sign for sign."""

    typed: str
    readable: str

    def words(self, match: re.Match[str], group: str | int = 0) -> str:
        """Return what was typed where `group` of `match` stands."""
        return self.typed[slice(*match.span(group))]


_FENCE = re.compile(r"^ *(`{3,}|~{3,})[^\n`]*\n.*?(?:^ *\1[`~]* *$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_FIELD = re.compile(r"\(\([^()]*\)\)")
_FIELD_SIGN = "\x01"  # stands for each sign of a merge field
# The words of a link may hold one level of brackets of their own.
_LABEL = r"\[(?P<words>(?!\^)(?:[^\[\]\n]|\n(?!\s*\n)|\[[^\[\]\n]*\])*)\]"
_TARGET = r"\((?P<target>(?:[^()\n]|\([^()\n]*\)|\n(?!\s*\n))*)\)"
_NAME = r"\[(?P<name>[^\[\]^\n]*)\](?!\()"
_PICTURE = re.compile(f"!{_LABEL}(?:{_TARGET}|{_NAME})")
_LINK = re.compile(f"(?<!!){_LABEL}{_TARGET}")
_REFERENCE = re.compile(f"(?<!!){_LABEL}{_NAME}")
_TITLE = re.compile(r"""\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*$""")
_BRACKETS = re.compile(r"\[(?P<words>[^\[\]^]+)\](?!:)")
_DEFINITION = re.compile(
    r"^ *\[(?!\^)(?P<name>[^\[\]\n]+)\]:[ \t]*<?(?P<url>(?:[A-Za-z][\w+.-]*:|www\.|\x01|#)[^\s>]+)",
    re.MULTILINE,
)
_AUTOLINK = re.compile(r"<(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*)>")
_GOOD_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s/]|#|\x01", re.IGNORECASE)
_NOTE_DEFINITION = re.compile(
    r"^[ >]*(?P<note>\[\^(?P<name>[^\]\n]+)\])[ \u00a0\u202f]*:", re.MULTILINE
)
_NOTE = re.compile(r"\[\^(?P<name>[^\]\n]+)\]")
# Links with a bracket too few, another one, or in HTML.
_NO_SIGNS = r"\s()\[\]{}<>\""
_URL = rf"(?P<url>(?:https?://|www\.|mailto:|tel:)[^{_NO_SIGNS}]*[^{_NO_SIGNS},;.:!?…»”])"
_URL_2 = _URL.replace("<url>", "<url_2>")
_WORDS = r"(?P<words>[^\[\]{}()<>\n]+)"
_WORDS_2 = _WORDS.replace("<words>", "<words_2>")
_WHOLE = re.compile(
    r"\[(?:[^\[\]\n]|\n(?!\s*\n)|\[[^\[\]\n]*\])*\]"
    r"\(\s*<?(?:https?:|www\.|mailto:|tel:|#|\x01)(?:[^\s()]|\([^\s()]*\))*"
    r"""(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)""",
    re.IGNORECASE,
)
# No bracket closes it: a comma follows, or a space and no bracket in the next 300 signs.
_UNCLOSED = r"(?=[,;.:!?…»”]+(?:\s|\Z)|[ \n](?!(?:[^)\n]|\n(?!\s*\n)){0,300}\))|\Z)"
_BROKEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # [words] (address), and a merge field for an address without brackets
        _LABEL + r"(?:[ \t\u00a0\u202f]+|[ \t]*\n[ \t]*)"
        r"\((?P<url>(?:https?://|www\.|mailto:|tel:|\x01)[^\s()]*)\)",
        _LABEL + r"(?P<url>\x01+)(?=[\s,;.:!?]|\Z)",
        rf"(?<![\w\]])(?P<words>\w[^\s\0\[\](){{}}<>]{{0,80}})<{_URL}>",  # words<address>
        rf"(?<!\])\[{_WORDS}\(\s*{_URL}\s*\)\]?",  # [words(address)
        rf"\[{_WORDS}\]\({_URL}(?:[\]}}]|{_UNCLOSED})",  # [words](address
        rf"(?<![\w\[])(?P<words>\w[^\s\0\[\](){{}}<>]*)\]\({_URL}\)",  # words](address)
        rf"\({_WORDS}\)\[{_URL}\]",  # (words)[address]
        rf"\[{_WORDS}\]\s?(?:\[{_URL}\]|<{_URL_2}>)",  # [words][address]
        rf"\[{_WORDS}\](?:{_URL}|\s?:\s?\({_URL_2}\))",  # [words]address
        rf"\[{_URL}\]\((?!https?:|www\.|mailto:|tel:|\x01|#){_WORDS}\)",  # [address](words)
        rf"(?:\{{{_WORDS}[\]}}]|\[{_WORDS_2}\}})\({_URL}\)",  # {words}(address)
        rf"<a\s[^<>]*?href\s*=[\s\"'“”«»]*{_URL}[^<>]*>(?P<words>[^<>]*)(?:</a\s*>)?",
    )
)
# Bold opens and closes within one paragraph, item, heading or cell.
_BORDER = re.compile(r"\n[ \t]*(?=\n)|^[ >]*(?:[-*+•] |#{1,6} |\d{1,2}[.)] )|\|", re.MULTILINE)
_RULE = re.compile(r"^[ \t]{0,3}\*(?:[ \t]*\*){2,}[ \t]*$", re.MULTILINE)  # a line across the text
_STARS = re.compile(r"(?<!\*)\*{2,3}(?!\*)")
_STARS_AND_WORD = re.compile(r"\*+[^\s*]*")


def find_markdown_faults(text: str) -> list[FaultInValue]:
    """Return the first hundred faults of `text`, as they stand in it. Code is not looked at."""
    faults = []
    for (start, end), fault in _found(text)[:100]:
        snippet = text[start:end]
        before = re.finditer(f"(?={re.escape(snippet)})", text[: end - 1])
        faults.append(FaultInValue(fault, snippet, occurrence=sum(1 for _each in before)))
    return faults


def without_faults(text: str, sign: str) -> str:
    """Return `text`, as long as before, with `sign` for each letter of what has a fault."""
    for (start, end), _fault in _found(text):
        text = text[:start] + re.sub(r"[^\n]", sign, text[start:end]) + text[end:]
    return text


@lru_cache(maxsize=512)  # the checks ask again for what reading has found
def _found(text: str) -> tuple[_Found, ...]:
    if not any(sign in text for sign in ("[", "]", "<", "**", "}(")):
        return ()
    readable = text
    for pattern in (_FENCE, _CODE, _ESCAPE, _RULE):
        readable = pattern.sub(_hide, readable)
    source = _Source(text, _FIELD.sub(lambda match: _FIELD_SIGN * len(match[0]), readable))
    found = [*_broken_links(source)]
    spans = [span for span, _fault in found]
    for each in chain.from_iterable(find(source) for find in _FINDERS):
        # What is in a link that is broken is told with it.
        if not any(start < each[0][1] and each[0][0] < end for start, end in spans):
            found.append(each)
    return tuple(sorted(found, key=lambda each: each[0]))


def _hide(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "\0", match[0])


def _no_link(source: _Source, match: re.Match[str], message: str, hint: str) -> _Found:
    """Return where the words are, {link} in `message`, that look like a link, and are none."""
    return match.span(), Fault("link-syntax", message.format(link=source.words(match)), hint)


def _broken_links(source: _Source) -> Iterator[_Found]:
    ends = 0
    readable = _WHOLE.sub(_hide, source.readable)
    found = (match for broken in _BROKEN for match in broken.finditer(readable))
    for match in sorted(found, key=lambda each: each.span()):
        if match.start() < ends:
            continue
        ends = match.end()
        groups = [name for name, said in match.groupdict().items() if said is not None]
        said = {name.removesuffix("_2"): source.words(match, name) for name in groups}
        url = f"https://{said['url']}" if said["url"].startswith("www.") else said["url"]
        hint = _("write [{words}]({url})").format(words=said["words"].strip() or "…", url=url)
        yield _no_link(source, match, _("'{link}' is not a link as it is typed"), hint)


def _links(source: _Source) -> Iterator[_Found]:
    for match in _LINK.finditer(source.readable):
        address = _TITLE.sub("", match["target"]).strip()
        start = match.start("target") + match["target"].find(address)
        typed, words = source.typed[start : start + len(address)], source.words(match, "words")
        if address[:1] == "<" and address[-1:] == ">":
            typed = re.sub(r"\s+", "%20", typed[1:-1])
        if not typed:
            message = _("the link '[{words}]' has no address").format(words=words)
            hint = _("write [{words}](https://…)").format(words=words)
            yield match.span(), Fault("link-syntax", message, hint)
        elif fault := url_fault(typed):
            yield match.span(), fault


def _pictures(source: _Source) -> Iterator[_Found]:
    for match in _PICTURE.finditer(source.readable):
        message = _("'{link}' is a picture: pictures cannot go inside a text")
        yield _no_link(source, match, message, _("delete it, and name its file under picture:"))


def _addresses(source: _Source) -> Iterator[_Found]:
    """Look at addresses that stand in < > or on a line of their own."""
    for match in chain(_AUTOLINK.finditer(source.readable), _DEFINITION.finditer(source.readable)):
        if fault := url_fault(source.words(match, "url")):
            yield match.span(), fault


def _references(source: _Source) -> Iterator[_Found]:
    definitions = {_folded(match["name"]): match for match in _DEFINITION.finditer(source.readable)}
    for match in _REFERENCE.finditer(source.readable):
        words = source.words(match, "words")
        name = source.words(match, "name") or words
        if _folded(name) not in definitions:
            hint = _("write [{words}](https://…), or add a line [{name}]: https://…")
            message = _("the link '{link}' has no address")
            yield _no_link(source, match, message, hint.format(words=words, name=name))
    used = {_folded(match["words"]) for match in _BRACKETS.finditer(source.readable)}
    for folded, match in definitions.items():
        if folded not in used and _GOOD_ADDRESS.match(match["url"]):
            message = _("the address '{line}' is not used by any link")
            hint = _("write [the words][{name}] in the text, or remove the line")
            fault = message.format(line=source.words(match)), hint.format(name=match["name"])
            yield match.span(), Fault("link-syntax", *fault)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _notes(source: _Source) -> Iterator[_Found]:
    definitions = list(_NOTE_DEFINITION.finditer(source.readable))
    starts = {match.start("note") for match in definitions}
    notes = [each for each in _NOTE.finditer(source.readable) if each.start() not in starts]
    names = Counter(match["name"] for match in definitions if " " not in match["name"])
    for note in notes:
        if note["name"] not in names:
            message = _("the note '{note}' has no text").format(note=source.words(note))
            hint = _("add a line for it: [^{name}]: the text of the note")
            hint = hint.format(name=note["name"].replace(" ", "-"))
            yield note.span(), Fault("footnote", message, hint)
    used = {note["name"] for note in notes}
    for match in definitions:
        if match["name"] not in used:
            message = _("nothing in the text refers to the note '{note}'")
            hint = _("write [^{name}] after the word it explains").format(name=match["name"])
        elif names[match["name"]] > 1:
            message, hint = _("there are two notes '{note}'"), _("give each its own number")
        else:
            continue
        yield match.span("note"), Fault("footnote", message.format(note=match["note"]), hint)


def _lone_stars(source: _Source) -> Iterator[_Found]:
    edges = [0, *chain.from_iterable(each.span() for each in _BORDER.finditer(source.readable))]
    for start, end in zip(edges[::2], [*edges[1::2], len(source.readable)], strict=True):
        stars = list(_STARS.finditer(source.readable[start:end]))
        if len(stars) % 2:
            found = _STARS_AND_WORD.match(source.typed, start + stars[-1].start())
            span = found.span() if found else (start, start)
            message = _("'{words}': the asterisks for bold are not paired")
            hint = _(
                "write **the words** with two asterisks on each side, or \\*\\* for plain asterisks"
            )
            message = message.format(words=source.typed[slice(*span)])
            yield span, Fault("bold", message, hint)


_FINDERS = (_pictures, _links, _addresses, _references, _notes, _lone_stars)
