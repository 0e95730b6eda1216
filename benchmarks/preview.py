"""Time the preview: from a save to its words on the screen, and from the start to the first page.

Chromium shows the page without a window and tells when it has drawn the new words. Times are by
the clock of this machine, in milliseconds, so that they mean something on an idle one only. Run it
from the repository's root: `make bench`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from newsletter.content.issue_file import load_issue
from newsletter.rendering.document import render_document
from newsletter.settings import load_settings

ROOT = Path(__file__).parent.parent
SAMPLE = "2023-05-coulisses"  # twelve items
OPENING = "de la rue de Grenelle"  # the sample's first words, which each save replaces
SAVES = 50
MANY = 300
PAUSE_SECONDS = 0.2  # between saves: the last one's checks are done
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Resolves, once the frame has drawn the words, with the time that it is then.
SEEN = """(words) => {
  window.seen = new Promise((resolve) => {
    const look = () => {
      const mail = document.getElementById("frame").contentDocument;
      if (mail.body && mail.body.textContent.includes(words)) {
        requestAnimationFrame(() => resolve(Date.now()));
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  });
}"""


def workspace_with(issues: int, folder: Path) -> Path:
    """Return a copy of this workspace in `folder` with so many issues, the sample among them."""
    for name in ("assets", "templates", "issues"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "newsletter.yaml", folder)
    text = (folder / f"issues/{SAMPLE}.yaml").read_text("utf-8")
    existing = len(list((folder / "issues").glob("*.yaml")))
    for number in range(issues - existing):
        day = f"date: {2000 + number // 12}-{number % 12 + 1:02}-01"
        copy = re.sub(r"^date:.*$", day, text, count=1, flags=re.MULTILINE)
        (folder / f"issues/old-{number:03}.yaml").write_text(copy, "utf-8")
    return folder


@contextmanager
def previewed(workspace: Path) -> Iterator[str]:
    """Run `newsletter preview` while this lasts; give its address."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "newsletter", "preview", "--port", "0", "--no-open"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = process.stdout.readline() if process.stdout else ""
        yield re.search(r"http://[\d.:]+", said)[0]  # type: ignore[index]
    finally:
        process.terminate()
        process.communicate()


def saves_shown(page: Page, path: Path) -> list[float]:
    """Return how long each of the saves took to be seen."""
    text = path.read_text("utf-8")
    times = []
    for number in range(SAVES):
        words = f"Enregistrement numéro {number}."
        page.evaluate(SEEN, words)
        beside = path.with_name(f".{path.name}.tmp")
        beside.write_text(text.replace(OPENING, f"{words} {OPENING}"), "utf-8")
        start = time.time()
        beside.replace(path)
        times.append(page.evaluate("window.seen") - start * 1000)
        time.sleep(PAUSE_SECONDS)
    return times


def warm_render(workspace: Path) -> float:
    """Return how long loading and rendering the sample takes in a process that has done so."""
    settings = load_settings(workspace).settings
    path = workspace / f"issues/{SAMPLE}.yaml"
    times = []
    for _round in range(20):
        start = time.perf_counter()
        issue = load_issue(path, settings).issue if settings else None
        if settings is None or issue is None:
            sys.exit("The sample has problems: newsletter check says which.")
        render_document(issue, settings, settings.sample_audience)
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def told(label: str, times: Sequence[float]) -> None:
    """Print median, 95th percentile and worst of `times`."""
    print(
        f"{label:40} median {median(times):4.0f}   95th percentile "
        f"{quantiles(times, n=20, method='inclusive')[-1]:4.0f}   worst {max(times):4.0f} ms"
    )


def first_page(browser: Browser, workspace: Path) -> float:
    """Return how long it takes from the start of the command to the list of issues."""
    page = browser.new_page()
    start = time.perf_counter()
    with previewed(workspace) as address:
        page.goto(address)
        taken = (time.perf_counter() - start) * 1000
    page.close()
    return taken


def time_workspace(browser: Browser, issues: int) -> None:
    """Print the figures of a workspace with so many issues."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_with(issues, Path(folder))
        told(
            f"{issues} issues: start to first page",
            [first_page(browser, workspace) for _ in range(5)],
        )
        with previewed(workspace) as address:
            page = browser.new_page()
            with page.expect_request("**/events*"):
                page.goto(f"{address}/issues/{SAMPLE}")
            told(
                f"{issues} issues: save to new words on screen",
                saves_shown(page, workspace / f"issues/{SAMPLE}.yaml"),
            )
            page.close()
        print(f"{'  warm load and render beside':40} median {warm_render(workspace):4.0f} ms")


def main() -> None:
    """Print the figures."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("The benchmark looks at pages in Chromium: please install it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for issues in (5, MANY):
            time_workspace(browser, issues)
        browser.close()


if __name__ == "__main__":
    main()
