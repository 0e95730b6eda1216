"""The catalogue: complete, compiled, and with every placeholder in its place."""

import gettext
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from newsletter import i18n
from newsletter.checks.checking import RULES
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.checks.rules.markup import details
from newsletter.commands.init import workspace_files
from newsletter.commands.new import first_issue

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "newsletter/locales"
PO = LOCALES / "fr/LC_MESSAGES/newsletter.po"
EXTRACT = ["--keywords", "_ N_ counted:1,2", "--no-location"]


def forms(message: object) -> list[str]:
    return [message] if isinstance(message, str) else list(message)  # type: ignore[call-overload]


@pytest.fixture(name="catalogue", scope="module")
def read_catalogue() -> dict[str, list[str]]:
    with PO.open("rb") as file:
        return {
            forms(message.id)[0]: forms(message.string)
            for message in read_po(file, locale="fr")
            if message.id
        }


def test_every_message_of_the_code_and_templates_is_in_the_catalogue(
    catalogue: dict[str, list[str]], tmp_path: Path
) -> None:
    found = tmp_path / "found.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    command += ["--mapping", str(LOCALES / "babel.cfg"), *EXTRACT, "--output", str(found), "."]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    subprocess.run(command, cwd=ROOT, check=True, env=environment)

    with found.open("rb") as file:
        extracted = {forms(message.id)[0] for message in read_po(file) if message.id}

    assert extracted == set(catalogue)


def test_every_message_has_its_french(catalogue: dict[str, list[str]]) -> None:
    assert [english for english, french in catalogue.items() if not all(french)] == []


def test_no_line_of_french_begins_with_its_punctuation(catalogue: dict[str, list[str]]) -> None:
    words = [re.sub("`[^`]*`", "", french) for each in catalogue.values() for french in each]

    assert [french for french in words if re.search(r"[ \n][;:!?»](?!\w)|« ", french)] == []


def test_placeholders_are_those_of_the_english() -> None:
    with PO.open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]

    # French puts between « » what click's own words quote by "!r".
    for message in messages:
        wanted = set(re.findall(r"\{(\w*)(?:!r)?\}", " ".join(forms(message.id))))
        said = set(re.findall(r"\{(\w*)(?:!r)?\}", " ".join(forms(message.string))))
        assert said <= wanted, message.id


def test_the_compiled_catalogue_says_the_same(catalogue: dict[str, list[str]]) -> None:
    compiled = gettext.translation("newsletter", LOCALES, ["fr"])

    for english, french in catalogue.items():
        if len(french) == 1:
            assert compiled.gettext(english) == french[0]
        else:
            assert [compiled.ngettext(english, english, count) for count in (1, 2)] == french


def test_the_user_and_an_issue_may_speak_different_languages() -> None:
    i18n.use_language("fr")

    assert i18n.current_language() == "fr"
    assert i18n._("Unsubscribe") != "Unsubscribe"
    assert i18n.translator("en")("Unsubscribe") == "Unsubscribe"
    assert i18n.counted("{count} warning", "{count} warnings", 2) != "{count} warnings"


# What is of France alone: its letters, places, mail programs, laws and standards. A name has its é.
_OF_FRANCE = re.compile(
    r"[àâçèêëîïôûùœ«»]|\b(?:Paris|Bretagne|Orange|SFR|LaPoste|CNIL|RGPD|LCEN|RGAA|RGESN|Indian)\b"
)


def test_an_english_team_meets_nothing_of_france() -> None:
    files = {
        name: content.decode(errors="ignore") for name, content in workspace_files("en").items()
    }
    del files[".vscode/tasks.json"]  # knows the lines of both languages
    issues = {
        kind: first_issue(kind, "en", title=None, day=date(2025, 3, 3))
        for kind in ("newsletter", "press-release")
    }
    rules = {name: rule.manual for name, rule in RULES.items() if rule.language != "fr"}

    met = {**files, **issues, **rules, **FILE_MANUAL, "programs": "\n".join(details())}

    assert {name: found for name, text in met.items() if (found := _OF_FRANCE.findall(text))} == {}


# Beyond a limit, or of several by their rule.
NEVER_ONE = (
    "lead and body have", "the email has", "the email loads", "the headline has", "the subject has",
    "the unsubscribe address is too long", "{count} lines have", "there are {count} DMARC records",
    "{domain} has {count} SPF records",
    "{count} lines start", "{count} messages in a row", "{count} texts are still",
)  # fmt: skip


def test_what_may_be_one_is_counted() -> None:
    with PO.open("rb") as file:
        ids = [each.id for each in read_po(file, locale="fr") if isinstance(each.id, str)]
    several = [each for each in ids if re.search(r"\{count\} (?:\w+ )?\w+s\b", each)]

    assert [each for each in several if not each.startswith(NEVER_ONE)] == []
