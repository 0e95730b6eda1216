"""The pictures of a document: their sizes, their names, and that none is made twice."""

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
from newsletter.rendering.pictures.images import DocumentImage, Pictures, Size
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced
from newsletter.values.pictures import keep, picture_facts
from newsletter.values.structures import PictureParts
from tests.conftest import HEAD

WriteIssue = Callable[[str | bytes], Path]
BOX = (560, 900)


def render(path: Path, settings: Settings) -> Document:
    loaded = load_issue(path, settings)
    assert loaded.problems == ()
    assert loaded.issue is not None
    return render_document(loaded.issue, settings)


def save_photo(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    noise = Image.effect_noise(size, 80)
    Image.merge("RGB", [noise, noise.rotate(180), noise]).save(path)
    return path


def size_of(image: DocumentImage, folder: Path) -> tuple[int, int]:
    path = folder / "shown"
    path.write_bytes(image.content)
    with Image.open(path) as picture:
        return picture.size


def shown_in(box: Size, path: Path, settings: Settings) -> tuple[DocumentImage, Size]:
    pictures = Pictures(replaced(settings, workspace=path.parent, site=None))
    shown = pictures.shown(path.name, box[0], height=box[1])
    return pictures.images[0], (shown.width, shown.height)


SIZES = {
    # of the picture: as it is shown, as it is sent
    (3000, 1500): ((560, 280), (1120, 560)),
    (900, 450): ((560, 280), (900, 450)),
    (100, 50): ((100, 50), (100, 50)),
    (500, 4000): ((112, 900), (224, 1800)),
    (1, 5000): ((1, 900), (1, 1800)),
}


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_is_sent_at_twice_its_shown_size_and_never_enlarged(
    size: tuple[int, int], tmp_path: Path, settings: Settings
) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")

    image, shown = shown_in(BOX, tmp_path / "a.png", settings)

    assert (shown, size_of(image, tmp_path)) == SIZES[size]


CROPPED = {
    # of the picture, and the ratio: as it is shown, as it is sent
    ((3000, 1500), 16 / 9): ((268, 151), (536, 302)),
    ((1500, 3000), 16 / 9): ((268, 151), (536, 302)),
    ((300, 300), 2): ((268, 134), (300, 150)),
    ((100, 50), 1): ((50, 50), (50, 50)),
    ((1, 5000), 1): ((1, 1), (1, 1)),
    ((3000, 3000), 0.1): ((90, 900), (180, 1800)),
}


@pytest.mark.parametrize(("size", "ratio"), CROPPED)
def test_a_picture_is_cropped_to_a_ratio_and_never_enlarged(
    size: tuple[int, int], ratio: float, settings: Settings, tmp_path: Path
) -> None:
    Image.new("RGB", size).save(settings.workspace / "assets/images/a.png")
    pictures = Pictures(settings)

    shown = pictures.shown(parts("a.png"), 268, ratio)

    (image,) = pictures.images
    assert ((shown.width, shown.height), size_of(image, tmp_path)) == CROPPED[size, ratio]


def test_what_must_stay_of_a_picture_stays(settings: Settings, tmp_path: Path) -> None:
    picture = Image.new("RGB", (100, 300), "white")
    picture.paste("red", (0, 200, 100, 300))
    picture.save(settings.workspace / "assets/images/a.png")
    pictures = Pictures(settings)

    pictures.shown(parts("a.png", focus="bottom"), 100, 1)

    (image,) = pictures.images
    (tmp_path / "shown").write_bytes(image.content)
    assert Image.open(tmp_path / "shown").convert("RGB").getcolors() == [(10_000, (255, 0, 0))]


def test_each_crop_and_the_play_disc_have_a_name_of_their_own(settings: Settings) -> None:
    save_photo(settings.workspace / "assets/images/a.png", (400, 400))
    pictures = Pictures(settings)

    for focus in ("centre", "top", "left"):
        pictures.shown(parts("a.png", focus=focus), 268, 2)
    pictures.shown(parts("a.png"), 268)
    pictures.shown(parts("a.png"), 268, 1)  # all of it
    pictures.shown(parts("a.png"), 268, play=True)

    assert len(pictures.images) == 4


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ({"width": 200}, (200, 100)),
        ({"height": 50}, (100, 50)),
        ({"width": 200, "height": 50}, (100, 50)),
        ({"width": 5000}, (560, 280)),
    ],
)
def test_a_picture_is_no_larger_than_its_file_is_said_to_be_shown(
    says: dict[str, int], shown: tuple[int, int], settings: Settings
) -> None:
    Image.new("RGB", (2000, 1000)).save(settings.workspace / "assets/images/grande.png")

    image = Pictures(settings).shown(parts("grande.png", **says), 560)

    assert (image.width, image.height) == shown


def test_a_picture_that_says_its_width_is_not_stretched_on_phones(
    settings: Settings, write_issue: WriteIssue
) -> None:
    Image.new("RGB", (2000, 1000)).save(settings.workspace / "assets/images/grande.png")
    link = "{title: a, url: 'https://example.org', picture: {file: grande.png, decorative: true%s}}"
    links = f"[{link % ''}, {link % ', width: 100'}]"

    document = render(
        write_issue(f"{HEAD}items: [{{kind: links, layout: cards, links: {links}}}]\n"), settings
    )

    tags = re.findall(r'<img class="(stretch|fluid)"[^>]* width="(\d+)"', document.html)
    assert tags == [("stretch", "236"), ("fluid", "100")]


def test_a_template_may_ask_for_any_picture_and_for_icons(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    save_photo(workspace / "assets/images/photo.png", (400, 400))
    template = workspace / "templates/email/items/picture.mjml"
    template.parent.mkdir(parents=True)
    template.write_text(
        """{% set poster = pictures.shown(item, 160, ratio=16/9, play=true) %}
        {% set icon = organisation.social[0].icon %}
        {% set social = pictures.shown("assets/icons/" ~ icon ~ "-dark.png", 24) %}
        <p><img src="{{ poster.src }}" width="{{ poster.width }}" alt="x"/>
        <img src="{{ social.src }}" width="{{ social.width }}" alt="x"/></p>"""
    )

    document = render(
        write_issue(HEAD + "items:\n  - {kind: picture, file: photo.png, alt: x}\n"), settings
    )

    images = html.document_fromstring(document.html).xpath("//img[@alt='x']")
    assert [(each.get("width"), each.get("height")) for each in images] == [
        ("160", "90"),
        ("24", "24"),
    ]
    assert {each.get("src") for each in images} <= {image.name for image in document.images}


def test_an_animation_is_neither_cropped_nor_painted_on(settings: Settings) -> None:
    frames = [Image.new("RGB", (80, 40), colour) for colour in ("red", "green")]
    frames[0].paste("white", (0, 0, 9, 9))
    path = settings.workspace / "assets/images/a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    pictures = Pictures(settings)

    shown = pictures.shown(parts("a.gif"), 268, 1, play=True)

    assert (shown.width, shown.height) == (80, 40)
    assert pictures.shown(parts("a.gif"), 268) == shown


def test_a_picture_given_by_its_address_is_shown_whole(settings: Settings) -> None:
    url = "https://example.org/a.png"
    picture = PictureParts(url=url, width=800, height=400)
    pictures = Pictures(settings)

    shown = pictures.shown(picture, 200, 1, play=True)

    assert (shown.src, shown.width, shown.height) == (url, 200, 100)
    assert pictures.images == ()


def test_a_name_means_the_workspace_s_own_file_or_else_the_program_s(settings: Settings) -> None:
    name = "assets/icons/x-dark.png"

    packaged = Pictures(settings).shown(name, 24)
    (settings.workspace / name).parent.mkdir()
    Image.new("RGB", (10, 10)).save(settings.workspace / name)
    own = Pictures(settings).shown(name, 24)

    assert (packaged.width, packaged.height) == (24, 24)
    assert (own.width, own.height) == (10, 10)


def parts(name: str, **more: str | int) -> PictureParts:
    return PictureParts(file=f"assets/images/{name}", **more)


def test_a_name_says_what_the_picture_was_made_of(tmp_path: Path, settings: Settings) -> None:
    path = save_photo(tmp_path / "a.png")
    shutil.copy(path, tmp_path / "same.png")
    save_photo(tmp_path / "other.png")

    names = [
        shown_in(box, tmp_path / name, settings)[0].name
        for name, box in (
            ("a.png", BOX),
            ("same.png", BOX),
            ("other.png", BOX),
            ("a.png", (16, 16)),
        )
    ]

    assert all(re.fullmatch(r"images/[0-9a-f]{16}\.jpg", name) for name in names)
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_a_picture_shown_twice_at_a_size_goes_along_once(
    write_issue: WriteIssue, settings: Settings, workspace: Path
) -> None:
    save_photo(workspace / "assets/images/photo.png")
    picture = "  - {kind: picture, file: photo.png, alt: x}\n"

    document = render(write_issue(f"{HEAD}items:\n{2 * picture}"), settings)

    shown = html.document_fromstring(document.html).xpath("//img[@alt='x']/@src")
    assert len(shown) == 2
    assert [image.name for image in document.images if image.name in shown] == [shown[0]]


def test_pictures_are_shown_from_where_the_settings_say(
    write_issue: WriteIssue, workspace: Path
) -> None:
    path = write_issue(HEAD + "items:\n  - {kind: picture, file: photo.png, alt: x}\n")
    settings_file = workspace / "newsletter.yaml"
    given = settings_file.read_text() + "site: {images_url: https://example.org/images/}\n"
    settings_file.write_text(given)
    settings = load_settings(workspace).settings
    assert settings is not None

    document = render(path, settings)

    sources = html.document_fromstring(document.html).xpath("//img/@src")
    assert sources
    assert set(sources) == {f"https://example.org/{image.name}" for image in document.images}


def test_what_was_made_of_a_picture_is_not_made_again(
    user_cache: Path, tmp_path: Path, settings: Settings
) -> None:
    path = save_photo(tmp_path / "a.png")
    image, _size = shown_in(BOX, path, settings)
    keep(Path(image.name).stem, b".png\nplanted")
    shutil.copy(path, tmp_path / "again.png")

    again, _size = shown_in(BOX, tmp_path / "again.png", settings)

    assert again.content == b"planted"


def test_a_damaged_cache_does_not_reach_a_mail(
    user_cache: Path, tmp_path: Path, settings: Settings
) -> None:
    path = save_photo(tmp_path / "a.png")
    image, _size = shown_in(BOX, path, settings)
    for file in (user_cache / "pictures").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    shutil.copy(path, tmp_path / "again.png")

    again, _size = shown_in(BOX, tmp_path / "again.png", settings)

    assert again == image


@pytest.mark.parametrize("planted", [b"", b".exe\nMZ", b"/../../a.png\n", b"\xff\n", b"png\n"])
def test_what_was_kept_under_another_name_counts_as_absent(
    planted: bytes, user_cache: Path, tmp_path: Path, settings: Settings
) -> None:
    path = save_photo(tmp_path / "a.png")
    image, _size = shown_in(BOX, path, settings)
    keep(Path(image.name).stem, planted)
    shutil.copy(path, tmp_path / "again.png")

    again, _size = shown_in(BOX, tmp_path / "again.png", settings)

    assert again == image


@pytest.mark.parametrize(
    "planted",
    [
        b"",
        b"[]",
        b"{}",
        b'{"width": 1}',
        b'{"sha256": "0", "format": "PNG", "width": 8, "height": 6, "inks": []}',
        b'{"sha256": "SHA", "format": "PNG", "width": -8, "height": 6, "inks": []}',
        b'{"sha256": "SHA", "format": "PNG", "width": "8", "height": 6, "inks": []}',
        b'{"sha256": "SHA", "format": "../x", "width": 8, "height": 6, "inks": []}',
    ],
)
def test_facts_that_are_not_as_we_write_them_count_as_absent(
    planted: bytes, user_cache: Path, tmp_path: Path
) -> None:
    path = save_photo(tmp_path / "a.png")
    facts = picture_facts(path)
    assert facts is not None
    (kept_facts,) = (user_cache / "pictures").iterdir()
    keep(kept_facts.name, planted.replace(b"SHA", facts.sha256.encode()))

    shutil.copy(path, tmp_path / "again.png")

    assert picture_facts(tmp_path / "again.png") == facts


def test_a_user_without_a_cache_sees_the_pictures(
    user_cache: Path, tmp_path: Path, settings: Settings
) -> None:
    shutil.rmtree(user_cache.parent)
    user_cache.parent.write_text("un fichier, pas un dossier")
    path = save_photo(tmp_path / "a.png")

    image, _size = shown_in(BOX, path, settings)

    assert size_of(image, tmp_path) == (64, 48)


def test_a_picture_damaged_between_reading_and_rendering_stops_with_its_name(
    tmp_path: Path,
    settings: Settings,
) -> None:
    path = save_photo(tmp_path / "a.png")
    assert picture_facts(path) is not None
    path.write_bytes(b"damaged")

    with pytest.raises(NewsletterError, match=r"'a\.png' cannot be opened"):
        shown_in(BOX, path, settings)
