"""The ledger's tables: who is known, what is sent to whom and as what, and what came of it.

The statements over them are SQLAlchemy's and the standard's: SQLite serves them, or PostgreSQL.
What is SQLite's alone is in `ledger.file`. Constraints have names, for without one they cannot be
changed later.
"""

import re

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    cast,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SCHEMA_VERSION = 4

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Time(TypeDecorator[str]):
    """A moment as text, of which the earlier is the smaller, "" for none: UTC, whole seconds.

    `newsletter.ledger.states.utc_text` writes it. Another zone or precision would compare wrongly,
    in PostgreSQL by the database's language too (measured 2026-11).
    """

    impl = String(25)
    cache_ok = True
    _FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)?")

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Return the text as it is; refuse any other form."""
        if value is not None and not self._FORM.fullmatch(value):
            raise ValueError(value)
        return value


class _Now(FunctionElement[float]):
    """The moment by the clock of the database, in seconds since 1970: laptops' clocks lie."""

    type = Double()
    inherit_cache = True


@compiles(_Now, "sqlite")
def _now_in_sqlite(*_args: object, **_kw: object) -> str:
    return "(julianday('now') - 2440587.5) * 86400.0"


@compiles(_Now, "postgresql")
def _now_in_postgresql(*_args: object, **_kw: object) -> str:
    return "extract(epoch from clock_timestamp())::float8"


NOW = _Now()

version = Table("version", metadata, Column("number", Integer, nullable=False))

# `id` stands for a recipient where an address may not: in links and in ids of messages. `mark`
# (`SaidNo.mark_of`) stays when the address is erased: a late click finds whom it meant.
recipients = Table(
    "recipients",
    metadata,
    Column("id", String, primary_key=True),
    Column("address", String),  # in lower case; nothing once it is purged
    Column("mark", String),
)
# In ledgers that became one, a person has an id of each.
UniqueConstraint(recipients.c.address).ddl_if(dialect="sqlite")
UniqueConstraint(recipients.c.mark).ddl_if(dialect="sqlite")
Index(None, recipients.c.address).ddl_if(dialect="postgresql")
Index(None, recipients.c.mark).ddl_if(dialect="postgresql")

# Who said no, by list, "" for every one; rows are added and never taken away. `back` is when they
# came back themselves, by their own link.
said_no = Table(
    "said_no",
    metadata,
    Column("mark", String, primary_key=True),
    Column("list", String, primary_key=True),
    Column("since", Time, nullable=False),
    Column("source", String, nullable=False),
    Column("back", Time, nullable=False, server_default=""),
)

# Every list that was ever written to, whatever the settings call it now: tokens are signed for one.
lists = Table("lists", metadata, Column("name", String, primary_key=True))

# What the marks are made with: it never leaves the ledger.
keys = Table("keys", metadata, Column("value", String, nullable=False))
# Of ledgers that became one with this, for those whose address was erased by then.
older_keys = Table("older_keys", metadata, Column("value", String, primary_key=True))

# Where a ledger moves to, or which have come here, by `move_of`.
moves = Table(
    "moves",
    metadata,
    Column("ledger", String, primary_key=True),
    Column("url", String, nullable=False),
    Column("is_done", Boolean, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("issue", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("parts", String, nullable=False),  # JSON: part -> its digest
    Column("begun", Time, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("issue", String, nullable=False),
    Column("address", String),  # in lower case; nothing once it is purged
    Column("recipient_id", String, nullable=False, index=True),  # bounces ask by it
    Column("state", String, nullable=False),
    Column("code", Integer, nullable=False),
    Column("words", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried", Time, nullable=False),
    Column("next_try", Time, nullable=False),
    Column("variant", String, nullable=False),
    Column("list_name", String, nullable=False, server_default=""),  # as the settings name it
    # Which of `workers` is to send it, where many do; `tries` tells one attempt from another.
    Column("claimed_by", String, nullable=False, server_default=""),
    UniqueConstraint("issue", "address"),
)
# A file is sent from by one process, and has no claims. What has ended is in neither: so a claim
# takes 10 ms also after 200,000 of them, and 107 by a condition alone (measured 2026-11).
_NOT_ENDED = "state NOT IN ('accepted', 'left-out')"
Index(
    "ix_deliveries_free",
    *(deliveries.c[name] for name in ("issue", "list_name", "state")),
    cast(deliveries.c.number, BigInteger),  # or the primary key's order tempts it through them all
    postgresql_where=text(f"claimed_by = '' AND {_NOT_ENDED}"),
).ddl_if(dialect="postgresql")
Index(
    "ix_deliveries_claimed",
    deliveries.c.claimed_by,
    postgresql_where=text(f"claimed_by <> '' AND {_NOT_ENDED}"),
).ddl_if(dialect="postgresql")

# What a send needs, frozen before its first message: bytes and JSON, nothing that runs.
frozen_issues = Table(
    "frozen_issues",
    metadata,
    Column("issue", String, primary_key=True),
    Column("list_name", String, primary_key=True),
    Column("content", String, nullable=False),  # JSON: sender, subject, list, format
)

frozen_mails = Table(
    "frozen_mails",
    metadata,
    Column("issue", String, primary_key=True),
    Column("variant", String, primary_key=True),
    Column("content", String, nullable=False),  # JSON, with names of long pieces
)

# Long pieces of mails, pictures above all, once however many mails have them.
frozen_pieces = Table(
    "frozen_pieces",
    metadata,
    Column("issue", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# What the merge fields say to a recipient: apart, so that the row which changes often is short.
merge_values = Table(
    "merge_values",
    metadata,
    Column("number", Integer, primary_key=True),  # of the delivery
    Column("content", String, nullable=False),  # JSON: field -> value
    Column("audience", String, nullable=False, server_default="{}"),  # JSON: key -> values
)

# How many of each audience the server has accepted, once what each of them is was erased.
audience_totals = Table(
    "audience_totals",
    metadata,
    Column("issue", String, primary_key=True),
    Column("list_name", String, primary_key=True),
    Column("audience", String, primary_key=True),
    Column("accepted", Integer, nullable=False),
)

# What came back of an issue, of whom it is known: by mark, so that it outlives the address, which
# the words do not hold. `lifted` is when someone said to write again all the same.
returns = Table(
    "returns",
    metadata,
    Column("issue", String, primary_key=True),
    Column("mark", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("code", String, nullable=False),
    Column("words", String, nullable=False),
    Column("certainty", String, nullable=False),
    Column("noted", Time, nullable=False),
    Column("lifted", Time, nullable=False),
)

# How far mailboxes were read (RFC 9051, 2.3.1.1).
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("name", String, primary_key=True),
    Column("uidvalidity", Integer, nullable=False),
    Column("uid", Integer, nullable=False),
)

# Who is at work: a send, or a worker that waits, whose issue is "". A send in a file is marked by
# the file's inode: whoever finds it in another has a copy, which may lack what was only in the
# journal. `seen` is by the clock of the database, in seconds since 1970.
workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),  # of the machine
    Column("seen", Double, nullable=False),
    Column("issue", String, nullable=False),
    Column("list", String, nullable=False),  # whose no counts, "" for any list's
    Column("inode", String, nullable=False),
    Column("is_to_stop", Boolean, nullable=False),
    # What it sends through, and the seconds between two messages that its settings ask for there.
    Column("account", String, nullable=False),
    Column("interval", Double, nullable=False),
)

# Who was not seen for so long, and is each second, is dead, or will find that others do its work.
LEASE_SECONDS = 30
IS_ALIVE = workers.c.seen > NOW - LEASE_SECONDS

# What leaves by itself, and when. Gone once nobody waits any more; `missed` once it was told that
# it was too late.
schedules = Table(
    "schedules",
    metadata,
    Column("issue", String, primary_key=True),
    Column("list_name", String, primary_key=True),
    Column("due", Time, nullable=False),
    Column("until", Time, nullable=False),  # too late after it
    Column("said", String, nullable=False),  # as typed, and the zone: 2026-12-02 7:30 Europe/Paris
    Column("by_whom", String, nullable=False),  # Claire <claire@example.org>, "" unknown
    Column("missed", Boolean, nullable=False),
)

# When the next message may leave through an account with a server, for all who send through it: as
# `workers.seen`.
paces = Table(
    "paces",
    metadata,
    Column("account", String, primary_key=True),
    Column("next_time", Double, nullable=False),
)
