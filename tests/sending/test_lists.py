"""Several lists: each with its file, its headings, its List-Id, and those who left it alone."""

import email
import email.policy
import re
import sys
import threading
from pathlib import Path

import pytest

from tests.ledgers import of_a_file
from tests.sending.test_send import RELEASE as UNDER_EMBARGO

RELEASE = UNDER_EMBARGO.replace("embargo: 2025-05-02 06:00", "embargo: none")
LISTS = """
lists:
  adhérents: {file: membres.csv}
  presse: {file: journalistes.csv, columns: {email: Mél, first name: Nom}, kinds: [press-release]}
"""


@pytest.fixture(name="lists")
def write_lists(send, settings_say, write_members, people, workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    with_link = "unsubscribe:\n  url: https://example.org/non/{token}\n"
    path.write_text(path.read_text("utf-8").replace("unsubscribe:\n", with_link), "utf-8")
    settings_say(LISTS)
    write_members(people(3))
    journalists = "Mél;Nom\nmembre1@example.org;Zoé\npresse@journal.example;Paul\n"
    (workspace / "journalistes.csv").write_text(journalists, "utf-8")


@pytest.mark.usefixtures("lists")
def test_a_list_has_its_own_file_headings_and_list_id(start_server, send) -> None:
    server = start_server()

    sent = send(server, list_name="presse", typed=["yes", "2"])

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == ["membre1@example.org", "presse@journal.example"]
    assert b"<presse.example.org>" in server.messages[0]
    assert b"Paul" in b"".join(server.messages)


@pytest.mark.usefixtures("lists")
def test_who_leaves_a_list_is_written_to_by_the_others(start_server, send, workspace) -> None:
    server = start_server()
    send(server, list_name="presse", typed=["yes", "2"])
    [message] = [each for each in server.messages if b"membre1@" in each]
    [link] = re.findall(rb"<(https://example.org/non/[^>]+)>", message)
    (workspace / "unsubscribed.csv").write_bytes(link + b"\nmembre2@example.org\n")
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    june = workspace / "issues/juin.yaml"
    june.write_text(text.replace("de mai", "de juin").replace("actif", "calme"), "utf-8")
    server.taken.clear()

    members = send(server, list_name="adhérents", file=june)
    july = workspace / "issues/juillet.yaml"
    july.write_text(text.replace("de mai", "de juillet").replace("actif", "bref"), "utf-8")
    press = send(server, list_name="presse", file=july, typed=["yes"], dry_run=True)

    assert members.status == 0, members.text
    assert sorted(server.taken) == ["membre0@example.org", "membre1@example.org"]
    assert "     1  unsubscribed" in press.text, press.text


@pytest.mark.usefixtures("lists")
def test_journalists_get_no_letter_without_a_question(start_server, send) -> None:
    server = start_server()

    unasked = send(server, list_name="presse")
    refused = send(server, list_name="presse", typed=["no"])

    words = "the list 'presse' is not sent issues of kind newsletter"
    assert (unasked.status, refused.status) == (2, 2)
    assert words in unasked.text
    assert words in refused.text
    assert server.taken == []


@pytest.mark.usefixtures("lists")
def test_a_list_that_is_not_there_is_told_with_the_one_that_was_meant(start_server, send) -> None:
    sent = send(start_server(), list_name="press")

    assert sent.status == 2
    assert "did you mean 'presse'?" in sent.text


@pytest.mark.usefixtures("lists")
def test_a_list_is_not_named_beside_a_file(start_server, send, workspace) -> None:
    sent = send(start_server(), list_name="presse", members=workspace / "membres.csv")

    assert "--list and --members cannot be combined" in sent.text


@pytest.fixture(name="release")
def write_release(lists, workspace: Path) -> Path:
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8").replace("[press-release]", "[press-release], attach: [pdf]")
    settings.write_text(text, "utf-8")
    path = workspace / "issues/Étude-2025.yaml"
    path.write_text(RELEASE, "utf-8")
    return path


def attached_to(message: bytes) -> list[tuple[str, str | None, bytes]]:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    parts = parsed.iter_attachments()
    return [(each.get_content_type(), each.get_filename(), each.get_content()) for each in parts]


def test_a_release_carries_its_pdf_to_a_list_that_is_sent_it(
    start_server, send, release, workspace
) -> None:
    server = start_server()

    sent = send(server, list_name="presse", file=release)

    assert sent.status == 0, sent.text
    assert re.search(r"attached: etude-2025\.pdf \(\d+ kB\)", sent.text)
    pdfs = [attached_to(each) for each in server.messages]
    [(kind, name, content)] = pdfs[0]
    assert (kind, name, content[:5]) == ("application/pdf", "etude-2025.pdf", b"%PDF-")
    assert pdfs == [pdfs[0]] * 2
    [kept] = workspace.glob("sent/*/*/etude-2025.pdf")
    assert kept.read_bytes() == content


def test_what_is_resumed_carries_the_pdf_that_was_frozen(
    start_server, send, release, monkeypatch
) -> None:
    server = start_server(
        fault=lambda event, count, _: b"550 no" if (event, count) == ("rcpt", 1) else None
    )
    send(server, list_name="presse", file=release)
    release.unlink()
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    resumed = send(server, file=release, retry_failed=True)

    assert resumed.status == 0, resumed.text
    first, second = map(attached_to, server.messages)
    assert first == second != []


def test_a_test_of_a_list_carries_what_the_list_gets(start_server, send, release) -> None:
    server = start_server()

    sent = send(server, list_name="presse", to=["moi@example.org"], file=release)

    assert (sent.status, server.taken) == (0, ["moi@example.org"]), sent.text
    assert b"<presse.example.org>" in server.messages[0]
    assert [name for _kind, name, _content in attached_to(server.messages[0])] == ["etude-2025.pdf"]


def test_without_what_makes_pdfs_no_release_leaves(
    start_server, send, release, monkeypatch
) -> None:
    server = start_server()
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    sent = send(server, list_name="presse", file=release)

    assert (sent.status, server.taken) == (2, [])
    assert "no PDF was made: WeasyPrint is not installed" in sent.text


@pytest.mark.usefixtures("release")
def test_a_letter_has_no_pdf_to_carry(start_server, send) -> None:
    server = start_server()

    sent = send(server, list_name="presse", typed=["yes", "2"])

    assert sent.status == 0, sent.text
    assert "attach: [pdf] of the list 'presse' is for press releases" in sent.text
    assert not any(map(attached_to, server.messages))


@pytest.fixture(name="both")
def for_both_lists(lists, workspace: Path) -> None:
    """An issue that goes to both lists; membre1 is on both."""
    settings = workspace / "newsletter.yaml"
    kinds = "[press-release, newsletter]"
    settings.write_text(settings.read_text("utf-8").replace("[press-release]", kinds), "utf-8")


@pytest.mark.usefixtures("both")
def test_an_issue_goes_to_one_list_after_the_other_and_to_each_person_once(
    start_server, send
) -> None:
    server = start_server()
    first = send(server, list_name="adhérents")

    second = send(server, list_name="presse")
    again = send(server, list_name="presse")

    assert (first.status, second.status) == (0, 0), second.text
    assert sorted(server.taken) == [
        "membre0@example.org",
        "membre1@example.org",
        "membre2@example.org",
        "presse@journal.example",
    ]
    assert "list:     presse" in second.text
    assert "     1  already in the send to the list 'adhérents'" in second.text
    assert second.lines[-2] == "     1  accepted by the server"
    assert "messages accepted by the server: 1" in again.text
    assert b"<presse.example.org>" in server.messages[-1]


@pytest.mark.usefixtures("both")
def test_what_two_lists_wait_for_is_resumed_for_each_as_it_was_frozen(start_server, send) -> None:
    mended = threading.Event()
    server = start_server(
        fault=lambda event, *_: b"550 no" if event == "rcpt" and not mended.is_set() else None
    )
    send(server, list_name="adhérents")
    send(server, list_name="presse")
    mended.set()

    resumed = send(server, retry_failed=True)

    assert resumed.status == 0, resumed.text
    assert len(server.taken) == len(set(server.taken)) == 4
    of_press = [each for each in server.messages if b"<presse.example.org>" in each]
    assert [b"presse@journal.example" in each for each in of_press] == [True]


@pytest.mark.usefixtures("both")
def test_who_waits_on_one_list_is_not_gone_because_another_lacks_them(start_server, send) -> None:
    server = start_server(
        fault=lambda event, _, whom: b"450 4.2.1 full" if whom == "membre2@example.org" else None
    )
    send(server, list_name="adhérents")
    server.fault = lambda *_: None

    send(server, list_name="presse")
    send(server, retry_failed=True)

    assert server.taken.count("membre2@example.org") == 1


@pytest.mark.usefixtures("both")
def test_who_left_one_list_gets_the_issue_by_the_other(start_server, send, workspace) -> None:
    server = start_server()
    send(server, list_name="adhérents")
    [message] = [each for each in server.messages if b"membre1@" in each]
    [link] = re.findall(rb"<(https://example.org/non/[^>]+)>", message)
    (workspace / "unsubscribed.csv").write_bytes(link)
    june = workspace / "issues/juin.yaml"
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    june.write_text(text.replace("de mai", "de juin").replace("actif", "calme"), "utf-8")
    server.taken.clear()

    send(server, list_name="adhérents", file=june)
    send(server, list_name="presse", file=june)

    assert sorted(server.taken) == [
        "membre0@example.org",
        "membre1@example.org",
        "membre2@example.org",
        "presse@journal.example",
    ]


@of_a_file  # else a worker sends
@pytest.mark.usefixtures("lists")
def test_a_list_that_waits_for_its_hour_keeps_no_other_back(start_server, send) -> None:
    server = start_server()
    sleep = send.time.sleep

    def closed(_seconds: float) -> None:
        raise KeyboardInterrupt

    send.time.sleep = closed
    waits = send(server, list_name="adhérents", at="2025-05-02 11:05")
    send.time.sleep = sleep
    press = send(server, list_name="presse", typed=["yes", "1"])
    taken = [*server.taken]
    resumed = send(server, resume=True)

    assert (waits.status, press.status, resumed.status) == (130, 0, 0), press.text
    assert taken == ["presse@journal.example"]
    assert sorted(server.taken) == [*(f"membre{number}@example.org" for number in range(3)), *taken]
