"""Time sending beside the standard library, in one run: making messages, and giving them away.

The peers are jinja2 with EmailMessage, and smtplib.sendmail over one connection. Run it from the
repository's root: `make bench`.
"""

import gc
import resource
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from statistics import median

import jinja2
from sink import running_sink, running_slow_sink

from newsletter.commands.send import real_clock
from newsletter.mailing.delivery import deliver
from newsletter.mailing.ledger import Ledger, open_ledger
from newsletter.mailing.message import Addressee, MessageTemplate, prepare_message
from newsletter.mailing.pace import Pace
from newsletter.mailing.run import Job, Run
from newsletter.mailing.server import Server
from newsletter.mailing.smtp import Connection
from newsletter.rendering.document import Document
from newsletter.rendering.merge import merge_field
from newsletter.sending import Smtp
from newsletter.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
FIELDS = [merge_field(name) for name in ("first", "last", "company", "delegation", "email")]
VALUES = {
    "first": "Hélène", "last": "Durand", "company": "Société « Exemple »",
    "delegation": "Bretagne", "email": "helene.durand@example.org",
}  # fmt: skip
NOW = datetime(2025, 5, 2, 9, tzinfo=UTC)
ROUNDS = 5
MEMBERS = (1_000, 100_000)


def html_of(places: Callable[[str], str]) -> str:
    """Return 50 kB of HTML with eleven places for five fields."""
    cell = '<td style="font-family:Helvetica,Arial,sans-serif;font-size:16px">Un été numérique</td>'
    lines = [f"<tr>{cell}</tr>"] * 480
    for number in range(11):
        lines[number * 40] = f"<tr><td>{places(FIELDS[number % 5].name)}</td></tr>"
    return "<!DOCTYPE html><html><body><table>" + "\n".join(lines) + "</table></body></html>\n"


def text_of(places: Callable[[str], str]) -> str:
    """Return the plain text that goes with it."""
    return f"Bonjour {places('first')},\n" + "Un été numérique, et sa suite en juin.\n" * 130


def our_template(settings: Settings) -> MessageTemplate:
    """Return the message, encoded once."""
    tokens = {field.name: field.token for field in FIELDS}
    document = Document(
        "banc", "Les nouvelles de mai", "", html_of(tokens.__getitem__),
        text_of(tokens.__getitem__), (), {field.token: field for field in FIELDS}, (),
    )  # fmt: skip
    return prepare_message(document, settings, settings.senders["default"], language="fr")


def peer(count: int) -> None:
    """Make messages with jinja2, compiled once, and EmailMessage."""
    environment = jinja2.Environment(autoescape=True)
    html = environment.from_string(html_of(lambda name: f"{{{{ {name} }}}}"))
    text = environment.from_string(text_of(lambda name: f"{{{{ {name} }}}}"))
    for _number in range(count):
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "lettre@example.org", VALUES["email"]
        message["Subject"] = "Les nouvelles de mai"
        message.set_content(text.render(VALUES), cte="quoted-printable")
        message.add_alternative(html.render(VALUES), subtype="html", cte="quoted-printable")
        message.as_bytes()


def ours(template: MessageTemplate, count: int) -> None:
    """Make messages by joining."""
    addressee = Addressee(VALUES["email"], "<banc.ab12@example.org>", "tok", VALUES)
    for _number in range(count):
        template.for_recipient(addressee, date=NOW)


Work = tuple[str, Callable[[int], object], int]


def compare(title: str, peer_work: Work, *ours_work: Work) -> None:
    """Print how many a second each does, and how that is beside the peer: medians of rounds.

    They take turns: what else the machine does meanwhile disturbs all of them.
    """
    works = (peer_work, *ours_work)
    rates: dict[str, list[float]] = {name: [] for name, _work, _count in works}
    for _round in range(ROUNDS):
        for name, work, count in works:
            rates[name].append(_per_second(work, count))
    for name, measured in rates.items():
        pairs = zip(measured, rates[peer_work[0]], strict=True)
        beside = median(rate / peer_rate for rate, peer_rate in pairs)
        told = "" if name == peer_work[0] else f"  {beside:6.2f} times"
        print(f"{title:19}{name:34}{median(measured):9.1f} /s{told}")


def _per_second(work: Callable[[int], object], count: int) -> float:
    start = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - start)


def by_smtplib(port: int, message: bytes, count: int) -> None:
    """Give messages away as the standard library does."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="example.org") as smtp:
        for number in range(count):
            smtp.sendmail("lettre@example.org", f"a{number}@example.org", message)


def by_us(port: int, template: MessageTemplate, connections: int, count: int) -> None:
    """Make messages and give them away, each noted in a ledger before and after."""
    # A disk, not memory: what is committed is written through to it.
    with (
        tempfile.TemporaryDirectory(dir=ROOT / ".cache") as folder,
        open_ledger(Path(folder)) as ledger,
    ):
        run = our_run(port, ledger)
        outcomes = deliver(
            run,
            jobs(ledger, template, count),
            connections=connections,
            goes_on=lambda _trouble: False,
        )
        if sum(1 for _outcome in outcomes) != count:
            sys.exit("Not all were delivered.")


def our_run(port: int, ledger: Ledger) -> Run:
    """Return what our workers share: no limit of pace."""
    smtp = Smtp.model_validate({"host": "127.0.0.1", "port": str(port), "security": "none"})
    stopping = threading.Event()
    clock = real_clock(stopping)
    return Run(
        "lettre@example.org",
        partial(Connection.to, Server(smtp, "example.org")),
        ledger,
        Pace(None, {}, clock=clock.monotonic, sleep=clock.sleep),
        clock,
        stopping,
    )


def jobs(ledger: Ledger, template: MessageTemplate, count: int) -> Iterator[Job]:
    """Yield so many messages, with a row each; as in the command all are noted before the first."""
    everyone = [f"a{number}@example.org" for number in range(count)]
    portions = [everyone[first : first + 200] for first in range(0, count, 200)]
    for some in portions:
        ledger.take_in("banc", dict.fromkeys(some, ""), new_id=partial(next, _ids()))
    for some in portions:
        for address, row in ledger.known("banc", some).items():
            addressee = Addressee(address, f"<{row.number}@example.org>", "tok", VALUES)
            yield Job(row, address, lambda now, to=addressee: template.for_recipient(to, date=now))


def _ids() -> Iterator[str]:
    import secrets

    while True:
        yield secrets.token_hex(8)


def compare_delivery(settings: Settings) -> None:
    """Print the delivery into a local sink, and over a slow network."""
    template = our_template(settings)
    message = template.for_recipient(
        Addressee(VALUES["email"], "<banc.ab12@example.org>", "tok", VALUES), date=NOW
    )
    with running_sink() as port:
        if port is None:
            print("no smtp-sink: Debian's package postfix cannot be downloaded here")
        else:
            by_peer = ("smtplib.sendmail, 1 connection", partial(by_smtplib, port, message), 1000)
            compare("into smtp-sink", by_peer, *by_our_connections(port, template, 1, 2, 4))
    with running_slow_sink() as port:
        by_peer = ("smtplib.sendmail, 1 connection", partial(by_smtplib, port, message), 50)
        [(name, work, _count)] = by_our_connections(port, template, 1)
        compare("20 ms per answer", by_peer, (name, work, 200))


def by_our_connections(port: int, template: MessageTemplate, *numbers: int) -> list[Work]:
    """Return what gives 4,000 messages away over so many connections."""
    return [
        (f"ours with ledger, {number} connections", partial(by_us, port, template, number), 4000)
        for number in numbers
    ]


WORKSPACE_ISSUE = """kind: newsletter
subject: Les nouvelles de mai
preheader: Ce que nous avons fait ce printemps, et la suite en juin
title: Les nouvelles de mai
date: 2025-05-02
items:
  - kind: text
    body: Bonjour ((first name)), voici de vos nouvelles.
"""


def compare_memory() -> None:
    """Print the peak memory of whole sends, each in a process of its own."""
    peaks = []
    with running_sink() as port:
        if port is None:
            return
        for count in MEMBERS:
            command = [sys.executable, __file__, "whole", str(port), str(count)]
            start = time.perf_counter()
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            seconds = time.perf_counter() - start
            peaks.append(float(done.stdout.split()[-1]))
            took = f"{count:7} recipients  {seconds:6.1f} s"
            print(f"newsletter send   {took}  peak {peaks[-1]:4.0f} MB")
    print(f"newsletter send   {peaks[1] - peaks[0]:+.0f} MB from {MEMBERS[0]} to {MEMBERS[1]}")


def whole_send(port: int, count: int) -> None:
    """Send a small issue to so many with the command line; print the peak memory in megabytes."""
    import os

    from newsletter import cli

    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as folder:
        os.chdir(folder)
        os.environ["NEWSLETTER_SECRET"] = "s" * 32
        cli.run(["init", "."])
        settings = Path("newsletter.yaml")
        smtp = f"smtp: {{host: 127.0.0.1, port: {port}, security: none}}"
        settings.write_text(f"{settings.read_text('utf-8')}\n{smtp}\n", "utf-8")
        Path("issues/essai.yaml").write_text(WORKSPACE_ISSUE, "utf-8")
        with Path("membres.csv").open("w", encoding="utf-8") as file:
            file.write("Courriel;Prénom\n")
            file.writelines(f"membre{number}@example.org;Zoé\n" for number in range(count))
        status = cli.run(["send", "issues/essai.yaml", "--members", "membres.csv", "--yes"])
    if status:
        sys.exit(f"the send ended with {status}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def main() -> None:
    """Print the figures; garbage is collected as seldom as in the command (`cli.main`)."""
    gc.set_threshold(100_000)
    settings = load_settings(ROOT).settings
    if settings is None:
        sys.exit("The settings have problems: newsletter check says which.")
    (ROOT / ".cache").mkdir(exist_ok=True)
    template = our_template(settings)
    compare(
        "made, one process",
        ("jinja2 and EmailMessage", peer, 60),
        ("ours", partial(ours, template), 10_000),
    )
    compare_delivery(settings)
    compare_memory()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        whole_send(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
