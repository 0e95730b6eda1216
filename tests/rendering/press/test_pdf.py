"""The PDF of a press release: what a screen reader, a printer and a journalist find in it."""

import builtins
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest

from newsletter.content.loading import load_issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.press import PdfUnavailable, ReleasePdf, render_release_pdf
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings

ROOT = Path(__file__).parents[3]
WriteIssue = Callable[[str | bytes], Path]
RELEASE = """\
kind: press-release
headline: "Le titre : un fait"
date: 2025-03-01
place: Paris
embargo: none
lead: Qui, quoi, quand, où.
body: |
  Un paragraphe et [un lien](https://a.fr/l).

  ## Un intertitre

  | Région | Depuis |
  |--------|--------|
  | Est    | 2016   |

  ### Un autre, plus bas

  La fin.
boilerplates: [association]
contacts: [presse]
"""


def pdf_of(write_issue: WriteIssue, settings: Settings, text: str) -> ReleasePdf:
    loaded = load_issue(write_issue(text), settings)
    assert loaded.problems == ()
    assert isinstance(loaded.issue, PressRelease)
    return render_release_pdf(loaded.issue, settings)


@pytest.fixture(name="pdf")
def open_pdf(write_issue: WriteIssue, settings: Settings) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf_of(write_issue, settings, RELEASE).content)) as pdf:
        yield pdf


@pytest.mark.parametrize(("language", "width"), [("en-US", 612), ("en", 595), ("fr", 595)])
def test_an_american_release_is_on_letter_paper(
    language: str, width: int, write_issue: WriteIssue, settings: Settings
) -> None:
    text = f"language: {language}\n{RELEASE}"
    with pikepdf.open(io.BytesIO(pdf_of(write_issue, settings, text).content)) as pdf:
        assert int(pdf.pages[0].mediabox[2]) == width


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Yield the elements of the structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return list(elements(pdf.Root.StructTreeRoot))


def test_the_language_is_set(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "fr"


def test_the_title_is_set_and_shown_in_the_window(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.docinfo["/Title"]) == "Le titre\u00a0: un fait"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_every_content_is_marked(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    drawn = pdf.pages[0].Contents.read_bytes()
    assert drawn.count(b"BDC") + drawn.count(b"BMC") == drawn.count(b"EMC")
    outside = [part.rsplit(b"EMC")[-1] for part in drawn.split(b"BDC")]
    assert all(b"Tj" not in part and b"TJ" not in part for part in outside[:-1:2])


def test_it_says_that_it_is_accessible(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_headings_follow_each_other_without_a_gap(pdf: pikepdf.Pdf) -> None:
    levels = [int(str(each.S)[2]) for each in structure(pdf) if str(each.S)[:2] == "/H"]

    assert levels == [1, 2, 3, 2, 2]


def test_every_figure_has_words(write_issue: WriteIssue, settings: Settings) -> None:
    body = "body:\n  - {kind: picture, file: photo.png, alt: Ce qu'on voit}\n"
    body += "  - {kind: picture, file: photo.png, decorative: true}\n"
    text = RELEASE[: RELEASE.index("body")] + body + RELEASE[RELEASE.index("boilerplates") :]

    with pikepdf.open(io.BytesIO(pdf_of(write_issue, settings, text).content)) as pdf:
        words = [str(each.Alt) for each in structure(pdf) if each.S == "/Figure"]

    assert words == ["Mon association", "Ce qu’on voit"]


def test_headers_of_a_table_say_what_they_head(pdf: pikepdf.Pdf) -> None:
    scopes = [str(each.A.Scope) for each in structure(pdf) if each.S == "/TH"]

    assert scopes == ["/Column", "/Column"]


def test_every_link_says_where_it_leads(pdf: pikepdf.Pdf) -> None:
    links = [each for page in pdf.pages for each in page.Annots if each.Subtype == "/Link"]

    assert [str(link.Contents) for link in links] == [
        "https://a.fr/l",
        "tel:0199000000",
        "mailto:presse@example.org",
    ]


def test_pages_are_a4(pdf: pikepdf.Pdf) -> None:
    width, height = (float(side) for side in pdf.pages[0].MediaBox[2:])

    assert (round(width), round(height)) == (595, 842)


def test_equal_releases_are_equal_to_the_byte(write_issue: WriteIssue, settings: Settings) -> None:
    first = pdf_of(write_issue, settings, RELEASE)
    second = pdf_of(write_issue, settings, RELEASE)

    assert first.content == second.content


def test_the_sample_and_a_release_of_2000_signs_take_one_page(
    write_issue: WriteIssue, settings: Settings
) -> None:
    own = load_settings(ROOT).settings
    assert own is not None
    sample = load_issue(ROOT / "issues/2023-09-numeric-emploi.yaml", own).issue
    assert isinstance(sample, PressRelease)
    paragraph = "Le secteur recrute, forme et innove dans toutes les régions du pays, dit-on. "
    body = "\n\n".join([f"  {paragraph * 5}"] * 5)
    text = RELEASE[: RELEASE.index("  Un para")] + body + "\n" + RELEASE[RELEASE.index("boil") :]

    for pdf in (render_release_pdf(sample, own), pdf_of(write_issue, settings, text)):
        with pikepdf.open(io.BytesIO(pdf.content)) as opened:
            assert len(opened.pages) == 1


@pytest.mark.parametrize("paragraphs", range(10, 16))
def test_contacts_stand_beside_the_boilerplate_and_never_alone_on_a_page(
    paragraphs: int, write_issue: WriteIssue, settings: Settings
) -> None:
    paragraph = "  " + "Le secteur recrute, forme et innove, dit-on, dans le pays. " * 4
    body = "\n\n".join([paragraph] * paragraphs)
    text = RELEASE[: RELEASE.index("  Un para")] + body + "\n" + RELEASE[RELEASE.index("boil") :]

    content = pdf_of(write_issue, settings, text).content
    read = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    pages = read.stdout.decode().split("\f")[:-1]

    assert "Contact presse" in pages[-1]
    assert "À propos" in pages[-1]
    assert "dit-on" in pages[-1]
    assert sum(page.count("Contact presse") for page in pages) == 1


def test_what_was_corrected_stands_above_the_title(
    write_issue: WriteIssue, settings: Settings
) -> None:
    text = f"{RELEASE}correction: {{date: 2025-03-09, text: le 13 et non le 12.}}\n"

    content = pdf_of(write_issue, settings, text).content

    read = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    said, title, _rest = read.stdout.decode().partition("Le titre")
    assert "Corrigé le 9 mars 2025" in " ".join(said.split())
    assert title
    assert "le 13 et non le 12." in said


def test_nothing_is_fetched(write_issue: WriteIssue, settings: Settings) -> None:
    body = "body:\n  - {kind: picture, url: 'https://a.fr/x.png', alt: x, width: 9, height: 9}\n"
    text = RELEASE[: RELEASE.index("body")] + body + RELEASE[RELEASE.index("boilerplates") :]

    assert pdf_of(write_issue, settings, text).content.startswith(b"%PDF")


def test_a_theme_s_font_that_the_machine_lacks_is_named(
    write_issue: WriteIssue, workspace: Path
) -> None:
    theme = workspace / "assets/theme.yaml"
    theme.write_text("fonts: {heading: 'Inconnue,serif'}\n")
    settings = load_settings(workspace).settings
    assert settings is not None

    pdf = pdf_of(write_issue, settings, RELEASE)

    assert pdf.missing_fonts == ("Inconnue",)


def test_a_sign_that_no_font_has_is_left_out_and_named(
    write_issue: WriteIssue, settings: Settings
) -> None:
    cuneiform = "\U00012000"

    pdf = pdf_of(write_issue, settings, RELEASE.replace("Qui,", f"Qui{cuneiform},"))

    assert pdf.missing_characters == cuneiform
    assert pdf.content == pdf_of(write_issue, settings, RELEASE).content


@pytest.mark.parametrize(
    ("error", "words"), [(ImportError, "WeasyPrint"), (OSError, "libpango-1.0-0")]
)
def test_what_is_missing_to_make_pdfs_is_named(
    error: type[Exception],
    words: str,
    write_issue: WriteIssue,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = builtins.__import__

    def find_all_else(name: str, *rest: object) -> ModuleType:
        if name == "weasyprint":
            raise error(name)
        return find(name, *rest)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", find_all_else)

    with pytest.raises(PdfUnavailable) as told:
        pdf_of(write_issue, settings, RELEASE)

    assert words in f"{told.value.message} {told.value.hint}"


WIDE = """\
body: |
  Un mot : https://a.fr/{long}

  | Nom | Adresse | Chiffre |
  |-----|---------|---------|
  | Un  | https://a.fr/{long} | 1 234 567 |

  > {long}

  ```
  {long}
  ```
"""


def test_nothing_runs_over_the_edge_of_the_page(
    write_issue: WriteIssue, workspace: Path, tmp_path: Path
) -> None:
    path = workspace / "newsletter.yaml"
    name = "Fédération nationale interprofessionnelle des entreprises </style> " * 3
    path.write_text(path.read_text().replace("  name: Mon association", f'  name: "{name}"', 1))
    settings = load_settings(workspace).settings
    assert settings is not None
    body = WIDE.format(long="motsanscoupure" * 12)
    text = RELEASE[: RELEASE.index("body")] + body + RELEASE[RELEASE.index("boilerplates") :]

    (tmp_path / "release.pdf").write_bytes(pdf_of(write_issue, settings, text).content)
    reading = ["pdftotext", "-bbox", str(tmp_path / "release.pdf"), "-"]
    boxes = subprocess.run(reading, check=True, capture_output=True).stdout.decode()

    right = [float(edge) for edge in re.findall(r'<word [^>]*xMax="([\d.]+)"', boxes)]
    assert "567" in boxes
    assert "overflow-wrap" not in boxes
    assert max(right) <= 595 - 60


def test_a_picture_that_is_cut_is_still_told_after_a_pdf_was_made(
    write_issue: WriteIssue, settings: Settings
) -> None:
    pdf_of(write_issue, settings, RELEASE)
    photo = settings.workspace / "assets/images/photo.png"
    (photo.parent / "coupe.png").write_bytes(photo.read_bytes()[: photo.stat().st_size // 2])
    item = "body: [{kind: picture, file: coupe.png, alt: x}]\n"
    text = RELEASE[: RELEASE.index("body")] + item + RELEASE[RELEASE.index("boilerplates") :]

    loaded = load_issue(write_issue(text), settings)

    assert [problem.rule for problem in loaded.problems] == ["picture"]


def test_fonts_that_stand_in_for_the_theme_s_are_not_missed(
    write_issue: WriteIssue, settings: Settings
) -> None:
    assert pdf_of(write_issue, settings, RELEASE).missing_fonts == ()
