"""The members of a send: who they are, who is written to now, who is left out and why."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from newsletter.content.visible import audience_named
from newsletter.i18n import _
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import read_ledger
from newsletter.ledger.rows import Person, in_portions
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.message.head import in_ascii
from newsletter.members.members_file import MAX_TOLD_OF_A_RULE, MembersFile
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.screen import FAULTS, Plan
from newsletter.sending.sending import Sending, new_id
from newsletter.sending.unsubscribed import unsubscribed_of
from newsletter.values.audiences import belongs

_MAY_HAVE_IT = (State.ACCEPTED, State.UNCERTAIN, State.ATTEMPTING)


class ToMembers:
    """A send to the members in a file; who said no is noted in `ledger`, where one is given."""

    def __init__(self, sending: Sending, path: Path, ledger: Ledger | None = None) -> None:
        settings, options = sending.settings, sending.options
        max_told = sys.maxsize if options.all_problems else MAX_TOLD_OF_A_RULE
        needed = sending.parts.merge_fields
        self.file = MembersFile(path, settings, needed=needed, max_told=max_told)
        self.sending, self.path, self._stamp = sending, path, _stamp(path)
        self._audience, self._outside = audience_named(options.where, settings), 0
        self._unsubscribed = unsubscribed_of(sending, sending.list_id, ledger)
        self._gone: set[str] = set()  # from the file, of those who have no mail yet
        # Who received the issue that this one corrects.
        self._got_other, other = frozenset[str](), options.only_those_who_got
        if other is not None:
            with read_ledger(settings.workspace, settings.ledger) as known:
                rows = known.deliveries(other.stem, *_MAY_HAVE_IT) if known else ()
                self._got_other = frozenset(row.address for row in rows if row.address)
            if not self._got_other:
                message = _("nobody is known to have received {file}")
                message = message.format(file=shown_path(other))
                raise NewsletterError(message, hint=_("name an issue that was sent from here"))

    def _members(self) -> Iterator[Recipient]:
        """Yield the recipients whom the options mean."""
        self._refuse_change()
        self._outside = 0
        for each in self.file:
            if belongs(each.audience, to=self._audience):
                yield each
            else:
                self._outside += 1
        self._refuse_change()

    def _refuse_change(self) -> None:
        """Raise where the file was written while it was read: rows may have been passed over."""
        if _stamp(self.path) != self._stamp:
            message = _("{file} has changed in the meantime").format(file=shown_path(self.path))
            hint = _("run the same command again, with --resume if some messages have been sent")
            raise NewsletterError(message, hint=hint)

    def chosen(self, ledger: Ledger | None) -> Iterator[tuple[Recipient, Delivery | None, str]]:
        """Yield each, what the ledger knows of them, and why they are left out, "" if not."""
        for some in in_portions(self._members()):
            addresses = [each.address.casefold() for each in some]
            rows = ledger.known(self.sending.issue.id, addresses) if ledger else {}
            for address, each in zip(addresses, some, strict=True):
                row = rows.get(address)
                yield each, row, self._reason_to_leave_out(each, row)

    def is_by_another_list(self, row: Delivery | None) -> bool:
        """Tell whether a recipient is written to by another list: whoever is on both, once."""
        if row is None or row.state is State.LEFT_OUT:
            return False
        return row.list_name != self.sending.options.list_name

    def _reason_to_leave_out(self, recipient: Recipient, row: Delivery | None) -> str:
        """Return why a recipient gets no mail; "" where they get one."""
        if row is not None and self.is_by_another_list(row):
            told = _("already in the send to the list '{name}'").format(name=row.list_name)
            return told if row.list_name else _("already in the send to a members file")
        if reason := self._unsubscribed.reason(recipient.address):
            return reason
        if not self.sending.issue.is_for(recipient.audience):
            return _("the issue is not for them")
        if self._got_other and recipient.address.casefold() not in self._got_other:
            return _("did not receive the first issue")
        if in_ascii(recipient.address) is None:
            return _("there is an accent before the @, which few servers accept")
        return ""

    def reason_of(self, address: str) -> str:
        """Return why an address that has a row gets no mail; "" where it may."""
        return _("no longer in the members file") if address in self._gone else ""

    def messages(self, ledger: Ledger | None) -> Iterator[bytes]:
        """Yield the message of each who gets the issue now; the ledger is read alone."""
        for recipient, row, reason in self.chosen(ledger):
            if not reason and self.sending.options.include(row):
                mail = self.sending.mail_for(recipient.audience)
                known_as = row.recipient_id if row else new_id()
                yield self.sending.message_for(mail, recipient, known_as)

    def _people(self, ledger: Ledger) -> Iterator[Person]:
        for recipient, row, reason in self.chosen(ledger):
            address, list_name = recipient.address.casefold(), self.sending.options.list_name
            if self.is_by_another_list(row):
                continue
            if reason:
                yield Person(address, reason, list_name=list_name)
            else:
                name = self.sending.mail_for(recipient.audience).name
                yield Person(address, "", name, recipient.values, list_name, recipient.audience)

    def note_everyone(self, ledger: Ledger) -> None:
        """Give everyone a row before the first message leaves: whatever happens, none is missed."""
        # Who waits from an earlier send, but is gone from the file, waits no longer, and whom it
        # failed to reach is not tried again.
        states = State.QUEUED, State.DEFERRED, State.REFUSED, State.UNCERTAIN
        list_name = self.sending.options.list_name
        if missed := list(ledger.deliveries(self.sending.issue.id, *states, list_name=list_name)):
            self._refuse_change()
            there = {each.address.casefold() for each in self.file}  # of the audience or not
            gone = [each for each in missed if each.address and each.address not in there]
            self._gone = {each.address for each in gone}
            ledger.leave_out([each._replace(words=self.reason_of(each.address)) for each in gone])
        ledger.note(self.sending.issue.id, self._people(ledger), new_id=new_id)

    def plan(self, ledger: Ledger | None) -> Plan:
        """Return who gets the issue now; what is wrong with the file is shown."""
        plan = Plan()
        for recipient, row, reason in self.chosen(ledger):
            if reason:
                plan.left_out[reason] += 1
            elif row is not None and not self.sending.options.include(row):
                plan.before[row.state] += 1
            else:
                name = self.sending.mail_for(recipient.audience).name
                plan.first_of.setdefault(name, recipient.audience)
                plan.add(name, recipient.address)
        others = {
            _("excluded by --where"): self._outside,
            _("hidden in the sheet"): self.file.hidden,
            _("duplicate address"): self.file.duplicates,
        }
        plan.left_out += Counter(others)  # without those that are none
        for rule, count in self.file.left_out.items():
            plan.faults[_(FAULTS.get(rule, FAULTS[""]))] += count
        self.sending.terminal.show(self.file.problems)
        return plan


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
