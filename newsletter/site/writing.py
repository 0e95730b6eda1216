"""The site's folder: only what changed is written, and only pages of ours are taken away."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.i18n import _
from newsletter.problems.problem import shown_path
from newsletter.workspace import leads_inside, refuse_links, write_whole

# So page.html begins: no page of somebody else is taken for ours.
_MARK = b'<meta name="generator" content="newsletter">'
_HEAD_BYTES = 2000


@dataclass(frozen=True)
class Changes:
    """The pages that came, changed and went, and how many other files were written."""

    came: tuple[str, ...]
    changed: tuple[str, ...]
    went: tuple[str, ...]
    others: int

    def lines(self, folder: Path) -> Iterator[str]:
        """Yield a line for each page; one in all where `folder` was up to date."""
        if not (self.came or self.changed or self.went or self.others):
            yield _("{folder} is up to date").format(folder=shown_path(folder))
        for words, names in (
            (_("new      {page}"), self.came),
            (_("changed  {page}"), self.changed),
            (_("removed  {page}"), self.went),
        ):
            yield from (words.format(page=name) for name in names)


def write_site(
    files: Mapping[str, bytes], folder: Path, *, kept: Collection[str], secret: Collection[str]
) -> Changes:
    """Write what `folder` lacks of `files`; in place of a page that is no more, that it is gone.

    A page that was put online would stay there if it were only missing here. Pages of `kept`,
    issues that could not be read, stay as they are. Only `secret` files are deleted: a mail that
    was sent shows pictures and points at files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: each for name, each in files.items() if _content(folder / name) != each}
    came = {name for name in written if not (folder / name).exists()}
    # Pages last: none shows a picture that is not there yet.
    for is_page in (False, True):
        some = [
            (folder / name, each) for name, each in written.items() if _is_page(name) == is_page
        ]
        write_whole(*some, below=folder)
    gone = files["404.html"]
    left = [name for name in _pages_in(folder) if name not in files and not _is_of(name, kept)]
    went = [name for name in left if _content(folder / name) != gone]
    write_whole(*((folder / name, gone) for name in went), below=folder)
    for name in {*secret} - {*files}:
        refuse_links((folder / name).parent, folder)
        (folder / name).unlink(missing_ok=True)
    pages = [name for name in written if _is_page(name)]
    return Changes(
        came=tuple(sorted(name for name in pages if name in came)),
        changed=tuple(sorted(name for name in pages if name not in came)),
        went=tuple(went),
        others=len(written) - len(pages),
    )


def _is_page(name: str) -> bool:
    return name.endswith((".html", ".htm"))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _pages_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.htm*")
        if leads_inside(path, folder) and _is_ours(path)
    )


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _MARK in file.read(_HEAD_BYTES)
    except OSError:
        return False


def _is_of(name: str, issues: Collection[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(issue)}(?!\w)", name) for issue in issues)
