"""Compiled templates come from the user's own cache, and from nowhere that others can write."""

import marshal
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from newsletter.rendering.sandbox import CompiledTemplates
from newsletter.workspace import own_folder


@pytest.fixture(name="folder")
def folder_of_templates(user_cache: Path) -> Path:
    return user_cache / "templates"


def rendered(source: str) -> str:
    loader = DictLoader({"a": source})
    environment = Environment(  # noqa: S701 - of no markup
        loader=loader, bytecode_cache=CompiledTemplates()
    )
    return environment.get_template("a").render()


def plant(folder: Path, words: str) -> None:
    """Put other code in the place of the only template that is kept."""
    (kept,) = folder.iterdir()
    other = Environment().compile(words, "a")  # noqa: S701
    kept.write_bytes(marshal.dumps(other))


def test_what_was_compiled_is_read_again(folder: Path) -> None:
    rendered("Bonjour")
    plant(folder, "Autre")

    assert rendered("Bonjour") == "Autre"


def test_another_source_or_other_filters_are_compiled_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered("Bonjour")
    plant(folder, "Autre")

    assert rendered("Bonsoir") == "Bonsoir"
    monkeypatch.setattr("newsletter.rendering.sandbox._CALLERS", "2")
    assert rendered("Bonjour") == "Bonjour"


def test_a_file_that_was_cut_off_is_compiled_anew(folder: Path) -> None:
    rendered("Bonjour")
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:20])

    assert rendered("Bonjour") == "Bonjour"


def test_the_folder_is_the_user_s_alone(folder: Path) -> None:
    rendered("Bonjour")

    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_can_write_is_not_used(folder: Path, mode: int) -> None:
    rendered("Bonjour")
    plant(folder, "Planté")
    folder.chmod(mode)
    own_folder.cache_clear()

    assert rendered("Bonjour") == "Bonjour"


@pytest.mark.parametrize("variable", ["", "somewhere"])
def test_without_a_home_nothing_is_kept(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", variable)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as where nobody's home
    own_folder.cache_clear()

    assert rendered("Bonjour") == "Bonjour"
    assert list(tmp_path.iterdir()) == []
    own_folder.cache_clear()
