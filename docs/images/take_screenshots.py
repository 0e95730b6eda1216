"""Take the pictures of README and guide anew: `.venv/bin/python docs/images/take_screenshots.py`.

Needs `make test` to have been run once (Chromium, playwright). Writes beside itself the head of two
samples as a phone and a computer show them, in few colours: a README is read on trains.
"""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from newsletter.cli import run

HERE = Path(__file__).parent
COLOURS = 64
# Name, issue, colour scheme, width and height in pixels.
PICTURES = (
    ("phone-light", "2023-05-coulisses", "light", 375, 760),
    ("phone-dark", "2023-09-rentree", "dark", 375, 760),
    ("computer-light", "2023-05-coulisses", "light", 640, 900),
)


def take(browser: Browser, mail: Path, *, scheme: str, width: int, height: int) -> Image.Image:
    """Return the head of `mail` as a window of that size shows it, in few colours."""
    dark_or_light = "dark" if scheme == "dark" else "light"
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=dark_or_light)
    page.route("http*://**", lambda route: route.abort())
    page.goto(mail.as_uri())
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
            picture = take(browser, mail, scheme=scheme, width=width, height=height)
            picture.save(HERE / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
