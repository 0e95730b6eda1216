"""`make demo-send` ends well, and tells in a few lines what its server saw."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "messages : 300, pour 300 personnes, 1 chacune"),
        pytest.param("en", "messages: 300, for 300 people, 1 each", marks=pytest.mark.soak),
    ],
)
def test_the_demonstration_of_a_bad_day_ends_with_everyone_served_once(language, told) -> None:
    environment = {**os.environ, "NEWSLETTER_LANG": language, "PYTHONIOENCODING": "utf-8"}

    done = subprocess.run(
        [sys.executable, "tools/demo_send.py"],
        cwd=ROOT, env=environment, timeout=120, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    story = done.stdout.splitlines()[-6:]
    assert told in story[1]
    assert "out of service: 1" in story[4] or "hors service : 1" in story[4]
