"""Where it is kept who left, on the disk at once: in the ledger, or without, a file of tokens."""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import event

from newsletter.i18n import _, current_language, use_language
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import ANY_LIST, No
from newsletter.ledger.rows import LedgerError
from newsletter.ledger.states import utc_text
from newsletter.sending.unsubscribed import TO_ALL

Clock = Callable[[], datetime]
SOURCE = "unsubscribe page"
ASK, LEAVE, ALL, BACK = "", "leave", "all", "back"


class Asked(NamedTuple):
    """What someone asked for: by which token, whom it stands for on which list, and what."""

    token: str
    list_id: str
    recipient_id: str
    action: str


class InLedger:
    """Keeps it in the ledger, beside a send that may be running; `lists` are those of now."""

    actions = (LEAVE, ALL, BACK)  # what it can keep

    def __init__(
        self, ledger: Ledger, lists: Collection[str], *, has_several: bool, now: Clock
    ) -> None:
        self._said_no, self._lists, self._now = ledger.said_no, lists, now
        self._has_several = has_several  # else a no is to all, and so is back
        self._path = ledger.path
        if ledger.path:
            self._inode = ledger.path.stat().st_ino
            ledger.engine.dispose()  # what is open was opened without
            full = "PRAGMA synchronous = FULL"  # many share a commit: it costs little here
            event.listen(ledger.engine, "connect", lambda each, _record: each.execute(full))

    def keep(self, asked: Sequence[Asked]) -> int:
        """Note them in their order; return how many are unknown; raise if it cannot be noted."""
        # SQLite would write on to what has no name.
        if self._path and self._path.stat().st_ino != self._inode:
            message = _("the ledger {file} was replaced: restart newsletter serve")
            raise LedgerError(message.format(file=self._path.name))
        now = utc_text(self._now())
        marks = self._said_no.marks_of_ids({each.recipient_id for each in asked})
        known = [(marks[each.recipient_id], each) for each in asked if each.recipient_id in marks]
        # Those between two returns at once.
        for is_back, some in groupby(known, key=lambda pair: pair[1].action == BACK):
            if is_back:
                for mark, each in some:
                    is_one = self._has_several and each.list_id in self._lists
                    others = [name for name in self._lists if is_one and name != each.list_id]
                    self._said_no.bring_back(mark, now=now, except_to=others)
            else:
                self._said_no.add(No(mark, self._left(each), now, SOURCE) for mark, each in some)
        return len(asked) - len(known)

    def _left(self, asked: Asked) -> str:
        """Return the list that is left: all, where it has another name by now."""
        is_one = asked.action == LEAVE and asked.list_id in self._lists
        return asked.list_id if is_one else ANY_LIST


class InFile:
    """Keeps tokens in a file, each once on a line, "TIME TOKEN", for `newsletter unsubscribe`."""

    actions = (LEAVE, ALL)  # nobody comes back by a file: it may be years old when it is read

    def __init__(self, path: Path, *, now: Clock) -> None:
        self._path, self._now = path, now
        self._append(b"")  # or it is known at once that nothing can be kept
        lines = path.read_text("utf-8", "replace").splitlines()
        self._known = {line.partition(" ")[2] for line in lines}

    def keep(self, asked: Sequence[Asked]) -> int:
        """Append those that are not there, or raise `OSError`; none is unknown."""
        said = [each.token + (TO_ALL if each.action == ALL else "") for each in asked]
        new = [each for each in dict.fromkeys(said) if each not in self._known]
        if new:
            self._append("".join(f"{utc_text(self._now())} {each}\n" for each in new).encode())
            self._known.update(new)
        return 0

    def _append(self, lines: bytes) -> None:
        """Have lines on the disk; the file is opened each time, for someone may have moved it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        folder, file = os.open(self._path.parent, os.O_RDONLY), os.open(self._path, flags, 0o600)
        try:
            while lines:
                lines = lines[os.write(file, lines) :]
            os.fsync(file)
            os.fsync(folder)
        finally:
            os.close(file)
            os.close(folder)


Keeper = InLedger | InFile


class Together:
    """Has what many ask at the same time kept at once, so that a commit serves all of them."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        language = (current_language(),)  # of what could not be kept
        self._thread = ThreadPoolExecutor(1, initializer=use_language, initargs=language)
        self._one_at_a_time = asyncio.Lock()
        self._waiting: list[Asked] = []
        self._work: asyncio.Task[None] | None = None  # has those who wait kept
        self.unknown = 0

    async def keep(self, asked: Asked) -> None:
        """Return once it is on the disk; raise what kept it from there."""
        self._waiting.append(asked)
        if self._work is None:
            self._work = asyncio.create_task(self._keep_waiting())
        await asyncio.shield(self._work)  # others wait for it too, where whoever asked is gone

    async def _keep_waiting(self) -> None:
        async with self._one_at_a_time:
            some, self._waiting, self._work = self._waiting, [], None
            self.unknown += await asyncio.wrap_future(self._thread.submit(self._keeper.keep, some))
