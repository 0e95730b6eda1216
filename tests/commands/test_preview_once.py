"""`newsletter preview` in the terminal, as pictures, as a file for approval."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.cli import run
from tests.checks.conftest import HEAD, ITEM, change_settings

Ran = Callable[..., tuple[int, str]]
SECONDS = 20  # for what takes one on an idle machine


@pytest.fixture(name="preview")
def run_preview(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ran:
    """Return what runs the command over an issue; its exit status and all that it printed."""
    (workspace / "issues/mai.yaml").write_text(HEAD + ITEM, encoding="utf-8")
    monkeypatch.chdir(workspace)

    def preview(*options: str) -> tuple[int, str]:
        status = run(["preview", *options])
        return status, "".join(capsys.readouterr())

    return preview


def test_the_text_is_shown_and_nothing_but_text(preview: Ran) -> None:
    status, printed = preview("issues/mai.yaml", "--terminal")

    assert status == 0
    assert "Un texte." in printed
    assert "\x1b" not in printed


def test_it_is_shown_as_someone_gets_it(preview: Ran, workspace: Path) -> None:
    change_settings(workspace, "timezone:", "audiences: {delegation: [Bretagne]}\ntimezone:")
    change_settings(workspace, "  columns:\n", "  columns:\n    delegation: Délégation\n")
    only = "  - {kind: text, body: Aux Bretons., for: {delegation: Bretagne}}\n"
    (workspace / "issues/mai.yaml").write_text(HEAD + ITEM + only, encoding="utf-8")

    _status, printed = preview("issues/mai.yaml", "--terminal", "--as", "delegation=bretagne")

    assert "Aux Bretons." in printed


@pytest.mark.parametrize("wanted", [("--terminal",), ("--screenshot", "images")])
def test_a_members_file_that_is_not_there_is_told(preview: Ran, wanted: tuple[str, ...]) -> None:
    status, printed = preview("issues/mai.yaml", *wanted, "--members", "nope.csv")

    assert status == 2
    assert "nope.csv" in printed


def test_an_issue_that_makes_no_mail_gives_1_and_its_problems(
    preview: Ran, workspace: Path
) -> None:
    (workspace / "issues/mai.yaml").write_text(HEAD + "  - {kind: texte}\n", encoding="utf-8")

    status, printed = preview("issues/mai.yaml", "--terminal", "--screenshot", "images")

    assert status == 1
    assert "issues/mai.yaml:7:" in printed
    assert not (workspace / "images").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--terminal"], "quel numéro voulez-vous voir ?"),
        (["issues/juin.yaml", "--terminal"], "le fichier issues/juin.yaml n’existe pas"),
        (["issues/mai.yaml", "--review", "a.docx"], "« a.docx » n’est ni une page web, ni un PDF"),
        (["issues/mai.yaml", "--review", "a.html", "--members", "rien.csv"], "rien.csv"),
    ],
)
def test_what_cannot_be_shown_is_told_in_a_sentence(
    options: list[str], told: str, preview: Ran
) -> None:
    status, printed = preview(*options)

    assert status == 2
    assert told in printed.replace("\u00a0", " ")


def test_a_review_counts_the_recipients_of_each_variant(preview: Ran, workspace: Path) -> None:
    members = "Courriel;Prénom\nana@example.org;Ana\nbob@example.org;Bob\n"
    (workspace / "adherents.csv").write_text(members, encoding="utf-8")

    status, printed = preview(
        "issues/mai.yaml", "--review", "relecture/mai.html", "--members", "adherents.csv"
    )

    page = (workspace / "relecture/mai.html").read_text(encoding="utf-8")
    assert status == 0
    assert "relecture/mai.html" in printed
    assert "<td>2 destinataires" in page
    assert "ana@example.org" not in page


def test_a_review_counts_the_readers_that_send_counts(
    preview: Ran, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"membre{number}@example.org;Ana" for number in range(9)]
    rows += ["MEMBRE0@example.org;Ana", "accentué@example.org;Ana"]
    (workspace / "adherents.csv").write_text("\n".join(["Courriel;Prénom", *rows]), "utf-8")
    (workspace / "unsubscribed.csv").write_text("membre3@example.org\n", "utf-8")

    preview("issues/mai.yaml", "--review", "mai.html", "--members", "adherents.csv")
    run(["send", "issues/mai.yaml", "--members", "adherents.csv", "--outbox", "out", "--dry-run"])

    counted = re.search(r"^(\d+) destinataires$", "".join(capsys.readouterr()), re.MULTILINE)
    assert counted is not None
    page = (workspace / "mai.html").read_text("utf-8")
    assert f"<td>{counted[1]} destinataires" in page
    assert counted[1] == "8"


def test_a_review_needs_no_secret(
    preview: Ran, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSLETTER_SECRET", raising=False)
    url = "  url: https://a.example/{token}\n"
    change_settings(workspace, "unsubscribe:\n", f"unsubscribe:\n{url}")
    (workspace / "adherents.csv").write_text("Courriel;Prénom\na@b.example;Ana\n", "utf-8")

    status, printed = preview(
        "issues/mai.yaml", "--review", "mai.html", "--members", "adherents.csv"
    )

    assert status == 0, printed


def test_a_review_says_that_faulty_rows_are_not_counted(preview: Ran, workspace: Path) -> None:
    members = "Courriel;Prénom\nana@example.org;Ana\nbob;Bob\n"
    (workspace / "adherents.csv").write_text(members, encoding="utf-8")

    _status, printed = preview(
        "issues/mai.yaml", "--review", "relecture/mai.html", "--members", "adherents.csv"
    )

    page = (workspace / "relecture/mai.html").read_text(encoding="utf-8")
    assert "adherents.csv:3:1: " in printed
    assert "The members file has errors" in page or "Le fichier des membres" in page


@pytest.fixture(name="printed")
def watch_issue(workspace: Path, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """What `newsletter preview --watch`, in a process of its own, has printed so far."""
    (workspace / "issues/mai.yaml").write_text(HEAD + ITEM, encoding="utf-8")
    command = [sys.executable, "-m", "newsletter", "preview", "issues/mai.yaml", "--watch"]
    output = tmp_path / "printed.txt"
    with output.open("w") as stdout:
        process = subprocess.Popen(
            command, cwd=workspace, stdout=stdout, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        yield lambda: output.read_text(encoding="utf-8")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130


def wait_for(words: str, printed: Callable[[], str], save: Callable[[int], object]) -> None:
    """Save again and again until `words` are printed: the watch begins after the first page."""
    deadline = time.monotonic() + SECONDS
    version = 0
    while words not in printed():
        assert time.monotonic() < deadline, printed()
        save(version := version + 1)
        time.sleep(0.2)


def test_the_text_is_shown_again_at_each_save(printed: Callable[[], str], workspace: Path) -> None:
    issue = workspace / "issues/mai.yaml"

    def save(item: str) -> None:
        issue.write_text(HEAD + item, encoding="utf-8")

    wait_for("Un texte.", printed, lambda _version: None)
    wait_for(
        "Autres mots", printed, lambda n: save(f"  - {{kind: text, body: Autres mots {n}.}}\n")
    )
    wait_for("issues/mai.yaml:7:", printed, lambda n: save(f"  - {{kind: non{n}}}\n"))
    wait_for("n’existe pas", printed, lambda _version: issue.unlink(missing_ok=True))
