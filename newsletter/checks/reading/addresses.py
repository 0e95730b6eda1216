"""The addresses that a mail links: those of the issue file, and those that templates add."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote, urlsplit

from lxml import html

from newsletter.checks.reading.said import LinkedAddress
from newsletter.source import Loc

# A recipient's own words stand in it: what address it becomes is not known here.
_MERGED = re.compile(r"qzm[a-p]{16}mzq|\(\(")


def all_addresses(
    links: Sequence[LinkedAddress], elements: Iterable[tuple[Loc, html.HtmlElement]]
) -> Iterator[LinkedAddress]:
    """Yield `links`, then what the mail links beside; nothing that holds a merge field.

    An address that stands several times in one value comes with the number of its place there.
    """
    seen: Counter[tuple[Loc, str]] = Counter()
    for link in links:
        if not _MERGED.search(link.url):
            place = (link.loc, link.url)
            yield replace(link, occurrence=seen[place])
            seen[place] += 1
    known = {_encoded(link.url) for link in links}
    for loc, element in elements:
        url = element.get("href")
        if element.tag != "a" or url is None or _MERGED.search(url):
            continue
        if _encoded(url) not in known:
            known.add(_encoded(url))
            yield LinkedAddress(loc, url, element.text_content().strip())


def _encoded(url: str) -> str:
    """Return `url` as both Markdown and HTML write it."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def host_of(url: str) -> str:
    """Return the name of the machine that `url` asks, in lower case; "" where it names none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # "https://[1": not an address
        return ""


def is_web(url: str) -> bool:
    """Tell whether `url` is that of a page."""
    return url.lower().startswith(("https://", "http://"))


def is_of(host: str, owners: Iterable[str]) -> bool:
    """Tell whether `host` is one of `owners`, or a machine below one."""
    return any(host == owner or host.endswith(f".{owner}") for owner in owners)
