"""The ledger of a test's workspace: a file, or a database where LEDGER_SERVER names a server."""

import itertools
import os
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from newsletter.ledger import opening
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.postgresql import upgrade

SERVER = os.environ.get("LEDGER_SERVER", "")
of_a_file = pytest.mark.of_a_file  # what holds of a file alone; tests/servers leaves it out
_number = itertools.count()


def share_ledger(workspace: Path, server: str = SERVER) -> str:
    """Give a workspace a new database on that server as its ledger; return its address."""
    url = new_database(server)
    with (workspace / "newsletter.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"ledger: {url}\n")
    return url


def new_database(server: str) -> str:
    """Return the address of a new database on that server, an empty ledger."""
    name = f"t{os.getpid()}_{next(_number)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE ledger_template"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def make_template(server: str, more: str = "") -> None:
    """Make the database that the others are copies of."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE ledger_template TEMPLATE template0 {more}"))
    upgrade(make_url(server).set(database="ledger_template").render_as_string(hide_password=False))


def url_of(workspace: Path) -> str | None:
    said = re.search(r"^ledger: (.*)$", (workspace / "newsletter.yaml").read_text("utf-8"), re.M)
    return said[1] if said else None


def open_ledger(workspace: Path) -> AbstractContextManager[Ledger]:
    return opening.open_ledger(workspace, url_of(workspace))


def running_ledger(workspace: Path) -> AbstractContextManager[Ledger]:
    return opening.running_ledger(workspace, url_of(workspace))


def read_ledger(workspace: Path) -> AbstractContextManager[Ledger | None]:
    return opening.read_ledger(workspace, url_of(workspace))


def execute(workspace: Path, statement: str, **said: object) -> Sequence[Sequence[Any]]:
    """Run a statement on a ledger beside the program; return its rows, if it has any."""
    url = url_of(workspace) or f"sqlite:///{workspace / 'ledger.sqlite3'}"
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement), said)
        return result.all() if result.returns_rows else ()


def has_ledger(workspace: Path) -> bool:
    return opening.has_ledger(workspace, url_of(workspace))


def lose_ledger(workspace: Path) -> None:
    """Leave a workspace without a ledger: as a colleague's clone, where it is a file."""
    for path in workspace.glob("ledger*"):
        path.unlink()
    if url_of(workspace):
        settings = workspace / "newsletter.yaml"
        settings.write_text(re.sub("(?m)^ledger: .*\n", "", settings.read_text("utf-8")), "utf-8")
        share_ledger(workspace)


def content_of(workspace: Path) -> bytes:
    """Return all that a ledger holds; of a file, what it held before too."""
    if url_of(workspace) is None:
        return b"".join(path.read_bytes() for path in workspace.glob("ledger*"))
    tables = execute(workspace, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [execute(workspace, f"SELECT * FROM {name}") for (name,) in tables]  # noqa: S608
    return repr(rows).encode()
