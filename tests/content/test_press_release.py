"""Press releases as files: what they must say, what the settings know, what is refused."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.content.press_release import PressRelease
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings

WriteIssue = Callable[[str | bytes], Path]
RELEASE = """\
kind: press-release
headline: Un fait
date: 2025-03-03
place: Paris
embargo: 2025-03-04 06:00
lead: Qui, quoi, quand.
body: Le corps.
quotes: [{text: Des mots, author: Zoé Martin}]
boilerplates: [association]
contacts: [presse]
"""


def load(write_issue: WriteIssue, settings: Settings, old: str, new: str) -> LoadedIssue:
    assert old in RELEASE
    return load_issue(write_issue(RELEASE.replace(old, new)), settings)


def released(loaded: LoadedIssue) -> PressRelease:
    assert loaded.problems == ()
    assert isinstance(loaded.issue, PressRelease)
    return loaded.issue


def test_names_stand_for_what_the_settings_have_under_them(
    write_issue: WriteIssue, settings: Settings
) -> None:
    release = released(load(write_issue, settings, "[presse]", "[Presse]"))

    assert release.boilerplates == (settings.boilerplates["association"],)
    assert release.contacts == (settings.contacts["presse"],)


@pytest.mark.parametrize(
    "dateline", ["PARIS, le 3 mars 2025 –", "Paris –", "**Paris** -", "(Paris) :"]
)
def test_a_dateline_typed_in_the_lead_is_not_doubled(
    dateline: str, write_issue: WriteIssue, settings: Settings
) -> None:
    typed = f"'{dateline} Qui, quoi, quand.'"

    release = released(load(write_issue, settings, "Qui, quoi, quand.", typed))

    assert release.lead == "Qui, quoi, quand."


def test_a_boilerplate_and_a_contact_may_stand_in_place(
    write_issue: WriteIssue, settings: Settings
) -> None:
    text = RELEASE.replace("[association]", "[{title: Nous, text: Une association.}]")
    text = text.replace("[presse]", "[{name: Ana, phone: 01 99 00 00 01}]")

    release = released(load_issue(write_issue(text), settings))

    assert release.boilerplates[0].title == "Nous"
    assert release.contacts[0].phone == "01 99 00 00 01"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-03-04 06:00", datetime(2025, 3, 4, 6, tzinfo=ZoneInfo("Europe/Paris"))),
        ("4 mars 2025 à 6 h", datetime(2025, 3, 4, 6, tzinfo=ZoneInfo("Europe/Paris"))),
        (
            "mardi 4 mars 2025 à 6 h 00 (heure de Paris)",
            datetime(2025, 3, 4, 6, tzinfo=ZoneInfo("Europe/Paris")),
        ),
        (
            "2025-10-26 02:30+01:00",
            datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris")),
        ),
        (
            "2025-03-04 06:00+04:00",
            datetime(2025, 3, 4, 3, tzinfo=ZoneInfo("Europe/Paris")),
        ),
        ("none", None),
        ("aucun", None),
    ],
)
def test_an_embargo_is_an_hour_or_none(
    typed: str, expected: datetime | None, write_issue: WriteIssue, settings: Settings
) -> None:
    release = released(load(write_issue, settings, "2025-03-04 06:00", typed))

    assert release.embargo == expected
    assert getattr(release.embargo, "tzinfo", None) == getattr(expected, "tzinfo", None)


FAULTS = {
    "no contact": ("contacts: [presse]\n", "", "missing-key", 1, "contacts"),
    "empty contacts": ("[presse]", "[]", "empty", 10, "contacts"),
    "no dateline": ("place: Paris\n", "", "missing-key", 1, "place"),
    "no boilerplate": ("boilerplates: [association]\n", "", "missing-key", 1, "boilerplates"),
    "no embargo": ("embargo: 2025-03-04 06:00\n", "", "missing-key", 1, "embargo"),
    "embargo without hour": ("04 06:00", "04", "embargo", 5, "2025-03-04 06:00"),
    "embargo in words": ("2025-03-04 06:00", "demain", "embargo", 5, "none"),
    "early embargo": ("2025-03-04 06:00", "2025-03-02 06:00", "embargo", 5, "2025-03-02"),
    "unknown boilerplate": ("[association]", "[asociation]", "settings-name", 9, "'association'"),
    "unknown contact": ("[presse]", "[marie]", "settings-name", 10, "presse"),
    "French key": ("lead:", "chapô:", "unknown-key", 6, "'lead'"),
    "French title": ("headline:", "titre:", "unknown-key", 2, "'headline'"),
    "French kind": ("press-release", "communiqué", "unknown-kind", 1, "'press-release'"),
    "empty body": ("body: Le corps.", "body: []", "empty", 7, "body"),
    "unknown kind in body": ("Le corps.", "[{kind: txt, body: x}]", "unknown-kind", 7, "'text'"),
    "unknown key in body": ("Le corps.", "[{kind: text, body: a, titre: b}]", "unknown-key", 7,
                            "'title'"),
    "twins in body": ("Le corps.", "[{kind: text, id: a, body: a}, {kind: text, id: a, body: b}]",
                      "id", 7, "'a'"),
    "medium without place": ("quotes:", "media: [{title: a, credit: b, rights: c}]\nquotes:",
                             "picture", 8, "url"),
    "medium without rights": ("quotes:", "media: [{title: a, url: 'https://a.fr/b', credit: b}]\n"
                              "quotes:", "missing-key", 8, "rights"),
    "merge field in the lead": ("Qui,", "((first name)),", "merge-field", 6, "note"),
    "no way to reach": ("[presse]", "[{name: Jean}]", "contact", 10, "phone: …"),
    "an hour left out": ("2025-03-04 06:00", "2025-03-30 02:30", "date", 5, "forward"),
    "an hour that comes twice": ("2025-03-04 06:00", "2025-10-26 02:30", "date", 5, "twice"),
    "another city's hour": ("2025-03-04 06:00", "4 mars 2025 à 6h30 (heure de New York)", "date", 5,
                            "in Paris"),
    "a city alone": ("2025-03-04 06:00", "2025-03-04 06:00 (New York)", "date", 5, "in Paris"),
    "Londres": ("2025-03-04 06:00", "2025-03-04 06:00, heure de Londres", "date", 5, "in Paris"),
    "words after the hour": ("06:00", "06:00 (heure locale)", "date", 5, "heure locale"),
    "another weekday": ("2025-03-04 06:00", "lundi 4 mars 2025 à 6h", "date", 5, "mardi"),
    "another weekday of the release": ("2025-03-03", "jeudi 3 mars 2025", "date", 3, "lundi"),
    "another place in the lead": ("lead: ", "lead: Toulouse, le 3 mars 2025 – ", "dateline",
                                  6, "place:"),
    "body as mapping": ("Le corps.", "{kind: text, body: a}", "shape", 7, "'- '"),
    "a text among items": ("Le corps.", "[Un texte]", "shape", 7, "kind: …"),
    "a name alone": ("[association]", "association", "shape", 9, "start each entry"),
    "sender": ("place: Paris", "place: Paris\nsender: nord", "sender", 5, "default"),
    "newsletter's key": ("place: Paris", "place: Paris\nsections: []", "unknown-key", 5,
                         "sections"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_at_its_line(
    case: str, write_issue: WriteIssue, settings: Settings
) -> None:
    old, new, rule, line, word = FAULTS[case]

    loaded = load(write_issue, settings, old, new)

    (problem,) = loaded.problems
    assert loaded.issue is None
    assert (problem.rule, problem.position.line) == (rule, line)
    assert word in f"{problem.message} {problem.hint}"


def test_a_file_of_neither_kind_is_told_both(write_issue: WriteIssue, settings: Settings) -> None:
    loaded = load(write_issue, settings, "press-release", "roman")

    problem = next(each for each in loaded.problems if each.rule == "unknown-kind")
    assert problem.position == (1, 7)
    assert "newsletter, press-release" in problem.hint


def test_the_note_and_the_inbox_may_name_the_reader(
    write_issue: WriteIssue, settings: Settings
) -> None:
    named = "note: ((first name))\nsubject: ((first name))\npreheader: ((first name))\nlead"

    loaded = load(write_issue, settings, "lead", named)

    assert loaded.problems == ()


TRANSLATIONS = {
    "nowhere": ("absent", "en", "there is no issue 'absent'"),
    "itself": ("essai", "fr", "own translation"),
    "the same language": ("autre", "fr", "same language"),
    "outside": ("../autre", "en", "there is no issue"),
    "a very long name": ("a" * 300, "en", "there is no issue"),
}


@pytest.mark.parametrize("case", TRANSLATIONS)
def test_a_translation_that_leads_nowhere_is_told(
    case: str, write_issue: WriteIssue, settings: Settings
) -> None:
    name, language, words = TRANSLATIONS[case]
    other = settings.workspace / "issues/autre.yaml"
    other.write_text(RELEASE.replace("place", f"language: {language}\nplace"))

    loaded = load(write_issue, settings, "place", f"translation_of: {name}\nplace")

    (problem,) = loaded.problems
    assert (problem.rule, problem.position.line) == ("translation", 4)
    assert words in problem.message


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ("none", "2025-03-04 06:00", 1),
        ("none", '"mardi 4 mars 2025 à 6 h 00 (heure de Paris)"', 1),
        ("none", "2025-03-03 06:00", 0),  # out on the day on which it ends
        ("none", "2025-02-31 06:00", 0),  # told there
        ("2025-03-04 06:00", "2025-03-04 06:00", 0),
        ("2025-03-04 06:00", "none", 0),
    ],
)
def test_a_link_to_a_translation_under_embargo_is_told(
    ours: str, theirs: str, told: int, write_issue: WriteIssue, settings: Settings
) -> None:
    other = settings.workspace / "issues/autre.yaml"
    english = RELEASE.replace("embargo: 2025-03-04 06:00", f"embargo: {theirs}")
    other.write_text(english.replace("place", "language: en\nplace"))

    write_issue(
        RELEASE.replace("embargo: 2025-03-04 06:00", f"embargo: {ours}\ntranslation_of: autre")
    )
    loaded = load_issue(settings.workspace / "issues/essai.yaml", settings)

    words = "'autre' is under embargo, and this issue would link to it"
    assert [problem.message for problem in loaded.problems] == [words] * told


def test_two_files_may_name_each_other(write_issue: WriteIssue, settings: Settings) -> None:
    other = settings.workspace / "issues/autre.yaml"
    other.write_text(RELEASE.replace("place", "language: en\ntranslation_of: essai\nplace"))

    loaded = load(write_issue, settings, "place", "translation_of: autre\nplace")

    assert loaded.problems == ()
    assert load_issue(other, settings).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("body: Le corps.", "body: {file: texts/corps.md}", 7), ("[association]", "[pour]", 9)],
)
def test_a_merge_field_from_a_file_or_the_settings_is_told_too(
    old: str, new: str, line: int, write_issue: WriteIssue, workspace: Path
) -> None:
    (workspace / "issues/texts").mkdir()
    (workspace / "issues/texts/corps.md").write_text("Bonjour ((first name | à vous)).")
    path = workspace / "newsletter.yaml"
    pour = "boilerplates:\n  pour: {title: a, text: Pour ((email)).}\n"
    path.write_text(path.read_text().replace("boilerplates:\n", pour))
    settings = load_settings(workspace).settings
    assert settings is not None

    loaded = load(write_issue, settings, old, new)

    (problem,) = loaded.problems
    assert (problem.rule, problem.position.line) == ("merge-field", line)


def test_a_release_without_kind_is_read_as_one(write_issue: WriteIssue, settings: Settings) -> None:
    loaded = load(write_issue, settings, "kind: press-release\n", "")

    assert [problem.rule for problem in loaded.problems] == ["missing-key"]
    assert "'kind'" in loaded.problems[0].message


def test_no_part_of_a_release_is_for_some_alone(write_issue: WriteIssue, workspace: Path) -> None:
    path = workspace / "newsletter.yaml"
    settings_text = path.read_text().replace("  columns:\n", "  columns:\n    profile: Profil\n")
    path.write_text(f"{settings_text}audiences: {{profile: [ESN]}}\n")
    settings = load_settings(workspace).settings
    assert settings is not None
    links = "links: [{title: a, url: 'https://a.fr', for: {profile: ESN}}]\nquotes:"

    loaded = load(write_issue, settings, "quotes:", links)

    (problem,) = loaded.problems
    assert (problem.rule, problem.position.line) == ("audience", 8)
    assert "same for everyone" in problem.message
