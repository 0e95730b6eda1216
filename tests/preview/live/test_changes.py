"""The marks by which a preview knows what has changed; what an open page is told, and when."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.preview.live import changes
from newsletter.preview.live.changes import (
    ChangeSignal,
    file_mark,
    folder_mark,
    issue_mark,
    shared_mark,
    stream,
)
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


@pytest.mark.parametrize(
    "name", ["newsletter.yaml", "assets/theme.yaml", "assets/images/photo.png", "templates/a.mjml"]
)
def test_what_all_mails_share_changes_the_shared_mark(workspace: Path, name: str) -> None:
    before = shared_mark(workspace)

    path = workspace / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"#")

    assert shared_mark(workspace) != before


def test_an_issue_changes_no_mark_but_its_own_and_its_folder_s(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    other = issue_file(workspace, HEAD + ITEM, "autre")
    before = shared_mark(workspace), issue_mark(other)
    folder, own = folder_mark(path.parent), issue_mark(path)

    issue_file(workspace, HEAD + ITEM * 2)

    assert (shared_mark(workspace), issue_mark(other)) == before
    assert folder_mark(path.parent) != folder
    assert issue_mark(path) != own


@pytest.mark.parametrize(
    "named", ["{file: texts/a.md}", "{file: 'texts/a.md'}", "\n      file: texts/a.md"]
)
def test_the_texts_that_an_issue_names_are_part_of_it(workspace: Path, named: str) -> None:
    text = workspace / "issues/texts/a.md"
    text.parent.mkdir()
    text.write_text("Avant.", "utf-8")
    path = issue_file(workspace, HEAD + f"  - kind: text\n    body: {named}\n")
    before = issue_mark(path)

    text.write_text("Après.", "utf-8")

    assert issue_mark(path) != before


def test_the_same_size_and_time_do_not_hide_a_change(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    status, before = path.stat(), (issue_mark(path), folder_mark(path.parent))

    issue_file(workspace, HEAD + ITEM.replace("premiers", "derniers"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert issue_mark(path) != before[0]
    assert folder_mark(path.parent) != before[1]


def test_a_file_that_is_gone_is_a_change(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    before = issue_mark(path), file_mark(path)

    path.unlink()

    assert issue_mark(path) != before[0]
    assert file_mark(path) != before[1]


def test_nothing_changed_nothing_told(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)

    assert issue_mark(path) == issue_mark(path)
    assert shared_mark(workspace) == shared_mark(workspace)
    assert folder_mark(path.parent) == folder_mark(path.parent)
