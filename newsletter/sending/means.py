"""What messages leave by: the server, the signature, the secret, and who is asked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from newsletter.checks.online import DEFAULT_LIMITS, RequestLimits
from newsletter.i18n import _
from newsletter.mailing.delivery.clock import Clock
from newsletter.mailing.smtp.errors import PASSWORD_VARIABLE
from newsletter.mailing.smtp.server import TIMEOUT_SECONDS, Server
from newsletter.problems.errors import NewsletterError
from newsletter.sending.options import SendOptions
from newsletter.sending.terminal import Terminal, ask_for
from newsletter.settings.settings import Settings
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE


class TooLate(NewsletterError):  # noqa: N818 - no fault
    """The hour until which a send may begin is over."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What messages leave by, whoever froze them: never frozen itself.

    `secret` signs the words that unsubscribe, `sign` the messages; `old_secret` is read by alone.
    No send begins after `until`.
    """

    settings: Settings
    server: Server | None
    options: SendOptions
    terminal: Terminal
    clock: Clock
    secret: str
    sign: Callable[[bytes], bytes]
    old_secret: str = ""
    limits: RequestLimits = DEFAULT_LIMITS
    until: datetime | None = None

    def refuse_to_be_late(self) -> None:
        """Raise `TooLate` where no send may begin any more."""
        if self.until is not None and self.clock.now() > self.until:
            raise TooLate(_("it is too late to begin"))


def ask_for_number(means: Means, total: int) -> None:
    """Return when the number of recipients was typed, or need not be."""
    if means.options.yes:
        return
    if means.terminal.ask is None:
        message = _("no terminal to confirm sending {count} messages").format(count=total)
        raise NewsletterError(message, hint=_("in a script, add --yes"))
    ask_for(total, means.terminal.ask, _("Type the number of recipients to send"))


def variable_of(name: str, sender: str, *, is_its_own: bool) -> str:
    """Return the variable of a secret, which a sender's own has their name behind: …_BRETAGNE."""
    if not is_its_own:
        return name
    return f"{name}_{re.sub('[^A-Z0-9]+', '_', fold(sender).upper())}"


def server_of(settings: Settings, sender: str, environment: Mapping[str, str]) -> Server:
    """Return the server that takes the mail of a sender; what we call ourselves is left open.

    Raises:
        NewsletterError: the settings name none, or its password is not in the environment.
    """
    smtp = settings.for_sender(sender).smtp
    if smtp is None:
        message = _("{file} has no server to send through").format(file=SETTINGS_FILE)
        hint = _(
            "remove the # before smtp: and before each of the lines that follow, "
            "or save the emails with --outbox DIR"
        )
        raise NewsletterError(message, hint=hint)
    is_its_own = settings.senders[sender].smtp is not None
    variable = variable_of(PASSWORD_VARIABLE, sender, is_its_own=is_its_own)
    password = environment.get(variable, "")
    if smtp.user and not password and not smtp.token_command:
        message = _("there is no password for '{user}'").format(user=smtp.user)
        hint = _("set {variable} to the password: never write it in a file")
        raise NewsletterError(message, hint=hint.format(variable=variable))
    return Server(smtp, "", password, variable, timeout_seconds=TIMEOUT_SECONDS)
