"""The envelope: whether what comes back can be told apart, and what that takes."""

import re
from collections.abc import Iterator

from newsletter.doctor.diagnosis import Diagnosis
from newsletter.i18n import _
from newsletter.problems.problem import Level

# Who writes an address of their own into the envelope, whatever is said there.
_REWRITES = re.compile(
    r"office365|outlook|gmail|google|brevo|sendinblue|mailjet|amazonaws", re.IGNORECASE
)


def look_at_envelope(host: str, *, offers_dsn: bool, returns_to: str) -> Iterator[Diagnosis]:
    """Yield what is known of how mails come back; `returns_to` has the place of a token, or none.

    Nothing is sent: whether a server keeps the address shows in what comes back alone.
    """
    if offers_dsn:
        message = _("{host} names the email in what comes back of it (DSN)")
        yield Diagnosis(message.format(host=host))
    else:
        message = _("{host} does not offer DSN: what comes back may not say of whom it is")
        hint = _("add verp: true under bounces:, if your server keeps the address to return to")
        yield Diagnosis(message.format(host=host), Level.ADVICE, "" if "{" in returns_to else hint)
    if "{" not in returns_to:
        return
    if _REWRITES.search(host):
        message = _("verp: true does nothing with {host}, which puts an address of its own")
        yield Diagnosis(message.format(host=host), Level.WARNING, _("remove verp: true"))
        return
    local, domain = returns_to.split("+{token}")
    message = _("each email comes back to an address of its own: {address}")
    hint = _(
        "whoever runs the mailbox must accept all that begins with {local}+; write to {example} "
        "yourself: it must arrive"
    )
    yield Diagnosis(
        message.format(address=f"{local}+…{domain}"),
        Level.ADVICE,
        hint.format(local=local, example=f"{local}+essai{domain}"),
    )
