"""What came back of each issue, and who is not written to any more because of it.

Counted by issue, not by day: a monthly letter never reaches a score that is forgotten in a month.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite reads it too

from newsletter.ledger.rows import Database, in_portions
from newsletter.ledger.states import State
from newsletter.ledger.tables import deliveries, issues, mailboxes, recipients, returns

CERTAIN = "certain"
# So many issues, one after the other, until someone is left out (shared facts on returns, C5): one
# that says nobody is there is enough, unless a DNS may have had an accident; a mailbox may be
# emptied.
_ISSUES_UNTIL_LEFT_OUT = {"gone": 1, "complaint": 1, "no-host": 2, "full": 3, "suspended": 3,
                          "unreachable": 3}  # fmt: skip
_FOR_GOOD = ("gone", "complaint")
_WRITTEN = recipients.join(deliveries, deliveries.c.recipient_id == recipients.c.id)
_BEGUN = _WRITTEN.join(issues, issues.c.issue == deliveries.c.issue)


class Return(NamedTuple):
    """What came back of one issue from someone, by mark; `lifted` is a time, "" for not."""

    issue: str
    mark: str
    verdict: str
    code: str
    words: str
    certainty: str
    noted: str
    lifted: str = ""


class Written(NamedTuple):
    """One message that left: whose, by id, mark and address ("" once erased), of which issue."""

    recipient_id: str
    mark: str
    address: str
    issue: str
    tried: str


class Returns(Database):
    """That part of a ledger."""

    def written_to(self, ids: Collection[str], addresses: Collection[str]) -> Iterator[Written]:
        """Yield what left for people of some ids or addresses, the latest first of each."""
        columns = (recipients.c.id, recipients.c.mark, recipients.c.address)
        query = select(*columns, deliveries.c.issue, deliveries.c.tried).select_from(_WRITTEN)
        query = query.order_by(deliveries.c.tried.desc())
        with self.reading() as connection:
            for some in in_portions(chain(ids, addresses)):
                theirs = or_(recipients.c.id.in_(some), recipients.c.address.in_(some))
                for identity, mark, address, *rest in connection.execute(query.where(theirs)):
                    yield Written(identity, mark or "", address or "", *rest)

    def note(self, found: Iterable[Return]) -> None:
        """Note what came back, unless more is known of it: what is certain, and for good."""
        with self.changing() as connection:
            for some in in_portions(found):
                connection.execute(NOTE, [each._asdict() for each in some])

    def left_out(self) -> dict[str, str]:
        """Return the verdict on each, by mark, who is not to be written to any more."""
        counts = (returns.c.certainty == CERTAIN) & (returns.c.lifted == "")
        counts &= returns.c.verdict.in_(_ISSUES_UNTIL_LEFT_OUT)
        query = select(returns.c.mark, returns.c.verdict, returns.c.issue).where(counts)
        sent = select(recipients.c.mark, deliveries.c.issue).select_from(_BEGUN)
        sent = sent.where(deliveries.c.state == State.ACCEPTED).order_by(issues.c.begun.desc())
        theirs = recipients.c.mark.in_(select(returns.c.mark).where(counts))
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for mark, verdict, issue in self.found(query):
            found[mark][issue] = verdict
        latest: defaultdict[str, list[str]] = defaultdict(list)
        for mark, issue in self.found(sent.where(theirs)):
            latest[mark].append(issue)
        verdicts = {mark: _verdict_on(back, latest[mark]) for mark, back in found.items()}
        return {mark: verdict for mark, verdict in verdicts.items() if verdict}

    def of(self, mark: str) -> list[Return]:
        """Return what came back from someone, the oldest first."""
        query = select(returns).where(returns.c.mark == mark).order_by(returns.c.noted)
        return [Return(*row) for row in self.found(query)]

    def lift(self, mark: str, *, now: str) -> int:
        """Write to someone again, unless they complained; return how much no longer counts."""
        counts = (returns.c.mark == mark) & (returns.c.lifted == "")
        lifted = update(returns).where(counts, returns.c.verdict != "complaint")
        return self.change(lifted.values(lifted=now))

    def of_issue(self, issue_id: str) -> list[tuple[Return, str]]:
        """Return what came back of an issue, each with the address, "" where it is erased."""
        theirs = recipients.c.mark == returns.c.mark
        query = select(returns, recipients.c.address).join(recipients, theirs, isouter=True)
        query = query.where(returns.c.issue == issue_id).order_by(returns.c.noted)
        return [(Return(*row), address or "") for *row, address in self.found(query)]

    def read_up_to(self, name: str) -> tuple[int, int]:
        """Return the UIDVALIDITY and the last UID of a mailbox; zeros where it was never read."""
        query = select(mailboxes.c.uidvalidity, mailboxes.c.uid).where(mailboxes.c.name == name)
        return next(((uidvalidity, uid) for uidvalidity, uid in self.found(query)), (0, 0))

    def note_read(self, name: str, uidvalidity: int, uid: int) -> None:
        """Note how far a mailbox was read."""
        read = {"uidvalidity": uidvalidity, "uid": uid}
        noted = insert(mailboxes).values(name=name, **read)
        self.change(noted.on_conflict_do_update(index_elements=["name"], set_=read))


_NEW = insert(returns)
# Not by `in_`, which SQLAlchemy cannot spell out for many rows at once.
_WAS, _IS = (
    or_(*(of == each for each in _FOR_GOOD)) for of in (returns.c.verdict, _NEW.excluded.verdict)
)
_SAYS_MORE = (returns.c.certainty != CERTAIN) | (_IS & ~_WAS)
NOTE = _NEW.on_conflict_do_update(
    index_elements=["issue", "mark"],
    set_={each.name: each for each in _NEW.excluded if not each.primary_key},
    where=(_NEW.excluded.certainty == CERTAIN) & _SAYS_MORE,
)


def _verdict_on(back: dict[str, str], latest: list[str]) -> str:
    """Return why someone is left out, or "": by what came `back`, and the `latest` issues sent."""
    for issue, verdict in back.items():
        needed = _ISSUES_UNTIL_LEFT_OUT[verdict]
        if needed == 1:
            return verdict
        if issue in latest[:1] and len(latest) >= needed and back.keys() >= set(latest[:needed]):
            return verdict
    return ""
