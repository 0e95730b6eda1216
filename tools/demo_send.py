"""Send a sample issue to 200 made-up members, into a server that this script starts and stops.

Nothing leaves the machine, and nothing of the workspace changes: the sample is sent from a copy.
Run it from the repository's root: `make demo-send`.
"""

import email
import email.policy
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

ROOT = Path(__file__).parent.parent
ISSUE = "issues/2023-05-coulisses.yaml"
MEMBERS = 200
FIRST_NAMES = ["Camille", "Hélène", "Zoé", "François", "Noël", "Gaëlle"]
DELEGATIONS = ["Bretagne", "Grand Est", "La Réunion", "Occitanie", ""]
PROFILES = ["ESN", "éditeur", "start-up", ""]


class Inbox:
    """Keeps the messages, and refuses one member in a hundred, as happens in life."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient on, or not."""
        if address.startswith(("membre99@", "membre199@")):
            return "550 5.1.1 no such box"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        """Take a message."""
        self.messages.append(envelope.original_content or b"")
        return "250 taken"


@contextmanager
def running_server() -> Iterator[tuple[Inbox, int]]:
    """Run a server on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


def copy_workspace(folder: Path, port: int) -> None:
    """Copy the sample's workspace, with the server's address in its settings."""
    for name in ("assets", "issues", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "newsletter.yaml").read_text(encoding="utf-8")
    smtp = f"smtp: {{host: 127.0.0.1, port: {port}, security: none, rate: 50/second}}\n"
    (folder / "newsletter.yaml").write_text(f"{settings}{smtp}", encoding="utf-8")


def write_members(path: Path) -> None:
    """Write the members file, as Excel in France does."""
    lines = ["Courriel;Prénom;Délégation;Profil"]
    for number in range(MEMBERS):
        name = FIRST_NAMES[number % len(FIRST_NAMES)]
        delegation, profile = DELEGATIONS[number % 5], PROFILES[number % 4]
        lines.append(f"membre{number}@example.org;{name};{delegation};{profile}")
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")


def newsletter(*arguments: str, folder: Path) -> int:
    """Run the command line; show what is typed."""
    print(f"\n$ newsletter {' '.join(arguments)}", flush=True)
    environment = {**os.environ, "NEWSLETTER_SECRET": secrets.token_hex(16)}
    command = [sys.executable, "-m", "newsletter", *arguments]
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def show(message: bytes) -> None:
    """Print the head of a message and its plain text."""
    found = email.message_from_bytes(message, policy=email.policy.default)
    print("\nOne of the messages received:\n")
    for name, value in found.items():
        print(f"{name}: {value}")
    text = found.get_body(("plain",)) if isinstance(found, EmailMessage) else None
    if text is not None:
        print("\n" + "\n".join(text.get_content().splitlines()[:16]) + "\n…")


def main() -> None:
    """Send, report, show a message."""
    with tempfile.TemporaryDirectory() as name, running_server() as (inbox, port):
        folder = Path(name)
        copy_workspace(folder, port)
        write_members(folder / "membres.csv")
        sent = newsletter("send", ISSUE, "--members", "membres.csv", "--yes", folder=folder)
        newsletter("report", ISSUE, folder=folder)
    if sent not in {0, 3} or not inbox.messages:
        sys.exit("The demonstration failed: see above.")
    show(inbox.messages[0])
    print(f"\n{len(inbox.messages)} messages were received; the server has stopped.")


if __name__ == "__main__":
    main()
