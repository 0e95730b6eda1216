"""The states of issues, worked out behind all else."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.preview.live.issue_list import IssueStates, state_of
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, add_to_footer, change_settings
from tests.preview.workspaces import ITEM, issue_file

BROKEN = HEAD + ITEM + "    corps: x\n"
SECONDS = 30


@pytest.mark.parametrize(
    ("text", "problems", "worst"),
    [
        (HEAD + ITEM, "no problems", ""),
        (BROKEN, "1 error", "error"),
        (
            HEAD + ITEM.replace("mots.", "mots [ici](https://example.org/a)."),
            "1 warning",
            "warning",
        ),
    ],
)
def test_a_state_counts_the_problems_and_names_the_worst(
    workspace: Path, settings: Settings, text: str, problems: str, worst: str
) -> None:
    state = state_of(issue_file(workspace, text), settings)

    assert (state.problems, state.worst) == (problems, worst)
    assert (state.weight == "") is (worst == "error")


def test_a_template_that_fails_is_a_state(workspace: Path, settings: Settings) -> None:
    add_to_footer(workspace, "{{ nothing.at.all }}")

    state = state_of(issue_file(workspace, HEAD + ITEM), settings)

    assert "footer.mjml" in state.problems
    assert state.worst == "error"


def asked(workspace: Path, *paths: Path) -> list[str]:
    """Return what the process says of issues, named a line each."""
    done = subprocess.run(
        [sys.executable, "-m", "newsletter.preview.live.issue_list", workspace, "en"],
        input="".join(f"{json.dumps(str(path))}\n" for path in paths),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout.splitlines()


def test_settings_with_errors_give_no_state(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    change_settings(workspace, "language: fr", "language: klingon")

    assert asked(workspace, path) == ["{}"]


def test_the_process_answers_line_by_line_and_ends_with_its_input(workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)

    assert [json.loads(line)["problems"] for line in asked(workspace, path, path)] == [
        "no problems"
    ] * 2


async def next_states(told: asyncio.Event, count: int) -> None:
    """Wait until so many states were told."""
    for _state in range(count):
        await asyncio.wait_for(told.wait(), SECONDS)
        told.clear()


def test_the_state_of_all_is_known_and_of_what_changed(workspace: Path) -> None:
    first = issue_file(workspace, HEAD + ITEM, "a")
    second = issue_file(workspace, BROKEN, "b")
    seen: list[str] = []

    async def keep() -> None:
        told = asyncio.Event()
        issue_states = IssueStates(workspace, told.set)
        working = asyncio.create_task(issue_states.keep())
        issue_states.want((first, second))
        await next_states(told, 2)
        seen.extend(issue_states.known[path].problems for path in (first, second))
        issue_file(workspace, HEAD + ITEM, "b")
        issue_states.want((first, second))
        await next_states(told, 1)
        seen.append(issue_states.known[second].problems)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(keep())

    assert seen == ["no problems", "1 error", "no problems"]
