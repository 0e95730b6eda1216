"""What lists issues: the archive for people; for programs, feeds and the sitemap.

The archive is in parts, a page for each year and each series, none too long to open on a phone.
Programs read Atom 1.0 (RFC 4287), JSON Feed 1.1, ninjs, sitemaps.org 0.9. What an entry is called
never changes; it counts as changed only once it was corrected.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from lxml import etree

from newsletter.rendering.calendar import as_file_name
from newsletter.rendering.web.page import WebIssue
from newsletter.site.published import OnlineIssue, Published
from newsletter.values.suggestions import fold

MAX_LINES = 150  # of 350 bytes each where titles are long: 52 kB
MAX_ENTRIES = 30
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Part(NamedTuple):
    """A page of the archive: what it is called, where it is, what it lists."""

    name: str
    address: str
    entries: Sequence[OnlineIssue]


def years_of(shown: Sequence[OnlineIssue], folder: str) -> list[Part]:
    """Return the pages of the years below an address, the newest first."""
    by_year = groupby(shown, key=lambda each: each.published.since.year)
    years = [(str(year), f"{folder}archives/{year}", list(some)) for year, some in by_year]
    return [part for year in years for part in _parts(*year)]


def series_of(shown: Sequence[OnlineIssue], folder: str) -> list[Part]:
    """Return the pages of the series below an address, in the order of the alphabet."""
    found: dict[str, list[OnlineIssue]] = {}
    for each in shown:
        if each.shown.series:
            found.setdefault(as_file_name(each.shown.series), []).append(each)
    series = [
        (some[0].shown.series, f"{folder}series/{name}", some) for name, some in found.items()
    ]
    return [part for one in sorted(series, key=lambda one: fold(one[0])) for part in _parts(*one)]


def _parts(name: str, address: str, entries: Sequence[OnlineIssue]) -> Iterator[Part]:
    yield Part(name, address, entries[:MAX_LINES])
    for number, first in enumerate(range(MAX_LINES, len(entries), MAX_LINES), 2):
        some = entries[first : first + MAX_LINES]
        yield Part(f"{name} ({number})", f"{address}/{number}", some)


class Feed(NamedTuple):
    """A feed: what it is called, the page it belongs to, who writes, its entries, newest first."""

    uri: str
    title: str
    home: str
    address: str  # without its ending
    language: str
    author: str
    entries: Sequence[tuple[Published, WebIssue]]


def as_atom(feed: Feed) -> bytes:
    """Return the feed as Atom; dates of an empty one are those of the format's own year."""
    root = etree.Element("feed", {_LANG: feed.language}, xmlns=_ATOM)
    newest = max((each.updated for each, _shown in feed.entries), default=None)
    updated = newest.isoformat() if newest else "2005-12-01T00:00:00Z"
    _texts(root, id=feed.uri, title=feed.title, updated=updated)
    _link(root, "self", f"{feed.address}.atom", "application/atom+xml")
    _link(root, "alternate", feed.home, "text/html")
    _texts(etree.SubElement(root, "author"), name=feed.author)
    for each, shown in feed.entries:
        entry = etree.SubElement(root, "entry")
        entry.set(_LANG, shown.language)
        _texts(entry, id=each.uri, title=shown.title, published=each.since.isoformat(),
               updated=each.updated.isoformat(), summary=shown.description)  # fmt: skip
        _link(entry, "alternate", each.address, "text/html")
        if shown.pdf:
            _link(entry, "enclosure", shown.pdf, "application/pdf")
        etree.SubElement(entry, "content", type="html").text = shown.content
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _texts(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text


def _link(parent: etree._Element, rel: str, href: str, kind: str) -> None:
    etree.SubElement(parent, "link", rel=rel, type=kind, href=href)


def as_json_feed(feed: Feed) -> bytes:
    """Return the feed as JSON Feed."""
    return _json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": f"{feed.address}.json",
            "language": feed.language,
            "authors": [{"name": feed.author}],
            "items": [_item(each, shown) for each, shown in feed.entries],
        }
    )


def _item(each: Published, shown: WebIssue) -> dict[str, Any]:
    item = {
        "id": each.uri,
        "url": each.address,
        "title": shown.title,
        "content_html": shown.content,
        "summary": shown.description,
        "image": shown.picture and shown.picture.src,
        "date_published": each.since.isoformat(),
        "date_modified": each.updated.isoformat(),
        "language": shown.language,
        "attachments": shown.pdf and [{"url": shown.pdf, "mime_type": "application/pdf"}],
    }
    return {name: value for name, value in item.items() if value}


def as_ninjs_list(full: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the releases as one list of partial ninjs objects, each with where the full one is."""
    kept = ("uri", "standard", "type", "pubStatus", "versionCreated", "version", "language")
    partial = []
    for address, content in full:
        news = json.loads(content)
        partial.append(
            {name: news[name] for name in kept if name in news}
            | {"representationType": "partial", "headlines": news["headlines"]}
            | {"altIds": [{"role": "ninjs", "value": address}]}
        )
    return _json(partial)


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def as_sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """Return the sitemap of pages, each with the day of its last change or ""."""
    root = etree.Element("urlset", xmlns=_SITEMAP)
    for address, changed in pages:
        url = etree.SubElement(root, "url")
        _texts(url, loc=address, **({"lastmod": changed} if changed else {}))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
