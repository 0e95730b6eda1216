"""`newsletter schema`: the JSON Schema that editors use to complete issue files."""

import json
from collections.abc import Callable
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.schema import issue_schema


def schema(*, start: Path, tell: Callable[[str], None]) -> int:
    """Tell the schema of issue files, described in the workspace's language."""
    settings, _problems = open_workspace(start)
    tell(schema_text(settings.language))
    return 0


def schema_text(language: str) -> str:
    """Return the schema as JSON, as it lies in `issues/.schema.json`."""
    return json.dumps(issue_schema(language), indent=2, ensure_ascii=False)
