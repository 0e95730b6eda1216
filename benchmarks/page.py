"""Run every benchmark, and write `docs/benchmarks.md`: `make bench` does, from the root."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import build
import members
import preview
import send
import serve
from measures import ROOT, Table, losses, markdown
from peers import BROUGHT, PACKAGES, name_of

PAGE = ROOT / "docs/benchmarks.md"
OURS = ("mjml-python", "jinja2", "premailer", "lxml", "sqlalchemy", "openpyxl")
HEAD = """# Benchmarks

Written by `make bench`, and by nothing else: what it does not measure is not here. Commands that
stand in one table take turns, A B A B, after a first round that is not counted, so that a machine
that slows down slows them all. Where a table compares, its last figures say how many times better
the first row is, ours: the median of the ratios, pair by pair. Below 1 the other is better; where
it is a peer, it stands again under [what we lose](#what-we-lose). Commands are as typed, without
the folders of their files.
"""
REPEAT = """## To repeat it

```console
make bench
```

It needs npm, Chromium and, the first time, the network: it brings the peers, at the versions
above, into `.cache/benchmarks/`, and Postfix's smtp-sink from Debian's package. What it cannot
bring is left out, with a line that says so. It takes about five minutes, and wants a machine that
does nothing else. The templates of the peers are in `benchmarks/peers/`.
"""


def main() -> None:
    """Write the page."""
    began = load()
    tables: list[Table] = []
    for module in (build, send, serve, members, preview):
        print(f"{module.__name__} ...", file=sys.stderr)
        tables += module.tables()
    PAGE.write_text(page(tables, f"{began} when it began, {load()} when it ended"), "utf-8")


def page(tables: Iterable[Table], loads: str) -> str:
    """Return the whole page."""
    lost = losses(tables) or ["Nothing, this time."]
    parts = [HEAD, machine(loads), *map(markdown, tables)]
    return "\n".join([*parts, "## What we lose\n", *lost, "", REPEAT])


def machine(loads: str) -> str:
    """Return the lines on machine, day and versions; nothing that names the machine."""
    versions = [f"{name} {version(name)}" for name in OURS]
    peers = [name_of(package) for _tool, *packages in PACKAGES.values() for package in packages]
    lines = [
        f"{processor()}, {os.cpu_count()} cores, {memory_gb():.0f} GB, {system()}",
        f"load average: {loads} (its own work is between 1 and 2)",
        f"day: {datetime.now(UTC):%Y-%m-%d}",
        f"Python {platform.python_version()}, {node()}; {', '.join(versions)}",
        f"peers: {', '.join(peers)}",
    ]
    return "\n".join(["## Machine and versions\n", *(f"- {line}" for line in lines), ""])


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def memory_gb() -> float:
    """Return the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def system() -> str:
    """Return the system's name and release."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


def node() -> str:
    """Return the versions of Node, of the system and for Maizzle."""
    programs = {"Node": "node", "for Maizzle Node": BROUGHT / "maizzle/node_modules/.bin/node"}
    told = []
    for name, program in programs.items():
        try:
            done = subprocess.run(
                [program, "--version"], check=True, capture_output=True, text=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        told.append(f"{name} {done.stdout.strip().removeprefix('v')}")
    return ", ".join(told) or "no Node"


if __name__ == "__main__":
    main()
