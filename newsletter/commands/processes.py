"""Work on many files, on all cores where that pays."""

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from newsletter.i18n import current_language, use_language

# To start the processes takes as long as some ten issues (measured 2026-11).
WORTH_PROCESSES = 12
Result = TypeVar("Result")


def in_processes(work: Callable[[Path], Result], paths: Sequence[Path]) -> Iterator[Result]:
    """Yield what comes of `work` on each path, in the order of `paths`."""
    # `taskset` and containers give a process fewer than there are.
    has_some = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_some else os.cpu_count() or 1
    if cores == 1 or len(paths) < WORTH_PROCESSES:
        yield from map(work, paths)
        return
    # Not threads: MRML keeps the interpreter's lock (measured 2026-11).
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(current_language(),)) as pool:
        try:
            yield from pool.map(work, paths, chunksize=4)
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(language: str) -> None:
    """Prepare a process: it speaks the user's language, and leaves Ctrl-C to its parent."""
    use_language(language)
    prepare_libraries()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def prepare_libraries() -> None:
    """Set, for a whole process, what libraries offer no other way for."""
    # The selectors of a whole mail: with room for fewer, each is forgotten before it is needed.
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1000")
    # Damaged metadata of pictures, styles and dates out of range of a workbook do not matter here.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"(PIL|openpyxl)\.")
