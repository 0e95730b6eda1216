"""Ordinary sentences, as associations write them: no rule has anything to say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.checks.checking import run_checks
from newsletter.content.loading import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD

FRENCH = {
    "capitals": [
        "La TVA sur les SMS et le RGPD : la DGE a répondu.",
        "L'AFNOR, l'ANSSI et la CNIL ont publié un guide.",
        "LE WAGON et OVHCLOUD ont signé la charte.",
        "A-t-on besoin d'une loi de plus ?",
        "Le plan A a échoué, le plan B aussi.",
        "Vitamine A, groupe A, catégorie A.",
        "L'équipe A reçoit l'équipe B.",
        "À Paris comme à Lyon, les inscriptions sont ouvertes.",
        "Le comité d'orientation a élu M. A. Durand.",
        "Un accord de type A ou B est possible.",
        "NIS 2, DORA et l'IA Act entrent en vigueur.",
        "Rendez-vous au MEDEF, 55 avenue Bosquet.",
    ],
    "figures": [
        "La 2e édition a réuni 1 200 personnes, la 1re en avait réuni 800.",
        "Le XXIe siècle, le 12e arrondissement et la 3e place.",
        "Le chiffre d'affaires progresse de 6,3 % en 2024.",
        "Entre 10 et 12 000 € par an, selon la taille.",
        "Le 1er mars, de 9 h à 12 h 30, puis de 14 h à 18 h.",
        "Le numéro 2 du groupe quitte ses fonctions.",
        "Un rapport de 1 à 10, soit 10 fois plus.",
        "Appelez le 01 99 00 12 34 avant 18 h.",
        "Article L. 412-13, alinéa 2, du code de la consommation.",
        "La version 2.0.1 corrige 14 défauts.",
    ],
    "dates": [
        "Le lundi 6 janvier 2025, le bureau s'est réuni.",
        "Le conseil se tiendra le mardi 14 janvier 2025.",
        "Rendez-vous mercredi 15 janvier, à 9 heures.",
        "Du 3 au 5 février 2025, au Palais des congrès.",
        "La loi du 6 janvier 1978 reste la référence.",
        "Depuis 1998, l'association défend ses membres.",
        "D'ici à 2030, un emploi sur cinq sera transformé.",
        "Le samedi et le dimanche, le standard est fermé.",
    ],
    "words twice": [
        "Nous nous réjouissons de vous accueillir.",
        "Vous vous inscrivez en ligne, nous nous occupons du reste.",
        "Ils ont fait faire un audit, puis l'ont fait refaire.",
        "Ce sont ceux que ce que nous disons intéresse.",
        "Il y a plus important que les chiffres : les gens.",
        "Un pas après l'autre, jour après jour, pas à pas.",
        "Bora Bora accueille le séminaire ; New York New York, le gala.",
        "De plus en plus de PME, de moins en moins de freins.",
    ],
    "brackets and signs": [
        "Le texte dit « […] toute personne […] » et rien d'autre.",
        "Le rapport (à paraître) complète l'étude [1].",
        "Et vous ? Qu'en pensez-vous ?",
        "Bravo à toutes et à tous !",
        "Recherche & développement, R&D, C++ et C# au programme.",
        "Écrivez à presse@example.org ou passez nous voir.",
        "Un budget à compléter par les régions.",
        "Les points restant à définir seront traités en mars.",
        "Un programme « tout compris » : train, hôtel, repas.",
        "Les salarié·es et les adhérent·es sont invité·es.",
        "Rendez-vous sur le stand n° 12 – hall 3.",
    ],
    "links": [
        "Notre [étude sur l'emploi numérique](https://example.org/etude) est parue.",
        "Voir [le programme des ateliers](https://example.org/programme?utm_source=lettre).",
        "Écrivez à [l'équipe presse](mailto:presse@example.org).",
        "Appelez [le 01 99 00 12 34](tel:+33199001234).",
        "Le site [numeum.fr](https://numeum.fr) a changé de visage.",
        "Lire [la suite du feuilleton fiscal](https://example.org/fiscal) dans notre dossier.",
        "[En savoir plus sur le crédit d'impôt](https://example.org/cir)",
        "La [page d'inscription](https://example.org/inscription#ateliers) est ouverte.",
    ],
    "lists": [
        "- un accès plus simple\n- un délai plus court\n- un interlocuteur unique",
        "1. s'inscrire\n2. préparer ses questions\n3. venir",
        "Bravo 🎉 à l'équipe, et bonne route 🚴 à Camille.",
        "| Région | Membres |\n|---|---|\n| Bretagne | 120 |\n| Occitanie | 210 |",
    ],
}
ENGLISH = [
    "A delegation of twelve companies met the Commission on Monday.",
    "A new law, a new deadline: what changes on 2 August 2025.",
    "The EU AI Act enters into force; SMEs have questions.",
    "In 2024, 3.4% of members (about 85) joined a working group.",
    "See [the full programme](https://example.org/programme) of the summit.",
    "He had had his doubts, and that that was possible surprised him.",
    "The 2nd edition, the 21st century and the 3rd place.",
]

Check = Callable[[str, list[str]], list[str]]


@pytest.fixture(name="problems_of")
def make_problems_of(settings: Settings, write_issue: Callable[[str | bytes], Path]) -> Check:
    """Return what says every problem of an issue in which each sentence is an item."""

    def problems_of(language: str, sentences: list[str]) -> list[str]:
        head = HEAD.replace("date:", f"language: {language}\ndate:")
        bodies = [each.replace("\n", "\n      ") for each in sentences]
        items = "".join(f"  - kind: text\n    body: |\n      {body}\n" for body in bodies)
        loaded = load_issue(write_issue(head + items), settings)
        assert loaded.issue is not None, loaded.problems
        document = render_document(loaded.issue, settings)
        found = [*loaded.problems, *run_checks(loaded, [document], settings)]
        return [f"{each.position.line}: {each.message} [{each.rule}]" for each in found]

    return problems_of


@pytest.mark.parametrize("theme", FRENCH)
def test_ordinary_french_raises_no_alarm(theme: str, problems_of: Check) -> None:
    assert problems_of("fr", FRENCH[theme]) == []


def test_ordinary_english_raises_no_alarm(problems_of: Check) -> None:
    assert problems_of("en", ENGLISH) == []


def test_there_are_sixty_of_them() -> None:
    assert sum(map(len, FRENCH.values())) + len(ENGLISH) >= 60
