"""What was to be replaced: notes to oneself, the example, what an earlier issue had."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.checks.reading import EarlierIssue
from newsletter.checks.rules.leftover import OF_RELEASES, examples_apart, settings_problems
from newsletter.commands.new import STARTER, first_issue
from newsletter.problems.problem import Level, Problem
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.checks.conftest import HEAD, ITEM, RELEASE, Check, change_settings
from tests.conftest import SAYS_IT_IS_AN_EXAMPLE, new_workspace


def text(words: str) -> str:
    return f"  - kind: text\n    body: |\n      {words}\n"


LEFT = [
    "TODO",
    "XX",
    "xxx",
    "[à définir]",
    "[lieu à confirmer]",
    "(chiffre à compléter)",
    "TBD",
    "lorem ipsum",
    "[date]",
    "[tbc]",
    "[insérer le lien]",
    "???",
]


@pytest.mark.parametrize("words", LEFT)
def test_a_note_to_oneself_is_found_where_it_stands(words: str, check: Check) -> None:
    (problem,) = check("leftover-text", text(f"Voici {words} !"))

    assert problem.position == (9, 13)
    assert problem.message == f"'{words}' is a placeholder"


def test_a_line_that_says_only_what_is_to_be_done_is_found(check: Check) -> None:
    (problem,) = check("leftover-text", text("À compléter"))

    assert problem.position == (9, 7)


@pytest.mark.parametrize(
    "words",
    [
        "un dossier à compléter avant mardi",
        "le programme (à venir)",
        "une salle (lieu à confirmer)",
        "[date](https://a.fr)",
        "au XXe siècle",
        "le XXIe",
        "[la date](https://a.fr)",
        "`TODO`",
        "un taux (à 2 %)",
        "Vraiment ??",
        "« un essai […] qui dure » ou [...]",
        "todo",
    ],
)
def test_ordinary_french_passes(words: str, check: Check) -> None:
    assert check("leftover-text", text(f"Voici {words}")) == []


@pytest.fixture(name="workspace", autouse=True)
def make_workspace_as_init_leaves_it(workspace: Path) -> Path:
    change_settings(workspace, SAYS_IT_IS_AN_EXAMPLE.decode(), "")
    return workspace


def settings_of(workspace: Path) -> Settings:
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


def lines_of(workspace: Path, **to: bool) -> list[str]:
    """Return the lines of the settings and the theme that are told."""
    problems = settings_problems(settings_of(workspace), **to)
    return [
        each.path.read_text("utf-8").splitlines()[each.position.line - 1].strip()
        for each in problems
    ]


def test_what_only_releases_show_keeps_no_newsletter(workspace: Path) -> None:
    settings = settings_of(workspace)

    found = list(settings_problems(settings, to_members=True, not_shown=OF_RELEASES))

    told = {each.level: each.message for each in found}
    assert set(told) == {Level.ERROR, Level.WARNING}
    assert told[Level.WARNING] == "'presse@example.org' is still the example"


def test_a_sentence_of_the_example_is_told(check: Check) -> None:
    head = HEAD.replace(
        "Une accroche, qui dit autre chose", "Ce que nous avons défendu pour vous, en trois minutes"
    )

    (problem,) = check("starter-text", ITEM, head=head)

    assert problem.position == (3, 12)


def test_a_paragraph_of_the_example_is_told_in_a_text_of_one_s_own(check: Check) -> None:
    left = "Ce que nous sommes allés dire. Une ligne vide fait un nouveau paragraphe."
    body = f"Notre texte.\n\n      {left}"

    (problem,) = check("starter-text", f"  - kind: text\n    body: |\n      {body}\n")

    assert problem.position == (11, 7)


def test_a_release_is_held_to_its_own_example(check: Check) -> None:
    lead = "L'association ouvre ce lundi un programme qui formera 500 personnes en trois ans."

    (problem, contact) = check("starter-text", "", head=RELEASE.replace("Le chapô.", lead))

    assert problem.position.line == 6
    assert contact.position.line == 9  # the settings' contact, who is nobody


def test_the_nobody_of_the_example_is_told(check: Check) -> None:
    (problem,) = check("starter-text", "  - {kind: person, name: Prénom Nom}\n")

    assert problem.position == (7, 26)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_item_of_the_example_is_told(language: str, check: Check) -> None:
    starter = first_issue("newsletter", language, title=None, day=date(2025, 1, 6))
    starter += f"language: {language}\n"

    told = {problem.position.line for problem in check("starter-text", "", head=starter)}

    lines = starter.splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line.startswith("      - kind:")]
    ends = [*starts[1:], len(lines)]
    silent = [
        lines[start - 1]
        for start, end in zip(starts, ends, strict=True)
        if not any(start <= line < end for line in told)
    ]
    assert silent == []
    assert len(told) > 5


def test_an_address_that_is_nobody_s_is_told(check: Check) -> None:
    body = "[notre étude](https://www.example.org/etude), [une autre](https://etudes.fr/2)."

    (problem,) = check("starter-text", f'  - {{kind: text, body: "{body}"}}\n')

    assert "www.example.org" in problem.message


# Headings, and a button's words, may stay over what is one's own; people are told by their names.
MAY_STAY = (
    "title: (?:À lire aussi|À retenir|À vos agendas|Le secteur en chiffres|Nos rendez-vous"
    "|Further reading|In brief|Our meetings|Save the date|The sector in figures)"
    "|label: (?:Écrivez-nous|Lire l'étude|Write to us|Read the study)"
    "|place: (?:Paris|London)|role: (?:présidente de l'association|chair of the association)"
)
NO_WORDS = (
    "#|series:|kind:|date:|number:|start:|end:|value:|embargo:|sections:|items:|figures:|events:|links:"
    "|button:|quotes:|boilerplates:|contacts:|language:|\\w+: \\||.*[(][(]|$"
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["newsletter", "press-release"])
def test_all_that_a_reader_would_see_of_the_example_is_told(
    kind: str, language: str, check: Check
) -> None:
    starter = first_issue(kind, language, title=None, day=date(2025, 1, 6))
    starter = starter.replace("[press]", "[presse]") + f"language: {language}\n"

    told = {problem.position.line for problem in check("starter-text", "", head=starter)}

    silent = [
        line
        for number, line in enumerate(starter.splitlines(), 1)
        if number not in told and not re.match(rf"[ -]*(?:{NO_WORDS}|{MAY_STAY})", line)
    ]
    assert silent == []


def test_each_sentence_is_told_that_was_left_beside_one_s_own(check: Check) -> None:
    left = "Une ligne vide fait un nouveau paragraphe.", "une liste commence par un tiret ;"

    told = check("starter-text", text("Notre texte. {}\n\n      - {}".format(*left)))
    (glued,) = check("starter-text", text(f"Notre texte {left[0]}"))

    assert [problem.position for problem in told] == [(9, 20), (11, 9)]
    assert glued.message == "'Une ligne vide fait un nouveau…' is still the example"


def test_a_series_may_be_called_as_the_example_s_and_a_title_as_its_series(check: Check) -> None:
    head = HEAD.replace("Le titre", "Les coulisses")

    assert check("starter-text", ITEM, head=f"series: Les coulisses\n{head}") == []


@pytest.mark.parametrize("words", ["À lire aussi", "Le secteur en chiffres", "Nos rendez-vous"])
def test_ordinary_titles_of_the_example_pass(words: str, check: Check) -> None:
    assert check("starter-text", ITEM, head=HEAD.replace("Le titre", words)) == []


def test_it_is_a_warning_and_an_error_once_members_would_read_it(check: Check) -> None:
    nobody = "  - {kind: person, name: Prénom Nom}\n"

    (warned,) = check("starter-text", nobody)
    (refused,) = check("starter-text", nobody, to_members=True)

    assert warned.level is Level.WARNING
    assert refused.level is Level.ERROR


def test_settings_that_nobody_filled_in_are_told_value_by_value(workspace: Path) -> None:
    told = lines_of(workspace)

    assert told[0] == "name: Mon association"
    assert told[-1] == "logo: logo.png  # une image posée dans assets/"
    assert "email: lettre@example.org" in told
    assert "mailto: desinscription@example.org" in told
    assert "phone: 01 99 00 00 00" in told
    may_stay = ("language", "timezone", "why", "role")
    assert [line for line in told if line.startswith(may_stay)] == []
    # The sample recipient is made up.
    assert [line for line in told if "camille.durand" in line] == []


def test_settings_that_were_filled_in_are_not_told(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    mine = {
        "Mon association": "Les Amis du vélo",
        "1 rue de l'Exemple": "12 rue des Lilas",
        "75000 Paris": "35000 Rennes",
        "example.org": "amisduvelo.fr",
        "company/example": "company/amisduvelo",
        "Prénom Nom": "Anne Le Goff",
        "01 99 00 00 00": "02 99 00 00 01",
    }
    for old, new in mine.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    (workspace / "assets/logo.png").write_bytes((workspace / "assets/logo.png").read_bytes() + b" ")

    assert lines_of(workspace) == []


def test_what_the_english_example_may_keep_is_not_told(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "letter", "en")
    change_settings(workspace, SAYS_IT_IS_AN_EXAMPLE.decode(), "")
    path = workspace / "newsletter.yaml"
    # Whoever tries the program out has an address of their own that is reserved for that.
    path.write_text(path.read_text("utf-8").replace("example.org", "workshops.example"), "utf-8")

    told = lines_of(workspace, to_members=True)

    assert [line for line in told if "clients" in line or "workshops.example" in line] == []
    assert "name: My association" in told


def test_settings_that_say_they_are_an_example_are_not_told(workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    path.write_bytes(path.read_bytes() + SAYS_IT_IS_AN_EXAMPLE)

    assert lines_of(workspace, to_members=True) == []


def test_many_are_told_in_one_sentence_and_a_few_at_their_lines(workspace: Path) -> None:
    many = list(settings_problems(settings_of(workspace)))
    other = Problem(many[0].path, many[0].position, "autre", "", "date")

    left, sentence = examples_apart([*many, other])
    few, silence = examples_apart(many[:3])

    assert left == [other]
    place = many[0].position.in_file(str(workspace / "newsletter.yaml"))
    command = "for all: newsletter check --all-problems"
    assert sentence == f"{len(many)} texts are still the example, the first at {place}; {command}"
    assert (few, silence) == (many[:3], "")


def test_the_starter_files_have_their_events_ahead_of_them_on_any_day() -> None:
    for day in (date(2024, 2, 29), date(2026, 11, 28), date(2031, 7, 1)):
        for path in STARTER.glob("*.??.yaml"):
            if path.name.startswith(("settings", "theme")):
                continue
            kind, language, _suffix = path.name.split(".")
            text = first_issue(kind, language, title=None, day=day)
            starts = [line.split()[-2] for line in text.splitlines() if " start: " in line]
            assert f"\ndate: {day.isoformat()}\n" in text
            past = [start for start in starts if date.fromisoformat(start) <= day]
            assert past == [], (path.name, day)


def test_the_example_s_logo_is_found_in_the_theme_too(workspace: Path) -> None:
    theme = workspace / "assets/theme.yaml"
    theme.write_text("look: plain\nlogo: {file: logo.png}\n")
    settings = load_settings(workspace).settings
    assert settings is not None

    places = {(each.path.name, each.position.line) for each in settings_problems(settings)}

    assert ("theme.yaml", 2) in places


INTRODUCTION = "Ce mois-ci, nous avons rencontré trois ministères et un Parlement, à Bruxelles."
MAY = EarlierIssue(
    Path("2024-12-coulisses.yaml"),
    date(2024, 12, 1),
    frozenset(),
    frozenset({INTRODUCTION, "Une accroche", "À bientôt !"}),
)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (f"introduction: |\n  {INTRODUCTION}\n", 6),
        (f"introduction:\n  signature: Prénom Nom\n  text: {INTRODUCTION}\n", 8),
    ],
    ids=["alone", "signed"],
)
def test_last_month_s_introduction_is_found(written: str, line: int, check: Check) -> None:
    head = HEAD.replace("items:", f"{written}items:")

    (problem,) = check("recycled-text", ITEM, head=head, earlier=[MAY])

    assert problem.position.line == line
    assert problem.message == "this text is already used in 2024-12-coulisses.yaml"


def test_last_month_s_preheader_is_found(check: Check) -> None:
    head = HEAD.replace("Une accroche, qui dit autre chose", "Une accroche")

    (problem,) = check("recycled-text", ITEM, head=head, earlier=[MAY])

    assert problem.position.line == 3


def test_a_short_goodbye_may_come_back(check: Check) -> None:
    head = HEAD.replace("items:", "closing: À bientôt !\nitems:")

    assert check("recycled-text", ITEM, head=head, earlier=[MAY]) == []


LINK = "  - kind: links\n    links:\n      - {{title: Page, url: '{url}'}}\n"


def earlier(*addresses: str, month: int = 12) -> EarlierIssue:
    return EarlierIssue(Path(f"2024-{month}.yaml"), date(2024, month, 1), frozenset(addresses))


def test_a_page_of_last_month_is_found(check: Check) -> None:
    last = [earlier("a.fr/etude-2024")]

    (problem,) = check("already-sent", LINK.format(url="https://a.fr/etude-2024"), earlier=last)

    assert problem.level is Level.ADVICE
    assert problem.position == (9, 29)
    assert "2024-12.yaml" in problem.message


def test_the_same_page_with_another_source_of_visits_is_found(check: Check) -> None:
    url = "https://www.a.fr/etude-2024/?utm_source=lettre#suite"

    assert check("already-sent", LINK.format(url=url), earlier=[earlier("a.fr/etude-2024")])


BODY = " ".join(["Une délégation a rencontré le ministre et lui a remis nos propositions."] * 4)


def test_a_body_of_last_month_is_found(check: Check) -> None:
    december = replace(MAY, texts=frozenset({BODY}))
    items = f"  - kind: text\n    body: |\n      {BODY}\n"

    (problem,) = check("recycled-text", items, earlier=[december])

    assert problem.position.line == 8


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.fr/etude-2025", "a.fr/etude-2024"),
        ("https://a.fr/", "a.fr"),
        ("https://www.linkedin.com/company/example", "linkedin.com/company/example"),
        ("mailto:contact@a.fr", "mailto:contact@a.fr"),
    ],
)
def test_no_story_twice_passes(url: str, address: str, check: Check) -> None:
    assert check("already-sent", LINK.format(url=url), earlier=[earlier(address)]) == []


def test_an_address_that_stands_in_many_issues_passes(check: Check) -> None:
    issues = [earlier("a.fr/adherer", month=month) for month in (9, 10, 11)]

    item = LINK.format(url="https://a.fr/adherer")

    assert check("already-sent", item, earlier=issues) == []
