"""The site of a workspace: what changed is written anew, told, and put online."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeGuard
from urllib.parse import quote

from newsletter.content.loading import Issue, LoadedIssue, issues_in, load_issue
from newsletter.i18n import _, counted
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, shown_path
from newsletter.rendering.addresses import NINJS_NAME, has_page
from newsletter.rendering.document import Variants, changed_parts, parts_of
from newsletter.sending.sent_before import changes_in_words, sent_records
from newsletter.settings.settings import Settings
from newsletter.site import published as online
from newsletter.site.site import WebSite
from newsletter.workspace import SETTINGS_FILE, leads_inside, refuse_links, write_whole

# So page.html begins: no page of somebody else is taken for ours.
_MARK = b'<meta name="generator" content="newsletter">'
_OTHERS = {".html", ".htm", ".yaml", ".yml"}


class _Changes(NamedTuple):
    """The pages that came, changed and went, how many other files changed, all pages `gone`."""

    came: list[str]
    changed: list[str]
    went: list[str]
    others: int
    gone: list[str]

    def lines(self, folder: Path) -> Iterator[str]:
        """Yield a line for each page; one in all where `folder` was up to date."""
        if not any(self[:4]):
            yield _("{folder} is up to date").format(folder=shown_path(folder))
        for words, names in (
            (_("new      {page}"), self.came),
            (_("changed  {page}"), self.changed),
            (_("removed  {page}"), self.went),
        ):
            yield from (words.format(page=name) for name in names)


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
    loaded = [load_issue(path, settings) for path in issues_in(settings.workspace / "issues")]
    issues = [each.issue for each in loaded if each.issue]
    unread = [each.path.stem for each in loaded if not each.issue]
    problems = [problem for each in loaded for problem in each.problems]
    show(problems)
    sent = online.sent_times(settings.workspace, settings.ledger)
    chosen, until = online.published(issues, settings, sent=sent, now=now)
    whole = [online.online_issue(each, settings) for each in chosen]
    remarks = dict.fromkeys(each.remark for each in whole if each.remark)
    for remark in remarks:
        tell(remark)
    embargoed = online.under_embargo(issues, now)
    # Whether one that cannot be read is under embargo is not known.
    pictures = online.sent_pictures(settings, {*sent} - {*unread, *(each.id for each in embargoed)})
    secret = [*_secret(embargoed, settings, folder)]
    asked = [*_asked_by_mails(early, issues, own, settings, now)]
    files = WebSite(whole, settings, places, (*pictures, *asked)).files()
    changes = _write(files, folder, kept=unread, secret=secret)
    pages = {places.page_file(each.address): each.issue.id for each in chosen}
    fresh = {pages.get(name) for name in (*changes.came, *changes.changed)}
    lines = *changes.lines(folder), *_changed_since_sent(loaded, fresh, own)
    for line in (*lines, *_there_early(early, len(asked))):
        tell(line)
    return [*files, *changes.gone], not unread, None if problems or remarks else until


def _asked_by_mails(
    name: str, issues: Iterable[Issue], own: Settings, settings: Settings, now: datetime
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
            yield from online.pictures_online(found.values(), settings)
        if has_page(issue, own):
            yield from online.online_issue(online.as_online(issue, own, now), settings).files


def _there_early(name: str, count: int) -> Iterator[str]:
    if count:
        told = counted(
            "{count} picture or file of {issue} is there before it is sent",
            "{count} pictures and files of {issue} are there before it is sent",
            count,
        )
        yield told.format(issue=name)


def _changed_since_sent(
    loaded: Iterable[LoadedIssue], fresh: Collection[str | None], settings: Settings
) -> Iterator[str]:
    """Yield what of each `fresh` issue is another now than in the mail that was sent."""
    sent = {each.issue: each.parts for each in sent_records(settings.workspace)}
    for each in loaded:
        before = each.issue and each.issue.id in fresh and sent.get(each.issue.id)
        if each.issue is None or not before:
            continue
        if names := changed_parts(before, parts_of(each.issue, settings).digests):
            told = _("{issue} is no longer as it was sent: {parts}")
            yield told.format(issue=each.issue.id, parts=changes_in_words(names, each))


def _secret(releases: Sequence[Issue], settings: Settings, folder: Path) -> Iterator[str]:
    """Yield the files of releases that are under embargo now and were online before."""
    places = online.places_of(settings)
    for release in releases:
        entry = online.as_online(release, settings, datetime.min.replace(tzinfo=settings.zone))
        page = places.page_file(entry.address)
        if (folder / page).exists():
            yield page
            files = online.online_issue(entry, settings).files
            yield from filter(None, (places.file_of(address) for address, _content in files))


def _write(
    files: Mapping[str, bytes], folder: Path, *, kept: Collection[str], secret: Collection[str]
) -> _Changes:
    """Write what `folder` lacks of `files`; in place of a page that is no more, that it is gone.

    A page that was put online would stay there if it were only missing here. Pages of `kept`,
    issues that could not be read, stay as they are, and what leads there too while no other page
    goes. Only `secret` files are deleted: a mail that was sent shows pictures and points at files.
    Raises `NewsletterError`: the folder holds something else than a site of ours.
    """
    _refuse_others(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: each for name, each in files.items() if _content(folder / name) != each}
    old, notice = _pages_in(folder), files["404.html"]
    gone = [name for name in old if name not in files and not _is_of(name, kept)]
    went = [name for name in gone if old[name] not in (notice, old.get("404.html"))]
    leading = {name for name in (*written, *went) if _leads(_content(folder / name), kept)}
    waiting = {name for name in leading if not _leads(files.get(name), kept)}
    if not secret and waiting.issuperset(went):
        written = {name: each for name, each in written.items() if name not in waiting}
        gone, went = [name for name in gone if name not in waiting], []
    pages = sorted(filter(_is_page, written))
    came = [name for name in pages if not (folder / name).exists()]
    # Pages last: none shows a picture that is not there yet.
    ordered = dict(sorted(written.items(), key=lambda file: _is_page(file[0])))
    ordered |= {name: notice for name in gone if old[name] != notice}
    write_whole(*((folder / name, each) for name, each in ordered.items()), below=folder)
    for name in {*secret} - {*files}:
        refuse_links((folder / name).parent, folder)
        (folder / name).unlink(missing_ok=True)
    return _Changes(
        came=came,
        changed=[name for name in pages if name not in came],
        went=went,
        others=len(written) - len(pages),
        gone=gone,
    )


def _refuse_others(folder: Path) -> None:
    """Raise `NewsletterError` for a workspace, and for a folder that holds what is no site of ours.

    Of a folder where no site was, any other file may be there, CNAME; no page, no folder, no YAML.
    """
    home = _content(folder / "index.html")
    is_site = _is_ours(home) or (home is not None and (folder / "feed.atom").exists())
    seen = [] if is_site or not folder.is_dir() else [*folder.glob("[!.]*")]
    others = [each for each in seen if each.is_dir() or each.suffix in _OTHERS]
    if others or (folder / SETTINGS_FILE).exists():
        message = _("'{folder}' holds something else than this site").format(folder=folder)
        raise NewsletterError(message, _("name a new folder after --output"))


def _is_page(name: str) -> bool:
    return name.endswith((".html", ".htm"))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _pages_in(folder: Path) -> dict[str, bytes]:
    """Return the pages of ours in the folder, but not those of another site or workspace below."""

    def is_of_others(path: Path) -> bool:
        return any((path / name).exists() for name in ("sitemap.xml", SETTINGS_FILE))

    ours: dict[str, bytes] = {}
    for parent, names, files in os.walk(folder):
        names[:] = [
            each for each in names if each[0] != "." and not is_of_others(Path(parent, each))
        ]
        for path in (Path(parent, each) for each in files if _is_page(each)):
            content = _content(path) if leads_inside(path, folder) else None
            if _is_ours(content):
                ours[path.relative_to(folder).as_posix()] = content
    return dict(sorted(ours.items()))


def _is_ours(page: bytes | None) -> TypeGuard[bytes]:
    # So begins what the template makes, which has the mark itself.
    return page is not None and page.startswith(b"<") and _MARK in page[:2000]


def _leads(content: bytes | None, issues: Collection[str]) -> bool:
    """Tell whether there is an address of one of the issues, with its code or without."""
    signs = (rf"(?<!<)/{re.escape(quote(each))}(-[a-z0-9]{{20,64}})?(?![\w-])" for each in issues)
    return any(re.search(sign.encode(), content or b"") for sign in signs)


def _is_of(name: str, issues: Collection[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(issue)}(?!\w)", name) for issue in issues)


def publish(command: Sequence[str], folder: Path, names: Iterable[str]) -> None:
    """Run the program of the settings for the files `names` of the site's `folder`.

    {folder} stands for the folder. With {files}, a file that lists what to take, the program runs
    thrice: no page shows a picture that is not there yet, no feed names a page that did not arrive.
    Raises `NewsletterError`: there is no such program, or it failed: what follows was not tried.
    """
    for step in _steps(names) if any("{files}" in word for word in command) else [()]:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
            listed.writelines(f"{name}\n" for name in step)
            listed.flush()
            filled = [word.replace("{folder}", str(folder)) for word in command]
            _run([word.replace("{files}", listed.name) for word in filled])


def _steps(names: Iterable[str]) -> list[Sequence[str]]:
    """Return what goes online together, in order."""

    def step(name: str) -> int:
        is_feed = name.endswith((".atom", ".json", ".xml")) and not name.endswith(f"/{NINJS_NAME}")
        return 1 if name.endswith(".html") else 2 if is_feed else 0

    return [tuple(some) for _step, some in groupby(sorted(sorted(names), key=step), step)]


def _run(command: Sequence[str]) -> None:
    try:
        # No shell: it is a list, of the settings, which were allowed on this machine.
        status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode  # noqa: S603
    except OSError as error:
        message = _("the program '{program}' of publish: cannot be run")
        hint = _("check its name; a program outside the usual folders needs its whole path")
        raise NewsletterError(message.format(program=command[0]), hint) from error
    if status:
        message = _("the program '{program}' of publish: failed, with status {status}")
        hint = _("what it said is above; then run newsletter site --publish again")
        raise NewsletterError(message.format(program=command[0], status=status), hint)
