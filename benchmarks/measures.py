"""What a benchmark hands back: tables of timed rows, as Markdown, with what we lose in them."""

import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

from newsletter.commands.processes import prepare_libraries

prepare_libraries()  # as the command line does, before anything of the program is imported

ROOT = Path(__file__).parent.parent
RUNS = 15


@dataclass(frozen=True)
class Row:
    """One thing that was measured, so many times; `command` is what was typed, if anything was."""

    what: str
    remark: str = ""
    command: str = ""
    is_peer: bool = False
    measured: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """Return the middle of what was measured."""
        return median(self.measured)


@dataclass(frozen=True)
class Table:
    """Rows of one unit, the first of them ours; `says` tells in one sentence what they compare."""

    title: str
    says: str
    unit: str
    rows: tuple[Row, ...]
    more_is_better: bool = False
    compares: bool = True
    left_out: tuple[str, ...] = ()


def in_turn(*works: tuple[Row, Callable[[], object]], times: int = RUNS) -> tuple[Row, ...]:
    """Return the rows with the milliseconds of their runs, which alternate: A B A B.

    A machine that slows down slows all of them. A first round warms the disk and is not counted.
    """
    rounds = [[milliseconds(run) for _row, run in works] for _round in range(times + 1)][1:]
    columns = zip(*rounds, strict=True)
    return tuple(
        replace(row, measured=column) for (row, _run), column in zip(works, columns, strict=True)
    )


def milliseconds(run: Callable[[], object]) -> float:
    """Return how long `run` takes."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def process(command: Sequence[str | Path], folder: Path = ROOT) -> Callable[[], object]:
    """Return what runs `command` in `folder` to its end, and fails if it fails."""
    return lambda: subprocess.run(command, check=True, capture_output=True, cwd=folder)


def peak_megabytes() -> float:
    """Return the most memory that this process had."""
    status = Path("/proc/self/status")
    if status.exists():  # not ru_maxrss: on Linux it begins with what the parent had
        return int(status.read_text("utf-8").split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes, on macOS


def as_typed(command: Iterable[str | Path]) -> str:
    """Return a command without the folders of this machine."""
    return " ".join(part.name if isinstance(part, Path) else part for part in command)


def advantage(table: Table, row: Row) -> float:
    """Return how many times better our figure is than the row's; below 1 we lose.

    Pair by pair where the two took turns.
    """
    ours = table.rows[0]
    pairs = [(ours.median, row.median)]
    if len(ours.measured) == len(row.measured):
        pairs = list(zip(ours.measured, row.measured, strict=True))
    return median(own / its if table.more_is_better else its / own for own, its in pairs)


def markdown(table: Table) -> str:
    """Return the table with its sentence above it, and what was typed below."""
    better = "more" if table.more_is_better else "less"
    heads = ["", f"median, {table.unit}", "quartiles", "runs"]
    heads += ["ours, times better", ""] if table.compares else [""]
    lines = [f"## {table.title}", "", f"{table.says} {better.capitalize()} is better.", ""]
    if table.rows:
        lines += [_cells(heads), _cells(["---", *["---:"] * (len(heads) - 2), "---"])]
        lines += [_cells(_row_cells(row, table)) for row in table.rows]
    typed = [f"- {row.what}: `{row.command}`" for row in table.rows if row.command]
    below = [*typed, *(f"- {line}" for line in table.left_out)]
    return "\n".join([*lines, *(["", *below] if below else []), ""])


def _row_cells(row: Row, table: Table) -> Iterator[str]:
    yield row.what
    yield figure(row.median)
    if len(row.measured) > 1:
        low, _middle, high = quantiles(row.measured, n=4, method="inclusive")
        yield f"{figure(low)} to {figure(high)}"
    else:
        yield "–"
    yield str(len(row.measured))
    if table.compares:
        yield figure(advantage(table, row))
    yield row.remark


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def figure(number: float) -> str:
    """Return three figures of a small number, and all of a large one, in thousands."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def losses(tables: Iterable[Table]) -> list[str]:
    """Return a line for each peer that does better than ours."""
    return [
        f"- {table.title}: {row.what} {figure(row.median)} {table.unit}, "
        f"{table.rows[0].what} {figure(table.rows[0].median)}; "
        f"it is {1 / advantage(table, row):.1f} times better ({row.remark})."
        for table in tables
        for row in table.rows
        if row.is_peer and advantage(table, row) < 1
    ]
