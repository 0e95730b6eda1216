"""What was pasted, and would look otherwise in the mail."""

from tests.checks.conftest import Check


def test_paragraphs_pasted_from_word_are_told_at_the_first(check: Check) -> None:
    paragraph = (
        "      Le bureau s'est réuni lundi dernier, " + "avec tous ses membres, " * 6 + "ici.\n"
    )

    (problem,) = check("glued-lines", "  - kind: text\n    body: |\n" + paragraph * 3)

    assert problem.position == (9, 7)
    assert "'Le bureau s'est réuni lundi dernier,…'" in problem.message
    assert "the 2 below" in problem.message


def test_paragraphs_with_an_empty_line_between_pass(check: Check) -> None:
    body = "      Le bureau s'est réuni lundi.\n\n      Il a voté le budget.\n"

    assert check("glued-lines", "  - kind: text\n    body: |\n" + body) == []
