"""Who is at work on the ledger: other processes see it, and copies of the file."""

import secrets
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select, update

from newsletter.ledger.file import fold_journal
from newsletter.ledger.tables import NOW, workers


class AtWork(NamedTuple):
    """A process at work: on which issue, "" while it waits; seen so many seconds ago."""

    id: str
    name: str
    issue: str
    seconds_ago: float


@dataclass(frozen=True)
class UnderWay:
    """That part of a ledger. `errors` tells what the database cannot do in sentences."""

    path: Path
    engine: Engine
    errors: Callable[[], AbstractContextManager[None]]
    worker: str = field(default_factory=lambda: secrets.token_hex(8))

    def begin(self, issue_id: str, list_id: str = "") -> None:
        """Mark that a send is under way, in the file itself: a copy without its journal says so.

        Who said no to another list than `list_id` is written to; of any list where there is none.
        """
        self.mark(issue_id, list_id, inode=str(self.path.stat().st_ino))
        with self.errors():
            fold_journal(self.engine)

    def mark(self, issue_id: str = "", list_id: str = "", *, inode: str = "") -> None:
        """Mark this process as at work; it waits where no issue is named."""
        here = {"issue": issue_id, "list": list_id, "inode": inode}
        row = insert(workers).values(id=self.worker, name=socket.gethostname(), seen=NOW,
                                     is_to_stop=False, **here)  # fmt: skip
        with self.errors(), self.engine.begin() as connection:
            connection.execute(delete(workers).where(workers.c.id == self.worker))
            connection.execute(row)

    def end(self) -> None:
        """Take the mark away; all that is committed is in the file itself by then."""
        with self.errors():
            with self.engine.begin() as connection:
                connection.execute(delete(workers).where(workers.c.id == self.worker))
            fold_journal(self.engine)

    def at_work(self) -> list[AtWork]:
        """Return who is at work, or was when last seen, the latest first."""
        query = select(workers.c.id, workers.c.name, workers.c.issue, NOW - workers.c.seen)
        with self.errors(), self.engine.connect() as connection:
            return [
                AtWork(*row) for row in connection.execute(query.order_by(workers.c.seen.desc()))
            ]

    def ask_to_stop(self, issue_id: str) -> bool:
        """Ask the process that sends an issue to stop; return whether one does."""
        asked = update(workers).where(workers.c.issue == issue_id).values(is_to_stop=True)
        with self.errors(), self.engine.begin() as connection:
            return connection.execute(asked).rowcount > 0

    def is_to_stop(self) -> bool:
        """Tell whether this process was asked to stop."""
        query = select(workers.c.is_to_stop).where(workers.c.id == self.worker)
        with self.errors(), self.engine.connect() as connection:
            return bool(connection.scalar(query))
