"""Changes to the ledger while messages leave: many threads, one connection, as few commits as do.

What is committed survives the death of the process. Against a power cut it is written through to
the disk as well, unless the last such was less than 10 ms ago: eighty messages a second are all
safe; of two thousand, a power cut may forget the last thirty, who would then get the issue twice.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, PoolProxiedConnection

from newsletter.ledger.claims import ServerRows
from newsletter.ledger.rows import NOTE_ROW
from newsletter.ledger.states import Delivery, State

_WRITE_THROUGH_SECONDS = 0.01
_HURRY_SECONDS = 0.012  # as soon as this after the last, messages do not wait for it: 7 of 100 ms
# What waits for others is at most so late for it. SQLite commits in less than the least.
MIN_GATHERING_SECONDS, MAX_GATHERING_SECONDS = 0.0002, 0.002
# An attempt is noted, and made, unless its recipient has said no since the send began.
_NOTE_ATTEMPT = f"""{NOTE_ROW} AND NOT EXISTS (
  SELECT 1 FROM said_no JOIN recipients USING (mark)
  LEFT JOIN workers ON workers.issue = deliveries.issue
  WHERE recipients.id = deliveries.recipient_id AND said_no.back = ''
  AND ('' IN (coalesce(workers.list, ''), said_no.list) OR said_no.list = workers.list))
"""  # noqa: S608


class FileRows:
    """The rows of the ledger in `path`.

    The driver runs the statement: to have SQLAlchemy say it each time takes 0.2 of the 0.5 ms that
    a message takes (measured 2026-11).
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self._path = path
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
        self._journal: int | None = None  # its file's descriptor
        self._written_through = 0.0
        self._disk = ThreadPoolExecutor(1)
        self._through: Future[None] | None = None

    def write(self, changes: Sequence[Delivery]) -> frozenset[int]:
        """Commit some, to the disk; return the numbers of attempts that are not noted."""
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        driver = self._connection.driver_connection
        if driver is None:
            raise sqlite3.ProgrammingError
        attempts = [each for each in changes if each.state is State.ATTEMPTING]
        others = [each for each in changes if each.state is not State.ATTEMPTING]
        with driver:  # commits, or rolls back
            driver.executemany(NOTE_ROW, [each._asdict() for each in others])
            noted = [driver.execute(_NOTE_ATTEMPT, each._asdict()).rowcount for each in attempts]
        self._write_through()
        return frozenset(each.number for each, n in zip(attempts, noted, strict=True) if n == 0)

    def _write_through(self) -> None:
        """Have the disk take what is committed, unless it has a moment ago.

        Not by SQLite's `synchronous = FULL`: messages leave meanwhile. To open and close the
        journal beside it does no harm: its locks are on other files ("How To Corrupt An SQLite
        Database File", 2.2).
        """
        now = time.monotonic()
        seconds = now - self._written_through
        if seconds < _WRITE_THROUGH_SECONDS:
            return
        self._written_through = now
        if self._journal is None:
            self._journal = os.open(f"{self._path}-wal", os.O_RDWR)
        if self._through is not None:
            self._through.result()
        self._through = self._disk.submit(os.fsync, self._journal)
        if seconds > _HURRY_SECONDS:
            self._through.result()

    def close(self) -> None:
        """Close the connection."""
        self._disk.shutdown()
        if self._journal is not None:
            os.close(self._journal)
        if self._connection is not None:
            self._connection.close()


@dataclass
class _Ticket:
    """Changes that wait for a commit, and what came of it."""

    changes: Sequence[Delivery]
    done: bool = False
    not_noted: frozenset[int] = frozenset()
    error: BaseException | None = None


class Writer:
    """Notes rows of the ledger; threads may share it."""

    def __init__(
        self, rows: FileRows | ServerRows, errors: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._rows = rows
        self._errors = errors
        self._waiting: list[_Ticket] = []
        self._came = threading.Condition()
        self._is_writing = False
        self._took_seconds = 0.0  # the last commit
        self._expected = 1  # how many threads come at about the same time
        self.close = rows.close

    def record(self, changes: Sequence[Delivery]) -> frozenset[int]:
        """Note rows as they are now, durably; return when they are on the disk.

        The numbers of attempts that were not noted are returned: their recipients said no. Threads
        that come meanwhile share one commit. Raises `LedgerError` where they could not be written,
        or not through to the disk.
        """
        if not changes:
            return frozenset()
        ticket, leads = _Ticket(changes), False
        with self._came:
            self._waiting.append(ticket)
            if self._is_writing:
                self._came.notify_all()
            self._came.wait_for(lambda: ticket.done or not self._is_writing)
            if not ticket.done:
                self._is_writing = leads = True
        if leads:
            self._commit()
        if ticket.error is not None:
            raise ticket.error
        return ticket.not_noted

    def _commit(self) -> None:
        tickets, error, not_noted = list[_Ticket](), None, frozenset[int]()
        try:
            tickets = self._gathered()
            start = time.monotonic()
            with self._errors():
                not_noted = self._rows.write([row for each in tickets for row in each.changes])
            self._took_seconds = time.monotonic() - start
        except BaseException as met:
            error = met
            raise
        finally:
            with self._came:
                self._expected = len(tickets) + len(self._waiting)
                self._is_writing = False
                for each in tickets:
                    each.done, each.error, each.not_noted = True, error, not_noted
                if self._expected > 1:
                    self._came.notify_all()

    def _gathered(self) -> list[_Ticket]:
        """Return those that share the next commit.

        Where one is dear, those who came together the last time are waited for, or two would
        commit in turns, and each wait for the other's.
        """
        seconds = min(self._took_seconds / 2, MAX_GATHERING_SECONDS)
        with self._came:
            if seconds > MIN_GATHERING_SECONDS:
                self._came.wait_for(lambda: len(self._waiting) >= self._expected, seconds)
            tickets, self._waiting = self._waiting, []
        return tickets
