"""Procrastinate over a shared ledger: whoever is free takes what is due.

A job says that there is something to do for an issue; it names no person. It may be lost, late or
run twice: what is due stands in the ledger, each round offers it anew, and the rows alone decide.
"""

import asyncio
import logging
from contextlib import suppress
from math import ceil

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from newsletter.commands.rounds import Rounds
from newsletter.i18n import _
from newsletter.ledger.frozen import Schedule
from newsletter.ledger.postgresql import jobs_arguments
from newsletter.ledger.rows import LedgerError

_TASK = "newsletter:send"
_MAX_PAUSE_SECONDS = 30
_REST_SECONDS = 5


def serve(rounds: Rounds, url: str) -> None:
    """Work until a signal stops it; a database that goes away is waited for."""
    # `run_worker` ends where the database restarts (procrastinate 3.10, tried 2026-11).
    for name in ("procrastinate", "psycopg.pool", "asyncio"):  # what matters is told, or raised
        logging.getLogger(name).setLevel(logging.CRITICAL)
    pause = 1
    while not rounds.here.stopping.is_set():
        try:
            asyncio.run(_serve(rounds, url))
            pause = 1
        except (psycopg.Error, ConnectorException, LedgerError) as error:
            words = error.message if isinstance(error, LedgerError) else _("the database is away")
            message = _("{words}: trying again in {count} s").format(words=words, count=pause)
            rounds.here.tell(message)
            rounds.here.stopping.wait(pause)
            pause = min(2 * pause, _MAX_PAUSE_SECONDS)


async def _serve(rounds: Rounds, url: str) -> None:
    arguments = jobs_arguments(url)
    app = App(connector=PsycopgConnector(timeout=10, kwargs=arguments, min_size=1, max_size=1))
    failed = asyncio.get_running_loop().create_future()

    @app.task(name=_TASK)
    async def send(issue: str, list_name: str) -> None:
        try:
            await _send(app, rounds, (issue, list_name))
        except Exception as fault:
            if not failed.done():
                failed.set_exception(fault)  # the engine would note it, and go on
            raise

    async with app.open_async():
        jobs = asyncio.create_task(
            app.run_worker_async(
                install_signal_handlers=False,
                listen_notify=False,  # it would take a connection beside the engine's one
                fetch_job_polling_interval=1.0,
                delete_jobs="always",
            )
        )
        try:
            while not (jobs.done() or rounds.here.stopping.is_set()):
                await asyncio.to_thread(rounds.look_after_the_rest)
                for each in await asyncio.to_thread(rounds.due):
                    await _offer(app, each)
                seconds = await asyncio.to_thread(rounds.pause_seconds)
                await _pause(rounds, seconds, jobs, failed)
        finally:
            jobs.cancel()  # it ends once its job has
            await asyncio.wait([jobs])


async def _send(app: App, rounds: Rounds, which: tuple[str, str]) -> None:
    for each in await asyncio.to_thread(rounds.due):
        if each[:2] == which:
            await _offer(app, each)  # whoever else is free joins in
            await asyncio.to_thread(rounds.leave, each)
            await _rest(rounds, each)


async def _rest(rounds: Rounds, schedule: Schedule) -> None:
    """Take no job for a while where others hold what is left of this one."""
    for _second in range(_REST_SECONDS):
        due = await asyncio.to_thread(rounds.due)
        if rounds.here.stopping.is_set() or schedule[:2] not in [each[:2] for each in due]:
            return
        await asyncio.sleep(1)


async def _pause(rounds: Rounds, seconds: float, *ends: asyncio.Future[None]) -> None:
    """Return at the next round, or where the worker is to stop; raise what ended the engine."""
    for _second in range(ceil(seconds)):
        done, _going_on = await asyncio.wait(ends, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
        if done or rounds.here.stopping.is_set():
            return


async def _offer(app: App, schedule: Schedule) -> None:
    # One job alone waits for a list of an issue; more may run.
    lock = f"{schedule.issue} {schedule.list_name}"
    names = {"issue": schedule.issue, "list_name": schedule.list_name}
    with suppress(AlreadyEnqueued):
        await app.configure_task(_TASK, queueing_lock=lock, task_kwargs=names).defer_async()
