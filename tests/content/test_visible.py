"""Who sees what of an issue, and how many different mails it makes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.issue import Newsletter
from newsletter.content.loading import load_issue
from newsletter.content.visible import visible
from newsletter.rendering.document import render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.audiences import Audience
from newsletter.values.model import replaced
from tests.conftest import HEAD

BRETON: Audience = {"delegation": ("Bretagne",), "profile": ("ESN",)}
NOBODY: Audience = {}
ReadIssue = Callable[[str], Newsletter]


@pytest.fixture(name="settings")
def settings_with_audiences(workspace: Path) -> Settings:
    path = workspace / "newsletter.yaml"
    columns = "    first name: Prénom\n    delegation: Délégation\n    profile: Profil\n"
    typed = path.read_text("utf-8").replace("    first name: Prénom\n", columns)
    audiences = "{delegation: [Bretagne, Grand Est, La Réunion], profile: [ESN, start-up]}"
    path.write_text(f"{typed}\naudiences: {audiences}\n", "utf-8")
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


@pytest.fixture(name="read")
def make_read(write_issue: Callable[[str], Path], settings: Settings) -> ReadIssue:
    def read(text: str) -> Newsletter:
        loaded = load_issue(write_issue(HEAD + text), settings)
        assert loaded.problems == ()
        assert loaded.issue is not None
        return loaded.issue

    return read


def is_seen(issue: Newsletter, audience: Audience) -> bool:
    return "essai-seul" in str(visible(issue, audience).issue)


RULES = {
    "for one of the values": ("for: {delegation: [Bretagne, Grand Est]}", BRETON, True),
    "for another value": ("for: {delegation: Grand Est}", BRETON, False),
    "for both keys": ("for: {delegation: Bretagne, profile: ESN}", BRETON, True),
    "for one key of two": ("for: {delegation: Bretagne, profile: start-up}", BRETON, False),
    "for, of nobody known": ("for: {delegation: Bretagne}", NOBODY, False),
    "not for one of the values": ("not_for: {delegation: [Bretagne, Grand Est]}", BRETON, False),
    "not for one value, its key spelt in two ways": (
        "not_for: {delegation: Bretagne, Delegation: Grand Est}",
        BRETON,
        False,
    ),
    "not for another value": ("not_for: {delegation: Grand Est}", BRETON, True),
    "not for both keys": ("not_for: {delegation: Bretagne, profile: ESN}", BRETON, False),
    "not for one key of two": ("not_for: {delegation: Bretagne, profile: start-up}", BRETON, True),
    "not for, of nobody known": ("not_for: {delegation: Bretagne}", NOBODY, True),
    "for and not for": (
        "for: {delegation: Bretagne}, not_for: {profile: ESN}",
        BRETON,
        False,
    ),
    "other spelling": ("for: {Délégation: la reunion}", {"delegation": ("La Réunion",)}, True),
    "Word's hyphen": ("for: {profile: start\u2011up}", {"profile": ("start-up",)}, True),
    "one of several of theirs": (
        "for: {profile: start-up}",
        {"profile": ("ESN", "start-up")},
        True,
    ),
    "no rule": ("id: x", NOBODY, True),
}


@pytest.mark.parametrize("case", RULES)
def test_a_part_is_seen_by_whom_it_is_for(case: str, read: ReadIssue) -> None:
    rule, audience, expected = RULES[case]

    item = read(f"items:\n  - {{kind: text, body: essai-seul, {rule}}}\n")
    section = read(f"sections:\n  - {{items: [{{kind: text, body: essai-seul}}], {rule}}}\n")

    assert is_seen(item, audience) is expected
    assert is_seen(section, audience) is expected


def test_an_item_is_seen_where_its_section_is_and_itself(read: ReadIssue) -> None:
    issue = read(
        "sections:\n  - for: {delegation: Bretagne}\n"
        "    items: [{kind: text, body: essai-seul, for: {profile: ESN}}]\n"
    )

    assert is_seen(issue, BRETON)
    assert not is_seen(issue, {"profile": ("ESN",)})
    assert not is_seen(issue, {"delegation": ("Bretagne",)})


KINDS = {
    "behind-the-scenes": "title: t, body: b",
    "article": "title: t, body: b",
    "interview": "title: t, exchanges: [{question: q, answer: a}]",
    "event-recap": "title: t, body: b",
    "person": "name: n",
    "organisation": "name: n, phone: '1'",
    "text": "body: b",
    "key-figures": "figures: [{value: 1, label: l}]",
    "quote": "text: t, author: a",
    "links": "links: [{title: t, url: 'https://x.fr'}]",
    "agenda": "events: [{title: t, start: 2025-01-06}]",
    "picture": "file: photo.png, decorative: true",
    "call-to-action": "label: l, url: 'https://x.fr'",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_can_be_for_some(kind: str, read: ReadIssue) -> None:
    issue = read(
        f"items:\n  - {{kind: {kind}, {KINDS[kind]}, for: {{delegation: Bretagne}}}}\n"
        "  - {kind: text, body: b, not_for: {delegation: Bretagne}}\n"
    )

    assert visible(issue, BRETON).item_locs == (("items", 0),)
    assert visible(issue, NOBODY).item_locs == (("items", 1),)


SECTIONS = """\
sections:
  - {title: Vide, items: [{kind: text, body: b, for: {delegation: Grand Est}}]}
  - title: Pleine
    items:
      - {kind: text, body: b, for: {delegation: Grand Est}}
      - kind: agenda
        events:
          - {title: e, start: 2025-01-06, for: {delegation: Grand Est}}
          - {title: f, start: 2025-01-06}
      - kind: agenda
        events: [{title: g, start: 2025-01-06, for: {delegation: Grand Est}}]
      - {kind: links, links: [{title: l, url: 'https://x.fr', not_for: {profile: ESN}}]}
      - kind: article
        title: t
        body: b
        links: [{title: l, url: 'https://x.fr', not_for: {profile: ESN}}]
        read_more: {title: l, url: 'https://x.fr', not_for: {profile: ESN}}
"""


def test_what_loses_all_that_it_holds_is_left_out_and_places_stay_those_of_the_file(
    read: ReadIssue,
) -> None:
    seen = visible(read(SECTIONS), BRETON)

    [section] = seen.issue.all_sections
    agenda, article = section.items
    assert section.title == "Pleine"
    assert [event.title for event in agenda.events] == ["f"]
    assert (article.links, article.read_more) == ((), None)
    assert seen.item_locs == (("sections", 1, "items", 1), ("sections", 1, "items", 4))
    assert seen.hidden == (
        ("sections", 0),
        ("sections", 1, "items", 0),
        ("sections", 1, "items", 1, "events", 0),
        ("sections", 1, "items", 2),
        ("sections", 1, "items", 3),
        ("sections", 1, "items", 4, "links", 0),
        ("sections", 1, "items", 4, "read_more"),
    )


def test_a_mail_shows_what_is_visible_in_both_parts_and_no_empty_heading(
    read: ReadIssue, settings: Settings
) -> None:
    document = render_document(read(SECTIONS), settings, BRETON)

    assert "Pleine" in document.html
    assert "Pleine" in document.text
    assert "Vide" not in document.html + document.text
    assert [span.loc for span in document.item_spans] == [
        ("sections", 1, "items", 1),
        ("sections", 1, "items", 4),
    ]


def test_merge_fields_of_what_is_hidden_are_not_the_document_s(
    read: ReadIssue, settings: Settings
) -> None:
    issue = read(
        "items:\n  - {kind: text, body: ((first name)), for: {delegation: Grand Est}}\n"
        "  - {kind: text, body: b}\n"
    )

    fields = render_document(issue, settings, BRETON).merge_fields.values()

    assert "first name" not in {field.name for field in fields}


FAULTS = {
    "unknown key": ("for: {delegaton: Bretagne}", (9, 11), "did you mean 'delegation'?"),
    "key that nothing is like": ("for: {ville: Rennes}", (9, 11), "delegation, profile"),
    "unknown value": ("for: {delegation: Bretange}", (9, 23), "did you mean 'Bretagne'?"),
    "unknown value of several": (
        "for: {delegation: [Bretagne, Corse]}",
        (9, 34),
        "allowed values: Bretagne, Grand Est, La Réunion",
    ),
    "several values as one": (
        "for: {delegation: bretagne et Grand Est}",
        (9, 23),
        "allowed values: Bretagne, Grand Est, La Réunion",
    ),
    "not_for too": ("not_for: {delegation: Corse}", (9, 27), "allowed values"),
    "text alone": ("for: Bretagne", (9, 10), "write {delegation: Bretagne}"),
    "nothing": ("for: {}", (9, 10), "write {delegation: Bretagne}"),
    "nothing behind it": ("for:", (9, 5), "'for' is empty"),
    "no value": ("for: {delegation: []}", (9, 23), "does not say who it is for"),
    "values without brackets": (
        "for: {delegation: Bretagne, Grand Est}",
        (9, 33),
        "several in brackets",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
@pytest.mark.parametrize("kind", ["text", "links"])
def test_what_names_nobody_is_told_at_its_place(
    case: str, kind: str, write_issue: Callable[[str], Path], settings: Settings
) -> None:
    rule, place, words = FAULTS[case]
    body = {"text": "body: b", "links": "links: [{title: t, url: 'https://x.fr'}]"}
    path = write_issue(f"{HEAD}items:\n  - kind: {kind}\n    {body[kind]}\n    {rule}\n")

    loaded = load_issue(path, settings)

    [problem] = loaded.problems
    assert loaded.issue is None
    assert (problem.position, problem.rule) == (place, "audience")
    assert words in f"{problem.message} {problem.hint}"


def test_without_audiences_in_the_settings_one_is_told_to_write_them(
    write_issue: Callable[[str], Path], workspace: Path, settings: Settings
) -> None:
    path = write_issue(f"{HEAD}for: {{delegation: x}}\nitems: [{{kind: text, body: b}}]\n")
    without = replaced(settings, audiences={})

    [problem] = load_issue(path, without).problems

    assert "audiences: in newsletter.yaml" in problem.hint
