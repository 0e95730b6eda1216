"""`newsletter site`: the pages of what was sent, the archive, the press room, the feeds."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.folder import issues_in
from newsletter.content.loading import Issue, load_issue
from newsletter.i18n import _
from newsletter.problems.problem import Problem, shown_path
from newsletter.settings.settings import Settings
from newsletter.site.online_issue import online_issue
from newsletter.site.places import SitePlaces, places_of, with_own_folders
from newsletter.site.published import as_online, published, sent_pictures, sent_times, under_embargo
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
) -> int:
    """Write the site as it is at `now`; tell which pages came, changed and went.

    An issue that cannot be read keeps its page as it was; the exit status says so.
    """
    settings, problems = open_workspace(start)
    show(problems)
    places = places_of(settings)
    settings = with_own_folders(settings, places)
    loaded = [load_issue(path, settings) for path in issues_in(settings.workspace / "issues")]
    issues = [each.issue for each in loaded if each.issue]
    unread = [each.path.stem for each in loaded if each.issue is None]
    for each in loaded:
        show(each.problems)
    sent = sent_times(settings.workspace)
    chosen = published(issues, settings, sent=sent, now=now)
    online = [online_issue(each, settings) for each in chosen]
    for remark in dict.fromkeys(each.remark for each in online if each.remark):
        tell(remark)
    folder = output or _usual_output(settings)
    # Whether one that cannot be read is under embargo is not known.
    pictures = sent_pictures(issues, settings, {*sent} - {*unread}, now)
    changes = write_site(
        WebSite(online, settings, places, pictures).files(),
        folder,
        kept=unread,
        secret=[*_secret(under_embargo(issues, now), settings, places, folder)],
    )
    for line in changes.lines():
        tell(line)
    if not changes:
        tell(_("{folder} is up to date").format(folder=shown_path(folder)))
    return int(bool(unread))


def _usual_output(settings: Settings) -> Path:
    folder = settings.workspace / "site"
    refuse_links(folder, settings.workspace)
    return folder


def _secret(
    releases: Sequence[Issue], settings: Settings, places: SitePlaces, folder: Path
) -> Iterator[str]:
    """Yield the files of releases that are under embargo now and were online before."""
    for release in releases:
        entry = as_online(release, settings, datetime.min.replace(tzinfo=settings.zone))
        if (folder / places.page_file(entry.address)).exists():
            for address, _content in online_issue(entry, settings).files:
                if name := places.file_of(address):
                    yield name
