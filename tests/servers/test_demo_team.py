"""`make demo-team` ends well: whoever dies in the middle, everyone is served once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "300 messages, pour 300 personnes, 1 chacune"),
        pytest.param("en", "300 messages, for 300 people, 1 each", marks=pytest.mark.soak),
    ],
)
def test_the_demonstration_of_a_team_ends_with_everyone_served_once(language, told) -> None:
    environment = {**os.environ, "NEWSLETTER_LANG": language, "PYTHONIOENCODING": "utf-8"}

    done = subprocess.run(
        [sys.executable, "tools/demo_team.py"],
        cwd=ROOT, env=environment, timeout=240, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert told in done.stdout
    assert "kill -9" in done.stdout
    accepted = [int(count) for count in re.findall(r"(?m)^ +(\d+)  acc", done.stdout)]
    assert accepted[0] == accepted[1] >= 300 - 2  # one in the air for each connection of the dead
