"""A workspace's ledger opened: its own file, or one on a server that several machines share."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from newsletter.ledger.ledger import Ledger
from newsletter.ledger.moving import refuse_moved
from newsletter.ledger.rows import Database
from newsletter.ledger.sqlite import ledger_errors, open_engine, read_only_engine, refuse_planted
from newsletter.ledger.writer import FileRows
from newsletter.workspace import LEDGER_FILE


@contextmanager
def open_ledger(workspace: Path, url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger of a workspace, or the shared one at `url`; close it at the end.

    Of a file only the holder of the workspace's lock may: what is under way belongs to the dead.
    """
    with running_ledger(workspace, url) as ledger:
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
        refuse_planted(workspace)
    if not has_ledger(workspace, url):
        yield None
        return
    with closing(_opened(workspace, url, read_only=True)) as ledger:
        yield ledger


def has_ledger(workspace: Path, url: str | None) -> bool:
    """Tell whether a workspace has a ledger, its own or one that is shared."""
    return url is not None or (workspace / LEDGER_FILE).exists()


def _opened(workspace: Path, url: str | None, *, read_only: bool = False) -> Ledger:
    if url is not None:
        return _shared(url, read_only=read_only)
    refuse_planted(workspace)
    return ledger_in(workspace / LEDGER_FILE, read_only=read_only)


def ledger_in(path: Path, *, read_only: bool = False) -> Ledger:
    """Return the ledger in the file `path`, open."""
    engine = read_only_engine(path) if read_only else open_engine(path)
    at, rows = Database(engine, partial(ledger_errors, path)), FileRows(path, engine)
    ledger = Ledger(at, path.name, rows, path)
    ledger.mark_recipients()
    return ledger


def _shared(url: str, *, read_only: bool) -> Ledger:
    from newsletter.ledger.claims import Claims, ServerRows
    from newsletter.ledger.postgresql import open_server, server_errors

    engine, worker = open_server(url, read_only=read_only), secrets.token_hex(8)
    at, rows = Database(engine, partial(server_errors, url)), ServerRows(engine, worker)
    return Ledger(at, str(engine.url.database), rows, None, Claims(engine, at.errors, worker))
