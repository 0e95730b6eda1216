"""Time a build of 300 issues, on one core and on all, and print the largest process.

The two alternate; the figures are of whole processes. Run it from the repository's root:
`.venv/bin/python benchmarks/many.py`.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
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


def seconds(workspace: Path, cores: set[int]) -> float:
    """Return how long a build of the workspace takes on `cores`."""
    start = time.perf_counter()
    subprocess.run(
        [COMMAND, "build"],
        check=True,
        capture_output=True,
        cwd=workspace,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    every = os.sched_getaffinity(0)
    one = {min(every)}
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_in(Path(folder))
        rounds = [(seconds(workspace, one), seconds(workspace, every)) for _ in range(RUNS)]
    alone, together = (median(column) for column in zip(*rounds, strict=True))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"{ISSUES} issues on one core {alone:6.1f} s")
    print(f"{ISSUES} issues on {len(every)} cores {together:5.1f} s   ratio {together / alone:.2f}")
    print(f"largest process       {largest:6.0f} MB")


if __name__ == "__main__":
    main()
