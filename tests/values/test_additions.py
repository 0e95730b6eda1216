"""What the program adds itself, and a writer typed too: it stands there once."""

from datetime import date
from typing import cast

import pytest

from newsletter.values.reading import Here
from newsletter.values.texts import Author, Credit, Headline, SourceTitle, Spoken, own_dateline
from newsletter.values.validation import reader_of


def read(kind: object, typed: str) -> object:
    # None of these looks at its place.
    return reader_of(kind)(typed, cast(Here, None))


QUOTED = {
    "« Nous sommes prêts. »": "Nous sommes prêts.",
    "«\u202fNous sommes prêts\u202f».": "Nous sommes prêts.",
    "“We are ready.”": "We are ready.",
    "‘It’s fine’": "It’s fine",
    '"Nous sommes prêts."': "Nous sommes prêts.",
    '"Elle a dit "oui" hier."': 'Elle a dit "oui" hier.',
    "« Elle a dit « oui » »": "Elle a dit « oui »",
    "« Un.\n\n« Deux. »": "Un.\n\nDeux.",
    "« Un. »\n\n« Deux. »": "Un.\n\nDeux.",
    "« Nous sommes prêts.": "Nous sommes prêts.",
    "We are ready.\u00a0”": "We are ready.",
}


@pytest.mark.parametrize("typed", QUOTED)
def test_quotation_marks_around_the_whole_are_not_doubled(typed: str) -> None:
    assert read(Spoken, typed) == QUOTED[typed]


@pytest.mark.parametrize(
    "typed", ["Nous", "« Oui » et « non »", '"Oui" et "non"', "“Yes,” she said, “no”", "Dire « oui"]
)
def test_quotation_marks_around_some_words_stay(typed: str) -> None:
    assert read(Spoken, typed) == typed


CREDITS = {
    "© Marc": "Marc",
    "(c) Marc": "Marc",
    "Crédit photo : © Marc": "Marc",
    "Photo © Marc": "Marc",
    "Copyright Marc": "Marc",
    "Photo Service": "Photo Service",
    "© Crédit Agricole": "Crédit Agricole",
    "©": "©",
}


@pytest.mark.parametrize("typed", CREDITS)
def test_the_sign_before_a_credit_is_not_doubled(typed: str) -> None:
    assert read(Credit, typed) == CREDITS[typed]


def test_a_dash_a_source_and_a_mention_are_not_doubled() -> None:
    assert read(Author, "— Zoé Martin") == "Zoé Martin"
    assert read(SourceTitle, "Source : Insee") == "Insee"
    assert read(Headline, "Communiqué de presse – Un fait") == "Un fait"


@pytest.mark.parametrize(
    "lead",
    [
        "Toulouse, le 3 décembre 2026 – Le",
        "Toulouse, 3 décembre 2026 — Le",
        "**Toulouse, le 3 décembre 2026** – Le",
        "*Toulouse, le 3 décembre 2026.* Le",
        "(Toulouse, le 3 décembre 2026) Le",
        "Toulouse, le jeudi 3 décembre 2026 : Le",
        "Toulouse – le 3 décembre – Le",
        "Toulouse, le 3 décembre 2026\n\nLe",
    ],
)
def test_a_dateline_is_found_however_it_is_typed(lead: str) -> None:
    assert own_dateline(lead, 2026) == ("Toulouse", date(2026, 12, 3), "Le")


@pytest.mark.parametrize(
    "lead",
    [
        "Toulouse, le 3 décembre 2026, accueille un salon.",
        "Paris, Lyon et Nantes : le 3 décembre 2026, la fête.",
        "Le salon ouvre le 3 décembre 2026 – à 9 h.",
    ],
)
def test_a_sentence_with_a_date_is_no_dateline(lead: str) -> None:
    assert own_dateline(lead, 2026) is None
