"""Time the twelve-item sample beside what others make of the same words, and weigh the mails.

The commands alternate, so that a machine that slows down slows all; figures are of whole processes.
Run it from the repository's root: `make bench`. It needs npm, and the network the first time.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mjml import mjml2html

from measures import ROOT, Row, Table, as_typed, in_turn, process
from newsletter.content.issue import Newsletter
from newsletter.content.loading import load_issue
from newsletter.rendering.composition import compose
from newsletter.rendering.document import render_document
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from peers import PACKAGES, bring, left_out, name_of, put_words

SAMPLE = ROOT / "issues/2023-05-coulisses.yaml"
COMMAND = ROOT / ".venv/bin/newsletter"
OURS = Row("newsletter build", "its checks, Markdown, French typography, text, pictures, .ics")
PLAINER = "the words of the items, laid out plainer; no header or footer"
# What each does in its time, what was typed in its folder, and the HTML that it writes.
PEERS: dict[str, tuple[str, list[str], str]] = {
    "mjml": (
        "the MJML that our templates made, its tags checked; no Markdown, typography or text",
        ["node", "node_modules/.bin/mjml", "issue.mjml", "-o", "issue.html"],
        "issue.html",
    ),
    "react-email": (
        "bundled by esbuild beforehand; Markdown and text; no typography or checks",
        ["node", "email.mjs"],
        "issue.html",
    ),
    "maizzle": (
        "on Node 22; Markdown, Tailwind and text; no typography or checks",
        ["node_modules/.bin/node", "node_modules/.bin/maizzle", "build"],
        "dist/issue.html",
    ),
    "inkletter": (
        "Markdown; no text (`md2txt` is another command), typography or checks",
        ["bin/inkletter", "md2html", "issue.md", "-o", "issue.html"],
        "issue.html",
    ),
}


def tables() -> list[Table]:
    """Return the tables of builds."""
    settings = load_settings(ROOT).settings
    issue = load_issue(SAMPLE, settings).issue if settings else None
    if settings is None or not isinstance(issue, Newsletter):
        sys.exit("The sample has problems: newsletter check says which.")
    mjml = compose(issue, settings).rendered(f"email/{issue.kind}.mjml")
    return [*cold_and_weight(issue, mjml), warm(settings, mjml), help_()]


def cold_and_weight(issue: Newsletter, mjml: str) -> list[Table]:
    """Return the table of whole processes, and that of the HTML which they wrote."""
    output = ROOT / ".cache/benchmarks/ours"
    command = [COMMAND, "build", SAMPLE, "--output", output]
    works = [(replace(OURS, command=as_typed(command)), process(command))]
    written = [(output / SAMPLE.stem / "email.html", "header, footer and dark colours too")]
    missing = []
    for peer in PEERS:
        found = ready(issue, mjml, peer)
        if found is None:
            missing.append(left_out(peer))
            continue
        row, run, html = found
        works.append((row, run))
        written.append((html, "the same mail" if peer == "mjml" else PLAINER))
    rows = in_turn(*works)
    cold = Table(
        "A build from the command line",
        "How long a whole process takes from the file to the HTML of the twelve-item sample, "
        "or of its words in a template of the peer (ours has its pictures and compiled "
        "templates from the build before).",
        "ms", rows, left_out=tuple(missing),
    )  # fmt: skip
    weight = Table(
        "The weight of the HTML",
        "How heavy the HTML is which those builds wrote; Gmail clips a mail at 102 kB.",
        "kB",
        tuple(
            replace(row, remark=look, command="", measured=(html.stat().st_size / 1000,))
            for row, (html, look) in zip(rows, written, strict=True)
        ),
    )  # fmt: skip
    return [cold, weight]


def ready(issue: Newsletter, mjml: str, peer: str) -> tuple[Row, Callable[[], object], Path] | None:
    """Return a peer's row, its run and its HTML; None where it cannot be brought or run."""
    folder = bring(peer)
    if folder is None:
        return None
    remark, command, html = PEERS[peer]
    run = process(command, folder)
    try:
        if peer == "mjml":
            (folder / "issue.mjml").write_text(mjml, "utf-8")
        else:
            put_words(issue, peer, folder)
        run()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{peer} does not run: {error}", file=sys.stderr)
        return None
    row = Row(name_of(PACKAGES[peer][1]), remark, is_peer=True)
    return replace(row, command=as_typed(command)), run, folder / html


def warm(settings: Settings, mjml: str) -> Table:
    """Return the table of renderings in a process that has done one."""

    def load_and_render() -> None:
        issue = load_issue(SAMPLE, settings).issue
        assert issue is not None  # noqa: S101 - it was just loaded
        render_document(issue, settings)

    return Table(
        "A rendering in one process",
        "How long loading and rendering takes where it was done before, as in the preview; mrml "
        "is the part of it that turns MJML into HTML.",
        "ms",
        in_turn(
            (Row("load and render"), load_and_render),
            (Row("mrml alone"), lambda: mjml2html(mjml, fonts={})),
            times=100,
        ),
        compares=False,
    )


def help_() -> Table:
    """Return the table of the shortest command."""
    ours = [COMMAND, "--help"]
    click = [COMMAND.with_name("python"), "-c", "import click"]
    return Table(
        "The help",
        "How long the help takes beside a Python that only imports click, the library which "
        "draws it: the floor, not a peer.",
        "ms",
        in_turn(
            (replace(Row("newsletter --help"), command=as_typed(ours)), process(ours)),
            (Row("import click"), process(click)),
        ),
    )
