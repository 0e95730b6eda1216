"""What the DNS says of a name: texts, mail servers, addresses."""

from typing import Any

from dns.exception import DNSException, Timeout
from dns.resolver import NXDOMAIN, Cache, NoNameservers, NoResolverConfiguration, Resolver

from newsletter.i18n import _
from newsletter.mailing.smtp.errors import in_one_line
from newsletter.problems.errors import NewsletterError

TIMEOUT_SECONDS = 5


class Dns:
    """Asks the DNS each question once.

    Every method raises `NewsletterError` where it gives no answer: then nothing is known.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._resolver.cache = Cache()

    @classmethod
    def of_this_machine(cls) -> "Dns":
        """Return the DNS as this machine asks it."""
        try:
            resolver = Resolver()
        except NoResolverConfiguration as error:
            message = _("this machine has no DNS server: is there a network?")
            raise NewsletterError(message, hint=_("try again later")) from error
        resolver.lifetime = TIMEOUT_SECONDS
        return cls(resolver)

    def exists(self, name: str) -> bool:
        """Tell whether the name is known, with whatever kind of record."""
        return self._records(name, "TXT") is not None

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, the strings of each as one (RFC 7208, 3.3)."""
        return [in_one_line(b"".join(each.strings)) for each in self._records(name, "TXT") or []]

    def mail_servers(self, domain: str) -> list[str]:
        """Return who takes mail for a domain, the first to try first."""
        records = sorted(self._records(domain, "MX") or [], key=lambda each: each.preference)
        return [each.exchange.to_text(omit_final_dot=True) for each in records]

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a machine."""
        return [each.address for kind in ("A", "AAAA") for each in self._records(name, kind) or []]

    def _records(self, name: str, kind: str) -> list[Any] | None:
        """Return the records of a kind, an alias followed; None where there is no such name."""
        try:
            answer = self._resolver.resolve(name, kind, search=False, raise_on_no_answer=False)
            return list(answer.rrset or ())
        except NXDOMAIN:
            return None
        except DNSException as error:
            message = _("the DNS cannot be asked about '{name}'")
            hint = _("check the spelling, and the record that leads there")
            if isinstance(error, Timeout):
                message = _("the DNS did not answer in time about {name}")
                hint = _(
                    "try again; if it lasts, ask your IT service whether this network blocks DNS"
                )
            elif isinstance(error, NoNameservers):
                message = _("the DNS servers of {name} answer with an error")
                hint = _("forward this to whoever manages that domain: SERVFAIL, or expired DNSSEC")
            raise NewsletterError(message.format(name=name), hint=hint) from error
