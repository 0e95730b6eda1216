"""What classic Outlook, by Word, takes of a mail."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.word_layout import laid_out_by_word


def in_body(content: str) -> str:
    """Return what becomes of the content of a mail's body."""
    shown = laid_out_by_word(f"<!DOCTYPE html><html><body>{content}</body></html>")
    return shown.partition("<body>")[2].partition("</body>")[0]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("mso", True),
        ("MSO", True),
        ("mso | IE", True),
        ("(mso)|(IE)", True),
        ("gte mso 9", True),
        ("(gte mso 9)|(IE)", True),
        ("gt mso 15", True),
        ("mso 16", True),
        ("!IE", True),
        ("(mso)&(!(IE|vml))", True),
        ("!mso", False),
        ("!(mso)", False),
        ("IE", False),
        ("lte mso 11", False),
        ("lt mso 16", False),
        ("mso 15", False),
        ("!mso & !IE | IE", False),
        ("", False),
        ("&!(", False),
    ],
)
def test_a_conditional_comment_shows_what_it_holds_for_outlook(condition: str, holds: bool) -> None:
    assert in_body(f"a<!--[if {condition}]><b>b</b><![endif]-->c") == (
        "a<b>b</b>c" if holds else "ac"
    )


@pytest.mark.parametrize(
    ("opening", "end"),
    [
        ("<!--[if !mso]><!-->", "<!--<![endif]-->"),
        ("<!--[if !mso]><!-- -->", "<!-- <![endif]-->"),
        ("<!--[if !mso]>-->", "<!--<![endif]-->"),
        ("<!--[if !mso]> -->", "<!-- <![endif]-->"),
    ],
)
def test_what_is_for_all_but_outlook_goes(opening: str, end: str) -> None:
    assert in_body(f"a{opening}<p>b</p>{end}c") == "ac"
    assert in_body(f"a{opening.replace('!mso', '!IE')}<b>b</b>{end}c") == "a<b>b</b>c"


def test_a_table_written_for_outlook_stands_around_what_it_frames() -> None:
    ghost = "<!--[if mso]><table><tr><td width='300'><![endif]--><div>a</div>"
    ghost += (
        "<!--[if mso]></td><td><![endif]--><div>b</div><!--[if mso]></td></tr></table><![endif]-->"
    )

    assert in_body(ghost) == (
        '<table><tr><td width="300"><div>a</div></td><td><div>b</div></td></tr></table>'
    )


def test_a_comment_s_settings_of_office_are_no_words() -> None:
    settings = "<noscript><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml></noscript>"

    assert "96" not in in_body(f"<!--[if mso]>{settings}<![endif]-->")


def test_other_comments_stay_closed() -> None:
    assert in_body("<!-- [if mso] --><!--p-->") == "<!-- [if mso] --><!--p-->"


@pytest.mark.parametrize(
    ("tag", "style", "taken"),
    [
        ("td", "padding:8px 16px", "padding:8px 16px"),
        ("th", "padding-left:8px", "padding-left:8px"),
        ("p", "padding:8px;color:red", "color:red"),
        ("a", "padding-left:8px", ""),
        ("td", "mso-padding-alt:14px;padding:0", "padding:0;padding:14px"),
        ("a", "mso-padding-alt:14px", ""),
        ("td", "width:50%;height:40px", "width:50%;height:40px"),
        ("div", "width:50%;height:40px", ""),
        ("img", "width:100%;height:auto", "height:auto"),
        ("table", "max-width:600px;min-width:9px", ""),
        ("p", "margin:0 0 8px", "margin:0 0 8px"),
        ("div", "margin:0 auto", "margin:0 0"),
        ("p", "margin-top:-8px", "margin-top:0"),
        ("span", "margin-left:8px", ""),
        ("div", "display:inline-block", ""),
        ("div", "display:none", "display:none"),
        ("img", "display:none", ""),
        ("div", "mso-hide:all", "display:none"),
        ("td", "border-left:12px solid red", "border-left:8px solid red"),
        ("td", "border:1px solid red;border-radius:12px", "border:1px solid red"),
        ("td", "background:url(a.png) no-repeat #ffffff", "background:#ffffff"),
        ("td", "background:linear-gradient(red,blue)", ""),
        ("td", "background-color:#ffffff;background-image:url(a.png)", "background-color:#ffffff"),
        ("td", "background-color:rgba(0,0,0,.5)", ""),
        ("p", "float:left;opacity:.5;overflow:hidden;position:absolute;top:0", ""),
        ("p", "color:red!important;color:blue", "color:blue"),
        ("p", "font-size:calc(1px + 1em);font-size:1rem;font-size:14px", "font-size:14px"),
        ("p", "font-family:system-ui,Arial", "font-family:system-ui,Arial"),
        ("p", "mso-line-height-rule:exactly", "mso-line-height-rule:exactly"),
        ("p", "not css;; color : red ", "color:red"),
    ],
)
def test_word_takes_the_properties_that_it_knows_where_it_knows_them(
    tag: str, style: str, taken: str
) -> None:
    shown = in_body(f'<{tag} style="{style}">a')

    found = re.search(rf'<{tag}(?: style="([^"]*)")?>', shown)
    assert found is not None, shown
    assert (found[1] or "") == taken


def test_style_blocks_go_but_outlook_s_own() -> None:
    shown = laid_out_by_word(
        "<html><head><style>p{color:red}</style>"
        "<!--[if mso]><style>h1{color:red}</style><![endif]--></head><body>a</body></html>"
    )

    assert "<style>h1{color:red}</style>" in shown
    assert "p{" not in shown


def test_a_ground_s_picture_is_the_body_s_alone() -> None:
    shown = laid_out_by_word(
        '<html><body background="a.png"><table background="b.png"></table></body></html>'
    )

    assert 'background="a.png"' in shown
    assert "b.png" not in shown


@given(st.text(alphabet="<>!-[]()|& ifendmso16", max_size=60))
def test_no_comment_is_too_odd(text: str) -> None:
    assert laid_out_by_word(f"<p>mot</p>{text}<!--[if mso]><![endif]-->")
