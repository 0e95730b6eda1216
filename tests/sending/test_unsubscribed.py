"""Who said no: read from whatever people leave, noted for good, asked at each attempt."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from newsletter.commands.ledger import purge
from newsletter.mailing.message.unsubscribe import Tokens
from newsletter.sending.unsubscribed import words_in
from tests.ledgers import execute, lose_ledger, of_a_file
from tests.mail_server import SECRET
from tests.surroundings import around

LIST = "lettre.example.org"
TOKENS = Tokens(SECRET, LIST)
LINK = f"https://lettres.example.org/non/{TOKENS.token_for('ab12')}"
SAFELINK = (
    "https://eur01.safelinks.protection.outlook.com/?url="
    + quote(LINK, safe="")
    + "&data=05%7C02%7Czoe%40example.org%7C0&sdata=abc.defghijklmnopqrstuvwxyz0123&reserved=0"
)
ADDRESSES = {
    "alone": ("zoe@example.org", ["zoe@example.org"]),
    "in capitals": ("ZOE@EXAMPLE.ORG, Zoé", ["ZOE@example.org"]),
    "several on a line": ("a@b.fr; c@d.fr, e@f.fr", ["a@b.fr", "c@d.fr", "e@f.fr"]),
    "a name before": ("Zoé Martin <zoe@example.org>", ["zoe@example.org"]),
    "name and table": ("Martin\tZoé\tzoe@example.org\t2025", ["zoe@example.org"]),
    "mailto": ("mailto:zoe@example.org?subject=unsubscribe", ["zoe@example.org"]),
    "unseen": ("\u200bzoe@example.org", ["zoe@example.org"]),
    "in quotes": ('"zoe@example.org ";x', ["zoe@example.org"]),
    "a full stop": ("Ne plus écrire à zoe@example.org.", ["zoe@example.org"]),
    "an apostrophe inside": ("Kim O'Neil <O'Neil@example.org>", ["O'Neil@example.org"]),
    "an apostrophe before, as Excel has it": ("'zoe@example.org", ["zoe@example.org"]),
    "apostrophes around": ("'zoe@example.org'; c@d.fr", ["zoe@example.org", "c@d.fr"]),
    "domain in ASCII": ("a@xn--socit-esab.example.org", ["a@société.example.org"]),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_every_address_of_a_line_is_read(case: str) -> None:
    line, addresses = ADDRESSES[case]

    found = words_in(f"Courriel\n{line}\n", TOKENS)

    assert found.addresses == addresses
    assert found.odd_lines == []


@pytest.mark.parametrize(
    "line",
    [LINK, SAFELINK, f"le 3 mai : {LINK}", f"Subject: unsubscribe {TOKENS.token_for('ab12')}"],
)
def test_a_link_is_known_however_it_is_wrapped(line: str) -> None:
    found = words_in(line, TOKENS)

    assert (found.links, found.addresses, found.odd_lines) == ([(1, "", [(LIST, "ab12")])], [], [])


@pytest.mark.parametrize(
    "line", ["Zoé Martin", "https://example.org/non", "a@b@c.fr", "zoe@, a@b.fr"]
)
def test_a_line_that_is_not_understood_is_told_and_the_others_are_read(line: str) -> None:
    found = words_in(f"# remarque\nzoe@example.org\n{line}\n\n", None)

    assert found.odd_lines == [3]
    assert found.addresses[0] == "zoe@example.org"


@pytest.mark.parametrize("line", ["https://t.example.org/r?u=abc", "zoe%40example.org"])
def test_a_first_line_that_is_no_heading_is_told_too(line: str) -> None:
    assert words_in(line, None).odd_lines == [1]


def test_an_odd_line_does_not_stop_a_send(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    (workspace / "unsubscribed.csv").write_text("membre1@example.org\nZoé qui ?\n", "utf-8")

    sent = send(server, members=write_members(people(3)))

    assert sent.status == 0, sent.text
    assert "unsubscribed.csv, lines that name nobody, or nobody known here: 2;" in sent.text
    assert server.taken == [people(3)[0], people(3)[2]]


def test_a_line_that_is_deleted_brings_nobody_back(
    start_server, send, write_members, people, workspace, write_issue
) -> None:
    server = start_server()
    file = workspace / "unsubscribed.csv"
    file.write_text("membre1@example.org\n", "utf-8")
    members = write_members(people(3))
    first = send(server, members=members)
    file.unlink()
    server.taken.clear()
    issue = workspace / "issues/juin.yaml"
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    issue.write_text(text.replace("de mai", "de juin").replace("05-02", "06-02"), "utf-8")

    sent = send(server, members=members, file=issue)

    assert "unsubscribed in all: 1, of whom 1 are new in unsubscribed.csv" in first.text
    assert "unsubscribed in all: 1, of whom 0 are new in unsubscribed.csv" in sent.text
    assert server.taken == [people(3)[0], people(3)[2]]


def test_a_link_goes_on_working_when_sender_and_secret_have_changed(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    settings = workspace / "newsletter.yaml"
    with_link = "unsubscribe:\n  url: https://example.org/non/{token}\n"
    settings.write_text(settings.read_text("utf-8").replace("unsubscribe:\n", with_link), "utf-8")
    members = write_members(people(3))
    send(server, members=members)
    [link] = re.findall(rb"<(https://example.org/non/[^>]+)>", server.messages[1])
    settings.write_text(
        settings.read_text("utf-8").replace("lettre@example.org", "nouvelles@example.org"), "utf-8"
    )
    purge(around(workspace, now=datetime(2030, 1, 1, tzinfo=UTC)), 0)
    (workspace / "unsubscribed.csv").write_bytes(link + b"\n")
    server.taken.clear()
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    (workspace / "issues/juin.yaml").write_text(text.replace("de mai", "de juin"), "utf-8")

    sent = send(
        server,
        members=members,
        file=workspace / "issues/juin.yaml",
        environment={"NEWSLETTER_SECRET": "un tout autre secret, assez long"},
    )

    assert server.taken == [people(3)[0], people(3)[2]], sent.text


def test_who_says_no_while_messages_leave_is_not_written_to(
    start_server, send, write_members, people, workspace
) -> None:
    def say_no(event: str, number: int, _address: str) -> None:
        if (event, number) != ("dot", 3):
            return
        execute(
            workspace,
            "INSERT INTO said_no SELECT mark, '', '2025-05-02T09:00:00+00:00', 'a click', ''"
            " FROM recipients WHERE address = 'membre15@example.org'",
        )

    server = start_server(fault=say_no)

    sent = send(server, members=write_members(people(20)))

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(set(people(20)) - {"membre15@example.org"})
    assert "     1  skipped" in sent.text


def test_who_said_no_stays_out_after_a_purge_when_back_in_the_file(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    (workspace / "unsubscribed.csv").write_text("membre1@example.org\n", "utf-8")
    members = write_members(people(3))
    send(server, members=members)
    (workspace / "unsubscribed.csv").unlink()
    purge(around(workspace, now=datetime(2030, 1, 1, tzinfo=UTC)), 0)
    server.taken.clear()
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    (workspace / "issues/juin.yaml").write_text(text.replace("de mai", "de juin"), "utf-8")

    send(server, members=members, file=workspace / "issues/juin.yaml")

    assert server.taken == [people(3)[0], people(3)[2]]


@of_a_file
def test_a_clone_that_does_not_know_who_said_no_does_not_send(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(2))
    send(server, members=members)
    lose_ledger(workspace)
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    june = workspace / "issues/juin.yaml"
    june.write_text(text.replace("de mai", "de juin").replace("actif", "calme"), "utf-8")

    unasked = send(server, members=members, file=june)
    lose_ledger(workspace)
    asked = send(server, members=members, file=june, typed=["2"])

    words = "issues were sent before, but who unsubscribed is not known here"
    assert unasked.status == 2
    assert words in unasked.text
    assert f"Warning: {words}" in asked.text
    assert len(server.taken) == 4
