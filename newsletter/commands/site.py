"""`newsletter site`: the pages of what was sent, the archive, the press room, the feeds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.folder import issues_by_name, issues_in
from newsletter.content.loading import Issue, load_issue
from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem
from newsletter.rendering.fingerprint import changed_parts, parts_of
from newsletter.sending.programs import allow_program
from newsletter.sending.sent_before import changes_in_words, sent_records
from newsletter.settings.settings import Settings
from newsletter.site.online_issue import online_issue
from newsletter.site.places import SitePlaces, places_of, with_own_folders
from newsletter.site.published import (
    Published,
    as_online,
    published,
    sent_pictures,
    sent_times,
    under_embargo,
)
from newsletter.site.publishing import publish
from newsletter.site.remembered import Remembered
from newsletter.site.site import WebSite
from newsletter.site.writing import write_site
from newsletter.workspace import refuse_links


def site(
    *,
    output: Path | None,
    now: datetime,
    start: Path,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
    publishing: bool = False,
    ask: Callable[[str], str] | None = None,
) -> int:
    """Write the site as it is at `now`; tell which pages came, changed and went.

    A `now` without a zone is in the workspace's. An issue that cannot be read keeps its page as it
    was; the exit status says so. With `publishing` the program of the settings then puts the site
    online, once it is allowed.
    """
    own, problems = open_workspace(start)
    show(problems)
    command = publish_command(own, ask) if publishing else ()
    places = places_of(own)
    settings = with_own_folders(own, places)
    now = now if now.tzinfo else now.replace(tzinfo=own.zone)
    issues, unread = _read(settings, show)
    sent = sent_times(settings.workspace, settings.ledger)
    chosen = published(issues, settings, sent=sent, now=now)
    folder = output or _usual_output(settings)
    online = [*map(Remembered(settings, places, folder).online_issue, chosen)]
    for remark in dict.fromkeys(each.remark for each in online if each.remark):
        tell(remark)
    # Whether one that cannot be read is under embargo is not known.
    pictures = sent_pictures(issues, settings, {*sent} - {*unread}, now)
    secret = [*_secret(under_embargo(issues, now), settings, places, folder)]
    files = WebSite(online, settings, places, pictures).files()
    changes = write_site(files, folder, kept=unread, secret=secret)
    pages = {places.page_file(each.address): each for each in chosen}
    fresh = [pages[name] for name in (*changes.came, *changes.changed) if name in pages]
    for line in (*changes.lines(folder), *_changed_since_sent(fresh, own)):
        tell(line)
    for name in {*sent} - {*unread, *(each.id for each in issues)}:
        if f"{name}.html" in changes.went:
            told = _("{issue} was sent, and its file is gone: links in its emails lead nowhere now")
            tell(told.format(issue=name))
    if command:
        publish(command, folder, [*files, *changes.went])
    return int(bool(unread))


def _usual_output(settings: Settings) -> Path:
    folder = settings.workspace / "site"
    refuse_links(folder, settings.workspace)
    return folder


def publish_command(settings: Settings, ask: Callable[[str], str] | None) -> tuple[str, ...]:
    """Return the program that puts the site online, once it is allowed."""
    command = settings.site.publish if settings.site else ()
    if not command:
        hint = _("write in newsletter.yaml, under site: {example}")
        example = 'publish: [rsync, -rt, "--files-from={files}", "{folder}/", "host:folder/"]'
        message = _("the settings do not say how the site is put online")
        raise NewsletterError(message, hint.format(example=example))
    allow_program(settings.workspace, command, ask=ask, setting="publish")
    return command


def _read(
    settings: Settings, show: Callable[[Sequence[Problem]], None]
) -> tuple[list[Issue], list[str]]:
    """Return the issues of the workspace, and the names of those that cannot be read.

    Where each value stands is forgotten: of 300 issues that would be 25 MB.
    """
    issues, unread = [], []
    for path in issues_in(settings.workspace / "issues"):
        loaded = load_issue(path, settings)
        show(loaded.problems)
        if loaded.issue:
            issues.append(loaded.issue)
        else:
            unread.append(path.stem)
    return issues, unread


def _changed_since_sent(fresh: Iterable[Published], settings: Settings) -> Iterator[str]:
    """Yield what of each issue is another now than in the mail that was sent."""
    records = {each.issue: each for each in sent_records(settings.workspace)}
    files = issues_by_name(settings.workspace / "issues")
    for name in (each.issue.id for each in fresh if each.issue.id in records):
        loaded, before = load_issue(files[name], settings), records[name].parts
        if loaded.issue is None or not before:
            continue
        if names := changed_parts(before, parts_of(loaded.issue, settings).digests):
            told = _("{issue} is no longer as it was sent: {parts}")
            yield told.format(issue=name, parts=changes_in_words(names, loaded))


def _secret(
    releases: Sequence[Issue], settings: Settings, places: SitePlaces, folder: Path
) -> Iterator[str]:
    """Yield the files of releases that are under embargo now and were online before."""
    for release in releases:
        entry = as_online(release, settings, datetime.min.replace(tzinfo=settings.zone))
        page = places.page_file(entry.address)
        if (folder / page).exists():
            yield page
            for address, _content in online_issue(entry, settings).files:
                if name := places.file_of(address):
                    yield name
