"""The ledger: what happened to each recipient's message, noted before and after it happens.

One row for each issue and address. It says `attempting` before the last byte of a message leaves,
and what the server answered after it: whatever dies in between, nobody is written to twice unasked.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from newsletter.ledger.file import (
    LEDGER_FILE,
    ledger_errors,
    open_engine,
    read_only_engine,
    refuse_planted,
)
from newsletter.ledger.states import Delivery, State
from newsletter.ledger.tables import deliveries, issues, recipients
from newsletter.ledger.writer import Writer

_COLUMNS = [deliveries.c[name] for name in Delivery._fields]
_ROWS_AT_ONCE = 500  # SQLite takes 32,766 variables in a statement, older ones 999


@dataclass(frozen=True)
class RecordedIssue:
    """What the ledger knows of an issue that was sent, or begun: its parts' digests by name."""

    issue_id: str
    fingerprint: str
    parts: Mapping[str, str]
    begun: str


@dataclass
class Ledger:
    """The workspace's ledger, open; made by `open_ledger`. Threads may share it."""

    path: Path
    engine: Engine
    _writer: Writer

    @classmethod
    def at(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the ledger in `path`."""
        engine = read_only_engine(path) if read_only else open_engine(path)
        return cls(path, engine, Writer(path, engine))

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self.engine.dispose()

    def recorded(self, issue_id: str) -> RecordedIssue | None:
        """Return what is known of an issue, None where no message of it was ever tried."""
        return self._issue(issues.c.issue == issue_id)

    def sent_as(self, fingerprint: str) -> RecordedIssue | None:
        """Return what is known of an issue that has these contents."""
        return self._issue(issues.c.fingerprint == fingerprint)

    def _issue(self, condition: ColumnElement[bool]) -> RecordedIssue | None:
        with ledger_errors(self.path), self.engine.connect() as connection:
            row = connection.execute(select(issues).where(condition)).first()
        if row is None:
            return None
        return RecordedIssue(row.issue, row.fingerprint, json.loads(row.parts), row.begun)

    def begin(self, issue_id: str, fingerprint: str, parts: Mapping[str, str], *, now: str) -> None:
        """Note what an issue is as its messages begin to leave; what was noted before gives way."""
        values = {"fingerprint": fingerprint, "parts": json.dumps(parts, sort_keys=True)}
        with ledger_errors(self.path), self.engine.begin() as connection:
            same = issues.c.issue == issue_id
            if connection.execute(update(issues).where(same).values(**values)).rowcount == 0:
                connection.execute(insert(issues).values(issue=issue_id, begun=now, **values))

    def settle(self, issue_id: str) -> int:
        """Make what a dead process was attempting uncertain; return how many.

        Only the holder of the workspace's lock may ask for it.
        """
        rows = (deliveries.c.issue == issue_id) & (deliveries.c.state == State.ATTEMPTING)
        with ledger_errors(self.path), self.engine.begin() as connection:
            statement = update(deliveries).where(rows).values(state=State.UNCERTAIN)
            return connection.execute(statement).rowcount

    def known(self, issue_id: str, addresses: Sequence[str]) -> dict[str, Delivery]:
        """Return the rows that there are of some addresses, which are in lower case."""
        found: dict[str, Delivery] = {}
        with ledger_errors(self.path), self.engine.connect() as connection:
            for some in _portions(addresses):
                found |= _rows(connection, issue_id, some)
        return found

    def addresses_of(self, recipient_ids: Iterable[str]) -> dict[str, str]:
        """Return the addresses that some ids stand for, in lower case; who was forgotten has none.

        An id is that of a person: it is the same for every issue.
        """
        found: dict[str, str] = {}
        with ledger_errors(self.path), self.engine.connect() as connection:
            for some in _portions(sorted(recipient_ids)):
                query = select(recipients).where(recipients.c.id.in_(some))
                found |= {row.id: row.address for row in connection.execute(query)}
        return found

    def upsert(
        self,
        issue_id: str,
        addresses: Mapping[str, str],
        *,
        new_id: Callable[[], str],
    ) -> dict[str, Delivery]:
        """Return the row of each address, by address in lower case; rows are made where missing.

        `addresses` says of each why it is left out, "" where it is not. A row that was left out is
        queued once the reason is gone, and the other way round while nothing was tried.
        """
        known: dict[str, Delivery] = {}
        with ledger_errors(self.path), self.engine.begin() as connection:
            for some in _portions(list(addresses)):
                found = _rows(connection, issue_id, some)
                missing = [name for name in some if name not in found]
                if missing:
                    ids = _recipient_ids(connection, missing, new_id)
                    rows = [_new_row(issue_id, name, ids[name]) for name in missing]
                    connection.execute(insert(deliveries), rows)
                    found |= _rows(connection, issue_id, missing)
                known |= found
        changed = [
            each
            for name, row in known.items()
            if (each := _left_out_or_queued(row, addresses[name])) is not row
        ]
        self.record(changed)
        return known | {each.address: each for each in changed}

    def record(self, changes: Sequence[Delivery]) -> None:
        """Note rows as they are now, durably; return when they are on the disk."""
        self._writer.record(changes)

    def counts(self, issue_id: str) -> dict[State, int]:
        """Return how many messages of an issue are in each state."""
        query = (
            select(deliveries.c.state, func.count())
            .where(deliveries.c.issue == issue_id)
            .group_by(deliveries.c.state)
        )
        with ledger_errors(self.path), self.engine.connect() as connection:
            return {State(state): count for state, count in connection.execute(query)}

    def is_erased(self, issue_id: str) -> bool:
        """Tell whether addresses of an issue were purged: nobody knows who has had it."""
        erased = (deliveries.c.issue == issue_id) & deliveries.c.address.is_(None)
        query = select(deliveries.c.number).where(erased).limit(1)
        with ledger_errors(self.path), self.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def variant_counts(self, issue_id: str) -> dict[str, int]:
        """Return how many messages of each variant the server has accepted."""
        query = (
            select(deliveries.c.variant, func.count())
            .where(deliveries.c.issue == issue_id, deliveries.c.state == State.ACCEPTED)
            .group_by(deliveries.c.variant)
        )
        with ledger_errors(self.path), self.engine.connect() as connection:
            return {row.variant: row[1] for row in connection.execute(query)}

    def deliveries(self, issue_id: str, *states: State) -> Iterator[Delivery]:
        """Yield the rows of an issue in some states, or all, in the order of their making."""
        query = (
            select(*_COLUMNS)
            .where(deliveries.c.issue == issue_id, deliveries.c.state.in_(states or State))
            .order_by(deliveries.c.number)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        with ledger_errors(self.path), self.engine.connect() as connection:
            for row in connection.execute(query):
                yield _delivery(row)

    def purge(self, before: datetime, *, keep: Collection[str]) -> int:
        """Erase the addresses of what was tried before; return of how many messages. Counts stay.

        Whoever has had no mail since is forgotten, with the word that unsubscribes them; but not
        who said no by that word, whose ids are to `keep`: they would be written to again.
        """
        with ledger_errors(self.path), self.engine.begin() as connection:
            started = select(issues.c.issue).where(issues.c.begun < before.isoformat())
            old = (
                deliveries.c.address.is_not(None)
                & deliveries.c.issue.in_(started)
                & (deliveries.c.tried < before.isoformat())
            )
            erased = connection.execute(
                update(deliveries).where(old).values(address=None, words="")
            )
            still_named = select(deliveries.c.recipient_id).where(deliveries.c.address.is_not(None))
            forgotten = select(recipients.c.id).where(recipients.c.id.not_in(still_named))
            ids = [name for name in connection.scalars(forgotten) if name not in keep]
            for some in _portions(ids):
                connection.execute(delete(recipients).where(recipients.c.id.in_(some)))
            return erased.rowcount


@contextmanager
def open_ledger(workspace: Path) -> Iterator[Ledger]:
    """Open the ledger of a workspace, made where there is none; close it at the end."""
    refuse_planted(workspace)
    ledger = Ledger.at(workspace / LEDGER_FILE)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def read_ledger(workspace: Path) -> Iterator[Ledger | None]:
    """Open the ledger for reading alone; None where there is none yet."""
    path = workspace / LEDGER_FILE
    refuse_planted(workspace)
    if not path.exists():
        yield None
        return
    ledger = Ledger.at(path, read_only=True)
    try:
        yield ledger
    finally:
        ledger.close()


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(names), _ROWS_AT_ONCE):
        yield names[first : first + _ROWS_AT_ONCE]


def _rows(connection: Connection, issue_id: str, addresses: Sequence[str]) -> dict[str, Delivery]:
    query = select(*_COLUMNS).where(
        deliveries.c.issue == issue_id, deliveries.c.address.in_(addresses)
    )
    found = map(_delivery, connection.execute(query))
    return {each.address: each for each in found}


def _recipient_ids(
    connection: Connection, names: Sequence[str], new_id: Callable[[], str]
) -> dict[str, str]:
    """Return the id of each address; who was never written to gets a new one."""
    query = select(recipients).where(recipients.c.address.in_(names))
    ids = {row.address: row.id for row in connection.execute(query)}
    new = [{"id": new_id(), "address": name} for name in names if name not in ids]
    if new:
        connection.execute(insert(recipients), new)
    return ids | {each["address"]: each["id"] for each in new}


def _new_row(issue_id: str, address: str, recipient_id: str) -> dict[str, object]:
    nothing: dict[str, object] = {
        "code": 0, "words": "", "tries": 0, "tried": "", "next_try": "", "variant": "",
    }  # fmt: skip
    return nothing | {
        "issue": issue_id,
        "address": address,
        "recipient_id": recipient_id,
        "state": State.QUEUED.value,
    }


def _left_out_or_queued(row: Delivery, reason: str) -> Delivery:
    if reason and row.state in {State.QUEUED, State.LEFT_OUT, State.DEFERRED}:
        same = row.state is State.LEFT_OUT and row.words == reason
        return row if same else row._replace(state=State.LEFT_OUT, words=reason, next_try="")
    if not reason and row.state is State.LEFT_OUT:
        return row._replace(state=State.QUEUED, words="")
    return row


def _delivery(row: Sequence[Any]) -> Delivery:
    """Return a row of `_COLUMNS`."""
    number, address, recipient_id, state, *others = row
    return Delivery(number, address or "", recipient_id, State(state), *others)
