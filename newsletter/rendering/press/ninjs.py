"""A press release for newsrooms' systems: ninjs 3.1, the JSON format of the IPTC.

https://www.iptc.org/std/ninjs; its schema stands among the tests.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Any

from newsletter.content.press_release import PressRelease
from newsletter.i18n import translator
from newsletter.rendering.addresses import files_address, media_address, page_of
from newsletter.rendering.composition import ComposedIssue, compose
from newsletter.rendering.html import without_mjml
from newsletter.rendering.merge import fill_html
from newsletter.rendering.templates import email_environment, render_template
from newsletter.rendering.typography import apply_typography
from newsletter.settings.settings import Settings
from newsletter.values.structures import Medium

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
GENRE = {"name": "Press release", "uri": "http://cv.iptc.org/newscodes/genre/Press_Release"}


def release_as_ninjs(release: PressRelease, settings: Settings) -> str:
    """Return the release as one ninjs object, in JSON.

    Times without an hour of their own are the release's date at midnight: no clock is asked.
    """
    composed = compose(release, settings)
    typeset = partial(apply_typography, language=composed.language)
    created, correction = _midnight(release.date, settings), release.correction
    organisation = settings.organisation
    replaces = translator(composed.language)("CORRECTION: replaces {what}")
    titles = {"main": release.headline, "subheadline": release.subheadline}
    issuer = {"name": organisation.name, "role": "issuer", "contactInfo": list(_contacts(release))}
    news = {
        "uri": _uri(release, settings),
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "type": "text",
        "representationType": "full",
        "pubStatus": "usable",
        "firstCreated": created,
        # What was corrected on the page is a second version of the same.
        "version": correction and "2",
        "versionCreated": _midnight(correction.date, settings) if correction else created,
        "embargoedUntil": release.embargo and release.embargo.isoformat(),
        "language": composed.language,
        "title": typeset(release.headline),
        "slugline": release.id,
        "genres": [GENRE],
        "located": release.place,
        "by": organisation.name,
        "copyrightHolder": organisation.legal_name or organisation.name,
        "edNote": correction.text
        if correction
        else release.replaces and replaces.format(what=release.replaces),
        "headlines": [{"role": role, "value": typeset(it)} for role, it in titles.items() if it],
        "bodies": list(_bodies(release, composed, settings)),
        "people": [{"name": typeset(quote.author), "rel": "quoted"} for quote in release.quotes],
        "infoSources": [issuer],
        "associations": [_association(each, release, settings) for each in release.media],
    }
    said = {name: value for name, value in news.items() if value}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _uri(release: PressRelease, settings: Settings) -> str:
    """Return the release's identifier: its web address, else a tag of the sender (RFC 4151)."""
    if settings.site and settings.site.web_url:
        return page_of(settings.site.web_url, release.web_name)
    domain = settings.senders["default"].email.rpartition("@")[2]
    return f"tag:{domain},{release.date.isoformat()}:{release.id}"


def _midnight(day: date, settings: Settings) -> str:
    return datetime.combine(day, time(), settings.zone).isoformat()


def _bodies(
    release: PressRelease, composed: ComposedIssue, settings: Settings
) -> Iterator[dict[str, str]]:
    """Yield the text, from dateline to links, and who the issuer is, as HTML."""
    environment = email_environment(settings.workspace, composed.language)
    folder = files_address(release, settings)
    for role, template in (("main", "body"), ("boilerplate", "boilerplates")):
        fragment = render_template(environment, f"press/{template}.html", composed.context)
        filled = fill_html(f"<div>{fragment}</div>", composed.merge_fields, {})
        plain = without_mjml(filled, own_pictures=folder is not None)
        # Pictures are found from anywhere.
        body = plain.replace('src="images/', f'src="{folder}/images/')
        yield {"role": role, "contentType": "text/html", "value": body}


def _contacts(release: PressRelease) -> Iterator[dict[str, str]]:
    for contact in release.contacts:
        for way, value in (("phone", contact.phone), ("email", contact.email)):
            if value:
                yield {"type": way, "role": "press", "name": contact.name, "value": value}


def _association(medium: Medium, release: PressRelease, settings: Settings) -> dict[str, Any]:
    address = media_address(medium, release, settings)
    name = medium.file or medium.url or ""
    picture: dict[str, Any] = {
        "name": medium.title,
        "rel": "illustration",
        "uri": address or f"{_uri(release, settings)}#{name.rpartition('/')[2]}",
        "type": "picture",
        "copyrightHolder": medium.credit,
        "usageTerms": medium.rights,
    }
    if address:
        picture["renditions"] = [{"name": "full", "href": address}]
    return picture
