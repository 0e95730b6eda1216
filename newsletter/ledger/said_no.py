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

from sqlalchemy import Engine, insert, inspect, select

from newsletter.ledger.rows import in_portions
from newsletter.ledger.tables import keys, recipients, said_no

ANY_LIST = ""  # of whoever said no without saying to what


class No(NamedTuple):
    """Someone who said no: their mark, to which list, when, and where that stood."""

    mark: str
    list_id: str
    since: str
    source: str


@dataclass(frozen=True)
class SaidNo:
    """That part of a ledger. `errors` tells what the database cannot do in sentences."""

    engine: Engine
    errors: Callable[[], AbstractContextManager[None]]

    @cached_property
    def _is_there(self) -> bool:
        """Whether the ledger is of a version that has it: an older one may be read as it is."""
        return inspect(self.engine).has_table(said_no.name)

    @cached_property
    def _key(self) -> bytes:
        if not self._is_there:
            return secrets.token_bytes(32)  # of no use beyond this process, nor needed there
        with self.errors(), self.engine.connect() as connection:
            return bytes.fromhex(connection.execute(select(keys.c.value)).scalar_one())

    def mark_of(self, address: str) -> str:
        """Return what stands for an address, typed in whatever case."""
        return hmac.digest(self._key, address.casefold().encode(), "sha256").hex()

    def marks_of_ids(self, recipient_ids: Collection[str]) -> Mapping[str, str]:
        """Return the marks of those whom ids stand for; who is unknown has none."""
        column = recipients.c.mark if self._is_there else recipients.c.address
        found: dict[str, str] = {}
        with self.errors(), self.engine.connect() as connection:
            for some in in_portions(sorted(recipient_ids)):
                query = select(recipients.c.id, column).where(recipients.c.id.in_(some))
                found |= {row[0]: row[1] for row in connection.execute(query) if row[1]}
        if self._is_there:
            return found
        return {name: self.mark_of(address) for name, address in found.items()}

    def marks(self, list_id: str = ANY_LIST) -> frozenset[str]:
        """Return the marks of those who said no to a list, or to all; of everyone for any list."""
        if not self._is_there:
            return frozenset()
        query = select(said_no.c.mark)
        if list_id != ANY_LIST:
            query = query.where(said_no.c.list.in_((list_id, ANY_LIST)))
        with self.errors(), self.engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def of(self, address: str) -> list[No]:
        """Return to what someone said no."""
        if not self._is_there:
            return []
        columns = (said_no.c.mark, said_no.c.list, said_no.c.since, said_no.c.source)
        query = select(*columns).where(said_no.c.mark == self.mark_of(address))
        with self.errors(), self.engine.connect() as connection:
            return [No(*row) for row in connection.execute(query)]

    def add(self, nos: Iterable[No]) -> int:
        """Note who said no; return how many were not known to have. Nothing brings them back."""
        new = 0
        with self.errors(), self.engine.begin() as connection:
            for some in in_portions(nos):
                asked = select(said_no.c.mark, said_no.c.list).where(
                    said_no.c.mark.in_([each.mark for each in some])
                )
                known = {(mark, list_id) for mark, list_id in connection.execute(asked)}
                rows = {(each.mark, each.list_id): each for each in some}
                added = [
                    {"mark": each.mark, "list": each.list_id, "since": each.since,
                     "source": each.source}
                    for key, each in rows.items()
                    if key not in known
                ]  # fmt: skip
                if added:
                    connection.execute(insert(said_no), added)
                new += len(added)
        return new
