"""What the DNS says of a name; and a line of `newsletter doctor`, which is mostly about that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dns.exception import DNSException, Timeout
from dns.resolver import NXDOMAIN, Cache, NoNameservers, NoResolverConfiguration, Resolver

from newsletter.i18n import N_, _
from newsletter.mailing.smtp.server import in_one_line
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, level_word

TO_ADD = N_("ask whoever manages the DNS of {domain} to add this record:")


class Dns:
    """Asks the DNS each question once; raises `NewsletterError` where it gives no answer."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        try:
            self._resolver = resolver or Resolver()  # as this machine asks, at most five seconds
        except NoResolverConfiguration as error:
            message = _("this machine has no DNS server: is there a network?")
            raise NewsletterError(message, hint=_("try again later")) from error
        self._resolver.cache = Cache()

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
                hint = _("try again; if it lasts, ask your IT service whether DNS is blocked")
            elif isinstance(error, NoNameservers):
                message = _("the DNS servers of {name} answer with an error")
                hint = _("forward this to whoever manages that domain: SERVFAIL, or expired DNSSEC")
            raise NewsletterError(message.format(name=name), hint=hint) from error


@dataclass(frozen=True)
class Diagnosis:
    """What was found; `level` is None where it is right."""

    message: str
    level: Level | None = None
    hint: str = ""  # can be forwarded to whoever mends it
    record: str = ""  # a line for the DNS

    def lines(self) -> Iterator[str]:
        """Yield what is printed."""
        word = level_word(self.level) if self.level else _("ok")
        yield "  " + _("{level}: {message}").format(level=word, message=self.message)
        yield from (f"      {each}" for each in (self.hint, self.record) if each)


def with_failures(diagnoses: Iterable[Diagnosis]) -> Iterator[Diagnosis]:
    """Yield diagnoses, last the error that stops them."""
    try:
        yield from diagnoses
    except NewsletterError as error:
        yield Diagnosis(error.message, Level.ERROR, error.hint)


def told(
    message: str, level: Level | None = None, hint: str = "", record: str = "", **words: object
) -> Diagnosis:
    """Return a diagnosis whose message and hint are filled with `words`."""
    return Diagnosis(message.format(**words), level, hint.format(**words), record)


def text_record(name: str, text: str) -> str:
    """Return a TXT record as a zone file has it."""
    return f'{name}. IN TXT "{text}"'
