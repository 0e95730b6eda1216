"""Words in capitals."""

import pytest

from tests.checks.conftest import HEAD, ITEM, Check

FAILS = [
    "INSCRIVEZ-VOUS AVANT VENDREDI",
    "APPEL À CANDIDATURES",
    "Venez au GRAND SALON NUMÉRIQUE de Lyon",
    "INTERNATIONALISATION",
]
PASSES = [
    "PME, ETI et ESN",
    "La DGE, l'ANSSI et la CNIL",
    "DGE SGPI ANSSI",
    "Avec DIGITALEUROPE à Bruxelles",
    "RGPD : ce qui change",
]


@pytest.mark.parametrize("words", FAILS)
def test_words_in_capitals_are_found_where_they_begin(words: str, check: Check) -> None:
    head = HEAD.replace("L'objet du mail", words)

    (problem,) = check("all-capitals", ITEM, head=head)

    assert problem.position.line == 2


@pytest.mark.parametrize("words", PASSES)
def test_acronyms_pass(words: str, check: Check) -> None:
    assert check("all-capitals", ITEM, head=HEAD.replace("L'objet du mail", f'"{words}"')) == []


def test_code_and_addresses_pass(check: Check) -> None:
    item = (
        "  - kind: text\n    body: '`SELECT FROM CLIENTS` https://a.fr/UNE-ADRESSE-EN-CAPITALES'\n"
    )

    assert check("all-capitals", item) == []
