"""Who said no: the table that is the truth about it, whatever becomes of addresses and files.

A person stands there by a mark, an HMAC of their address under a key of the ledger's own: it tells
whether an address said no, and outlives the erasure of the address itself (SECURITY.md).
"""

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, insert, inspect, select, update

from newsletter.ledger.rows import in_portions
from newsletter.ledger.tables import keys, lists, recipients, said_no

ANY_LIST = ""  # of whoever said no without saying to what


class No(NamedTuple):
    """Someone who said no: their mark, to which list, when, where that stood; when they came back.

    "" is the time of whoever has not.
    """

    mark: str
    list_id: str
    since: str
    source: str
    back: str = ""


@dataclass(frozen=True)
class SaidNo:
    """That part of a ledger. `errors` tells what the database cannot do in sentences."""

    engine: Engine
    errors: Callable[[], AbstractContextManager[None]]

    @cached_property
    def _version(self) -> int:
        """The first version that had the table as it is here: an older ledger may be read; 1: none.

        The second knew of nobody who came back.
        """
        schema = inspect(self.engine)
        if not schema.has_table(said_no.name):
            return 1
        return 2 + any(each["name"] == "back" for each in schema.get_columns(said_no.name))

    @cached_property
    def _key(self) -> bytes:
        if self._version == 1:
            return secrets.token_bytes(32)  # of no use beyond this process, nor needed there
        with self.errors(), self.engine.connect() as connection:
            return bytes.fromhex(connection.execute(select(keys.c.value)).scalar_one())

    def mark_of(self, address: str) -> str:
        """Return what stands for an address, typed in whatever case."""
        return hmac.digest(self._key, address.casefold().encode(), "sha256").hex()

    def marks_of_ids(self, recipient_ids: Collection[str]) -> Mapping[str, str]:
        """Return the marks of those whom ids stand for; who is unknown has none."""
        column = recipients.c.mark if self._version > 1 else recipients.c.address
        found: dict[str, str] = {}
        with self.errors(), self.engine.connect() as connection:
            for some in in_portions(sorted(recipient_ids)):
                query = select(recipients.c.id, column).where(recipients.c.id.in_(some))
                found |= {row[0]: row[1] for row in connection.execute(query) if row[1]}
        if self._version > 1:
            return found
        return {name: self.mark_of(address) for name, address in found.items()}

    def marks(self, list_id: str = ANY_LIST) -> frozenset[str]:
        """Return the marks of those who said no to a list, or to all; of everyone for any list."""
        if self._version == 1:
            return frozenset()
        query = select(said_no.c.mark)
        if list_id != ANY_LIST:
            query = query.where(said_no.c.list.in_((list_id, ANY_LIST)))
        if self._version > 2:
            query = query.where(said_no.c.back == "")
        with self.errors(), self.engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def of(self, address: str) -> list[No]:
        """Return to what someone said no."""
        if self._version == 1:
            return []
        columns = [said_no.c.mark, said_no.c.list, said_no.c.since, said_no.c.source]
        if self._version > 2:
            columns.append(said_no.c.back)
        query = select(*columns).where(said_no.c.mark == self.mark_of(address))
        with self.errors(), self.engine.connect() as connection:
            return [No(*row) for row in connection.execute(query)]

    def came_back(self, source: str) -> Collection[tuple[str, str]]:
        """Return who said no in a file, by mark and list, and came back since."""
        if self._version < 3:
            return ()
        query = select(said_no.c.mark, said_no.c.list)
        query = query.where(said_no.c.source == source, said_no.c.back != "")
        with self.errors(), self.engine.connect() as connection:
            return {(mark, list_id) for mark, list_id in connection.execute(query)}

    def lists(self) -> list[str]:
        """Return every list that was written to since there are such notes."""
        with self.errors(), self.engine.connect() as connection:
            return list(connection.scalars(select(lists.c.name)))

    def note_list(self, name: str) -> None:
        """Note that a list is written to: its links are read as long as the ledger is there."""
        if name not in self.lists():
            with self.errors(), self.engine.begin() as connection:
                connection.execute(insert(lists).values(name=name))

    def add(self, nos: Iterable[No]) -> int:
        """Note who said no; return how many were not known to have.

        A no of before one came back counts no more; a later one counts anew.
        """
        new = 0
        with self.errors(), self.engine.begin() as connection:
            for some in in_portions(nos):
                asked = select(said_no.c.mark, said_no.c.list, said_no.c.back).where(
                    said_no.c.mark.in_([each.mark for each in some])
                )
                known = {(mark, list_id): back for mark, list_id, back in connection.execute(asked)}
                rows = {(each.mark, each.list_id): each for each in some}
                added = [_as_row(each) for key, each in rows.items() if key not in known]
                anew = [
                    _as_row(each) | {"its_mark": each.mark, "its_list": each.list_id}
                    for key, each in rows.items()
                    if known.get(key) and each.since >= known[key]
                ]
                if added:
                    connection.execute(insert(said_no), added)
                if anew:
                    connection.execute(_ANEW, anew)
                new += len(added) + len(anew)
        return new

    def bring_back(self, mark: str, *, now: str, except_to: Collection[str] = ()) -> None:
        """Note that someone came back, by their own link: to all but some lists.

        To those they have said no, if they had to all.
        """
        theirs = (said_no.c.mark == mark) & (said_no.c.back == "")
        query = select(said_no.c.since, said_no.c.source)
        with self.errors(), self.engine.connect() as connection:
            to_all = connection.execute(query.where(theirs, said_no.c.list == ANY_LIST)).first()
        if to_all is not None:
            self.add(No(mark, each, *to_all) for each in except_to)
        with self.errors(), self.engine.begin() as connection:
            back = update(said_no).where(theirs, said_no.c.list.not_in(except_to))
            connection.execute(back.values(back=now))


_ANEW = (
    update(said_no)
    .where(said_no.c.mark == bindparam("its_mark"), said_no.c.list == bindparam("its_list"))
    .values(since=bindparam("since"), source=bindparam("source"), back="")
)


def _as_row(no: No) -> dict[str, str]:
    return {"mark": no.mark, "list": no.list_id, "since": no.since, "source": no.source}
