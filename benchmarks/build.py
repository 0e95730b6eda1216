"""Time the twelve-item sample beside the `mjml` command line on the MJML of the same issue.

The commands alternate, A B A B, so that a machine that slows down slows both; medians of whole
processes. mjml reads ready MJML: no YAML, no Markdown, no templates, no plain text, no checks.
Run it from the repository's root: `make bench`. It needs npm, and the network the first time.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from mjml import mjml2html

from newsletter.content.issue_file import load_issue
from newsletter.rendering.composition import compose
from newsletter.rendering.document import render_document, render_mjml
from newsletter.settings import load_settings

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "issues/2023-05-coulisses.yaml"
COMMAND = ROOT / ".venv/bin/newsletter"
PEER = ROOT / ".cache/benchmarks"
PEER_PACKAGE = "mjml@5.4.1"
RUNS = 15


def milliseconds(run: Callable[[], object]) -> float:
    """Return how long `run` takes."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def process(command: Sequence[str | Path]) -> Callable[[], object]:
    """Return what runs `command` to its end, and fails if it fails."""
    return lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def in_turn(*runs: Callable[[], object], times: int = RUNS) -> list[float]:
    """Return the median of each of `runs`, which alternate; a first round warms the disk."""
    rounds = [[milliseconds(run) for run in runs] for _round in range(times + 1)][1:]
    return [median(column) for column in zip(*rounds, strict=True)]


def install_peer() -> Path:
    """Return the peer's command, installed once beside the other caches."""
    command = PEER / "node_modules/.bin/mjml"
    if not command.exists():
        PEER.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("The benchmark compares with the mjml command line: please install npm.")
        subprocess.run([npm, "install", "--silent", "--prefix", PEER, PEER_PACKAGE], check=True)
    return command


def main() -> None:
    """Print the figures."""
    settings = load_settings(ROOT).settings
    issue = load_issue(SAMPLE, settings).issue if settings else None
    if settings is None or issue is None:
        sys.exit("The sample has problems: newsletter check says which.")
    mjml = render_mjml(issue, settings, compose(issue, settings))

    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "issue.mjml", Path(folder) / "issue.html"
        source.write_text(mjml, encoding="utf-8")
        ours, peer = in_turn(
            process([COMMAND, "build", SAMPLE, "--output", folder]),
            process([install_peer(), source, "-o", output]),
        )
    print(f"cold, whole process   newsletter build {ours:6.0f} ms")
    print(f"                      {PEER_PACKAGE:16} {peer:6.0f} ms   ratio {ours / peer:.2f}")

    def load_and_render() -> None:
        issue = load_issue(SAMPLE, settings).issue
        assert issue is not None  # noqa: S101 - it was just loaded
        render_document(issue, settings)

    warm, mrml = in_turn(load_and_render, lambda: mjml2html(mjml, fonts={}), times=100)
    print(f"warm, one process     load + render    {warm:6.1f} ms")
    print(f"                      mrml alone       {mrml:6.1f} ms")

    help_, click = in_turn(
        process([COMMAND, "--help"]),
        process([COMMAND.with_name("python"), "-c", "import click"]),
    )
    print(f"help                  newsletter --help{help_:6.0f} ms")
    print(f"                      import click     {click:6.0f} ms   ratio {help_ / click:.2f}")


if __name__ == "__main__":
    main()
