"""Links with a bracket too few, another one, or in HTML: told with the link that is meant."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from newsletter.i18n import _
from newsletter.problems.problem import Fault

Found: TypeAlias = tuple[tuple[int, int], Fault]  # and from where to where

_SIGNS = r"\s()\[\]{}<>\""
_URL = rf"(?P<url>(?:https?://|www\.|mailto:|tel:)[^{_SIGNS}]*[^{_SIGNS},;.:!?…»”])"
_URL_2 = _URL.replace("<url>", "<other_url>")
_WORDS = r"(?P<words>[^\[\]{}()<>\n]+)"
_WORDS_2 = _WORDS.replace("<words>", "<other_words>")
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


def find_broken_links(typed: str, readable: str) -> Iterator[Found]:
    """Yield each link of `typed` that is none, once; `readable` has signs for what is no prose."""
    ends = 0
    readable = _WHOLE.sub(lambda match: re.sub(r"[^\n]", "\0", match[0]), readable)
    found = (match for broken in _BROKEN for match in broken.finditer(readable))
    for match in sorted(found, key=lambda each: each.span()):
        if match.start() < ends:
            continue
        ends = match.end()
        words, url = (
            next(typed[slice(*match.span(each))] for each in names if parts.get(each)).strip()
            for parts in [match.groupdict()]
            for names in (("words", "other_words"), ("url", "other_url"))
        )
        if url.startswith("www."):
            url = f"https://{url}"
        message = _("'{link}' is not a link as it is typed").format(
            link=typed[slice(*match.span())]
        )
        hint = _("write [{words}]({url})").format(words=words, url=url)
        yield match.span(), Fault("link-syntax", message, hint)
