"""Which issues are online, and their files: sent or said to be, open to readers, past embargo."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.content.loading import Issue, issues_by_name
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.ledger.opening import read_ledger
from newsletter.ledger.states import State
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import addresses
from newsletter.rendering.calendar import agenda_as_ics
from newsletter.rendering.localised import midnight
from newsletter.rendering.pictures.images import IMAGE_NAME, IMAGES_FOLDER, DocumentImage
from newsletter.rendering.web.page import WebIssue, WebPlaces, on_the_web, render_web_issue
from newsletter.sending.sent_before import sent_records
from newsletter.settings.settings import Settings, Site
from newsletter.values.model import replaced
from newsletter.workspace import SENT_FOLDER, leads_inside

File = tuple[str, bytes]  # its address, or its name in the site's folder, and what it holds


def places_of(settings: Settings) -> WebPlaces:
    """Return the addresses of the site; raise `NewsletterError` where the settings have none."""
    site = settings.site or Site()
    if site.web is None or site.web == "none":
        hint = _("write in newsletter.yaml, under site: web: public, or web: unlisted")
        raise NewsletterError(_("the settings say nothing of who may read issues online"), hint)
    hint = _("write in newsletter.yaml, under site: {example}")
    hint = hint.format(example="web_url: https://example.org/{issue}")
    if site.web_url is None:
        raise NewsletterError(_("the settings do not say where the site will be"), hint)
    root = addresses.site_root(site.web_url)
    parts = urlsplit(site.web_url)
    if "{issue}" not in parts.path or parts.query or parts.fragment or root.count("/") < 3:
        message = _("'{url}' is not the address of a page in a folder").format(url=site.web_url)
        raise NewsletterError(message, hint)
    return WebPlaces(root)


def with_own_folders(settings: Settings, places: WebPlaces) -> Settings:
    """Return the settings with the folders of pictures and files on the site itself."""
    site = settings.site or Site()
    update = {
        name: f"{places.root}{folder}"
        for name, folder in (("images_url", "images"), ("files_url", "files"))
        if places.file_of(getattr(site, name) or "") is None
    }
    return replaced(settings, site=replaced(site, **update))


@dataclass(frozen=True)
class Published:
    """An issue that is online: as everyone may read it, where, since when."""

    issue: Issue
    address: str
    is_listed: bool
    since: datetime
    updated: datetime
    uri: str  # in feeds, whatever becomes of its title or address (RFC 4151)


def sent_times(workspace: Path, url: str | None) -> Mapping[str, datetime]:
    """Return when each issue that somebody got began to leave: by `sent/`, or by the ledger."""
    records = (each for each in sent_records(workspace) if sum(each.variants.values()))
    times = {each.issue: datetime.fromisoformat(each.date) for each in records}
    with read_ledger(workspace, url) as ledger:
        if ledger:
            for name in {*issues_by_name(workspace / "issues")} - {*times}:
                recorded = ledger.recorded(name)
                if recorded and ledger.counts(name).get(State.ACCEPTED):
                    times[name] = datetime.fromisoformat(recorded.begun)
    return times


def sent_pictures(settings: Settings, names: Iterable[str]) -> Iterator[File]:
    """Yield the hosted pictures that sent mails show, by address: none that travelled inside."""
    folder = settings.site and settings.site.images_url
    for name in sorted(names) if folder else ():
        for path in sorted((settings.workspace / SENT_FOLDER / name).glob(f"*/{IMAGES_FOLDER}/*")):
            if IMAGE_NAME.fullmatch(path.name) and leads_inside(path, settings.workspace):
                yield addresses.address_in(folder or "", path.name), path.read_bytes()


def under_embargo(issues: Iterable[Issue], now: datetime) -> list[Issue]:
    """Return the releases whose hour has not come."""
    return [each for each in issues if (_embargo(each) or now) > now]


def published(
    issues: Iterable[Issue], settings: Settings, *, sent: Mapping[str, datetime], now: datetime
) -> tuple[list[Published], datetime]:
    """Return those of `issues` that are online at `now`, the newest first, and until when.

    Then the next will be online, or an embargo ends; where none is to come, the last of all days.
    """
    found = [(each, _since(each, settings, sent.get(each.id))) for each in issues]
    hours = (hour for each, since in found for hour in (since, _embargo(each)) if hour)
    online = [
        as_online(issue, settings, since)
        for issue, since in found
        if since is not None and since <= now and addresses.has_page(issue, settings)
    ]
    until = min((each for each in hours if each > now), default=datetime.max.replace(tzinfo=UTC))
    return sorted(online, key=lambda each: (each.since, each.issue.id), reverse=True), until


def as_online(issue: Issue, settings: Settings, since: datetime) -> Published:
    """Return an issue as it is online since a moment."""
    site, domain = settings.site or Site(), settings.senders["default"].email.rpartition("@")[2]
    corrected = midnight(issue.correction.date, settings.zone) if issue.correction else since
    return Published(
        issue=on_the_web(issue),
        address=addresses.page_of(site.web_url or "", issue.web_name),
        is_listed=(issue.web.access or site.web) == "public",
        since=since,
        updated=max(since, corrected),
        uri=f"tag:{domain},{issue.date.year}:{issue.id}",
    )


def _since(issue: Issue, settings: Settings, sent: datetime | None) -> datetime | None:
    """Return when the issue is online: once it left, and never before its embargo ends."""
    said = issue.web.published
    since = sent or (midnight(said, settings.zone) if said else None)
    if since is None:
        return None
    return max(since, _embargo(issue) or since).astimezone(settings.zone).replace(microsecond=0)


def _embargo(issue: Issue) -> datetime | None:
    return issue.embargo if isinstance(issue, PressRelease) else None


class OnlineIssue(NamedTuple):
    """An issue with its page's content, and its files: each address and what answers there."""

    published: Published
    shown: WebIssue
    files: tuple[File, ...]
    remark: str = ""

    @property
    def is_release(self) -> bool:
        """Whether it stands in the press room rather than among the letters."""
        return isinstance(self.published.issue, PressRelease)


def online_issue(published: Published, settings: Settings) -> OnlineIssue:
    """Return a published issue as readers find it; `remark` says why a release has no PDF."""
    issue, remark = published.issue, ""
    shown = render_web_issue(issue, settings)
    folder = addresses.files_address(issue, settings) or ""
    files = [*pictures_online(shown.images, settings)]
    files += [(f"{folder}/{name}", each) for name, each in agenda_as_ics(issue, settings).items()]
    if isinstance(issue, PressRelease):
        from newsletter.rendering.press import forms_of

        forms, _pdf, remark = forms_of(issue, settings)
        gc.collect()  # what WeasyPrint leaves in circles would be 40 MB after 120 releases
        files += [(addresses.address_in(folder, name), each) for name, each in forms.items()]
    shown = replace(shown, pdf=None) if remark else shown
    return OnlineIssue(published, shown, tuple(files), remark)


def pictures_online(images: Iterable[DocumentImage], settings: Settings) -> Iterator[File]:
    """Yield the pictures of pages, each with its address."""
    folder = settings.site and settings.site.images_url
    for image in images if folder else ():
        yield addresses.address_in(folder or "", image.name.rpartition("/")[2]), image.content
