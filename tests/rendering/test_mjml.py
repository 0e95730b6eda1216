"""What MRML would let through, or die of, is refused first."""

import pytest

from newsletter.problems.errors import NewsletterError
from newsletter.rendering.mjml import mjml_to_html

COLUMN = "<mj-section><mj-column>{}</mj-column></mj-section>"


def mail(body: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


@pytest.mark.parametrize(
    ("mjml", "word"),
    [
        (mail("<mj-foo>x</mj-foo>"), "<mj-foo> is not allowed inside <mj-body>"),
        (mail("<mj-text>x</mj-text>"), "<mj-text> is not allowed inside <mj-body>"),
        (mail(COLUMN.format("<p>x</p>")), "<p> is not allowed inside <mj-column>"),
        (mail(COLUMN.format("<mj-text><mj-image/></mj-text>")), "<mj-image> is not allowed"),
        (mail(COLUMN.format("<mj-text colour='red'>x</mj-text>")), "no attribute 'colour'"),
        (mail("", "<mj-attributes><mj-all colour='red'/></mj-attributes>"), "'colour'"),
        (mail(COLUMN.format("<mj-text>a < b</mj-text>")), "cannot be rendered"),
        (mail(COLUMN.format("<mj-text>x</mj-txt>")), "cannot be rendered"),
        (mail(COLUMN.format("<mj-text>x<br></mj-text>")), "cannot be rendered"),
        ("<html></html>", "<html> is where <mjml> should be"),
        ("", "cannot be rendered"),
    ],
)
def test_what_is_not_mjml_is_refused_in_words(mjml: str, word: str) -> None:
    with pytest.raises(NewsletterError) as raised:
        mjml_to_html(mjml)

    assert word in raised.value.message


def test_a_fault_names_its_line() -> None:
    with pytest.raises(NewsletterError, match="line 3"):
        mjml_to_html(mail("\n\n<mj-foo/>"))


@pytest.mark.parametrize("depth", [300, 20_000])
def test_deep_nesting_is_refused_before_it_kills_the_process(depth: int) -> None:
    deep = "<b>" * depth + "</b>" * depth

    with pytest.raises(NewsletterError):
        mjml_to_html(mail(COLUMN.format(f"<mj-text>{deep}</mj-text>")))


def test_attributes_of_defaults_are_known() -> None:
    head = "<mj-attributes><mj-all color='red'/><mj-text padding='0'/></mj-attributes>"

    assert "padding:0" in mjml_to_html(mail(COLUMN.format("<mj-text>x</mj-text>"), head))


def test_line_ends_of_windows_change_nothing() -> None:
    mjml = mail(COLUMN.format("<mj-text>a\nb</mj-text>"))

    assert mjml_to_html(mjml.replace("\n", "\r\n")) == mjml_to_html(mjml)
