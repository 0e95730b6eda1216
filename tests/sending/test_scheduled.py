"""A send that leaves at its hour by itself, or never: by the wall clock, which may jump."""

import email
import email.policy
import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.commands.jobs import stop
from newsletter.commands.report import report
from newsletter.ledger.opening import only_sender, read_ledger
from newsletter.problems.errors import NewsletterError
from newsletter.sending.hours import hours_typed
from tests.mail_server import CUT
from tests.sending.test_send import RELEASE
from tests.surroundings import around

FILE = Path("issues/essai.yaml")
SOON = "2025-05-02 11:05"  # it is 11:00 in Paris when the tests begin
HOUR = 3600


def stopped(workspace: Path) -> list[str]:
    lines: list[str] = []
    stop(around(workspace, tell=lines.append), FILE, close=False)
    return lines


def reported(workspace: Path) -> str:
    lines: list[str] = []
    report(around(workspace, tell=lines.append), FILE, output_format="text")
    return "\n".join(lines)


@pytest.fixture(name="meanwhile")
def what_happens_while_it_waits(send):
    """Have something done when a window first looks at the clock."""

    def meanwhile(act) -> None:
        sleep, acts = send.time.sleep, [act]

        def slept(seconds: float) -> None:
            sleep(seconds)
            if acts:
                acts.pop()()

        send.time.sleep = slept

    return meanwhile


@pytest.fixture(name="_claire")
def git_of_claire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Claire Martin")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "claire@example.org")


SITE = "site: {{web: public, web_url: 'https://l.example.org/{{issue}}', publish: {command}}}"


def publish_by_copying(workspace: Path) -> str:
    """Return the program that puts the site into `published/`."""
    script = workspace / "publish.py"
    text = "import sys, shutil; shutil.copytree(*sys.argv[1:], dirs_exist_ok=True)"
    script.write_text(text, "utf-8")
    return json.dumps([sys.executable, str(script), "{folder}", str(workspace / "published")])


def pressed() -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("_claire")
def test_a_send_leaves_at_its_hour(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    server = start_server()
    seen: list[str] = []
    meanwhile(lambda: seen.append(reported(workspace)))

    sent = send(server, members=write_members(people(3)), at=SOON, typed=["3"])

    assert (sent.status, server.taken) == (0, people(3)), sent.text
    assert send.time.seconds >= 300
    assert "leaves:   2 May 2025, 11:05 (Paris time), by 11:35 at the latest\n" in sent.text
    assert "if this window stays open and the computer is on" in sent.text
    assert seen[0].splitlines()[:3] == [
        "essai, scheduled for 2 May 2025, 11:05 (Paris time), by 11:35 at the latest",
        "scheduled by Claire Martin <claire@example.org>",
        "     3  not sent yet",
    ]
    assert reported(workspace).startswith("essai, sending started 2 May 2025, 11:05\n")


def test_while_it_waits_nothing_is_needed_and_others_may_send(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    server, members = start_server(), write_members(people(3))

    def lose_everything() -> None:
        members.unlink()
        (workspace / FILE).unlink()
        with only_sender(workspace):
            pass

    meanwhile(lose_everything)

    sent = send(server, members=members, at=SOON)

    assert (sent.status, server.taken) == (0, people(3)), sent.text


@pytest.mark.usefixtures("_claire")
def test_a_machine_that_sleeps_past_the_hour_sends_nothing_and_says_so_by_one_mail(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    server = start_server()
    meanwhile(lambda: send.time.sleep(3 * HOUR))

    sent = send(server, members=write_members(people(3)), at=SOON)
    again = [send(server, resume=True), send(server, members=workspace / "membres.csv")]

    assert [sent.status, *(each.status for each in again)] == [3, 2, 2], sent.text
    assert server.taken == ["claire@example.org"]
    mail = email.message_from_bytes(server.messages[0], policy=email.policy.default)
    assert mail["Subject"] == "not sent: essai"
    for said in (mail.get_content(), sent.text, again[0].text, again[1].text):
        assert "was due on 2 May 2025, 11:05 (Paris time), by 11:35 at the latest" in said
    assert f"what was typed: --at {SOON} Europe/Paris" in mail.get_content()


def test_what_is_too_late_leaves_when_someone_says_so(
    start_server, send, write_members, people, meanwhile
) -> None:
    server = start_server()
    members = write_members(people(3))
    meanwhile(lambda: send.time.sleep(3 * HOUR))
    send(server, members=members, at=SOON)

    refused = send(server, members=members, typed=["no"])
    sent = send(server, members=members, typed=["yes", "3"])

    assert (refused.status, sent.status) == (2, 0), sent.text
    assert server.taken[1:] == people(3)


def test_who_closes_the_window_is_told_how_to_go_on_and_may(
    start_server, send, write_members, people, meanwhile
) -> None:
    server = start_server()
    members = write_members(people(3))
    meanwhile(pressed)

    closed = send(server, members=members, at=SOON)
    twice = send(server, members=members)
    taken = [*server.taken]
    sent = send(server, resume=True)

    assert (closed.status, twice.status, sent.status) == (130, 2, 0), sent.text
    assert "it is still scheduled; to continue: newsletter send " in closed.text
    assert "is scheduled for 2 May 2025, 11:05 (Paris time)" in twice.text
    assert (taken, server.taken) == ([], people(3))


def test_what_is_cancelled_never_was(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    server = start_server()
    members = write_members(people(3))
    meanwhile(lambda: stopped(workspace))

    cancelled = send(server, members=members, at=SOON)
    left = (workspace / "sent/essai").exists()
    text = (workspace / FILE).read_text("utf-8")
    (workspace / FILE).write_text(text.replace("Un printemps", "Un automne"), "utf-8")
    sent = send(server, members=members)

    assert (cancelled.status, left) == (130, False)
    assert "essai.yaml is no longer waiting; for details: newsletter report" in cancelled.text
    assert (sent.status, server.taken) == (0, people(3)), sent.text


def test_once_a_message_has_left_it_is_stopped_and_not_cancelled(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    stopping = threading.Event()
    server = start_server(
        fault=lambda event, number, _: stopping.set() if (event, number) == ("dot", 2) else None
    )

    sent = send(server, members=write_members(people(9)), at=SOON, stopping=stopping)
    lines = stopped(workspace)
    resumed = send(server, resume=True)

    assert (sent.status, resumed.status) == (130, 0), resumed.text
    assert lines == ["it goes on by itself no more; --resume continues it"]
    assert sorted(server.taken) == sorted(people(9))


def test_a_server_that_is_away_at_the_hour_is_tried_until_it_is_too_late(
    start_server, send, write_members, people, meanwhile
) -> None:
    is_away = threading.Event()
    server = start_server(
        fault=lambda event, *_: CUT if is_away.is_set() and event == "ehlo" else None
    )
    members = write_members(people(2))
    meanwhile(is_away.set)

    sent = send(server, members=members, at=SOON, no_later_than="11:10")

    assert (sent.status, server.taken) == (3, []), sent.text
    assert 600 <= send.time.seconds <= 700
    assert "and was not sent, or not to everyone" in sent.text


def test_another_send_that_runs_at_the_hour_is_waited_for(
    start_server, send, write_members, people, workspace, meanwhile
) -> None:
    server = start_server()
    with only_sender(workspace):
        sent_under_way = send(server, members=write_members(people(2)), at=SOON)
    assert sent_under_way.status == 2
    held = only_sender(workspace)
    meanwhile(held.__enter__)
    sleep = send.time.sleep

    def let_go(seconds: float) -> None:
        sleep(seconds)
        if send.time.seconds > 360:
            held.__exit__(None, None, None)

    send.time.sleep = let_go

    sent = send(server, members=workspace / "membres.csv", at=SOON)

    assert (sent.status, server.taken) == (0, people(2)), sent.text
    assert "another send is running in this workspace: trying again until" in sent.text


def test_a_password_that_is_refused_is_told_when_it_is_scheduled(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server(fault=lambda event, *_: b"554 no" if event == "greeting" else None)

    sent = send(server, members=write_members(people(2)), at=SOON)

    with read_ledger(workspace) as ledger:
        assert (sent.status, ledger.schedules.of(), ledger.counts("essai")) == (2, [], {})


@pytest.mark.parametrize(
    ("at", "no_later_than", "due", "until"),
    [
        ("2026-12-02 7:30", "", "2026-12-02T06:30", "2026-12-02T07:00"),
        ("2 décembre 2026 à 7h30", "9:00", "2026-12-02T06:30", "2026-12-02T08:00"),
        ("2026-12-02 7:30+04:00", "", "2026-12-02T03:30", "2026-12-02T04:00"),
        ("2026-12-02 23:50", "2026-12-03 0:30", "2026-12-02T22:50", "2026-12-02T23:30"),
        ("2026-12-02 7:30", "2026-12-03 7:00", "2026-12-02T06:30", "2026-12-03T06:00"),
        ("2026-10-25 2:30+01:00", "", "2026-10-25T01:30", "2026-10-25T02:00"),
    ],
)
def test_an_hour_is_the_team_s_unless_it_says_otherwise(
    at: str, no_later_than: str, due: str, until: str, settings
) -> None:
    hours = hours_typed(at, no_later_than, settings, datetime(2026, 1, 1, tzinfo=UTC))

    assert [f"{each.astimezone(UTC):%Y-%m-%dT%H:%M}" for each in hours[:2]] == [due, until]


@pytest.mark.parametrize(
    ("at", "no_later_than", "message"),
    [
        ("2026-03-29 2:30", "", "02:30 does not exist on that day: the clocks go forward"),
        ("2026-10-25 2:30", "", "02:30 happens twice on that day: the clocks go back"),
        ("2025-12-02 7:30", "", "2 December 2025, 07:30 (Paris time) is over"),
        ("2026-12-02 7:30 (heure de La Réunion)", "", "'heure de La Réunion' after the time is"),
        ("2026-12-02", "", "'2026-12-02' has no time of day"),
        ("7:30", "", "the day of '7:30' is missing"),
        ("demain", "", "'demain' is not a date"),
        ("2026-12-02 7:30", "2026-12-01 7:30", "--no-later-than is before --at"),
        ("2026-12-02 7:30", "tard", "'tard' is not a date"),
        ("2026-12-02 7:30", "7:00", "--no-later-than is before --at"),
        ("2026-12-02 23:50", "0:30", "--no-later-than is before --at"),
        ("2062-12-02 7:30", "", "2 December 2062, 07:30 (Paris time) is more than a year away"),
        ("9999-12-31 23:59", "", "31 December 9999, 23:59 (Paris time) is more than a year away"),
        ("", "9:00", "--no-later-than only works with --at"),
    ],
)
def test_an_hour_that_is_none_is_told(at: str, no_later_than: str, message: str, settings) -> None:
    with pytest.raises(NewsletterError) as refusal:
        hours_typed(at, no_later_than, settings, datetime(2026, 1, 1, tzinfo=UTC))

    assert refusal.value.message.startswith(message)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("2025-05-02 11:02", 0, "before its embargo ends: its readers have it under embargo"),
        ("2025-05-02 11:04", 0, "leaves:   2 May 2025, 11:04 (Paris time)"),
        ("2025-05-02 11:05", 1, "nothing was sent"),
    ],
)
def test_a_release_leaves_under_embargo_or_at_its_hour(
    at: str, status: int, said: str, start_server, send, write_members, people, workspace
) -> None:
    (workspace / FILE).write_text(RELEASE.replace("06:00", "11:04"), "utf-8")

    sent = send(start_server(), members=write_members(people(2)), at=at)

    assert sent.status == status, sent.text
    assert said in sent.text


def test_with_the_release_goes_its_page(
    start_server, send, write_members, people, workspace, settings_say, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (workspace / FILE).write_text(RELEASE.replace("06:00", "11:04"), "utf-8")
    settings_say(SITE.format(command=publish_by_copying(workspace)))

    sent = send(
        start_server(), members=write_members(people(2)), at="2025-05-02 11:04", typed=["yes", "2"]
    )

    assert sent.status == 0, sent.text
    assert (workspace / "published/essai.html").is_file()
