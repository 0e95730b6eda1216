"""A workspace's ledger moved into a shared one: several can be, each once.

It is marked before the copy, which is one transaction, and after it: whatever dies in between,
running it again goes on. From what was moved nothing is sent any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, case, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from newsletter.i18n import _
from newsletter.ledger import tables
from newsletter.ledger.frozen import COUNT_MORE
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import ADD, NOTE
from newsletter.ledger.rows import in_portions
from newsletter.problems.errors import NewsletterError
from newsletter.workspace import SETTINGS_FILE

# Who may have an issue is not to get it again: the later of these is the stronger.
_STRENGTH = {"left-out": 0, "queued": 1, "deferred": 2, "refused": 3, "attempting": 4,
             "uncertain": 5, "accepted": 6}  # fmt: skip
_AS_IT_STANDS = ("issues", "lists", "mailboxes", "schedules", "frozen_issues", "frozen_mails",
                 "frozen_pieces", "recipients")  # fmt: skip
Row = Mapping[str, Any]


@dataclass
class Moved:
    """How many messages came; how many both ledgers knew; of how many this one knew more."""

    messages: int = 0
    both: int = 0
    stronger: int = 0


def refuse_moved(ledger: Ledger) -> None:
    """Raise where the ledger in a file moves to another, or has moved."""
    with ledger.reading() as connection:
        move = connection.execute(select(tables.moves.c.url, tables.moves.c.is_done)).first()
    if move is None:
        return
    message, hint = _("this ledger was moved to {url}"), _("add to {file}: ledger: {url}")
    if not move.is_done:
        message = _("this ledger is being moved to {url}")
        hint = _("to go on, run: newsletter ledger move --to {url}")
    hint = hint.format(url=move.url, file=SETTINGS_FILE)
    raise NewsletterError(message.format(url=move.url), hint=hint)


def move(source: Ledger, target: Ledger, url: str) -> Moved:
    """Move a ledger in a file, nothing of which is under way, to the one at `url`, once."""
    assert target.claims is not None  # noqa: S101 - it is a shared one
    name = source.said_no.mark_of("")  # by its key, as no other
    with source.changing() as connection:
        before = connection.execute(select(tables.moves)).first()
        if before is None:
            connection.execute(insert(tables.moves).values(ledger=name, url=url, is_done=False))
    if before is not None and (before.is_done or before.url != url):
        refuse_moved(source)
    moved = Moved()
    with target.claims.alone() as there, source.reading() as here:
        if there.execute(select(tables.moves).where(tables.moves.c.ledger == name)).first() is None:
            target.claims.number_alone(there)
            moved = _Copy(here, there, target).run()
            there.execute(insert(tables.moves).values(ledger=name, url="", is_done=True))
    with source.changing() as connection:
        connection.execute(update(tables.moves).values(is_done=True))
    return moved


class _Copy:
    """The copy of a ledger, from one connection to another's transaction."""

    def __init__(self, here: Connection, there: Connection, target: Ledger) -> None:
        self._here, self._there, self._target = here, there, target
        self._moved = Moved()
        self._marks: dict[str, str] = {}

    def run(self) -> Moved:
        self._translate_marks()
        for table in map(tables.metadata.tables.__getitem__, _AS_IT_STANDS):
            self._add(table, self._rows(table))
        nos = list(self._rows(tables.said_no))
        self._add(tables.said_no, (row for row in nos if row["back"]))
        self._execute(ADD, ({**row, "back": ""} for row in nos if not row["back"]))
        self._execute(NOTE, self._rows(tables.returns))
        self._execute(COUNT_MORE, self._rows(tables.audience_totals))
        self._add_deliveries()
        return self._moved

    def _rows(self, table: Table) -> Iterator[Row]:
        """Yield what a table holds, each person under the mark that they have there."""
        for row in self._here.execute(select(table)).mappings():
            mark = {"mark": self._marks.get(row["mark"], row["mark"])} if "mark" in row else {}
            yield {**row, **mark}

    def _execute(self, statement: Any, rows: Iterator[Row]) -> None:
        for some in in_portions(rows):
            self._there.execute(statement, some)

    def _add(self, table: Table, rows: Iterator[Row]) -> None:
        self._execute(upsert(table).on_conflict_do_nothing(), rows)

    def _translate_marks(self) -> None:
        """Have each person one mark, though marks are made with another key there.

        Whose address is known in neither stays under a mark of our key, which is kept for it.
        """
        key = self._here.execute(select(tables.keys.c.value)).scalar_one()
        for connection in (self._here, self._there):
            known = tables.recipients.c.address
            for address in connection.scalars(select(known).where(known.is_not(None))):
                ours = tables.mark_by(bytes.fromhex(key), address)
                self._marks[ours] = self._target.said_no.mark_of(address)
        self._add(tables.older_keys, iter([{"value": key}]))

    def _add_deliveries(self) -> None:
        first = self._there.scalar(select(func.max(_THEIRS.number))) or 0
        values = {row["number"]: row for row in self._rows(tables.merge_values)}
        for some in in_portions(self._rows(tables.deliveries)):
            ours = [{**row, "number": first + row["number"]} for row in some]
            taken = self._there.execute(_IF_STRONGER, ours).all()
            new = sum(row.number > first for row in taken)
            self._moved.messages += len(some)
            self._moved.both += len(some) - new
            self._moved.stronger += len(taken) - new
            before = {(row["issue"], row["address"]): row["number"] for row in some}
            kept = [
                {**values[before[issue, address]], "number": number}
                for number, issue, address in taken
                if before[issue, address] in values
            ]
            self._add(tables.merge_values, iter(kept))


_THEIRS, _OURS = tables.deliveries.c, upsert(tables.deliveries)
_IF_STRONGER = _OURS.on_conflict_do_update(
    index_elements=["issue", "address"],
    set_={each.name: each for each in _OURS.excluded if not each.primary_key},
    where=case(_STRENGTH, value=_OURS.excluded.state) > case(_STRENGTH, value=_THEIRS.state),
).returning(_THEIRS.number, _THEIRS.issue, _THEIRS.address)
