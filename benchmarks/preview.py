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
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from measures import ROOT, Row, Table

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


def pages_answered(address: str, path: Path) -> list[float]:
    """Return how long the page with its problems took to come, asked for after the mail."""
    text = path.read_text("utf-8")
    times = []
    connection = HTTPConnection(address.removeprefix("http://"))
    for number in range(SAVES):
        beside = path.with_name(f".{path.name}.tmp")
        beside.write_text(text.replace(OPENING, f"Demande {number}. {OPENING}"), "utf-8")
        beside.replace(path)
        connection.request("GET", f"/issues/{SAMPLE}/mail")
        connection.getresponse().read()
        start = time.perf_counter()
        connection.request("GET", f"/issues/{SAMPLE}")
        connection.getresponse().read()
        times.append((time.perf_counter() - start) * 1000)
        time.sleep(PAUSE_SECONDS)
    return times


def row(what: str, times: Sequence[float]) -> Row:
    """Return the row of `times`, with the slow ones in its remark."""
    late = quantiles(times, n=20, method="inclusive")[-1]
    remark = f"95th percentile {late:.0f}, worst {max(times):.0f}"
    return Row(what, remark, measured=tuple(times))


def first_page(browser: Browser, workspace: Path) -> float:
    """Return how long it takes from the start of the command to the list of issues."""
    page = browser.new_page()
    start = time.perf_counter()
    with previewed(workspace) as address:
        page.goto(address)
        taken = (time.perf_counter() - start) * 1000
    page.close()
    return taken


def rows_of(browser: Browser, issues: int) -> list[Row]:
    """Return the rows of a workspace with so many issues."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_with(issues, Path(folder))
        starts = [first_page(browser, workspace) for _ in range(5)]
        with previewed(workspace) as address:
            page = browser.new_page()
            with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
                page.goto(f"{address}/issues/{SAMPLE}")
            saves = saves_shown(page, workspace / f"issues/{SAMPLE}.yaml")
            page.close()
            pages = pages_answered(address, workspace / f"issues/{SAMPLE}.yaml")
        return [
            row(f"{issues} issues: save to new words on screen", saves),
            row(f"{issues} issues: the page with its problems, after a save and its mail", pages),
            row(f"{issues} issues: start to first page", starts),
        ]


def tables() -> list[Table]:
    """Return the table of the preview; without rows where there is no Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    rows: list[Row] = []
    if found:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"]
            )
            rows = [row for issues in (5, MANY) for row in rows_of(browser, issues)]
            browser.close()
    return [
        Table(
            "The preview",
            "How long it takes from a save of the twelve-item sample until Chromium has drawn "
            "the new words, and from the start of the command to the list of issues.",
            "ms",
            tuple(rows),
            compares=False,
            left_out=() if found else ("Chromium is not installed here.",),
        )
    ]
