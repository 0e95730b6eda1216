"""Merge fields: opaque while the mail is made, escaped for where they stand when it is sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.items import TextItem
from newsletter.rendering.merge import (
    MergeField,
    fill_html,
    fill_text,
    merge_field,
    replace_merge_fields,
)

NAME = merge_field("first name")
FIELDS = {NAME.token: NAME}


def replaced(text: str) -> tuple[str, dict[str, MergeField]]:
    fields: dict[str, MergeField] = {}
    item = TextItem(kind="text", id=None, title=None, body=text)
    return replace_merge_fields(item, fields).body, fields


@pytest.mark.parametrize(
    ("typed", "name", "fallback"),
    [
        ("((first name))", "first name", None),
        ("(( first  name ))", "first name", None),
        ("((first\nname))", "first name", None),
        ("((first name | cher adhérent))", "first name", "cher adhérent"),
        ("((first name|))", "first name", ""),
    ],
)
def test_a_field_becomes_a_word_of_letters(typed: str, name: str, fallback: str | None) -> None:
    text, fields = replaced(f"Bonjour {typed} !")

    (field,) = fields.values()
    assert text == f"Bonjour {field.token} !"
    assert re.fullmatch("[a-z]+", field.token)
    assert (field.name, field.fallback) == (name, fallback)


def test_escaped_brackets_are_the_brackets_themselves() -> None:
    assert replaced(r"Voir \((plus bas)).") == ("Voir ((plus bas)).", {})


def test_equal_fields_share_a_token_and_others_do_not() -> None:
    tokens = {merge_field("a").token, merge_field("a", "b").token, merge_field("a", "").token}

    assert merge_field("a") == merge_field("a")
    assert len(tokens) == 3


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"first name": "Zoé"}, "Zoé"), ({}, "adhérent"), ({"first name": ""}, "adhérent")],
)
def test_a_missing_value_gives_the_fallback(values: dict[str, str], expected: str) -> None:
    field = merge_field("first name", "adhérent")

    assert fill_text(field.token, {field.token: field}, values) == expected


def test_a_field_without_value_nor_fallback_shows_as_it_was_typed() -> None:
    assert fill_text(NAME.token, FIELDS, {}) == "((first name))"


HOSTILE = '<b>"O\'Neil" & co</b>'


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("<p>{}</p>", "<p>&lt;b&gt;&quot;O&#x27;Neil&quot; &amp; co&lt;/b&gt;</p>"),
        ('<img alt="{}">', '<img alt="&lt;b&gt;&quot;O&#x27;Neil&quot; &amp; co&lt;/b&gt;">'),
        (
            '<a href="https://a.fr/?n={}&amp;b=1">x</a>',
            '<a href="https://a.fr/?n=%3Cb%3E%22O%27Neil%22%20%26%20co%3C%2Fb%3E&amp;b=1">x</a>',
        ),
        (
            "<a title='1 > 0' href='/{}'>",
            "<a title='1 > 0' href='/%3Cb%3E%22O%27Neil%22%20%26%20co%3C%2Fb%3E'>",
        ),
        ('<a href="{}">x</a>', '<a href="#">x</a>'),
    ],
)
def test_a_value_is_escaped_for_where_it_stands(before: str, expected: str) -> None:
    html = before.format(NAME.token)

    assert fill_html(html, FIELDS, {"first name": HOSTILE}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/?a=1&b=2", "https://example.org/?a=1&amp;b=2"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://example.org/mon espace", "https://example.org/mon%20espace"),
        ("javascript:alert(1)", "#"),
        ("https://[1", "#"),
        ("data:text/html,x", "#"),
        ("example.org", "#"),
    ],
)
def test_a_whole_address_stays_an_address_and_only_that(value: str, expected: str) -> None:
    html = f'<a href="{NAME.token}">x</a>'

    assert fill_html(html, FIELDS, {"first name": value}) == f'<a href="{expected}">x</a>'


@given(st.text())
def test_no_value_brings_markup_into_the_html(value: str) -> None:
    html = f'<p title="{NAME.token}">{NAME.token}<a href="https://a.fr/{NAME.token}">x</a></p>'

    filled = fill_html(html, FIELDS, {"first name": value or "x"})

    assert filled.count("<") == 4
    assert filled.count('"') == 4


def test_a_value_inside_an_address_of_the_text_is_encoded() -> None:
    field = merge_field("first name")
    text = f"[1] https://a.fr/?n={field.token}\nBonjour {field.token}\n"

    filled = fill_text(text, {field.token: field}, {"first name": "Jean Marie"})

    assert filled == "[1] https://a.fr/?n=Jean%20Marie\nBonjour Jean Marie\n"
