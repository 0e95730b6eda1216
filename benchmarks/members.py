"""Time the reading of a members file of 100,000 rows, and weigh it beside one of 1,000.

Each file is read to its end in a process of its own, whose peak memory is the system's count.
Every address has a domain of its own: the slowest case, for a domain is checked once.
Run it from the repository's root: `make bench`.
"""

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from measures import ROOT, Row, Table, peak_megabytes
from newsletter.members.members_file import MembersFile
from newsletter.settings.settings import load_settings

HEADINGS = ["Courriel", "Prénom", "Nom", "Délégation", "Profil", "Entreprise"]
DELEGATIONS = ["Bretagne", "Grand Est", "La Réunion", "Occitanie", ""]
SIZES = (1_000, 100_000)
TIMES = 3


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
    print(count, seconds, peak_megabytes())


def measure(path: Path) -> tuple[float, float]:
    """Return seconds and megabytes of a `read` of `path` in a process of its own."""
    command = [sys.executable, __file__, path]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    _count, seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def tables() -> list[Table]:
    """Return the table of whole files."""
    return [
        Table(
            "Members files",
            "How long a members file takes to be read, each address checked; peak memory beside.",
            "s",
            tuple(
                measured(form, write, rows)
                for form, write in (("CSV", write_csv), ("XLSX", write_xlsx))
                for rows in SIZES
            ),
            compares=False,
        )
    ]


def measured(form: str, write: Callable[[Path, int], None], rows: int) -> Row:
    """Return the row of a file of so many members."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"members.{form.lower()}"
        write(path, rows)
        times, peaks = zip(*(measure(path) for _time in range(TIMES)), strict=True)
    remark = f"peak {max(peaks):.0f} MB"
    return Row(f"{form}, {rows:,} rows", remark, measured=times)


if __name__ == "__main__":
    read(Path(sys.argv[1]))
