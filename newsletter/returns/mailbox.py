"""The mailbox of what comes back, by IMAP: nothing is deleted, nothing marked as read.

Some messages are fetched, noted in the ledger, moved, and only then is their UID noted: whatever
dies in between, they are read again, and to note them again changes nothing.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from newsletter.i18n import _
from newsletter.ledger.returns import Returns
from newsletter.mailing.smtp.server import connection_error, login_refused, token_of
from newsletter.problems.errors import NewsletterError
from newsletter.returns.intake import Came
from newsletter.returns.reading import MAX_BYTES
from newsletter.settings.smtp import Mailbox

PASSWORD_VARIABLE = "NEWSLETTER_MAILBOX_PASSWORD"  # noqa: S105 - its name
Take = Callable[[Sequence[tuple[str, bytes]]], Sequence[Came]]
_TIMEOUT_SECONDS = 60
_AT_ONCE = 50
_UID = re.compile(rb"UID (\d+)")
_DIFFICULTIES = (ImapToolsError, imaplib.IMAP4.error, OSError)


def read_mailbox(
    settings: Mailbox, password: str, done: str, returns: Returns, take: Take, *, is_noted: bool
) -> Iterator[Came]:
    """Yield what came back since the mailbox was last read, noted by `take`, then moved to `done`.

    What is no bounce nor reply stays where it is; everything does unless `is_noted`. Raises
    `NewsletterError`: the server cannot be reached, or refuses.
    """
    name = f"{settings.user}@{settings.host}/{settings.folder}"  # in the ledger
    with _opened(settings, password) as box:
        validity = box.folder.status(settings.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        known, last = returns.read_up_to(name)
        last = last if known == validity else 0
        new = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)
        done = _folder(box, done) if new and is_noted else ""
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            fetched = _fetched(box, some)
            came = take([(f"{settings.folder}/{uid}", raw) for uid, raw in fetched])
            if is_noted:
                pairs = zip(fetched, came, strict=True)
                box.move([str(uid) for (uid, _raw), each in pairs if each.recipients], done)
                returns.note_read(name, validity, some[-1])
            yield from came


@contextmanager
def _opened(settings: Mailbox, password: str) -> Iterator[BaseMailBox]:
    try:
        where = {"host": settings.host, "port": settings.port_used, "timeout": _TIMEOUT_SECONDS}
        if settings.security == "none":
            box: BaseMailBox = MailBoxUnencrypted(**where)
        else:
            kind = MailBox if settings.security == "tls" else MailBoxStartTls
            box = kind(**where, ssl_context=ssl.create_default_context())
        if settings.token_command:
            box.xoauth2(settings.user, token_of(settings.token_command), settings.folder)
        else:
            box.login_utf8(settings.user, password, settings.folder)
        try:
            yield box
        finally:
            with suppress(*_DIFFICULTIES):
                box.logout()
    except _DIFFICULTIES as error:
        raise _told(error, settings) from None  # its words may show what we sent


def _fetched(box: BaseMailBox, uids: Sequence[int]) -> list[tuple[int, bytes]]:
    wanted = f"(UID BODY.PEEK[]<0.{MAX_BYTES}>)"
    status, parts = box.client.uid("FETCH", ",".join(map(str, uids)), wanted)
    if status != "OK":
        raise imaplib.IMAP4.error
    found = []
    for part, after in zip(parts, [*parts[1:], b""], strict=True):
        if isinstance(part, tuple):
            said = part[0] + (after if isinstance(after, bytes) else b"")
            if met := _UID.search(said):
                found.append((int(met[1]), part[1]))
    return found


def _folder(box: BaseMailBox, wanted: str) -> str:
    """Return the folder of what is done, made where there is none."""
    for each in box.folder.list():
        if each.name.split(each.delim)[-1] == wanted:
            return each.name
    with suppress(ImapToolsError):
        box.folder.create(wanted)
        return wanted
    box.folder.create(name := f"INBOX.{wanted}")  # where folders must lie below it
    return name


def _told(error: BaseException, settings: Mailbox) -> NewsletterError:
    if isinstance(error, MailboxLoginError) or "AUTHENTICATIONFAILED" in str(error):
        return login_refused(settings, PASSWORD_VARIABLE)
    if isinstance(error, OSError):
        return connection_error(error, settings)
    message = _("{host} does not do what was asked of the folder {folder}")
    hint = _("check folder: under mailbox:, and whether this user may make folders")
    return NewsletterError(message.format(host=settings.host, folder=settings.folder), hint=hint)
