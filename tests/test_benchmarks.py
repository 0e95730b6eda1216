"""`docs/benchmarks.md` is the page that `make bench` writes: nothing here is timed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/benchmarks.md"


def sections(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize(
    "peer",
    ["mjml 5", "react-email", "maizzle", "inkletter", "smtplib", "mailmerge", "EmailMessage"],
)
def test_the_page_names_each_peer(peer: str) -> None:
    assert peer in PAGE.read_text(encoding="utf-8")


def test_the_page_has_the_parts_that_the_script_writes_around_its_tables() -> None:
    code = "import page; print(page.page([], 'idle'))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "benchmarks",
        capture_output=True,
        text=True,
        check=True,
    )

    written = PAGE.read_text(encoding="utf-8")
    assert written.startswith(done.stdout.partition("\n## ")[0])
    assert set(sections(done.stdout)) <= set(sections(written))


def test_each_table_of_the_page_has_its_sentence_its_unit_and_a_row_of_ours() -> None:
    tables = PAGE.read_text(encoding="utf-8").split("\n## ")[2:-2]

    assert len(tables) > 8
    assert [
        table.partition("\n")[0]
        for table in tables
        if not re.search(
            r"(?s)\n\n[^|]+(Less|More) is better\..*\| median, .*\n\| ---.*\n\| \w", table
        )
    ] == []
