"""Show every kind in every look: `make gallery` writes `docs/gallery.md` and its pictures.

It renders `tests/gallery/every-kind.yaml` as the program does and photographs it in the preview's
Chromium. On the way it makes the README's picture, from a sample of `issues/`, and those of the
manual's kinds, each from the first example of its part.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from newsletter.preview.browser import chromium, still_page
from newsletter.preview.mail_pictures import standalone
from newsletter.preview.shown_issue import show_issue
from newsletter.preview.views import APPEARANCES
from newsletter.settings.loading import load_settings, with_look
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOK_FILES, LOOKS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
PAGE, IMAGES = ROOT / "docs/gallery.md", ROOT / "docs/images"
SAMPLE = ROOT / "tests/gallery/every-kind.yaml"
README_SAMPLE, README_LOOK = ROOT / "issues/2023-05-coulisses.yaml", "institution"
README_HEIGHT_PX, README_GAP_PX, README_GROUND = 900, 24, "#ffffff"
# The manual's pages of kinds, and what stands for the pictures that their examples name.
KINDS = {"fr": ROOT / "docs/fr/genres.md", "en": ROOT / "docs/en/kinds.md"}
STAND_INS = {
    "portrait.jpg": "portrait-ines.png",
    "rencontre.jpg": "rencontre.png",
    "meeting.jpg": "rencontre.png",
    "film.jpg": "lycee.png",
    "assembly.png": "assemblee.png",
    "logo-fe.png": "../logo.png",
    "logo-ef.png": "../logo.png",
}
ISSUE = """\
kind: newsletter
subject: Objet
preheader: Accroche
title: Titre
date: 2025-01-06
language: {}
items:
"""
_PARTS = re.compile(r"^### ([a-z-]+)\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
# Where an item lies on the page: marks around it in the mail say so.
PLACE = """() => {
    const marks = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    const range = document.createRange();
    while (marks.nextNode()) {
        if (marks.currentNode.data === "begin") range.setStartAfter(marks.currentNode);
        if (marks.currentNode.data === "end") range.setEndBefore(marks.currentNode);
    }
    const { top, height } = range.getBoundingClientRect();
    return { x: 20, y: top, width: innerWidth - 40, height };  // without the ground around the mail
}"""
TOP_PX = (320, 250)  # of a look, in the manual
COLOURS = 64  # drawings keep theirs if a palette is chosen by what it covers, then refined
HEAD = """# Gallery

Every kind of item in every look, as a computer shows it by day and by night, and a phone: the mail
of `tests/gallery/every-kind.yaml`, at half its size. A look is one line of
`assets/theme.yaml`, such as `look: magazine`. Written by `make gallery`, and by nothing else.
"""


class View(NamedTuple):
    """A width in CSS pixels, and one of the preview's appearances."""

    width: int
    appearance: str

    @property
    def title(self) -> str:
        """Its name in words and in files: "640-dark"."""
        return f"{self.width}-{self.appearance}"


VIEWS = (View(640, "light"), View(640, "dark"), View(375, "light"))


def main() -> None:
    """Write the page and every picture."""
    settings = load_settings(ROOT).settings
    if settings is None:
        raise SystemExit("the settings of the repository have errors: newsletter check")
    with chromium() as browser:
        for look in LOOKS:
            html = mail_in(look, SAMPLE, settings)
            for view in VIEWS:
                taken = photograph(browser, html, view)
                half = taken.resize((taken.width // 2, taken.height // 2), Image.Resampling.LANCZOS)
                save(half, picture_of(look, view))
        save(tops_of_looks(), "looks.png")
        html = mail_in(README_LOOK, README_SAMPLE, settings)
        views = (View(640, "light"), View(375, "dark"))
        save(
            beside(*(photograph(browser, html, view) for view in views)),
            "readme-mail.png",
            colours=256,
        )
        for name, html in kinds():
            with still_page(browser, width=640) as shown:
                shown.set_content(APPEARANCES["light"].apply(html))
                picture = shown.screenshot(full_page=True, clip=shown.evaluate(PLACE))
                save(Image.open(BytesIO(picture)).convert("RGB"), f"{name}.png", colours=24)
    PAGE.write_text(page(), "utf-8")


def kinds() -> Iterator[tuple[str, str]]:
    """Yield the name of each picture of a kind, and the mail that shows the kind's example."""
    with TemporaryDirectory() as folder:
        workspace = Path(folder)
        shutil.copytree(ROOT / "assets", workspace / "assets")
        shutil.copy(ROOT / "newsletter.yaml", workspace)
        images = workspace / "assets/images"
        for name, stand_in in STAND_INS.items():
            mode = "RGB" if name.endswith(".jpg") else "RGBA"
            Image.open(images / stand_in).convert("RGBA").convert(mode).save(images / name)
        settings = load_settings(workspace).settings
        if settings is None:
            raise SystemExit("the settings of the repository have errors: newsletter check")
        for language, path in KINDS.items():
            for kind, part in _PARTS.findall(path.read_text("utf-8")):
                if found := re.search(rf"```yaml\n(- kind: {kind}\n.*?)```", part, re.DOTALL):
                    issue = workspace / "issue.yaml"
                    issue.write_text(ISSUE.format(language) + found[1], "utf-8")
                    yield f"kind-{language}-{kind}", marked_mail(issue, settings)


def marked_mail(path: Path, settings: Settings) -> str:
    """Return the mail of an issue that has one item, with marks around it."""
    mail = show_issue(path, settings, settings.recipients.sample).mail
    if mail is None:
        raise SystemExit(f"an example makes no mail: {path.read_text('utf-8')}")
    [span] = mail.document.item_spans
    html = mail.filled.html
    html = (
        f"{html[: span.start]}<!--begin-->{html[span.start : span.end]}<!--end-->{html[span.end :]}"
    )
    return standalone(replace(mail, filled=replace(mail.filled, html=html)))


def mail_in(look: str, path: Path, settings: Settings) -> str:
    """Return the mail of the issue at `path` in `look`, whole: with its pictures."""
    shown = show_issue(path, with_look(settings, look), settings.recipients.sample)
    if shown.mail is None:
        raise SystemExit(f"{path.name} makes no mail: newsletter check {path}")
    return standalone(shown.mail)


def photograph(browser: "Browser", html: str, view: View) -> Image.Image:
    """Return the whole mail as `view` has it."""
    with still_page(browser, width=view.width, dark=view.appearance == "dark") as page:
        page.set_content(APPEARANCES[view.appearance].apply(html))
        return Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")


def beside(*pictures: Image.Image) -> Image.Image:
    """Return the tops of the pictures, side by side."""
    width = sum(each.width for each in pictures) + README_GAP_PX * (len(pictures) - 1)
    whole = Image.new("RGB", (width, README_HEIGHT_PX), README_GROUND)
    left = 0
    for each in pictures:
        whole.paste(each.crop((0, 0, each.width, README_HEIGHT_PX)), (left, 0))
        left += each.width + README_GAP_PX
    return whole


def tops_of_looks() -> Image.Image:
    """Return the tops of the looks' pictures, two by two, for the manual's page."""
    width, height = TOP_PX
    whole = Image.new("RGB", (2 * width + README_GAP_PX, 2 * height + README_GAP_PX), README_GROUND)
    for at, look in enumerate(LOOKS):
        place = (at % 2 * (width + README_GAP_PX), at // 2 * (height + README_GAP_PX))
        picture = Image.open(IMAGES / picture_of(look, VIEWS[0])).convert("RGB")
        whole.paste(picture.crop((0, 0, width, height)), place)
    return whole


def save(picture: Image.Image, name: str, *, colours: int = COLOURS) -> None:
    """Write a picture in few colours: pages are read on trains."""
    few = picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    few.save(IMAGES / name, optimize=True)


def picture_of(look: str, view: View) -> str:
    """Return the file's name of a picture."""
    return f"gallery-{look}-{view.title}.png"


def page() -> str:
    """Return the page: a row of pictures for each look."""
    titles = ("Computer, light", "Computer, dark", "Phone")
    head = f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}\n"
    return "\n".join(
        [HEAD, *(f"## {look}\n\n{said_of(look)}\n\n{head}{row(look)}" for look in LOOKS)]
    )


def said_of(look: str) -> str:
    """Return what the file of a look says of it in its first line."""
    text = (LOOK_FILES / f"{look}.yaml").read_text("utf-8")
    return text.partition("\n")[0].removeprefix("# ")


def row(look: str) -> str:
    """Return the row of a look's pictures; each leads to its file."""
    shown = (f"images/{picture_of(look, view)}" for view in VIEWS)
    names = [f"{look}, {view.width} pixels wide, {view.appearance}" for view in VIEWS]
    return (
        f"| {' | '.join(f'![{name}]({path})' for name, path in zip(names, shown, strict=True))} |\n"
    )


if __name__ == "__main__":
    main()
