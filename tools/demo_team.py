"""One ledger, two colleagues, two workers: a letter that leaves by itself, though one is killed.

PostgreSQL is unpacked from Debian's packages, never installed, and stopped at the end; nothing
leaves the machine, and nothing of the workspace changes. Claire schedules in her clone, Paul looks
in his. At the hour both workers send; then Claire's is killed (kill -9), and the database dropped
in the middle. A worker's minute lasts five seconds here. `make demo-team`.
"""

import asyncio
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from newsletter.workspace import user_language

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tests.servers.conftest import (  # noqa: E402 - after the path
    POSTGRESQL,
    POSTGRESQL_START,
    free_port,
    restart_at_once,
    started,
)
from tools.demo_send import ISSUE, MEMBERS, copy_workspace, write_members  # noqa: E402

KILL_AT, RESTART_AT = 80, 160
MESSAGE_SECONDS = 0.04
END_SECONDS = 90
COMMAND = """import runpy
from newsletter.ledger import tables
tables.LEASE_SECONDS = 5
tables.IS_ALIVE = tables.workers.c.seen > tables.NOW - 5
from newsletter.commands import rounds
rounds.ROUND_SECONDS = 5
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""
STORY = {
    "fr": (
        "300 membres inventés, une base PostgreSQL et un serveur de mail sur cette machine ;",
        "deux clones du même espace de travail, chez Claire et chez Paul, un worker dans chacun.",
        "Claire programme la lettre, et ferme son portable. Paul le voit :",
        "À l’heure dite, les deux workers envoient.",
        "Au message {killed}, le worker de Claire est tué (kill -9).",
        "Au message {restarted}, la base tombe et redémarre.",
        "Chez Paul, ce que tenait le worker tué est repris. Les deux clones disent la même chose :",
        "En vol à sa mort, donc incertains et jamais renvoyés d’eux-mêmes : {uncertain}",
        "Ce que le serveur a vu : {received} messages, pour {people} personnes, {most} chacune",
        "(en {seconds} s ; le worker de Paul, arrêté par SIGTERM, finit proprement : {status})",
        "chez {who}",
        "worker de {who}",
    ),
    "en": (
        "300 made-up members, a PostgreSQL database and a mail server on this machine;",
        "two clones of one workspace, Claire's and Paul's, and a worker in each.",
        "Claire schedules the letter and closes her laptop. Paul sees it:",
        "At the hour both workers send.",
        "At message {killed} Claire's worker is killed (kill -9).",
        "At message {restarted} the database drops everything and starts anew.",
        "Paul's takes over what the dead one held. Both clones say the same:",
        "In the air when it died, so uncertain, and never sent again by themselves: {uncertain}",
        "What the server saw: {received} messages, for {people} people, {most} each",
        "(in {seconds} s; Paul's worker, stopped by SIGTERM, ends cleanly: {status})",
        "{who}'s",
        "{who}'s worker",
    ),
}


class Inbox:
    """Takes a message in some milliseconds; holds its breath before a message of some numbers."""

    def __init__(self, acts: dict[int, Callable[[], None]]) -> None:
        self.acts = acts
        self.received: Counter[str] = Counter()
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, sender: str, _options: object
    ) -> str:
        """Take a message on, once what happens meanwhile has happened."""
        await self.goes_on.wait()
        if self.acts and self.received.total() >= min(self.acts):
            act = self.acts.pop(min(self.acts))
            self.goes_on.clear()
            await asyncio.sleep(1)  # whoever was answered has noted it
            await asyncio.to_thread(act)
            self.goes_on.set()
        envelope.mail_from = sender
        return "250 fine"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        await asyncio.sleep(MESSAGE_SECONDS)
        self.received.update(envelope.rcpt_tos)
        return "250 taken"


class Team:
    """Two clones beside one database, and what is typed in them."""

    def __init__(self, folder: Path, smtp: int, url: str, story: tuple[str, ...]) -> None:
        self.story = story
        self.environment = {**os.environ, "NEWSLETTER_SECRET": secrets.token_hex(16),
                            "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}  # fmt: skip
        self.clones = {name: folder / name for name in ("Claire", "Paul")}
        for clone in self.clones.values():
            copy_workspace(clone, smtp)
            with (clone / "newsletter.yaml").open("a", encoding="utf-8") as settings:
                settings.write(f"ledger: {url}\n")

    def start(self, who: str, *arguments: str) -> subprocess.Popen[str]:
        """Start the command line in a clone."""
        user = {"GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": f"{who.lower()}@example.org"}
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=self.clones[who], env=self.environment | user,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip

    def typed(self, who: str, *arguments: str, shown: str) -> str:
        """Run a command, and show those lines of what it says."""
        print(f"\n{self.story[10].format(who=who)} $ newsletter {' '.join(arguments)}", flush=True)
        said, _nothing = self.start(who, *arguments).communicate()
        print(*(line for line in said.splitlines() if re.search(shown, line)), sep="\n", flush=True)
        return said

    def worker(self, who: str) -> subprocess.Popen[str]:
        """Start a worker, whose lines are shown as they come."""
        process = self.start(who, "worker")

        def show() -> None:
            for line in process.stdout or ():
                print(f"  [{self.story[11].format(who=who)}] {line.rstrip()}", flush=True)

        threading.Thread(target=show, daemon=True).start()
        return process


def start_database(stack: ExitStack, folder: Path) -> str:
    """Start PostgreSQL; return its address."""
    port = free_port()
    without = "hba_file", "ssl"
    lines = POSTGRESQL.format(port=port).splitlines()
    settings = "\n".join(line for line in lines if not line.startswith(without)) + "\n"
    start = "\n".join(line for line in POSTGRESQL_START.splitlines() if "key.pem" not in line)
    server = started("postgresql", {"postgresql.conf": settings}, start, port, folder)
    stack.callback(server.wait)
    stack.callback(server.stdin.close)
    return f"postgresql+psycopg://lettre@127.0.0.1:{port}/postgres"


def main() -> None:
    """Schedule, look, kill a worker, drop the database, report twice."""
    story = STORY[user_language(str(ROOT), os.environ)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL is another user
        acts: dict[int, Callable[[], None]] = {}
        inbox, smtp = Inbox(acts), free_port()
        controller = Controller(inbox, hostname="127.0.0.1", port=smtp)
        controller.start()
        stack.callback(controller.stop)
        print(*story[:2], sep="\n")
        url = start_database(stack, folder)
        team = Team(folder, smtp, url, story)
        before = time.monotonic()
        team.typed("Claire", "ledger", "upgrade", shown=".")
        seconds = time.monotonic() - before  # that a command takes here
        workers = {who: team.worker(who) for who in team.clones}
        for each in workers.values():
            stack.callback(each.kill)
        write_members(team.clones["Claire"] / "membres.csv")

        def tell_and(line: str, act: Callable[[], object]) -> Callable[[], None]:
            def run() -> None:
                print(line, flush=True)
                act()

            return run

        acts[KILL_AT] = tell_and(story[4].format(killed=KILL_AT), workers["Claire"].kill)
        acts[RESTART_AT] = tell_and(
            story[5].format(restarted=RESTART_AT), lambda: restart_at_once(url)
        )
        print("", story[2], sep="\n")
        hour = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(seconds=max(7, 5 * seconds))
        typed = f"{hour:%Y-%m-%d %H:%M:%S}"
        team.typed("Claire", "send", ISSUE, "--members", "membres.csv", "--yes", "--at", typed,
                   shown="^(leaves on|partira|Err)")  # fmt: skip
        team.typed("Paul", "report", ISSUE, shown="programm|schedul")
        print("", story[3], sep="\n", flush=True)
        end = time.monotonic() + END_SECONDS
        while len(inbox.received) < MEMBERS and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(1)
        workers["Paul"].send_signal(signal.SIGTERM)
        status = workers["Paul"].wait(20)
        print("", story[6], sep="\n")
        reports = [
            team.typed(who, "report", ISSUE, shown="^2023-05|^ {3}[0-9 ]") for who in workers
        ]
    told = {
        "received": inbox.received.total(),
        "people": len(inbox.received),
        "most": max(inbox.received.values(), default=0),
        "uncertain": (re.findall(r"(\d+)  (?:uncertain|incertain)", reports[0]) or ["0"])[0],
        "seconds": round(time.monotonic() - began),
        "status": status,
    }
    print("", *(line.format(**told) for line in story[7:10]), sep="\n")
    is_once = inbox.received.total() == len(inbox.received) == MEMBERS
    if status or not is_once or reports[0] != reports[1]:
        sys.exit("The demonstration failed: see above.")


if __name__ == "__main__":
    main()
