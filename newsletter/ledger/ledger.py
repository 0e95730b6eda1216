"""The ledger: what happened to each recipient's message, noted before and after it happens.

One row for each issue and address. It says `attempting` before the last byte of a message leaves,
and what the server answered after it: whatever dies in between, nobody is written to twice unasked.
"""

import json
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite reads it too

from newsletter.ledger import rows, tables
from newsletter.ledger.claims import Claims
from newsletter.ledger.frozen import FrozenSends, Schedules
from newsletter.ledger.returns import Returns, SaidNo
from newsletter.ledger.rows import Database, Person
from newsletter.ledger.states import Delivery, State, utc_text
from newsletter.ledger.tables import NOW, deliveries, issues, merge_values, recipients, workers
from newsletter.ledger.writer import Writer

DAYS_KEPT = 30  # what a refused or uncertain message needs to be tried again


class RecordedIssue(NamedTuple):
    """What the ledger knows of an issue that was sent, or begun: its parts' digests by name."""

    fingerprint: str
    parts: Mapping[str, str]
    begun: str


class AtWork(NamedTuple):
    """A process at work: on which issue, "" while it waits; seen so many seconds ago."""

    id: str
    name: str
    issue: str
    seconds_ago: float


@dataclass(frozen=True)
class UnderWay(Database):
    """Who is at work: other processes see it, and copies of the file."""

    path: Path | None  # of a file
    worker: str

    def begin(
        self, issue_id: str = "", list_id: str = "", *, account: str = "", interval: float = 0
    ) -> None:
        """Mark this process as at work; it waits where no issue is named.

        A send is marked in the file itself: a copy without its journal says so. Who said no to
        another list than `list_id` is written to; of any list where there is none.
        """
        inode = str(self.path.stat().st_ino) if self.path and issue_id else ""
        who = {"id": self.worker, "name": socket.gethostname(), "seen": NOW, "is_to_stop": False}
        what = {"issue": issue_id, "list": list_id, "account": account, "interval": interval}
        with self.changing() as connection:
            connection.execute(delete(workers).where(workers.c.id == self.worker))
            connection.execute(insert(workers).values(inode=inode, **who, **what))
        if issue_id:
            self._fold()

    def end(self) -> None:
        """Take the mark away; all that is committed is in the file itself by then."""
        self.change(delete(workers).where(workers.c.id == self.worker))
        self._fold()

    def _fold(self) -> None:
        if self.path:
            with self.reading() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def at_work(self) -> list[AtWork]:
        """Return who is at work, or was when last seen, the latest first."""
        ago = NOW - workers.c.seen
        query = select(workers.c.id, workers.c.name, workers.c.issue, ago).order_by(ago)
        return [AtWork(*row) for row in self.found(query)]

    def ask_to_stop(self, issue_id: str) -> bool:
        """Ask the processes that send an issue to stop; return whether one does."""
        asked = update(workers).where(workers.c.issue == issue_id).values(is_to_stop=True)
        if self.path is None:
            asked = asked.where(tables.IS_ALIVE)
        return self.change(asked) > 0

    def is_to_stop(self) -> bool:
        """Tell whether this process was asked to stop."""
        return any(self.values(select(workers.c.is_to_stop).where(workers.c.id == self.worker)))


class Ledger(Database):
    """A ledger, open; threads may share it. A file has a `path`, one of a team has `claims`."""

    def __init__(
        self, at: Database, writer: Writer, path: Path | None, claims: Claims | None = None
    ) -> None:
        both = at.engine, at.errors
        super().__init__(*both)
        self.path, self.claims, self.writer, self.record = path, claims, writer, writer.record
        self.frozen, self.said_no, self.returns = FrozenSends(*both), SaidNo(*both), Returns(*both)
        worker = claims.worker if claims else secrets.token_hex(8)
        self.under_way, self.schedules = UnderWay(*both, path, worker), Schedules(*both)
        self.is_shared = claims is not None  # others may send from it at the same time

    def close(self) -> None:
        """Close the file."""
        self.writer.close()
        self.engine.dispose()

    def recorded(self, issue_id: str) -> RecordedIssue | None:
        """Return what is known of an issue, None where no message of it was ever tried."""
        query = select(issues.c.fingerprint, issues.c.parts, issues.c.begun)
        for fingerprint, parts, begun in self.found(query.filter_by(issue=issue_id)):
            return RecordedIssue(fingerprint, json.loads(parts), begun)
        return None

    def sent_as(self, fingerprint: str) -> Sequence[str]:
        """Return the names of the issues that have these contents."""
        return self.values(select(issues.c.issue).filter_by(fingerprint=fingerprint))

    def begin(self, issue_id: str, fingerprint: str, parts: Mapping[str, str], *, now: str) -> None:
        """Note what an issue is as its messages begin to leave; what was noted before gives way."""
        values = {"fingerprint": fingerprint, "parts": json.dumps(parts, sort_keys=True)}
        row = insert(issues).values(issue=issue_id, begun=now, **values)
        self.change(row.on_conflict_do_update(index_elements=["issue"], set_=values))

    def end_send(self, *, now: datetime) -> None:
        """Erase what no send needs any more, and the mark; the journal is folded into the file."""
        self.frozen.erase_ended(utc_text(now - timedelta(days=DAYS_KEPT)))
        if self.claims:
            self.claims.release()
        self.under_way.end()

    def settle(self) -> None:
        """Make uncertain what a dead process attempted; in a file, only the lock's holder may."""
        if self.claims:
            self.claims.reap()
            return
        attempting = deliveries.c.state == State.ATTEMPTING
        with self.changing() as connection:
            connection.execute(update(deliveries).where(attempting).values(state=State.UNCERTAIN))
            connection.execute(delete(workers).where(workers.c.inode != ""))

    def known(self, issue_id: str, addresses: Sequence[str]) -> dict[str, Delivery]:
        """Return the rows that there are of some hundred addresses, which are in lower case."""
        with self.reading() as connection:
            return rows.rows_of(connection, issue_id, addresses)

    def note(self, issue_id: str, people: Iterable[Person], *, new_id: Callable[[], str]) -> None:
        """Give each a row of an issue, and keep the values of whoever is still to be written to."""
        self.said_no.mark_of("")  # read the key before a connection is held
        for some in rows.in_portions(people):
            with self.changing() as connection:
                if self.claims:
                    self.claims.number_alone(connection)
                rows.note(connection, issue_id, some, new_id, self.said_no.mark_of)

    def leave_out(self, theirs: Sequence[Delivery]) -> None:
        """Leave out some whom nobody is sending to now; the words of their rows say why."""
        # Not `in_`: SQLAlchemy takes one for no more than one row at a time.
        waits = or_(deliveries.c.state == State.QUEUED, deliveries.c.state == State.DEFERRED)
        free = waits & (deliveries.c.claimed_by == "") & (deliveries.c.number == bindparam("row"))
        said = {"state": State.LEFT_OUT, "code": 0, "words": bindparam("why"), "next_try": ""}
        for some in rows.in_portions(theirs):
            with self.changing() as connection:
                whom = [{"row": each.number, "why": each.words} for each in some]
                connection.execute(update(deliveries).where(free).values(said), whom)

    def counts(self, issue_id: str, list_name: str | None = None) -> dict[State, int]:
        """Return how many messages of an issue, by one list or by any, are in each state."""
        counts = self._counts(deliveries.c.state, rows.of_list(issue_id, list_name))
        return {State(state): count for state, count in counts.items()}

    def _counts(self, of: ColumnElement[str], *conditions: ColumnElement[bool]) -> dict[str, int]:
        return dict(self.found(select(of, func.count()).where(*conditions).group_by(of)))

    def is_erased(self, issue_id: str) -> bool:
        """Tell whether addresses of an issue were purged: nobody knows who has had it."""
        erased = (deliveries.c.issue == issue_id) & deliveries.c.address.is_(None)
        return bool(self.values(select(deliveries.c.number).where(erased).limit(1)))

    def variant_counts(self, issue_id: str) -> dict[str, int]:
        """Return how many messages of each variant the server has accepted."""
        accepted = deliveries.c.state == State.ACCEPTED
        return self._counts(deliveries.c.variant, deliveries.c.issue == issue_id, accepted)

    def deliveries(
        self, issue_id: str, *states: State, list_name: str | None = None
    ) -> Iterator[Delivery]:
        """Yield the rows of an issue in some states, or all, in the order of their making."""
        wanted = rows.of_list(issue_id, list_name) & deliveries.c.state.in_(states or State)
        query = select(*rows.DELIVERY_COLUMNS).where(wanted).order_by(deliveries.c.number)
        some = query.execution_options(yield_per=rows.ROWS_AT_ONCE)
        with self.reading() as connection:
            yield from map(rows.delivery_of, connection.execute(some))

    def purge(self, before: datetime) -> int:
        """Erase the addresses of what was tried before; return of how many messages."""
        started = select(issues.c.issue).where(issues.c.begun < utc_text(before))
        old = deliveries.c.address.is_not(None) & deliveries.c.issue.in_(started)
        self.frozen.erase_ended(utc_text(before))
        return self._erase(old & (deliveries.c.tried < utc_text(before)))

    def forget(self, address: str) -> int:
        """Erase an address; return of how many messages. Their no stays, by its mark."""
        return self._erase(deliveries.c.address == address.casefold())

    def _erase(self, condition: ColumnElement[bool]) -> int:
        """Erase addresses, and what is kept of those who stand in no delivery any more."""
        nameless = select(deliveries.c.number).where(deliveries.c.address.is_(None))
        named = select(deliveries.c.recipient_id).where(deliveries.c.address.is_not(None))
        unnamed = update(recipients).where(recipients.c.id.not_in(named))
        erased = update(deliveries).where(condition).values(address=None, words="")
        with self.changing() as connection:
            count = connection.execute(erased).rowcount
            connection.execute(delete(merge_values).where(merge_values.c.number.in_(nameless)))
            connection.execute(unnamed.values(address=None))
        if self.claims:
            self.claims.leave_no_copy()
        return count

    def story(self, address: str) -> list[tuple[str, Delivery]]:
        """Return what became of each issue for someone: its name, and their row."""
        query = select(deliveries.c.issue, *rows.DELIVERY_COLUMNS).order_by(deliveries.c.number)
        query = query.where(deliveries.c.address == address.casefold())
        return [(issue, rows.delivery_of(row)) for issue, *row in self.found(query)]
