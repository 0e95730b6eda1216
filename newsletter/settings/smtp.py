"""How mail leaves and comes back, as the settings say it: servers, pace, the signature."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from newsletter.i18n import N_, _
from newsletter.problems.problem import Fault
from newsletter.values.domains import read_domain, read_selector
from newsletter.values.model import Model, needed, optional
from newsletter.values.reading import Mark, before, refusal
from newsletter.values.types import Email, Text, TextList, YesNo, text_of

_PORTS = {"starttls": 587, "tls": 465, "none": 25}  # RFC 6409, RFC 8314, RFC 5321
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "s": 1, "min": 60, "m": 60, "h": 3600}
MAX_CONNECTIONS = 20  # Postfix takes 50 from one machine, and others mail too
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Rate:
    """So many messages in so many seconds, evenly spread."""

    messages: int
    seconds: int

    @property
    def interval(self) -> float:
        """Seconds from one message to the next."""
        return self.seconds / self.messages


def _rate(value: object) -> Rate:
    text = text_of(value).strip()
    found = re.fullmatch(r"([1-9][0-9]{0,5}) ?/ ?(second|minute|hour)", text)
    if found is None:
        message = _("'{rate}' is not a sending rate").format(rate=text)
        raise refusal("rate", message, _("for example, write 20/second, 300/minute or 5000/hour"))
    return Rate(int(found[1]), _UNIT_SECONDS[found[2]])


def _duration(value: object) -> int:
    text = text_of(value).strip()
    found = re.fullmatch(r"([0-9]{1,4}) ?(s|min|m|h)", text)
    if found is None:
        message = _("'{duration}' is not a duration").format(duration=text)
        raise refusal("duration", message, _("for example, write 30min or 2h"))
    return int(found[1]) * _UNIT_SECONDS[found[2]]


def _number_to(largest: int) -> Mark:
    def read(value: object) -> int:
        digits = text_of(value).strip()
        if not re.fullmatch(r"[0-9]{1,6}", digits) or not 1 <= int(digits) <= largest:
            message = _("'{number}' is not a number from 1 to {largest}")
            message = message.format(number=digits, largest=largest)
            raise refusal("number", message, _("write only digits"))
        return int(digits)

    return before(read)


def _host(value: object) -> str:
    host = text_of(value).strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9a-fA-F:]*:[0-9a-fA-F:]*", host):
        message = _("'{host}' is not a server name").format(host=host)
        hint = _("for example, write smtp.example.org; the port goes on its own line")
        raise refusal("host", message, hint)
    return host


DurationField = Annotated[int, before(_duration)]
RateField = Annotated[Rate, before(_rate)]
HostField = Annotated[str, before(_host)]
PortField = Annotated[int, _number_to(65_535)]


class MailServer(Model):
    """A server of mail, and who we are to it."""

    host: HostField
    security: Literal["starttls", "tls", "none"] = optional(
        N_("Encryption: starttls (the default), tls, none (on your own network)"), "starttls"
    )
    user: Text | None = optional(N_("User name on the server; never put the password in this file"))
    token_command: TextList = optional(
        N_(
            "Program, and its arguments, that prints an OAuth token for user: instead of a "
            "password (Microsoft 365, Google)"
        ),
        (),
    )

    def _faults(self) -> Iterator[Fault]:
        if self.security == "none" and self.user and self.host not in _THIS_MACHINE:
            message = _(
                "with security: none, anyone on the way could read the password of '{user}'"
            )
            hint = _("write security: starttls, or remove user:")
            yield Fault("security", message.format(user=self.user), hint)
        if self.token_command and not self.user:
            message = _("token_command: needs user:, the account that the token is for")
            yield Fault("token-user", message, _("for example, user: letter@example.org"))


class Smtp(MailServer):
    """The server that takes the mail, and how fast it is given to it."""

    host: HostField = needed(N_("Name of your outgoing mail server: smtp.example.org"))
    port: PortField | None = optional(
        N_("Port; default: 587 for starttls, 465 for tls, 25 for none")
    )
    rate: RateField | None = optional(
        N_("Maximum sending rate, if any: 20/second, 300/minute, 5000/hour")
    )
    domain_rates: Mapping[Text, RateField] = optional(
        N_("Recipients' domain -> maximum sending rate to it"), {}
    )
    connections: Annotated[int, _number_to(MAX_CONNECTIONS)] = optional(
        N_("Number of simultaneous connections to the server; default: 2"), 2
    )
    max_per_connection: Annotated[int, _number_to(999_999)] | None = optional(
        N_("Messages per connection, if your provider limits them; the program finds out, too")
    )
    keep_trying: DurationField = optional(
        N_("How long to wait for a server that refuses for now: 30min, 2h; default: 1h"), 3600
    )

    @property
    def port_used(self) -> int:
        """The port, or the usual one of that kind of security."""
        return self.port or _PORTS[self.security]


class Mailbox(MailServer):
    """Where bounces and requests to unsubscribe arrive, read by IMAP."""

    host: HostField = needed(N_("Name of your incoming mail server: imap.example.org"))
    port: PortField | None = optional(N_("Port; default: 993 for tls, 143 for starttls and none"))
    security: Literal["starttls", "tls", "none"] = optional(
        N_("Encryption: tls (the default), starttls or none"), "tls"
    )
    user: Text = needed(N_("User name on the server; never put the password in this file"))
    folder: Text = optional(N_("Folder of the mailbox; default: INBOX"), "INBOX")

    @property
    def port_used(self) -> int:
        """The port, or the usual one (RFC 9051, 1; RFC 8314, 3.2)."""
        return self.port or (993 if self.security == "tls" else 143)


# A local part has 64 octets (RFC 5321, 4.5.3.1.1): "+", the id of a test and its HMAC take 43.
MAX_VERP_LOCAL = 21


class Bounces(Model):
    """What comes back: to which address, and the mailbox that it is read from."""

    address: Email = needed(N_("Address that undeliverable emails come back to"))
    verp: YesNo = optional(
        N_(
            "true: each email comes back to an address of its own (returns+…@example.org); "
            "your server must accept that"
        ),
        False,
    )
    mailbox: Mailbox | None = optional(
        N_("Mailbox of this address, read by `newsletter bounces --mailbox`")
    )

    def _faults(self) -> Iterator[Fault]:
        if self.verp and len(self.address.rpartition("@")[0]) > MAX_VERP_LOCAL:
            message = _("'{address}' is too long before the @ for verp: true")
            hint = _("choose one of at most {most} letters before the @: returns@example.org")
            message, hint = message.format(address=self.address), hint.format(most=MAX_VERP_LOCAL)
            yield Fault("email", message, hint)


class Dkim(Model):
    """What the mails are signed with, where the server does not sign them itself."""

    selector: Annotated[str, before(read_selector)] = needed(
        N_("Name of the key in the DNS: {selector}._domainkey")
    )
    domain: Annotated[str, before(read_domain)] = needed(
        N_("Domain that signs: the sender's domain")
    )
