"""Where a finding is: in the issue file, or in a text file that it names."""

import re
from itertools import islice
from pathlib import Path

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import file_at
from newsletter.checks.rule import Finding
from newsletter.problems.problem import Position
from newsletter.source.source import BEGINNING
from newsletter.workspace import SETTINGS_FILE


def place_of(finding: Finding, checked: Checked) -> tuple[Path, Position]:
    """Return the file of a finding, and the place of its snippet there."""
    source = checked.source
    if finding.path is not None and finding.position is not None:
        return finding.path, finding.position
    path = file_at(source, finding.loc)
    if path is not None and finding.snippet:
        return path, _place_in_text(path, finding.snippet, finding.occurrence)
    settings_file = checked.settings.workspace / SETTINGS_FILE
    if finding.snippet and not finding.loc and finding.snippet not in source.text:
        # Said by no item: the templates show it, and mostly from the settings.
        if finding.snippet in settings_file.read_text(encoding="utf-8-sig"):
            return settings_file, _place_in_text(settings_file, finding.snippet, 0)
        return source.path, BEGINNING
    if finding.snippet:
        return source.path, source.find(finding.loc, finding.snippet, finding.occurrence)
    return source.path, source.position(finding.loc)


def _place_in_text(path: Path, snippet: str, occurrence: int) -> Position:
    """Return the nth place of `snippet` in a text file; its spaces match any spaces."""
    pattern = r"\s+".join(re.escape(word) for word in snippet.split())
    text = path.read_text(encoding="utf-8-sig")
    found = next(islice(re.finditer(pattern, text), occurrence, None), None)
    return Position.at(text, found.start() if found else 0)
