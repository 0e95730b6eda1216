"""Words for pictures that say nothing."""

import pytest

from tests.checks.conftest import Check

FAILS = [
    "IMG_2034.jpg",
    "IMG_2034",
    "photo",
    "Logo",
    "Image de deux personnes",
    "Photo d'une salle",
    "Picture of a room",
    "la rencontre du 3 mars",
]
PASSES = [
    "Deux personnes à une table",
    "Logo de Numeum",
    "Dessin d'un pont",
    "Photographe au travail",
    "Portrait de Camille Durand",
]


def item(alt: str) -> str:
    picture = f'{{file: photo.png, alt: "{alt}", caption: La rencontre du 3 mars}}'
    return f"  - kind: article\n    title: Titre\n    body: Un texte.\n    picture: {picture}\n"


@pytest.mark.parametrize("alt", FAILS)
def test_an_alt_that_says_nothing_of_its_own_is_found(alt: str, check: Check) -> None:
    (problem,) = check("weak-alt", item(alt))

    assert problem.position == (10, 38)
    assert alt in problem.message


@pytest.mark.parametrize("alt", PASSES)
def test_an_alt_that_says_what_one_sees_passes(alt: str, check: Check) -> None:
    assert check("weak-alt", item(alt)) == []


def test_an_alt_does_not_repeat_the_title_of_its_item(check: Check) -> None:
    (problem,) = check("weak-alt", item("Titre"))

    assert problem.message == "'Titre' is already written beside the picture"
