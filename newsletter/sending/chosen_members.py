"""The members of a send: who they are, who unsubscribed, what the ledger knows of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsletter.content.shown_as import audience_named
from newsletter.i18n import _, counted
from newsletter.ledger.ledger import Ledger, read_ledger
from newsletter.ledger.states import Delivery
from newsletter.mailing.delivery.run import Job
from newsletter.mailing.message.addresses import domain_of, in_ascii
from newsletter.members.members_file import MembersFile
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.rendering.fingerprint import Fingerprint
from newsletter.sending.jobs import (
    Again,
    Chosen,
    choose,
    jobs_for,
    leave_out_who_is_gone,
    note_everyone,
)
from newsletter.sending.screen import Plan, PlannedVariant
from newsletter.sending.sending import Sending
from newsletter.sending.unsubscribed import UNSUBSCRIBED_FILE, Refusals, read_refusals
from newsletter.values.audiences import Audience, belongs


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
        self._refuse_change()
        self.outside = 0
        for each in self.file:
            if belongs(each.audience, to=self.audience):
                yield each
            else:
                self.outside += 1
        self._refuse_change()

    def addresses(self) -> frozenset[str]:
        """Return everyone's in the file, of the audience or not, in lower case."""
        self._refuse_change()
        return frozenset(each.address.casefold() for each in self.file)

    def _refuse_change(self) -> None:
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
    if not path.is_file():
        raise NewsletterError(_("there is no file {path}").format(path=path))
    file = MembersFile(path, sending.settings, needed=parts.merge_fields)
    audience = audience_named(sending.options.where, sending.settings)
    return Members(file, path, audience, _stamp(path))


@dataclass(frozen=True)
class ToMembers:
    """A send to members: who they are, who of them said no, who is written to again."""

    sending: Sending
    parts: Fingerprint
    members: Members
    refusals: Refusals

    @property
    def issue_id(self) -> str:
        """The issue's name."""
        return self.sending.mails.issue.id

    @property
    def again(self) -> Again:
        """Who of those tried before is written to."""
        options = self.sending.options
        return Again(refused=options.retry_failed, uncertain=options.retry_uncertain)

    def chosen(self, ledger: Ledger | None) -> Iterator[Chosen]:
        """Yield each recipient with what is to be done."""

        def known(addresses: list[str]) -> Mapping[str, Delivery]:
            return ledger.known(self.issue_id, addresses) if ledger else {}

        return choose(self.members, self.sending.mails, self.refusals, known)

    def jobs(self, ledger: Ledger) -> Iterator[Job]:
        """Yield a job for each who gets the issue now; the ledger has a row of everyone."""
        return jobs_for(
            self.members,
            self.sending.mails,
            self.refusals,
            ledger=ledger,
            again=self.again,
            new_id=self.sending.new_id,
        )

    def messages(self, ledger: Ledger | None) -> Iterator[bytes]:
        """Yield the message of each who gets the issue now; the ledger is read alone."""
        mails, sending = self.sending.mails, self.sending
        for recipient, row, reason in self.chosen(ledger):
            if reason or not self.again.takes(row):
                continue
            variant = mails.variant_for(recipient.audience)
            address = in_ascii(recipient.address) or recipient.address
            recipient_id = row.recipient_id if row else sending.new_id()
            yield mails.maker(variant, recipient, address, recipient_id)(sending.clock.now())

    def note_everyone(self, ledger: Ledger) -> None:
        """Give everyone a row before the first message leaves: whatever happens, none is missed.

        Who waits from an earlier send, but is gone from the file, waits no longer.
        """
        leave_out_who_is_gone(self.issue_id, self.members.addresses, ledger)
        noted = note_everyone(
            self.members,
            self.sending.mails,
            self.refusals,
            ledger=ledger,
            new_id=self.sending.new_id,
        )
        for _each in noted:
            pass

    def plan(self, ledger: Ledger | None) -> Plan:
        """Return who gets the issue now; what is wrong with the file is shown."""
        plan = Plan()
        for each in self.chosen(ledger):
            if each.reason:
                plan.left_out[each.reason] += 1
            elif each.row is not None and not self.again.takes(each.row):
                plan.before[each.row.state] += 1
            else:
                _count_in(plan, each.recipient, self.sending)
        if self.members.outside:
            plan.left_out[_("excluded by --where")] = self.members.outside
        file = self.members.file
        plan.rows_at_fault, plan.duplicates = file.left_out, file.duplicates
        plan.places_at_fault = file.places_left_out
        self.sending.terminal.show(file.problems)
        return plan


def _count_in(plan: Plan, recipient: Recipient, sending: Sending) -> None:
    name = sending.mails.variant_for(recipient.audience).name
    plan.variants.setdefault(name, PlannedVariant(recipient.audience)).count += 1
    plan.domains[domain_of(in_ascii(recipient.address) or "")] += 1
    plan.first = plan.first or recipient.address
    plan.last = recipient.address


def refusals_of(sending: Sending) -> Refusals:
    """Return who said no: who did by a link is known by their address, for this issue too."""
    workspace = sending.settings.workspace
    refusals = read_refusals(workspace, sending.mails.tokens)
    if not refusals.recipient_ids:
        return refusals
    with read_ledger(workspace) as ledger:
        found = ledger.addresses_of(refusals.recipient_ids) if ledger else {}
    if unknown := len(refusals.recipient_ids - found.keys()):
        message = counted(
            "the ledger cannot identify who followed {count} link in {file}: they may get "
            "this email",
            "the ledger cannot identify who followed {count} links in {file}: they may get "
            "this email",
            unknown,
        ).format(count=unknown, file=UNSUBSCRIBED_FILE)
        sending.terminal.tell(_("Warning: {message}").format(message=message))
    return refusals.and_of(found.values())
