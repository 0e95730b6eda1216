"""The site's folder, and how it is put online.

Only what changed is written, and only pages of ours are taken away.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeGuard
from urllib.parse import quote

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.addresses import NINJS_NAME
from newsletter.workspace import SETTINGS_FILE, leads_inside, refuse_links, write_whole

# So page.html begins: no page of somebody else is taken for ours.
_MARK = b'<meta name="generator" content="newsletter">'
_HEAD_BYTES = 2000
_OTHERS = {".html", ".htm", ".yaml", ".yml"}
_FEEDS = (".atom", ".json", ".xml")


class Changes(NamedTuple):
    """The pages that came, changed, went or wait, all that are `gone`, and how many other files."""

    came: tuple[str, ...]
    changed: tuple[str, ...]
    went: tuple[str, ...]
    waiting: tuple[str, ...]
    gone: tuple[str, ...]
    others: int

    def lines(self, folder: Path) -> Iterator[str]:
        """Yield a line for each page; one in all where `folder` was up to date."""
        if not (self.came or self.changed or self.went or self.others):
            yield _("{folder} is up to date").format(folder=shown_path(folder))
        for words, names in (
            (_("new      {page}"), self.came),
            (_("changed  {page}"), self.changed),
            (_("removed  {page}"), self.went),
            (_("waits    {page}: it names an issue that cannot be read"), self.waiting),
        ):
            yield from (words.format(page=name) for name in names)


def write_site(
    files: Mapping[str, bytes], folder: Path, *, kept: Collection[str], secret: Collection[str]
) -> Changes:
    """Write what `folder` lacks of `files`; in place of a page that is no more, that it is gone.

    A page that was put online would stay there if it were only missing here. Pages of `kept`,
    issues that could not be read, stay as they are, and what leads there too while no other page
    goes. Only `secret` files are deleted: a mail that was sent shows pictures and points at files.
    Raises `NewsletterError`: the folder holds something else than a site of ours.
    """
    _refuse_others(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: each for name, each in files.items() if _content(folder / name) != each}
    gone = files["404.html"]
    old = _pages_in(folder)
    left = [name for name in old if name not in files and not _is_of(name, kept)]
    leaving = [name for name in left if old[name] not in (gone, old.get("404.html"))]
    leading = {name for name in (*written, *leaving) if _leads(_content(folder / name), kept)}
    waiting = {name for name in leading if not _leads(files.get(name), kept)}
    if secret or {*leaving} - waiting:
        waiting = set()
    written = {name: each for name, each in written.items() if name not in waiting}
    came = {name for name in written if not (folder / name).exists()}
    # Pages last: none shows a picture that is not there yet.
    ordered = dict(sorted(written.items(), key=lambda file: _is_page(file[0])))
    ordered |= {name: gone for name in left if name not in waiting and old[name] != gone}
    write_whole(*((folder / name, each) for name, each in ordered.items()), below=folder)
    for name in {*secret} - {*files}:
        refuse_links((folder / name).parent, folder)
        (folder / name).unlink(missing_ok=True)
    pages = [name for name in written if _is_page(name)]
    return Changes(
        came=tuple(sorted(name for name in pages if name in came)),
        changed=tuple(sorted(name for name in pages if name not in came)),
        went=tuple(name for name in leaving if name not in waiting),
        waiting=tuple(sorted(waiting)),
        gone=tuple(name for name in left if name not in waiting),
        others=len(written) - len(pages),
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


def _leads(content: bytes | None, issues: Collection[str]) -> bool:
    """Tell whether there is an address of one of the issues, with its code or without."""
    signs = (rf"(?<!<)/{re.escape(quote(each))}(-[a-z0-9]{{20,64}})?(?![\w-])" for each in issues)
    return any(re.search(sign.encode(), content or b"") for sign in signs)


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
    return page is not None and page.startswith(b"<") and _MARK in page[:_HEAD_BYTES]


def _is_of(name: str, issues: Collection[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(issue)}(?!\w)", name) for issue in issues)


def publish(command: Sequence[str], folder: Path, names: Iterable[str]) -> None:
    """Run the program of the settings for the files `names` of the site's `folder`.

    {folder} stands for the folder. With {files}, a file that lists what to take, the program runs
    thrice: no page shows a picture that is not there yet, no feed names a page that did not arrive.
    Raises `NewsletterError`: there is no such program, or it failed: what follows was not tried.
    """
    is_listed = any("{files}" in word for word in command)
    for step in _steps(names) if is_listed else [()]:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
            listed.writelines(f"{name}\n" for name in step)
            listed.flush()
            filled = [word.replace("{folder}", str(folder)) for word in command]
            _run([word.replace("{files}", listed.name) for word in filled])


def _steps(names: Iterable[str]) -> list[Sequence[str]]:
    """Return what goes online together, in order."""

    def step(name: str) -> int:
        is_feed = name.endswith(_FEEDS) and not name.endswith(f"/{NINJS_NAME}")
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
