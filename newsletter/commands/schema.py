"""`newsletter schema`: the JSON Schema that editors use to complete issue files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsletter.commands.opening import open_workspace
from newsletter.content.schema import issue_schema


def schema(*, start: Path, tell: Callable[[str], None]) -> int:
    """Tell the schema of issue files, described in the workspace's language."""
    settings, _problems = open_workspace(start)
    tell(schema_text(settings.language))
    return 0


def schema_text(language: str) -> str:
    """Return the schema as JSON, as it lies in `issues/.schema.json`."""
    return json.dumps(_for_editors(issue_schema(language)), indent=2, ensure_ascii=False)


def _for_editors(node: Any) -> Any:
    """Return the schema without default and null: an editor would type `label: null`."""
    match node:
        case list():
            return [_for_editors(each) for each in node if each != {"type": "null"}]
        case {"anyOf": [only, {"type": "null"}], **rest}:
            return _for_editors({**only, **rest})
        case dict():
            return {key: _for_editors(value) for key, value in node.items() if key != "default"}
        case _:
            return node
