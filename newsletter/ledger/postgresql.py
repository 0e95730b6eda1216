"""The ledger on PostgreSQL: opened with care, and upgraded when somebody asks for it."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from newsletter.i18n import _
from newsletter.ledger.rows import LedgerError
from newsletter.ledger.tables import SCHEMA_VERSION, make_tables, version
from newsletter.problems.errors import needing
from newsletter.settings.shared_ledger import tls_of

JOBS_SCHEMA = "newsletter_jobs"  # the engine's tables, apart from ours
# What is committed is on the server's disk, whatever the server's settings say; a laptop that was
# closed in the middle holds nothing up; a statement of ours takes milliseconds.
_SESSION = {
    "synchronous_commit": "on",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
_CONNECTION = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms; a dead line is noticed within the time of a lease
    "application_name": "newsletter",
    "prepare_threshold": None,  # PgBouncer gives each transaction another session
}
# What it says to whoever may not connect, before there is a code.
_REFUSALS = ("password", "authenti", 'role "', 'database "')
_UPGRADES = 20_261_128  # the advisory lock of whoever upgrades


@contextmanager
def server_errors(url: str) -> Iterator[None]:
    """Tell what the database cannot do in sentences."""
    try:
        yield
    except DBAPIError as error:
        raise _told(error, url) from error


def _told(error: DBAPIError, url: str) -> LedgerError:
    at, code = make_url(url), getattr(error.orig, "sqlstate", None) or ""
    words = str(error.orig).strip().splitlines() or [""]
    said = re.sub(r"^.*(failed:|FATAL:)", "", words[0]).strip()
    host = at.host or at.query.get("host", "")
    if code == "42P01":
        return _not_upgraded()
    if code.startswith(("28", "3D", "42501")) or any(each in said for each in _REFUSALS):
        message = _("the ledger's database refuses '{user}': {words}")
        hint = _("check ledger: in {file}, PGPASSWORD or ~/.pgpass, and the rights of that user")
    elif code.startswith("53"):
        message = _("the ledger's database is full, or takes no more connections: {words}")
        hint = _("make room there, then run the same command with --resume")
    elif "certificate" in said or "SSL" in said:
        message = _("the ledger's database at '{host}' cannot show that it is the one: {words}")
        hint = _("for a certificate of your own, add ?sslrootcert=FILE to ledger: in {file}")
    else:
        message = _("the ledger's database at '{host}' cannot be reached: {words}")
        hint = _("check the network and ledger: in {file}, then try again; nothing is lost")
    message = message.format(user=at.username or "", host=host, words=said)
    return LedgerError(message, hint=hint.format(file="newsletter.yaml"))


def _not_upgraded() -> LedgerError:
    message = _("the shared ledger is not set up for this version of the program")
    return LedgerError(message, hint=_("run: newsletter ledger upgrade"))


def connected(url: str, *, read_only: bool = False) -> Engine:
    """Return the database at `url`, of at most three connections; no table of it is looked at.

    Raises `NewsletterError` where what it needs is not installed.
    """
    session = _SESSION | ({"default_transaction_read_only": "on"} if read_only else {})
    options = " ".join(f"-c {name}={value}" for name, value in session.items())
    with needing_extra():
        return create_engine(
            url,
            connect_args={**_CONNECTION, **tls_of(url), "options": options},
            pool_size=2,  # and the engine of jobs has one of its own
            max_overflow=0,
            pool_pre_ping=True,  # it may have restarted since
        )


def needing_extra() -> AbstractContextManager[None]:
    """Raise `NewsletterError` where a part of the extra is missing."""
    message = _("a shared ledger is not installed: {module} is missing")
    return needing(message, "psycopg[binary]", "procrastinate")


def jobs_arguments(url: str) -> dict[str, Any]:
    """Return how psycopg reaches the engine's own tables in the database at `url`."""
    engine = connected(url)
    _none, named = engine.dialect.create_connect_args(engine.url)
    return {**named, **_CONNECTION, **tls_of(url), "options": f"-c search_path={JOBS_SCHEMA}"}


def open_server(url: str, *, read_only: bool = False) -> Engine:
    """Return the database at `url`, whose ledger is of this version.

    Raises `LedgerError` where it is not reached, refuses us, or is to be upgraded; or we are.
    """
    engine = connected(url, read_only=read_only)
    with ExitStack() as failing:
        failing.callback(engine.dispose)
        with server_errors(url), engine.connect() as connection:
            number = connection.scalar(select(version.c.number)) or 0
        if number < SCHEMA_VERSION:
            raise _not_upgraded()
        if number > SCHEMA_VERSION:
            message = _("the shared ledger was upgraded by a newer version of this program")
            raise LedgerError(message, hint=_("install that version; nothing was sent"))
        failing.pop_all()
    return engine


def upgrade(url: str) -> bool:
    """Make the ledger's tables and the engine's, or what they lack; return whether any was made.

    In one transaction: PostgreSQL undoes DDL too, and a colleague who upgrades meanwhile waits.
    """
    engine = connected(url)
    with server_errors(url), engine.begin() as connection:
        connection.execute(select(text(f"pg_advisory_xact_lock({_UPGRADES})")))
        number = make_tables(connection)
        is_new = _make_jobs(connection)
    engine.dispose()
    return number is None or is_new


def _make_jobs(connection: Connection) -> bool:
    """Make the engine's tables, or run those of its migrations that they lack; tell whether any.

    It does not track them itself, and its whole schema can be made but once.
    """
    files = resources.files("procrastinate.sql")
    steps = {each.name: each for each in (files / "migrations").iterdir()}
    is_new = not inspect(connection).has_schema(JOBS_SCHEMA)
    if is_new:
        connection.execute(CreateSchema(JOBS_SCHEMA))
    connection.execute(text(f"SET LOCAL search_path TO {JOBS_SCHEMA}"))
    if is_new:
        connection.execute(text("CREATE TABLE migrations (name text PRIMARY KEY)"))
    done = set(connection.scalars(text("SELECT name FROM migrations")))
    missing = sorted(name for name in steps.keys() - done if name.endswith(".sql"))
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it is open
    for step in [files / "schema.sql"] if is_new else map(steps.__getitem__, missing):
        driver.execute(step.read_text("utf-8"))  # several statements, which only the driver takes
    if missing:
        names = [{"name": each} for each in missing]
        connection.execute(text("INSERT INTO migrations VALUES (:name)"), names)
    return bool(missing)
