"""A document as a whole: nothing typed is lost, equal input gives equal bytes."""

import html as html_library
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html
from PIL import Image

from newsletter.content.loading import load_issue
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document, render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced
from tests.conftest import HEAD

WriteIssue = Callable[[str | bytes], Path]


def render(path: Path, settings: Settings) -> Document:
    loaded = load_issue(path, settings)
    assert loaded.problems == ()
    assert loaded.issue is not None
    return render_document(loaded.issue, settings)


def words_of(page: str) -> str:
    return " ".join(html.document_fromstring(page).body.text_content().split())


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}",
    "template block": "{% raw %}",
    "quotation mark": 'un " seul',
    "ampersand": "R&D & co",
    "comment": "<!-- rien --> -- -->",
    "CDATA": "<![CDATA[ ]]>",
    "Arabic": "مرحبا بالعالم",
    "emoji": "Bravo 👩🏽‍💻🎉",
    "long word": "a" * 300,
    "MJML": "</mj-text><mj-raw>x</mj-raw>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_words_come_out_as_the_text_they_are_everywhere(
    case: str, write_issue: WriteIssue, settings: Settings
) -> None:
    words = HOSTILE[case]
    typed = "'" + words.replace("'", "''") + "'"
    path = write_issue(
        HEAD.replace("Objet", typed).replace("Accroche", typed).replace("Titre", typed)
        + f"introduction: {typed}\nitems:\n"
        f"  - {{kind: text, title: {typed}, body: {typed}}}\n"
        f"  - {{kind: picture, file: photo.png, alt: {typed}, caption: {typed}}}\n"
        f"  - {{kind: call-to-action, label: {typed}, url: https://example.org/}}\n"
    )

    document = render(path, settings)

    root = html.document_fromstring(document.html)
    shown = set_typographically(words)
    assert set_typographically(document.subject) == shown
    assert set_typographically(root.findtext(".//title") or "") == shown
    assert set_typographically(root.findtext(".//h1") or "") == shown
    assert shown in {set_typographically(image.get("alt", "")) for image in root.iter("img")}
    in_html = set_typographically(words_of(document.html))
    assert in_html.count(shown) >= 6
    assert set_typographically(" ".join(document.text.split())).count(shown) >= 5


@pytest.mark.parametrize("url", ["mailto:lettre@a.fr", "MAILTO:lettre@a.fr?subject=Oui"])
@pytest.mark.parametrize("action", ["solid", "outline", "link"])
def test_the_address_of_a_button_that_writes_a_mail_stands_in_the_mail(
    url: str, action: str, write_issue: WriteIssue, settings: Settings
) -> None:
    stories = replaced(settings.theme.stories, action=action)
    theme = replaced(settings.theme, stories=stories)
    button = f"button: {{label: Écrire, url: '{url}'}}"
    path = write_issue(f"{HEAD}items: [{{kind: article, title: a, body: b, {button}}}]\n")

    document = render(path, replaced(settings, theme=theme))

    assert words_of(document.html).count("lettre@a.fr") == 1


def test_a_button_whose_words_are_the_address_says_it_once(
    write_issue: WriteIssue, settings: Settings
) -> None:
    button = "{kind: call-to-action, label: Écrire à lettre@a.fr, url: 'mailto:lettre@a.fr'}"

    document = render(write_issue(f"{HEAD}items: [{button}]\n"), settings)

    assert words_of(document.html).count("lettre@a.fr") == 1


def set_typographically(text: str) -> str:
    """Return `text` without what typography may change."""
    text = re.sub(r"[\s\u00a0\u202f]", "", text)
    return re.sub('[«»“”"]', '"', text).replace("–", "-").replace("—", "-").replace("’", "'")


def test_a_body_of_100_kilobytes_comes_out_whole(
    write_issue: WriteIssue, settings: Settings
) -> None:
    body = " ".join(f"mot{number}" for number in range(14_000))
    assert len(body) > 100_000

    document = render(write_issue(HEAD + f"items:\n  - kind: text\n    body: {body}\n"), settings)

    assert body in words_of(document.html)
    assert body in " ".join(document.text.split())


def test_two_renderings_of_the_same_issue_are_identical_bytes(
    write_issue: WriteIssue, settings: Settings
) -> None:
    path = write_issue(HEAD + "items:\n  - kind: text\n    body: ((first name | x)) ((email))\n")

    first, second = render(path, settings), render(path, settings)

    assert first == second
    assert first.fingerprint == second.fingerprint


CHANGES = {
    "subject": ("subject: Objet", "subject: Autre"),
    "preheader": ("preheader: Accroche", "preheader: Autre"),
    "body": ("body: un", "body: deux"),
    "merge field": ("((email))", "((first name))"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_the_fingerprint_changes_with_what_a_recipient_gets(
    part: str, write_issue: WriteIssue, settings: Settings
) -> None:
    old, new = CHANGES[part]
    text = HEAD + "items:\n  - kind: text\n    body: un ((email))\n"
    before = render(write_issue(text), settings).fingerprint

    after = render(write_issue(text.replace(old, new)), settings).fingerprint

    assert re.fullmatch("[0-9a-f]{64}", before)
    assert after != before


def test_the_fingerprint_changes_with_a_picture(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    path = write_issue(HEAD + "items:\n  - {kind: picture, file: photo.png, alt: x}\n")
    before = render(path, settings).fingerprint
    photo = workspace / "assets/images/photo.png"
    photo.write_bytes(photo.read_bytes() + b"\n")

    assert render(path, settings).fingerprint != before


def test_item_spans_lead_back_to_the_issue_file(
    write_issue: WriteIssue, settings: Settings
) -> None:
    path = write_issue(
        HEAD + "sections:\n"
        "  - {title: A, items: [{kind: text, body: ici-un}, {kind: text, body: ici-deux}]}\n"
        "  - {title: B, items: [{kind: text, body: ici-trois}]}\n"
    )

    document = render(path, settings)

    found = {
        span.loc: re.findall("ici-[a-z]+", document.html[span.start : span.end])
        for span in document.item_spans
    }
    assert found == {
        ("sections", 0, "items", 0): ["ici-un"],
        ("sections", 0, "items", 1): ["ici-deux"],
        ("sections", 1, "items", 0): ["ici-trois"],
    }


def test_an_english_issue_speaks_english_in_a_french_workspace(
    write_issue: WriteIssue, settings: Settings
) -> None:
    path = write_issue(
        HEAD + "language: en\nnumber: 3\nitems:\n"
        '  - {kind: quote, text: Well said, author: Someone}\n  - {kind: text, body: "“a” : 1st"}\n'
    )

    document = render(path, settings)

    assert '<html lang="en"' in document.html
    assert "No. 3 · 6 January 2025" in document.text.replace("\u00a0", " ")
    assert "“Well said”" in document.text
    assert "1st<" in document.html


def test_web_version_and_unsubscribe_stand_where_the_settings_give_them(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = write_issue(HEAD + "items:\n  - kind: text\n    body: x\n")
    settings_file = workspace / "newsletter.yaml"
    without = settings_file.read_text().replace("  mailto: desinscription@example.org\n", "")
    with_both = without.replace("  # url: ", "  url: ").replace("#site:", "site:")
    with_both = with_both.replace("#   web_url", "  web_url")

    pages = []
    for text in (without.replace("unsubscribe:", "unsubscribe: {}"), with_both):
        settings_file.write_text(text)
        settings = load_settings(workspace).settings
        assert settings is not None
        pages.append(render(path, settings))

    neither, both = pages
    assert "example.org/lettres" not in neither.html + neither.text
    assert "desinscription" not in neither.html + neither.text
    assert 'href="https://example.org/lettres/essai"' in both.html
    assert "https://example.org/lettres/essai" in both.text
    (field,) = [each for each in both.merge_fields.values() if each.name.startswith("unsub")]
    assert f"https://example.org/desinscription/{field.token}" in both.html


def test_a_workspace_s_own_template_wins_over_the_packaged_one(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    own = workspace / "templates/text/items"
    own.mkdir(parents=True)
    (own / "text.txt").write_text("À notre façon : {{ item.body }}")

    document = render(write_issue(HEAD + "items:\n  - kind: text\n    body: x\n"), settings)

    assert "À notre façon : x" in document.text
    assert ">x</p>" in document.html


def test_an_own_template_that_comes_or_goes_is_noticed_at_once(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    path = write_issue(HEAD + "items:\n  - kind: text\n    body: x\n")
    before = render(path, settings).text
    own = workspace / "templates/text/items/text.txt"
    own.parent.mkdir(parents=True)
    own.write_text("À notre façon : {{ item.body }}")

    with_own = render(path, settings).text
    own.unlink()

    assert "À notre façon : x" in with_own
    assert render(path, settings).text == before


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("{{ item.titel }}", "titel"),
        ("{% if %}", "Expected"),
        ("a\n{{ missing }}", "line 2"),
        ("{% include 'absent.txt' %}", "absent.txt"),
    ],
)
def test_a_fault_in_a_template_names_its_file_and_line(
    template: str, word: str, write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    own = workspace / "templates/text/items"
    own.mkdir(parents=True)
    (own / "text.txt").write_text(template)

    with pytest.raises(NewsletterError) as raised:
        render(write_issue(HEAD + "items:\n  - kind: text\n    body: x\n"), settings)

    assert "templates/text/items/text.txt" in raised.value.message
    assert word in raised.value.message


def test_the_text_has_no_entity_and_keeps_no_break_spaces(
    write_issue: WriteIssue, settings: Settings
) -> None:
    body = "Été & « hiver » : 300 000 € !"

    text = render(
        write_issue(HEAD + f'items:\n  - kind: text\n    body: "{body}"\n'), settings
    ).text

    assert html_library.unescape(text) == text
    assert "«\u00a0hiver\u00a0»\u00a0: 300\u00a0000\u00a0€\u00a0!" in text


def test_a_workspace_that_takes_no_cache_is_rendered_all_the_same(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    shutil.rmtree(workspace / ".cache", ignore_errors=True)
    (workspace / ".cache").write_text("un fichier, pas un dossier")

    document = render(write_issue(HEAD + "items:\n  - kind: text\n    body: x\n"), settings)

    assert ">x</p>" in document.html


def test_any_item_can_be_linked_to_by_its_id(write_issue: WriteIssue, settings: Settings) -> None:
    path = write_issue(
        HEAD + "introduction: Voir [plus bas](#bas).\nsections:\n"
        "  - {title: A, id: rubrique, items: [{kind: text, id: haut, body: un}]}\n"
        "  - items: [{kind: call-to-action, id: bas, label: Agir, url: https://example.org}]\n"
    )

    root = html.document_fromstring(render(path, settings).html)

    assert root.xpath("//a[@href='#bas']")
    assert {element.tag for element in root.xpath("//*[@id]")} == {"table", "h2"}
    assert root.xpath("//@id") == ["rubrique", "haut", "bas"]
    assert "Agir" in root.get_element_by_id("bas").text_content()


def test_a_picture_shown_at_two_sizes_keeps_both(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    Image.new("RGB", (1000, 500)).save(workspace / "assets/images/large.png")
    picture = "picture: {file: large.png, alt: Portrait}"
    path = write_issue(
        f"{HEAD}items:\n  - kind: interview\n    title: a\n    {picture}\n"
        f"    people: [{{name: Zoé Martin, {picture}}}]\n"
        "    exchanges: [{question: Un ?, answer: Oui.}]\n"
    )

    page = html.document_fromstring(render(path, settings).html)

    shown = page.xpath("//img[@alt='Portrait']")
    assert [each.get("width") for each in shown] == ["552", "144"]
