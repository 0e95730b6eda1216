"""What search engines read of a page: JSON-LD in the words of schema.org."""

import json
from collections.abc import Iterator
from typing import Any

from newsletter.content.issue import Newsletter
from newsletter.content.items import Agenda
from newsletter.content.press_release import PressRelease
from newsletter.rendering.merge import with_fallbacks
from newsletter.rendering.web.page import WebPlaces
from newsletter.settings.settings import Settings
from newsletter.site.published import OnlineIssue
from newsletter.values.structures import Event

_STATUSES = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}


def as_json_ld(*nodes: dict[str, Any]) -> str:
    """Return nodes as one graph, without what is empty; no title can end its element."""
    graph = {"@context": "https://schema.org", "@graph": [*map(_said, nodes)]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e")


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items() if each}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value


def organisation(settings: Settings, places: WebPlaces, logo: str | None) -> dict[str, Any]:
    """Return who publishes."""
    own = settings.organisation
    return {
        "@type": "Organization",
        "@id": f"{places.root}#organisation",
        "name": own.name,
        "legalName": own.legal_name,
        "url": own.website,
        "logo": logo,
        "sameAs": [page.url for page in own.social],
        "contactPoint": [
            {
                "@type": "ContactPoint",
                "contactType": each.role or each.name,
                "email": each.email,
                "telephone": each.phone,
            }
            for each in settings.contacts.values()
        ],
    }


def nodes_of(
    online: OnlineIssue, settings: Settings, places: WebPlaces
) -> Iterator[dict[str, Any]]:
    """Yield the issue, the letter that it is one of, and its events."""
    published, shown = online.published, online.shown
    issue = with_fallbacks(published.issue)
    publisher = {"@id": f"{places.root}#organisation"}
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
        place = {"dateline": issue.place, "genre": "Press release"}
        yield {"@type": "NewsArticle", **common, **place}
    elif isinstance(issue, Newsletter):
        letter = {"@id": f"{places.root}#letter"}
        name = issue.series or settings.organisation.name
        yield {"@type": "Periodical", **letter, "name": name, "publisher": publisher}
        number = {"issueNumber": issue.number, "isPartOf": letter}
        yield {"@type": ["PublicationIssue", "Article"], **common, **number}
    agendas = (item for item in issue.all_items if isinstance(item, Agenda))
    yield from (_event(event, publisher) for agenda in agendas for event in agenda.events)


def _event(event: Event, publisher: dict[str, str]) -> dict[str, Any]:
    mode = "OnlineEventAttendanceMode" if event.online else "OfflineEventAttendanceMode"
    if event.online and event.place:
        mode = "MixedEventAttendanceMode"
    online = event.online and {"@type": "VirtualLocation", "url": event.link}
    return {
        "@type": "Event",
        "name": event.title,
        "startDate": event.start.isoformat(),
        "endDate": event.end and event.end.isoformat(),
        "eventStatus": f"https://schema.org/{_STATUSES.get(event.status or '', 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "location": (event.place and {"@type": "Place", "name": event.place}) or online,
        "organizer": publisher,
    }
