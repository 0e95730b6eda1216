"""Take the pictures of README and guide anew: `.venv/bin/python docs/images/take_screenshots.py`.

Needs `make test` to have been run once (Chromium, playwright, pdftoppm of poppler-utils). Writes
beside itself what a phone and a computer show of the samples, in few colours: a README is read on
trains.
"""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from newsletter.cli import run

HERE = Path(__file__).parent
COLOURS = 64
# Name, issue, colour scheme, width and height in pixels.
PICTURES = (("computer-light", "2023-05-coulisses", "light", 640, 900),)
# Name, what follows the preview's address, colour scheme: the page that `preview` serves.
PAGES = (("preview-page", "issues/2023-09-rentree?width=375", "light"),)
HEAD = "kind: newsletter\nsubject: Objet\npreheader: Accroche\ntitle: Titre\ndate: 2023-05-02\n"
# The recipes of « Je veux… » that are items for everyone, in order; and the drawings of this
# workspace that stand for the pictures that they name.
RECIPES = ("editorial", "video", "job", "event", "partner", "correction", "beside", "date")
RECIPE_PAGES = {"fr": "fr/je-veux.md", "en": "en/how-to.md"}
DRAWN = {"portrait": "portrait-ines", "film": "rencontre", "visit": "lycee", "visite": "lycee",
         "bureaux": "ministere", "offices": "ministere"}  # fmt: skip
PDFS = (("release-pdf", "2023-09-numeric-emploi"),)


def take(browser: Browser, mail: Path, *, scheme: str, size: tuple[int, int]) -> Image.Image:
    """Return what a window of that size shows of `mail`, in few colours."""
    dark_or_light = "dark" if scheme == "dark" else "light"
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=viewport, color_scheme=dark_or_light)
    page.route("http*://**", lambda route: route.abort())
    page.goto(mail.as_uri())
    picture = Image.open(BytesIO(page.screenshot()))
    page.close()
    return picture.convert("RGB").quantize(COLOURS)


def take_readme_item(browser: Browser, folder: Path) -> Image.Image:
    """Return what becomes of the lines of YAML that README shows, on a phone."""
    readme = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
    (item,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    issue = folder / "readme.yaml"
    issue.write_text(f"{HEAD}language: en\nitems:\n{item}", encoding="utf-8")
    if run(["build", str(issue), "--output", str(folder)]) != 0:
        raise SystemExit("the item of README does not build")
    page = browser.new_page(viewport={"width": 375, "height": 900}, device_scale_factor=2)
    page.goto((folder / "readme/email.html").as_uri())
    place = page.locator("h2", has_text="Treasury").bounding_box()
    end = page.get_by_text("than a grant").last.bounding_box()
    if place is None or end is None:
        raise SystemExit("the item of README is not in its email")
    top = place["y"] - 20
    height = end["y"] + end["height"] + 24 - top
    clip = {"x": 0, "y": top, "width": 375, "height": height}
    picture = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip)))
    page.close()
    return picture.convert("RGB").quantize(COLOURS)


def take_recipes(browser: Browser, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Yield the name and the picture of what each recipe becomes."""
    for language, name in RECIPE_PAGES.items():
        page = (HERE.parent / name).read_text(encoding="utf-8")
        items = re.findall(r"```yaml\n(- kind:.*?)```", page, re.DOTALL)
        everyone_s = [item for item in items if "  for:" not in item]
        for recipe, item in zip(RECIPES, everyone_s, strict=True):
            drawn = re.sub(r"file: (\w+)\.jpg", lambda found: f"file: {DRAWN[found[1]]}.png", item)
            issue = folder / f"recipe-{language}-{recipe}.yaml"
            issue.write_text(f"{HEAD}language: {language}\nitems:\n{drawn}", encoding="utf-8")
            if run(["build", str(issue), "--output", str(folder)]) != 0:
                raise SystemExit(f"the recipe {issue.stem} does not build")
            mail = folder / issue.stem / "email.html"
            # A phone has no room for a picture beside a text.
            yield issue.stem, take_item(browser, mail, width=640 if recipe == "beside" else 375)


def take_item(browser: Browser, mail: Path, *, width: int) -> Image.Image:
    """Return what stands between the title and the footer of a mail, in few colours."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(mail.as_uri())
    title = page.locator("h1").bounding_box()
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    page.close()
    if title is None:
        raise SystemExit(f"{mail} has no title")
    # Down the margin, left of what stands in the mail, the footer is what is not of its ground.
    top, margin = round(title["y"] + title["height"]), title["x"] - 12
    ground = picture.getpixel((margin, top))
    rows = range(top, picture.height)
    end = next(row for row in rows if picture.getpixel((margin, row)) != ground)
    return picture.crop((0, top, picture.width, end)).quantize(COLOURS)


def first_page(pdf: Path) -> Image.Image:
    """Return the first page of `pdf`, in few colours."""
    command = ["pdftoppm", "-r", "72", "-png", "-singlefile", str(pdf)]
    shown = subprocess.run(command, check=True, capture_output=True)
    return Image.open(BytesIO(shown.stdout)).convert("RGB").quantize(COLOURS)


@contextmanager
def served_preview() -> Iterator[str]:
    """Serve the preview of this workspace; yield its address."""
    command = [sys.executable, "-m", "newsletter", "preview", "--port", "0", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline() if server.stdout else ""
        yield re.findall(r"http://[\d.:]+/", said)[0]
        server.send_signal(signal.SIGINT)


def take_page(browser: Browser, address: str, *, scheme: str) -> Image.Image:
    """Return what a window of 1280 by 800 shows of the preview's page, in few colours."""
    dark_or_light = "dark" if scheme == "dark" else "light"
    viewport = {"width": 1280, "height": 800}
    page = browser.new_page(viewport=viewport, color_scheme=dark_or_light, locale="fr-FR")
    page.goto(address)
    page.frame_locator("#frame").locator("h1").wait_for()
    picture = Image.open(BytesIO(page.screenshot()))
    page.close()
    return picture.convert("RGB").quantize(COLOURS)


def main() -> None:
    """Build the samples into a folder of their own, and take every picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        if run(["build", "--output", folder]) != 0:
            raise SystemExit("the samples do not build")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        for name, issue, scheme, width, height in PICTURES:
            mail = Path(folder) / issue / "email.html"
            picture = take(browser, mail, scheme=scheme, size=(width, height))
            picture.save(HERE / f"{name}.png", optimize=True)
        picture = take_readme_item(browser, Path(folder))
        picture.save(HERE / "readme-item.png", optimize=True)
        for name, picture in take_recipes(browser, Path(folder)):
            picture.save(HERE / f"{name}.png", optimize=True)
        with served_preview() as address:
            for name, path, scheme in PAGES:
                picture = take_page(browser, f"{address}{path}", scheme=scheme)
                picture.save(HERE / f"{name}.png", optimize=True)
        browser.close()
        for name, issue in PDFS:
            picture = first_page(Path(folder) / issue / "release.pdf")
            picture.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
