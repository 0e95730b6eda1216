"""The one screen before a send: what goes to whom, from whom, through what, and how long for."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsletter.checks.online import check_online
from newsletter.checks.rule import LinkAnswer
from newsletter.content.visible import in_words
from newsletter.i18n import N_, _, counted, current_language, kilobytes
from newsletter.ledger.states import State
from newsletter.mailing.message.head import domain_of, in_ascii
from newsletter.mailing.message.message import shown_subject
from newsletter.rendering.addresses import files_address, page_address
from newsletter.rendering.document import content_of, digests_of
from newsletter.rendering.localised import format_embargo
from newsletter.sending.hours import window_in_words
from newsletter.sending.means import Means
from newsletter.sending.sending import Sending
from newsletter.settings.smtp import Smtp
from newsletter.values.audiences import Audience

FAULTS = {  # of rows, by their rule; what has no word here is rare
    "email": N_("wrong email address"),
    "missing-value": N_("a cell is empty that must not be"),
    "formula": N_("formula that failed"),
    "": N_("error in the row (see above)"),
}


@dataclass
class Plan:
    """Who gets the issue now, who does not and why."""

    counts: Counter[str] = field(default_factory=Counter)  # of each mail, by name
    first_of: dict[str, Audience] = field(default_factory=dict)  # what its first recipient is
    left_out: Counter[str] = field(default_factory=Counter)
    before: Counter[State] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""
    faults: Counter[str] = field(default_factory=Counter)  # of rows, in words

    @property
    def total(self) -> int:
        """How many messages leave now."""
        return self.counts.total()

    def add(self, name: str, address: str) -> None:
        """Count someone who gets a mail, by its name."""
        self.counts[name] += 1
        self.domains[domain_of(in_ascii(address) or "")] += 1
        self.first, self.last = self.first or address, address

    def lines(self) -> Iterator[str]:
        """Yield how many get the issue now, and who does not and why."""
        yield counted("{count} recipient", "{count} recipients", self.total)
        if self.total:
            yield _("  first:  {address}").format(address=self.first)
            yield _("  last:   {address}").format(address=self.last)
        if len(self.first_of) > 1:
            yield _("variants, each with its first recipient:")
            for name, count in self.counts.most_common():
                yield f"  {count:6}  {in_words(self.first_of[name]) or _('no details')}"
        reasons = self.left_out + self.faults
        if reasons:
            yield _("skipped:")
        for reason, count in reasons.most_common():
            yield f"  {count:6}  {reason}"
        for state, count in self.before.items():
            yield _("already recorded: {count}, {state}").format(count=count, state=state.in_words)


def screen(
    means: Means,
    plan: Plan,
    subject: str,
    name: str,
    email: str,
    about: Iterable[str] = (),
    online: Iterable[str] = (),
) -> Iterator[str]:
    """Yield the lines, with more `about` the content, and what is `online` of it."""
    if means.options.list_name:
        yield _("list:     {name}").format(name=means.options.list_name)
    if subject:
        yield _("subject:  {subject}").format(subject=subject)
    yield from about
    yield _("sender:   {name} <{email}>").format(name=name, email=email)
    if means.server is not None:
        smtp, security = means.server.settings, _("not encrypted")
        if smtp.security != "none":
            security = _("encrypted, {kind}").format(kind=smtp.security.upper())
        told = _("server:   {host}:{port} ({security})")
        yield told.format(host=smtp.host, port=smtp.port_used, security=security)
        yield _("duration: {duration}").format(duration=duration_of(smtp, plan))
    yield from online
    yield from plan.lines()


def screen_of(sending: Sending, plan: Plan) -> Iterator[str]:
    """Yield the lines of an issue that is at hand."""
    sender = sending.settings.senders[sending.issue.sender]  # with its accents
    sample, mails = sending.settings.recipients.sample, sending.made
    subject = shown_subject(mails[0].document, sample) if mails else ""
    about, online = _content(sending), _promised(sending)
    return screen(sending, plan, subject, sender.name, sender.email, about, online)


def _content(sending: Sending) -> Iterator[str]:
    """Yield when it leaves, and what; the content is named as in a review pack."""
    if embargo := getattr(sending.issue, "embargo", None):
        yield _("embargo:  {embargo}").format(embargo=format_embargo(embargo, current_language()))
    if sending.hours is not None:
        due, until, _said = sending.hours
        yield _("leaves:   {moment}").format(moment=window_in_words(due, until, sending.settings))
        if embargo and due < embargo:
            yield _("          (before its embargo ends: its readers have it under embargo)")
    content = content_of(digests_of(sending.issue, sending.settings, sending.parts))
    yield _("content:  {fingerprint}").format(fingerprint=content)
    if file := sending.attachment:
        told = _("attached: {name} ({size} kB)")
        yield told.format(name=file.name, size=kilobytes(len(file.content)))


def duration_of(smtp: Smtp, plan: Plan) -> str:
    """Return how long the send takes: as long as all its messages, or those to a slow domain."""
    lanes = [(plan.domains[each.lower()], rate) for each, rate in smtp.domain_rates.items()]
    if smtp.rate is not None:
        lanes.append((plan.total, smtp.rate))
    seconds = max((count * rate.interval for count, rate in lanes), default=0.0)
    if smtp.rate is None and seconds == 0:
        return _("as fast as the server allows (rate: is not set)")
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return _("about {count} min").format(count=minutes)
    return _("about {count} h").format(count=round(minutes / 60))


def unusable(plan: Plan) -> str:
    """Return how many rows cannot be used, and why; "" where all can."""
    if not plan.faults:
        return ""
    told, count = _("{reason}: {count}"), plan.faults.total()
    reasons = [told.format(reason=each, count=number) for each, number in plan.faults.most_common()]
    rows = counted("{count} unusable row ({reasons})", "{count} unusable rows ({reasons})", count)
    return rows.format(reasons=", ".join(reasons))


def _promised(sending: Sending) -> Iterator[str]:
    """Yield the addresses that the mails ask of the site; with --online why one does not answer."""
    issue, settings = sending.issue, sending.settings
    site = settings.site
    if site is None:
        return
    page = page_address(issue, settings) if site.web else None
    links = _asked(sending, "href", page, files_address(issue, settings) if site.web else None)
    pictures = _asked(sending, "src", site.images_url)
    answers: dict[str, LinkAnswer] = {}
    if sending.options.online:  # asked anew: what was missing may have been put there since
        answers = check_online([*links, *pictures], cache=None, now=0, limits=sending.limits)
    for url in links:
        yield _("online:   {address}").format(address=url) + _reason(answers.get(url))
        if url == page and (page in answers or not sending.options.online):
            yield _("          (there once you run: newsletter site)")
    if pictures:
        yield _("pictures: {count} on {site}").format(count=len(pictures), site=site.images_url)
    for url in (each for each in pictures if each in answers):
        yield f"          {url}{_reason(answers[url])}"


def _asked(sending: Sending, attribute: str, *folders: str | None) -> list[str]:
    """Return the addresses below some folders that the mails ask by an attribute."""
    own = tuple(filter(None, folders))
    pages = (each.document.html for each in sending.made)
    found = (re.findall(rf'{attribute}="([^"]+)"', page) for page in pages)
    return [*dict.fromkeys(url for urls in found for url in urls if url.startswith(own))]


def _reason(answer: LinkAnswer | None) -> str:
    return f" – {_(answer.reason).format(status=answer.status)}" if answer else ""
