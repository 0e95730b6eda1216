"""A letter to 200 members through a real Postfix: twenty are dead, three leave, one complains.

Postfix and Dovecot are unpacked from Debian's packages, never installed, and stopped at the end;
nothing leaves the machine. What Postfix sends back is read from the mailbox, and next month's
letter leaves out exactly who is gone, and says why. `make demo-returns`.
"""

import imaplib
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from newsletter.workspace import user_language

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tests.leaving.serving import (  # noqa: E402 - after the path
    ENVIRONMENT,
    FORM,
    ONE_CLICK,
    Page,
    leaving_process,
)
from tests.servers.conftest import (  # noqa: E402
    DOVECOT,
    DOVECOT_START,
    MAILBOX_PASSWORD,
    POSTFIX_MAIN,
    POSTFIX_MASTER,
    POSTFIX_START,
    Inbox,
    free_port,
    started,
    wait_until,
)
from tools.demo_send import copy_workspace  # noqa: E402

ISSUE, NEXT = "issues/2023-05-coulisses.yaml", "issues/2023-10-visages.yaml"
SENDER = "lettre@example.org"
LIVING = [f"membre{number}@example.org" for number in range(180)]
DEAD = [f"parti{number}@example.org" for number in range(20)]
LEAVING, COMPLAINING = LIVING[:3], LIVING[3]
REFUSALS = (
    "550 5.1.1 User unknown",
    "550 5.1.1 Adresse d au moins un destinataire invalide. OFR204_416",
    "550 5.5.0 Adresse destinataire invalide. LPN007_416",
    "550 5.4.1 Recipient address rejected: Access denied",
)
STORY = {
    "en": (
        "{count} members receive the letter; {dead} addresses are dead, and Postfix says so.",
        "Three click once to leave: their mail programs post to the address in List-Unsubscribe.",
        "One reports the letter as spam, and the provider tells. The mailbox is read:",
        "Next month’s letter leaves out exactly those, and says why:",
        "received by {count}: everyone but the dead, those who left, and who complained",
    ),
    "fr": (
        "{count} membres reçoivent la lettre ; {dead} adresses sont mortes, et Postfix le dit.",
        "Trois partent d’un clic : leur messagerie écrit à l’adresse donnée par List-Unsubscribe.",
        "Une personne signale un spam, et son fournisseur le dit. On lit la boîte :",
        "La lettre du mois suivant laisse de côté exactement ceux-là, et dit pourquoi :",
        "reçue par {count} : tous sauf les adresses mortes, les partants et la plaignante",
    ),
}
COMPLAINT = """From: plaintes@provider.example\r
To: {sender}\r
Subject: Complaint\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=feedback-report; boundary=B\r
\r
--B\r
Content-Type: message/feedback-report\r
\r
Feedback-Type: abuse\r
Version: 1\r
\r
--B\r
Content-Type: message/rfc822\r
\r
{original}\r
--B--\r
"""


class Providers(Inbox):
    """All the mailbox providers of the world: they take mail, but for the dead."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient, or refuse the dead."""
        if address in DEAD:
            return REFUSALS[DEAD.index(address) % len(REFUSALS)]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    def of(self, address: str) -> list[bytes]:
        """Return what someone received."""
        return [message for each, message in self.messages if each == address]


def start_servers(stack: ExitStack, folder: Path, inbox: Inbox) -> tuple[int, int]:
    """Start Postfix and Dovecot; return their ports."""
    smtp, imap = free_port(), free_port()
    main_cf = POSTFIX_MAIN.format(inbox=inbox.port, refused="nobody@example.org")
    plain = "\n".join(line for line in main_cf.splitlines() if "_tls_" not in line) + "\n"
    dovecot = DOVECOT.format(port=imap, password=MAILBOX_PASSWORD).replace("ssl = yes", "ssl = no")
    plain_imap = "\n".join(line for line in dovecot.splitlines() if not line.startswith("ssl_"))
    master = POSTFIX_MASTER.format(port=smtp)
    files = {"main.cf": plain, "master.cf": master}
    for name, texts, command, port in (
        ("postfix", files, POSTFIX_START, smtp),
        ("dovecot", {"dovecot.conf": plain_imap}, DOVECOT_START, imap),
    ):
        server = started(name, texts, command, port, folder)
        stack.callback(server.wait)
        stack.callback(server.stdin.close)
    return smtp, imap


def newsletter(folder: Path, *arguments: str, shown: str = ".*") -> str:
    """Run a command as it is typed, and show those lines of what it says."""
    print(f"\n$ newsletter {' '.join(arguments)}"[:100], flush=True)
    environment = {
        **os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT),
        "NEWSLETTER_MAILBOX_PASSWORD": MAILBOX_PASSWORD,
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        encoding="utf-8", check=False,
    )  # fmt: skip
    for line in run.stdout.splitlines():
        if re.search(shown, line):
            print(line)
    return run.stdout


def fill_mailbox(imap: int, messages: list[bytes]) -> None:
    """Put what came back into the mailbox, as the team's server does."""
    box = imaplib.IMAP4("127.0.0.1", imap)
    secret = f"\0retours\0{MAILBOX_PASSWORD}".encode()
    box.authenticate("PLAIN", lambda _challenge: secret)
    for each in messages:
        box.append("INBOX", None, None, each)
    box.logout()


def leave(folder: Path, inbox: Providers) -> None:
    """Let three leave by one click, as mail programs do (RFC 8058)."""
    print("\n$ newsletter serve", flush=True)
    with leaving_process(folder) as (_process, port):
        for each in LEAVING:
            said = "".join(message_from_bytes(inbox.of(each)[0])["List-Unsubscribe"].split())
            path = urlsplit(re.search(r"<(https:[^>]+)>", said)[1]).path
            answer = Page(port, "").ask("POST", path, ONE_CLICK, Content_Type=FORM)
            print(f"POST {path[:24]}…  {answer.status} {answer.body.decode()}")


def complaint(inbox: Providers) -> bytes:
    """Return what a provider sends when someone calls the letter spam."""
    original = inbox.of(COMPLAINING)[0].decode().partition("\r\n\r\n")[0]
    return COMPLAINT.format(sender=SENDER, original=original).encode()


def main() -> None:
    """Send, let people leave and complain, read the mailbox, send again."""
    story = STORY[user_language(str(ROOT), os.environ)]
    inbox = Providers(free_port())
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "workspace"
        folder.mkdir()
        controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
        controller.start()
        stack.callback(controller.stop)
        smtp, imap = start_servers(stack, Path(name), inbox)
        copy_workspace(folder, smtp)
        with (folder / "newsletter.yaml").open("a", encoding="utf-8") as settings:
            settings.write(
                f"bounces: {{address: {SENDER}, mailbox: {{host: 127.0.0.1, port: {imap},"
                " security: none, user: retours}}\n"
            )
        members = ["Courriel;Prénom", *(f"{each};Zoé" for each in (*LIVING, *DEAD))]
        (folder / "membres.csv").write_text("\n".join(members) + "\n", "utf-8")
        send = ("--members", "membres.csv", "--yes")
        newsletter(folder, "send", ISSUE, *send, shown=r"^ +\d+ ")
        wait_until(lambda: len(inbox.messages) >= len(LIVING) + len(DEAD), 60)
        print("\n" + story[0].format(count=len(LIVING), dead=len(DEAD)), story[1], sep="\n")
        leave(folder, inbox)
        fill_mailbox(imap, [*inbox.of(SENDER), complaint(inbox)])
        print("\n" + story[2])
        newsletter(folder, "bounces", "--mailbox")
        inbox.messages.clear()
        print("\n" + story[3])
        newsletter(folder, "send", NEXT, *send, shown=r"^ +\d+ |:$")
        newsletter(folder, "who", DEAD[0])
        expected = set(LIVING) - {*LEAVING, COMPLAINING}
        wait_until(lambda: len(inbox.messages) >= len(expected), 60)
        got = {address for address, _message in inbox.messages}
    print("\n" + story[4].format(count=len(got)))
    if got != expected:
        sys.exit("The demonstration failed: see above.")


if __name__ == "__main__":
    main()
