"""Templates: how they read, and whose fault it is where one fails."""

from functools import partial
from pathlib import Path

import pytest

from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.own_templates import packaged_names
from newsletter.rendering.templates import html_environment, render_template
from newsletter.rendering.typography import apply_typography
from newsletter.values.model import replaced
from newsletter.values.structures import Figure

MAX_LINE = 120


def test_no_line_of_a_template_is_long() -> None:
    lines = [
        (name, number, len(line))
        for name in packaged_names()
        for number, line in enumerate(
            (packaged_files() / "templates" / name).read_text("utf-8").splitlines(), 1
        )
    ]

    assert [each for each in lines if each[2] > MAX_LINE] == []


def own_template(workspace: Path, text: str) -> None:
    path = workspace / "templates/email/essai.mjml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("{{ 1/0 }}", "division by zero"),
        ('{{ 1 + "a" }}', "unsupported operand"),
        ("{{ {}.popitem() }}", "popitem"),
        ('{{ "x".index("y") }}', "substring not found"),
        ('{{ "x" | markdown }}', "level"),
        ('{{ "x" | round }}', "round"),
        ("{{ nothing.at.all }}", "nothing"),
    ],
)
def test_what_an_expression_raises_is_told_with_file_and_line_of_its_template(
    workspace: Path, expression: str, said: str
) -> None:
    own_template(workspace, f"<mjml>\n{expression}\n</mjml>")

    with pytest.raises(NewsletterError) as caught:
        render_template(html_environment(workspace, "fr"), "email/essai.mjml", {})

    assert "templates/email/essai.mjml fails at line 2: " in caught.value.message
    assert said in caught.value.message


def test_a_template_goes_through_the_fields_of_a_part_and_tells_equal_parts(
    workspace: Path,
) -> None:
    figure = Figure(value="3", label="x")
    loop = "{% for name, value in figures[0] if value %}{{ name }}={{ value }} {% endfor %}"
    own_template(workspace, f"{loop}{{{{ figures | unique | list | length }}}}")

    context = {"figures": [figure, replaced(figure)]}
    made = render_template(html_environment(workspace, "fr"), "email/essai.mjml", context)

    assert made == "value=3 label=x 1"


@pytest.mark.parametrize("expression", ["{{ 3 | words }}", "{{ 'mai' | day }}"])
def test_a_value_that_a_filter_cannot_take_is_the_templates_fault(
    workspace: Path, expression: str
) -> None:
    own_template(workspace, f"<mjml>\n{expression}\n</mjml>")
    context = {"typeset": partial(apply_typography, language="fr")}

    with pytest.raises(NewsletterError, match=r"templates/email/essai\.mjml fails at line 2: "):
        render_template(html_environment(workspace, "fr"), "email/essai.mjml", context)


def test_a_fault_of_our_own_below_a_template_stays_one(workspace: Path) -> None:
    own_template(workspace, '{{ "x" | words }}')

    def ours(text: str) -> str:
        return str(1 / len(text.strip("x")))

    with pytest.raises(ZeroDivisionError):
        render_template(html_environment(workspace, "fr"), "email/essai.mjml", {"typeset": ours})


def test_a_fault_of_a_value_is_none_of_the_template_that_shows_it(workspace: Path) -> None:
    own_template(workspace, "{{ ours }}")
    environment = html_environment(workspace, "fr")

    class Ours:
        def __str__(self) -> str:
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        render_template(environment, "email/essai.mjml", {"ours": Ours()})


def test_of_what_never_was_the_packaged_template_tells(workspace: Path) -> None:
    own_template(workspace, '{% include "email/frame.mjml" %}')

    with pytest.raises(NewsletterError) as caught:
        render_template(html_environment(workspace, "fr"), "email/essai.mjml", {})

    assert caught.value.hint == "compare it with the packaged template"
