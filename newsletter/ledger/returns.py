"""What came back, and who is not written to any more: who said no, and whom nothing reaches.

A person stands here by a mark, an HMAC of their address under a key of the ledger's own: it tells
whether an address said no, and outlives the erasure of the address itself (SECURITY.md).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite reads it too

from newsletter.ledger import tables
from newsletter.ledger.rows import Database, in_portions
from newsletter.ledger.states import State
from newsletter.ledger.tables import deliveries, issues, mailboxes, recipients, returns, said_no

ANY_LIST = ""  # of whoever said no without saying to what
CERTAIN = "certain"
# So many issues, one after the other, until someone is left out: one
# that says nobody is there is enough, unless a DNS may have had an accident; a mailbox may be
# emptied. By issue, not by day: a monthly letter never reaches a score forgotten in a month.
_ISSUES_UNTIL_LEFT_OUT = {"gone": 1, "complaint": 1, "no-host": 2, "full": 3, "suspended": 3,
                          "unreachable": 3}  # fmt: skip
_FOR_GOOD = ("gone", "complaint")
_WRITTEN = recipients.join(deliveries, deliveries.c.recipient_id == recipients.c.id)
_BEGUN = _WRITTEN.join(issues, issues.c.issue == deliveries.c.issue)


class No(NamedTuple):
    """Someone who said no: mark, list, when, where that stood; when they came back, "" for not."""

    mark: str
    list_id: str
    since: str
    source: str
    back: str = ""


class SaidNo(Database):
    """That part of a ledger."""

    @cached_property
    def _keys(self) -> tuple[list[bytes], frozenset[str]]:
        """The keys of ledgers that became one with this, its own, and the marks that may be old."""
        [key] = self.values(select(tables.keys.c.value))
        older = self.values(select(tables.older_keys.c.value))
        erased = select(recipients.c.mark).where(recipients.c.address.is_(None))
        marks = (erased, select(said_no.c.mark), select(returns.c.mark)) if older else ()
        known = frozenset(each for query in marks for each in self.values(query))
        return [bytes.fromhex(each) for each in (*older, key)], known

    def mark_of(self, address: str) -> str:
        """Return what stands for an address, typed in whatever case."""
        all_keys, known = self._keys
        marks = [tables.mark_by(key, address) for key in all_keys]
        return next((each for each in marks if each in known), marks[-1])

    def marks_of_ids(self, recipient_ids: Collection[str]) -> Mapping[str, str]:
        """Return the marks of those whom ids stand for; who is unknown has none."""
        found: dict[str, str] = {}
        query = select(recipients.c.id, recipients.c.mark).where(recipients.c.mark.is_not(None))
        for some in in_portions(sorted(recipient_ids)):
            found |= dict(self.found(query.where(recipients.c.id.in_(some))))
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
        return list(self.values(select(tables.lists.c.name)))

    def note_list(self, name: str) -> None:
        """Note that a list is written to: its links are read as long as the ledger is there."""
        noted = insert(tables.lists).values(name=name)
        self.change(noted.on_conflict_do_nothing(index_elements=["name"]))

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


_NO = insert(said_no).execution_options(preserve_rowcount=True)
ADD = _NO.on_conflict_do_update(
    index_elements=["mark", "list"],
    set_={"since": _NO.excluded.since, "source": _NO.excluded.source, "back": ""},
    where=(said_no.c.back != "") & (_NO.excluded.since >= said_no.c.back),
)


class Return(NamedTuple):
    """What came back of one issue from someone, by mark; `lifted` is a time, "" for not."""

    issue: str
    mark: str
    verdict: str
    code: str
    words: str
    certainty: str
    noted: str
    lifted: str = ""


class Written(NamedTuple):
    """One message that left: whose, by id, mark and address ("" once erased), of which issue."""

    recipient_id: str
    mark: str
    address: str
    issue: str
    tried: str


class Returns(Database):
    """That part of a ledger."""

    def written_to(self, ids: Collection[str], addresses: Collection[str]) -> Iterator[Written]:
        """Yield what left for people of some ids or addresses, the latest first of each."""
        columns = (recipients.c.id, recipients.c.mark, recipients.c.address)
        query = select(*columns, deliveries.c.issue, deliveries.c.tried).select_from(_WRITTEN)
        query = query.order_by(deliveries.c.tried.desc())
        with self.reading() as connection:
            for some in in_portions(chain(ids, addresses)):
                theirs = or_(recipients.c.id.in_(some), recipients.c.address.in_(some))
                for identity, mark, address, *rest in connection.execute(query.where(theirs)):
                    yield Written(identity, mark or "", address or "", *rest)

    def note(self, found: Iterable[Return]) -> None:
        """Note what came back, unless more is known of it: what is certain, and for good."""
        with self.changing() as connection:
            for some in in_portions(found):
                connection.execute(NOTE, [each._asdict() for each in some])

    def left_out(self) -> dict[str, str]:
        """Return the verdict on each, by mark, who is not to be written to any more."""
        counts = (returns.c.certainty == CERTAIN) & (returns.c.lifted == "")
        counts &= returns.c.verdict.in_(_ISSUES_UNTIL_LEFT_OUT)
        query = select(returns.c.mark, returns.c.verdict, returns.c.issue).where(counts)
        sent = select(recipients.c.mark, deliveries.c.issue).select_from(_BEGUN)
        sent = sent.where(deliveries.c.state == State.ACCEPTED).order_by(issues.c.begun.desc())
        theirs = recipients.c.mark.in_(select(returns.c.mark).where(counts))
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for mark, verdict, issue in self.found(query):
            found[mark][issue] = verdict
        latest: defaultdict[str, list[str]] = defaultdict(list)
        for mark, issue in self.found(sent.where(theirs)):
            latest[mark].append(issue)
        verdicts = {mark: _verdict_on(back, latest[mark]) for mark, back in found.items()}
        return {mark: verdict for mark, verdict in verdicts.items() if verdict}

    def of(self, mark: str) -> list[Return]:
        """Return what came back from someone, the oldest first."""
        query = select(returns).where(returns.c.mark == mark).order_by(returns.c.noted)
        return [Return(*row) for row in self.found(query)]

    def lift(self, mark: str, *, now: str) -> int:
        """Write to someone again, unless they complained; return how much no longer counts."""
        counts = (returns.c.mark == mark) & (returns.c.lifted == "")
        lifted = update(returns).where(counts, returns.c.verdict != "complaint")
        return self.change(lifted.values(lifted=now))

    def of_issue(self, issue_id: str) -> list[tuple[Return, str]]:
        """Return what came back of an issue, each with the address, "" where it is erased."""
        theirs = recipients.c.mark == returns.c.mark
        query = select(returns, recipients.c.address).join(recipients, theirs, isouter=True)
        query = query.where(returns.c.issue == issue_id).order_by(returns.c.noted)
        return [(Return(*row), address or "") for *row, address in self.found(query)]

    def read_up_to(self, name: str) -> tuple[int, int]:
        """Return the UIDVALIDITY and the last UID of a mailbox; zeros where it was never read."""
        query = select(mailboxes.c.uidvalidity, mailboxes.c.uid).where(mailboxes.c.name == name)
        return next(((uidvalidity, uid) for uidvalidity, uid in self.found(query)), (0, 0))

    def note_read(self, name: str, uidvalidity: int, uid: int) -> None:
        """Note how far a mailbox was read."""
        read = {"uidvalidity": uidvalidity, "uid": uid}
        noted = insert(mailboxes).values(name=name, **read)
        self.change(noted.on_conflict_do_update(index_elements=["name"], set_=read))


_NEW = insert(returns)
# Not by `in_`, which SQLAlchemy cannot spell out for many rows at once.
_WAS_FOR_GOOD, _IS_FOR_GOOD = (
    or_(*(of == each for each in _FOR_GOOD)) for of in (returns.c.verdict, _NEW.excluded.verdict)
)
_SAYS_MORE = (returns.c.certainty != CERTAIN) | (_IS_FOR_GOOD & ~_WAS_FOR_GOOD)
NOTE = _NEW.on_conflict_do_update(
    index_elements=["issue", "mark"],
    set_={each.name: each for each in _NEW.excluded if not each.primary_key},
    where=(_NEW.excluded.certainty == CERTAIN) & _SAYS_MORE,
)


def _verdict_on(back: dict[str, str], latest: list[str]) -> str:
    """Return why someone is left out, or "": by what came `back`, and the `latest` issues sent."""
    for issue, verdict in back.items():
        needed = _ISSUES_UNTIL_LEFT_OUT[verdict]
        if needed == 1:
            return verdict
        if issue in latest[:1] and len(latest) >= needed and back.keys() >= set(latest[:needed]):
            return verdict
    return ""
