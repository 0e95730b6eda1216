"""What programs read of the site: feeds, the list of releases, the sitemap; in pages, JSON-LD.

Atom 1.0 (RFC 4287), JSON Feed 1.1, ninjs, sitemaps.org 0.9, schema.org. What an entry is called
never changes; it counts as changed only once it was corrected.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lxml import etree

from newsletter.content.issue import Newsletter
from newsletter.content.items import Event
from newsletter.content.press_release import PressRelease
from newsletter.rendering.calendar import events_in
from newsletter.rendering.merge import with_fallbacks
from newsletter.rendering.web.page import Shell
from newsletter.settings.settings import Settings
from newsletter.site.published import OnlineIssue

MAX_ENTRIES = 30
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STATUSES = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}


class Feed(NamedTuple):
    """A feed: what it is called, the page it belongs to, who writes, its entries, newest first."""

    uri: str
    title: str
    home: str
    language: str
    author: str
    entries: Sequence[OnlineIssue]


def as_atom(feed: Feed) -> bytes:
    """Return the feed as Atom; dates of an empty one are those of the format's own year."""
    root = etree.Element("feed", {_LANG: feed.language}, xmlns="http://www.w3.org/2005/Atom")
    newest = max((each.published.updated for each in feed.entries), default=None)
    updated = newest.isoformat() if newest else "2005-12-01T00:00:00Z"
    _texts(root, id=feed.uri, title=feed.title, updated=updated)
    _link(root, "self", f"{feed.home}feed.atom", "application/atom+xml")
    _link(root, "alternate", feed.home, "text/html")
    _texts(etree.SubElement(root, "author"), name=feed.author)
    for each, shown, *_files in feed.entries:
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
    items = [
        {
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
        for each, shown, *_files in feed.entries
    ]
    return _json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": f"{feed.home}feed.json",
            "language": feed.language,
            "authors": [{"name": feed.author}],
            "items": _said(items),
        }
    )


def as_ninjs_list(full: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the releases as one list of partial ninjs objects, each with where the full one is."""
    kept = ("uri", "standard", "type", "pubStatus", "versionCreated", "version", "language")
    all_news = ((address, json.loads(content)) for address, content in full)
    return _json([
        {name: news[name] for name in kept if name in news}
        | {"representationType": "partial", "headlines": news["headlines"]}
        | {"altIds": [{"role": "ninjs", "value": address}]}
        for address, news in all_news
    ])  # fmt: skip


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def as_sitemap(lists: Iterable[str], issues: Iterable[OnlineIssue]) -> bytes:
    """Return the sitemap of lists, by address, and of issues with the day of their last change."""
    root = etree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for address in lists:
        _texts(etree.SubElement(root, "url"), loc=address)
    for each, *_page in issues:
        changed = each.updated.date().isoformat()
        _texts(etree.SubElement(root, "url"), loc=each.address, lastmod=changed)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def as_json_ld(settings: Settings, around: Shell, online: OnlineIssue | None = None) -> str:
    """Return who publishes, and an issue, as one graph without what is empty."""
    own, root = settings.organisation, around.places.root
    organisation = {
        "@type": "Organization",
        "@id": f"{root}#organisation",
        "name": own.name,
        "legalName": own.legal_name,
        "url": own.website,
        "logo": around.logo and around.logo.src,
        "sameAs": [page.url for page in own.social],
    }
    nodes = [organisation, *(_nodes_of(online, settings, root) if online else ())]
    graph = {"@context": "https://schema.org", "@graph": _said(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e")  # no title can end its element


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items() if each}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value


def _nodes_of(online: OnlineIssue, settings: Settings, root: str) -> Iterator[dict[str, Any]]:
    """Yield the issue, the letter that it is one of, and its events."""
    published, shown = online.published, online.shown
    issue = with_fallbacks(published.issue)
    publisher = {"@id": f"{root}#organisation"}
    common = {
        "@id": f"{published.address}#issue",
        "headline": shown.title,
        "description": shown.description,
        "url": published.address,
        "mainEntityOfPage": published.address,
        "inLanguage": shown.language,
        "datePublished": published.since.isoformat(),
        "dateModified": published.updated.isoformat(),
        "correction": issue.correction and issue.correction.text,
        "image": shown.picture and shown.picture.src,
        "author": publisher,
        "publisher": publisher,
    }
    if isinstance(issue, PressRelease):
        yield {"@type": "NewsArticle", **common, "dateline": issue.place, "genre": "Press release"}
    elif isinstance(issue, Newsletter):
        letter = {"@id": f"{root}#letter"}
        name = issue.series or settings.organisation.name
        yield {"@type": "Periodical", **letter, "name": name, "publisher": publisher}
        number = {"issueNumber": issue.number, "isPartOf": letter}
        yield {"@type": ["PublicationIssue", "Article"], **common, **number}
    yield from (_event(each, publisher) for each in events_in(issue))


def _event(event: Event, publisher: dict[str, str]) -> dict[str, Any]:
    online = event.online and {"@type": "VirtualLocation", "url": event.link}
    return {
        "@type": "Event",
        "name": event.title,
        "startDate": event.start.isoformat(),
        "endDate": event.end and event.end.isoformat(),
        "eventStatus": f"https://schema.org/{_STATUSES.get(event.status or '', 'EventScheduled')}",
        "location": (event.place and {"@type": "Place", "name": event.place}) or online,
        "organizer": publisher,
    }
