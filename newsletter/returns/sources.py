"""Where messages that came back lie: files, folders of files, Maildirs, mbox files."""

import mailbox
from collections.abc import Iterator, Sequence
from pathlib import Path

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.returns.reading import MAX_BYTES


def messages_in(paths: Sequence[Path]) -> Iterator[tuple[str, bytes | None]]:
    """Yield every message by the name of its place, None where a file cannot be read.

    Raises:
        NewsletterError: nothing is where one was named.
    """
    for path in paths:
        if path.is_dir():
            # Of a Maildir, those that have arrived.
            arrived = [each for name in ("cur", "new") if (each := path / name).is_dir()]
            for place in arrived or [path]:
                for each in sorted(place.iterdir()):
                    if each.is_file() and not each.name.startswith("."):
                        yield shown_path(each), _read(each)
        elif path.is_file():
            yield from _of_file(path)
        else:
            message = _("there is no file {path}").format(path=path)
            hint = _("name files, a Maildir or an mbox, or read the mailbox with --mailbox")
            raise NewsletterError(message, hint=hint)


def _of_file(path: Path) -> Iterator[tuple[str, bytes | None]]:
    raw = _read(path)
    # A message that was saved alone may begin with such a line too, and hold others.
    if raw is None or not raw.startswith(b"From ") or path.suffix == ".eml":
        yield shown_path(path), raw
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            yield f"{shown_path(path)}#{number}", box.get_bytes(key)[:MAX_BYTES]
    finally:
        box.close()


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError:
        return None
