"""`newsletter build`: what is written, what is told, and how many issues are built."""

import builtins
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from newsletter.commands.build import BuiltIssue, build
from newsletter.commands.new import first_issue
from newsletter.commands.processes import WORTH_PROCESSES
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem
from newsletter.settings.settings import Settings
from tests.conftest import HEAD
from tests.surroundings import around

DAY = date(2025, 3, 3)
NEWSLETTER = HEAD + "items: [{kind: text, body: Numéro %d.}]\n"


class Told:
    """What a build said, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.problems: list[Problem] = []

    def show(self, problems: Sequence[Problem]) -> None:
        self.problems += problems


def run_build(workspace: Path) -> tuple[int, Told]:
    told = Told()
    status = build(around(workspace, tell=told.lines.append, show=told.show), [])
    return status, told


@pytest.fixture(name="release")
def write_release(workspace: Path, settings: Settings) -> Path:
    path = workspace / "issues/communique.yaml"
    text = first_issue("press-release", settings.language, title="Un titre", day=DAY)
    path.write_text(text + "media: [{title: Vue, file: photo.png, credit: a, rights: b}]\n")
    return workspace / "build/communique"


def test_a_release_is_written_in_all_its_forms(workspace: Path, release: Path) -> None:
    status, _told = run_build(workspace)

    written = {path.relative_to(release).as_posix() for path in release.rglob("*.*")}
    assert status == 0
    assert {"email.html", "email.txt", "release.pdf", "release.json", "media/photo.png"} <= written


def test_two_pictures_for_the_press_of_like_names_are_both_there(
    workspace: Path, release: Path
) -> None:
    images = workspace / "assets/images"
    (images / "a").mkdir()
    for name, width in (("a-b.png", 20), ("a/b.png", 30)):
        Image.new("RGB", (width, 10)).save(images / name)
    path = workspace / "issues/communique.yaml"
    other = "{title: Autre, file: a/b.png, credit: a, rights: b}"
    path.write_text(
        path.read_text().replace(
            "photo.png, credit: a, rights: b}", f"a-b.png, credit: a, rights: b}}, {other}"
        )
    )

    run_build(workspace)

    for name in ("a-b.png", "a/b.png"):
        assert (release / "media" / name).read_bytes() == (images / name).read_bytes()


def test_calendar_files_of_events_that_left_the_issue_leave_too(workspace: Path) -> None:
    path = workspace / "issues/numero.yaml"
    event = "{title: %s, start: 2025-03-04}"
    agenda = f"{HEAD}items: [{{kind: agenda, events: [{event}]}}]\n"
    path.write_text(agenda % "Matin")
    run_build(workspace)
    folder = workspace / "build/numero/agenda"
    own = folder / "a-nous.ics"
    own.write_text("BEGIN:VCALENDAR\nPRODID:-//Outlook\n")
    path.write_text(agenda % "Soir")

    run_build(workspace)

    assert sorted(folder.iterdir()) == [folder / "2025-03-04-soir.ics", own]


def test_a_font_that_is_missing_is_told_once_for_all_releases(
    workspace: Path, release: Path
) -> None:
    theme = workspace / "assets/theme.yaml"
    theme.write_text("fonts: {heading: 'Inconnue, serif'}\n")
    first = workspace / "issues/communique.yaml"
    (workspace / "issues/autre.yaml").write_text(first.read_text())

    status, told = run_build(workspace)

    (problem,) = told.problems
    assert status == 0
    assert (problem.path, problem.rule) == (theme, "font-missing")
    assert "Inconnue" in problem.message


def test_without_pango_all_but_the_pdf_is_written_and_a_sentence_says_what_to_install(
    workspace: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = builtins.__import__

    def find_all_else(name: str, *rest: object) -> ModuleType:
        if name == "weasyprint":
            raise OSError(name)
        return find(name, *rest)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", find_all_else)

    status, told = run_build(workspace)

    assert status == 0
    assert (release / "release.json").exists()
    assert not (release / "release.pdf").exists()
    assert any("apt install libpango-1.0-0" in line for line in told.lines)


def test_a_sign_that_no_font_has_is_told(workspace: Path, release: Path) -> None:
    path = workspace / "issues/communique.yaml"
    path.write_text(path.read_text().replace("Un titre", "Un \U00012000 titre"))

    _status, told = run_build(workspace)

    (problem,) = told.problems
    assert (problem.path, problem.position) == (path, (11, 15))
    assert "\U00012000" in problem.message


def test_many_issues_are_written_as_one_by_one_and_told_in_order(workspace: Path) -> None:
    names = [f"2025-{number:02}" for number in range(WORTH_PROCESSES)]
    for number, name in enumerate(names):
        (workspace / f"issues/{name}.yaml").write_text(NEWSLETTER % number)
    alone = workspace / "seul"

    status, told = run_build(workspace)
    for name in names:
        path = workspace / f"issues/{name}.yaml"
        build(around(workspace), [path], output=alone)

    mails = [line.split("  ")[0] for line in told.lines if "email.html" in line]
    assert status == 0
    assert [Path(mail).parent.name for mail in mails] == names
    for name in names:
        together = (workspace / "build" / name / "email.html").read_bytes()
        assert together == (alone / name / "email.html").read_bytes()


def test_a_fault_of_a_template_comes_whole_out_of_another_process(workspace: Path) -> None:
    for number in range(WORTH_PROCESSES):
        (workspace / f"issues/2025-{number:02}.yaml").write_text(NEWSLETTER % number)
    template = workspace / "templates/email/items/text.mjml"
    template.parent.mkdir(parents=True)
    template.write_text("{{ absent }}")

    with pytest.raises(NewsletterError) as told:
        run_build(workspace)

    assert "absent" in told.value.message
    assert told.value.hint


def test_progress_sees_each_issue_and_how_many_there_are(workspace: Path) -> None:
    for number in range(3):
        (workspace / f"issues/2025-{number:02}.yaml").write_text(NEWSLETTER % number)
    seen: list[tuple[BuiltIssue, int]] = []

    def progress(built: Iterator[BuiltIssue], length: int) -> Iterator[BuiltIssue]:
        for each in built:
            seen.append((each, length))
            yield each

    tell: Callable[[str], None] = print
    build(around(workspace, tell=tell, bar=progress), [])

    assert [length for _each, length in seen] == [3, 3, 3]


VAGUE = NEWSLETTER % 1 + 'introduction: "Paru : [ici](https://a.fr/x)."\n'


def test_findings_are_summed_up_in_a_line(workspace: Path) -> None:
    (workspace / "issues/mai.yaml").write_text(VAGUE)

    status, told = run_build(workspace)

    assert status == 0
    assert "1 warning" in told.lines[-1]
    assert (workspace / "build/mai/email.html").exists()


def test_a_mail_that_send_will_refuse_is_written_and_the_last_line_says_both(
    workspace: Path,
) -> None:
    (workspace / "issues/mai.yaml").write_text(NEWSLETTER % 1 + 'closing: "[Ici](#)"\n')

    status, told = run_build(workspace)

    assert status == 0
    assert told.lines[-1].startswith("the email is written, but send will refuse it: 1 error")


def test_a_strict_build_writes_nothing_where_the_checks_find_fault(workspace: Path) -> None:
    (workspace / "issues/mai.yaml").write_text(VAGUE)
    told = Told()

    status = build(around(workspace, tell=told.lines.append, show=told.show), [], strict=True)

    assert status == 1
    assert not (workspace / "build/mai").exists()
