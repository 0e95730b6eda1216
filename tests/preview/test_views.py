"""The ways in which readers see a mail."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.views import APPEARANCES, dark, light, on_screen
from tests.conftest import ROOT

gmail_inverted, outlook_inverted = (APPEARANCES[each].apply for each in ("gmail", "outlook"))

SAMPLES = sorted((ROOT / "tests/golden").glob("issue-*.html"))
MAIL = """<!DOCTYPE html>
<html><head><title>T</title>
<meta name="color-scheme" content="light dark">
<style>:root{color-scheme:light dark}</style>
<style media="(prefers-color-scheme: dark)">p{margin:1px}</style>
<style>@media (prefers-color-scheme:dark){p{color:#eeeeee!important}}</style>
<style>@media screen and (prefers-color-scheme: light){p{margin:2px}}</style>
</head><body style="BODY"><p style="STYLE">mot</p></body></html>"""


def mail(style: str = "", body: str = "") -> str:
    return MAIL.replace("STYLE", style).replace("BODY", body)


def test_dark_styles_always_apply_in_the_dark_view() -> None:
    shown = dark(mail())

    assert "@media (min-width:0){p{color:#eeeeee!important}}" in shown
    assert '<style media="(min-width:0)">' in shown
    assert "screen and (max-width:0){p{margin:2px}}" in shown


def test_dark_styles_never_apply_in_the_light_view() -> None:
    shown = light(mail())

    assert "@media (max-width:0){p{color:#eeeeee!important}}" in shown
    assert '<style media="(max-width:0)">' in shown
    assert "screen and (min-width:0){p{margin:2px}}" in shown


@pytest.mark.parametrize(("view", "scheme"), [(light, "light"), (dark, "dark")])
def test_the_viewer_s_own_scheme_has_no_say(view: object, scheme: str) -> None:
    shown = view(mail())  # type: ignore[operator]

    assert f":root{{color-scheme:{scheme}}}" in shown
    assert f'content="{scheme}"' in shown
    assert "prefers-color-scheme" not in shown


def test_words_that_look_like_styles_stay() -> None:
    words = "<p>color-scheme: dark; (prefers-color-scheme: dark)</p>"

    assert words in dark(f"<html><body>{words}</body></html>")


@pytest.mark.parametrize(
    ("style", "gmail", "outlook"),
    [
        ("background:#ffffff", "background:#141414", "background:#141414"),
        ("background:#000000", "background:#ffffff", "background:#000000"),
        ("color:#000000", "color:#ffffff", "color:#ffffff"),
        ("color:#ffffff", "color:#141414", "color:#ffffff"),
        ("color:black", "color:#ffffff", "color:#ffffff"),
        ("color:rgb(0,0,0)", "color:#ffffff", "color:#ffffff"),
        ("color:rgba(0,0,0,.5)", "color:rgba(255,255,255,0.5)", "color:rgba(255,255,255,0.5)"),
        ("border:1px solid #ffffff", "border:1px solid #141414", "border:1px solid #141414"),
        ("border:1px solid #000000", "border:1px solid #ffffff", "border:1px solid #ffffff"),
        (
            "background:url(a.png) #fff",
            "background:url(a.png) #141414",
            "background:url(a.png) #141414",
        ),
        ("margin:0;color:#000", "margin:0;color:#ffffff", "margin:0;color:#ffffff"),
        ("color:transparent", "color:transparent", "color:transparent"),
    ],
)
def test_each_client_turns_the_colours_that_it_turns(style: str, gmail: str, outlook: str) -> None:
    def styled(shown: str) -> str:
        found = re.search(r'<p style="([^"]*)"', shown)
        assert found is not None, shown
        return found[1].replace(";;", ";").rstrip(";")

    assert styled(gmail_inverted(mail(style))) == gmail
    assert styled(outlook_inverted(mail(style))) == outlook


def test_attributes_of_colour_turn_too() -> None:
    shown = gmail_inverted(
        '<html><body bgcolor="#ffffff"><font color="black">x</font></body></html>'
    )

    assert 'bgcolor="#141414"' in shown
    assert 'color="#ffffff"' in shown


def test_outlook_marks_what_it_changed_as_it_does() -> None:
    shown = outlook_inverted(mail("color:#000000;background:#fff"))

    assert 'data-ogsc="#000000"' in shown
    assert 'data-ogsb="#fff"' in shown


def test_rules_written_for_outlook_keep_their_colours() -> None:
    shown = outlook_inverted(
        "<html><head><style>[data-ogsc] p{color:#123456}p{color:#123456}</style></head></html>"
    )

    assert shown.count("#123456") == 1


def test_gmail_ignores_dark_styles() -> None:
    assert "@media (max-width:0)" in gmail_inverted(mail())


@pytest.mark.parametrize("appearance", APPEARANCES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_view_changes_no_word_and_no_picture(sample: Path, appearance: str) -> None:
    html = sample.read_text("utf-8")

    shown = APPEARANCES[appearance].apply(html)

    assert words(shown) == words(html)
    assert re.findall(r"<img [^>]*src=\"[^\"]*\"", shown) == re.findall(
        r"<img [^>]*src=\"[^\"]*\"", html
    )
    assert shown.startswith("<!DOCTYPE html>")


def words(html: str) -> list[str]:
    without_styles = re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", without_styles).split()


@given(st.integers(0, 0xFFFFFF))
def test_gmail_turns_light_grounds_dark_and_dark_ones_light(colour: int) -> None:
    style = f"background:#{colour:06x}"

    found = re.search(r'<p style="background:#(\w{6})', gmail_inverted(mail(style)))

    # Lightness is the middle of the strongest and the weakest primary.
    assert found is not None
    before, after = lightness(f"{colour:06x}"), lightness(found[1])
    assert abs(after - (1 - before * 0.92)) < 0.01


def lightness(code: str) -> float:
    parts = [int(code[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    return (max(parts) + min(parts)) / 2


@given(st.text(alphabet="#:;(){}abcolr0123 urgb,\"'", max_size=40))
def test_no_style_is_too_odd_to_be_shown(style: str) -> None:
    quoted = style.replace('"', "&quot;")

    for appearance in APPEARANCES.values():
        assert "mot" in appearance.apply(mail(quoted))


@pytest.mark.parametrize(
    ("query", "on_phone", "on_desktop"),
    [
        ("@media (max-width:479px){", True, False),
        ("@media only screen and (min-width: 480px) {", False, True),
        ("@media print{", False, False),
        ("@media screen{", True, True),
    ],
)
def test_a_mail_on_paper_is_as_wide_as_on_its_screen(
    query: str, on_phone: bool, on_desktop: bool
) -> None:
    html = f"<style>p{{max-width:479px}}{query}p{{color:red}}}}</style>"

    for width, holds in ((375, on_phone), (640, on_desktop)):
        settled = on_screen(html, width)
        assert settled.startswith("<style>p{max-width:479px}@media")
        condition = settled.partition("@media")[2].partition("{")[0]
        assert ("(max-width:0)" not in condition and "not all" not in condition) is holds
