"""Putting the site online by the settings' program: files, then pages, then feeds."""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError

_FEEDS = (".atom", ".json", ".xml")


def publish(command: Sequence[str], folder: Path, names: Iterable[str]) -> None:
    """Run the program of the settings for the files `names` of the site's `folder`.

    {folder} stands for the folder. With {files}, a file that lists what to take, the program runs
    thrice: no page shows a picture that is not there yet, no feed names a page that did not arrive.

    Raises:
        NewsletterError: there is no such program, or it failed: what follows was not tried.
    """
    steps: Iterable[Sequence[str]] = _steps(names)
    if not any("{files}" in word for word in command):
        steps = [()]
    for step in steps:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
            listed.writelines(f"{name}\n" for name in step)
            listed.flush()
            places = {"{folder}": str(folder), "{files}": listed.name}
            _run([_filled(word, places) for word in command])


def _steps(names: Iterable[str]) -> Iterator[Sequence[str]]:
    steps: tuple[list[str], ...] = ([], [], [])
    for name in sorted(names):
        is_release = name.endswith("/release.json")
        steps[1 if name.endswith(".html") else 2 if name.endswith(_FEEDS) and not is_release else 0
              ].append(name)  # fmt: skip
    return filter(None, steps)


def _filled(word: str, places: dict[str, str]) -> str:
    for sign, value in places.items():
        word = word.replace(sign, value)
    return word


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
        hint = _("what it said stands above; then run newsletter site --publish again")
        raise NewsletterError(message.format(program=command[0], status=status), hint)
