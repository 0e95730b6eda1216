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
from newsletter.rendering.pictures.images import DocumentImage, document_image
from newsletter.settings.settings import Settings, load_settings
from newsletter.values.pictures import keep, picture_facts
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
    size: tuple[int, int], tmp_path: Path
) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")

    image, shown = document_image(tmp_path / "a.png", BOX, workspace=tmp_path)

    assert (shown, size_of(image, tmp_path)) == SIZES[size]


def test_a_name_says_what_the_picture_was_made_of(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "a.png")
    shutil.copy(path, tmp_path / "same.png")
    save_photo(tmp_path / "other.png")

    names = [
        document_image(tmp_path / name, box, workspace=tmp_path)[0].name
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

    _logo, photo = document.images
    assert document.html.count(f'src="{photo.name}"') == 2


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


def test_what_was_made_of_a_picture_is_not_made_again(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "a.png")
    image, _size = document_image(path, BOX, workspace=tmp_path)
    keep(tmp_path, Path(image.name).stem, b".png\nplanted")
    shutil.copy(path, tmp_path / "again.png")

    again, _size = document_image(tmp_path / "again.png", BOX, workspace=tmp_path)

    assert again.content == b"planted"


def test_a_damaged_cache_does_not_reach_a_mail(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "a.png")
    image, _size = document_image(path, BOX, workspace=tmp_path)
    for file in (tmp_path / ".cache/pictures").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    shutil.copy(path, tmp_path / "again.png")

    again, _size = document_image(tmp_path / "again.png", BOX, workspace=tmp_path)

    assert again == image


def test_a_workspace_that_cannot_be_written_to_shows_its_pictures(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("un fichier, pas un dossier")
    path = save_photo(tmp_path / "a.png")

    image, _size = document_image(path, BOX, workspace=tmp_path)

    assert size_of(image, tmp_path) == (64, 48)


def test_a_picture_damaged_between_reading_and_rendering_stops_with_its_name(
    tmp_path: Path,
) -> None:
    path = save_photo(tmp_path / "a.png")
    assert picture_facts(path, tmp_path) is not None
    path.write_bytes(b"damaged")

    with pytest.raises(NewsletterError, match=r"'a\.png' cannot be opened"):
        document_image(path, BOX, workspace=tmp_path)
