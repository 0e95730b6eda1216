"""Pages opened with http."""

from pathlib import Path

from tests.checks.conftest import Check, change_settings

TEXT = "  - kind: text\n    body: |\n      Lire [le rapport]({url}).\n"


def test_http_is_found_at_its_column(check: Check) -> None:
    (problem,) = check("unencrypted-link", TEXT.format(url="http://a.fr/rapport"))

    assert problem.position == (9, 25)
    assert "https://a.fr/rapport" in problem.hint


def test_the_second_of_two_is_found_at_its_own_place(check: Check) -> None:
    text = "  - kind: text\n    body: |\n      [Un](http://a.fr/x)\n      [Deux](http://a.fr/x)\n"

    first, second = check("unencrypted-link", text)

    assert (first.position.line, second.position.line) == (9, 10)


def test_http_in_a_text_file_is_found_there(workspace: Path, check: Check) -> None:
    (workspace / "issues/texts").mkdir()
    (workspace / "issues/texts/a.md").write_text("Un mot.\n\nLire [x](http://a.fr/x).\n")

    (problem,) = check("unencrypted-link", "  - {kind: text, body: {file: texts/a.md}}\n")

    assert (problem.path.name, problem.position) == ("a.md", (3, 10))


def test_http_in_the_settings_is_found_there(workspace: Path, check: Check) -> None:
    change_settings(workspace, "https://www.linkedin.com", "http://www.linkedin.com")

    (problem,) = check("unencrypted-link", TEXT.format(url="https://a.fr"))

    assert (problem.path.name, problem.position) == ("newsletter.yaml", (15, 12))


def test_https_passes(check: Check) -> None:
    assert check("unencrypted-link", TEXT.format(url="https://a.fr/rapport")) == []
