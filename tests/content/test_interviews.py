"""Interviews, portraits and sheets: who speaks, what the settings know, what is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsletter.content.interview import Interview
from newsletter.content.items import OrganisationItem
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.structures import PersonParts
from tests.conftest import HEAD

WriteIssue = Callable[[str | bytes], Path]
SHEETS = """
organisations:
  medef:
    name: Mouvement des entreprises de France
    short_name: Medef
    description: Une **confédération**.
    missions: [Représenter]
    figures: [{value: 2 500, label: membres, source: Rapport}]
    leaders: [Zoé Martin, {name: Ana Lopez, role: directrice}]
    contacts: [{name: Presse, email: presse@example.org}]
    address: 1 rue de l'Exemple
    website: https://example.org
    updated: 2025-01-02
"""


def load(write_issue: WriteIssue, settings: Settings, items: str) -> LoadedIssue:
    return load_issue(write_issue(f"{HEAD}items:\n{items}"), settings)


def interview(loaded: LoadedIssue) -> Interview:
    assert loaded.problems == ()
    assert loaded.issue is not None
    (item,) = loaded.issue.all_items
    assert isinstance(item, Interview)
    return item


@pytest.fixture(name="with_sheets")
def settings_with_sheets(workspace: Path) -> Settings:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text() + SHEETS)
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Véronique Torner", "V. T."),
        ("Jean-Pierre Martin", "J.-P. M."),
        ("Charles de Gaulle", "C. de G."),
        ("Zoé", "Z."),
    ],
)
def test_initials_are_made_of_the_name(name: str, expected: str) -> None:
    assert PersonParts(name=name, initials=None).short_name == expected


def test_one_person_answers_all_in_full_at_first_then_by_initials(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Zoé Martin]\n    exchanges:\n"
        "      - {question: Un ?, answer: Oui.}\n      - {question: Deux ?, answer: Non.}\n",
    )

    assert [speaker for speaker, _exchange, _quotes in interview(loaded).spoken] == [
        "Zoé Martin",
        "Z. M.",
    ]


@pytest.mark.parametrize(
    "answer",
    ["Z. M. : Oui.", "Zoé Martin\u00a0: Oui.", "Z.M.: Oui.", "**Zoé Martin :** Oui.", "ZM: Oui."],
)
def test_a_name_that_was_pasted_before_an_answer_is_not_written_twice(
    answer: str, write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Zoé Martin]\n    exchanges:\n"
        f"      - {{question: Un ?, answer: '{answer}'}}\n",
    )

    ((speaker, exchange, _quotes),) = interview(loaded).spoken
    assert (speaker, exchange.answer) == ("Zoé Martin", "Oui.")


def test_an_answer_of_one_word_is_not_taken_for_initials(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Nora Olsen]\n    exchanges:\n"
        "      - {question: Un ?, answer: 'No: never.', speaker: 'NO'}\n",
    )

    ((speaker, exchange, _quotes),) = interview(loaded).spoken
    assert (speaker, exchange.answer) == ("Nora Olsen", "No: never.")


def test_names_in_a_file_say_who_speaks(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    (workspace / "issues/entretien.md").write_text(
        "## Un ?\n\nA. L. : Oui.\n\n## Deux ?\n\nZ. M. : Non.\n\n## Trois ?\n\nNote : rien.\n"
    )

    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Zoé Martin, Ana Lopez]\n"
        "    exchanges: {file: entretien.md}\n",
    )

    spoken = [(speaker, exchange.answer) for speaker, exchange, _ in interview(loaded).spoken]
    assert spoken == [("Ana Lopez", "Oui."), ("Zoé Martin", "Non."), ("", "Note : rien.")]


def test_two_people_with_the_same_initials_keep_their_names(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Zoé Martin, Zelda Morel]\n    exchanges:\n"
        "      - {question: Un ?, answer: Oui., speaker: Zoé Martin}\n"
        "      - {question: Deux ?, answer: Non., speaker: Zelda Morel}\n"
        "      - {question: Trois ?, answer: Si., speaker: Zoé Martin}\n",
    )

    speakers = [speaker for speaker, _exchange, _quotes in interview(loaded).spoken]
    assert speakers == ["Zoé Martin", "Zelda Morel", "Zoé Martin"]


def test_a_person_with_only_a_picture_has_a_card(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    Image.new("RGB", (2, 1)).save(workspace / "assets/images/zoe.png")

    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n"
        "    people: [Ana Lopez, {name: Zoé Martin, picture: {file: zoe.png, alt: Portrait}}]\n"
        "    exchanges: [{question: Un ?, answer: Oui.}]\n",
    )

    assert [person.name for person in interview(loaded).portraits] == ["Zoé Martin"]


def test_no_pull_quote_is_lost(write_issue: WriteIssue, settings: Settings) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    pull_quotes: [un, deux, trois]\n    exchanges:\n"
        "      - {question: Un ?, answer: Oui., pull_quote: zéro}\n"
        "      - {question: Deux ?, answer: Non.}\n      - {question: Trois ?, answer: Si.}\n",
    )

    quotes = [quotes for _speaker, _exchange, quotes in interview(loaded).spoken]
    assert quotes == [("zéro",), ("un",), ("deux", "trois")]


def test_questions_and_answers_may_lie_in_a_file(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    (workspace / "issues/entretien.md").write_text(
        "## Pourquoi ?\n\nParce que.\n\nOui.\n\n### Un intertitre\n\nSuite.\n\n## Et ?\nRien.\n"
    )

    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    exchanges: {file: entretien.md}\n",
    )

    exchanges = interview(loaded).exchanges
    assert [(each.question, each.answer) for each in exchanges] == [
        ("Pourquoi ?", "Parce que.\n\nOui.\n\n### Un intertitre\n\nSuite."),
        ("Et ?", "Rien."),
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Bonjour.\n\n## Une question ?\n\nOui.\n", "does not start"),
        ("Pas de question.\n", "does not start"),
        ("## Une question ?\n\n## Une autre ?\n\nOui.\n", "Une question ?"),
    ],
)
def test_a_file_that_is_no_interview_is_told(
    text: str, word: str, write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    (workspace / "issues/entretien.md").write_text(text)

    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    exchanges: {file: entretien.md}\n",
    )

    (problem,) = loaded.problems
    assert problem.rule == "exchanges"
    assert word in problem.message + problem.hint


FAULTS = {
    "exchange without answer": (
        "  - kind: interview\n    title: a\n    exchanges:\n      - question: Quoi ?\n",
        (10, 9, "missing-key"),
        "answer",
    ),
    "speaker who is not among the people": (
        "  - kind: interview\n    title: a\n    people: [Zoé Martin]\n    exchanges:\n"
        "      - {question: Quoi ?, answer: Rien., speaker: Zoé Marin}\n",
        (11, 52, "speaker"),
        "Zoé Martin",
    ),
    "speaker whose name stands in the question too": (
        "  - kind: interview\n    title: a\n    people: [Zoé Martin]\n    exchanges:\n"
        "      - {question: Bob est-il là ?, answer: Rien., speaker: Bob}\n",
        (11, 61, "speaker"),
        "Zoé Martin",
    ),
    "organisation that the settings lack": (
        "  - kind: organisation\n    name: Cigref\n",
        (8, 11, "settings-name"),
        "newsletter.yaml",
    ),
    "sheet that the settings lack": (
        "  - kind: interview\n    title: a\n    about: [Cigref]\n    exchanges:\n"
        "      - {question: Quoi ?, answer: Rien.}\n",
        (9, 13, "settings-name"),
        "newsletter.yaml",
    ),
    "recap that ends before it begins": (
        "  - kind: event-recap\n    title: a\n    body: b\n    date: 2025-01-03\n"
        "    end: 2025-01-02\n",
        (11, 10, "event-ends-early"),
        "date",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_at_its_place(
    case: str, write_issue: WriteIssue, with_sheets: Settings
) -> None:
    items, (line, column, rule), word = FAULTS[case]

    loaded = load(write_issue, with_sheets, items)

    (problem,) = loaded.problems
    assert (problem.position.line, problem.position.column, problem.rule) == (line, column, rule)
    assert word in problem.message + problem.hint


@pytest.mark.parametrize("name", ["medef", "Medef", "mouvement des entreprises de france"])
def test_a_name_stands_for_the_sheet_that_the_settings_have(
    name: str, write_issue: WriteIssue, with_sheets: Settings
) -> None:
    loaded = load(
        write_issue,
        with_sheets,
        f"  - {{kind: organisation, id: fiche, name: {name}}}\n"
        f"  - kind: interview\n    title: a\n    about: [{name}]\n    exchanges:\n"
        "      - {question: Quoi ?, answer: Rien.}\n",
    )

    assert loaded.problems == ()
    assert loaded.issue is not None
    sheet, talk = loaded.issue.all_items
    assert isinstance(sheet, OrganisationItem)
    assert isinstance(talk, Interview)
    assert (sheet.id, sheet.missions) == ("fiche", ("Représenter",))
    assert {key: getattr(sheet, key) for key in vars(talk.about[0])} == vars(talk.about[0])
    assert talk.about[0].name == "Mouvement des entreprises de France"


def test_of_people_at_fault_nobody_is_unknown(write_issue: WriteIssue, settings: Settings) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [{nom: Zoé Martin}]\n    exchanges:\n"
        "      - {question: Quoi ?, answer: Rien., speaker: Zoé Martin}\n",
    )

    assert [each.rule for each in loaded.problems] == ["unknown-key"]


def test_of_two_people_of_one_name_the_first_speaks(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "  - kind: interview\n    title: a\n    people: [Zoé Martin, Zoé Martin]\n    exchanges:\n"
        "      - {question: Quoi ?, answer: Rien., speaker: Zoé Martin}\n",
    )

    assert loaded.problems == ()
