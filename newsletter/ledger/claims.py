"""Many senders of one ledger, on PostgreSQL: each sends what it has claimed, all at one pace.

A claim holds as long as its worker is seen. Whoever finds that it was not, puts its rows back: what
it was attempting is uncertain, and it may still say what came of it, if it lives, as long as nobody
has attempted it since. The number of tries tells one attempt from another.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from newsletter.ledger.frozen import Due, due_of
from newsletter.ledger.rows import Database
from newsletter.ledger.states import Delivery, State
from newsletter.ledger.tables import LEASE_SECONDS

CLAIMED_AT_ONCE = 50
_BEGINNING, _NOTING = 20_261_129, 20_261_130  # advisory locks
_RESTART_SECONDS = 120  # a database that restarts is waited for; PostgreSQL takes some seconds
# Of PostgreSQL's codes (its appendix A): no connection, no server, two who lock each other up, a
# lock not had in time.
_PASSING = ("08", "57P", "40", "55P03")
MISSED_SECONDS = 5  # a worker is seen each second
_NOW = "extract(epoch from clock_timestamp())::float8"
_FIELDS = ", ".join(Delivery._fields)
_ALIVE = f"SELECT id FROM workers WHERE seen > {_NOW} - {LEASE_SECONDS}"  # noqa: S608
Result = TypeVar("Result")

_CLAIM = f"""
WITH free AS MATERIALIZED (
  SELECT number FROM deliveries
  WHERE issue = %(issue)s AND list_name = %(list_name)s AND state = %(state)s AND claimed_by = ''
  ORDER BY number::bigint LIMIT %(count)s FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE deliveries SET claimed_by = %(worker)s WHERE number IN (SELECT number FROM free)
  RETURNING {_FIELDS}
)
SELECT claimed.*, content FROM claimed LEFT JOIN merge_values USING (number) ORDER BY number
"""  # noqa: S608
_REAP = f"""
UPDATE deliveries
SET claimed_by = '', state = CASE state WHEN 'attempting' THEN 'uncertain' ELSE state END
WHERE claimed_by <> '' AND state NOT IN ('accepted', 'left-out') AND claimed_by NOT IN ({_ALIVE})
"""  # noqa: S608
_RELEASE = """
UPDATE deliveries SET claimed_by = ''
WHERE claimed_by = %(worker)s AND state NOT IN ('accepted', 'left-out', 'attempting')
"""
_UNKNOWN = f"{_RELEASE} AND number <> ALL (%(held)s::int[])"
_MISSED = f"""
SELECT EXISTS (
  SELECT FROM deliveries WHERE issue = %(issue)s AND list_name = %(list_name)s
  AND state = ANY (%(states)s) AND state NOT IN ('accepted', 'left-out')
  AND claimed_by <> '' AND claimed_by <> %(worker)s
  AND claimed_by NOT IN (SELECT id FROM workers WHERE seen > {_NOW} - %(seconds)s))
"""  # noqa: S608
# A worker without a rate keeps to that of the others through the same account.
_BEAT = f"""
UPDATE workers SET seen = {_NOW} WHERE id = %(worker)s
RETURNING is_to_stop,
  (SELECT max(o.interval) FROM workers o WHERE o.account = workers.account AND o.id IN ({_ALIVE})),
  (SELECT count(*) FROM workers o WHERE o.account = workers.account AND o.id IN ({_ALIVE}))
"""  # noqa: S608
_RESERVE = f"""
INSERT INTO paces AS pace VALUES (%(account)s, {_NOW} + %(seconds)s)
ON CONFLICT (account) DO UPDATE SET next_time = greatest(pace.next_time, {_NOW}) + %(seconds)s
RETURNING next_time - {_NOW} - %(seconds)s
"""  # noqa: S608
# To plan it took longer than to do it: it is planned once, by the keys, whatever the tables hold.
_BY_KEYS = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_hashjoin = off",
            "enable_mergejoin = off", "enable_bitmapscan = off")  # fmt: skip
# An attempt needs the claim, and that its recipient has not said no. It may be said twice, where
# the connection ended before the answer came: hence <=.
_NOTE = """
UPDATE deliveries SET state = new.state, code = new.code, words = new.words, tries = new.tries,
  tried = new.tried, next_try = new.next_try, variant = new.variant, list_name = new.list_name
FROM unnest(%(number)s::int[], %(state)s::text[], %(code)s::int[], %(words)s::text[],
  %(tries)s::int[], %(tried)s::text[], %(next_try)s::text[], %(variant)s::text[],
  %(list_name)s::text[])
  AS new(number, state, code, words, tries, tried, next_try, variant, list_name)
WHERE deliveries.number = new.number AND deliveries.state NOT IN ('accepted', 'left-out')
AND CASE new.state WHEN 'attempting' THEN
  claimed_by = %(worker)s AND deliveries.tries <= new.tries AND NOT EXISTS (
    SELECT FROM said_no JOIN recipients USING (mark)
    LEFT JOIN workers ON workers.id = %(worker)s
    WHERE recipients.id = deliveries.recipient_id AND said_no.back = ''
    AND ('' IN (coalesce(workers.list, ''), said_no.list) OR said_no.list = workers.list))
ELSE
  claimed_by = %(worker)s OR new.state <> 'left-out' AND deliveries.tries = new.tries
  AND deliveries.state IN ('attempting', 'uncertain')
END
RETURNING new.number, new.state
"""


def _after_restart(act: Callable[[], Result]) -> Result:
    """Do what may be done twice, again where the database went away meanwhile."""
    end, wait = time.monotonic() + _RESTART_SECONDS, 0.1
    while True:
        try:
            return act()
        except DBAPIError as error:
            code = getattr(error.orig, "sqlstate", None)
            if not (code or "08").startswith(_PASSING) or time.monotonic() > end:
                raise
        time.sleep(wait)
        wait = min(2 * wait, 2)


@dataclass(frozen=True)
class Claims(Database):
    """What a worker does beside others."""

    worker: str
    _held: set[int] = field(default_factory=set)  # what it ever knew to have claimed

    def _once(self, *statements: str, **said: object) -> Sequence[Sequence[Any]]:
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as own:
            said["worker"] = self.worker
            *_others, result = [own.exec_driver_sql(each, said) for each in statements]
            return result.all() if result.returns_rows else ()

    def _run(self, *statements: str, **said: object) -> Sequence[Sequence[Any]]:
        with self.errors():
            return _after_restart(partial(self._once, *statements, **said))

    def claim(self, issue_id: str, list_name: str, state: State) -> list[Due]:
        """Take some deliveries that are in a state and nobody's, for this worker to send."""
        said = {"issue": issue_id, "list_name": list_name, "state": state.value}
        tries = itertools.count()

        def act() -> Sequence[Sequence[Any]]:
            if next(tries):  # the answer to the last may have been lost, not what it asked for
                self._once(_UNKNOWN, held=sorted(self._held))
            return self._once(_CLAIM, **said, count=CLAIMED_AT_ONCE)

        with self.errors():
            rows = _after_restart(act)
        self._held.update(row[0] for row in rows)
        return list(map(due_of, rows))

    def is_worker_missed(
        self, issue_id: str, list_name: str, states: Sequence[State], seconds: float
    ) -> bool:
        """Tell whether one that holds deliveries in some states was not seen for so long."""
        said = {"issue": issue_id, "list_name": list_name, "seconds": seconds}
        [(is_missed,)] = self._run(_MISSED, states=[each.value for each in states], **said)
        return bool(is_missed)

    def reap(self) -> None:
        """Put back what workers held that were not seen any more."""
        self._run(_REAP)

    def release(self) -> None:
        """Put back what this worker has claimed and not sent."""
        self._run(_RELEASE)

    def beat(self) -> tuple[bool, float, int]:
        """Be seen; return whether to stop, the longest interval of all, and how many they are."""
        for is_to_stop, interval, workers in self._run(_BEAT):
            return is_to_stop, interval, workers
        return False, 0.0, 1

    def reserve(self, account: str, seconds: float) -> float:
        """Take so much of the time that an account has for all; return how soon it begins."""
        [(wait,)] = self._run(_RESERVE, account=account, seconds=seconds)
        return max(0.0, float(wait))

    def leave_no_copy(self) -> None:
        """Have no copy of what was erased left in dead rows; others wait, 1 s for 100,000 rows."""
        anew = "VACUUM (FULL) deliveries, recipients, merge_values"
        self._run("SET statement_timeout = 0", anew, "RESET statement_timeout")

    @staticmethod
    def number_alone(connection: Connection) -> None:
        """Be the only one who gives rows their numbers, until the transaction ends."""
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_NOTING,))

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Be the only one who begins a send, or moves a ledger; another waits."""
        with self.changing() as connection:
            for limit in ("idle_in_transaction_session", "lock", "statement"):
                connection.exec_driver_sql(f"SET LOCAL {limit}_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_BEGINNING,))
            yield connection


class ServerRows:
    """The rows of a shared ledger, which a worker notes over a connection of its own."""

    def __init__(self, engine: Engine, worker: str) -> None:
        self._engine = engine
        self._worker = worker
        self._connection: PoolProxiedConnection | None = None
        self._driver: Any = None

    def write(self, changes: Sequence[Delivery]) -> frozenset[int]:
        """Commit some, to the server's disk; return the numbers of attempts that are not noted.

        Their recipients said no, or they are another's to make. In one statement, so that the way
        to the database is gone once.
        """
        left, noted = list(changes), set[int]()
        while left:  # a row that changes twice does so in order
            some: dict[int, Delivery] = {}
            for each in left:
                some.setdefault(each.number, each)
            noted |= _after_restart(partial(self._noted, some))
            left = [each for each in left if some[each.number] is not each]
        attempts = {each.number for each in changes if each.state is State.ATTEMPTING}
        return frozenset(attempts - noted)

    def _noted(self, changes: dict[int, Delivery]) -> set[int]:
        rows = [changes[number] for number in sorted(changes)]  # in one order, or two might lock up
        columns = zip(Delivery._fields, zip(*rows, strict=True), strict=True)
        said = {name: list(values) for name, values in columns} | {"worker": self._worker}
        try:
            if self._driver is None:
                self._open()
            found = self._driver.execute(_NOTE, said).fetchall()
        except self._engine.dialect.loaded_dbapi.Error as error:
            self.close()
            raise DBAPIError(None, None, error) from error
        return {number for number, state in found if state == State.ATTEMPTING}

    def _open(self) -> None:
        # SQLAlchemy's part and the plan took more than the note itself (measured 2026-11).
        self._connection = self._engine.raw_connection()
        self._driver = self._connection.driver_connection
        self._driver.autocommit = True
        [(number,)] = self._driver.execute("SELECT pg_backend_pid()").fetchall()
        if self._driver.info.backend_pid == number:  # else a pooler changes sessions
            self._driver.prepare_threshold = 0
            for choice in _BY_KEYS:
                self._driver.execute(f"SET {choice}")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.invalidate()  # it is not as the others
            self._connection = self._driver = None
