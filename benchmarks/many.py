"""Time a build of 300 issues, on one core and on all.

Not part of `make bench`, for it takes minutes. Run it from the repository's root:
`.venv/bin/python benchmarks/many.py`.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

from measures import ROOT, Row, Table, in_turn, markdown

COMMAND = ROOT / ".venv/bin/newsletter"
# A newsletter of twelve items, four times in five; a press release with its PDF, once in five.
SAMPLES = [ROOT / "issues/2023-05-coulisses.yaml"] * 4 + [ROOT / "issues/2023-09-rentree.yaml"]
RELEASE = ROOT / "issues/2023-09-numeric-emploi.yaml"
ISSUES = 300
RUNS = 3


def workspace_in(folder: Path) -> Path:
    """Return a workspace with many issues, made of the samples."""
    for name in ("assets", "newsletter.yaml"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    shutil.copytree(ROOT / "issues/texts", folder / "issues/texts")
    for number in range(ISSUES):
        text = SAMPLES[number % len(SAMPLES)].read_text(encoding="utf-8")
        if number % 5 == 0:
            text = RELEASE.read_text(encoding="utf-8").replace("translation_of:", "# ")
        (folder / f"issues/2024-{number:03}.yaml").write_text(text, encoding="utf-8")
    return folder


def build(workspace: Path, cores: set[int]) -> None:
    """Build the workspace on `cores`."""
    subprocess.run(
        [COMMAND, "build"],
        check=True,
        capture_output=True,
        cwd=workspace,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )


def tables() -> list[Table]:
    """Return the table of the builds."""
    every = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_in(Path(folder))
        rows = in_turn(
            (Row("all cores"), lambda: build(workspace, every)),
            (Row("one core"), lambda: build(workspace, {min(every)})),
            times=RUNS,
        )
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    says = (
        f"How long `newsletter build` takes for {ISSUES} issues, one in five a press release with "
        f"its PDF; the largest process had {largest:.0f} MB."
    )
    return [Table("Many issues", says, "ms", rows)]


if __name__ == "__main__":
    print(*map(markdown, tables()))
