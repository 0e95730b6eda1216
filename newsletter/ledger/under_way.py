"""Who is at work on the ledger: other processes see it, and copies of the file."""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from newsletter.ledger.rows import Database
from newsletter.ledger.tables import IS_ALIVE, NOW, workers


class AtWork(NamedTuple):
    """A process at work: on which issue, "" while it waits; seen so many seconds ago."""

    id: str
    name: str
    issue: str
    seconds_ago: float


@dataclass(frozen=True)
class UnderWay(Database):
    """That part of a ledger."""

    path: Path | None  # of a file
    worker: str

    def begin(
        self, issue_id: str, list_id: str = "", *, account: str = "", interval: float = 0
    ) -> None:
        """Mark that a send is under way, in the file itself: a copy without its journal says so.

        Who said no to another list than `list_id` is written to; of any list where there is none.
        """
        inode = str(self.path.stat().st_ino) if self.path else ""
        self.mark(issue_id, list=list_id, inode=inode, account=account, interval=interval)
        self._fold()

    def mark(self, issue_id: str = "", **said: str | float) -> None:
        """Mark this process as at work; it waits where no issue is named."""
        nothing = {"list": "", "inode": "", "account": "", "interval": 0, "is_to_stop": False}
        row = insert(workers).values(
            **nothing | said, id=self.worker, name=socket.gethostname(), seen=NOW, issue=issue_id
        )
        with self.changing() as connection:
            connection.execute(delete(workers).where(workers.c.id == self.worker))
            connection.execute(row)

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
            asked = asked.where(IS_ALIVE)
        return self.change(asked) > 0

    def is_to_stop(self) -> bool:
        """Tell whether this process was asked to stop."""
        query = select(workers.c.is_to_stop).where(workers.c.id == self.worker)
        return any(self.values(query))
