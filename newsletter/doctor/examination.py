"""All that is looked at for some senders, part by part; what comes back; how one unsubscribes."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.checks.online import RequestLimits, ask_page
from newsletter.checks.rule import LinkAnswer
from newsletter.doctor.dns import Diagnosis, Dns, told, with_failures
from newsletter.doctor.identity import look_at_dmarc, look_at_key, look_at_spf
from newsletter.i18n import _, counted
from newsletter.mailing.message.dkim import KEY_FILE_VARIABLE, SigningKey, read_key
from newsletter.mailing.message.head import domain_of, in_ascii
from newsletter.mailing.message.unsubscribe import ONE_CLICK, unsubscribe_secret
from newsletter.mailing.smtp.server import DIFFICULTIES, opened
from newsletter.members.members_file import MembersFile
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, shown_path
from newsletter.sending.means import allow_program, server_of, variable_of
from newsletter.sending.screen import Plan, duration_of
from newsletter.sending.sending import envelope_of, sender_in_ascii
from newsletter.settings.settings import Sender, Settings
from newsletter.settings.smtp import Dkim, Smtp

Part = tuple[str, Iterable[Diagnosis]]
# Who writes an address of their own into the envelope, whatever is said there.
_REWRITES = re.compile("office365|outlook|gmail|google|brevo|sendinblue|mailjet|amazonaws", re.I)
_FORM = re.compile(r"<form\b[^>]{0,500}?\bmethod\s*=\s*[\"']?post", re.IGNORECASE)


@dataclass(frozen=True)
class Examination:
    """The settings, and what they are looked at with; `token` is to unsubscribe no one."""

    settings: Settings
    environment: Mapping[str, str]
    dns: Dns
    limits: RequestLimits
    token: str
    ask: Callable[[str], str] | None

    def parts(self, senders: Mapping[str, Sender], members: Path | None) -> Iterator[Part]:
        """Yield each part's heading with what is found in it; what senders have in common once."""
        servers = {name if each.smtp else "": name for name, each in senders.items()}
        for own, name in servers.items():
            yield _headed(_("The outgoing server"), own), with_failures(self._server(name))
        for name, sender in senders.items():
            heading = _("The sender '{name}': {email}").format(name=name, email=sender.email)
            yield heading, with_failures(self._sender(name))
        ways = {
            name if each.unsubscribe or each.dkim else "": name for name, each in senders.items()
        }
        for own, name in ways.items():
            yield _headed(_("Unsubscribing"), own), with_failures(self._leaving(name))
        for own, name in servers.items():
            smtp = self.settings.for_sender(name).smtp
            if smtp is not None and (members or smtp.rate is None):
                yield _headed(_("Pace"), own), with_failures(self._pace(smtp, members))

    def _server(self, name: str) -> Iterator[Diagnosis]:
        sender = sender_in_ascii(self.settings.senders[name])
        server = server_of(self.settings, name, self.environment)
        smtp = server.settings
        if smtp.token_command:
            allow_program(self.settings.workspace, smtp.token_command, ask=self.ask)
        connection = opened(server)
        offers_dsn = connection.has_extn("dsn")  # known until the connection ends
        with contextlib.suppress(*DIFFICULTIES):
            connection.quit()
        message = _("{host} answers on port {port}, encrypted, and its certificate is good")
        if smtp.security == "none":
            message = _("{host} answers on port {port}; the connection is not encrypted")
        yield told(message, host=smtp.host, port=smtp.port_used)
        if smtp.user:
            yield told(_("it accepts the login of '{user}'"), user=smtp.user)
        with contextlib.suppress(NewsletterError):  # what even a test is signed with is missing
            settings = self.settings.for_sender(name)
            unsubscribe_secret(settings, self.environment)
            if settings.dkim is not None:
                self._key(name)
            yield Diagnosis(_("a test can be sent now: newsletter send FILE --to YOUR-ADDRESS"))
        returns_to = envelope_of(self.settings, sender)
        yield from look_at_envelope(smtp.host, offers_dsn=offers_dsn, returns_to=returns_to)

    def _key(self, name: str) -> SigningKey:
        variable = variable_of(KEY_FILE_VARIABLE, self.settings, name, "dkim")
        return read_key(self.environment, variable)

    def _sender(self, name: str) -> Iterator[Diagnosis]:
        settings, dns = self.settings.for_sender(name), self.dns
        sender, dkim = sender_in_ascii(settings.senders[name]), settings.dkim
        domain, returns = domain_of(sender.email), envelope_of(self.settings, sender)
        if not dns.exists(domain):
            message = _("the domain {domain} does not exist").format(domain=domain)
            raise NewsletterError(message, hint=_("check its spelling, and that it was renewed"))
        host = settings.smtp.host if settings.smtp else ""
        yield from with_failures(look_at_spf(dns, domain_of(returns), host))
        if dkim is not None:
            yield from with_failures(self._signature(name, dkim))
        found = look_at_dmarc(dns, domain, returns_to=domain_of(returns), dkim=dkim)
        yield from with_failures(found)
        addresses = {_("bounces"): returns, _("replies"): sender.reply_to or sender.email}
        if mailto := settings.unsubscribe.mailto:
            addresses[_("requests to unsubscribe")] = in_ascii(mailto) or mailto
        for each in dict.fromkeys(map(domain_of, addresses.values())):
            purposes = [key for key, address in addresses.items() if domain_of(address) == each]
            yield from with_failures(look_at_returns(dns, ", ".join(purposes), each))

    def _signature(self, name: str, dkim: Dkim) -> Iterator[Diagnosis]:
        key = None
        try:
            key = self._key(name)
        except NewsletterError as error:
            yield Diagnosis(error.message, Level.ERROR, error.hint)
            if isinstance(error.__cause__, ImportError):
                return  # what is in the DNS cannot be read either
        yield from look_at_key(self.dns, dkim, key)

    def _leaving(self, name: str) -> Iterator[Diagnosis]:
        settings = self.settings.for_sender(name)
        domain = domain_of(sender_in_ascii(settings.senders[name]).email)
        yield from look_at_leaving(settings, domain, token=self.token, limits=self.limits)
        unsubscribe_secret(settings, self.environment)

    def _pace(self, smtp: Smtp, path: Path | None) -> Iterator[Diagnosis]:
        if smtp.rate is None:
            message = _("rate: is not set: emails go as fast as the server takes them")
            hint = _("ask your provider how many it takes in an hour; write it as rate: 5000/hour")
            yield Diagnosis(message, Level.ADVICE, hint)
        if path is None:
            return
        members = MembersFile(path, self.settings)
        domains = Counter(domain_of(each.address) for each in members)
        if not members.is_read:
            raise NewsletterError(members.problems[-1].message, hint=members.problems[-1].hint)
        count = domains.total()
        message = counted(
            "{file}: {count} recipient, {duration}", "{file}: {count} recipients, {duration}", count
        )
        duration = duration_of(smtp, Plan(counts=Counter({"": count}), domains=domains))
        yield told(message, file=shown_path(path), count=count, duration=duration)


def _headed(heading: str, own: str) -> str:
    return f"{heading} ({own})" if own else heading


def look_at_leaving(
    settings: Settings, domain: str, *, token: str, limits: RequestLimits
) -> Iterator[Diagnosis]:
    """Yield what is amiss with the ways to unsubscribe; `token` is no one's."""
    url = settings.unsubscribe.url
    if url is None and settings.unsubscribe.mailto is None:
        message = _("nobody can unsubscribe: neither url: nor mailto: is set under unsubscribe:")
        yield Diagnosis(message, Level.ERROR, _("add mailto: at least; the law asks for a way"))
        return
    if url is None:
        message = _("people unsubscribe only by email: Gmail and Yahoo want one click")
        hint = _("run newsletter serve behind your web server, and add url:")
        yield Diagnosis(message, Level.WARNING, hint)
    elif not url.startswith("https://"):
        message = _("'{url}' is not private: email programs show no button to unsubscribe")
        hint = _("ask who runs your site for an address in https://")
        yield Diagnosis(message.format(url=url), Level.ERROR, hint)
    else:
        yield _click(url.replace("{token}", token), limits)
        yield _visit(url.replace("{token}", token), limits)
    if settings.dkim is not None:
        yield Diagnosis(_("our signature covers the unsubscribe button, as email programs ask"))
        return
    message = _("email programs show their unsubscribe button only if the signature covers it")
    hint = _(
        "send yourself a test, show its source: after DKIM-Signature, d={domain}, and after h= "
        "list-unsubscribe and list-unsubscribe-post; else forward this to your provider"
    )
    yield told(message, Level.ADVICE, hint, domain=domain)


def _click(url: str, limits: RequestLimits) -> Diagnosis:
    """Return what becomes of the click on a mail program's button (RFC 8058, 3.2)."""
    answer = ask_page("POST", url, limits, form=ONE_CLICK)
    hint = _("forward to who runs your site: POST {form} is to be answered with 200 (RFC 8058)")
    if isinstance(answer, LinkAnswer):
        message = _("the page to unsubscribe cannot be reached: {reason}")
        return told(message, Level.ERROR, hint, reason=_(answer.reason), form=ONE_CLICK)
    if answer.status < 300:
        return Diagnosis(_("the page to unsubscribe takes the click of email programs (POST)"))
    level = Level.ERROR
    message = _("the page to unsubscribe answers {status} to the click of email programs (POST)")
    if answer.location is not None:
        message = _("the page to unsubscribe leads elsewhere: email programs do not follow")
    elif answer.status in {400, 403, 404, 410, 422}:  # as a page may to a token that is no one's
        more = _("the token was no one's; try the link of a test that you send yourself. {hint}")
        level, hint = Level.WARNING, more.format(hint=hint)
    return told(message, level, hint, status=answer.status, form=ONE_CLICK)


def _visit(url: str, limits: RequestLimits) -> Diagnosis:
    """Return whether to open the link does no more than show a page: virus scanners open it too."""
    answer = ask_page("GET", url, limits)
    if not isinstance(answer, LinkAnswer) and answer.status < 300 and _FORM.search(answer.text):
        return Diagnosis(_("opening the link shows a page with a button, and unsubscribes nobody"))
    message = _("whether opening the link is enough to unsubscribe cannot be seen from here")
    hint = _("ask who runs your site for a form with method=post: virus scanners open every link")
    return Diagnosis(message, Level.ADVICE, hint)


def look_at_returns(dns: Dns, purposes: str, domain: str) -> Iterator[Diagnosis]:
    """Yield whether a server takes the mails to a domain; `purposes` says what comes there."""
    servers = dns.mail_servers(domain)
    level: Level | None = Level.ERROR
    message = _("{purposes}: no server takes mail for {domain}")
    hint = _("write another address, or ask whoever manages the DNS of {domain} for an MX record")
    if any(dns.addresses(each) for each in servers if each):  # "" stands for none (RFC 7505)
        level, hint = None, ""
        message = _("{purposes}: a mail server (MX) takes what comes to {domain}")
    elif not servers and dns.addresses(domain):
        level = Level.WARNING
        message = _("{purposes}: {domain} names no mail server (MX), so some may get lost")
    yield told(message, level, hint, purposes=purposes, domain=domain)


def look_at_envelope(host: str, *, offers_dsn: bool, returns_to: str) -> Iterator[Diagnosis]:
    """Yield what is known of how mails come back; `returns_to` may have the place of a token."""
    # Nothing is sent: whether a server keeps the address shows in what comes back alone.
    is_own = "{" in returns_to
    if offers_dsn:
        yield told(_("{host} names the email in what comes back of it (DSN)"), host=host)
    else:
        message = _("{host} does not offer DSN: what comes back may not say whose it is")
        hint = _("add verp: true under bounces:, if your server keeps return addresses")
        yield told(message, Level.ADVICE, "" if is_own else hint, host=host)
    if is_own and _REWRITES.search(host):
        message = _("verp: true does nothing with {host}, which puts an address of its own")
        yield told(message, Level.WARNING, _("remove verp: true"), host=host)
    elif is_own:
        local, domain = returns_to.split("+{token}")
        message = _("each email comes back to an address of its own: {address}")
        hint = _("its mailbox must take all that begins with {local}+: a mail to {example} arrives")
        address, example = f"{local}+…{domain}", f"{local}+essai{domain}"
        yield told(message, Level.ADVICE, hint, address=address, local=local, example=example)
