"""The ledger's file: opened with care, locked while a send is under way.

The journal is a WAL: a report can be read meanwhile, and what is committed survives the death of
the process. What of it survives a power cut, `ledger.writer` says.
"""

import secrets
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from newsletter.i18n import _
from newsletter.ledger.tables import SCHEMA_VERSION, keys, metadata, version
from newsletter.problems.errors import NewsletterError
from newsletter.workspace import LEDGER_FILE, refuse_links

LOCK_FILE = "ledger.sqlite3.lock"
_BUSY_SECONDS = 30
_CLOSED_TO_US = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


class LedgerError(NewsletterError):
    """The ledger cannot be read, or written."""


class SendUnderWay(NewsletterError):  # noqa: N818 - no fault
    """Another process holds the lock of the workspace's one send."""


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Tell what the database cannot do in sentences."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise _told(error, path) from error


def refuse_planted(workspace: Path) -> None:
    """Raise where a link or a pipe stands for a file of the ledger: it would be somebody's."""
    for name in (LOCK_FILE, *(f"{LEDGER_FILE}{end}" for end in ("", "-wal", "-shm", "-journal"))):
        refuse_links(workspace / name, workspace)
    if (workspace / LEDGER_FILE).exists() and not (workspace / LEDGER_FILE).is_file():
        raise _told(sqlite3.DatabaseError(), workspace / LEDGER_FILE)


def _told(error: BaseException, path: Path) -> LedgerError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    if code in _CLOSED_TO_US or isinstance(cause, PermissionError):
        message = _("cannot write to the ledger {file}")
        hint = _("check who may write to this file and its folder")
    elif code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR} or isinstance(cause, OSError):
        message = _("cannot write to the ledger {file}: the disk is full or damaged")
        hint = _("free some space, then run the same command with --resume")
    elif code == sqlite3.SQLITE_BUSY:
        message = _("another program is using the ledger {file}")
        hint = _("close it, then try again")
    else:
        message = _("the ledger {file} is damaged or not a ledger")
        hint = _("restore its last copy; without it nobody knows who was sent what")
    return LedgerError(message.format(file=path.name), hint=hint)


def open_engine(path: Path) -> sa.Engine:
    """Return the database in `path`, made where there is none.

    Raises `LedgerError` where it is damaged, no ledger, or of a newer version, and left alone.
    """
    with ledger_errors(path):
        if path.exists() and path.stat().st_size:
            _examine(path)
        if not path.exists():
            # Personal data; SQLite gives the files beside it the same rights.
            path.touch(mode=0o600)
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        )
        sa.event.listen(engine, "connect", _prepare)
        try:
            _make_tables(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine


def read_only_engine(path: Path) -> sa.Engine:
    """Return the database in `path`, which must exist, for reading alone; as `open_engine`.

    Of one of an earlier version, a copy in memory, as the next send will make it.
    """
    with ledger_errors(path):
        if _examine(path) == SCHEMA_VERSION:
            by = {"creator": lambda: _for_reading(path), "poolclass": NullPool}
            return sa.create_engine("sqlite://", **by)
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(_for_reading(path)) as original:
            original.backup(copy)
        engine = sa.create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
        _make_tables(engine)
        return engine


def _for_reading(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)


def _examine(path: Path) -> int:
    """Return the version of the file, opened for reading alone; raise where it is none of ours."""
    journal = path.with_name(f"{path.name}-wal")
    has_journal = journal.exists()  # before SQLite makes one to read it
    with closing(_for_reading(path)) as connection:
        [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        [(number,)] = connection.execute("SELECT number FROM version").fetchall() or [(0,)]
        query = f"SELECT inode FROM {'workers' if number > 3 else 'under_way'} WHERE inode <> ''"  # noqa: S608
        sends = connection.execute(query).fetchall() if number > 1 else []
    # In its own place, another program that looked into the file has folded the journal in.
    is_copy = any(inode != str(path.stat().st_ino) for (inode,) in sends)
    if is_copy and not has_journal:
        message = _("the ledger {file} is incomplete: it was copied while a send was under way")
        hint = _("bring {journal} too, from where it was copied; nothing was sent")
        raise LedgerError(message.format(file=path.name), hint=hint.format(journal=journal.name))
    if number > SCHEMA_VERSION:
        message = _("the ledger {file} was written by a newer version of this program")
        hint = _("install that version; nothing was sent")
        raise LedgerError(message.format(file=path.name), hint=hint)
    return int(number)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # but see ledger.writer
    connection.execute("PRAGMA secure_delete = ON")  # what `purge` erases is to be gone


def fold_journal(engine: sa.Engine) -> None:
    """Have all that is committed in the file itself, and nothing left in the journal beside it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_tables(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins nothing before DDL
        make_tables(connection)
        connection.commit()


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
        connection.execute(sa.insert(keys).values(value=secrets.token_hex(32)))
    return number


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


@contextmanager
def only_sender(workspace: Path, url: str | None = None) -> Iterator[None]:
    """Hold the lock of the workspace's one send; the system lets go of it when the process dies.

    One at a time, whatever the issue: the server counts all that comes from here. From a ledger
    that is shared, at `url`, any number may send: nothing is held. Raises `SendUnderWay` where
    another process holds it, and `NewsletterError` where a link leads elsewhere.
    """
    if url is not None:
        yield
        return
    refuse_planted(workspace)
    with (workspace / LOCK_FILE).open("a+b") as file:
        if not _locked(file.fileno()):
            message = _("another send is running in this workspace")
            hint = _("wait for it to finish; for details, run newsletter report")
            raise SendUnderWay(message, hint)
        yield


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
