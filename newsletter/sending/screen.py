"""The one screen before a send: what goes to whom, from whom, through what, and how long for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.content.shown_as import in_words
from newsletter.i18n import N_, _, counted, current_language, kilobytes
from newsletter.ledger.states import State
from newsletter.mailing.message.message import shown_subject
from newsletter.rendering.fingerprint import Fingerprint, content_of, digests_of
from newsletter.rendering.localised import format_embargo
from newsletter.sending.hours import window_in_words
from newsletter.sending.promised import promised
from newsletter.sending.sending import Sending
from newsletter.settings.smtp import Smtp
from newsletter.values.audiences import Audience

MAX_VARIANTS_TOLD = 20
_FAULTS = {  # of rows, by their rule; what has no word here is rare
    "email": N_("wrong email address"),
    "missing-value": N_("a cell is empty that must not be"),
    "formula": N_("formula that failed"),
    "": N_("error in the row (see above)"),
}


@dataclass
class Plan:
    """Who gets the issue now, who does not and why.

    `first_of` says of each mail, by name, what its first recipient is.
    """

    counts: Counter[str] = field(default_factory=Counter)
    first_of: dict[str, Audience] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    before: Counter[State] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    places_at_fault: Sequence[str] = ()
    duplicates: int = 0

    @property
    def rows_at_fault(self) -> int:
        """How many rows of the file cannot be used."""
        return self.faults.total()

    @property
    def total(self) -> int:
        """How many messages leave now."""
        return self.counts.total()

    def recipients(self) -> Iterator[str]:
        """Yield how many get the issue now, and the first and the last of them."""
        recipients = counted("{count} recipient", "{count} recipients", self.total)
        yield recipients.format(count=self.total)
        if self.total:
            yield _("  first:  {address}").format(address=self.first)
            yield _("  last:   {address}").format(address=self.last)

    def others(self) -> Iterator[str]:
        """Yield who does not get it and why, and what came of those who were written to before."""
        yield from _left_out(self)
        for state, count in self.before.items():
            told = counted(
                "{count} message already recorded: {state}",
                "{count} messages already recorded: {state}",
                count,
            )
            yield told.format(count=count, state=state.in_words)


def screen(sending: Sending, plan: Plan, parts: Fingerprint) -> Iterator[str]:
    """Yield the lines; the content is named as in a review pack."""
    sender = sending.settings.senders[sending.mails.issue.sender]  # with its accents
    if sending.options.list_name:
        yield _("list:     {name}").format(name=sending.options.list_name)
    sample = sending.settings.recipients.sample
    mails = sending.mails.made
    if mails:
        yield _("subject:  {subject}").format(subject=shown_subject(mails[0].document, sample))
    if embargo := getattr(sending.mails.issue, "embargo", None):
        words = format_embargo(embargo, current_language())
        yield _("embargo:  {embargo}").format(embargo=words)
    if sending.hours is not None:
        due, until, _said = sending.hours
        yield _("leaves:   {moment}").format(moment=window_in_words(due, until, sending.settings))
        if embargo and due < embargo:
            yield _("          (before its embargo ends: its readers have it under embargo)")
    content = content_of(digests_of(sending.mails.issue, sending.settings, parts))
    yield _("content:  {fingerprint}").format(fingerprint=content)
    if file := sending.mails.attachment:
        told = _("attached: {name} ({size} kB)")
        yield told.format(name=file.name, size=kilobytes(len(file.content)))
    yield _("sender:   {name} <{email}>").format(name=sender.name, email=sender.email)
    if sending.server is not None:
        yield from server_lines(sending.server.settings, plan)
    yield from promised(sending)
    yield from plan.recipients()
    yield from _variants(plan)
    yield from plan.others()


def server_lines(smtp: Smtp, plan: Plan) -> Iterator[str]:
    """Yield what the server is, and how long it takes over the messages."""
    security = _("not encrypted")
    if smtp.security != "none":
        security = _("encrypted, {kind}").format(kind=smtp.security.upper())
    yield _("server:   {host}:{port} ({security})").format(
        host=smtp.host, port=smtp.port_used, security=security
    )
    yield _("duration: {duration}").format(duration=duration_of(smtp, plan))


def duration_of(smtp: Smtp, plan: Plan) -> str:
    """Return how long the send takes: as long as all its messages, or those to a slow domain."""
    rates = {domain.lower(): rate for domain, rate in smtp.domain_rates.items()}
    lanes = [(plan.domains[domain], rate) for domain, rate in rates.items()]
    if smtp.rate is not None:
        lanes.append((plan.total, smtp.rate))
    seconds = max((count * rate.interval for count, rate in lanes), default=0.0)
    if smtp.rate is None and seconds == 0:
        return _("as fast as the server allows (rate: is not set)")
    if seconds < 60:
        return _("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 120:
        return counted("about {count} minute", "about {count} minutes", minutes).format(
            count=minutes
        )
    hours = round(minutes / 60)
    return counted("about {count} hour", "about {count} hours", hours).format(count=hours)


def _variants(plan: Plan) -> Iterator[str]:
    if len(plan.counts) < 2:
        return
    yield _("variants, each with its first recipient:")
    ordered = plan.counts.most_common()
    for name, count in ordered[:MAX_VARIANTS_TOLD]:
        yield f"  {count:6}  {in_words(plan.first_of[name]) or _('no details')}"
    if rest := [count for _name, count in ordered[MAX_VARIANTS_TOLD:]]:
        more = counted("{count} more variant", "{count} more variants", len(rest))
        yield f"  {sum(rest):6}  {more.format(count=len(rest))}"


def _faults(plan: Plan) -> Counter[str]:
    """Return how many rows cannot be used, by the reason in words."""
    reasons: Counter[str] = Counter()
    for rule, count in plan.faults.items():
        reasons[_(_FAULTS.get(rule, _FAULTS[""]))] += count
    return reasons


def unusable(plan: Plan, rejected: str) -> str:
    """Return how many rows cannot be used, why, and the name of the file that they are in."""
    told = counted(
        "{count} unusable row ({reasons}); it is in {file}",
        "{count} unusable rows ({reasons}); they are in {file}",
        plan.rows_at_fault,
    )
    reasons = ", ".join(
        _("{reason}: {count}").format(reason=reason, count=count)
        for reason, count in _faults(plan).most_common()
    )
    return told.format(count=plan.rows_at_fault, reasons=reasons, file=rejected)


def _left_out(plan: Plan) -> Iterator[str]:
    reasons = plan.left_out + _faults(plan)
    if plan.duplicates:
        reasons[_("duplicate address")] += plan.duplicates
    if reasons:
        yield _("skipped:")
    for reason, count in reasons.most_common():
        yield f"  {count:6}  {reason}"
