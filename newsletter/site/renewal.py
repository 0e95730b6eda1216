"""The site of a workspace made anew, with what is told of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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
from newsletter.site import published as online
from newsletter.site.site import WebSite
from newsletter.site.writing import write_site


def renew_site(
    own: Settings,
    folder: Path,
    now: datetime,
    *,
    early: str,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> tuple[Sequence[str], bool, datetime | None]:
    """Write the site as it is at `now`; tell which pages came, changed and went.

    Return the files to put online, whether every issue could be read, and when the site will be
    another by itself; None where something was told of it that the next run must tell again.
    An issue that cannot be read keeps its page as it was. Of the issue named `early`, which is to
    be sent, come the files that its mails ask for; `NewsletterError` where it is under embargo.
    """
    places = online.places_of(own)
    settings = online.with_own_folders(own, places)
    issues, unread, problems = _read(settings)
    show(problems)
    sent = online.sent_times(settings.workspace, settings.ledger)
    chosen, until = online.published(issues, settings, sent=sent, now=now)
    forms = online.Forms(settings, places, folder)
    whole = [online.online_issue(each, forms) for each in chosen]
    remarks = dict.fromkeys(each.remark for each in whole if each.remark)
    for remark in remarks:
        tell(remark)
    embargoed = online.under_embargo(issues, now)
    # Whether one that cannot be read is under embargo is not known.
    pictures = online.sent_pictures(settings, {*sent} - {*unread, *(each.id for each in embargoed)})
    secret = [*_secret(embargoed, forms)]
    asked = [*_asked_by_mails(early, issues, own, forms, now)]
    files = WebSite(whole, settings, places, (*pictures, *asked)).files()
    changes = write_site(files, folder, kept=unread, secret=secret)
    pages = {places.page_file(each.address): each for each in chosen}
    fresh = [pages[name] for name in (*changes.came, *changes.changed) if name in pages]
    lost = {*sent} - {*unread, *(each.id for each in issues)}
    for lines in (changes.lines(folder), _changed_since_sent(fresh, own),
                  _of_mails(early, len(asked), lost, changes.went)):  # fmt: skip
        for line in lines:
            tell(line)
    return [*files, *changes.gone], not unread, None if problems or remarks else until


def _asked_by_mails(
    name: str, issues: Iterable[Issue], own: Settings, forms: online.Forms, now: datetime
) -> Iterator[online.File]:
    """Yield what the mails of the issue of that name ask for beside its page, by address."""
    for issue in (each for each in issues if each.id == name):
        if online.under_embargo([issue], now):
            message = _("'{issue}' is under embargo: its emails carry their pictures")
            hint = _("nothing of it is online before its hour: send it without --before-sending")
            raise NewsletterError(message.format(issue=name), hint)
        if own.site and own.site.images_url:
            mails = Variants(issue, own).documents()
            found = {image.name: image for mail in mails for image in mail.images}
            yield from online.pictures_online(found.values(), forms.settings)
        if has_page(issue, own):
            yield from online.online_issue(online.as_online(issue, own, now), forms).files


def _of_mails(early: str, asked: int, lost: Iterable[str], went: Collection[str]) -> Iterator[str]:
    if asked:
        told = counted(
            "{count} picture or file of {issue} is there before it is sent",
            "{count} pictures and files of {issue} are there before it is sent",
            asked,
        )
        yield told.format(count=asked, issue=early)
    for name in lost:
        if f"{name}.html" in went:
            told = _("{issue} was sent, and its file is gone: links in its emails lead nowhere now")
            yield told.format(issue=name)


def _read(settings: Settings) -> tuple[list[Issue], list[str], list[Problem]]:
    """Return the issues, the names of those that cannot be read, all problems."""
    issues, unread = [], []
    problems: list[Problem] = []
    for path in issues_in(settings.workspace / "issues"):
        loaded = load_issue(path, settings)
        problems += loaded.problems
        if loaded.issue:
            issues.append(loaded.issue)  # not where each value stands: of 300 that would be 25 MB
        else:
            unread.append(path.stem)
    return issues, unread, problems


def _changed_since_sent(fresh: Iterable[online.Published], settings: Settings) -> Iterator[str]:
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


def _secret(releases: Sequence[Issue], forms: online.Forms) -> Iterator[str]:
    """Yield the files of releases that are under embargo now and were online before."""
    long_ago = datetime.min.replace(tzinfo=forms.settings.zone)
    for release in releases:
        entry = online.as_online(release, forms.settings, long_ago)
        page = forms.places.page_file(entry.address)
        if (forms.folder / page).exists():
            yield page
            for address, _content in online.online_issue(entry, forms).files:
                if name := forms.places.file_of(address):
                    yield name
