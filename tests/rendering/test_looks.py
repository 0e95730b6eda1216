"""Every kind of item in every look: one scale of spaces, nothing that classic Outlook loses."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree, html

from newsletter.content.loading import load_issue
from newsletter.preview.views import APPEARANCES, light
from newsletter.rendering.document import Document, render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.theme import LOOKS, SCALE, SPACINGS
from tests.conftest import HEAD

ROOT = Path(__file__).parents[2]
EVERY_KIND = ROOT / "tests/gallery/every-kind.yaml"
RenderIn = Callable[..., Document]
# What is set apart from the text; its ground, bar or lines must hold in every program.
APART = ("box", "bar", "strip", "rule", "centred", "chip", "band", "ink", "tint", "card", "day")
SPACES = re.compile(r"(?:^|;)\s*(?:margin|padding)[\w-]*\s*:\s*([^;]+)")


@pytest.fixture
def render_in(tmp_path: Path) -> RenderIn:
    """Return what renders an issue in a workspace whose theme says `theme`."""

    def render(theme: str, issue: Path = EVERY_KIND) -> Document:
        shutil.copytree(ROOT / "assets", tmp_path / "assets", dirs_exist_ok=True)
        shutil.copy(ROOT / "newsletter.yaml", tmp_path)
        (tmp_path / "assets/theme.yaml").write_text(theme)
        loaded_settings = load_settings(tmp_path)
        assert loaded_settings.problems == ()
        assert loaded_settings.settings is not None
        shutil.copytree(ROOT / "issues", tmp_path / "issues", dirs_exist_ok=True)
        copied = shutil.copy(issue, tmp_path / "issues" / issue.name)
        loaded = load_issue(Path(copied), loaded_settings.settings)
        assert loaded.issue is not None
        return render_document(loaded.issue, loaded_settings.settings)

    return render


@pytest.mark.parametrize("look", LOOKS)
def test_every_kind_is_rendered_as_the_golden_page_of_its_look(
    look: str, render_in: RenderIn, request: pytest.FixtureRequest
) -> None:
    golden = ROOT / f"tests/golden/look-{look}.html"
    mail = render_in(f'look: {look}\nbrand: "#5b2bb5"\n').html
    if request.config.getoption("--write-golden"):
        golden.write_text(mail, encoding="utf-8")

    assert mail == golden.read_text(encoding="utf-8")


def spaces_in(mail: str) -> Iterator[tuple[int, str]]:
    """Yield each margin and padding of a mail, in pixels, with the element that has it."""
    for element in html.document_fromstring(mail).body.iter(etree.Element):
        for found in SPACES.findall(element.get("style", "")):
            for space in re.findall(r"-?\d+", found):
                yield int(space), etree.tostring(element)[:120].decode()


@pytest.mark.parametrize("look", LOOKS)
def test_beside_a_picture_the_text_begins_and_goes_on_below(
    look: str, render_in: RenderIn, tmp_path: Path
) -> None:
    issue = tmp_path / "beside.yaml"
    item = "kind: article, title: a, lead: b, layout: beside, picture: {file: lycee.png, alt: c}"
    issue.write_text(f'{HEAD}items: [{{{item}, body: "first\\n\\nsecond"}}]\n')

    mail = html.document_fromstring(render_in(f"look: {look}\n", issue).html)

    [picture, text] = mail.xpath("//div[starts-with(@class, 'col ')]")
    assert len(picture.xpath(".//img[@alt='c']")) == 1
    assert [each.strip() for each in text.itertext() if each.strip()] == ["a", "b", "first"]
    assert mail.xpath("//p[.='second']/ancestor::div[starts-with(@class, 'col ')]") == []


def test_no_dot_between_facts_begins_a_line(render_in: RenderIn) -> None:
    mail = render_in("look: plain\n")

    for part in (html.document_fromstring(mail.html).text_content(), mail.text):
        assert part.count("\xa0·") > 3
        assert re.findall(r".{,20}[ \n]·", part) == []


def test_what_is_round_in_light_is_round_in_dark(render_in: RenderIn) -> None:
    mail = render_in('look: institution\nbrand: "#5b2bb5"\n').html

    dark = re.findall(r"([^{}]+)\{([^}]+)\}", mail.partition("(prefers-color-scheme:dark){")[2])
    grounds = {
        each.strip() for rule, said in dark if "background" in said for each in rule.split(",")
    }
    assert ".solid" in grounds
    assert {each for each in grounds if each.endswith((" a", " span"))} == set()
    styles = html.document_fromstring(mail).xpath("//td[@class='plate']/@style")
    assert all("border-radius:4px" in each for each in styles)


def test_a_picture_in_a_box_is_no_wider_than_the_box_s_words(
    render_in: RenderIn, tmp_path: Path
) -> None:
    issue = tmp_path / "boxed.yaml"
    item = "kind: article, title: a, body: b, layout: box, picture: {file: lycee.png, alt: c}"
    issue.write_text(f"{HEAD}items: [{{{item}}}]\n")

    mail = html.document_fromstring(render_in("look: institution\n", issue).html)

    assert mail.xpath("//img[@alt='c']/@width") == [str(600 - 4 * 24)]


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("look", LOOKS)
def test_no_space_leaves_the_scale(look: str, spacing: str, render_in: RenderIn) -> None:
    scale = {round(step * SPACINGS[spacing]) for step in SCALE}
    mail = render_in(f"look: {look}\nspacing: {spacing}\n").html

    found = list(spaces_in(mail))

    assert [(space, where) for space, where in found if space not in scale] == []
    assert len({space for space, _where in found}) > 4


@pytest.mark.parametrize("look", LOOKS)
def test_classic_outlook_keeps_every_box_bar_band_and_column(
    look: str, render_in: RenderIn
) -> None:
    mail = light(render_in(f"look: {look}\n").html)
    by_word = APPEARANCES["outlook-classic"].apply(mail)
    seen, in_outlook = (
        [
            (css, [rule.strip() for rule in each.get("style", "").split(";") if is_kept(rule)])
            for each in html.document_fromstring(page).body.iter(etree.Element)
            if (css := set(each.get("class", "").split()) & set(APART)) and each.tag != "blockquote"
        ]
        for page in (mail, by_word)
    )
    columns = by_word.count('valign="top" style="padding-right:')

    assert in_outlook == seen
    assert len(seen) > 10
    assert columns == mail.count('class="gap"')


def is_kept(rule: str) -> bool:
    """Tell whether a declaration sets apart: a ground, a line or a space."""
    return rule.split(":")[0].strip() in {
        "background",
        "padding",
        "border-left",
        "border-top",
        "border-bottom",
        "border",
    }


@pytest.mark.parametrize(
    ("look", "limit"),
    [("institution", 38_000), ("editorial", 40_000), ("magazine", 40_000), ("plain", 40_000)],
)
def test_the_twelve_items_of_a_sample_weigh_little(
    look: str, limit: int, render_in: RenderIn
) -> None:
    mail = render_in(f"look: {look}\n", ROOT / "issues/2023-05-coulisses.yaml").html

    assert len(mail.encode()) <= limit
