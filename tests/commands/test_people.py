"""One person: taken off the list, told about, forgotten."""

from pathlib import Path

import pytest

from newsletter.commands.ledger import forget, unsubscribe, who
from newsletter.problems.errors import NewsletterError
from tests.ledgers import content_of, execute
from tests.mail_server import (  # noqa: F401 - fixtures
    SECRET,
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.surroundings import around

BREVO = (
    "\ufeffCampaign ID;Email_ID;Unsubscribe_Date;Hard_Bounce_Date;Complaint_date\r\n"
    "1;membre0@example.org;;;\r\n"
    "1;membre1@example.org;02-05-2025 10:00:00;;\r\n"
    "1;membre2@example.org;;;03-05-2025 10:00:00\r\n"
)


def taken_off(
    workspace: Path,
    *named: str,
    typed: list[str] | None = None,
    yes: bool = False,
    list_name: str = "",
):
    lines: list[str] = []
    answers = iter(typed or ())
    status = unsubscribe(
        around(
            workspace,
            environment={"NEWSLETTER_SECRET": SECRET},
            tell=lines.append,
            ask=(lambda _question: next(answers)) if typed else None,
        ),
        named,
        list_name=list_name,
        yes=yes,
    )
    return status, lines


def marks(workspace: Path) -> int:
    [(count,)] = execute(workspace, "SELECT count(*) FROM said_no")
    return count


def test_who_wrote_a_mail_is_taken_off_and_gets_nothing(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()

    status, lines = taken_off(workspace, "Zoé <membre1@example.org>")
    send(server, members=write_members(people(3)))

    assert (status, lines[-1]) == (0, "1 person is unsubscribed for good")
    assert server.taken == [people(3)[0], people(3)[2]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.csv", None, "file 'absent.csv' does not exist"),
        ("departs.xlsx", b"PK\x03\x04\x00\xff", "this file is not plain text"),
    ],
)
def test_a_file_that_cannot_be_read_takes_nobody_off_in_part(
    name: str, content: bytes | None, message: str, workspace: Path
) -> None:
    path = workspace / name
    if content:
        path.write_bytes(content)

    with pytest.raises(NewsletterError, match=message):
        taken_off(workspace, "zoe@example.org", str(path))


def test_who_leaves_one_list_by_hand_stays_on_the_others(
    start_server, send, write_members, people, workspace, settings_say
) -> None:
    server = start_server()
    (workspace / "presse.csv").write_text("Courriel;Prénom\npresse@journal.example;Paul\n", "utf-8")
    settings_say(
        "lists: {adhérents: {file: membres.csv}, presse: {file: presse.csv, kinds: [newsletter]}}\n"
    )
    write_members([*people(2), "presse@journal.example"])

    first = taken_off(workspace, "presse@journal.example", list_name="adhérents")
    again = taken_off(workspace, "presse@journal.example", list_name="adhérents")
    send(server, list_name="adhérents")
    send(server, list_name="presse")

    assert first == (0, ["  presse@journal.example", "1 person is unsubscribed for good"])
    assert again[1][-1] == "of whom 1 already was"
    assert server.taken == [*people(2), "presse@journal.example"]
    assert b"<presse.example.org>" in server.messages[-1]


@pytest.mark.parametrize("has_list", [True, False])
def test_an_address_that_nobody_ever_wrote_to_is_told_and_noted_all_the_same(
    start_server, send, write_members, people, workspace, settings_say, has_list
) -> None:
    (workspace / "presse.csv").write_text("Courriel;Prénom\nPresse@journal.example;P\n", "utf-8")
    if has_list:
        settings_say("lists: {presse: {file: presse.csv}}\n")
    send(start_server(), members=write_members(people(2)))
    forget(around(workspace), people(2)[1], yes=True)
    named = [*people(2), "presse@journal.example", "membre0@exemple.org"]

    status, lines = taken_off(workspace, *named, yes=True)

    [told] = [each for each in lines if each.startswith("unknown here")]
    assert "membre0@exemple.org" in told
    assert ("presse@journal.example" in told) is not has_list
    assert not any(each in told for each in people(2))
    assert (status, lines[-1], marks(workspace)) == (0, "4 people are unsubscribed for good", 4)


def test_a_list_to_leave_that_is_not_there_is_told(workspace) -> None:
    with pytest.raises(NewsletterError, match="the settings have no list 'press'"):
        taken_off(workspace, "a@example.org", list_name="press")


def test_of_a_service_s_export_those_who_left_are_taken_off(workspace, tmp_path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(BREVO, "utf-8")

    status, lines = taken_off(workspace, str(export), typed=["2"])

    assert status == 0
    assert "  membre1@example.org" in lines
    assert "  membre0@example.org" not in lines
    assert marks(workspace) == 2


def test_a_whole_file_is_not_taken_off_unless_its_number_is_typed(workspace, tmp_path) -> None:
    file = tmp_path / "adherents.csv"
    file.write_text("Courriel\na@b.fr\nc@d.fr\n", "utf-8")

    with pytest.raises(NewsletterError, match="you typed 'yes', not 2"):
        taken_off(workspace, str(file), typed=["yes"])

    assert marks(workspace) == 0


def test_who_already_left_is_said_so(workspace) -> None:
    taken_off(workspace, "a@b.fr")

    _status, lines = taken_off(workspace, "A@B.fr")

    assert lines[-1] == "of whom 1 already was"


def test_one_person_s_story_is_told_and_erased(
    start_server, send, write_members, people, workspace
) -> None:
    send(start_server(), members=write_members(people(2)))
    taken_off(workspace, "membre1@example.org")
    before: list[str] = []
    after: list[str] = []
    told: list[str] = []

    who(around(workspace, tell=before.append), "Membre1@example.org", write_again=False)
    forget(around(workspace, tell=told.append), "membre1@example.org", yes=True)
    who(around(workspace, tell=after.append), "membre1@example.org", write_again=False)

    assert before[0].startswith("unsubscribed ")
    assert before[1].startswith("essai  accepted by the server  2 May 2025")
    assert told[:2] == [
        "erased from 1 message",
        "that this person unsubscribed is kept, without the address",
    ]
    assert len(after) == 1
    assert b"membre1@" not in content_of(workspace)


def test_a_person_is_forgotten_once_the_address_is_typed_again(
    start_server, send, write_members, people, workspace
) -> None:
    send(start_server(), members=write_members(people(1)))

    with pytest.raises(NewsletterError, match="you typed 'oui'"):
        forget(around(workspace, ask=lambda _q: "oui"), "membre0@example.org", yes=False)

    assert b"membre0@" in content_of(workspace)
