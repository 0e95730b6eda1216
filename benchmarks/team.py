"""Time many workers of one shared ledger, and what a claim takes in a large one.

Not part of `make bench`, for it needs a PostgreSQL that writes through to a disk, where databases
may be made: `PYTHONPATH=. .venv/bin/python benchmarks/team.py postgresql+psycopg://me@/postgres`.
"""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from measures import ROOT, Row, Table, markdown
from newsletter.ledger.opening import running_ledger
from newsletter.ledger.postgresql import upgrade
from newsletter.ledger.rows import Person
from newsletter.ledger.states import State
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.run import Job
from newsletter.mailing.message.head import Addressee
from newsletter.settings.loading import load_settings
from send import VALUES, by_us, our_run, our_template
from sink import free_port, running_sink, running_slow_sink

DELAY_SECONDS = 0.02  # to the database and back
ROUNDS = 3
ROWS, CLAIMED = 1_000_000, 200_000


def new_ledger(server: str, name: str) -> str:
    """Return the address of a new, empty ledger on a server."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server).set(database=name).render_as_string()
    upgrade(url)
    return url


def noted(url: str, recipients: int) -> None:
    """Note so many recipients of an issue."""
    ids = map(str, count())
    people = [Person(f"membre{number}@example.org") for number in range(recipients)]
    with running_ledger(Path(), url) as ledger:
        ledger.note("banc", people, new_id=lambda: next(ids))


def work(url: str, port: int, connections: int) -> None:
    """Be a worker: send what is to be claimed once a line comes in; print when it was done."""
    template = our_template(load_settings(ROOT).settings)
    with running_ledger(Path(), url) as ledger:
        ledger.under_way.begin("banc")

        def jobs() -> Iterator[Job]:
            while found := ledger.claims.claim("banc", "", State.QUEUED):
                for row, _values in found:
                    to = Addressee(row.address, f"<{row.number}@example.org>", "tok", VALUES)
                    yield Job(
                        row, row.address, lambda now, to=to: template.for_recipient(to, date=now)
                    )

        print("ready", flush=True)
        sys.stdin.readline()
        run = our_run(port, ledger)
        outcomes = deliver(run, jobs(), connections=connections, resumes=lambda _outcome: False)
        sent = sum(1 for _outcome in outcomes)
        print(sent, time.time(), flush=True)
        ledger.claims.release()
        ledger.under_way.end()


def per_second(url: str, port: int, *, workers: int, connections: int, recipients: int) -> float:
    """Return how many messages a second so many workers send together."""
    noted(url, recipients)
    command = [sys.executable, __file__, url, str(port), str(connections)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _number in range(workers)]
    for each in running:
        each.stdout.readline()
    start = time.time()
    for each in running:
        each.stdin.write("\n")
        each.stdin.flush()
    ends = [each.communicate()[0].split() for each in running]
    if sum(int(sent) for sent, _end in ends) != recipients:
        sys.exit(f"not everyone was sent to: {ends}")
    return recipients / (max(float(end) for _sent, end in ends) - start)


@contextmanager
def far_away(url: str) -> Iterator[str]:
    """Give the address of a database that answers so much later."""
    at, port, loop = make_url(url), free_port(), asyncio.new_event_loop()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            loop.call_later(DELAY_SECONDS / 2, writer.write, piece)
        loop.call_later(DELAY_SECONDS, writer.close)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs = await asyncio.open_connection(at.host or "127.0.0.1", at.port or 5432)
        await asyncio.gather(pass_on(reader, theirs[1]), pass_on(theirs[0], writer))

    loop.run_until_complete(asyncio.start_server(connected, "127.0.0.1", port))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    yield at.set(host="127.0.0.1", port=port).render_as_string()
    loop.call_soon_threadsafe(loop.stop)


def rates(server: str) -> Table:
    """Return the table of workers together, and beside a ledger in a file."""
    template, number = our_template(load_settings(ROOT).settings), count()

    def shared(port: int, *, far: bool = False, **how: int) -> float:
        url = new_ledger(server, f"banc{next(number)}")
        if not far:
            return per_second(url, port, **how)
        with far_away(url) as slow:
            return per_second(slow, port, **how)

    def in_file(port: int, connections: int, recipients: int) -> float:
        start = time.perf_counter()
        by_us(port, template, connections, recipients)
        return recipients / (time.perf_counter() - start)

    with running_sink() as fast, running_slow_sink() as slow:
        works: list[tuple[str, Callable[[], float]]] = [
            ("one worker, a relay of 20 ms",
             lambda: shared(slow, workers=1, connections=1, recipients=400)),
            ("four workers, a relay of 20 ms",
             lambda: shared(slow, workers=4, connections=1, recipients=1600)),
            ("one worker, a relay and a database of 20 ms",
             lambda: shared(slow, far=True, workers=1, connections=1, recipients=400)),
            ("a file, a relay of 20 ms", lambda: in_file(slow, 1, 400)),
            ("one worker of two connections into smtp-sink",
             lambda: shared(fast, workers=1, connections=2, recipients=4000)),
            ("a file, two connections into smtp-sink", lambda: in_file(fast, 2, 4000)),
        ]  # fmt: skip
        rounds = [[work() for _what, work in works] for _round in range(ROUNDS)]
    columns = zip(*rounds, strict=True)
    rows = tuple(
        Row(what, measured=column) for (what, _work), column in zip(works, columns, strict=True)
    )
    says = "How many messages a second leave, each noted in the ledger before and after."
    return Table(
        "Workers of one ledger", says, "messages/s", rows, more_is_better=True, compares=False
    )


def claims(server: str) -> Table:
    """Return the table of claims through a large ledger, of which nothing is cleaned up."""
    url = new_ledger(server, "banc_claims")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE deliveries SET (autovacuum_enabled = off)"))
        connection.execute(text(
            "INSERT INTO deliveries SELECT n, 'banc', 'm' || n || '@example.org', 'id' || n,"
            " 'queued', 0, '', 0, '', '', 'v', '', '' FROM generate_series(1, :rows) n"
        ), {"rows": ROWS})  # fmt: skip
        connection.execute(text("ANALYZE deliveries"))
        size = connection.scalar(text("SELECT pg_total_relation_size('deliveries')"))
        found: list[float] = []
        with running_ledger(Path(), url) as ledger:
            ledger.under_way.begin("banc")
            for _number in range(CLAIMED // 50):
                start = time.perf_counter()
                rows = [row for row, _values in ledger.claims.claim("banc", "", State.QUEUED)]
                found.append((time.perf_counter() - start) * 1000)
                for state in (State.ATTEMPTING, State.ACCEPTED):
                    ledger.record([row._replace(state=state, tries=1) for row in rows])
    says = (
        f"A claim of 50 through {CLAIMED:,} of {ROWS:,} recipients; {size / ROWS:.0f} bytes each."
    )
    last = found[-len(found) // 10 :]
    rows = (Row("a claim", measured=tuple(found)), Row("of the last tenth", measured=tuple(last)))
    return Table("Claims", says, "ms", rows, compares=False)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        for table in (claims(sys.argv[1]), rates(sys.argv[1])):
            print(markdown(table))
