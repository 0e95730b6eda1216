"""A press release in its forms: the same words, in the same order, in mail, text and PDF."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from newsletter.content.loading import load_issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.document import Document, render_document
from newsletter.rendering.localised import format_dateline, format_embargo
from newsletter.rendering.press import render_release_pdf
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced

ROOT = Path(__file__).parents[2]
WriteIssue = Callable[[str | bytes], Path]
HEAD = """\
kind: press-release
headline: "Le titre : un fait"
subheadline: Le sous-titre
date: 2025-03-01
place: Paris
embargo: 2025-03-04 06:00
replaces: le communiqué du 28 février
note: "Bonjour ((first name | à tous)) : voici notre communiqué."
lead: Qui, *quoi*, quand, où.
quotes: [{text: Des mots, author: Zoé Martin, role: présidente, source: Un journal}]
figures:
  - {value: 12 %, label: de plus, note: en un an, source: {title: Rapport, url: https://a.fr/r}}
  - {value: 3 000 000, label: de moins}
links: [{title: Une page, url: https://a.fr/p, source: Un site, note: à lire}]
media:
  - {title: Une vue, url: https://a.fr/v.jpg, credit: Ana Lopez, rights: libre de droits}
  - {title: Une autre, file: photo.png, credit: Ana Lopez, rights: presse seulement}
boilerplates: [association, {title: Et nous, text: "Nous aussi : *ici*."}]
contacts: [presse, {name: Ana Lopez, phone: "+33 1 99 00 00 01"}]
"""
TEXT = """\
body: |
  Un paragraphe et [un lien](https://a.fr/l).

  ## Un intertitre

  - une liste
  - de deux

  | Région | Depuis |
  |--------|--------|
  | Est    | 2016   |
"""
ITEMS = """\
body:
  - {kind: text, title: Un intertitre, body: Un paragraphe.}
  - {kind: quote, text: D'autres mots, author: Ana Lopez}
  - {kind: picture, file: photo.png, alt: Ce qu'on voit, caption: La légende}
  - {kind: picture, file: photo.png, decorative: true}
  - {kind: links, links: [{title: Ailleurs, url: https://a.fr/a}]}
  - {kind: call-to-action, label: Venir, url: https://a.fr/venir, text: Un mot avant}
  - {kind: agenda, events: [{title: Une date, start: 2025-03-12 18:00, place: Lyon}]}
"""


def load(write_issue: WriteIssue, settings: Settings, text: str) -> PressRelease:
    loaded = load_issue(write_issue(text), settings)
    assert loaded.problems == ()
    assert isinstance(loaded.issue, PressRelease)
    return loaded.issue


def words(text: str) -> list[str]:
    """Return the words of the release, from its mention to its last contact, and nothing else."""
    text = re.sub(r"^\[\d+\] \S+$|\[\d+\]", "", text, flags=re.MULTILINE)
    # pdftotext takes the narrow space between thousands for none, or from 25 on for any.
    text = re.sub(r"(?<=\d)[ \u202f\u00a0](?=\d{3}\b)", "", text)
    found = re.findall(r"[\w%@+]+", text.replace("\u202f", " ").replace("\u00a0", " "))
    return found[found.index("Communiqué") :]


def words_in_mail(document: Document) -> list[str]:
    """Return the words of the mail; its note, which is not the release's, stands below the head."""
    [note] = [span for span in document.item_spans if span.loc == ("note",)]
    page = document.html[: note.start] + document.html[note.end :]
    body = html.document_fromstring(page).body
    for hidden in body.xpath(".//*[contains(@style, 'display:none') or @aria-hidden='true']"):
        hidden.getparent().remove(hidden)
    for element in body.iter("br", "p", "div", "li", "td", "th", "h1", "h2", "h3"):
        element.tail = f" {element.tail or ''}"
    return words(body.text_content().replace("[if mso | IE]", " "))


def text_of_pdf(content: bytes, folder: Path) -> str:
    command = shutil.which("pdftotext")
    assert command is not None, "no pdftotext: `make test` installs it"
    (folder / "release.pdf").write_bytes(content)
    # In the order of the content, as it is read aloud: what stands side by side is not mixed.
    reading = [command, "-raw", "-enc", "UTF-8", str(folder / "release.pdf"), "-"]
    return subprocess.run(reading, check=True, capture_output=True).stdout.decode()


def words_in_pdf(content: bytes, folder: Path) -> list[str]:
    text = text_of_pdf(content, folder)
    pages = [re.sub(r"Mon association · .*\d+ / \d+\s*$", "", each) for each in text.split("\f")]
    return words("\n".join(pages))


@pytest.mark.parametrize("body", [TEXT, ITEMS], ids=["Markdown", "items"])
def test_the_words_are_the_same_in_the_same_order_in_mail_text_and_pdf(
    body: str, write_issue: WriteIssue, settings: Settings, tmp_path: Path
) -> None:
    release = load(write_issue, settings, HEAD + body)

    document = render_document(release, settings)
    pdf = words_in_pdf(render_release_pdf(release, settings).content, tmp_path)

    # What a picture shows is said in the text; it is seen in the others.
    text = words(re.sub(r"\[Image\s*: [^]]*\]", "", document.text))
    assert pdf[-5:] == ["1", "99", "00", "00", "01"]
    assert text[: len(pdf)] == pdf
    assert words_in_mail(document)[: len(pdf)] == pdf


def test_the_note_stands_in_the_mail_alone(
    write_issue: WriteIssue, settings: Settings, tmp_path: Path
) -> None:
    release = load(write_issue, settings, HEAD + TEXT)

    document = render_document(release, settings)

    assert "voici notre communiqué" in document.text
    assert "voici notre communiqué" in document.html
    assert "voici" not in words_in_pdf(render_release_pdf(release, settings).content, tmp_path)


@pytest.mark.parametrize(("language", "marks"), [("fr", "« »"), ("en", "“ ”")])
def test_a_quote_of_two_paragraphs_has_two_everywhere(
    language: str, marks: str, write_issue: WriteIssue, settings: Settings, tmp_path: Path
) -> None:
    quote = '[{text: "« Un.\\n\\nDeux. »", author: Zoé Martin}]'
    typed = re.sub(r"quotes: .*", f"quotes: {quote}", HEAD) + f"language: {language}\n" + TEXT
    release = load(write_issue, settings, typed)
    opening, closing = marks.split()

    document = render_document(release, settings)
    on_paper = text_of_pdf(render_release_pdf(release, settings).content, tmp_path)

    paragraphs = html.document_fromstring(document.html).xpath("//p[@class='quote']")
    quoted = [each.text_content().replace("\N{NO-BREAK SPACE}", "") for each in paragraphs]
    assert quoted == [f"{opening}Un.", f"{opening}Deux.{closing}"]
    space = "\N{NO-BREAK SPACE}" if language == "fr" else ""
    assert f"  {opening}{space}Un.\n\n  {opening}{space}Deux.{space}{closing}\n" in document.text
    assert f"{opening}Un.\n{opening}Deux.{closing}\n" in re.sub("[ \u00a0\u202f]", "", on_paper)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "Sous embargo jusqu'au mardi 4 mars 2025 à 6\u00a0h (heure de Bruxelles)"),
        ("en", "EMBARGOED until 06:00 on Tuesday 4 March 2025 (Brussels time)"),
    ],
)
def test_an_embargo_is_said_with_its_day_its_hour_and_its_clock(
    language: str, expected: str
) -> None:
    moment = datetime(2025, 3, 4, 6, tzinfo=ZoneInfo("Europe/Brussels"))

    assert format_embargo(moment, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "Pour diffusion immédiate"), ("en", "For immediate release")],
)
def test_no_embargo_is_said_too(language: str, expected: str) -> None:
    assert format_embargo(None, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "Paris, le 1er mars 2025"), ("en", "Paris, 1 March 2025")],
)
def test_a_dateline_is_place_and_day(language: str, expected: str) -> None:
    day = datetime(2025, 3, 1, tzinfo=ZoneInfo("UTC")).date()

    assert format_dateline("Paris", day, language) == expected


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("Le lead.", "Paris, le 1er mars 2025 – Le lead."),
        ('"**Gras** d\'abord."', "Paris, le 1er mars 2025 – Gras d’abord."),
        ('"- une liste"', "Paris, le 1er mars 2025 –\n\n- une liste"),
    ],
)
def test_the_dateline_opens_the_lead(
    lead: str, expected: str, write_issue: WriteIssue, settings: Settings
) -> None:
    text = (HEAD + TEXT).replace("lead: Qui, *quoi*, quand, où.", f"lead: {lead}")

    document = render_document(load(write_issue, settings, text), settings)

    assert expected in document.text.replace("\u00a0", " ")


def test_the_inbox_shows_the_headline_and_the_subheadline_unless_told_otherwise(
    write_issue: WriteIssue, settings: Settings
) -> None:
    document = render_document(load(write_issue, settings, HEAD + TEXT), settings)

    assert document.subject == "Sous embargo | Communiqué de presse | Le titre\u00a0: un fait"
    assert document.preheader == "Le sous-titre"


def test_the_inbox_shows_the_lead_where_there_is_no_subheadline(
    write_issue: WriteIssue, settings: Settings
) -> None:
    text = (HEAD + TEXT).replace("subheadline: Le sous-titre\n", "")
    text = text.replace("Qui, *quoi*, quand, où.", f"Un [lien](https://a.fr/) {'et ' * 80}fin.")

    document = render_document(load(write_issue, settings, text), settings)

    assert re.fullmatch(r"Un lien( et)+…", document.preheader)
    assert len(document.preheader) <= 151


@pytest.mark.parametrize(
    ("headline", "language", "expected"),
    [
        ("A fact", "en", "EMBARGOED | Press release | A fact"),
        ("Un fait", "fr", "Sous embargo | Communiqué de presse | Un fait"),
        ("Embargo on arms", "en", "EMBARGOED | Press release | Embargo on arms"),
    ],
)
def test_the_subject_of_an_embargoed_release_says_so(
    headline: str, language: str, expected: str, write_issue: WriteIssue, settings: Settings
) -> None:
    typed = HEAD.replace('"Le titre : un fait"', headline)
    text = f"{typed}{TEXT}language: {language}\n"
    free = text.replace("embargo: 2025-03-04 06:00", "embargo: none")

    held, at_once = (
        render_document(load(write_issue, settings, each), settings) for each in (text, free)
    )

    assert held.subject == expected
    assert at_once.subject == expected.partition(" | ")[2]


def test_an_english_release_that_replaces_another_is_a_correction(
    write_issue: WriteIssue, settings: Settings
) -> None:
    typed = HEAD.replace("le communiqué du 28 février", "'CORRECTION: replaces that of May'")
    release = load(write_issue, settings, f"{typed}language: en\n{TEXT}")

    assert "CORRECTION: replaces that of May\n" in render_document(release, settings).text


def test_own_words_for_the_inbox_win(write_issue: WriteIssue, settings: Settings) -> None:
    text = f"{HEAD}{TEXT}subject: Un objet\npreheader: Une accroche\n"

    document = render_document(load(write_issue, settings, text), settings)

    assert (document.subject, document.preheader) == ("Un objet", "Une accroche")


def test_a_picture_for_the_press_is_a_link_where_the_settings_host_files(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text() + "site: {files_url: 'https://a.fr/fichiers/'}\n")
    settings = load_settings(workspace).settings
    assert settings is not None

    document = render_document(load(write_issue, settings, HEAD + TEXT), settings)

    assert 'href="https://a.fr/fichiers/essai/media/photo.png"' in document.html
    assert "https://a.fr/fichiers/essai/media/photo.png" in document.text


def test_a_name_with_spaces_accents_and_a_hash_is_a_whole_address(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = workspace / "newsletter.yaml"
    site = "{files_url: 'https://a.fr/f', web_url: 'https://a.fr/lettre/{issue}'}"
    path.write_text(f"{path.read_text()}site: {site}\n")
    photo = workspace / "assets/images/photo.png"
    photo.rename(photo.with_name("photo été #1.png"))
    settings = load_settings(workspace).settings
    assert settings is not None
    text = (HEAD + TEXT).replace("file: photo.png", "file: 'photo été #1.png'")
    issue = load(write_issue, settings, text.replace("embargo: 2025-03-04 06:00", "embargo: none"))

    document = render_document(replaced(issue, id="été 2025"), settings)

    folder = "https://a.fr/f/%C3%A9t%C3%A9%202025/media"
    assert f'href="{folder}/photo%20%C3%A9t%C3%A9%20%231.png"' in document.html
    assert 'href="https://a.fr/lettre/%C3%A9t%C3%A9%202025"' in document.html


def test_a_picture_for_the_press_is_to_be_asked_for_where_they_do_not(
    write_issue: WriteIssue, settings: Settings
) -> None:
    document = render_document(load(write_issue, settings, HEAD + TEXT), settings)

    assert "Une autre (sur demande)" in document.text


def test_the_mail_links_to_the_pdf_where_files_are_online_once_no_embargo_holds(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text() + "site: {files_url: 'https://a.fr/f'}\n")
    settings = load_settings(workspace).settings
    assert settings is not None
    free = (HEAD + TEXT).replace("2025-03-04 06:00", "none")

    embargoed = render_document(load(write_issue, settings, HEAD + TEXT), settings)
    immediate = render_document(load(write_issue, settings, free), settings)

    address = "https://a.fr/f/essai/release.pdf"
    assert address not in embargoed.html + embargoed.text
    assert f'href="{address}"' in immediate.html
    assert f"Télécharger le PDF\u00a0: {address}\n" in immediate.text


def test_a_release_under_embargo_has_no_link_to_a_page_that_is_not_online_yet(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text() + "site: {web_url: 'https://a.fr/{issue}'}\n")
    settings = load_settings(workspace).settings
    assert settings is not None
    free = (HEAD + TEXT).replace("2025-03-04 06:00", "none")

    embargoed = render_document(load(write_issue, settings, HEAD + TEXT), settings)
    immediate = render_document(load(write_issue, settings, free), settings)

    assert "https://a.fr/essai" not in embargoed.html + embargoed.text
    assert "https://a.fr/essai" in immediate.html
    assert "https://a.fr/essai" in immediate.text


def test_a_telephone_number_can_be_dialled(write_issue: WriteIssue, settings: Settings) -> None:
    document = render_document(load(write_issue, settings, HEAD + TEXT), settings)

    assert 'href="tel:+33199000001"' in document.html


@pytest.mark.parametrize("between", [" / ", ", ", " ou ", " ; "])
def test_a_second_telephone_number_can_be_dialled_too(
    between: str, write_issue: WriteIssue, settings: Settings
) -> None:
    contact = f"{{name: Zoé, phone: '01 99 00 00 02{between}06 99 00 00 03', email: z@a.fr}}"
    text = re.sub(r"contacts: .*", f"contacts: [{contact}]", HEAD + TEXT)

    document = render_document(load(write_issue, settings, text), settings)

    assert 'href="tel:0199000002"' in document.html
    assert 'href="tel:0699000003"' in document.html


def test_each_part_points_at_its_field(write_issue: WriteIssue, settings: Settings) -> None:
    document = render_document(load(write_issue, settings, HEAD + TEXT), settings)

    spans = {span.loc: document.html[span.start : span.end] for span in document.item_spans}
    assert "Un paragraphe" in spans["body",]
    assert "Des mots" in spans["quotes",]
    assert "presse@example.org" in spans["contacts",]


def test_each_item_of_the_body_points_at_its_place(
    write_issue: WriteIssue, settings: Settings
) -> None:
    document = render_document(load(write_issue, settings, HEAD + ITEMS), settings)

    spans = {span.loc: document.html[span.start : span.end] for span in document.item_spans}
    assert "Un paragraphe" in spans["body", 0]
    assert "Venir" in spans["body", 5]


def test_two_translations_lead_to_each_other() -> None:
    settings = load_settings(ROOT).settings
    assert settings is not None
    site = settings.site
    assert site is not None
    issue = load_issue(ROOT / "issues/2023-09-numeric-emploi-en.yaml", settings).issue
    assert issue is not None

    document = render_document(issue, settings)

    (link,) = html.document_fromstring(document.html).xpath("//a[@hreflang]")
    assert link.get("href") == "https://lettres.example.org/2023-09-numeric-emploi"
    assert (link.text, link.get("lang")) == ("Version française", "fr")
    assert "Version française: https://lettres.example.org/2023-09-numeric-emploi" in document.text


def test_each_language_has_its_own_reason_for_receipt() -> None:
    settings = load_settings(ROOT).settings
    assert settings is not None

    texts = []
    for name in ("2023-09-numeric-emploi", "2023-09-numeric-emploi-en"):
        issue = load_issue(ROOT / f"issues/{name}.yaml", settings).issue
        assert issue is not None
        texts.append(render_document(issue, settings).text)

    assert "Vous recevez ce communiqué" in texts[0]
    assert "You receive this press release" in texts[1]
