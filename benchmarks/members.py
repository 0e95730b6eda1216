"""Time the reading of a members file of 100,000 rows, and weigh it beside one of 1,000.

Each file is read to its end in a process of its own, whose peak memory is the system's count.
Every address has a domain of its own: the slowest case, for a domain is checked once.
Run it from the repository's root: `make bench`.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook

from newsletter.content.recipients import MembersFile
from newsletter.settings import load_settings

ROOT = Path(__file__).parent.parent
HEADINGS = ["Courriel", "Prénom", "Nom", "Délégation", "Profil", "Entreprise"]
DELEGATIONS = ["Bretagne", "Grand Est", "La Réunion", "Occitanie", ""]
SIZES = (1_000, 100_000)


def row(number: int) -> list[str]:
    """Return the row of a made-up member."""
    delegation = DELEGATIONS[number % len(DELEGATIONS)]
    address = f"prenom.nom{number}@societe{number}.example.org"
    return [address, "Hélène", f"Nom {number}", delegation, "ESN", "Société « Exemple »"]


def write_csv(path: Path, rows: int) -> None:
    """Write the file as Excel in France does."""
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows(row(number) for number in range(rows))


def write_xlsx(path: Path, rows: int) -> None:
    """Write the file as a workbook."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(HEADINGS)
    for number in range(rows):
        sheet.append(row(number))
    workbook.save(path)


def read(path: Path) -> None:
    """Read `path` to its end; print rows, seconds, and the process's peak memory in megabytes."""
    settings = load_settings(ROOT).settings
    if settings is None:
        sys.exit("The settings have problems: newsletter check says which.")
    start = time.perf_counter()
    count = sum(1 for _recipient in MembersFile(path, settings))
    seconds = time.perf_counter() - start
    # In kilobytes on Linux, in bytes on macOS.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(count, seconds, peak)


def measure(path: Path) -> tuple[int, float, float]:
    """Return what `read` prints of `path` in a process of its own."""
    command = [sys.executable, __file__, path]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    count, seconds, peak = done.stdout.split()
    return int(count), float(seconds), float(peak)


def main() -> None:
    """Print the figures."""
    for ending, write in ((".csv", write_csv), (".xlsx", write_xlsx)):
        peaks = []
        for rows in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"members{ending}"
                write(path, rows)
                count, seconds, peak = measure(path)
            peaks.append(peak)
            print(f"{ending:6} {count:7} recipients  {seconds:6.2f} s  peak {peak:4.0f} MB")
        print(f"{ending:6} {peaks[1] - peaks[0]:+.0f} MB from {SIZES[0]} rows to {SIZES[1]}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(Path(sys.argv[1]))
    else:
        main()
