"""Who said no: the table that is the truth about it, whatever becomes of addresses and files.

A person stands there by a mark, an HMAC of their address under a key of the ledger's own: it tells
whether an address said no, and outlives the erasure of the address itself (SECURITY.md).
"""

import hmac
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite reads it too

from newsletter.ledger.rows import Database, in_portions
from newsletter.ledger.tables import keys, lists, older_keys, recipients, returns, said_no

ANY_LIST = ""  # of whoever said no without saying to what


class No(NamedTuple):
    """Someone who said no: mark, list, when, where that stood; when they came back, "" for not."""

    mark: str
    list_id: str
    since: str
    source: str
    back: str = ""


def mark_by(key: bytes, address: str) -> str:
    """Return what stands for an address, typed in whatever case, by a ledger's key."""
    return hmac.digest(key, address.casefold().encode(), "sha256").hex()


class SaidNo(Database):
    """That part of a ledger."""

    @cached_property
    def _keys(self) -> tuple[list[bytes], frozenset[str]]:
        """The keys of ledgers that became one with this, its own, and the marks that may be old."""
        [key], older = self.values(select(keys.c.value)), self.values(select(older_keys.c.value))
        erased = select(recipients.c.mark).where(recipients.c.address.is_(None))
        marks = (erased, select(said_no.c.mark), select(returns.c.mark)) if older else ()
        known = frozenset(each for query in marks for each in self.values(query))
        return [bytes.fromhex(each) for each in (*older, key)], known

    def mark_of(self, address: str) -> str:
        """Return what stands for an address, typed in whatever case."""
        all_keys, known = self._keys
        marks = [mark_by(key, address) for key in all_keys]
        return next((each for each in marks if each in known), marks[-1])

    def marks_of_ids(self, recipient_ids: Collection[str]) -> Mapping[str, str]:
        """Return the marks of those whom ids stand for; who is unknown has none."""
        found: dict[str, str] = {}
        with self.reading() as connection:
            for some in in_portions(sorted(recipient_ids)):
                query = select(recipients.c.id, recipients.c.mark).where(recipients.c.id.in_(some))
                found |= {row[0]: row[1] for row in connection.execute(query) if row[1]}
        return found

    def strangers(self, addresses: Iterable[str]) -> list[str]:
        """Return whom no issue was ever for, in their order."""
        marks = {each: self.mark_of(each) for each in addresses}
        known: set[str] = set()
        for some in in_portions(marks.values()):
            known |= set(self.values(select(recipients.c.mark).where(recipients.c.mark.in_(some))))
        return [each for each, mark in marks.items() if mark not in known]

    def marks(self, list_id: str = ANY_LIST) -> frozenset[str]:
        """Return the marks of those who said no to a list, or to all; of everyone for any list."""
        query = select(said_no.c.mark).where(said_no.c.back == "")
        if list_id != ANY_LIST:
            query = query.where(said_no.c.list.in_((list_id, ANY_LIST)))
        return frozenset(self.values(query))

    def of(self, address: str) -> list[No]:
        """Return to what someone said no."""
        query = select(said_no).where(said_no.c.mark == self.mark_of(address))
        return [No(*row) for row in self.found(query)]

    def came_back(self, source: str) -> Collection[tuple[str, str]]:
        """Return who said no in a file, by mark and list, and came back since."""
        query = select(said_no.c.mark, said_no.c.list)
        query = query.where(said_no.c.source == source, said_no.c.back != "")
        return {(mark, list_id) for mark, list_id in self.found(query)}

    def lists(self) -> list[str]:
        """Return every list that was written to since there are such notes."""
        return list(self.values(select(lists.c.name)))

    def note_list(self, name: str) -> None:
        """Note that a list is written to: its links are read as long as the ledger is there."""
        self.change(insert(lists).values(name=name).on_conflict_do_nothing(index_elements=["name"]))

    def add(self, nos: Iterable[No]) -> int:
        """Note who said no; return how many were new. One from before a return does not count."""
        new, names = 0, ("mark", "list", "since", "source")
        with self.changing() as connection:
            for some in in_portions(nos):
                rows = [dict(zip(names, each, strict=False)) for each in some]
                new += connection.execute(ADD, rows).rowcount
        return new

    def bring_back(self, mark: str, *, now: str, except_to: Collection[str] = ()) -> None:
        """Note that someone came back, by their own link; a no to all is one to `except_to`."""
        theirs = (said_no.c.mark == mark) & (said_no.c.back == "")
        query = select(said_no.c.since, said_no.c.source)
        for to_all in self.found(query.where(theirs, said_no.c.list == ANY_LIST)):
            self.add(No(mark, each, *to_all) for each in except_to)
        back = update(said_no).where(theirs, said_no.c.list.not_in(except_to))
        self.change(back.values(back=now))


_NEW = insert(said_no).execution_options(preserve_rowcount=True)
ADD = _NEW.on_conflict_do_update(
    index_elements=["mark", "list"],
    set_={"since": _NEW.excluded.since, "source": _NEW.excluded.source, "back": ""},
    where=(said_no.c.back != "") & (_NEW.excluded.since >= said_no.c.back),
)
