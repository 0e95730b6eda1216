"""What is to leave by itself, and when: a row stands until nobody waits for it any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, delete, exists, func, insert, select, update

from newsletter.ledger.rows import Database, of_list
from newsletter.ledger.states import State, utc_text
from newsletter.ledger.tables import deliveries, frozen_issues, issues, merge_values, schedules


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
        tried = select(func.max(deliveries.c.tried)).where(of_it).scalar_subquery()
        query = select(schedules, tried).order_by(schedules.c.due)
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
        now_missed = update(schedules).where(_of(schedule), schedules.c.missed.is_(False))
        with self.changing() as connection:
            yield connection.execute(now_missed.values(missed=True)).rowcount > 0

    def end(self, schedule: Schedule, *, once_done: bool = False) -> None:
        """Have it leave by itself no more; what is frozen stays. `once_done`: if nobody waits."""
        waits = _of(schedule, deliveries) & deliveries.c.state.in_((State.QUEUED, State.ATTEMPTING))
        ended = delete(schedules).where(_of(schedule))
        if once_done:
            ended = ended.where(~exists(select(deliveries.c.number).where(waits)))
        self.change(ended)

    def cancel(self, schedule: Schedule) -> bool:
        """End it; erase what is frozen for it unless a message has left; return whether it is."""
        its = _of(schedule, deliveries)
        untouched = its & deliveries.c.state.in_((State.QUEUED, State.LEFT_OUT))
        untouched &= deliveries.c.tries == 0
        numbers = select(deliveries.c.number).where(untouched)
        unsent = issues.c.issue.not_in(select(deliveries.c.issue))
        self.end(schedule)
        with self.reading() as connection:
            connection.execute(delete(merge_values).where(merge_values.c.number.in_(numbers)))
            connection.execute(delete(deliveries).where(untouched))
            if connection.scalar(select(func.count()).where(its)):
                return False  # and what was erased is there again
            connection.execute(delete(frozen_issues).where(_of(schedule, frozen_issues)))
            connection.execute(delete(issues).where(issues.c.issue == schedule.issue, unsent))
            connection.commit()
        return True


def _of(schedule: Schedule, table: Table = schedules) -> ColumnElement[bool]:
    return of_list(schedule.issue, schedule.list_name, table)
