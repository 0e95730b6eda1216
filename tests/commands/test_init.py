"""`newsletter init` in a terminal asks who the team is, and leaves a letter of its own."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from newsletter.checks.rules.leftover import settings_problems
from newsletter.commands.build import build
from newsletter.commands.new import new
from newsletter.settings.loading import load_settings
from tests.surroundings import around

ROOT = Path(__file__).parents[2]
QUESTIONS = 8
DEADLINE_SECONDS = 60
ANSWERS = {  # each after what is refused first
    "language": ["anglais", "fr"],
    "name": ["  ", 'Les "Ateliers" d’Élise : Nord #1'],
    "address": ["12, rue de la Paix, 75002 Paris"],
    "website": ["La vieille tour", "ateliers", "www.ateliers.fr/#nous"],
    "sender": ["moi@", "lettre@ateliers.fr"],
    "colour": ["vert", '"#1A7F37"'],
    "logo": ["nulle-part.png", "texte.png", "'mon logo é.png'"],
    "online": ["peut-être", "unlisted"],
}
Answer = Callable[..., tuple[int, str]]


@pytest.fixture(name="answer")
def in_a_terminal(tmp_path: Path) -> Answer:
    """Run `newsletter init lettre` in a terminal; type an answer after each question."""
    Image.new("RGB", (200, 80), "green").save(tmp_path / "mon logo é.png")
    (tmp_path / "texte.png").write_text("rien")

    def answer(*lines: str, options: tuple[str, ...] = ("--lang", "en")) -> tuple[int, str]:
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "init", "lettre", *options],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=theirs, stdout=theirs, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        said = b""
        for line in lines:
            said += read(ours, until=b": ")
            if line == "Ctrl-C":
                press_ctrl_c(process)
            else:
                os.write(ours, f"{line}\n".encode())
        said += read(ours, until=None)
        os.close(ours)
        return process.wait(DEADLINE_SECONDS), said.decode()

    return answer


def read(terminal: int, until: bytes | None) -> bytes:
    """Return what is said until it ends so, or until the other end of the terminal is closed."""
    said = b""
    with suppress(OSError):  # so Linux says that it is closed
        while until is None or not said.endswith(until):
            is_there, _, _ = select.select([terminal], [], [], DEADLINE_SECONDS)
            if not is_there:
                pytest.fail(f"nothing more came after: {said.decode()}")
            said += os.read(terminal, 4096)
    return said


def press_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    for _again in range(100):  # as a person does: Python loses a press as it begins to wait
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
            return


def test_a_terminal_is_asked_again_until_the_workspace_is_the_team_s_own(
    answer: Answer, tmp_path: Path
) -> None:
    status, said = answer(*(line for lines in ANSWERS.values() for line in lines))

    loaded = load_settings(tmp_path / "lettre")
    settings = loaded.settings
    assert (status, loaded.problems) == (0, ()), said
    assert "%20" not in said
    assert 'write "#" and six characters' in said
    assert "allowed values: public, unlisted, none" in said
    assert settings is not None
    assert settings.theme.logo is not None
    assert settings.site is not None
    organisation, sender = settings.organisation, settings.senders["default"]
    assert organisation.name == sender.name == ANSWERS["name"][-1]
    assert organisation.address == ANSWERS["address"][-1]
    assert organisation.website == "https://www.ateliers.fr/#nous"
    assert {sender.email, sender.reply_to, settings.unsubscribe.mailto} == {"lettre@ateliers.fr"}
    assert (settings.theme.logo.file, settings.site.web) == ("assets/mon logo é.png", "unlisted")
    assert settings.theme.colours.light.band == "#1a7f37"
    left = {problem.message for problem in settings_problems(settings)}
    assert len(left) == 4  # the boilerplate and the press contact, which nobody was asked


def test_the_first_build_is_the_team_s_own_letter(answer: Answer, tmp_path: Path) -> None:
    answer(*(lines[-1] for lines in ANSWERS.values()))
    folder = tmp_path / "lettre"
    given = {
        "title": None,
        "from_issue": None,
    }
    new(around(folder), "newsletter", day=date(2025, 3, 3), **given)

    build(around(folder), [], shown_as=(), strict=False)

    mail = next((folder / "build").glob("*/email.txt")).read_text("utf-8")
    for own in ("Ateliers", "12, rue de la Paix, 75002 Paris", "lettre@ateliers.fr"):
        assert own in mail
    for other in ("Mon association", "Exemple", "desinscription@", "company/example"):
        assert other not in mail


@pytest.mark.parametrize(
    ("language", "zone"),
    [("fr", "Europe/Paris"), ("en", "Europe/London"), ("en-US", "America/New_York")],
)
def test_who_only_presses_enter_gets_the_example(
    language: str, zone: str, answer: Answer, tmp_path: Path
) -> None:
    status, said = answer(language, *[""] * (QUESTIONS - 1))

    loaded = load_settings(tmp_path / "lettre")
    assert (status, loaded.problems) == (0, ()), said
    assert loaded.settings is not None
    assert (loaded.settings.language, loaded.settings.timezone) == (language, zone)
    assert len(list(settings_problems(loaded.settings))) > 5


def test_a_language_that_was_refused_leaves_nothing_of_itself(
    answer: Answer, tmp_path: Path
) -> None:
    status, said = answer("english", *[""] * QUESTIONS, options=("--lang", "fr"))

    settings = load_settings(tmp_path / "lettre").settings
    assert (status, settings and settings.language) == (0, "fr"), said


def test_the_team_s_own_logo_may_have_the_example_s_name(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "mon logo é.png").rename(tmp_path / "logo.png")
    own = (tmp_path / "logo.png").read_bytes()

    status, said = answer(*[""] * 6, "logo.png", "")

    assert status == 0, said
    assert (tmp_path / "lettre/assets/logo.png").read_bytes() == own


def test_a_colour_that_words_cannot_have_is_answered_with_the_nearest_that_can(
    answer: Answer, tmp_path: Path
) -> None:
    status, said = answer(*[""] * 5, "ffff00", "ebeb00", *[""] * 2)

    loaded = load_settings(tmp_path / "lettre")
    assert (status, loaded.problems) == (0, ()), said
    assert loaded.settings is not None
    assert loaded.settings.theme.colours.light.band == "#ebeb00"
    assert '"#ebeb00", the nearest that works' in said


@pytest.mark.parametrize("before", [0, QUESTIONS - 1])
def test_ctrl_c_at_a_question_leaves_nothing(before: int, answer: Answer, tmp_path: Path) -> None:
    status, _said = answer(*[""] * before, "Ctrl-C")

    assert status == 130
    assert not (tmp_path / "lettre").exists()


@pytest.mark.parametrize(
    ("page", "language"), [("fr/demarrer.md", "fr"), ("en/getting-started.md", "en")]
)
def test_the_guide_shows_the_questions_that_are_asked(
    page: str, language: str, answer: Answer, tmp_path: Path
) -> None:
    guide = (ROOT / "docs" / page).read_text("utf-8")

    _status, said = answer(*[""] * QUESTIONS, options=("--lang", language))
    said = said.replace("\xa0", " ")

    asked = [line.split("[")[0] for line in said.splitlines() if "]" in line]
    assert len(asked) == QUESTIONS
    assert [question for question in asked if f"\n{question}[" not in guide] == []


def test_a_logo_does_not_replace_another_of_its_name(answer: Answer, tmp_path: Path) -> None:
    there = tmp_path / "lettre/assets/mon logo é.png"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"un autre")

    status, said = answer(*(lines[-1] for lines in ANSWERS.values()))

    assert status == 2, said
    assert there.read_bytes() == b"un autre"
    assert not (tmp_path / "lettre/newsletter.yaml").exists()


def test_yes_asks_nothing(answer: Answer, tmp_path: Path) -> None:
    status, said = answer(options=("--lang", "fr", "--yes"))

    assert (status, len(said.splitlines())) == (0, 1), said
