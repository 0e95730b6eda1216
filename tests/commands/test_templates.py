"""`newsletter templates`: the packaged ones, copies of them, and what is told of an old copy."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import run
from newsletter.content.loading import load_issue
from newsletter.packaged import packaged_files
from newsletter.rendering.document import render_document
from newsletter.rendering.own_templates import digest_of, packaged_names, template_head
from newsletter.rendering.templates import html_environment
from newsletter.settings.loading import load_settings
from tests.conftest import ROOT

AGENDA = "email/items/agenda.mjml"
Templates = Callable[..., tuple[int, str]]


@pytest.fixture(name="templates")
def run_templates(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Templates:
    """Return what runs the command in the workspace, and what it printed."""
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("NEWSLETTER_LANG", "en")

    def templates(*options: str, command: str = "templates") -> tuple[int, str]:
        status = run([command, *options])
        return status, "".join(capsys.readouterr())

    return templates


@pytest.fixture(name="old_copy")
def make_old_copy(templates: Templates, workspace: Path) -> Path:
    """A copy of a template that the program has changed since."""
    templates("--copy", AGENDA)
    path = workspace / "templates" / AGENDA
    path.write_text(path.read_text("utf-8").replace(digest_of(AGENDA), "0" * 12), "utf-8")
    return path


def states(printed: str) -> dict[str, str]:
    lines = (line.partition("  ") for line in printed.splitlines())
    return {name: state.strip() for name, _space, state in lines}


def test_the_packaged_templates_are_listed_and_which_are_own(
    templates: Templates, workspace: Path, old_copy: Path
) -> None:
    templates("--copy", "text/footer.txt")
    (workspace / "templates/email/ours.mjml").write_text("")

    status, printed = templates()

    told = states(printed)
    assert status == 0
    assert told.keys() == {*packaged_names(), "email/ours.mjml"}
    assert {name: state for name, state in told.items() if state} == {
        AGENDA: "own",
        "text/footer.txt": "own",
        "email/ours.mjml": "own, not packaged",
    }


def test_outside_a_workspace_they_are_listed_as_well(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert templates() == (0, "".join(f"{name}\n" for name in packaged_names()))
    assert templates("--copy", AGENDA)[0] == 1


@pytest.mark.parametrize(
    "typed", [AGENDA, "items/agenda.mjml", "agenda.mjml", f"templates/{AGENDA}"]
)
def test_a_copy_is_named_by_its_end_and_written_at_its_place(
    typed: str, templates: Templates, workspace: Path
) -> None:
    status, printed = templates("--copy", typed)

    assert (status, printed.split(",")[0]) == (0, f"Created templates/{AGENDA}")
    copied = (workspace / "templates" / AGENDA).read_text("utf-8")
    assert copied.endswith((packaged_files() / "templates" / AGENDA).read_text("utf-8"))
    assert copied.splitlines()[1].strip() == f"packaged: {digest_of(AGENDA)}"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("patterns.html", "write one of: shared/patterns.html, web/patterns.html"),
        ("items/agend.mjml", f"did you mean '{AGENDA}'?"),
        ("agenda", "for all of them: newsletter templates"),
    ],
)
def test_a_name_that_is_none_or_several_is_told(
    typed: str, hint: str, templates: Templates, workspace: Path
) -> None:
    status, printed = templates("--copy", typed)

    assert (status, printed.splitlines()[-1]) == (2, f"Hint: {hint}")
    assert not (workspace / "templates").exists()


def test_a_copy_never_replaces_a_file(templates: Templates, old_copy: Path) -> None:
    old_copy.write_text("mine")

    status, printed = templates("--copy", AGENDA)

    assert status == 2
    assert f"Error: templates/{AGENDA} already exists\n" in printed
    assert "Hint: rename it first, to compare the two" in printed
    assert old_copy.read_text() == "mine"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", packaged_names())
def test_a_head_leaves_nothing_in_the_mail_and_is_short(name: str, language: str) -> None:
    head = template_head(name, language)

    environment = html_environment(packaged_files(), language)
    assert environment.from_string(f"{head}<mjml/>").render() == "<mjml/>"
    assert head.count("\n") <= 32  # a screen: a third of it names the macros of parts
    assert max(map(len, head.splitlines())) <= 103  # " #}" at its end


@pytest.mark.parametrize(
    "issue", sorted((ROOT / "issues").glob("*.yaml")), ids=lambda path: path.stem
)
def test_with_copies_of_all_templates_a_mail_is_the_same(issue: Path, tmp_path: Path) -> None:
    for name in ("issues", "assets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "newsletter.yaml", tmp_path)
    settings = load_settings(tmp_path).settings
    assert settings is not None
    loaded = load_issue(tmp_path / "issues" / issue.name, settings).issue
    assert loaded is not None
    before = render_document(loaded, settings)

    for name in packaged_names():
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (packaged_files() / "templates" / name).read_text("utf-8")
        path.write_text(template_head(name, "fr") + text, "utf-8")

    assert render_document(loaded, settings) == before


def test_a_head_names_what_the_template_is_given_and_its_macros() -> None:
    """What is listed is found in the packaged templates: at least what this one uses."""
    page = (packaged_files() / "templates" / AGENDA).read_text("utf-8")
    head = template_head(AGENDA, "en")

    listed = set(re.findall(r"\w+", head))
    assert {"item", "issue", "words"} <= listed
    assert set(re.findall(r"\| (\w+)", page)) <= listed
    assert set(re.findall(r"parts\.(\w+)", page)) <= listed
    assert "item" not in re.findall(
        r"\w+", template_head("email/newsletter.mjml", "en").split("Filters")[0]
    )


def test_a_head_names_nothing_that_the_templates_set_themselves() -> None:
    names = template_head(AGENDA, "en").split("Names: ")[1].split("Filters: ")[0]

    assert {"facts", "lines", "words"} & set(
        re.findall(r"\w+", re.sub(r"\(.*?\)", "", names))
    ) == set()


def test_check_and_build_tell_of_an_old_copy_once(
    templates: Templates, old_copy: Path, workspace: Path
) -> None:
    templates("newsletter", command="new")
    templates("press-release", command="new")
    place = f"templates/{AGENDA}:2:14: warning: the packaged template has changed since"

    _status, printed = templates(command="check")

    assert printed.count("[template-outdated]") == 1
    assert place in printed
    assert f"newsletter templates --copy {AGENDA}, or write {digest_of(AGENDA)} here" in printed
    assert "the checks found 1 warning" in templates(command="build")[1]


def test_once_its_number_is_written_and_without_one_nothing_is_told(
    templates: Templates, old_copy: Path
) -> None:
    text = old_copy.read_text("utf-8")
    for changed in (text.replace("0" * 12, digest_of(AGENDA)), text.partition("#}\n")[2]):
        old_copy.write_text(changed, "utf-8")

        assert "template-outdated" not in templates(command="check")[1]
