"""Spoilt issue files never end in a traceback, nor take long: the samples, mutated.

`make soak` tries 10,000; a round's number says how each file was spoilt, on every machine.
"""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.checks.checking import problems_of
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "issues").glob("*.yaml"))
ROUNDS = int(os.environ.get("MUTATIONS", "150"))
ROUNDS_AT_ONCE = 25
MAX_SECONDS = 5  # of the processor: a slow machine takes longer by the clock


def flip_a_byte(text: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(text))
    return text[:place] + bytes([text[place] ^ 1 << chance.randrange(8)]) + text[place + 1 :]


def cut_a_line(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def swap_two_lines(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def swap_two_values(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    fields = [number for number, line in enumerate(lines) if b": " in line]
    one, other = chance.choice(fields), chance.choice(fields)
    (key, sign, value), (key_2, _sign, value_2) = (
        lines[number].partition(b": ") for number in (one, other)
    )
    lines[one], lines[other] = key + sign + value_2, key_2 + sign + value
    return b"".join(lines)


def indent_a_line(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    lines[place] = b" " * chance.randrange(1, 5) + lines[place]
    return b"".join(lines)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip_a_byte, cut_a_line, swap_two_lines, swap_two_values, indent_a_line,
)  # fmt: skip


@pytest.fixture(name="own", scope="module")
def own_workspace(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of our own workspace, whose issue a test may spoil."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copy(ROOT / "newsletter.yaml", folder)
    shutil.copytree(ROOT / "assets", folder / "assets")
    shutil.copytree(ROOT / "issues/texts", folder / "issues/texts")
    settings = load_settings(folder).settings
    assert settings is not None
    return settings


@pytest.fixture(name="_in_time")
def end_what_takes_long() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("first", range(0, ROUNDS, ROUNDS_AT_ONCE))
@pytest.mark.usefixtures("_in_time")
def test_spoilt_issue_files_are_checked_without_traceback_in_time(
    first: int, own: Settings
) -> None:
    path = own.workspace / "issues/essai.yaml"
    for number in range(first, min(first + ROUNDS_AT_ONCE, ROUNDS)):
        chance = random.Random(number)  # noqa: S311 - the same on every run, by its number
        text = SAMPLES[number % len(SAMPLES)].read_bytes()
        for _time in range(chance.randrange(1, 4)):
            text = chance.choice(MUTATIONS)(text, chance)
        path.write_bytes(text)

        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
        problems = problems_of(path, own)
        signal.setitimer(signal.ITIMER_PROF, 0)

        assert all(problem.message for problem in problems), number
