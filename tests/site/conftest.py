"""A workspace with a site, its issues, and what `newsletter site` makes of them."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.commands.site import site
from newsletter.ledger.opening import open_ledger
from newsletter.ledger.rows import Person
from newsletter.ledger.states import State
from tests.conftest import HEAD, new_workspace
from tests.surroundings import around

NOW = datetime(2025, 6, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
SITE = (
    "{web: public, web_url: 'https://l.example.org/{issue}', files_url: 'https://l.example.org/f'}"
)
SETTINGS = f"""\
audiences: {{delegation: [Bretagne, Occitanie]}}
site: {SITE}
"""
LETTER = HEAD + "items: [{kind: text, title: Titre, body: Texte.}]\n"
RELEASE = """\
kind: press-release
headline: Le titre dit un fait
date: 2025-05-02
place: Paris
embargo: none
lead: Qui fait quoi, quand, où et pourquoi.
body: Le texte.
boilerplates: [{title: À propos, text: Nous sommes nous.}]
contacts: [{name: Service de presse, phone: 01 99 00 00 10}]
"""
PUBLISHED = "web: {published: 2025-05-02}\n"
Write = Callable[..., Path]


def with_site(folder: Path, site: str = SETTINGS) -> Path:
    """Make a workspace that has a site."""
    workspace = new_workspace(folder)
    path = workspace / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("    email: Courriel\n", "    email: Courriel\n    delegation: Région\n")
    path.write_text(text + site, encoding="utf-8")
    return workspace


def note_sent(workspace: Path, name: str, *, accepted: int = 1) -> Path:
    """Leave the record that an issue was sent in May; return its folder."""
    said = {"issue": name, "date": "2025-05-02T08:00:00+00:00", "fingerprint": "f", "parts": {},
            "variants": {"mail": accepted}}  # fmt: skip
    folder = workspace / "sent" / name
    folder.mkdir(parents=True)
    (folder / "sent.json").write_text(json.dumps(said))
    return folder


def note_in_ledger(
    workspace: Path, names: Iterable[str], address: str = "zoe@example.org"
) -> list[str]:
    """Note that somebody got issues in May; return by what the ledger knows that person."""
    with open_ledger(workspace) as ledger:
        for number, name in enumerate(names):
            ledger.begin(name, "f", {}, now="2025-05-02T08:00:00+00:00")
            known_as = f"{address.partition('@')[0]}{number}"
            ledger.note(name, [Person(address)], new_id=iter([known_as]).__next__)
            (row,) = ledger.known(name, [address]).values()
            ledger.record([row._replace(state=State.ACCEPTED)])
        return [address, ledger.said_no.mark_of(address)]


def make_site(
    workspace: Path, now: datetime = NOW, moment: str | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of the site at `now`, or a moment typed, and what was told."""
    told: list[str] = []
    site(
        around(
            workspace,
            now=now,
            tell=told.append,
            show=lambda problems: told.extend(str(each) for each in problems),
        ),
        moment=moment,
    )
    folder = workspace / "site"
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}, told


@pytest.fixture(name="online")
def make_online(tmp_path: Path) -> Path:
    return with_site(tmp_path / "workspace")


def write_issues(workspace: Path, issues: Mapping[str, str]) -> None:
    for name, text in issues.items():
        (workspace / f"issues/{name}.yaml").write_text(text, encoding="utf-8")
