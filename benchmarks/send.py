"""Time sending beside the standard library, in one run: making messages, and giving them away.

The peers are jinja2 with EmailMessage, and smtplib.sendmail over one connection. Run it from the
repository's root: `make bench`.
"""

import gc
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from itertools import repeat
from pathlib import Path

import jinja2

from measures import ROOT, Row, Table, in_turn, peak_megabytes, process
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import open_ledger
from newsletter.ledger.rows import Person, in_portions
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.patience import Pace, Patience
from newsletter.mailing.delivery.run import Job, Run
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.message import MessageTemplate, prepare_message
from newsletter.mailing.smtp.connection import Connection
from newsletter.mailing.smtp.server import Server
from newsletter.rendering.document import Document
from newsletter.rendering.merge import merge_field
from newsletter.sending.means import real_clock
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.settings.smtp import Smtp
from peers import bring, left_out
from sink import running_sink, running_slow_sink

FIELDS = [merge_field(name) for name in ("first", "last", "company", "delegation", "email")]
VALUES = {
    "first": "Hélène", "last": "Durand", "company": "Société « Exemple »",
    "delegation": "Bretagne", "email": "helene.durand@example.org",
}  # fmt: skip
NOW = datetime(2025, 5, 2, 9, tzinfo=UTC)
ROUNDS = 5
UNIT = "messages/s"
MEMBERS = (1_000, 100_000)
SAMPLE = "2023-05-coulisses"
RECIPIENTS = 200
SEND = f"newsletter send issues/{SAMPLE}.yaml --members members.csv --yes"
SECRET = "s" * 32


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


def by_jinja2(count: int) -> Iterator[bytes]:
    """Yield messages made with jinja2, compiled once, and EmailMessage."""
    environment = jinja2.Environment(autoescape=True)
    html = environment.from_string(html_of(lambda name: f"{{{{ {name} }}}}"))
    text = environment.from_string(text_of(lambda name: f"{{{{ {name} }}}}"))
    for _number in range(count):
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "lettre@example.org", VALUES["email"]
        message["Subject"] = "Les nouvelles de mai"
        message.set_content(text.render(VALUES), cte="quoted-printable")
        message.add_alternative(html.render(VALUES), subtype="html", cte="quoted-printable")
        yield message.as_bytes()


def ours(template: MessageTemplate, count: int) -> None:
    """Make messages by joining."""
    addressee = Addressee(VALUES["email"], "<banc.ab12@example.org>", "tok", VALUES)
    for _number in range(count):
        template.for_recipient(addressee, date=NOW)


Work = tuple[Row, Callable[[int], object], int]


def per_second(*works: Work) -> tuple[Row, ...]:
    """Return the rows of works that take turns: how many messages a second each does."""
    rows = in_turn(*((row, partial(work, count)) for row, work, count in works), times=ROUNDS)
    return tuple(
        replace(row, measured=tuple(count * 1000 / each for each in row.measured))
        for row, (_row, _work, count) in zip(rows, works, strict=True)
    )


def by_smtplib(port: int, messages: Callable[[int], Iterable[bytes]], count: int) -> None:
    """Give messages away as the standard library does, over one connection."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="example.org") as smtp:
        for number, message in enumerate(messages(count)):
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
            resumes=lambda _trouble: False,
        )
        if sum(1 for _outcome in outcomes) != count:
            sys.exit("Not all were delivered.")


def our_run(port: int, ledger: Ledger) -> Run:
    """Return what our workers share: no limit of pace."""
    smtp = Smtp(host="127.0.0.1", port=port, security="none")
    stopping = threading.Event()
    clock = real_clock(stopping)
    return Run(
        "lettre@example.org",
        partial(Connection, Server(smtp, "example.org")),
        ledger,
        Pace(None, {}, clock, None),
        Patience(3600, clock),
        clock,
        stopping,
    )


def jobs(ledger: Ledger, template: MessageTemplate, count: int) -> Iterator[Job]:
    """Yield so many messages, with a row each; as in the command all are noted before the first."""
    everyone = [f"a{number}@example.org" for number in range(count)]
    portions = list(in_portions(everyone))
    for some in portions:
        ledger.note("banc", map(Person, some), new_id=partial(next, _ids()))
    for some in portions:
        for address, row in ledger.known("banc", some).items():
            addressee = Addressee(address, f"<{row.number}@example.org>", "tok", VALUES)
            yield Job(row, address, lambda now, to=addressee: template.for_recipient(to, date=now))


def _ids() -> Iterator[str]:
    import secrets

    while True:
        yield secrets.token_hex(8)


def deliveries(settings: Settings) -> list[Table]:
    """Return the tables of messages given to a local sink, and to a server that answers late."""
    template = our_template(settings)
    addressee = Addressee(VALUES["email"], "<banc.ab12@example.org>", "tok", VALUES)
    ready = partial(repeat, template.for_recipient(addressee, date=NOW))
    same = "the same ready message each time; no ledger"
    made = Row(
        "jinja2, EmailMessage, smtplib, 1 connection", "made, given; no ledger", is_peer=True
    )
    plain = Row("smtplib.sendmail, 1 connection", same, is_peer=True)

    def ours(port: int, connections: int, count: int) -> Work:
        what = f"ours, {connections} connection{'s' if connections > 1 else ''}"
        row = Row(what, "made, given, each noted in the ledger before and after")
        return row, partial(by_us, port, template, connections), count

    rows: tuple[Row, ...] = ()
    with running_sink() as port:
        if port is not None:
            rows = per_second(
                ours(port, 1, 4000),
                (plain, partial(by_smtplib, port, ready), 1000),
                (made, partial(by_smtplib, port, by_jinja2), 60),
                ours(port, 2, 4000),
                ours(port, 4, 4000),
            )
    with running_slow_sink() as port:
        slow = per_second(ours(port, 1, 200), (plain, partial(by_smtplib, port, ready), 50))
    says = "How many messages a second Postfix's smtp-sink takes on the same machine."
    slowly = "The same over one connection to a server that answers each time 20 ms late."
    return [
        Table("Messages given away", says, UNIT, rows, True, left_out=no_sink(rows)),
        Table("Messages over a slow network", slowly, UNIT, slow, True),
    ]


def no_sink(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the line of a table that has no rows, for want of smtp-sink."""
    return () if rows else ("Left out: Debian's package postfix could not be downloaded here.",)


WORKSPACE_ISSUE = """kind: newsletter
subject: Les nouvelles de mai
preheader: Ce que nous avons fait ce printemps, et la suite en juin
title: Les nouvelles de mai
date: 2025-05-02
items:
  - kind: text
    body: Bonjour ((first name)), voici de vos nouvelles.
"""


def whole_sends() -> list[Table]:
    """Return the table of whole commands with many members, each in a process of its own."""
    rows = []
    with running_sink() as port:
        for count in MEMBERS if port else ():
            command = [sys.executable, __file__, str(port), str(count)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            seconds, peak = done.stdout.split()[-2:]
            remark = f"peak {float(peak):.0f} MB"
            rows.append(Row(f"{count:,} members", remark, measured=(float(seconds),)))
    says = (
        "How long a whole send of a short issue into smtp-sink takes, and its peak memory: "
        "members file, checks, messages and ledger."
    )
    missing = no_sink(rows)
    return [Table("A send to many", says, "s", tuple(rows), compares=False, left_out=missing)]


def whole_send(port: int, count: int) -> None:
    """Send a small issue to so many with the command line; print seconds and peak megabytes."""
    from newsletter import cli

    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as folder:
        os.chdir(folder)
        os.environ["NEWSLETTER_SECRET"] = SECRET
        lay_out(Path(), port, connections=2)
        Path("issues/essai.yaml").write_text(WORKSPACE_ISSUE, "utf-8")
        write_members(Path("membres.csv"), "Courriel;Prénom", "{};Zoé", count)
        start = time.perf_counter()
        status = cli.run(["send", "issues/essai.yaml", "--members", "membres.csv", "--yes"])
        seconds = time.perf_counter() - start
    if status:
        sys.exit(f"the send ended with {status}")
    print(seconds, peak_megabytes())


def lay_out(workspace: Path, port: int, *, connections: int) -> None:
    """Copy this workspace, with the sink as its server."""
    for name in ("assets", "issues", "templates"):
        shutil.copytree(ROOT / name, workspace / name)
    text = (ROOT / "newsletter.yaml").read_text("utf-8")
    server = f"host: 127.0.0.1, port: {port}, security: none, connections: {connections}"
    (workspace / "newsletter.yaml").write_text(f"{text}\nsmtp: {{{server}}}\n", "utf-8")


def write_members(path: Path, head: str, line: str, count: int) -> None:
    """Write a members file with so many lines."""
    lines = [line.format(f"membre{number}@example.org") for number in range(count)]
    path.write_text("\n".join([head, *lines, ""]), "utf-8")


def mailmerges() -> list[Table]:
    """Return the table of whole commands beside mailmerge's, with the mail of the sample."""
    works = []
    with running_sink() as port, tempfile.TemporaryDirectory(dir=ROOT / ".cache") as folder:
        if port is not None:
            one, two = (
                our_command(Path(folder) / str(number), port, connections=number)
                for number in (1, 2)
            )
            works = [one, *its_command(Path(folder), port), two]
        rows = per_second(*works)
    says = (
        f"How many messages a second the whole command gives to smtp-sink, from a CSV of "
        f"{RECIPIENTS} members and the mail of the twelve-item sample."
    )
    missing = (left_out("mailmerge"),) if len(rows) == 2 else no_sink(rows)
    return [Table("A send from the command line", says, UNIT, rows, True, left_out=missing)]


def our_command(workspace: Path, port: int, *, connections: int) -> Work:
    """Return the work of `newsletter send` in a workspace of its own, each time anew."""
    lay_out(workspace, port, connections=connections)
    head = "Courriel;Prénom;Délégation;Profil"
    write_members(workspace / "members.csv", head, "{};Zoé;Bretagne;ESN", RECIPIENTS)
    row = Row(
        f"newsletter send, {connections} connection{'s' if connections > 1 else ''}",
        "builds the issue, checks it and the file, notes each member in a ledger",
        SEND,
    )
    environment = {**os.environ, "NEWSLETTER_SECRET": SECRET}

    def send(_count: int) -> None:
        # A ledger that is not there, of an issue that was sent, would stop the send.
        shutil.rmtree(workspace / "sent", ignore_errors=True)
        (workspace / "ledger.sqlite3").unlink(missing_ok=True)
        command = [ROOT / ".venv/bin/newsletter", *SEND.split()[1:]]
        subprocess.run(command, check=True, capture_output=True, cwd=workspace, env=environment)

    return row, send, RECIPIENTS


def its_command(folder: Path, port: int) -> Iterator[Work]:
    """Yield the work of mailmerge with the mail of the sample; nothing where it does not run."""
    mailmerge = bring("mailmerge")
    if mailmerge is None:
        return
    built = [ROOT / ".venv/bin/newsletter", "build", f"issues/{SAMPLE}.yaml", "--output", folder]
    subprocess.run(built, check=True, capture_output=True, cwd=ROOT)
    # Without charsets and encodings: mailmerge adds its own, and trips over ours.
    template = "TO: {{email}}\nFROM: lettre@example.org\nSUBJECT: Coulisses de mai\n"
    template += "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=part\n\n"
    for ending, kind in (("txt", "plain"), ("html", "html")):
        text = (folder / SAMPLE / f"email.{ending}").read_text("utf-8")
        template += f"--part\nContent-Type: text/{kind}\n\n{text.replace('Camille', '{{name}}')}\n"
    (folder / "mailmerge_template.txt").write_text(f"{template}--part--\n", "utf-8")
    server = f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\nratelimit = 0\n"
    (folder / "mailmerge_server.conf").write_text(server, "utf-8")
    write_members(folder / "mailmerge_database.csv", "email,name", "{},Zoé", RECIPIENTS)
    row = Row(
        "mailmerge, 1 connection at a time",
        "from the HTML and text that we built; a connection per message; no checks, no ledger",
        "mailmerge --no-dry-run --no-limit",
        is_peer=True,
    )
    run = process([mailmerge / "bin/mailmerge", *row.command.split()[1:]], folder)
    try:
        run()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"mailmerge does not run: {error}", file=sys.stderr)
    else:
        yield row, lambda _count: run(), RECIPIENTS


def tables() -> list[Table]:
    """Return the tables of sending; garbage is collected as seldom as in the command."""
    gc.set_threshold(100_000)
    settings = load_settings(ROOT).settings
    if settings is None:
        sys.exit("The settings have problems: newsletter check says which.")
    (ROOT / ".cache").mkdir(exist_ok=True)
    made = per_second(
        (Row("ours"), partial(ours, our_template(settings)), 10_000),
        (
            Row("jinja2 and EmailMessage", "template compiled once", is_peer=True),
            lambda count: deque(by_jinja2(count), maxlen=0),
            60,
        ),
    )
    says = (
        "How many personal messages of 55 kB, with five fields in eleven places, one process makes."
    )
    return [
        Table("Messages made", says, UNIT, made, True),
        *deliveries(settings),
        *mailmerges(),
        *whole_sends(),
    ]


if __name__ == "__main__":
    whole_send(int(sys.argv[1]), int(sys.argv[2]))
