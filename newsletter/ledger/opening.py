"""A workspace's ledger opened: its own file, with care, or one on a server that many share.

The file's journal is a WAL: a report can be read meanwhile, and what is committed survives the
death of the process. What of it survives a power cut, `ledger.writer` says.
"""

import secrets
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from newsletter.i18n import _
from newsletter.ledger.claims import Claims, ServerRows
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.moving import refuse_moved
from newsletter.ledger.rows import Database, LedgerError
from newsletter.ledger.tables import SCHEMA_VERSION, make_tables
from newsletter.ledger.writer import FileRows, Writer
from newsletter.problems.errors import NewsletterError
from newsletter.workspace import LEDGER_FILE, refuse_links

LOCK_FILE = "ledger.sqlite3.lock"
_BUSY_SECONDS = 30
_NOT_WRITTEN = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
                sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # fmt: skip


class SendUnderWay(NewsletterError):  # noqa: N818 - no fault
    """Another process holds the lock of the workspace's one send."""


@contextmanager
def open_ledger(workspace: Path, url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger of a workspace, or the shared one at `url`, to send; close it at the end.

    A file is locked meanwhile (`only_sender`): what is under way there belongs to the dead.
    """
    alone = only_sender(workspace) if url is None else nullcontext()
    with alone, running_ledger(workspace, url) as ledger:
        ledger.settle()
        yield ledger


@contextmanager
def running_ledger(workspace: Path, url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger beside a send that is running: nothing of what is under way is settled."""
    with closing(_opened(workspace, url)) as ledger:
        if url is None:
            refuse_moved(ledger)
        yield ledger


@contextmanager
def read_ledger(workspace: Path, url: str | None = None) -> Iterator[Ledger | None]:
    """Open the ledger for reading alone; None where there is none yet."""
    if url is None:
        _refuse_planted(workspace)
    if not has_ledger(workspace, url):
        yield None
        return
    with closing(_opened(workspace, url, read_only=True)) as ledger:
        yield ledger


def has_ledger(workspace: Path, url: str | None) -> bool:
    """Tell whether a workspace has a ledger, its own or one that is shared."""
    return url is not None or (workspace / LEDGER_FILE).exists()


def _opened(workspace: Path, url: str | None, *, read_only: bool = False) -> Ledger:
    if url is None:
        _refuse_planted(workspace)
        return ledger_in(workspace / LEDGER_FILE, read_only=read_only)
    from newsletter.ledger.postgresql import open_server, server_errors  # of the extra

    engine, worker = open_server(url, read_only=read_only), secrets.token_hex(8)
    at = Database(engine, partial(server_errors, url))
    writer = Writer(ServerRows(engine, worker), at.errors)
    return Ledger(at, writer, None, Claims(engine, at.errors, worker))


def ledger_in(path: Path, *, read_only: bool = False) -> Ledger:
    """Return the ledger in the file `path`, open."""
    with _file_errors(path):
        engine = _engine(path, read_only=read_only)
    at = Database(engine, partial(_file_errors, path))
    return Ledger(at, Writer(FileRows(path, engine), at.errors), path)


@contextmanager
def only_sender(workspace: Path) -> Iterator[None]:
    """Hold the lock of the workspace's one send; the system lets go of it when the process dies.

    One at a time, whatever the issue: the server counts all that comes from here. Raises
    `SendUnderWay` where another process holds it, `NewsletterError` where a link leads elsewhere.
    """
    _refuse_planted(workspace)
    with (workspace / LOCK_FILE).open("a+b") as file:
        if not _locked(file.fileno()):
            hint = _("wait for it to finish; for details, run newsletter report")
            raise SendUnderWay(_("another send is running in this workspace"), hint)
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


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """Tell what the database cannot do in sentences."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
        message = _("the ledger {file} is damaged or not a ledger")
        hint = _("restore its last copy; without it nobody knows who was sent what")
        if code in _NOT_WRITTEN or isinstance(cause, OSError):
            message = _("cannot write to the ledger {file}")
            hint = _("check the free space, and who may write to this file and its folder; then "
                     "run the same command with --resume")  # fmt: skip
        elif code == sqlite3.SQLITE_BUSY:
            message = _("another program is using the ledger {file}")
            hint = _("close it, then try again")
        raise LedgerError(message.format(file=path.name), hint=hint) from error


def _refuse_planted(workspace: Path) -> None:
    """Raise where a link or a pipe stands for a file of the ledger: it would be somebody's."""
    for name in (LOCK_FILE, *(f"{LEDGER_FILE}{end}" for end in ("", "-wal", "-shm", "-journal"))):
        refuse_links(workspace / name, workspace)
    if (workspace / LEDGER_FILE).exists() and not (workspace / LEDGER_FILE).is_file():
        with _file_errors(workspace / LEDGER_FILE):
            raise sqlite3.DatabaseError


def _engine(path: Path, *, read_only: bool) -> sa.Engine:
    """Return the database in `path`, made where there is none, unless it is for reading alone.

    One of an earlier version is then a copy in memory, as the next send will make it. Raises
    `LedgerError` where it is damaged, no ledger, or of a newer version, and left alone.
    """
    is_there = path.exists() and path.stat().st_size > 0
    number = _examine(path) if is_there or read_only else 0
    if read_only and number == SCHEMA_VERSION:
        by = {"creator": lambda: _for_reading(path), "poolclass": NullPool}
        return sa.create_engine("sqlite://", **by)
    if read_only:
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(_for_reading(path)) as original:
            original.backup(copy)
        engine = sa.create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
    else:
        if not path.exists():
            path.touch(mode=0o600)  # personal data; SQLite gives the files beside it these rights
        by = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), connect_args=by)
        sa.event.listen(engine, "connect", _prepare)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins nothing before DDL
            make_tables(connection)
            connection.commit()
    except BaseException:
        engine.dispose()
        raise
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
    if not has_journal and any(inode != str(path.stat().st_ino) for (inode,) in sends):
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
