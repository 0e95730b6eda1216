"""The ledger's tables: who is known, which issues were sent, and what came of each message.

The statements over them are SQLAlchemy's and the standard's, so that PostgreSQL can serve them one
day; what is SQLite's alone is in `ledger.file`.
"""

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    update,
)

SCHEMA_VERSION = 1

metadata = MetaData()

version = Table("version", metadata, Column("number", Integer, nullable=False))

# `id` stands for a recipient where an address may not: in links and in ids of messages.
recipients = Table(
    "recipients",
    metadata,
    Column("id", String, primary_key=True),
    Column("address", String, unique=True),  # in lower case; nothing once it is purged
)

issues = Table(
    "issues",
    metadata,
    Column("issue", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("parts", String, nullable=False),  # JSON: part -> its digest
    Column("begun", String, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("issue", String, nullable=False),
    Column("address", String),  # in lower case; nothing once it is purged
    Column("recipient_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("code", Integer, nullable=False),
    Column("words", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried", String, nullable=False),
    Column("next_try", String, nullable=False),
    Column("variant", String, nullable=False),
    UniqueConstraint("issue", "address"),
)

RECORD = (
    update(deliveries)
    .where(deliveries.c.number == bindparam("row"))
    .values(
        state=bindparam("new_state"),
        code=bindparam("new_code"),
        words=bindparam("new_words"),
        tries=bindparam("new_tries"),
        tried=bindparam("new_tried"),
        next_try=bindparam("new_next_try"),
        variant=bindparam("new_variant"),
    )
)
