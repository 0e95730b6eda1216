"""The command line as a person uses it: what is printed, what is written, the exit status."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import click
import pytest
from PIL import Image

from newsletter import cli
from newsletter.content.loading import load_issue
from newsletter.settings.loading import load_settings

Run = Callable[..., tuple[int, str]]
ISSUE = """\
kind: newsletter
subject: Objet
preheader: Une accroche assez longue pour la boîte
title: Titre
date: 2025-01-06
number: "09"  # le neuvième
items:
  - kind: text
    body: Bonjour ((first name)) !
"""


@pytest.fixture(name="run")
def make_run(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.chdir(workspace)
    monkeypatch.setattr(cli, "user_language", lambda _workspace, _environment: "en")

    def run(*arguments: object) -> tuple[int, str]:
        status = cli.run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


@pytest.fixture(name="issue")
def write_one_issue(workspace: Path) -> Path:
    path = workspace / "issues/2025-01-lettre.yaml"
    path.write_text(ISSUE)
    return path


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["check", "issues/mia.yaml"], "issues/mai.yaml"),
        (["check", "mai.yaml"], "issues/mai.yaml"),
        (["build", "issues/mai.yml"], "issues/mai.yaml"),
        (["send", "issues/mai.yaml", "--members", "membre.csv", "--outbox", "o"], "membres.csv"),
    ],
)
def test_a_file_that_is_not_there_gets_the_one_that_is(
    arguments: list[str],
    meant: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    (workspace / "issues/mai.yaml").write_text(ISSUE)
    (workspace / "membres.csv").write_text("Courriel\na@b.fr\n")

    assert cli.run([*arguments, "--lang", "en"]) == 2
    assert f"Hint: did you mean '{meant}'?" in capsys.readouterr().err


def test_a_folder_that_is_gone_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert cli.run(["check"]) == 2
    assert capsys.readouterr().err


def test_build_writes_the_mail_of_every_issue_and_says_where(
    run: Run, issue: Path, workspace: Path
) -> None:
    status, printed = run("build")

    assert status == 0
    assert "build/2025-01-lettre/email.html" in printed
    assert "kB" in printed
    written = {
        path.name for path in (workspace / "build" / issue.stem).rglob("*") if path.is_file()
    }
    logo, icon = (workspace / "build" / issue.stem / "images").iterdir()
    assert written == {"email.html", "email.txt", logo.name, icon.name}
    assert "Bonjour Camille" in (workspace / "build/2025-01-lettre/email.txt").read_text()


def test_build_writes_where_it_is_told_to(run: Run, issue: Path, tmp_path: Path) -> None:
    status, _printed = run("build", issue, "--output", tmp_path / "ailleurs")

    assert status == 0
    assert (tmp_path / "ailleurs/2025-01-lettre/email.html").is_file()


def test_an_issue_that_cannot_be_read_keeps_its_old_output_and_the_others_are_written(
    run: Run, issue: Path, workspace: Path
) -> None:
    run("build")
    old = (workspace / "build/2025-01-lettre/email.html").read_bytes()
    issue.write_text(ISSUE.replace("title: Titre\n", ""))
    (workspace / "issues/autre.yaml").write_text(ISSUE)

    status, printed = run("build")

    assert status == 1
    assert "'title' is missing" in printed
    assert (workspace / "build/2025-01-lettre/email.html").read_bytes() == old
    assert (workspace / "build/autre/email.html").is_file()


def test_build_deletes_nothing_where_it_writes(run: Run, issue: Path, workspace: Path) -> None:
    mine = workspace / "assets/images/mine.png"
    mine.write_bytes(b"mine")
    issue.rename(workspace / "issues/assets.yaml")

    status, _printed = run("build", "--output", workspace)

    assert status == 0
    assert mine.read_bytes() == b"mine"


AUDIENCES = """\
audiences:
  delegation: [Bretagne, Grand Est]
  profile: [ESN, start-up]
"""
FOR_SOME = """\
  - {kind: text, body: aux Bretons, for: {delegation: Bretagne}}
  - {kind: text, body: aux autres, for: {delegation: Grand Est}}
  - kind: agenda
    events:
      - {title: e, start: 2025-01-06}
      - {title: f, start: 2025-01-06, for: {profile: start-up}}
"""


@pytest.fixture(name="for_some")
def write_issue_for_some(issue: Path, workspace: Path) -> Path:
    settings = workspace / "newsletter.yaml"
    columns = "    delegation: Délégation\n    profile: Profil\n  sample:"
    sample = "    first name: Camille\n    delegation: Bretagne\n    profile: ESN\n"
    text = settings.read_text().replace("  sample:", columns)
    settings.write_text(AUDIENCES + text.replace("    first name: Camille\n", sample))
    issue.write_text(ISSUE + FOR_SOME)
    return issue


def test_build_shows_what_the_sample_recipient_sees_and_says_how_much_it_hides(
    run: Run, for_some: Path, workspace: Path
) -> None:
    status, printed = run("build")

    text = (workspace / "build/2025-01-lettre/email.txt").read_text()
    assert status == 0
    assert "aux Bretons" in text
    assert "aux autres" not in text
    assert printed.splitlines()[-1:] == [
        "2025-01-lettre: 2 parts of the issue are hidden from the recipient shown "
        "(Délégation: Bretagne, Profil: ESN)",
    ]


def test_build_as_someone_else_writes_their_mail_beside(
    run: Run, for_some: Path, workspace: Path
) -> None:
    status, _printed = run(
        "build", "--as", "delegation=grand-est", "--as", "profile=ESN", "--as", "profile=start up"
    )

    folder = workspace / "build/2025-01-lettre/as-delegation-grand-est-profile-esn-start-up"
    text = (folder / "email.txt").read_text()
    assert status == 0
    assert "aux autres" in text
    assert "aux Bretons" not in text
    assert "Bonjour Camille" in text
    assert not (workspace / "build/2025-01-lettre/email.txt").exists()


def test_build_says_that_the_issue_is_not_for_the_recipient_shown(run: Run, for_some: Path) -> None:
    for_some.write_text(f"for: {{delegation: Grand Est}}\n{ISSUE}")

    status, printed = run("build")

    assert status == 0
    assert printed.splitlines()[-1] == (
        "2025-01-lettre: this issue is not for the recipient shown "
        "(Délégation: Bretagne, Profil: ESN)"
    )


CHOICES = {
    "delegaton=Bretagne": (
        "there is no audience 'delegaton' in the settings",
        "did you mean 'delegation'?",
    ),
    "ville=Rennes": (
        "there is no audience 'ville' in the settings",
        "allowed values: delegation, profile",
    ),
    "delegation=Corse": ("'Corse' is not one of", "allowed values: Bretagne, Grand Est"),
    "delegation": ("'' is not one of the values", "allowed values: Bretagne, Grand Est"),
    "grand-est": ("there is no audience 'grand-est'", "allowed values: delegation, profile"),
    "rien": ("there is no audience 'rien'", "allowed values: delegation, profile"),
}


@pytest.mark.parametrize("option", ["--at", "--list", "--where", "--only-those-who-got"])
def test_an_option_without_its_value_is_not_taken_for_none(option: str, run: Run) -> None:
    status, printed = run("send", "issues/essai.yaml", "--members", "membres.csv", option, "")

    assert (status, printed.splitlines()[-1]) == (
        2,
        f"Error: Option '{option}' requires an argument.",
    )


def test_a_day_is_typed_as_in_issue_files(run: Run) -> None:
    assert run("new", "newsletter", "--date", "26 novembre 2026")[0] == 0
    assert "date: 2026-11-26" in next(Path.cwd().glob("issues/2026-11*")).read_text("utf-8")

    status, printed = run("new", "newsletter", "--date", "demain")

    assert status == 2
    assert "'demain' is not a date" in printed


def test_requests_of_a_mailbox_and_addresses_are_not_taken_together(run: Run) -> None:
    status, printed = run("unsubscribe", "--mailbox", "a@example.org")

    assert (status, "--mailbox cannot be combined" in printed) == (2, True)


@pytest.mark.parametrize("choice", CHOICES)
def test_build_as_what_the_settings_lack_is_told_with_what_is_possible(
    choice: str, run: Run, for_some: Path
) -> None:
    status, printed = run("build", "--as", choice)

    message, hint = CHOICES[choice]
    error, advice = printed.splitlines()
    assert status == 2
    assert message in error
    assert hint in advice


def test_build_takes_away_the_pictures_that_it_made_before_and_shows_no_more(
    run: Run, issue: Path, workspace: Path
) -> None:
    run("build")
    images = workspace / "build" / issue.stem / "images"
    made = set(images.iterdir())
    (images / "photo.png").write_bytes(b"mine")
    Image.new("RGB", (40, 40)).save(workspace / "assets/logo.png")

    run("build")

    kept = set(images.iterdir())
    assert len(made - kept) == 1
    assert len(kept) == len(made) + 1
    assert (images / "photo.png").read_bytes() == b"mine"


def test_build_writes_a_calendar_file_for_each_event(
    run: Run, issue: Path, workspace: Path
) -> None:
    agenda = "  - kind: agenda\n    events: [{title: Salon, start: 2025-03-04 18:00}]\n"
    issue.write_text(ISSUE + agenda)

    _status, printed = run("build")

    written = workspace / "build" / issue.stem / "agenda/2025-03-04-18h00-salon.ics"
    assert written.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert written.name in printed


def test_check_tells_each_problem_at_its_place_and_a_summary(run: Run, issue: Path) -> None:
    issue.write_text(ISSUE.replace("subject: Objet", "subject: Objet : mai"))

    status, printed = run("check", issue)

    assert status == 1
    first, summary = printed.splitlines()
    assert first.startswith("issues/2025-01-lettre.yaml:2:16: error: ")
    assert summary == "1 issue checked, 1 error"


def test_check_shows_the_line_and_a_caret_in_a_terminal(
    run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue.write_text(ISSUE.replace("date: 2025-01-06", "date: 2025-02-30"))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    _status, printed = run("check", issue)

    assert "    date: 2025-02-30\n          ^\n" in printed


def test_check_of_an_issue_without_problem_says_so(run: Run, issue: Path) -> None:
    assert run("check", issue) == (0, "1 issue checked, no problems\n")


def test_new_writes_an_issue_that_builds(run: Run, workspace: Path) -> None:
    status, printed = run(
        "new", "newsletter", "--title", 'Salon "IA" : été', "--date", "2025-06-02"
    )

    path = workspace / "issues/2025-06-salon-ia-ete.yaml"
    assert status == 0
    assert "issues/2025-06-salon-ia-ete.yaml" in printed
    text = path.read_text()
    assert 'title: "Salon \\"IA\\" : été"\ndate: 2025-06-02\n' in text
    assert 'subject: "Salon \\"IA\\" : été"\n' in text
    assert run("build", path)[0] == 0


def test_voeux_stay_voeux_in_the_name_of_a_new_issue(run: Run, workspace: Path) -> None:
    run("new", "newsletter", "--title", "Vœux ex æquo", "--date", "2025-06-02")

    assert (workspace / "issues/2025-06-voeux-ex-aequo.yaml").exists()


def test_new_never_writes_over_an_issue(run: Run, workspace: Path) -> None:
    run("new", "newsletter", "--date", "2025-06-02")
    path = workspace / "issues/2025-06-newsletter.yaml"
    path.write_text("mon travail")

    status, printed = run("new", "newsletter", "--date", "2025-06-03")

    assert status == 2
    assert "already exists" in printed
    assert path.read_text() == "mon travail"


def test_new_from_an_issue_counts_on_and_keeps_its_words_and_comments(
    run: Run, issue: Path, workspace: Path
) -> None:
    status, _printed = run("new", "newsletter", "--from", issue, "--date", "2025-02-03")

    text = (workspace / "issues/2025-02-lettre.yaml").read_text()
    assert status == 0
    assert text == ISSUE.replace("2025-01-06", "2025-02-03").replace('"09"', '"10"')


@pytest.mark.parametrize(
    "title", ['"Coulisses #12"', '"En C#, en Python"', "|\n  Coulisses\n  de mai", "Un  # deux"]
)
def test_new_from_an_issue_gives_it_a_new_title_and_subject(
    title: str, run: Run, issue: Path, workspace: Path
) -> None:
    issue.write_text(ISSUE.replace("title: Titre", f"title: {title}"))

    run("new", "newsletter", "--from", issue, "--date", "2025-02-03", "--title", 'Un "autre"')

    path = workspace / "issues/2025-02-un-autre.yaml"
    status, printed = run("check", path)
    assert status == 0
    assert "[recycled-text]" in printed
    text = path.read_text()
    assert 'subject: "Un \\"autre\\""\n' in text
    assert 'title: "Un \\"autre\\""' in text
    assert "Coulisses" not in text


def test_new_from_an_issue_copies_its_texts_and_says_that_they_are_the_same(
    run: Run, issue: Path, workspace: Path
) -> None:
    edito = workspace / "issues/texts/2025-01-edito.md"
    edito.parent.mkdir()
    edito.write_text("Une phrase de janvier, qui parle de janvier. " * 8, encoding="utf-8")
    body = "  - kind: text\n    body: {file: texts/2025-01-edito.md}\n"
    issue.write_text(ISSUE + body)

    run("new", "newsletter", "--from", issue, "--date", "2025-02-03")

    path = workspace / "issues/2025-02-lettre.yaml"
    copy = workspace / "issues/texts/2025-02-lettre-edito.md"
    assert "{file: texts/2025-02-lettre-edito.md}" in path.read_text()
    assert copy.read_text() == edito.read_text()
    assert "2025-02-lettre.yaml:11:11: warning: this text is already used" in run("check", path)[1]


def test_new_from_a_file_that_is_no_issue_says_so(run: Run, workspace: Path) -> None:
    status, printed = run("new", "newsletter", "--from", "newsletter.yaml")

    assert status == 2
    assert "newsletter.yaml is not an issue of kind 'newsletter'" in printed


def test_new_from_an_issue_that_cannot_be_read_says_how_to_see_why(run: Run, issue: Path) -> None:
    issue.write_text("")

    status, printed = run("new", "newsletter", "--from", issue)

    assert status == 2
    assert "newsletter check issues/2025-01-lettre.yaml" in printed


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_first_run_says_three_lines_in_all(
    language: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "user_language", lambda _workspace, _environment: language)
    monkeypatch.chdir(tmp_path)

    made = run("init", "lettre")
    monkeypatch.chdir("lettre")
    begun = run("new", "newsletter")
    checked = run("check")

    assert [status for status, _printed in (made, begun, checked)] == [0, 0, 0]
    printed = made[1] + begun[1] + checked[1]
    assert len(printed.splitlines()) == 3
    assert "cd lettre && newsletter new newsletter" in made[1]
    assert "newsletter preview issues/" in begun[1]
    assert "newsletter.yaml" in checked[1]
    assert run("build")[0] == 0


def test_a_new_issue_has_an_address_of_its_own_and_nothing_of_the_last_one_s(
    run: Run, workspace: Path
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text() + "site: {web: unlisted}\n")
    run("new", "newsletter", "--date", "2025-02-03")
    first = workspace / "issues/2025-02-newsletter.yaml"
    was = "published: 2025-01-01\n  parts: all\ncorrection:\n  date: 2025-02-04\n  text: Non.\n"
    first.write_text(re.sub(r"web: \{(code: \w+)\}\n", rf"web:\n  \1\n  {was}", first.read_text()))

    run("new", "newsletter", "--from", first, "--date", "2025-03-03")

    issues = [load_issue(path, load_settings(workspace).settings).issue
              for path in sorted((workspace / "issues").glob("*.yaml"))]  # fmt: skip
    assert [issue.web.code is not None for issue in issues] == [True, True]
    assert issues[0].web.code != issues[1].web.code
    assert (issues[1].web.published, issues[1].web.parts, issues[1].correction) == (
        None, "everyone", None,
    )  # fmt: skip
    assert issues[0].correction is not None


def test_a_new_workspace_has_a_look_a_brand_and_a_logo_that_is_named_once(
    run: Run, tmp_path: Path
) -> None:
    run("init", tmp_path / "lettre")

    loaded = load_settings(tmp_path / "lettre")

    assert loaded.settings is not None
    assert loaded.settings.theme.look == "institution"
    assert loaded.settings.theme.logo is not None
    assert loaded.settings.organisation.logo is None


def test_two_examples_that_nobody_has_written_do_not_accuse_each_other(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", tmp_path / "lettre")
    monkeypatch.chdir(tmp_path / "lettre")
    run("new", "newsletter", "--date", "2026-11-28")
    run("new", "newsletter", "--date", "2026-12-28")
    run("new", "press-release", "--date", "2026-12-28")

    status, printed = run("check")

    assert status == 0
    assert len(printed.splitlines()) == 1


def test_editors_complete_a_new_workspace(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "lettre")

    editor = json.loads((tmp_path / "lettre/.vscode/settings.json").read_text())

    assert editor["yaml.schemas"] == {"./issues/.schema.json": ["issues/*.yaml", "issues/*.yml"]}


def test_init_writes_nothing_where_a_file_is_in_the_way(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "occupe"
    folder.mkdir()
    (folder / "newsletter.yaml").write_text("mes réglages")

    status, printed = run("init", folder)

    assert status == 2
    assert "newsletter.yaml" in printed
    assert [path.name for path in folder.iterdir()] == ["newsletter.yaml"]


@pytest.mark.parametrize("typed", [("--lang", "fr", "check"), ("check", "--lang=fr")])
def test_the_language_can_be_typed_anywhere(typed: tuple[str, ...], run: Run, issue: Path) -> None:
    status, printed = run(*typed)

    assert status == 0
    assert printed.startswith("1 numéro vérifié")


@pytest.mark.parametrize("typed", ["--lang=de", "--lang"])
def test_a_language_that_there_is_not_is_told(typed: str, run: Run) -> None:
    status, printed = run("check", typed)

    assert status == 2
    assert "Hint: write --lang fr or --lang en" in printed


def test_help_has_every_command_in_a_group_and_its_sentence_whole(run: Run) -> None:
    _status, printed = run("--help")

    by_group = re.findall(r"^(\w+):\n((?:  .*\n)+)", printed, re.MULTILINE)
    named = {name: re.findall(r"^  (\w+)", rows, re.MULTILINE) for name, rows in by_group}
    assert {name: named[name] for name in ("Write", "Look", "Send", "Afterwards")} == {
        "Write": ["init", "new", "settings", "schema", "templates"],
        "Look": ["preview", "check", "build"],
        "Send": ["doctor", "approve", "send", "stop", "worker", "jobs"],
        "Afterwards": [
            "site",
            "report",
            "bounces",
            "serve",
            "unsubscribe",
            "who",
            "forget",
            "ledger",
        ],
    }
    in_groups = [name for names in list(named.values())[1:] for name in names]
    assert sorted(in_groups) == sorted(cli.commands().commands)
    assert "..." not in printed.replace("[ARGS]...", "")


FRENCH_HELP = [(), *((name,) for name in cli.commands().commands), ("ledger", "purge")]


@pytest.mark.parametrize("typed", FRENCH_HELP, ids="-".join)
def test_french_help_is_french_to_the_last_word(typed: tuple[str, ...], run: Run) -> None:
    status, printed = run(*typed, "--help", "--lang", "fr")

    assert status == 0
    assert "Options\u00a0:\n" in printed
    english = r"\b(?:FILES?|TEXT|KEY|VALUE|COMMAND|ARGS|DAYS|RULE|GROUP|required|the|of|and)\b"
    assert re.findall(english, printed) == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        (name, each)
        for name, verb in cli.commands().commands.items()
        for each in verb.params
        if isinstance(each, click.Argument) and each.required
    ],
)
def test_what_is_missing_is_called_as_in_french_help(
    name: str, missing: click.Argument, run: Run
) -> None:
    status, printed = run(name, "--lang", "fr")

    french = {"file": "FICHIER", "address": "ADRESSE"}.get(str(missing.name), "{newsletter")
    assert (status, f"Argument manquant '{french}" in printed) == (2, True)


def test_a_folder_without_workspace_is_told_to_make_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vide").mkdir()
    monkeypatch.chdir(tmp_path / "vide")

    status, printed = run("build")

    assert status == 1
    assert "newsletter.yaml" in printed
    assert "Hint: go into your newsletter's folder first: cd FOLDER;" in printed


@pytest.mark.parametrize("name", ["newsletter.yaml", "assets/theme.yaml"])
def test_the_settings_are_no_issue(run: Run, workspace: Path, name: str) -> None:
    status, printed = run("check", name)

    assert status == 2
    assert "Hint: run: newsletter check, which" in printed


def test_a_workspace_in_a_folder_below_is_named(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.parent)

    status, printed = run("check")

    assert status == 1
    assert printed.endswith("Hint: it is in a folder below: cd workspace\n")


def test_faults_in_the_settings_stop_a_build_at_their_place(
    run: Run, issue: Path, workspace: Path
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text().replace("timezone:", "fuseau:"))

    status, printed = run("build", issue)

    assert status == 1
    assert "newsletter.yaml:17:1: error: unknown key 'fuseau' (did you mean 'timezone'?)" in printed
    assert not (workspace / "build").exists()


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    status, printed = run("check", "issues/absent.yaml")

    assert status == 2
    assert "there is no file issues/absent.yaml" in printed


def test_a_workspace_without_issues_says_how_to_write_one(run: Run) -> None:
    status, printed = run("build")

    assert status == 2
    assert "newsletter new newsletter" in printed


def test_a_wrong_option_is_told_without_traceback(run: Run) -> None:
    status, printed = run("build", "--outptu", "x")

    assert status == 2
    assert "--output" in printed


def test_an_interruption_has_its_own_status(
    run: Run, issue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object, **_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsletter.commands.check.check", interrupt)

    assert run("check", issue) == (130, "\ninterrupted\n")


def test_a_disk_that_refuses_is_told_without_traceback(
    run: Run, issue: Path, workspace: Path
) -> None:
    (workspace / "build").write_text("un fichier, pas un dossier")

    status, printed = run("build", issue)

    assert status == 2
    assert "Error: " in printed


def test_schema_prints_what_lies_beside_the_issues(run: Run, workspace: Path) -> None:
    status, printed = run("schema")

    assert status == 0
    assert printed == (workspace / "issues/.schema.json").read_text()


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['newsletter', '--help']\n"
        "from newsletter.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'lxml', 'premailer', 'babel', 'starlette', 'rich', 'jinja2', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "build" in run.stdout


def test_send_loads_nothing_of_what_reads_what_comes_back(issue: Path, workspace: Path) -> None:
    code = (
        "import sys; sys.argv = ['newsletter', 'send', sys.argv[1], '--to', 'a@example.org',"
        " '--outbox', 'out']\n"
        "from newsletter.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('loaded:', {'imap_tools', 'newsletter.returns'} & set(sys.modules))\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code, issue],
        cwd=workspace, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert list((workspace / "out").rglob("*.eml")), run.stderr
    assert run.stdout.endswith("loaded: set()\n")


def test_the_module_is_the_command(workspace: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "newsletter", "--version"],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0
    assert version("newsletter") in run.stdout


def test_damaged_metadata_of_a_picture_is_nothing_to_tell(issue: Path, workspace: Path) -> None:
    one_field_of_five = b"Exif\0\0II*\0\x08\0\0\0\x05\0\x0e\x01\x02\0\xff\0\0\0\0\x10\0\0"
    picture = workspace / "assets/images/photo.jpg"
    Image.new("RGB", (8, 8)).save(picture, exif=one_field_of_five)
    issue.write_text(ISSUE + "  - {kind: picture, file: photo.jpg, alt: Une photo}\n")

    run = subprocess.run(
        [sys.executable, "-m", "newsletter", "build"],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")


def test_new_from_a_release_asks_anew_for_what_is_true_of_one_alone(
    run: Run, workspace: Path
) -> None:
    run("new", "press-release", "--date", "2025-03-03", "--title", "Un")
    path = workspace / "issues/2025-03-un.yaml"
    text = path.read_text().replace("embargo: none", "embargo: 2025-03-04 06:00")
    path.write_text(text + "replaces: le premier\ntranslation_of: 2025-03-one\n")

    run("new", "press-release", "--from", path, "--date", "2025-04-01", "--title", "Deux")

    status, printed = run("check", workspace / "issues/2025-04-deux.yaml")
    copied = (workspace / "issues/2025-04-deux.yaml").read_text()
    assert status == 1
    assert "'embargo' is empty" in printed
    assert "le premier" not in copied
    assert "2025-03-one" not in copied


def test_each_command_calls_a_function_that_takes_what_is_typed() -> None:
    for command in all_commands(cli.commands()):
        if isinstance(command.callback, partial):
            module, _dot, name = command.callback.args[0].partition(".")
            function = getattr(import_module(f"newsletter.commands.{module}"), name or module)
            assert {each.name for each in command.params} <= signature(function).parameters.keys()


def all_commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield from all_commands(command) if isinstance(command, click.Group) else [command]
