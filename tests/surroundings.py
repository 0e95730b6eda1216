"""What surrounds a command that a test calls."""

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from newsletter.problems.terminal import Surroundings


def around(start: Path, **given: object) -> Surroundings:
    """Return what is `given` in the folder `start`, with nobody to ask, and nothing shown."""
    usual = {
        "tell": lambda _line: None,
        "tell_error": lambda _line: None,
        "show": lambda _problems: None,
        "ask": None,
        "progress": lambda _total: nullcontext(print),
        "stopping": threading.Event(),
        "environment": {},
        "now": datetime.now(UTC),
        "bar": lambda results, _length: results,
        "is_root": False,
    }
    return Surroundings(start=start, **{**usual, **given})
