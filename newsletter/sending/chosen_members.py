"""The members of a send: who they are, who is written to now, who is left out and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from newsletter.content.shown_as import audience_named
from newsletter.i18n import _, counted
from newsletter.ledger.ledger import Ledger, read_ledger
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.run import Job
from newsletter.mailing.message.addresses import domain_of, in_ascii
from newsletter.members.members_file import MembersFile
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.fingerprint import Fingerprint
from newsletter.sending.screen import Plan
from newsletter.sending.sending import Sending
from newsletter.sending.unsubscribed import UNSUBSCRIBED_FILE, Unsubscribed, read_unsubscribed
from newsletter.values.audiences import Audience, belongs

Value = TypeVar("Value")
_RECIPIENTS_AT_ONCE = 200


@dataclass
class Members:
    """The recipients of a file who are of an audience; the file may not change on the way.

    `outside` is how many were not of it, once all were gone through.
    """

    file: MembersFile
    path: Path
    audience: Audience
    stamp: tuple[int, int]
    outside: int = 0

    def __iter__(self) -> Iterator[Recipient]:
        self.refuse_change()
        self.outside = 0
        for each in self.file:
            if belongs(each.audience, to=self.audience):
                yield each
            else:
                self.outside += 1
        self.refuse_change()

    def addresses(self) -> frozenset[str]:
        """Return everyone's in the file, of the audience or not, in lower case."""
        self.refuse_change()
        return frozenset(each.address.casefold() for each in self.file)

    def refuse_change(self) -> None:
        """Raise where the file was written while it was read: rows may have been passed over."""
        if _stamp(self.path) != self.stamp:
            message = _("{file} has changed in the meantime").format(file=shown_path(self.path))
            hint = _("run the same command again, with --resume if some messages have been sent")
            raise NewsletterError(message, hint=hint)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def members_of(sending: Sending, path: Path, parts: Fingerprint) -> Members:
    """Return the recipients of the file in `path` whom the options mean."""
    file = MembersFile(path, sending.settings, needed=parts.merge_fields)
    audience = audience_named(sending.options.where, sending.settings)
    return Members(file, path, audience, _stamp(path))


class Chosen(NamedTuple):
    """A recipient, what the ledger knows of them, and why they are left out, "" if they are not."""

    recipient: Recipient
    row: Delivery | None
    reason: str


@dataclass(frozen=True)
class ToMembers:
    """A send to members: who they are, who of them unsubscribed, who is written to again."""

    sending: Sending
    parts: Fingerprint
    members: Members
    unsubscribed: Unsubscribed

    @property
    def issue_id(self) -> str:
        """The issue's name."""
        return self.sending.mails.issue.id

    def chosen(self, ledger: Ledger | None) -> Iterator[Chosen]:
        """Yield each recipient with what is to be done."""
        for some in _in_portions(self.members):
            addresses = [each.address.casefold() for each in some]
            rows = ledger.known(self.issue_id, addresses) if ledger else {}
            for address, each in zip(addresses, some, strict=True):
                row = rows.get(address)
                yield Chosen(each, row, self._reason_to_leave_out(each, row))

    def _reason_to_leave_out(self, recipient: Recipient, row: Delivery | None) -> str:
        """Return why a recipient gets no mail; "" where they get one."""
        if self.unsubscribed.has(recipient.address, row.recipient_id if row else ""):
            return _("unsubscribed")
        if not self.sending.mails.issue.is_for(recipient.audience):
            return _("the issue is not for them")
        if in_ascii(recipient.address) is None:
            return _("there is an accent before the @, which few servers accept")
        return ""

    def _due(self, ledger: Ledger | None) -> Iterator[tuple[Recipient, Delivery | None]]:
        """Yield each who gets the issue now."""
        for recipient, row, reason in self.chosen(ledger):
            if not reason and self.sending.options.include(row):
                yield recipient, row

    def jobs(self, ledger: Ledger) -> Iterator[Job]:
        """Yield a job for each who gets the issue now; `note_everyone` made the rows."""
        mails = self.sending.mails
        for recipient, row in self._due(ledger):
            assert row is not None  # noqa: S101 - the file is the one whose people were noted
            mail = mails.mail_for(recipient.audience)
            make = mails.maker(mail, recipient, row.recipient_id)
            address = in_ascii(recipient.address) or recipient.address
            yield Job(row._replace(variant=mail.name), address, make)

    def messages(self, ledger: Ledger | None) -> Iterator[bytes]:
        """Yield the message of each who gets the issue now; the ledger is read alone."""
        mails, sending = self.sending.mails, self.sending
        for recipient, row in self._due(ledger):
            mail = mails.mail_for(recipient.audience)
            recipient_id = row.recipient_id if row else sending.new_id()
            yield mails.maker(mail, recipient, recipient_id)(sending.clock.now())

    def note_everyone(self, plan: Plan, ledger: Ledger) -> None:
        """Give everyone a row before the first message leaves: whatever happens, none is missed.

        Who waits from an earlier send, but is gone from the file, waits no longer.
        """
        self.members.refuse_change()
        self._leave_out_who_is_gone(ledger)
        for some in _in_portions(plan.reasons.items()):
            ledger.upsert(self.issue_id, dict(some), new_id=self.sending.new_id)

    def _leave_out_who_is_gone(self, ledger: Ledger) -> None:
        waiting = list(ledger.deliveries(self.issue_id, State.QUEUED, State.DEFERRED))
        if not waiting:
            return
        reason, there = _("no longer in the members file"), self.members.addresses()
        gone = [each for each in waiting if each.address and each.address not in there]
        ledger.record(
            [
                each._replace(state=State.LEFT_OUT, code=0, words=reason, next_try="")
                for each in gone
            ]
        )

    def plan(self, ledger: Ledger | None) -> Plan:
        """Return who gets the issue now; what is wrong with the file is shown."""
        plan = Plan()
        for recipient, row, reason in self.chosen(ledger):
            plan.reasons[recipient.address.casefold()] = reason
            if reason:
                plan.left_out[reason] += 1
            elif row is not None and not self.sending.options.include(row):
                plan.before[row.state] += 1
            else:
                name = self.sending.mails.mail_for(recipient.audience).name
                plan.counts[name] += 1
                plan.first_of.setdefault(name, recipient.audience)
                plan.domains[domain_of(in_ascii(recipient.address) or "")] += 1
                plan.first = plan.first or recipient.address
                plan.last = recipient.address
        if self.members.outside:
            plan.left_out[_("excluded by --where")] = self.members.outside
        file = self.members.file
        plan.faults, plan.duplicates = file.left_out, file.duplicates
        plan.places_at_fault = file.places_left_out
        self.sending.terminal.show(file.problems)
        return plan


def unsubscribed_of(sending: Sending) -> Unsubscribed:
    """Return who unsubscribed: who did by a link is known by their address, for this issue too."""
    workspace = sending.settings.workspace
    found = read_unsubscribed(workspace, sending.mails.tokens)
    if not found.recipient_ids:
        return found
    with read_ledger(workspace) as ledger:
        known = ledger.addresses_of(found.recipient_ids) if ledger else {}
    if unknown := len(found.recipient_ids - known.keys()):
        message = counted(
            "the ledger cannot identify who followed {count} link in {file}: they may get "
            "this email",
            "the ledger cannot identify who followed {count} links in {file}: they may get "
            "this email",
            unknown,
        ).format(count=unknown, file=UNSUBSCRIBED_FILE)
        sending.terminal.tell(_("Warning: {message}").format(message=message))
    return found.and_of(known.values())


def _in_portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield values by the hundreds: a members file may have 100,000."""
    portion: list[Value] = []
    for each in values:
        portion.append(each)
        if len(portion) == _RECIPIENTS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion
