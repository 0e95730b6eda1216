"""`newsletter ledger upgrade`, and what is told where no server is needed to tell it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.commands.ledger import purge, upgrade
from newsletter.problems.errors import NewsletterError
from tests.surroundings import around

ADDRESS = "postgresql+psycopg://lettre@127.0.0.1:1/lettre"


def say_shared(workspace: Path) -> None:
    with (workspace / "newsletter.yaml").open("a") as settings:
        settings.write(f"ledger: {ADDRESS}\n")


def test_without_the_extra_the_sentence_says_what_to_install(workspace, monkeypatch) -> None:
    say_shared(workspace)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(NewsletterError, match="a shared ledger is not installed") as error:
        upgrade(around(workspace))

    assert "psycopg" in error.value.message
    assert "run: " in error.value.hint


def test_a_database_that_does_not_answer_is_told_by_every_command(workspace) -> None:
    say_shared(workspace)

    with pytest.raises(NewsletterError, match="cannot be reached"):
        purge(around(workspace, now=datetime.now(UTC)), 30)
    with pytest.raises(NewsletterError, match="cannot be reached"):
        upgrade(around(workspace))
    assert not list(workspace.glob("ledger*"))


def test_a_ledger_of_the_workspace_has_nothing_to_upgrade(workspace) -> None:
    with pytest.raises(NewsletterError, match="the settings name no shared ledger"):
        upgrade(around(workspace))


def test_a_ledger_of_the_workspace_loads_nothing_of_the_extra(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "import newsletter.sending.to_members, newsletter.commands.report\n"
        "from newsletter.ledger.opening import open_ledger\n"
        "with open_ledger(Path(sys.argv[1])): pass\n"
        "print({'psycopg', 'procrastinate', 'newsletter.ledger.postgresql'} & set(sys.modules))\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False
    )

    assert (run.stdout, run.stderr) == ("set()\n", "")
