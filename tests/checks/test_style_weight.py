"""More styles than Gmail keeps."""

from pathlib import Path

from tests.checks.conftest import Check, change_template

ITEM = "  - {kind: text, body: Un mot}\n"
RULE = ".x{color:#000000}"


def test_styles_of_over_16_kilobytes_are_found(workspace: Path, check: Check) -> None:
    styles = f"<mj-style>{RULE * 900}</mj-style></mj-head>"
    change_template(workspace, "email/head.mjml", "</mj-head>", styles)

    (problem,) = check("style-weight", ITEM)

    assert problem.position == (1, 1)
    assert "of styles" in problem.message


def test_the_packaged_styles_pass(check: Check) -> None:
    assert check("style-weight", ITEM) == []
