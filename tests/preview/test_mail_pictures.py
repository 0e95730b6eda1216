"""The pictures of a mail in a preview."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.mail_pictures import (
    at_hand,
    boxed,
    held_back,
    parsed,
    remote_origins,
    serialized,
)


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>"


def without_pictures(html: str) -> str:
    return serialized(boxed(parsed(html)))


def with_placeholders(html: str, shown: Collection[str] = ()) -> str:
    return serialized(held_back(parsed(html), shown))


def test_a_picture_that_is_off_leaves_a_box_with_its_alternative() -> None:
    shown = without_pictures(
        page('<p>a<img src="images/1.png" alt="Une salle" width="300" height="200">b</p>')
    )

    assert "<img" not in shown
    assert "width:300px" in shown
    assert "min-height:200px" in shown
    assert ">Une salle</span>b</p>" in shown


@pytest.mark.parametrize(
    "ground",
    [
        '<table background="images/1.png"></table>',
        "<p style=\"background:#fff url('images/1.png')\">x</p>",
        '<p style="background-image:URL( images/1.png )">x</p>',
    ],
)
def test_grounds_lose_their_pictures(ground: str) -> None:
    assert "images/1.png" not in without_pictures(page(ground))


REMOTE = [
    '<img src="https://images.example.org/a.png" width="120" height="80">',
    '<img src="http://images.example.org/a.png">',
    '<img src="//images.example.org/a.png">',
    '<img srcset="https://images.example.org/a.png 2x" src="https://images.example.org/b.png">',
    '<img src="HTTPS://images.example.org/a.png">',
    '<img src=" https://images.example.org/a.png">',
    '<table background="https://images.example.org/a.png"></table>',
    '<video poster="https://images.example.org/a.png"></video>',
    "<p style=\"background:url('https://images.example.org/a.png')\">x</p>",
    '<svg><image href="https://images.example.org/a.png"/></svg>',
    '<svg><image xlink:href="https://images.example.org/a.png"/></svg>',
    "<style>p{background:url(https://images.example.org/a.png)}</style>",
]


@pytest.mark.parametrize("picture", REMOTE)
def test_a_picture_of_another_machine_becomes_a_drawing_that_names_it(picture: str) -> None:
    shown = with_placeholders(page(picture))

    assert "example.org/a.png" not in shown
    assert "data:image/svg+xml" in shown
    assert "images.example.org" in shown


@pytest.mark.parametrize("picture", REMOTE[4:])
def test_it_stays_once_its_machine_was_asked_for_but_in_css(picture: str) -> None:
    shown = with_placeholders(page(picture), shown=["https://images.example.org"])

    # Chromium asks for some backgrounds with a Referer, whatever the policy says.
    assert ("images.example.org/a.png" in shown) is ("url(" not in picture)


def test_the_drawing_is_as_large_as_the_picture() -> None:
    assert "width%3D%22120%22%20height%3D%2280%22" in with_placeholders(page(REMOTE[0]))


def test_a_host_s_name_cannot_write_into_the_drawing() -> None:
    shown = with_placeholders(page('<img src="https://a&quot;&lt;script&gt;.example.org/a.png">'))

    assert "<script" not in shown
    assert "%3Cscript" not in shown


@pytest.mark.parametrize(
    "element",
    [
        '<link rel="preconnect" href="https://elsewhere.example.org">',
        '<script src="https://elsewhere.example.org/a.js">run()</script>',
        '<base href="https://elsewhere.example.org/">',
        '<iframe src="https://elsewhere.example.org/"></iframe>',
        '<object data="https://elsewhere.example.org/"></object>',
        '<embed src="https://elsewhere.example.org/">',
    ],
)
def test_what_fetches_beside_pictures_is_taken_out(element: str) -> None:
    assert "elsewhere" not in with_placeholders(page(f"<p>x</p>{element}"))


def test_pictures_that_lie_beside_the_mail_and_addresses_of_links_stay() -> None:
    html = page('<a href="https://example.org"><img src="images/1.png" alt=""></a>')

    assert with_placeholders(html) == html


def test_the_machines_whose_pictures_a_mail_shows_are_named_once() -> None:
    html = page(
        '<img src="https://b.example.org/1"><img src="https://b.example.org/2">'
        '<img src="http://a.example.org:8080/1"><img src="images/1.png">'
    )

    assert remote_origins(html) == ("http://a.example.org:8080", "https://b.example.org")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://été.example.org/1.png", "https://xn--t-9fab.example.org"),
        ("https://a.org; script-src 'unsafe-inline'; x/1.png", "https://unknown.invalid"),
        ("https:///1.png", "https://unknown.invalid"),
    ],
)
def test_an_origin_is_a_name_that_a_policy_can_hold(address: str, origin: str) -> None:
    assert remote_origins(page(f'<img src="{address}">')) == (origin,)


@pytest.mark.parametrize("where", ["images/", "https://www.example.org/pictures/"])
def test_a_mail_s_own_pictures_come_from_where_they_are_at_hand(where: str) -> None:
    html = page(f'<img src="{where}0123456789abcdef.png"><img src="images/other.png">')

    name = "images/0123456789abcdef.png"
    shown = serialized(at_hand(parsed(html), {name: f"/at/{name}"}))

    assert 'src="/at/images/0123456789abcdef.png"' in shown
    assert 'src="images/other.png"' in shown


@given(st.text(alphabet="https:/[].@%#?\\ exa1", max_size=30))
def test_no_address_is_too_odd_to_be_held_back(address: str) -> None:
    shown = with_placeholders(page(f'<img src="https://{address}" alt="x"><p>suite</p>'))

    assert "<p>suite</p>" in shown
    assert 'src="https://' not in shown
