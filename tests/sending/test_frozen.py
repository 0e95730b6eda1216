"""What a send needs lies in the ledger before its first message: whatever is lost, it goes on."""

import json
import re
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.ledger.returns import CERTAIN, Return
from newsletter.ledger.states import State
from newsletter.ledger.tables import frozen_issues, frozen_mails
from tests.ledgers import content_of, of_a_file, read_ledger, running_ledger
from tests.mail_server import CUT
from tests.older_ledgers import make_second_version, make_third_version

ISSUE = """kind: newsletter
subject: Bonjour ((first name | à vous))
preheader: Ce que nous avons fait ce printemps, et la suite en juin
title: Les nouvelles de mai
date: 2025-05-02
items:
  - kind: article
    title: Un printemps actif
    picture: {file: photo.png, alt: Une réunion au printemps}
    body: Bonjour ((first name | cher membre)), voici de vos nouvelles.
"""
# A ledger as version 0.2.0 made it.
OF_0_2 = """
CREATE TABLE version (number INTEGER NOT NULL);
CREATE TABLE recipients (id VARCHAR NOT NULL, address VARCHAR, PRIMARY KEY (id), UNIQUE (address));
CREATE TABLE issues (issue VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, parts VARCHAR NOT NULL,
  begun VARCHAR NOT NULL, PRIMARY KEY (issue));
CREATE TABLE deliveries (number INTEGER NOT NULL, issue VARCHAR NOT NULL, address VARCHAR,
  recipient_id VARCHAR NOT NULL, state VARCHAR NOT NULL, code INTEGER NOT NULL,
  words VARCHAR NOT NULL, tries INTEGER NOT NULL, tried VARCHAR NOT NULL,
  next_try VARCHAR NOT NULL, variant VARCHAR NOT NULL, PRIMARY KEY (number),
  UNIQUE (issue, address));
INSERT INTO version VALUES (1);
INSERT INTO recipients VALUES ('ab12', 'membre0@example.org');
INSERT INTO issues VALUES ('avril', 'f00', '{}', '2025-04-02T09:00:00+00:00');
INSERT INTO deliveries VALUES (1, 'avril', 'membre0@example.org', 'ab12', 'accepted', 250, 'ok', 1,
  '2025-04-02T09:00:00+00:00', '', 'abc');
"""


# What version 3 added, taken away.
@pytest.fixture(name="issue")
def write_the_issue(workspace: Path) -> Path:
    path = workspace / "issues/mai.yaml"
    path.write_text(ISSUE, "utf-8")
    return path


def stopped_after(count: int, start_server, stopping: threading.Event):
    def press(event: str, number: int, _address: str) -> None:
        if (event, number) == ("dot", count):
            stopping.set()

    return start_server(fault=press)


def without_dates(message: bytes) -> bytes:
    return re.sub(rb"^Date: .*$", b"", message, flags=re.MULTILINE)


def test_a_send_goes_on_without_issue_pictures_or_members_file(
    start_server, send, write_members, people, issue, workspace
) -> None:
    stopping = threading.Event()
    server = stopped_after(5, start_server, stopping)
    members = write_members(people(20))
    stopped = send(server, members=members, stopping=stopping, file=issue)
    members.unlink()
    issue.unlink()
    shutil.rmtree(workspace / "assets/images")

    resumed = send(server, resume=True, file=issue)

    assert (stopped.status, resumed.status) == (130, 0), resumed.text
    assert server.taken == people(20)
    assert "subject:  Bonjour Camille" in resumed.text
    assert "15 recipients" in resumed.text
    same = {without_dates(each).replace(b"Zo=C3=A9", b"") for each in server.messages}
    assert all(b"Content-Type: image/" in each for each in same)


def test_a_send_that_goes_on_says_the_same_hello(
    start_server, send, write_members, people, issue
) -> None:
    stopping = threading.Event()
    server = stopped_after(2, start_server, stopping)
    send(server, members=write_members(people(4)), stopping=stopping, file=issue)

    send(server, resume=True, file=issue)

    assert set(server.hellos) == {b"ehlo example.org"}


def test_a_file_saved_in_the_middle_of_a_send_changes_nothing(
    start_server, send, write_members, people, issue
) -> None:
    def save(event: str, number: int, _address: str) -> None:
        if (event, number) == ("dot", 3):
            issue.write_text(ISSUE.replace("Un printemps", "Un automne"), "utf-8")

    server = start_server(fault=save)

    sent = send(server, members=write_members(people(10)), file=issue)

    assert sent.status == 0, sent.text
    assert all(b"Un printemps actif" in each for each in server.messages)


def test_after_a_clean_end_nobody_s_values_are_left(
    start_server, send, write_members, people, issue, workspace
) -> None:
    server = start_server(
        fault=lambda event, _, whom: b"550 no" if (event, whom[:7]) == ("rcpt", "membre3") else None
    )

    send(server, members=write_members(people(6)), file=issue)

    content = content_of(workspace)
    assert set(re.findall(rb"Zo\xc3\xa9 \d", content)) == {"Zoé 3".encode()}


def test_nothing_frozen_is_left_once_everyone_has_it(
    start_server, send, write_members, people, issue, workspace
) -> None:
    server = start_server()
    send(server, members=write_members(people(6)), file=issue)
    again = send(resume=True, file=issue)

    with read_ledger(workspace) as ledger:
        assert ledger.frozen.content("mai", "") is None
    assert "there is nothing to resume for this issue without its members file" in again.text


def test_values_are_erased_thirty_days_after_the_send_began(
    start_server, send, write_members, people, issue, workspace, write_issue
) -> None:
    refuse = lambda event, *_: b"550 no" if event == "rcpt" else None  # noqa: E731
    send(start_server(fault=refuse), members=write_members(people(2)), file=issue)
    send.time.sleep(31 * 24 * 3600)

    later = send(resume=True, retry_failed=True, file=issue)
    send(members=write_members(people(1)))
    content = content_of(workspace)

    assert later.status == 3
    assert "Zoé 1".encode() not in content


def test_another_secret_is_refused(
    start_server, send, write_members, people, issue, workspace
) -> None:
    settings = workspace / "newsletter.yaml"
    with_link = "unsubscribe:\n  url: https://example.org/non/{token}\n"
    settings.write_text(settings.read_text("utf-8").replace("unsubscribe:\n", with_link), "utf-8")
    stopping = threading.Event()
    server = stopped_after(2, start_server, stopping)
    send(server, members=write_members(people(5)), stopping=stopping, file=issue)

    other = send(
        server, resume=True, file=issue, environment={"NEWSLETTER_SECRET": "un autre secret, long"}
    )

    assert other.status == 2
    assert "NEWSLETTER_SECRET is not the one that this send began with" in other.text
    assert len(server.taken) == 2


def test_who_said_no_since_a_send_began_stays_out(
    start_server, send, write_members, people, issue, workspace
) -> None:
    stopping = threading.Event()
    server = stopped_after(2, start_server, stopping)
    send(server, members=write_members(people(5)), stopping=stopping, file=issue)
    no = people(5)[3:]
    (workspace / "unsubscribed.csv").write_text("\n".join(no), "utf-8")

    resumed = send(server, resume=True, file=issue)

    assert resumed.status == 0, resumed.text
    assert server.taken == people(3)


def test_what_another_version_froze_is_refused_until_it_is_frozen_anew(
    start_server, send, write_members, people, issue, workspace
) -> None:
    stopping, members = threading.Event(), write_members(people(5))
    server = stopped_after(2, start_server, stopping)
    send(server, members=members, stopping=stopping, file=issue)
    with running_ledger(workspace) as ledger:
        said = json.dumps({**ledger.frozen.content("mai", ""), "format": "1"})
        ledger.change(update(frozen_issues).values(content=said))
        ledger.change(update(frozen_mails).values(content="{}"))
    before = list(server.taken)

    refused = send(server, resume=True, file=issue)
    taken = list(server.taken)
    resumed = send(server, members=members, resume=True, file=issue)

    assert refused.status == 2
    assert "another version of this program started this send" in refused.text
    assert "start again with --members FILE" in refused.text
    assert taken == before
    assert resumed.status == 0, resumed.text
    assert sorted(server.taken) == people(5)


def test_an_issue_that_never_began_needs_its_members(start_server, send, issue) -> None:
    sent = send(start_server(), resume=True, file=issue)

    assert sent.status == 2
    assert "add --members FILE" in sent.text


@of_a_file
def test_a_copy_made_during_a_send_is_refused_without_its_journal(
    start_server, send, write_members, people, issue, workspace, tmp_path
) -> None:
    def copy(event: str, number: int, _address: str) -> None:
        if (event, number) == ("dot", 8):
            shutil.copy(workspace / "ledger.sqlite3", tmp_path / "copy.sqlite3")

    server = start_server(fault=copy)
    members = write_members(people(20))
    send(server, members=members, file=issue)
    (workspace / "ledger.sqlite3").unlink()
    shutil.move(tmp_path / "copy.sqlite3", workspace / "ledger.sqlite3")

    sent = send(server, members=members, resume=True, file=issue)

    assert sent.status == 2
    assert "bring ledger.sqlite3-wal too" in sent.text
    assert len(server.taken) == 20


@of_a_file
def test_a_ledger_of_an_earlier_version_is_read_as_it_is_and_upgraded_by_a_send(
    start_server, send, write_members, people, issue, workspace
) -> None:
    path = workspace / "ledger.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(OF_0_2)
    connection.close()
    before = path.read_bytes()
    with read_ledger(workspace) as ledger:
        read = (ledger.counts("avril"), [each.address for each in ledger.deliveries("avril")])
    unchanged = path.read_bytes()

    sent = send(start_server(), members=write_members(people(2)), file=issue)

    assert read == ({State.ACCEPTED: 1}, ["membre0@example.org"])
    assert unchanged == before
    assert sent.status == 0, sent.text
    with sqlite3.connect(path) as connection:
        [(number,)] = connection.execute("SELECT number FROM version").fetchall()
        ids = dict(connection.execute("SELECT address, id FROM recipients").fetchall())
        schema = " ".join(
            row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_schema")
        )
    connection.close()
    assert number == 4
    assert ids["membre0@example.org"] == "ab12"
    assert "CONSTRAINT uq_deliveries_issue_address UNIQUE" in schema


@of_a_file
@pytest.mark.parametrize("make_older", [make_second_version, make_third_version])
def test_a_send_that_a_version_before_began_is_read_and_goes_on(
    make_older, start_server, send, write_members, people, issue, workspace
) -> None:
    stopping = threading.Event()
    server = stopped_after(2, start_server, stopping)
    send(server, members=write_members(people(5)), stopping=stopping, file=issue)
    make_older(workspace)

    with read_ledger(workspace) as ledger:
        read = ledger.counts("mai", "")
    resumed = send(server, resume=True, file=issue)

    assert read == {State.ACCEPTED: 2, State.QUEUED: 3}
    assert resumed.status == 0, resumed.text
    assert sorted(server.taken) == people(5)


@pytest.mark.parametrize(
    ("fault", "typed"),
    [
        (("mail", b"421 away"), "resume"),
        (("rcpt", b"550 5.2.2 full"), "retry_failed"),
        (("dot", CUT), "retry_uncertain"),
    ],
)
def test_whom_nothing_reaches_any_more_is_left_out_when_a_send_is_resumed(
    fault, typed: str, start_server, send, write_members, people, workspace
) -> None:
    server = start_server(fault=lambda event, *_who: fault[1] if event == fault[0] else None)
    send(server, members=write_members(people(2)))
    server.fault = lambda *_what: None
    with running_ledger(workspace) as ledger:
        mark = ledger.said_no.mark_of("membre1@example.org")
        back = Return("avril", mark, "gone", "", "", CERTAIN, "2026-11-28T12:00:00+00:00")
        ledger.returns.note([back])

    server.taken.clear()
    resumed = send(server, **{typed: True})

    assert server.taken == ["membre0@example.org"]
    assert "     1  the address no longer exists" in resumed.text
