"""The site of a workspace made anew, with what is told of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsletter.content.loading import Issue, issues_by_name, issues_in, load_issue
from newsletter.i18n import _, counted
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem
from newsletter.rendering.addresses import has_page
from newsletter.rendering.document import Variants
from newsletter.rendering.fingerprint import changed_parts, parts_of
from newsletter.sending.sent_before import changes_in_words, sent_records
from newsletter.settings.settings import Settings
from newsletter.site.online_issue import Forms, online_issue, pictures_online
from newsletter.site.published import (
    Published,
    as_online,
    next_hour,
    places_of,
    published,
    sent_pictures,
    sent_times,
    under_embargo,
    with_own_folders,
)
from newsletter.site.site import WebSite
from newsletter.site.writing import write_site


@dataclass(frozen=True)
class Renewed:
    """What came of it: the files to put online, and whether every issue could be read.

    `until` is when the site will be another by itself; None where something was told of it that
    the next run must tell again.
    """

    names: Sequence[str]
    is_whole: bool
    until: datetime | None


def renew_site(
    own: Settings,
    folder: Path,
    now: datetime,
    *,
    early: str,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> Renewed:
    """Write the site as it is at `now`; tell which pages came, changed and went.

    An issue that cannot be read keeps its page as it was. Of the issue named `early`, which is to
    be sent, come the files that its mails ask for.

    Raises:
        NewsletterError: that issue is under embargo: nothing of it may be there.
    """
    places = places_of(own)
    settings = with_own_folders(own, places)
    issues, unread, problems = _read(settings)
    show(problems)
    sent = sent_times(settings.workspace, settings.ledger)
    chosen = published(issues, settings, sent=sent, now=now)
    forms = Forms(settings, places, folder)
    online = [online_issue(each, settings, forms) for each in chosen]
    remarks = dict.fromkeys(each.remark for each in online if each.remark)
    for remark in remarks:
        tell(remark)
    # Whether one that cannot be read is under embargo is not known.
    pictures = sent_pictures(issues, settings, {*sent} - {*unread}, now)
    secret = [*_secret(under_embargo(issues, now), settings, forms, folder)]
    asked = [*_asked_by_mails(early, issues, own, forms, now)]
    files = WebSite(online, settings, places, (*pictures, *asked)).files()
    changes = write_site(files, folder, kept=unread, secret=secret)
    pages = {places.page_file(each.address): each for each in chosen}
    fresh = [pages[name] for name in (*changes.came, *changes.changed) if name in pages]
    lost = {*sent} - {*unread, *(each.id for each in issues)}
    for lines in (changes.lines(folder), _changed_since_sent(fresh, own),
                  _early_files(early, asked), _lost(lost, changes.went)):  # fmt: skip
        for line in lines:
            tell(line)
    until = None if problems or remarks else next_hour(issues, settings, sent=sent, now=now)
    return Renewed([*files, *changes.gone], not unread, until)


def _asked_by_mails(
    name: str, issues: Iterable[Issue], own: Settings, forms: Forms, now: datetime
) -> Iterator[tuple[str, bytes]]:
    """Yield what the mails of the issue of that name ask for beside its page, by address."""
    for issue in (each for each in issues if each.id == name):
        if under_embargo([issue], now):
            message = _("'{issue}' is under embargo: its emails carry their pictures")
            hint = _("nothing of it is online before its hour: send it without --before-sending")
            raise NewsletterError(message.format(issue=name), hint)
        if own.site and own.site.images_url:
            mails = Variants(issue, own).documents()
            found = {image.name: image for mail in mails for image in mail.images}
            yield from pictures_online(tuple(found.values()), forms.settings)
        if has_page(issue, own):
            yield from online_issue(as_online(issue, own, now), forms.settings, forms).files


def _early_files(name: str, asked: Sequence[object]) -> Iterator[str]:
    if asked:
        told = counted(
            "{count} picture or file of {issue} is there before it is sent",
            "{count} pictures and files of {issue} are there before it is sent",
            len(asked),
        )
        yield told.format(count=len(asked), issue=name)


def _lost(names: Iterable[str], went: Collection[str]) -> Iterator[str]:
    for name in names:
        if f"{name}.html" in went:
            told = _("{issue} was sent, and its file is gone: links in its emails lead nowhere now")
            yield told.format(issue=name)


def _read(settings: Settings) -> tuple[list[Issue], list[str], list[Problem]]:
    """Return the issues, the names of those that cannot be read, all problems.

    Where each value stands is forgotten: of 300 issues that would be 25 MB.
    """
    issues, unread = [], []
    problems: list[Problem] = []
    for path in issues_in(settings.workspace / "issues"):
        loaded = load_issue(path, settings)
        problems += loaded.problems
        if loaded.issue:
            issues.append(loaded.issue)
        else:
            unread.append(path.stem)
    return issues, unread, problems


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
    releases: Sequence[Issue], settings: Settings, forms: Forms, folder: Path
) -> Iterator[str]:
    """Yield the files of releases that are under embargo now and were online before."""
    for release in releases:
        entry = as_online(release, settings, datetime.min.replace(tzinfo=settings.zone))
        page = forms.places.page_file(entry.address)
        if (folder / page).exists():
            yield page
            for address, _content in online_issue(entry, settings, forms).files:
                if name := forms.places.file_of(address):
                    yield name
