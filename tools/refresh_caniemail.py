"""Write newsletter/checks/caniemail/caniemail.json anew from the data that caniemail.com publishes.

    .venv/bin/python tools/refresh_caniemail.py path/to/data.json

The file is https://www.caniemail.com/api/data.json, or data/caniemail.json of the npm package
`caniemail`. Kept of it: what the last test of each client said that settings can name, a letter
each (y: supported, a: partly, n: not, u: unknown), and the date.
"""

import json
import sys
from pathlib import Path
from typing import Any

from newsletter.settings.mail_clients import APPS

OUTPUT = Path(__file__).parent.parent / "newsletter/checks/caniemail/caniemail.json"


def reduced(published: dict[str, Any]) -> dict[str, Any]:
    """Return what the checks need of the published data: a letter an app, in `apps`' order."""
    features = {
        feature["slug"]: {
            "title": feature["title"].strip(),
            "tested": feature["last_test_date"],
            "support": "".join(_last_state(feature["stats"], app) for app in APPS),
        }
        for feature in sorted(published["data"], key=lambda each: each["slug"])
    }
    return {"updated": published["last_update_date"][:10], "apps": APPS, "features": features}


def _last_state(stats: dict[str, Any], app: str) -> str:
    family, platform = app.split(".")
    by_version = stats.get(family, {}).get(platform) or {"": "unknown"}
    return str(list(by_version.values())[-1])[0]  # "a #1 #2": numbers of notes follow


def written(data: dict[str, Any]) -> str:
    """Return the file's text: a line a feature, so that a change shows as one."""
    lines = (f"{json.dumps(slug)}: {_compact(each)}" for slug, each in data["features"].items())
    head = f'"updated": {json.dumps(data["updated"])},\n"apps": {_compact(data["apps"])}'
    features = ",\n".join(lines)
    return f'{{\n{head},\n"features": {{\n{features}\n}}\n}}\n'


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    OUTPUT.write_text(
        written(reduced(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))),
        encoding="utf-8",
    )
