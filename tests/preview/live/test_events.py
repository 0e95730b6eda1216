"""What an open page is told, and when."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.preview.live import events
from newsletter.preview.live.events import ChangeSignal, News, stream
from tests.checks.conftest import HEAD, add_to_footer
from tests.preview.serving import Served, serving
from tests.preview.workspaces import ITEM, issue_file


@pytest.fixture(name="served")
def serve(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A preview that looks at the disk when it is told of a change, and at no other time."""
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 1000.0)
    issue_file(workspace, HEAD + ITEM)
    with serving(workspace) as served:
        yield served


def test_who_connects_is_told_at_once_what_there_is(served: Served) -> None:
    page = served.get("/issues/essai").text

    with served.hearing("/issues/essai/events") as told:
        kind, mark = next(told)

    assert kind == "mark"
    assert f'data-mark="{mark}"' in page


def test_a_save_is_told_and_a_backup_is_not(served: Served) -> None:
    with served.hearing("/issues/essai/events") as told:
        first = next(told)
        issue_file(served.workspace, "x", "essai.yaml~")
        (served.workspace / "issues/.essai.yaml.swp").write_text("x", "utf-8")
        issue_file(served.workspace, HEAD + ITEM * 2)

        second = next(told)

    assert second != first
    assert f'data-mark="{second[1]}"' in served.get("/issues/essai").text


def test_a_folder_that_appears_is_watched(served: Served) -> None:
    with served.hearing("/issues/essai/events") as told:
        next(told)
        add_to_footer(served.workspace, "Avant")  # makes templates/
        while f'data-mark="{next(told)[1]}"' not in served.get("/issues/essai").text:
            pass
        footer = served.workspace / "templates/email/footer.mjml"
        footer.write_text(footer.read_text("utf-8").replace("Avant", "Après"), "utf-8")

        kind, _mark = next(told)

    assert kind == "mark"
    assert "Après" in served.get("/issues/essai/mail").text


def test_the_list_is_told_the_state_of_each_issue(served: Served) -> None:
    with served.hearing("/events") as told:
        mark = next(told)
        kind, state = next(told)

    assert mark[0] == "mark"
    assert kind == "state"
    assert json.loads(state)["name"] == "essai"
    assert json.loads(state)["weight"].endswith(" kB")


@pytest.mark.parametrize("path", ["/issues/no/events", "/issues/no/mail", "/issues/no/release.pdf"])
def test_of_an_issue_that_is_not_there_nothing_is_told(served: Served, path: str) -> None:
    assert served.get(path).status == 404


def test_the_same_news_is_told_once_and_silence_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.001)

    async def news() -> News:
        return {"issue": ("mark", "a")}

    async def first_three() -> list[str]:
        signal = ChangeSignal()
        told = stream(signal, news)
        found = [await anext(told) for _turn in range(3)]
        await told.aclose()  # type: ignore[attr-defined]
        return found

    assert asyncio.run(first_three()) == ["event: mark\ndata: a\n\n", *[": still here\n\n"] * 2]


def test_the_end_is_heard_by_all() -> None:
    async def news() -> News:
        return {"issue": ("mark", "a")}

    async def all_of_it() -> list[str]:
        signal = ChangeSignal()
        told = stream(signal, news)
        found = [await anext(told)]
        signal.end()
        return found + [each async for each in told]

    assert asyncio.run(all_of_it()) == ["event: mark\ndata: a\n\n"]
