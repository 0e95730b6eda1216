"""Rows of the ledger made and found: who is noted for an issue, and with what."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from newsletter.ledger.states import Delivery, State
from newsletter.ledger.tables import deliveries, merge_values, recipients
from newsletter.problems.errors import NewsletterError

Value = TypeVar("Value")
DELIVERY_COLUMNS = [deliveries.c[name] for name in Delivery._fields]
ROWS_AT_ONCE = 1000
_JSON = json.JSONEncoder(ensure_ascii=False).encode
# All but whose it is.
NOTE_ROW = f"""
UPDATE deliveries SET {", ".join(f"{name} = :{name}" for name in Delivery._fields[3:])}
WHERE number = :number
"""  # noqa: S608


class LedgerError(NewsletterError):
    """The ledger cannot be read, or written."""


@dataclass(frozen=True)
class Database:
    """The database of a ledger. `errors` tells what it cannot do in sentences."""

    engine: sa.Engine
    errors: Callable[[], AbstractContextManager[None]]

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection; what is changed over it is undone, unless it is committed."""
        with self.errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """Give a transaction, committed at the end."""
        with self.errors(), self.engine.begin() as connection:
            yield connection

    def found(self, query: sa.Executable) -> Sequence[Any]:
        """Return the rows that a query finds."""
        with self.reading() as connection:
            return connection.execute(query).all()

    def values(self, query: sa.Select[Value]) -> Sequence[Value]:
        """Return the first value of each row that a query finds."""
        with self.reading() as connection:
            return connection.scalars(query).all()

    def change(self, statement: sa.Executable) -> int:
        """Make one change; return of how many rows."""
        with self.changing() as connection:
            return connection.execute(statement).rowcount


class Person(NamedTuple):
    """Someone to be noted: their address in lower case, and why they are left out, "" if not.

    `variant` is the mail that they get, `values` what its merge fields say to them, `audience` what
    they are; `list_name` is the list that they are written to by.
    """

    address: str
    reason: str = ""
    variant: str = ""
    values: Mapping[str, str] | None = None
    list_name: str = ""
    audience: Mapping[str, Sequence[str]] | None = None


def in_portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield values by the hundreds: a members file may have 100,000."""
    left = iter(values)
    while portion := list(islice(left, ROWS_AT_ONCE)):
        yield portion


def of_list(
    issue_id: str, list_name: str | None, table: sa.Table = deliveries
) -> sa.ColumnElement[bool]:
    """Return what holds for the rows of an issue, of one list or, of None, of any."""
    of_issue = table.c.issue == issue_id
    return of_issue if list_name is None else of_issue & (table.c.list_name == list_name)


def rows_of(
    connection: sa.Connection, issue_id: str, addresses: Sequence[str], *, is_locked: bool = False
) -> dict[str, Delivery]:
    """Return the rows of some addresses, by address; locked until the end if they are to change."""
    theirs = of_list(issue_id, None) & deliveries.c.address.in_(addresses)
    query = sa.select(*DELIVERY_COLUMNS).where(theirs)
    if is_locked:
        query = query.order_by(deliveries.c.number).with_for_update()
    return {each.address: each for each in map(delivery_of, connection.execute(query))}


def note(
    connection: sa.Connection,
    issue_id: str,
    people: Sequence[Person],
    new_id: Callable[[], str],
    mark_of: Callable[[str], str],
) -> None:
    """Give each a row, and their values, where they are still to be written to.

    A row that was left out is queued once the reason is gone, and the other way round while nothing
    was tried. What was accepted stays as it is.
    """
    known = rows_of(connection, issue_id, [each.address for each in people], is_locked=True)
    new = [each for each in people if each.address not in known]
    ids = _recipient_ids(connection, {mark_of(each.address): each.address for each in new}, new_id)
    last = connection.scalar(sa.select(sa.func.max(deliveries.c.number))) or 0
    queued = {
        each.address: Delivery(number, each.address, ids[each.address])
        for number, each in enumerate(new, last + 1)
    }
    before = known | queued
    rows = {each.address: _as_now(before[each.address], each) for each in people}
    made = [{**rows[each]._asdict(), "issue": issue_id} for each in queued]
    changed = [row._asdict() for each, row in rows.items() if each in known and row != known[each]]
    if made:
        connection.execute(sa.insert(deliveries), made)
    if changed:
        connection.execute(sa.text(NOTE_ROW), changed)
    # What was accepted is counted before it is erased, at the end of the send.
    waiting = [row.number for row in known.values() if row.state is not State.ACCEPTED]
    connection.execute(sa.delete(merge_values).where(merge_values.c.number.in_(waiting)))
    kept = [
        {"number": row.number, "content": _JSON(who.values), "audience": _JSON(who.audience or {})}
        for row, who in zip(rows.values(), people, strict=True)
        if who.values is not None and row.state not in {State.ACCEPTED, State.LEFT_OUT}
    ]
    if kept:
        connection.execute(sa.insert(merge_values), kept)


def _recipient_ids(
    connection: sa.Connection, marks: Mapping[str, str], new_id: Callable[[], str]
) -> dict[str, str]:
    """Return the id of each address, which `marks` stand for; who was never known gets a new one.

    Who was, and whose address was erased since, has the old one again: their links still mean them.
    """
    query = sa.select(recipients.c.mark, recipients.c.id, recipients.c.address)
    found = connection.execute(query.where(recipients.c.mark.in_(marks))).all()
    ids = {marks[row.mark]: row.id for row in found}
    erased = [{"key": row.id, "now": marks[row.mark]} for row in found if row.address is None]
    if erased:
        by_id = sa.update(recipients).where(recipients.c.id == sa.bindparam("key"))
        connection.execute(by_id.values(address=sa.bindparam("now")), erased)
    new = [
        {"id": new_id(), "address": name, "mark": mark}
        for mark, name in marks.items()
        if name not in ids
    ]
    if new:
        connection.execute(sa.insert(recipients), new)
    return ids | {each["address"]: each["id"] for each in new}


def _as_now(row: Delivery, person: Person) -> Delivery:
    """Return a row as it is to be now that it is known whether its recipient is left out."""
    row = row._replace(list_name=person.list_name)
    if person.reason and row.state in {State.QUEUED, State.LEFT_OUT, State.DEFERRED}:
        return row._replace(state=State.LEFT_OUT, code=0, words=person.reason, next_try="")
    if person.reason or row.state is State.ACCEPTED:
        return row
    if row.state is State.LEFT_OUT:
        row = row._replace(state=State.QUEUED, words="")
    return row._replace(variant=person.variant)


def delivery_of(row: Sequence[Any]) -> Delivery:
    """Return a row of `DELIVERY_COLUMNS`."""
    number, address, recipient_id, state, *others = row
    return Delivery(number, address or "", recipient_id, State(state), *others)
