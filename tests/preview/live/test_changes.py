"""What an open page is told, and when."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.preview.live import changes
from newsletter.preview.live.changes import ChangeSignal, stream
from tests.checks.conftest import HEAD, add_to_footer
from tests.preview.serving import Served, serving
from tests.preview.workspaces import ITEM, issue_file


@pytest.fixture(name="served")
def serve(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A preview that looks at the disk when it is told of a change, and at no other time."""
    monkeypatch.setattr(changes, "HEARTBEAT_SECONDS", 1000.0)
    issue_file(workspace, HEAD + ITEM)
    with serving(workspace) as served:
        yield served


def test_who_connects_is_told_to_look(served: Served) -> None:
    with served.hearing("/events") as told:
        assert next(told) == ("look", "")


def mark(served: Served, known: str = "") -> tuple[int, str]:
    """Return the status and mark of the mail, asked for by who has seen that of mark `known`."""
    answer = served.get("/issues/essai/mail", If_None_Match=known)
    return answer.status, answer.headers.get("preview-mark", "")


def test_a_save_is_told_and_a_backup_changes_no_mark(served: Served) -> None:
    with served.hearing("/events") as told:
        next(told)
        _status, first = mark(served)
        (served.workspace / "issues/essai.yaml~").write_text("x", "utf-8")
        (served.workspace / "issues/.essai.yaml.swp").write_text("x", "utf-8")
        assert mark(served, first) == (304, "")

        issue_file(served.workspace, HEAD + ITEM * 2)
        next(told)

    status, second = mark(served, first)
    assert status == 200
    assert f'data-mark="{second}"' in served.get("/issues/essai").text


def test_a_folder_that_appears_is_watched(served: Served) -> None:
    with served.hearing("/events") as told:
        next(told)
        add_to_footer(served.workspace, "Avant")  # makes templates/
        while "Avant" not in served.get("/issues/essai/mail").text:
            next(told)
        footer = served.workspace / "templates/email/footer.mjml"
        footer.write_text(footer.read_text("utf-8").replace("Avant", "Après"), "utf-8")

        while "Après" not in served.get("/issues/essai/mail").text:
            next(told)


def test_the_list_is_told_the_state_of_each_issue(served: Served) -> None:
    with served.hearing("/events") as told:
        served.get("/")
        state = next(data for kind, data in told if kind == "state")

    assert json.loads(state)["name"] == "essai"
    assert json.loads(state)["weight"].endswith(" kB")


@pytest.mark.parametrize("path", ["/issues/no/mail", "/issues/no/release.pdf"])
def test_of_an_issue_that_is_not_there_nothing_is_told(served: Served, path: str) -> None:
    assert served.get(path).status == 404


LOOK, STATE = "event: look\ndata: \n\n", "event: state\ndata: a\n\n"


def test_a_state_is_told_once_and_it_is_time_to_look_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changes, "HEARTBEAT_SECONDS", 0.001)

    async def first_four() -> list[str]:
        told = stream(ChangeSignal(), lambda: ["a"])
        found = [await anext(told) for _turn in range(4)]
        await told.aclose()  # type: ignore[attr-defined]
        return found

    assert asyncio.run(first_four()) == [LOOK, STATE, LOOK, LOOK]


def test_the_end_is_heard_by_all() -> None:
    async def all_of_it() -> list[str]:
        signal = ChangeSignal()
        told = stream(signal, list)
        found = [await anext(told)]
        signal.end()
        return found + [each async for each in told]

    assert asyncio.run(all_of_it()) == [LOOK]
