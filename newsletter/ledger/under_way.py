"""The mark of a send that is under way: other processes, and copies of the file, see it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select, update

from newsletter.ledger.file import fold_journal
from newsletter.ledger.tables import under_way


@dataclass(frozen=True)
class UnderWay:
    """That part of a ledger. `errors` tells what the database cannot do in sentences."""

    path: Path
    engine: Engine
    errors: Callable[[], AbstractContextManager[None]]

    def begin(self, issue_id: str, list_id: str = "") -> None:
        """Mark that a send is under way, in the file itself: a copy without its journal says so.

        Who said no to another list than `list_id` is written to; of any list where there is none.
        """
        inode = str(self.path.stat().st_ino)
        here = {"issue": issue_id, "inode": inode, "is_to_stop": False, "list": list_id}
        with self.errors():
            with self.engine.begin() as connection:
                connection.execute(insert(under_way).values(here))
            fold_journal(self.engine)

    def end(self) -> None:
        """Take the mark away; all that is committed is in the file itself by then."""
        with self.errors():
            with self.engine.begin() as connection:
                connection.execute(delete(under_way))
            fold_journal(self.engine)

    def ask_to_stop(self, issue_id: str) -> bool:
        """Ask the process that sends an issue to stop; return whether one does."""
        asked = update(under_way).where(under_way.c.issue == issue_id).values(is_to_stop=True)
        with self.errors(), self.engine.begin() as connection:
            return connection.execute(asked).rowcount > 0

    def is_to_stop(self, issue_id: str) -> bool:
        """Tell whether a send was asked to stop."""
        query = select(under_way.c.is_to_stop).where(under_way.c.issue == issue_id)
        with self.errors(), self.engine.connect() as connection:
            return bool(connection.scalar(query))
