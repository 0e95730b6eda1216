"""What Postfix sends back, read from a mailbox of Dovecot, decides who is written to next."""

import csv
import imaplib
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from pathlib import Path
from types import MappingProxyType

import pytest
import trustme
from aiosmtpd.controller import Controller

from tests.ledgers import read_ledger
from tests.servers.conftest import MAILBOX_PASSWORD, Inbox, free_port, wait_until
from tests.servers.test_smtp import ISSUE, UNSUBSCRIBE
from tests.servers.test_workers import working

ROOT = Path(__file__).parents[2]
EMPTY: Mapping[str, str] = MappingProxyType({})
SENDER = "lettre@example.org"
# How twenty dead addresses are refused, and whether they are gone for it.
REFUSALS = {
    "550 5.1.1 User unknown": True,
    "550 5.1.1 Adresse d au moins un destinataire invalide. OFR204_416 [416]": True,
    "550 5.5.0 Adresse destinataire invalide. LPN007_416": True,
    "550 5.4.1 Recipient address rejected: Access denied": True,
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found": True,
    "550 no such mailbox here": True,
    "553 5.1.3 mailbox does not exist": True,
    "550 5.7.1 Recipient address rejected: User unknown": True,
    "554 delivery error: This user doesn't have an account here": True,
    "550 5.1.1 L'utilisateur est inconnu": True,
    "552 5.1.1 Boite du destinataire pleine. OFR204_417 [417]": False,
    "552 5.2.2 Mailbox full": False,
    "550 5.2.1 The email account that you tried to reach is disabled": False,
    "550 5.5.0 Le compte du destinataire est bloque. LPN007_426": False,
    "550 5.7.1 Message classified as spam": False,
    "550 5.7.26 unauthenticated sender": False,
    "554 5.7.1 Client host blocked using zen.spamhaus.org": False,
    "550 5.1.8 Sender address rejected: Domain not found": False,
    "552 5.3.4 Message size exceeds limit": False,
    "554 5.0.0 Transaction failed": False,
}
DEAD = {f"mort{number}@example.org": said for number, said in enumerate(REFUSALS)}
GONE = {address for address, said in DEAD.items() if REFUSALS[said]}
LIVING = [f"membre{number}@example.org" for number in range(280)]
# The command as it is typed, killed where an environment variable says.
COMMAND = """import os, runpy, signal
from newsletter.ledger.returns import Returns
from newsletter.returns import mailbox
from newsletter.returns.intake import Intake
def dying(function, after):
    def killed(*arguments, **named):
        made = function(*arguments, **named) if after else None
        os.kill(os.getpid(), signal.SIGKILL)
        return made
    return killed
match os.environ.get("KILLED"):
    case "fetched": mailbox._fetched = dying(mailbox._fetched, True)
    case "noted": Intake.take = dying(Intake.take, True)
    case "moved": Returns.note_read = dying(Returns.note_read, False)
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""


class RefusingInbox(Inbox):
    """The inbox of before, that refuses the dead."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: object, address: str, _options: object
    ) -> str:
        if address in DEAD:
            return DEAD[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    def taken(self) -> set[str]:
        """Return who got the mail."""
        return {address for address, _message in self.messages if address != SENDER}


@pytest.fixture(name="inbox")
def refusing_inbox() -> Iterator[RefusingInbox]:
    inbox = RefusingInbox(free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


class Box:
    """The mailbox that the bounces are put into, and looked at."""

    def __init__(self, port: int, authority: trustme.CA) -> None:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        self.imap = imaplib.IMAP4("127.0.0.1", port)
        self.imap.starttls(context)
        secret = f"\0retours\0{MAILBOX_PASSWORD}".encode()
        self.imap.authenticate("PLAIN", lambda _challenge: secret)

    def put(self, message: bytes) -> None:
        self.imap.append("INBOX", None, None, message)

    def count(self, folder: str, criterion: str = "ALL") -> int:
        status, _said = self.imap.select(folder, readonly=True)
        return len(self.imap.search(None, criterion)[1][0].split()) if status == "OK" else 0


@pytest.fixture(name="box")
def make_box(dovecot: int, authority: trustme.CA) -> Iterator[Box]:
    box = Box(dovecot, authority)
    yield box
    box.imap.logout()


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(name="newsletter")
def make_newsletter(
    workspace: Path, write_issue, authority: trustme.CA, tmp_path: Path, dovecot: int
) -> Run:
    """Return what runs a command in a workspace that knows the mailbox."""
    write_issue(ISSUE)
    juin = workspace / "issues/juin.yaml"
    juin.write_text(ISSUE.replace("de mai", "de juin"), "utf-8")
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with (workspace / "membres.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Courriel"], *([each] for each in (*LIVING, *DEAD))])
    usual = {
        **os.environ,
        "NEWSLETTER_MAILBOX_PASSWORD": MAILBOX_PASSWORD,
        "NEWSLETTER_SECRET": "un secret de trente-deux lettres",
        "SSL_CERT_FILE": str(trusted),
        "LC_ALL": "C.UTF-8",
    }
    settings = workspace / "newsletter.yaml"
    start = settings.read_text("utf-8").replace("unsubscribe:\n", UNSUBSCRIBE)

    def newsletter(
        *arguments: str, port: int, killed: str = "", environment: Mapping[str, str] = EMPTY
    ) -> subprocess.CompletedProcess[str]:
        settings.write_text(
            f"{start}\nsmtp: {{host: 127.0.0.1, port: {port}, security: none}}\n"
            f"bounces: {{address: {SENDER}, mailbox: {{host: 127.0.0.1, port: {dovecot},"
            " security: starttls, user: retours}}\n",
            "utf-8",
        )
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments, "--lang", "en"],
            cwd=workspace, env={**usual, "KILLED": killed, **environment}, timeout=120,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return newsletter


def bounce_of(message: bytes) -> bytes:
    """Return a bounce of a message that an unknown user was sent."""
    headers = message.split(b"\r\n\r\n")[0]
    return (
        b"From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; someone@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--B\r\nContent-Type: text/rfc822-headers\r\n\r\n" + headers + b"\r\n--B--\r\n"
    )


def mail_to_leave(message: bytes) -> bytes:
    """Return what a mail program sends for whoever clicks to unsubscribe from a message."""
    said = "".join(message_from_bytes(message)["List-Unsubscribe"].split())
    token = re.search(r"subject=unsubscribe%20([\w.-]+)", said)[1]
    return f"From: other@example.org\r\nSubject: unsubscribe {token}\r\n\r\n".encode()


def send(newsletter: Run, issue: str, port: int) -> str:
    arguments = ["send", f"issues/{issue}.yaml", "--members", "membres.csv", "--yes"]
    sent = newsletter(*arguments, port=port)
    assert sent.returncode in {0, 3}, sent.stdout + sent.stderr  # 3: some are refused at once
    return sent.stdout


def test_the_next_issue_leaves_out_who_is_gone_by_what_postfix_sends_back(
    postfix: int, inbox: RefusingInbox, box: Box, newsletter: Run
) -> None:
    send(newsletter, "essai", postfix)
    for address, message in list(inbox.wait_for(len(LIVING) + len(DEAD))):
        if address == SENDER:
            box.put(message)
    box.put(b"From: a@example.org\r\nSubject: Bonjour\r\n\r\nUne question.\r\n")

    read = newsletter("bounces", "--mailbox", port=postfix)
    box.put(mail_to_leave(next(each for name, each in inbox.messages if name == LIVING[0])))
    left = newsletter("unsubscribe", "--mailbox", port=postfix)
    again = newsletter("bounces", "--mailbox", port=postfix)
    inbox.messages.clear()
    screen = send(newsletter, "juin", postfix)
    inbox.wait_for(len(LIVING) - 1 + len(DEAD) - len(GONE))

    assert read.returncode == 0, read.stderr
    assert f"{len(GONE):6}  the address no longer exists" in read.stdout
    assert "likely" not in read.stdout
    assert left.stdout == "     1  wants no more emails\n"
    assert again.stdout == "nothing came back\n"
    assert (box.count("INBOX"), box.count("INBOX", "SEEN")) == (1, 0)
    assert box.count("Trait&AOk-s") == len(DEAD) + 1
    assert f"{len(GONE):8}  the address no longer exists" in screen
    assert inbox.taken() == set(LIVING[1:])


WRONG = "faux-et-secret"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("NEWSLETTER_MAILBOX_PASSWORD", WRONG, "127.0.0.1 refused the password of 'retours'"),
        (
            "SSL_CERT_FILE",
            "/dev/null",
            "the certificate of 127.0.0.1 is not from a known authority",
        ),
    ],
)
def test_a_wrong_password_is_told_and_not_shown_nor_given_to_a_stranger(
    name: str, value: str, told: str, inbox: RefusingInbox, newsletter: Run
) -> None:
    send(newsletter, "essai", inbox.port)

    read = newsletter("bounces", "--mailbox", port=inbox.port, environment={name: value})

    assert read.returncode == 2
    assert read.stderr.startswith(f"Error: {told}"), read.stderr
    assert WRONG not in read.stdout + read.stderr


@pytest.mark.parametrize("killed", ["fetched", "noted", "moved"])
def test_who_dies_while_reading_loses_nothing_and_notes_nothing_twice(
    killed: str, inbox: RefusingInbox, box: Box, newsletter: Run, workspace: Path
) -> None:
    send(newsletter, "essai", inbox.port)
    for _address, message in inbox.messages[:60]:
        box.put(bounce_of(message))

    dead = newsletter("bounces", "--mailbox", port=inbox.port, killed=killed)
    read = newsletter("bounces", "--mailbox", port=inbox.port)

    assert dead.returncode == -9
    assert read.returncode == 0, read.stderr
    assert (box.count("INBOX"), box.count("Trait&AOk-s")) == (0, 60)
    with read_ledger(workspace) as ledger:
        assert ledger is not None
        assert len(ledger.returns.of_issue("essai")) == 60


def test_the_demonstration_of_what_comes_back_ends_well() -> None:
    environment = {**os.environ, "NEWSLETTER_LANG": "fr", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, "tools/demo_returns.py"],
        cwd=ROOT, env=environment, timeout=120, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().splitlines()[-1].startswith("reçue par 176 : ")


def test_a_worker_reads_what_came_back(
    postfix: int, inbox: RefusingInbox, box: Box, newsletter: Run, workspace, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_MAILBOX_PASSWORD", MAILBOX_PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    send(newsletter, "essai", postfix)
    box.put(next(bounce_of(each) for address, each in inbox.wait_for(1) if address in LIVING))

    with working(workspace) as worker:
        assert wait_until(lambda: box.count("INBOX") == 0, 60)

    assert "     1  the address no longer exists" in worker.said
