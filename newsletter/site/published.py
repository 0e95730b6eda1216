"""Which issues are online at a moment: sent or said to be, open to readers, past their embargo."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from newsletter.content.folder import issues_by_name
from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.ledger.opening import read_ledger
from newsletter.ledger.states import State
from newsletter.rendering.addresses import address_in, has_page, page_of
from newsletter.rendering.pictures.images import IMAGE_NAME, IMAGES_FOLDER
from newsletter.rendering.web.page import on_the_web
from newsletter.sending.sent_before import sent_records
from newsletter.settings.settings import Settings, Site
from newsletter.workspace import SENT_FOLDER, leads_inside


@dataclass(frozen=True)
class Published:
    """An issue that is online: as everyone may read it, where, since when.

    `uri` is its name in feeds, which no change of title or address changes (RFC 4151).
    """

    issue: Issue
    address: str
    is_listed: bool
    since: datetime
    updated: datetime
    uri: str


def sent_times(workspace: Path, url: str | None) -> Mapping[str, datetime]:
    """Return when each issue that somebody got began to leave: by `sent/`, or by the ledger."""
    records = {each.issue: each for each in sent_records(workspace)}
    times = {
        name: datetime.fromisoformat(each.date)
        for name, each in records.items()
        if sum(each.variants.values())
    }
    with read_ledger(workspace, url) as ledger:
        for name in issues_by_name(workspace / "issues") if ledger else ():
            recorded = ledger.recorded(name) if ledger and name not in times else None
            if ledger and recorded and ledger.counts(name).get(State.ACCEPTED):
                times[name] = datetime.fromisoformat(recorded.begun)
    return times


def sent_pictures(
    issues: Iterable[Issue], settings: Settings, sent: Collection[str], now: datetime
) -> Iterator[tuple[str, bytes]]:
    """Yield the hosted pictures that mails which were sent show, each with its address.

    Those of a release under embargo travelled inside its mail.
    """
    folder = settings.site and settings.site.images_url
    names = {*sent} - {each.id for each in under_embargo(issues, now)}
    for name in sorted(names) if folder else ():
        for path in sorted((settings.workspace / SENT_FOLDER / name).glob(f"*/{IMAGES_FOLDER}/*")):
            if IMAGE_NAME.fullmatch(path.name) and leads_inside(path, settings.workspace):
                yield address_in(folder or "", path.name), path.read_bytes()


def under_embargo(issues: Iterable[Issue], now: datetime) -> list[Issue]:
    """Return the releases whose hour has not come."""
    return [each for each in issues if (_embargo(each) or now) > now]


def published(
    issues: Iterable[Issue], settings: Settings, *, sent: Mapping[str, datetime], now: datetime
) -> list[Published]:
    """Return those of `issues` that are online at `now`, the newest first."""
    found = (_published(issue, settings, sent.get(issue.id), now) for issue in issues)
    return sorted(filter(None, found), key=lambda each: (each.since, each.issue.id), reverse=True)


def next_hour(
    issues: Iterable[Issue], settings: Settings, *, sent: Mapping[str, datetime], now: datetime
) -> datetime:
    """Return when the next issue will be online, or the next embargo ends; the last of all days."""
    hours = [(_since(each, settings, sent.get(each.id)), _embargo(each)) for each in issues]
    coming = (hour for both in hours for hour in both if hour and hour > now)
    return min(coming, default=datetime.max.replace(tzinfo=UTC))


def _published(
    issue: Issue, settings: Settings, sent: datetime | None, now: datetime
) -> Published | None:
    since = _since(issue, settings, sent)
    is_there = since is not None and since <= now and has_page(issue, settings)
    return as_online(issue, settings, since) if since and is_there else None


def as_online(issue: Issue, settings: Settings, since: datetime) -> Published:
    """Return an issue as it is online since a moment."""
    site = settings.site or Site()
    return Published(
        issue=on_the_web(issue),
        address=page_of(site.web_url or "", issue.web_name),
        is_listed=(issue.web.access or site.web) == "public",
        since=since,
        updated=max(since, _midnight(issue.correction.date, settings))
        if issue.correction
        else since,
        uri=_tag(issue, settings),
    )


def _since(issue: Issue, settings: Settings, sent: datetime | None) -> datetime | None:
    """Return when the issue is online: once it left, and never before its embargo ends."""
    since = sent
    if issue.web.published:
        since = since or _midnight(issue.web.published, settings)
    if since is None:
        return None
    return max(since, _embargo(issue) or since).astimezone(settings.zone).replace(microsecond=0)


def _embargo(issue: Issue) -> datetime | None:
    return issue.embargo if isinstance(issue, PressRelease) else None


def _midnight(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time(), settings.zone)


def _tag(issue: Issue, settings: Settings) -> str:
    domain = settings.senders["default"].email.rpartition("@")[2]
    return f"tag:{domain},{issue.date.year}:{issue.id}"
