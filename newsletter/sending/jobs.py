"""From recipients to jobs: who is written to now, who is left out and why."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.i18n import _
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.delivery import MAX_TRIES
from newsletter.mailing.delivery.run import Job
from newsletter.mailing.message.addresses import in_ascii
from newsletter.members.recipient import Recipient
from newsletter.sending.mails import Mails
from newsletter.sending.unsubscribed import Refusals

_RECIPIENTS_AT_ONCE = 200


@dataclass(frozen=True)
class Again:
    """Who is written to of those who were tried before."""

    refused: bool = False
    uncertain: bool = False

    def takes(self, row: Delivery | None) -> bool:
        """Tell whether a recipient is written to now, by what the ledger knows of them."""
        if row is None:
            return True
        match row.state:
            case State.QUEUED | State.LEFT_OUT:  # who is still left out was asked for before
                return True
            case State.DEFERRED:
                # A process may die before it has noted when to try again.
                return self.refused or bool(row.next_try) or row.tries < MAX_TRIES
            case State.REFUSED:
                return self.refused
            case State.UNCERTAIN | State.ATTEMPTING:
                return self.uncertain
            case State.ACCEPTED:
                return False


def reason_to_leave_out(
    recipient: Recipient, mails: Mails, refusals: Refusals, row: Delivery | None
) -> str:
    """Return why a recipient gets no mail; "" where they get one."""
    if refusals.has(recipient.address, row.recipient_id if row else ""):
        return _("unsubscribed")
    if not mails.issue.is_for(recipient.audience):
        return _("the issue is not for them")
    if in_ascii(recipient.address) is None:
        return _("there is an accent before the @, which few servers accept")
    return ""


class Chosen(NamedTuple):
    """A recipient, what the ledger knows of them, and why they are left out, "" if they are not."""

    recipient: Recipient
    row: Delivery | None
    reason: str


def choose(
    recipients: Iterable[Recipient],
    mails: Mails,
    refusals: Refusals,
    known: Callable[[list[str]], Mapping[str, Delivery]],
) -> Iterator[Chosen]:
    """Yield each recipient with what is to be done; `known` gives rows by lower-case address."""
    for some in in_portions(recipients):
        rows = known([each.address.casefold() for each in some])
        for each in some:
            row = rows.get(each.address.casefold())
            yield Chosen(each, row, reason_to_leave_out(each, mails, refusals, row))


def in_portions(recipients: Iterable[Recipient]) -> Iterator[list[Recipient]]:
    """Yield the recipients by the hundreds: a members file may have 100,000."""
    portion: list[Recipient] = []
    for each in recipients:
        portion.append(each)
        if len(portion) == _RECIPIENTS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def jobs_for(
    recipients: Iterable[Recipient],
    mails: Mails,
    refusals: Refusals,
    *,
    ledger: Ledger,
    again: Again,
    new_id: Callable[[], str],
) -> Iterator[Job]:
    """Yield a job for each recipient who is to be written to now; the ledger has a row of each."""
    noted = note_everyone(recipients, mails, refusals, ledger=ledger, new_id=new_id)
    for each, row, reason in noted:
        if not reason and again.takes(row):
            yield _job(each, row, mails)


def note_everyone(
    recipients: Iterable[Recipient],
    mails: Mails,
    refusals: Refusals,
    *,
    ledger: Ledger,
    new_id: Callable[[], str],
) -> Iterator[tuple[Recipient, Delivery, str]]:
    """Yield each recipient with their row, made where missing, and why they are left out, or ""."""
    issue_id = mails.issue.id
    for some in in_portions(recipients):
        addresses = [each.address.casefold() for each in some]
        known = ledger.known(issue_id, addresses)
        reasons = {
            address: reason_to_leave_out(each, mails, refusals, known.get(address))
            for address, each in zip(addresses, some, strict=True)
        }
        rows = ledger.take_in(issue_id, reasons, new_id=new_id)
        for address, each in zip(addresses, some, strict=True):
            yield each, rows[address], reasons[address]


def leave_out_who_is_gone(
    issue_id: str, addresses: Callable[[], Collection[str]], ledger: Ledger
) -> None:
    """Note as left out who waits for the issue, but is not of `addresses`, in lower case."""
    waiting = list(ledger.deliveries(issue_id, State.QUEUED, State.DEFERRED))
    if not waiting:
        return
    reason, there = _("no longer in the members file"), addresses()
    gone = [each for each in waiting if each.address and each.address not in there]
    ledger.record(
        [each._replace(state=State.LEFT_OUT, code=0, words=reason, next_try="") for each in gone]
    )


def _job(recipient: Recipient, row: Delivery, mails: Mails) -> Job:
    variant = mails.variant_for(recipient.audience)
    address = in_ascii(recipient.address) or recipient.address
    make = mails.maker(variant, recipient, address, row.recipient_id)
    return Job(row._replace(variant=variant.name), address, make)
