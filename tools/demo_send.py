"""Send a sample to 300 made-up members on a bad day: a strict server, a lost file, a killed sender.

The server takes 50 messages a connection and 100 a minute, and goes away once; while the sender
waits, its members file is deleted and it is killed. The minute lasts four seconds here, and pauses
are as much shorter. Nothing leaves the machine, and nothing of the workspace changes: the sample is
sent from a copy. Run it from the repository's root: `make demo-send`.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from newsletter.workspace import user_language

ROOT = Path(__file__).parent.parent
ISSUE = "issues/2023-05-coulisses.yaml"
MEMBERS = 300
A_CONNECTION, A_MINUTE, AWAY_AT = 50, 100, 130
MINUTE_SECONDS = 4
COMMAND = """import runpy
from newsletter.mailing.delivery import patience
patience.PAUSE_SECONDS = 2
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""
FIRST_NAMES = ["Camille", "Hélène", "Zoé", "François", "Noël", "Gaëlle"]
DELEGATIONS = ["Bretagne", "Grand Est", "La Réunion", "Occitanie", ""]
STORY = {
    "en": [
        "300 made-up members, and a server on this machine: it takes 50 messages a connection,",
        "100 a minute (which lasts four seconds here), and goes away once.",
        "The server has had enough for a minute; the sender waits. We delete its members file",
        "and kill it (kill -9). Then one command:",
        "What the server saw:",
        "messages: {received}, for {people} people, {most} each",
        "connections: {connections}, of {longest} messages at most (limit: 50)",
        '"too much in one minute": {rate} times (limit: 100)',
        "out of service: {away} time",
        "sender killed after message {killed}: the second command began with the next",
    ],
    "fr": [
        "300 membres inventés, et un serveur sur cette machine : il prend 50 messages par",
        "connexion, 100 par minute (elle dure ici quatre secondes), et s’absente une fois.",
        "Le serveur en a assez pour cette minute ; l’envoi attend. Nous supprimons son fichier de",
        "membres et tuons le programme (kill -9). Ensuite, une seule commande :",
        "Ce que le serveur a vu :",
        "messages : {received}, pour {people} personnes, {most} chacune",
        "connexions : {connections}, de {longest} messages au plus (limite : 50)",
        "« trop en une minute » : {rate} fois (limite : 100)",
        "hors service : {away} fois",
        "programme tué après le message {killed} : la seconde commande a repris au suivant",
    ],
}


class StrictServer:
    """Takes so many messages a connection and a minute, and says that it goes away, once."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.of_connection: Counter[Session] = Counter()
        self.said: Counter[str] = Counter()
        self.is_full = threading.Event()  # for the second time
        self._times: list[float] = []

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: Session, envelope: Envelope, sender: str, _options: object
    ) -> str:
        """Take a message on, or ask for patience or for another connection."""
        now = time.monotonic()
        self._times = [each for each in self._times if now - each < MINUTE_SECONDS]
        if self.of_connection[session] >= A_CONNECTION:
            return "452 4.5.3 Too many messages sent"
        if self.received.total() >= AWAY_AT and not self.said["away"]:
            self.said["away"] += 1
            return "421 4.3.2 Going down for a moment"
        if len(self._times) >= A_MINUTE:
            self.said["rate"] += 1
            if self.received.total() > AWAY_AT:
                self.is_full.set()
            return "450 4.7.1 Too much mail in one minute"
        self._times.append(now)
        envelope.mail_from = sender
        return "250 fine"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        self.received.update(envelope.rcpt_tos)
        self.of_connection[session] += 1
        return "250 taken"


@contextmanager
def running_server() -> Iterator[tuple[StrictServer, int]]:
    """Run a server on a free port of this machine."""
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = StrictServer()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield server, port
    finally:
        controller.stop()


def copy_workspace(folder: Path, port: int) -> None:
    """Copy the sample's workspace, with the server's address in its settings."""
    for name in ("assets", "issues", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "newsletter.yaml").read_text(encoding="utf-8")
    smtp = f"smtp: {{host: 127.0.0.1, port: {port}, security: none}}\n"
    (folder / "newsletter.yaml").write_text(f"{settings}{smtp}", encoding="utf-8")


def write_members(path: Path) -> None:
    """Write the members file, as Excel in France does."""
    lines = ["Courriel;Prénom;Délégation;Profil"]
    for number in range(MEMBERS):
        name = FIRST_NAMES[number % len(FIRST_NAMES)]
        lines.append(f"membre{number}@example.org;{name};{DELEGATIONS[number % 5]};")
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")


def newsletter(folder: Path, *arguments: str, secret: str) -> subprocess.Popen[bytes]:
    """Start the command line; show what is typed."""
    print(f"\n$ newsletter {' '.join(arguments)}", flush=True)
    environment = {**os.environ, "NEWSLETTER_SECRET": secret, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], cwd=folder, env=environment
    )


def main() -> None:
    """Send, lose the file, be killed, resume, report."""
    story = STORY[user_language(str(ROOT), os.environ)]
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as name, running_server() as (server, port):
        folder, members = Path(name), Path(name) / "membres.csv"
        print(*story[:2], sep="\n")
        copy_workspace(folder, port)
        write_members(members)
        sender = newsletter(
            folder, "send", ISSUE, "--members", members.name, "--yes", secret=secret
        )
        server.is_full.wait(120)
        time.sleep(1)  # the sender has read the answer, and said that it waits
        members.unlink()
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        killed = server.received.total()
        print("", *story[2:4], sep="\n")
        status = newsletter(folder, "send", ISSUE, "--resume", "--yes", secret=secret).wait()
        newsletter(folder, "report", ISSUE, secret=secret).wait()
    print(f"\n{story[4]}")
    for line in story[5:]:
        told = line.format(
            received=server.received.total(),
            people=len(server.received),
            most=max(server.received.values(), default=0),
            connections=len(server.of_connection),
            longest=max(server.of_connection.values(), default=0),
            rate=server.said["rate"],
            away=server.said["away"],
            killed=killed,
        )
        print(f"  {told}")
    if status or server.received.total() != len(server.received) or len(server.received) != MEMBERS:
        sys.exit("The demonstration failed: see above.")


if __name__ == "__main__":
    main()
