"""What came back is noted, and decides who is written to next."""

import json
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from newsletter.commands.bounces import bounces
from newsletter.commands.ledger import purge, who
from newsletter.commands.report import report
from newsletter.mailing.message.unsubscribe import verp_token
from newsletter.problems.errors import NewsletterError
from tests.ledgers import execute, of_a_file
from tests.mail_server import (  # noqa: F401 - fixtures
    SECRET,
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.older_ledgers import make_second_version
from tests.surroundings import around

NOW = datetime(2025, 5, 3, 12, tzinfo=UTC)
UNKNOWN_USER = "550 5.1.1 User unknown"
FULL = "552 5.2.2 Mailbox full"
NO_HOST = "5.4.4 Host or domain name not found"


def bounce(
    address: str,
    words: str = UNKNOWN_USER,
    *,
    to: str = "retours@example.org",
    envelope_id: str = "",
    original: str = "",
) -> bytes:
    """Return a bounce as Postfix writes them."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
{f"Original-Envelope-Id: {envelope_id}" if envelope_id else "X-Queue: 1"}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; {words}

--B
Content-Type: text/rfc822-headers

{original}
--B--
""".encode()


def complaint(original: str, kind: str = "abuse") -> bytes:
    return f"""From: fbl@provider.example
To: retours@example.org
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=B

--B
Content-Type: message/feedback-report

Feedback-Type: {kind}
Version: 1

--B
Content-Type: message/rfc822

{original}

--B--
""".encode()


def headers_of(message: bytes) -> str:
    """Return the headers of a message as servers hand them back."""
    return message.replace(b"\r\n", b"\n").split(b"\n\n")[0].decode()


@pytest.fixture(name="read")
def make_read(workspace: Path, tmp_path: Path) -> Callable[..., list[str]]:
    def read(*messages: bytes, now: datetime = NOW, **options: object) -> list[str]:
        folder = tmp_path / "returned"
        folder.mkdir(exist_ok=True)
        for each in folder.iterdir():
            each.unlink()
        for number, message in enumerate(messages):
            (folder / f"{number}.eml").write_bytes(message)
        lines: list[str] = []
        bounces(
            around(
                workspace,
                now=now,
                environment={"NEWSLETTER_SECRET": SECRET},
                tell=lines.append,
                tell_error=lines.append,
            ),
            [folder],
            **options,
        )
        return lines

    return read


@pytest.fixture(name="send_issue")
def make_send_issue(
    start_server, send, write_members, people, write_issue, workspace
) -> Callable[[str], list[str]]:
    server = start_server()
    members = write_members(people(5))
    first = workspace / "issues/essai.yaml"

    def send_issue(name: str, **options: object) -> list[str]:
        file = first.with_stem(name)
        if name != "essai":
            file.write_text(first.read_text("utf-8").replace("title: ", f"title: {name} "), "utf-8")
        server.taken.clear()
        sent = send(server, members=members, file=file, changed_anyway=True, **options)
        assert sent.status == 0, sent.text
        send_issue.lines = sent.lines
        return [each.partition("@")[0] for each in server.taken]

    send_issue.messages = server.messages
    return send_issue


def message_of(send_issue, address: str) -> str:
    return next(
        headers_of(each) for each in reversed(send_issue.messages)
        if address in str(message_from_bytes(each)["To"])
    )  # fmt: skip


def id_of(workspace: Path, address: str) -> str:
    query = "SELECT id FROM recipients WHERE address = :address"
    return execute(workspace, query, address=address)[0][0]


ONE = "membre1@example.org"
SIGNED = {
    "return address": lambda token, _original: {"to": f"retours+{token}@example.org"},
    "envelope": lambda token, _original: {"envelope_id": token},
    "link to unsubscribe": lambda _token, original: {"original": original},
}


@pytest.mark.parametrize("signed", SIGNED.values(), ids=SIGNED)
def test_who_is_gone_by_our_signature_gets_no_other_issue(
    signed, send_issue, read, workspace
) -> None:
    send_issue("essai")
    token = verp_token(SECRET, "essai", id_of(workspace, ONE))

    lines = read(bounce(ONE, **signed(token, message_of(send_issue, ONE))))

    assert lines == ["     1  the address no longer exists"]
    assert send_issue("juin") == ["membre0", "membre2", "membre3", "membre4"]
    assert "       1  the address no longer exists" in send_issue.lines


FORGED = {
    "another issue's": lambda workspace: verp_token(SECRET, "mai", id_of(workspace, ONE)),
    "another secret's": lambda workspace: verp_token("x" * 32, "essai", id_of(workspace, ONE)),
    "another person's": lambda workspace: (
        id_of(workspace, ONE)
        + verp_token(SECRET, "essai", id_of(workspace, "membre2@example.org"))[16:]
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_token_that_we_did_not_give_out_counts_for_nothing(
    forged, send_issue, read, workspace
) -> None:
    send_issue("essai")

    lines = read(bounce("nobody@example.org", to=f"retours+{forged(workspace)}@example.org"))

    assert lines == ["     1  the address no longer exists"]
    assert len(send_issue("juin")) == 5


def test_what_only_an_address_vouches_for_waits_for_a_person(send_issue, read) -> None:
    send_issue("essai")

    waits = read(bounce(ONE))
    everyone = send_issue("juin")
    read(bounce(ONE), yes=True)

    assert waits[1:] == [
        "not signed by us, so that nothing follows until you say so with --yes:",
        f"  {ONE}  the address no longer exists",
    ]
    assert len(everyone) == 5
    assert "membre1" not in send_issue("juillet")


@pytest.mark.parametrize(("days", "certainty"), [(9, "likely"), (11, "unknown")])
def test_an_address_alone_says_something_for_ten_days(
    days: int, certainty: str, send_issue, read
) -> None:
    send_issue("essai")

    [line] = read(
        bounce(ONE), dry_run=True, output_format="json", now=datetime(2025, 5, 2 + days, tzinfo=UTC)
    )

    assert json.loads(line)["recipients"][0]["certainty"] == certainty


def bounced(send_issue, read, workspace, issue: str, words: str) -> None:
    token = verp_token(SECRET, issue, id_of(workspace, ONE))
    read(bounce(ONE, words, to=f"retours+{token}@example.org"))


@pytest.mark.parametrize(("words", "needed"), [(UNKNOWN_USER, 1), (NO_HOST, 2), (FULL, 3)])
def test_so_many_issues_must_come_back_in_a_row(
    words: str, needed: int, send_issue, read, workspace
) -> None:
    got = []

    for issue in ("essai", "mai", "juin", "juillet"):
        got.append("membre1" in send_issue(issue))
        if got[-1]:
            bounced(send_issue, read, workspace, issue, words)

    assert got == [number < needed for number in range(4)]


def test_an_issue_that_arrives_between_begins_the_count_anew(send_issue, read, workspace) -> None:
    for issue in ("essai", "mai", "juin", "juillet"):
        send_issue(issue)
        if issue != "juin":
            bounced(send_issue, read, workspace, issue, FULL)

    assert "membre1" in send_issue("aout")


def test_who_complains_is_never_written_to_again(send_issue, read, workspace) -> None:
    send_issue("essai")
    told: list[str] = []

    read(complaint(message_of(send_issue, ONE)))
    who(around(workspace, tell=told.append), ONE, write_again=True)

    assert "membre1" not in send_issue("juin")
    assert "       1  reported us as spam" in send_issue.lines
    assert told[-1] == "nothing to lift: a no still counts"


def test_a_report_of_a_program_is_no_complaint_of_a_person(send_issue, read) -> None:
    send_issue("essai")

    read(complaint(message_of(send_issue, ONE), "auth-failure"))

    assert "membre1" in send_issue("juin")


def leaving(address: str, subject: str, authentication: str = "") -> bytes:
    said = f"Authentication-Results: {authentication}\n" if authentication else ""
    return f"{said}From: {address}\nTo: stop@example.org\nSubject: {subject}\n\n".encode()


VOUCHED = "mx.example.org; dkim=pass header.d=example.org"


@pytest.mark.parametrize(
    ("authentication", "leaves"),
    [
        (VOUCHED, True),
        ("", False),
        ("mx.elsewhere.example; dkim=pass header.d=example.org", False),
        ("mx.example.org; dkim=fail header.d=example.org", False),
        ("mx.example.org; dkim=pass header.d=elsewhere.example", False),
    ],
)
def test_a_mail_to_leave_counts_where_our_server_vouches_for_it(
    authentication: str, leaves: bool, send_issue, read, settings_say
) -> None:
    settings_say(
        "bounces: {address: retours@example.org, mailbox: {host: imap.example.org, user: retours}}"
    )
    send_issue("essai")

    read(leaving(ONE, "unsubscribe", authentication))

    assert ("membre1" not in send_issue("juin")) == leaves


@pytest.mark.parametrize("is_own", [True, False])
def test_every_mail_to_an_address_of_its_own_is_a_wish_to_leave(
    is_own: bool, send_issue, read, workspace
) -> None:
    settings = workspace / "newsletter.yaml"
    text = re.sub(r"mailto: \S+", "mailto: stop@example.org", settings.read_text("utf-8"))
    if not is_own:
        text = re.sub(r"email: \S+", "email: stop@example.org", text, count=1)
    settings.write_text(text, "utf-8")
    send_issue("essai")

    read(leaving(ONE, "Bonjour"), yes=True)

    assert ("membre1" not in send_issue("juin")) == is_own


def test_a_mail_to_leave_counts_with_the_token_that_we_gave(send_issue, read) -> None:
    send_issue("essai")
    headers = message_from_bytes(message_of(send_issue, ONE).encode())
    token = headers["List-Unsubscribe"].split("unsubscribe%20")[1].strip("> ")

    read(leaving("other@elsewhere.example", f"unsubscribe {token}"))

    assert "membre1" not in send_issue("juin")


def test_who_says_to_write_again_is_obeyed_until_it_comes_back_anew(
    send_issue, read, workspace
) -> None:
    told: list[str] = []
    send_issue("essai")
    bounced(send_issue, read, workspace, "essai", UNKNOWN_USER)

    who(around(workspace, tell=told.append), ONE, write_again=True)
    bounced(send_issue, read, workspace, "essai", UNKNOWN_USER)
    again = send_issue("juin")
    bounced(send_issue, read, workspace, "juin", UNKNOWN_USER)

    assert told[1].startswith("essai  came back: the address no longer exists  3 May 2025")
    assert told[1].endswith("(no longer counts)")
    assert told[-1] == "will be written to again"
    assert "membre1" in again
    assert "membre1" not in send_issue("juillet")


def test_the_report_tells_what_came_back_ours_first(send_issue, read, workspace) -> None:
    send_issue("essai")
    spam = "550 5.7.1 classified as spam"
    for number, words in enumerate((UNKNOWN_USER, UNKNOWN_USER, spam)):
        address = f"membre{number}@example.org"
        token = verp_token(SECRET, "essai", id_of(workspace, address))
        read(bounce(address, words, to=f"retours+{token}@example.org"))
    lines: list[str] = []

    report(around(workspace, tell=lines.append), Path("essai"), output_format="text")

    assert lines[-3:] == [
        "came back:",
        f"  example.org refused 1 message: {spam}",
        "     2  example.org  the address no longer exists",
    ]
    assert "membre2" in send_issue("juin")


def noted(workspace: Path) -> list[object]:
    tables = ("returns", "said_no", "recipients", "mailboxes")
    return [execute(workspace, f"SELECT * FROM {name}") for name in tables]  # noqa: S608


def test_a_dry_run_notes_nothing_and_says_the_same(send_issue, read, workspace) -> None:
    send_issue("essai")
    token = verp_token(SECRET, "essai", id_of(workspace, ONE))
    before = noted(workspace)

    [line] = read(
        bounce(ONE, to=f"retours+{token}@example.org"), dry_run=True, output_format="json"
    )

    assert json.loads(line)["recipients"] == [
        {"address": ONE, "verdict": "gone", "code": "5.1.1", "words": UNKNOWN_USER,
         "certainty": "certain"}
    ]  # fmt: skip
    assert noted(workspace) == before


def test_what_only_comes_late_is_not_noted(send_issue, read, workspace) -> None:
    send_issue("essai")
    late = bounce(ONE, "452 4.2.2 Mailbox full").replace(b"Action: failed", b"Action: delayed")
    told: list[str] = []

    read(late, yes=True)
    report(around(workspace, tell=told.append), Path("essai"), output_format="text")

    assert "came back:" not in told


def test_no_address_stays_in_what_the_ledger_keeps_of_words(send_issue, read, workspace) -> None:
    send_issue("essai")
    bounced(send_issue, read, workspace, "essai", "550 5.1.1 <claude@example.com> unknown user")

    assert execute(workspace, "SELECT words FROM returns") == [("550 5.1.1 <…> unknown user",)]


def test_what_is_not_understood_is_kept_for_a_person_until_it_is_purged(
    send_issue, read, workspace
) -> None:
    send_issue("essai")
    question = b"From: a@example.org\nTo: lettre@example.org\nSubject: Bonjour\n\nQui ?\n"

    lines = read(question, question)
    [kept] = (workspace / "not-understood").iterdir()
    content, mode = kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)
    purge(around(workspace, now=datetime(2100, 1, 1, tzinfo=UTC), tell=lines.append), 0)

    assert (content, mode) == (question, 0o600)
    assert "what is not understood is in not-understood/, for you to read" in lines
    assert not kept.exists()


def test_an_mbox_a_maildir_and_a_table_are_read_and_written(workspace, tmp_path) -> None:
    (tmp_path / "boite").write_bytes(
        b"".join(b"From a Sat Oct  4 08:00:09 2025\n" + bounce(f"m{n}@example.org") + b"\n"
                 for n in range(2))
    )  # fmt: skip
    (tmp_path / "maildir/new").mkdir(parents=True)
    (tmp_path / "maildir/tmp").mkdir()
    (tmp_path / "maildir/new/1").write_bytes(bounce("m2@example.org", "=cmd"))
    lines: list[str] = []

    status = bounces(
        around(workspace, now=NOW, tell=lines.append, tell_error=lines.append),
        [tmp_path / "boite", tmp_path / "maildir"],
        output_format="csv",
    )

    assert status == 0
    assert [line.split(",")[1] for line in lines[1:]] == [f"m{n}@example.org" for n in range(3)]
    assert ",'=cmd," in lines[-1]


def test_messages_full_of_ids_keep_no_other_from_being_read(send_issue, read) -> None:
    send_issue("essai")
    numbers = range(300_000)  # SQLite takes 250,000 in a query
    ids = [" ".join(f"{each:016x}" for each in numbers[start::6]) for start in range(6)]
    full = [bounce("", original=f"List-Unsubscribe: {each}") for each in ids]

    two = ["membre1@example.org", "membre2@example.org"]
    read(*full, *(bounce(each, original=message_of(send_issue, each)) for each in two))

    assert not {"membre1", "membre2"} & {*send_issue("suivant")}


def test_what_is_not_there_is_told(workspace, read) -> None:
    here = around(workspace, now=NOW)

    with pytest.raises(NewsletterError, match="there is no file /nowhere"):
        bounces(here, [Path("/nowhere")])
    with pytest.raises(NewsletterError, match="nothing to read is named"):
        bounces(here, [])
    with pytest.raises(NewsletterError, match="no mailbox is set"):
        bounces(here, [], mailbox=True)


def test_a_mailbox_that_does_not_answer_is_told(send_issue, settings_say, workspace) -> None:
    settings_say("bounces: {address: a@b.fr, mailbox: {host: 127.0.0.1, port: 1, user: a}}")
    send_issue("essai")

    with pytest.raises(NewsletterError, match=r"127\.0\.0\.1 cannot be reached on port 1"):
        bounces(around(workspace, now=NOW), [], mailbox=True)


@of_a_file
def test_a_ledger_of_before_is_read_as_it_is_and_upgraded(send_issue, read, workspace) -> None:
    send_issue("essai")
    make_second_version(workspace)
    told: list[str] = []

    dry = read(bounce(ONE), dry_run=True)
    report(around(workspace, tell=told.append), Path("essai"), output_format="text")
    bounced(send_issue, read, workspace, "essai", UNKNOWN_USER)

    assert dry[0] == "     1  the address no longer exists"
    assert "came back:" not in told
    assert "membre1" not in send_issue("juin")
