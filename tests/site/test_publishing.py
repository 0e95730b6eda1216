"""`newsletter site --publish`: what runs, in which order, and who allowed it."""

import sys
from pathlib import Path

import pytest

from newsletter.commands.site import site
from newsletter.problems.errors import NewsletterError
from tests.site.conftest import LETTER, NOW, PUBLISHED, RELEASE, SETTINGS, with_site, write_issues
from tests.surroundings import around

# Writes down what it is asked to take; ends with the status that a file beside it says.
PROGRAM = """\
import pathlib, sys
files = pathlib.Path(sys.argv[2]).read_text().split() if len(sys.argv) > 2 else []
with open("ran", "a") as ran:
    print(sys.argv[1], *files, file=ran)
sys.exit(pathlib.Path("fails").exists())
"""


@pytest.fixture(autouse=True)
def _own_settings_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def publish(workspace: Path, typed: str | None = "yes") -> list[list[str]]:
    """Publish as somebody who types that; return the words of each run of the program."""
    site(
        around(workspace, now=NOW, ask=None if typed is None else lambda _question: typed),
        publishing=True,
    )
    return [line.split() for line in (workspace / "ran").read_text().splitlines()]


@pytest.fixture(name="make")
def make_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def make(*words: str) -> Path:
        command = ", ".join(f'"{word}"' for word in (sys.executable, "program.py", *words))
        settings = SETTINGS.replace("site: {", f"site: {{publish: [{command}], ")
        workspace = with_site(tmp_path / "workspace", settings)
        (workspace / "program.py").write_text(PROGRAM)
        write_issues(workspace, {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED})
        monkeypatch.chdir(workspace)
        return workspace

    return make


def test_files_leave_before_the_pages_that_show_them_and_feeds_last(make) -> None:
    workspace = make("{folder}", "{files}")

    (files, pages, feeds) = publish(workspace)

    assert {files[0], pages[0], feeds[0]} == {str(workspace / "site")}
    assert "site.css" in files
    assert "f/r/release.json" in files
    assert {"a.html", "index.html", "presse/index.html"} <= {*pages}
    assert {"feed.atom", "presse/index.json", "sitemap.xml"} <= {*feeds}
    assert [each for each in pages[1:] if not each.endswith(".html")] == []


def test_a_program_that_takes_the_whole_folder_runs_once(make) -> None:
    assert publish(make("{folder}")) == [[str(Path.cwd() / "site")]]


def test_a_page_that_is_gone_is_put_online_as_gone(make) -> None:
    workspace = make("{folder}", "{files}")
    publish(workspace)
    (workspace / "issues/a.yaml").unlink()
    (workspace / "fails").touch()
    with pytest.raises(NewsletterError):
        publish(workspace)
    (workspace / "fails").unlink()

    assert "a.html" in publish(workspace)[-2]


def test_after_a_failure_nothing_follows(make) -> None:
    workspace = make("{folder}", "{files}")
    (workspace / "fails").touch()

    with pytest.raises(NewsletterError, match="status 1"):
        publish(workspace)

    assert len((workspace / "ran").read_text().splitlines()) == 1


@pytest.mark.parametrize("typed", ["no", None])
def test_a_program_that_nobody_allowed_does_not_run(make, typed: str | None) -> None:
    workspace = make("{folder}")

    with pytest.raises(NewsletterError, match="not allowed on this machine"):
        publish(workspace, typed)

    assert not (workspace / "ran").exists()
    assert publish(workspace)  # asked for once
    assert publish(workspace, None)


def test_without_a_program_the_settings_are_shown_what_to_say(online: Path) -> None:
    with pytest.raises(NewsletterError, match="put online") as raised:
        publish(online)

    assert "publish: [" in (raised.value.hint or "")
