"""Where the workspace lies, the language that its team reads, and how files are written there.

Asked before every command, `--help` included: without pathlib, whose import takes 4 of the 60 ms of
`--help` (measured 2026-11), and without any model.
"""

import errno
import os.path
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from stat import S_IWGRP, S_IWOTH
from typing import TYPE_CHECKING

from newsletter.i18n import LANGUAGES, _
from newsletter.problems.errors import NewsletterError

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE = "newsletter.yaml"
THEME_FILE = "assets/theme.yaml"
SENT_FOLDER = "sent"  # with a folder for each issue that has left
LEDGER_FILE = "ledger.sqlite3"
NOT_UNDERSTOOD_FOLDER = "not-understood"  # messages that came back: personal data


class NoWorkspace(NewsletterError):  # noqa: N818 - a sentence for the user, not a fault of ours
    """No settings file here nor above: something a person mends, so a problem."""

    exit_status = 1


def workspace_above(folder: str) -> str | None:
    """Return the nearest folder from `folder` upwards that holds `newsletter.yaml`."""
    while not os.path.isfile(os.path.join(folder, SETTINGS_FILE)):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def find_workspace(start: str) -> str:
    """Return the workspace that the folder `start` lies in; raise `NoWorkspace` without one."""
    if (workspace := workspace_above(start)) is not None:
        return workspace
    hint = _("go into your newsletter's folder first: cd FOLDER; if you have none: newsletter init")
    for name in sorted(os.listdir(start), reverse=True):
        if os.path.isfile(os.path.join(start, name, SETTINGS_FILE)):
            hint = _("it is in a folder below: cd {folder}").format(folder=name)
    message = _("there is no {file} in {folder}, nor in a folder above it")
    raise NoWorkspace(message.format(file=SETTINGS_FILE, folder=start), hint=hint)


def user_language(workspace: str | None, environment: Mapping[str, str]) -> str:
    """Return the language to speak, "fr" or "en".

    The first that is named by NEWSLETTER_LANG, the user's locale (POSIX 8.2) or the workspace's
    settings; French where none names one.
    """
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    for named in (environment.get("NEWSLETTER_LANG", ""), locale, _workspace_language(workspace)):
        language = re.split(r"[^a-z]", named.lower())[0]
        if language in LANGUAGES:
            return language
    return "fr"


def _workspace_language(workspace: str | None) -> str:
    """Return what the settings name as their language; "" where nothing can be read."""
    if workspace is None:
        return ""
    with open(os.path.join(workspace, SETTINGS_FILE), encoding="utf-8", errors="replace") as file:
        named = re.search(r"^language:[ \t]*[\"']?(\w+)", file.read(), re.MULTILINE)
    return named[1] if named else ""


def user_folder(
    name: str, variable: str = "XDG_CACHE_HOME", usual: str = ".cache"
) -> "Path | None":
    """Return a folder of the user's, theirs alone, below what `variable` names or `~/usual`.

    The variables are those of the XDG Base Directory Specification. None where it cannot be.
    Never in a workspace: what lies there may come from anybody.
    """
    root = os.environ.get(variable) or os.path.join(os.path.expanduser("~"), usual)
    return own_folder(os.path.join(root, "newsletter", name))


@cache
def own_folder(folder: str) -> "Path | None":
    """Return a folder, made where it is not there; None where it is not the user's alone."""
    from pathlib import Path

    if not os.path.isabs(folder):  # nobody's home, or a folder wherever one happens to be
        return None
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.stat(folder)
    except OSError:
        return None
    is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    is_open = status.st_mode & (S_IWGRP | S_IWOTH)
    return Path(folder) if is_ours and not is_open else None


def leads_inside(path: os.PathLike[str], folder: os.PathLike[str]) -> bool:
    """Tell whether `path` is in `folder` once all links are followed; it need not be there."""
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath([real, root]) == root


def refuse_links(folder: str | os.PathLike[str], below: os.PathLike[str]) -> None:
    """Raise where a link on the way from `below` to `folder` leads elsewhere."""
    # What is written or deleted there would be somebody else's.
    way = os.path.relpath(folder, below)
    real = os.path.normpath(os.path.join(os.path.realpath(below), way))
    if way.startswith("..") or os.path.realpath(folder) != real:
        message = _("'{folder}' leads elsewhere: nothing is written there")
        hint = _("look at what it links to; delete the link, or name another folder")
        raise NewsletterError(message.format(folder=os.fspath(folder)), hint)


def write_whole(
    *files: tuple[os.PathLike[str], bytes],
    below: os.PathLike[str] | None = None,
    is_new: bool = False,
    mode: int = 0o666,
) -> None:
    """Write files, each a path and its content: whole or not at all.

    All are written beside their places first, then moved there: a full disk leaves what was there.
    The names beside are new ones (O_EXCL) that nobody can foresee: no link lies in wait under one,
    and two who write the same file do not meet. A link in the place of a file is replaced, not
    followed. Raises `NewsletterError` for a link on the way from `below` to a file, where that is
    given; `FileExistsError` where a file that `is_new` is there already.
    """
    if below is not None:
        for folder in {os.path.dirname(place) or "." for place, _content in files}:
            refuse_links(folder, below)
    waiting: dict[str, str] = {}
    try:
        for place, content in files:
            folder = os.path.dirname(place) or "."
            os.makedirs(folder, exist_ok=True)
            beside = os.path.join(folder, f".{os.urandom(8).hex()}.new")
            waiting[beside] = os.fspath(place)
            with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                file.write(content)
        for beside, path in waiting.items():
            if is_new:
                _put_new(beside, path)
            else:
                os.replace(beside, path)
        waiting.clear()
    except OSError as error:
        error.filename = waiting.get(error.filename, error.filename)
        raise
    finally:
        for beside in waiting:
            with suppress(OSError):
                os.unlink(beside)


def _put_new(beside: str, path: str) -> None:
    """Give a file its name, which nobody else's may have, not even one of this moment."""
    try:
        os.link(beside, path)
        os.unlink(beside)
    except OSError as error:  # also of a disk that has no links, as that of a USB stick
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from error
        os.replace(beside, path)
