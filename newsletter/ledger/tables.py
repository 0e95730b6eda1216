"""The ledger's tables, on SQLite or PostgreSQL: who is known, what is sent to whom, what came back.

Constraints have names, for without one they cannot be changed later.
"""

import hmac
import re
import secrets
from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.functions import FunctionElement

SCHEMA_VERSION = 4

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Time(sa.TypeDecorator[str]):
    """A moment as text, of which the earlier is the smaller, "" for none: UTC, whole seconds.

    `utc_text` writes it. Another zone or precision would compare wrongly (measured 2026-11).
    """

    impl = sa.String(25)
    cache_ok = True
    _FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)?")

    def process_bind_param(self, value: str | None, _dialect: sa.Dialect) -> str | None:
        """Return the text as it is; refuse any other form."""
        if value is not None and not self._FORM.fullmatch(value):
            raise ValueError(value)
        return value


class _Now(FunctionElement[float]):
    """The moment by the clock of the database, in seconds since 1970: laptops' clocks lie."""

    type = sa.Double()
    inherit_cache = True


@compiles(_Now, "sqlite")
def _now_in_sqlite(*_args: object, **_kw: object) -> str:
    return "(julianday('now') - 2440587.5) * 86400.0"


@compiles(_Now, "postgresql")
def _now_in_postgresql(*_args: object, **_kw: object) -> str:
    return "extract(epoch from clock_timestamp())::float8"


NOW = _Now()


def _table(name: str, *columns: SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns)


def _keys(*names: str) -> Iterator[sa.Column[str]]:
    return (sa.Column(name, sa.String, primary_key=True) for name in names)


def _columns(kind: Any, *names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, nullable=False) for name in names)


_texts, _times = partial(_columns, sa.String), partial(_columns, Time)
_numbers, _flags = partial(_columns, sa.Integer), partial(_columns, sa.Boolean)


def _or_nothing(name: str, value: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default=value)


version = _table("version", *_numbers("number"))

# `id` stands for a recipient where an address may not: in links and in ids of messages. `mark`
# (`SaidNo.mark_of`) stays when the address is erased: a late click finds whom it meant. `address`
# is in lower case; nothing once it is purged.
recipients = _table(
    "recipients", *_keys("id"), sa.Column("address", sa.String), sa.Column("mark", sa.String)
)
# In ledgers that became one, a person has an id of each.
for _column in (recipients.c.address, recipients.c.mark):
    sa.UniqueConstraint(_column).ddl_if(dialect="sqlite")
    sa.Index(None, _column).ddl_if(dialect="postgresql")

# Who said no, by list, "" for every one; rows are added and never taken away. `back` is when they
# came back themselves, by their own link.
said_no = _table(
    "said_no",
    *_keys("mark", "list"),
    *_times("since"),
    *_texts("source"),
    sa.Column("back", Time, nullable=False, server_default=""),
)

# Every list that was ever written to, whatever the settings call it now: tokens are signed for one.
lists = _table("lists", *_keys("name"))

# What the marks are made with: it never leaves the ledger.
keys = _table("keys", *_texts("value"))
# Of ledgers that became one with this, for those whose address was erased by then.
older_keys = _table("older_keys", *_keys("value"))

# Where a ledger moves to, or which have come here, by `move_of`.
moves = _table("moves", *_keys("ledger"), *_texts("url"), *_flags("is_done"))

# `parts` is JSON: part -> its digest.
issues = _table("issues", *_keys("issue"), *_texts("fingerprint", "parts"), *_times("begun"))

deliveries = _table(
    "deliveries",
    sa.Column("number", sa.Integer, primary_key=True),
    *_texts("issue"),
    sa.Column("address", sa.String),  # in lower case; nothing once it is purged
    sa.Column("recipient_id", sa.String, nullable=False, index=True),  # bounces ask by it
    *_texts("state"),
    *_numbers("code"),
    *_texts("words"),
    *_numbers("tries"),
    *_times("tried", "next_try"),
    *_texts("variant"),
    _or_nothing("list_name"),  # as the settings name it
    # Which of `workers` is to send it, where many do; `tries` tells one attempt from another.
    _or_nothing("claimed_by"),
    sa.UniqueConstraint("issue", "address"),
)
# A file is sent from by one process, and has no claims. What has ended is in neither: so a claim
# takes 10 ms also after 200,000 of them, and 107 by a condition alone (measured 2026-11).
_NOT_ENDED = "state NOT IN ('accepted', 'left-out')"
sa.Index(
    "ix_deliveries_free",
    *(deliveries.c[name] for name in ("issue", "list_name", "state")),
    sa.cast(deliveries.c.number, sa.BigInteger),  # else the primary key tempts it through them all
    postgresql_where=sa.text(f"claimed_by = '' AND {_NOT_ENDED}"),
).ddl_if(dialect="postgresql")
sa.Index(
    "ix_deliveries_claimed",
    deliveries.c.claimed_by,
    postgresql_where=sa.text(f"claimed_by <> '' AND {_NOT_ENDED}"),
).ddl_if(dialect="postgresql")

# What a send needs, frozen before its first message: bytes and JSON, nothing that runs: sender,
# subject, list, format; and mails, with names of long pieces.
frozen_issues = _table("frozen_issues", *_keys("issue", "list_name"), *_texts("content"))
frozen_mails = _table("frozen_mails", *_keys("issue", "variant"), *_texts("content"))

# Long pieces of mails, pictures above all, once however many mails have them.
frozen_pieces = _table(
    "frozen_pieces", *_keys("issue", "digest"), sa.Column("content", sa.LargeBinary, nullable=False)
)

# What the merge fields say to a recipient: apart, so that the row which changes often is short.
# `number` is the delivery's, `content` JSON: field -> value; `audience` too: key -> values.
merge_values = _table(
    "merge_values",
    sa.Column("number", sa.Integer, primary_key=True),
    *_texts("content"),
    _or_nothing("audience", "{}"),
)

# How many of each audience the server has accepted, once what each of them is was erased.
audience_totals = _table(
    "audience_totals", *_keys("issue", "list_name", "audience"), *_numbers("accepted")
)

# What came back of an issue, of whom it is known: by mark, so that it outlives the address, which
# the words do not hold. `lifted` is when someone said to write again all the same.
returns = _table(
    "returns",
    *_keys("issue", "mark"),
    *_texts("verdict", "code", "words", "certainty"),
    *_times("noted", "lifted"),
)

# How far mailboxes were read (RFC 9051, 2.3.1.1).
mailboxes = _table("mailboxes", *_keys("name"), *_numbers("uidvalidity", "uid"))

# Who is at work: a send, or a worker that waits, whose issue is "". `name` is the machine's. A send
# in a file is marked by the file's inode: whoever finds it in another has a copy, which may lack
# what was only in the journal. `seen` is by the clock of the database, in seconds since 1970;
# `list` whose no counts, "" for any list's. Last, what it sends through, and the seconds between
# two messages that its settings ask for there.
workers = _table(
    "workers",
    *_keys("id"),
    *_texts("name"),
    sa.Column("seen", sa.Double, nullable=False),
    *_texts("issue", "list", "inode"),
    *_flags("is_to_stop"),
    *_texts("account"),
    sa.Column("interval", sa.Double, nullable=False),
)

# Who was not seen for so long, and is each second, is dead, or will find that others do its work.
LEASE_SECONDS = 30
IS_ALIVE = workers.c.seen > NOW - LEASE_SECONDS

# What leaves by itself, and when; `until`: too late after it. Gone once nobody waits any more;
# `missed` once it was told that it was too late. `said` is as typed, and the zone: 2026-12-02 7:30
# Europe/Paris; `by_whom` Claire <claire@example.org>, "" unknown.
schedules = _table(
    "schedules",
    *_keys("issue", "list_name"),
    *_times("due", "until"),
    *_texts("said", "by_whom"),
    *_flags("missed"),
)

# When the next message may leave through an account with a server, for all who send through it: as
# `workers.seen`.
paces = _table("paces", *_keys("account"), sa.Column("next_time", sa.Double, nullable=False))


def make_tables(connection: sa.Connection) -> int | None:
    """Make what is missing, in a transaction; return the version that it was of, None of none."""
    known = sa.inspect(connection).has_table(version.name)
    number = connection.scalar(sa.select(version.c.number)) if known else None
    if number in range(1, SCHEMA_VERSION):
        _make_anew(connection)
        connection.execute(sa.update(version).values(number=SCHEMA_VERSION))
    else:
        metadata.create_all(connection)
    if number is None:
        connection.execute(sa.insert(version).values(number=SCHEMA_VERSION))
    if number in {None, 1}:
        key = secrets.token_bytes(32)
        connection.execute(sa.insert(keys).values(value=key.hex()))
        unmarked = sa.select(recipients.c.address).where(recipients.c.address.is_not(None))
        for address in connection.scalars(unmarked).all():
            marked = sa.update(recipients).where(recipients.c.address == address)
            connection.execute(marked.values(mark=mark_by(key, address)))
    return number


def mark_by(key: bytes, address: str) -> str:
    """Return what stands for an address, typed in whatever case, by a ledger's key."""
    return hmac.digest(key, address.casefold().encode(), "sha256").hex()


def _make_anew(connection: sa.Connection) -> None:
    """Make the tables of an older file anew, with what they hold; what they lack is empty."""
    old = sa.inspect(connection)
    names = old.get_table_names()
    held = {name: [each["name"] for each in old.get_columns(name)] for name in names}
    for name in held:
        for index in old.get_indexes(name):
            connection.exec_driver_sql(f"DROP INDEX {index['name']}")
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO old_{name}")
    metadata.create_all(connection)
    for name, columns in held.items():
        if (table := metadata.tables.get(name)) is not None:
            # Other columns that are new have a default.
            kept = [each.name for each in table.c if each.name in columns or each.primary_key]
            said = ", ".join(each if each in columns else "''" for each in kept)
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({', '.join(kept)}) SELECT {said} FROM old_{name}"  # noqa: S608
            )
        connection.exec_driver_sql(f"DROP TABLE old_{name}")
