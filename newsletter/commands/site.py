"""`newsletter site`: the pages of what was sent, the archive, the press room, the feeds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.folder import issues_in
from newsletter.content.loading import Issue, LoadedIssue, load_issue
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

    An issue that cannot be read keeps its page as it was; the exit status says so. With
    `publishing` the program of the settings then puts the site online, once it is allowed.
    """
    own, problems = open_workspace(start)
    show(problems)
    command = _publish_command(own, ask) if publishing else ()
    places = places_of(own)
    settings = with_own_folders(own, places)
    loaded = [load_issue(path, settings) for path in issues_in(settings.workspace / "issues")]
    for each in loaded:
        show(each.problems)
    unread = [each.path.stem for each in loaded if each.issue is None]
    issues = [each.issue for each in loaded if each.issue]
    sent = sent_times(settings.workspace)
    chosen = published(issues, settings, sent=sent, now=now)
    online = [online_issue(each, settings) for each in chosen]
    for remark in dict.fromkeys(each.remark for each in online if each.remark):
        tell(remark)
    folder = output or _usual_output(settings)
    # Whether one that cannot be read is under embargo is not known.
    pictures = sent_pictures(issues, settings, {*sent} - {*unread}, now)
    secret = [*_secret(under_embargo(issues, now), settings, places, folder)]
    files = WebSite(online, settings, places, pictures).files()
    changes = write_site(files, folder, kept=unread, secret=secret)
    pages = {places.page_file(each.address): each for each in chosen}
    fresh = [pages[name] for name in (*changes.came, *changes.changed) if name in pages]
    for line in (*changes.lines(folder), *_changed_since_sent(fresh, loaded, own)):
        tell(line)
    if command:
        publish(command, folder, [*files, *changes.went])
    return int(bool(unread))


def _usual_output(settings: Settings) -> Path:
    folder = settings.workspace / "site"
    refuse_links(folder, settings.workspace)
    return folder


def _publish_command(settings: Settings, ask: Callable[[str], str] | None) -> tuple[str, ...]:
    command = settings.site.publish if settings.site else ()
    if not command:
        hint = _("write in newsletter.yaml, under site: {example}")
        example = 'publish: [rsync, -rt, "--files-from={files}", "{folder}/", "host:folder/"]'
        message = _("the settings do not say how the site is put online")
        raise NewsletterError(message, hint.format(example=example))
    allow_program(settings.workspace, command, ask=ask, setting="publish")
    return command


def _changed_since_sent(
    fresh: Iterable[Published], loaded: Iterable[LoadedIssue], settings: Settings
) -> Iterator[str]:
    """Yield what of each issue is another now than in the mail that was sent."""
    records = {each.issue: each for each in sent_records(settings.workspace)}
    by_id = {each.issue.id: each for each in loaded if each.issue}
    for each in fresh:
        record, of = records.get(each.issue.id), by_id[each.issue.id]
        if record is None or not record.parts or of.issue is None:
            continue
        names = changed_parts(record.parts, parts_of(of.issue, settings).digests)
        if names:
            told = _("{issue} is no longer as it was sent: {parts}")
            yield told.format(issue=each.issue.id, parts=changes_in_words(names, of))


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
