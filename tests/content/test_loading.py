"""What a writer is told about an issue file: place, sentence, hint."""

import shutil
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.content.items import Article
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.settings.settings import Settings
from tests.conftest import HEAD, ROOT

WriteIssue = Callable[[str | bytes], Path]

START = f"{HEAD}items:\n"
TEXT_ITEM = "  - kind: text\n    body: Bonjour\n"


def load(write_issue: WriteIssue, settings: Settings, content: str | bytes) -> LoadedIssue:
    return load_issue(write_issue(content), settings)


def told(loaded: LoadedIssue) -> list[tuple[int, int, str]]:
    return [(each.position.line, each.position.column, each.rule) for each in loaded.problems]


def test_an_issue_without_problem_is_read_whole(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(write_issue, settings, START + TEXT_ITEM)

    assert loaded.problems == ()
    assert loaded.issue is not None
    assert loaded.issue.id == "essai"
    assert loaded.issue.date == date(2025, 1, 6)
    assert [item.kind for item in loaded.issue.all_items] == ["text"]


ITEM_FAULTS = {
    "unknown kind": (
        "  - kind: artcle\n    title: x\n    body: y\n",
        (7, 11, "unknown-kind"),
        "article",
    ),
    "French kind": (
        "  - kind: coulisses\n    title: x\n    body: y\n",
        (7, 11, "unknown-kind"),
        "behind-the-",
    ),
    "no kind": ("  - title: x\n    body: y\n", (7, 5, "missing-key"), "kind: "),
    "unknown key": ("  - kind: text\n    bdy: x\n    body: y\n", (8, 5, "unknown-key"), "'body'"),
    "French key": (
        "  - kind: text\n    titre: x\n    body: y\n",
        (8, 5, "unknown-key"),
        "'title'",
    ),
    "comma in braces": (
        "  - kind: article\n    body: x\n    title: t\n"
        "    button: {label: See it, in spring: Kendal, url: 'https://x.y'}\n",
        (10, 29, "unknown-key"),
        "label, url",
    ),
    "open brace": (
        "  - kind: article\n    button: {label: x, url: y\n    body: x\n    title: t\n",
        (8, 13, "unclosed-bracket"),
        "type } at the end",
    ),
    "missing key": ("  - kind: article\n    title: x\n", (7, 5, "missing-key"), "body: "),
    "list for a text": (
        "  - kind: text\n    title: [COMMUNIQUÉ]\n    body: x\n",
        (8, 12, "shape"),
        '"[COMMUNIQUÉ]"',
    ),
    "keys for a text": (
        "  - kind: text\n    title:\n      a: b\n    body: x\n",
        (9, 7, "shape"),
        "quotes",
    ),
    "text for a list": (
        "  - kind: links\n    links: https://example.org\n",
        (8, 12, "shape"),
        "- ",
    ),
    "text for an item": ("  - Bonjour\n", (7, 5, "shape"), "key: value"),
    "key without text": ("  - kind: text\n    body:\n", (8, 10, "empty"), "text"),
    "text for keys": (
        "  - kind: article\n    title: x\n    body: y\n    picture: photo.png\n",
        (10, 14, "shape"),
        'file: "photo.png"',
    ),
    "address for keys": (
        "  - kind: article\n    title: x\n    body: y\n    button: https://a.fr\n",
        (10, 13, "shape"),
        'url: "https://a.fr"',
    ),
    "list of one for keys": (
        "  - kind: article\n    title: x\n    body: y\n    button:\n      - label: a\n",
        (11, 7, "shape"),
        "on the line below, indented, write",
    ),
    "French status": (
        "  - kind: agenda\n    events:\n      - {title: a, start: 2025-01-02, status: annulé}\n",
        (9, 47, "unknown-value"),
        "'cancelled'",
    ),
    "empty list": ("  - kind: links\n    links: []\n", (8, 12, "empty"), "entry"),
    "empty text": ('  - kind: text\n    body: ""\n', (8, 11, "empty"), "text"),
    "date that does not exist": (
        "  - kind: article\n    title: x\n    body: y\n    date: 2025-02-30\n",
        (10, 11, "date"),
        "2025-02-28",
    ),
    "words for a date": (
        "  - kind: article\n    title: x\n    body: y\n    date: hier\n",
        (10, 11, "date"),
        "12/02/2025",
    ),
    "month that does not exist": (
        "  - kind: article\n    title: x\n    body: y\n    date: 12 brumaire 2025\n",
        (10, 11, "date"),
        "12 février 2025",
    ),
    "words for an hour": (
        "  - kind: agenda\n    events:\n      - {title: a, start: 2025-01-02 le soir}\n",
        (9, 27, "date"),
        "18:00",
    ),
    "offset that does not exist": (
        '  - kind: agenda\n    events:\n      - {title: a, start: "2025-01-02 18:00+99:00"}\n',
        (9, 27, "date"),
        "18:00",
    ),
    "words for a moment": (
        "  - kind: agenda\n    events:\n      - {title: a, start: bientôt}\n",
        (9, 27, "date"),
        "12/02/2025",
    ),
    "event whose days are in the wrong order": (
        "  - kind: agenda\n    events:\n      - {title: a, start: 2025-01-02, end: 2025-01-01}\n",
        (9, 44, "event-ends-early"),
        "start",
    ),
    "picture with a name that no disk takes": (
        f"  - kind: picture\n    file: {'a' * 300}.png\n    alt: x\n",
        (8, 11, "file-missing"),
        "assets/images/",
    ),
    "picture in other capitals than its file": (
        "  - kind: picture\n    file: Photo.PNG\n    alt: x\n",
        (8, 11, "file-missing"),
        "'photo.png'",
    ),
    "address that is none": (
        "  - kind: call-to-action\n    label: a\n    url: https://[1\n",
        (9, 10, "url"),
        "https://…",
    ),
    "key beside a file": (
        "  - kind: text\n    body: {file: a.md, titre: b}\n",
        (8, 11, "shape"),
        "quotes",
    ),
    "hour without its day": (
        "  - kind: agenda\n    events:\n      - title: a\n        start: 2025-01-02 18:00\n"
        "        end: 20:00\n",
        (11, 14, "date"),
        "write 2025-01-02 20:00",
    ),
    "hour at the end alone": (
        "  - kind: agenda\n    events:\n      - title: a\n        start: 2025-01-02\n"
        "        end: 2025-01-02 20:00\n",
        (11, 14, "event-hours"),
        "start:",
    ),
    "date with the name of another day": (
        "  - kind: article\n    title: x\n    body: y\n    date: jeudi 12 mars 2025\n",
        (10, 11, "date"),
        "mercredi",
    ),
    "an event at another city's hour": (
        "  - kind: agenda\n    events:\n      - title: x\n"
        "        start: 2025-03-12 18:00 (heure de New York)\n",
        (10, 16, "date"),
        "timezone: America/New_York",
    ),
    "a zone as its people call it": (
        "  - kind: agenda\n    events:\n      - title: x\n"
        "        start: 2025-03-12 18:00\n        timezone: La Réunion\n",
        (11, 19, "time-zone"),
        "Indian/Reunion",
    ),
    "a misspelt zone": (
        "  - kind: agenda\n    events:\n      - title: x\n"
        "        start: 2025-03-12 18:00\n        timezone: Indian/Renion\n",
        (11, 19, "time-zone"),
        "Indian/Reunion",
    ),
    "picture with words that says nothing": (
        "  - {kind: picture, file: photo.png, alt: x, decorative: true}\n",
        (7, 5, "alt"),
        "keep alt",
    ),
    "text cut after quotes": (
        '  - kind: text\n    title: "Coulisses" #12\n    body: x\n',
        (8, 24, "cut-by-hash"),
        "#12",
    ),
    "list cut after brackets": (
        "  - kind: behind-the-scenes\n    title: x\n    body: y\n    topics: [a, b] #c\n",
        (10, 20, "cut-by-hash"),
        "#c",
    ),
    "address of a page of nowhere": (
        "  - kind: call-to-action\n    label: a\n    url: /page\n",
        (9, 10, "url"),
        "the full address",
    ),
    "hour that does not exist": (
        "  - kind: agenda\n    events:\n      - {title: a, start: 2025-01-02 25:00}\n",
        (9, 27, "date"),
        "18:00",
    ),
    "event that ends before it starts": (
        "  - kind: agenda\n    events:\n      - title: a\n        start: 2025-01-02 18:00\n"
        "        end: 2025-01-02 17:00\n",
        (11, 14, "event-ends-early"),
        "start",
    ),
    "unknown status": (
        "  - kind: agenda\n    events:\n      - {title: a, start: 2025-01-02, status: complet}\n",
        (9, 47, "unknown-value"),
        "full",
    ),
    "picture that is missing": (
        "  - kind: picture\n    file: absente.png\n    alt: x\n",
        (8, 11, "file-missing"),
        "assets/images/",
    ),
    "picture outside the workspace": (
        "  - kind: picture\n    file: ../../../../etc/passwd\n    alt: x\n",
        (8, 11, "file-outside"),
        "copy",
    ),
    "picture without words": (
        "  - kind: picture\n    file: photo.png\n",
        (7, 5, "alt"),
        "decorative: true",
    ),
    "picture of no source": ("  - kind: picture\n    alt: x\n", (7, 5, "picture"), "file: "),
    "picture by url without size": (
        "  - kind: picture\n    url: https://example.org/a.png\n    alt: x\n",
        (7, 5, "picture"),
        "pixels",
    ),
    "size that is no number": (
        "  - kind: picture\n    url: https://a.fr/a.png\n    width: large\n    height: 0\n"
        "    alt: x\n",
        (9, 12, "number"),
        "600",
    ),
    "javascript link": (
        "  - kind: call-to-action\n    label: a\n    url: javascript:alert(1)\n",
        (9, 10, "url"),
        "https://",
    ),
    "data link": (
        "  - kind: call-to-action\n    label: a\n    url: data:text/html,x\n",
        (9, 10, "url"),
        "https://",
    ),
    "javascript link in a text": (
        "  - kind: text\n    body: |\n      Voir.\n\n      Ou [ici](javascript:alert(1)).\n",
        (11, 10, ""),
        "https://",
    ),
    "address without scheme": (
        "  - kind: call-to-action\n    label: a\n    url: www.example.org/a\n",
        (9, 10, "url"),
        "https://www.example.org/a",
    ),
    "address with spaces": (
        "  - kind: call-to-action\n    label: a\n    url: https://a.fr/mon fichier.pdf\n",
        (9, 10, "url"),
        "%20",
    ),
    "address without host": (
        "  - kind: call-to-action\n    label: a\n    url: https:///a\n",
        (9, 10, "url"),
        "https://…",
    ),
    "unknown merge field": (
        "  - kind: text\n    body: |\n      Bonjour,\n\n      ((prenom)) !\n",
        (11, 7, "merge-field"),
        "first name",
    ),
    "merge field of plain words": (
        "  - kind: text\n    body: Le plan ((voir plus bas)) suit.\n",
        (8, 19, "merge-field"),
        r"\((",
    ),
    "merge field that does not end": (
        "  - kind: text\n    title: Bonjour ((first name\n    body: x\n",
        (8, 20, "merge-field"),
        "))",
    ),
    "text file by its name alone": (
        "  - kind: text\n    body: texts/edito.md\n",
        (8, 11, "text-file"),
        "write {file: texts/edito.md}",
    ),
    "text file that is missing": (
        "  - kind: text\n    body: {file: texts/edito.md}\n",
        (8, 18, "file-missing"),
        "issues/",
    ),
    "id with a space": (
        "  - kind: text\n    id: mon texte\n    body: x\n",
        (8, 9, "id"),
        "hyphens",
    ),
    "id that stands twice, in quotes, and in words before": (
        "  - {kind: text, body: 'Un id: a.'}\n  - {kind: text, id: 'a', body: x}\n"
        "  - {kind: text, id: 'a', body: x}\n",
        (9, 18, "id"),
        "its own",
    ),
    "id that stands twice": (
        "  - {kind: text, id: a, body: x}\n  - {kind: text, id: a, body: x}\n",
        (8, 18, "id"),
        "its own",
    ),
    "nothing behind items": ("", (6, 1, "empty"), "'items' is empty add one entry"),
    "neither true nor false": (
        "  - {kind: picture, file: photo.png, decorative: peut-être}\n",
        (7, 50, "yes-no"),
        "true or false",
    ),
}


@pytest.mark.parametrize("case", ITEM_FAULTS)
def test_a_fault_in_an_item_is_told_at_its_place(
    case: str, write_issue: WriteIssue, settings: Settings
) -> None:
    content, (line, column, rule), word = ITEM_FAULTS[case]

    loaded = load(write_issue, settings, START + content)

    first = loaded.problems[0]
    assert loaded.issue is None
    assert (first.position.line, first.position.column) == (line, column)
    assert rule in ("", first.rule)
    assert word in f"{first.message} {first.hint}"


HEAD_FAULTS = {
    "empty list beside sections": ("sections: []\n", "empty", "entry"),
    "unknown sender": ("sender: bretagne\n", "sender", "default"),
    "unknown language": ("language: de\n", "unknown-value", "fr"),
    "both items and sections": ("sections: [{items: [{kind: text, body: x}]}]\n", "items", "items"),
    "French word that has no place here": ("auteur: Moi\n", "unknown-key", "allowed values"),
    "id of the file": ("id: mai\n", "unknown-key", "remove"),
}


@pytest.mark.parametrize("case", HEAD_FAULTS)
def test_a_fault_at_the_head_is_told(
    case: str, write_issue: WriteIssue, settings: Settings
) -> None:
    line, rule, word = HEAD_FAULTS[case]

    loaded = load(write_issue, settings, line + START + TEXT_ITEM)

    assert [each.rule for each in loaded.problems] == [rule]
    assert word in loaded.problems[0].hint


def test_all_problems_of_a_file_are_told_in_one_pass_and_in_order(
    write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(
        write_issue,
        settings,
        "kind: newsletter\nsubject: Salon : le programme\ntitre: Titre\ndate: 2025-02-30\n"
        "items:\n  - kind: text\n    body: ((prenom))\n",
    )

    assert [(each.position.line, each.rule) for each in loaded.problems] == [
        (1, "missing-key"),  # of the preheader; that of the title is said by "titre"
        (2, "yaml-quotes"),
        (3, "unknown-key"),
        (4, "date"),
        (7, "merge-field"),
    ]


def test_a_text_pasted_without_indentation_is_told_once(
    write_issue: WriteIssue, settings: Settings
) -> None:
    pasted = "  - kind: text\n    body: |\nUn texte de Word.\n\nSa suite.\n"

    loaded = load(write_issue, settings, START + pasted)

    assert told(loaded) == [(9, 1, "indentation"), (11, 1, "indentation")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-02-12", date(2025, 2, 12)),
        ("12/02/2025", date(2025, 2, 12)),
        ("12 février 2025", date(2025, 2, 12)),
        ("1er mars 2025", date(2025, 3, 1)),
        ("12 FEVRIER 2025", date(2025, 2, 12)),
        ("12 February 2025", date(2025, 2, 12)),
        ("1st March 2025", date(2025, 3, 1)),
    ],
)
def test_dates_are_read_as_they_are_typed(
    typed: str, expected: date, write_issue: WriteIssue, settings: Settings
) -> None:
    loaded = load(write_issue, settings, START.replace("2025-01-06", typed) + TEXT_ITEM)

    assert loaded.issue is not None
    assert loaded.issue.date == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-02-12 18:00", datetime(2025, 2, 12, 17, tzinfo=UTC)),
        ("12 février 2025 à 18 h 30", datetime(2025, 2, 12, 17, 30, tzinfo=UTC)),
        ("12/07/2025 18h", datetime(2025, 7, 12, 16, tzinfo=UTC)),
        ("2025-02-12T18:00:00+09:00", datetime(2025, 2, 12, 9, tzinfo=UTC)),
        ("2025-02-12 18:00Z", datetime(2025, 2, 12, 18, tzinfo=UTC)),
    ],
)
def test_hours_are_of_the_workspace_unless_they_have_an_offset(
    typed: str, expected: datetime, write_issue: WriteIssue, settings: Settings
) -> None:
    item = f'  - kind: agenda\n    events:\n      - {{title: a, start: "{typed}"}}\n'

    loaded = load(write_issue, settings, START + item)

    assert loaded.issue is not None
    (agenda,) = loaded.issue.all_items
    assert agenda.kind == "agenda"
    assert agenda.events[0].start == expected


def test_a_rule_of_stars_is_no_unclosed_bold(write_issue: WriteIssue, settings: Settings) -> None:
    rules = "".join(f"      {rule}\n\n" for rule in ("***", "* * *", "---", "*****"))

    loaded = load(write_issue, settings, START + f"  - kind: text\n    body: |\n{rules}")

    assert loaded.problems == ()


def test_a_comment_after_quotes_or_brackets_is_the_taught_one(
    write_issue: WriteIssue, settings: Settings
) -> None:
    item = (
        '  - kind: behind-the-scenes\n    title: "x"  # note\n    body: y\n    topics: [a]  # b\n'
    )

    assert load(write_issue, settings, START + item).problems == ()


def test_a_text_may_lie_in_a_file(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    (workspace / "issues/texts").mkdir()
    (workspace / "issues/texts/edito.md").write_bytes("\ufeffUn édito.\r\n\r\nSuite.".encode())

    loaded = load(
        write_issue, settings, START + "  - kind: text\n    body: {file: texts/edito.md}\n"
    )

    assert loaded.issue is not None
    (item,) = loaded.issue.all_items
    assert item.kind == "text"
    assert item.body == "Un édito.\n\nSuite."


TEXT_FILES = {
    "Windows-1252": ("été".encode("cp1252"), (1, 1, "encoding"), "Windows-1252"),
    "UTF-16": ("été".encode("utf-16"), (1, 1, "encoding"), "UTF-16"),
    "empty": (b" \n", (8, 18, "empty"), "'edito.md' is empty"),
    "of Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", (1, 1, "encoding"), "not plain text"),
    "too large": (b"a" * (1024 * 1024 + 1), (1, 1, "file"), "1 MB"),
}


@pytest.mark.parametrize("case", TEXT_FILES)
def test_a_text_file_that_is_no_text_is_told(
    case: str, write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    content, place, word = TEXT_FILES[case]
    (workspace / "issues/edito.md").write_bytes(content)

    loaded = load(write_issue, settings, START + "  - kind: text\n    body: {file: edito.md}\n")

    assert told(loaded) == [place]
    assert word in loaded.problems[0].message


def test_a_fault_in_a_text_file_is_told_at_its_place_there(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    text_file = workspace / "issues/edito.md"
    text_file.write_text("Bonjour,\n\nvoir [ici] (https://example.org) et ((prenom)).\n")

    loaded = load(write_issue, settings, START + "  - kind: text\n    body: {file: edito.md}\n")

    assert [each.path for each in loaded.problems] == [text_file, text_file]
    assert [(line, column) for line, column, _rule in told(loaded)] == [(3, 6), (3, 37)]


@pytest.mark.parametrize("kind", ["picture", "text"])
def test_a_link_out_of_the_workspace_is_outside(
    kind: str, write_issue: WriteIssue, settings: Settings, workspace: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (workspace / "assets/images/lien.png").symlink_to(secret)
    (workspace / "issues/lien.png").symlink_to(secret)
    items = {
        "picture": "  - {kind: picture, file: lien.png, alt: x}\n",
        "text": "  - {kind: text, body: {file: lien.png}}\n",
    }

    loaded = load(write_issue, settings, START + items[kind])

    assert [each.rule for each in loaded.problems] == ["file-outside"]


def test_an_issue_outside_the_workspace_has_its_texts_beside_it(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "ailleurs"
    folder.mkdir()
    (folder / "edito.md").write_text("Bonjour", "utf-8")
    (tmp_path / "secret.md").write_text("Secret", "utf-8")
    path = folder / "mai.yaml"
    rules = {}
    for name in ("edito.md", "absent.md", "../secret.md"):
        path.write_text(f"{START}  - {{kind: text, body: {{file: {name}}}}}\n", "utf-8")
        problems = load_issue(path, settings).problems
        rules[name] = [(each.rule, each.message, each.hint) for each in problems]

    assert rules == {
        "edito.md": [],
        "absent.md": [("file-missing", "there is no file 'absent.md'", "looked for in ailleurs/")],
        "../secret.md": [
            (
                "file-outside",
                "'../secret.md' is outside the workspace",
                "copy the file into ailleurs/",
            )
        ],
    }


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("assets/images/photo.png", "did you mean 'photo.png'?"),
        ("../assets/images/photo.png", "did you mean 'photo.png'?"),
        ("images/photo.jpg", "did you mean 'photo.png'?"),
        (r"C:\Users\Zoe\photo.png", "did you mean 'photo.png'?"),
        (f"{'a' * 300}/photo.png", "did you mean 'photo.png'?"),
        (".", "looked for in assets/images/"),
    ],
)
def test_a_picture_named_from_elsewhere_is_told_as_it_is_named_here(
    typed: str, hint: str, write_issue: WriteIssue, settings: Settings
) -> None:
    picture = "  - kind: picture\n    file: {}\n    alt: x\n"

    loaded = load(write_issue, settings, START + picture.format(typed))

    assert [(each.rule, each.hint) for each in loaded.problems] == [("file-missing", hint)]
    meant = hint.split("'")[1:2]
    assert all(load(write_issue, settings, START + picture.format(each)).issue for each in meant)


PICTURE_FILES = {
    "a text": ("faux.png", b"bonjour", "cannot be opened"),
    "truncated": ("coupe.png", None, "cannot be opened"),
    "another format": ("ment.jpg", None, "is really"),
    "a drawing": ("dessin.svg", b"<svg/>", "SVG"),
}


@pytest.mark.parametrize("case", PICTURE_FILES)
def test_a_picture_that_is_not_what_it_says_is_told(
    case: str, write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    name, content, word = PICTURE_FILES[case]
    photo = (workspace / "assets/images/photo.png").read_bytes()
    shown = {"truncated": photo[: len(photo) // 2], "another format": photo}.get(case, content)
    (workspace / "assets/images" / name).write_bytes(shown or b"")

    loaded = load(
        write_issue, settings, START + f"  - kind: picture\n    file: {name}\n    alt: x\n"
    )

    assert told(loaded) == [(8, 11, "picture")]
    assert word in loaded.problems[0].message


def test_a_missing_issue_file_is_a_problem(settings: Settings, workspace: Path) -> None:
    loaded = load_issue(workspace / "issues/absent.yaml", settings)

    assert loaded.issue is None
    assert len(loaded.problems) == 1


def test_a_text_and_file_names_from_a_mac_are_read_as_composed(
    write_issue: WriteIssue, settings: Settings
) -> None:
    apart = unicodedata.normalize("NFD", "édité")
    text = settings.workspace / f"issues/{apart}.md"
    text.write_text(f"Un texte {apart} le jeudi.", encoding="utf-8")
    images = settings.workspace / "assets/images"
    (images / apart).mkdir(parents=True)
    shutil.copy(ROOT / "assets/images/ministere.png", images / apart / f"{apart}.png")
    content = f"  - kind: article\n    title: {apart}\n    body: {{file: édité.md}}\n"
    content += "    picture: {file: édité/édité.png, alt: Une photo}\n"

    loaded = load(write_issue, settings, START + content)

    assert loaded.problems == ()
    assert loaded.issue is not None
    (item,) = loaded.issue.all_items
    assert isinstance(item, Article)
    assert (item.title, item.body) == ("édité", "Un texte édité le jeudi.")
