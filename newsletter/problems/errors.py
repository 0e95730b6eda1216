"""What stops the program: one error, shown once, without traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from newsletter.i18n import N_, _

_SENTENCES = {
    errno.EACCES: N_("you do not have permission to read it or write to it"),
    errno.EPERM: N_("you do not have permission to read it or write to it"),
    errno.EROFS: N_("it can be read but not written to"),
    errno.ENOENT: N_("the file or folder does not exist"),
    errno.ENOTDIR: N_("there is a file where a folder is needed"),
    errno.EISDIR: N_("it is a folder, not a file"),
    errno.EEXIST: N_("the name is already taken"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EFBIG: N_("the file would be larger than this machine allows"),
    errno.EMFILE: N_("too many files are open"),
    errno.EADDRINUSE: N_("another program is using it"),
    errno.EADDRNOTAVAIL: N_("this machine has no such address"),
    errno.EIO: N_("the disk could not be read or written"),
}


class NewsletterError(Exception):
    """A sentence for the user and the next thing to type: raised and shown once."""

    exit_status = 2  # could not run

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)  # both, so that it comes whole out of another process
        self.message = message
        self.hint = hint


@contextmanager
def needing(message: str, *packages: str) -> Iterator[None]:
    """Raise `NewsletterError` where what is imported meanwhile is not there: {module}."""
    try:
        yield
    except ImportError as error:
        from newsletter.packaged import how_to_add

        hint = _("run: {command}").format(command=how_to_add(*packages))
        module = error.name or packages[0].partition("[")[0]  # psycopg without libpq names none
        raise NewsletterError(message.format(module=module), hint) from error


def system_error(error: OSError) -> NewsletterError:
    """Return the sentence for what the system could not do, with the file's name."""
    sentence = _SENTENCES.get(error.errno or 0)
    what = _(sentence) if sentence else error.strerror or str(error)
    return NewsletterError(f"{error.filename}: {what}" if error.filename else what)
