"""The rules, and how they are run over an issue and its documents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules
from types import MappingProxyType

from newsletter.checks import rules
from newsletter.checks.checked import Answer, Checked
from newsletter.checks.ignoring import Silenced, unused_ignores
from newsletter.checks.places import place_of
from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.checks.rule import Finding, Rule
from newsletter.content.loading import LoadedIssue
from newsletter.problems.problem import Level, Problem, in_order
from newsletter.rendering.document import Document
from newsletter.settings.settings import Settings

# Of one rule in one mail: a person mends some and looks again; a megabyte could hold 100,000.
MAX_FINDINGS = 100


def _rules() -> Iterator[Rule]:
    """Yield the rules of each room in the folder, in the order in which `--list` names them."""
    for room in iter_modules(rules.__path__, f"{rules.__name__}."):
        for each in vars(import_module(room.name)).values():
            if isinstance(each, Rule):
                yield each


RULES: Mapping[str, Rule] = {rule.id: rule for rule in _rules()}


def run_checks(
    loaded: LoadedIssue,
    documents: Sequence[Document],
    settings: Settings,
    *,
    earlier_issues: Sequence[EarlierIssue] = (),
    now: datetime | None = None,
    to_members: bool = False,
    answers: Mapping[str, Answer] = MappingProxyType({}),
) -> list[Problem]:
    """Return what the rules find in an issue and its documents, in the order of the file.

    `now`, with its zone, is given before a send alone: it wakes the only rule that reads the clock.
    `to_members` tells whether the mails then leave to members, and not as a test.
    `answers` are what `check_online` learnt of the issue's addresses.
    """
    if loaded.issue is None:
        return []
    silenced = Silenced(loaded.issue)
    problems: list[Problem] = []
    for document in documents:
        checked = Checked(
            loaded.issue,
            loaded.source,
            document,
            settings,
            tuple(earlier_issues),
            now,
            to_members,
            answers,
        )
        for rule, finding in _findings(checked):
            if not silenced.is_silent(rule.id, finding.loc):
                problems.append(_problem(rule, finding, checked))
    problems += unused_ignores(silenced, loaded.source, RULES)
    return in_order(problems)


def _findings(checked: Checked) -> Iterator[tuple[Rule, Finding]]:
    for rule in RULES.values():
        if checked.settings.rules.get(rule.id) != "off":
            for finding in islice(rule.find(checked), MAX_FINDINGS):
                yield rule, finding


def _problem(rule: Rule, finding: Finding, checked: Checked) -> Problem:
    path, position = place_of(finding, checked)
    level = Level(checked.settings.rules.get(rule.id, finding.level or rule.level))
    return Problem(path, position, finding.message, finding.hint, rule.id, level)
