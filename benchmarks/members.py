"""Time the reading of a members file of 100,000 rows, and weigh it beside one of 1,000.

Each file is read to its end in a process of its own, whose peak memory is the system's count.
Every address has a domain of its own: the slowest case, for a domain is checked once.
Run it from the repository's root: `make bench`.
"""

import csv
import gc
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from measures import ROOT, Row, Table, peak_megabytes
from newsletter.ledger.opening import open_ledger
from newsletter.ledger.rows import Person
from newsletter.members.members_file import MembersFile
from newsletter.settings.loading import load_settings

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


def freeze(path: Path) -> None:
    """Note everyone of `path` in a ledger, as a send does at first; print as `read`.

    Garbage is collected as seldom as in the command.
    """
    gc.set_threshold(100_000)
    settings = load_settings(ROOT).settings
    if settings is None:
        sys.exit("The settings have problems: newsletter check says which.")
    start = time.perf_counter()
    people = (
        Person(each.address, values=each.values, audience=each.audience)
        for each in MembersFile(path, settings)
    )
    with open_ledger(path.parent) as ledger:
        ledger.note("banc", people, new_id=partial(secrets.token_hex, 8))
        count = sum(ledger.counts("banc").values())
    print(count, time.perf_counter() - start, peak_megabytes())


def measure(path: Path, work: str) -> tuple[float, float]:
    """Return seconds and megabytes of a work on `path`, by its name, in a process of its own."""
    command = [sys.executable, __file__, path, work]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    _count, seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def tables() -> list[Table]:
    """Return the table of whole files."""
    return [
        Table(
            "Members files",
            "How long a members file takes to be read, each address checked, or also frozen in a "
            "ledger; peak memory beside.",
            "s",
            (
                *(
                    measured(form, write, rows, "read")
                    for form, write in (("CSV", write_csv), ("XLSX", write_xlsx))
                    for rows in SIZES
                ),
                measured("CSV", write_csv, max(SIZES), "freeze"),
            ),
            compares=False,
        )
    ]


def measured(form: str, write: Callable[[Path, int], None], rows: int, work: str) -> Row:
    """Return the row of a file of so many members."""
    times, peaks = [], []
    for _time in range(TIMES):
        with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as folder:  # a disk, for the ledger
            path = Path(folder) / f"members.{form.lower()}"
            write(path, rows)
            seconds, peak = measure(path, work)
        times.append(seconds)
        peaks.append(peak)
    remark = f"peak {max(peaks):.0f} MB"
    what = f"{form}, {rows:,} rows" + (", frozen" if work == "freeze" else "")
    return Row(what, remark, measured=tuple(times))


if __name__ == "__main__":
    {"read": read, "freeze": freeze}[sys.argv[2]](Path(sys.argv[1]))
