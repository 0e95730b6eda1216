"""What a send needs, frozen before its first message: delivery reads it alone; and its hour."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite reads it too

from newsletter.ledger import tables
from newsletter.ledger.rows import DELIVERY_COLUMNS, Database, delivery_of, in_portions, of_list
from newsletter.ledger.states import Delivery, State, utc_text
from newsletter.ledger.tables import deliveries, frozen_issues, issues, merge_values, schedules
from newsletter.values.audiences import Audience

FORMAT = "2"  # of what is frozen: whoever does not know it must not send it
_ROWS_AT_ONCE = 500
# Returns what makes a mail again in JSON, given what takes a long piece for a name.
Freeze = Callable[[Callable[[bytes], str]], str]
Due = tuple[Delivery, Mapping[str, str] | None]  # with its merge values; None where erased
_ENDED = (State.ACCEPTED, State.LEFT_OUT)
_OF_DELIVERY = merge_values.c.number == deliveries.c.number
_NEW = insert(tables.audience_totals)
COUNT_MORE = _NEW.on_conflict_do_update(
    index_elements=["issue", "list_name", "audience"],
    set_={"accepted": tables.audience_totals.c.accepted + _NEW.excluded.accepted},
)


def due_of(found: Sequence[Any]) -> Due:
    """Return what is found in `DELIVERY_COLUMNS` and a column of values."""
    *row, content = found
    return delivery_of(row), content and json.loads(content)


class FrozenSends(Database):
    """The frozen part of a ledger."""

    def freeze(
        self, issue_id: str, list_name: str, content: Mapping[str, str], mails: Mapping[str, Freeze]
    ) -> None:
        """Keep what a list is sent; mails of before stay, for some may still wait for them.

        `mails` are by the names of their variants.
        """
        of_it = of_list(issue_id, list_name, frozen_issues)
        said = json.dumps({"format": FORMAT, **content})
        row = {"issue": issue_id, "list_name": list_name, "content": said}
        with self.changing() as connection:
            connection.execute(sa.delete(frozen_issues).where(of_it))
            before = sa.delete(tables.frozen_mails).where(tables.frozen_mails.c.issue == issue_id)
            connection.execute(before.where(tables.frozen_mails.c.variant.in_(mails)))
            connection.execute(insert(frozen_issues).values(row))
            known = set[str]()

            def keep(piece: bytes) -> str:
                digest = hashlib.sha256(piece).hexdigest()
                if digest not in known:
                    known.add(digest)
                    kept = {"issue": issue_id, "digest": digest, "content": piece}
                    connection.execute(insert(tables.frozen_pieces).on_conflict_do_nothing(), kept)
                return digest

            for variant, frozen in mails.items():
                mail = {"issue": issue_id, "variant": variant, "content": frozen(keep)}
                connection.execute(insert(tables.frozen_mails).values(mail))

    def lists(self, issue_id: str) -> list[str]:
        """Return the lists for which something is frozen of an issue and waits."""
        waits = deliveries.c.state.not_in(_ENDED) & (deliveries.c.issue == issue_id)
        waiting = frozen_issues.c.list_name.in_(sa.select(deliveries.c.list_name).where(waits))
        query = sa.select(frozen_issues.c.list_name).filter_by(issue=issue_id)
        return list(self.values(query.where(waiting)))

    def content(self, issue_id: str, list_name: str) -> Mapping[str, str] | None:
        """Return what an issue is sent to a list as, None where nothing is frozen."""
        query = sa.select(frozen_issues.c.content).filter_by(issue=issue_id, list_name=list_name)
        return next(map(json.loads, self.values(query)), None)

    def mail(self, issue_id: str, variant: str) -> str:
        """Return a mail as it was frozen."""
        query = sa.select(tables.frozen_mails.c.content).filter_by(issue=issue_id, variant=variant)
        [content] = self.values(query)
        return str(content)

    def piece(self, issue_id: str, digest: str) -> bytes:
        """Return a long piece of a mail."""
        query = sa.select(tables.frozen_pieces.c.content).filter_by(issue=issue_id, digest=digest)
        [content] = self.values(query)
        return bytes(content)

    def due(self, issue_id: str, list_name: str) -> Iterator[Due]:
        """Yield the deliveries to a list that have not ended, in the order of their making.

        Some at a time: a reader that stays keeps the journal from being folded in.
        """
        waits = of_list(issue_id, list_name) & deliveries.c.state.not_in(_ENDED)
        query = sa.select(*DELIVERY_COLUMNS, merge_values.c.content).where(waits)
        query = query.outerjoin(merge_values, _OF_DELIVERY).order_by(deliveries.c.number)
        query, last = query.limit(_ROWS_AT_ONCE), 0
        while found := self.found(query.where(deliveries.c.number > last)):
            yield from map(due_of, found)
            last = found[-1].number

    def audiences(self, issue_id: str) -> Iterator[tuple[int, State, str, Audience]]:
        """Yield how many deliveries are in a state, by list and what recipients are, if known."""
        totals = tables.audience_totals
        erased = sa.select(totals.c.accepted, sa.literal(State.ACCEPTED.value), totals.c.list_name,
                        totals.c.audience).where(totals.c.issue == issue_id)  # fmt: skip
        there = _counted(deliveries.c.state).where(deliveries.c.issue == issue_id)
        for count, state, list_name, audience in (*self.found(erased), *self.found(there)):
            yield count, State(state), list_name, json.loads(audience)

    def audience_of_each(self, issue_id: str) -> dict[int, Audience]:
        """Return what recipients of an issue are, by number of the delivery, where it is known."""
        columns = merge_values.c.number, merge_values.c.audience
        query = sa.select(*columns).where(_OF_DELIVERY, deliveries.c.issue == issue_id)
        return {number: json.loads(said) for number, said in self.found(query)}

    def close(self, issue_id: str) -> int:
        """Erase what is frozen of an issue; return of how many deliveries. None can be resumed."""
        with self.changing() as connection:
            for table in (frozen_issues, tables.frozen_mails, tables.frozen_pieces):
                connection.execute(sa.delete(table).where(table.c.issue == issue_id))
            return _erase_values(connection, deliveries.c.issue == issue_id)

    def erase_ended(self, before: str) -> None:
        """Erase what is frozen for those to whom nothing more is sent, by now or `before`."""
        old = sa.select(issues.c.issue).where(issues.c.begun < before)
        is_over = deliveries.c.state.in_(_ENDED) | deliveries.c.issue.in_(old)
        waiting = sa.select(deliveries.c.issue).join(merge_values, _OF_DELIVERY)
        with self.changing() as connection:
            _erase_values(connection, is_over)
            for table in (frozen_issues, tables.frozen_mails, tables.frozen_pieces):
                connection.execute(sa.delete(table).where(table.c.issue.not_in(waiting)))


def _erase_values(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> int:
    """Erase the values of some deliveries; counts by audience stay. Others may do so meanwhile."""
    numbers = sa.select(merge_values.c.number).join(deliveries, _OF_DELIVERY).where(condition)
    found = connection.scalars(numbers.with_for_update(of=merge_values, skip_locked=True)).all()
    for some in in_portions(found):
        accepted = deliveries.c.number.in_(some) & (deliveries.c.state == State.ACCEPTED)
        counts = connection.execute(_counted(deliveries.c.issue).where(accepted))
        keys = ("accepted", "issue", "list_name", "audience")
        for row in sorted(counts, key=itemgetter(1, 2, 3)):  # in one order, or two might lock up
            connection.execute(COUNT_MORE, dict(zip(keys, row, strict=True)))
        connection.execute(sa.delete(merge_values).where(merge_values.c.number.in_(some)))
    return len(found)


def _counted(first: sa.ColumnElement[str]) -> sa.Select[int, str, str, str]:
    """Return how many deliveries whose values are there have the same `first`, list, audience."""
    columns = first, deliveries.c.list_name, merge_values.c.audience
    return sa.select(sa.func.count(), *columns).join(merge_values, _OF_DELIVERY).group_by(*columns)


class Schedule(NamedTuple):
    """When an issue leaves for a list, and until when it may; who said so, and in which words.

    `tried` is the last attempt so far, "" where nothing has left. `missed` says that whoever
    scheduled it was told that it was too late.
    """

    issue: str
    list_name: str
    due: datetime
    until: datetime
    said: str
    by_whom: str
    missed: bool = False
    tried: str = ""

    @property
    def too_late_after(self) -> datetime:
        """When it does not leave by itself any more: as long after the last attempt as before."""
        if not self.tried:
            return self.until
        return max(self.until, datetime.fromisoformat(self.tried) + (self.until - self.due))


class Schedules(Database):
    """That part of a ledger."""

    def add(self, schedule: Schedule) -> None:
        """Note when what is frozen leaves."""
        hours = {"due": utc_text(schedule.due), "until": utc_text(schedule.until)}
        row = {**schedule._asdict(), **hours}
        del row["tried"]
        self.change(insert(schedules).values(row))

    def of(self, issue_id: str | None = None) -> list[Schedule]:
        """Return what is scheduled of an issue, or of all, the first to leave first."""
        of_it = deliveries.c.issue == schedules.c.issue
        of_it &= deliveries.c.list_name == schedules.c.list_name
        tried = sa.select(sa.func.max(deliveries.c.tried)).where(of_it).scalar_subquery()
        query = sa.select(schedules, tried).order_by(schedules.c.due)
        if issue_id is not None:
            query = query.where(schedules.c.issue == issue_id)
        read = datetime.fromisoformat
        return [
            Schedule(issue, list_name, read(due), read(until), said, by_whom, missed, last or "")
            for issue, list_name, due, until, said, by_whom, missed, last in self.found(query)
        ]

    @contextmanager
    def missing(self, schedule: Schedule) -> Iterator[bool]:
        """Note that it was too late, once what is done meanwhile is done; False where it was."""
        now_missed = sa.update(schedules).where(_of(schedule), schedules.c.missed.is_(False))
        with self.changing() as connection:
            yield connection.execute(now_missed.values(missed=True)).rowcount > 0

    def end(self, schedule: Schedule, *, once_done: bool = False) -> None:
        """Have it leave by itself no more; what is frozen stays. `once_done`: if nobody waits."""
        waits = _of(schedule, deliveries) & deliveries.c.state.in_((State.QUEUED, State.ATTEMPTING))
        ended = sa.delete(schedules).where(_of(schedule))
        if once_done:
            ended = ended.where(~sa.exists(sa.select(deliveries.c.number).where(waits)))
        self.change(ended)

    def cancel(self, schedule: Schedule) -> bool:
        """End it; erase what is frozen for it unless a message has left; return whether it is."""
        its = _of(schedule, deliveries)
        untouched = its & deliveries.c.state.in_((State.QUEUED, State.LEFT_OUT))
        untouched &= deliveries.c.tries == 0
        numbers = sa.select(deliveries.c.number).where(untouched)
        unsent = issues.c.issue.not_in(sa.select(deliveries.c.issue))
        self.end(schedule)
        with self.reading() as connection:
            connection.execute(sa.delete(merge_values).where(merge_values.c.number.in_(numbers)))
            connection.execute(sa.delete(deliveries).where(untouched))
            if connection.scalar(sa.select(sa.func.count()).where(its)):
                return False  # and what was erased is there again
            connection.execute(sa.delete(frozen_issues).where(_of(schedule, frozen_issues)))
            connection.execute(sa.delete(issues).where(issues.c.issue == schedule.issue, unsent))
            connection.commit()
        return True


def _of(schedule: Schedule, table: sa.Table = schedules) -> sa.ColumnElement[bool]:
    return of_list(schedule.issue, schedule.list_name, table)
