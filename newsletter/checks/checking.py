"""The rules, run over an issue and its documents: what they find, where, and what is ignored."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

from newsletter.checks import rules
from newsletter.checks.reading import EarlierIssue, earlier_issues
from newsletter.checks.rule import Checked, Finding, LinkAnswer, Rule
from newsletter.content.loading import LoadedIssue, load_issue
from newsletter.content.visible import in_words, visible
from newsletter.i18n import _, counted
from newsletter.problems.problem import Fault, Level, Position, Problem, in_order
from newsletter.rendering.document import Document, Variants, variants_of
from newsletter.settings.settings import Settings
from newsletter.source import Loc, Source
from newsletter.source.source import BEGINNING, text_source
from newsletter.values.structures import Ignore
from newsletter.values.suggestions import did_you_mean, meant_or_choice
from newsletter.workspace import SETTINGS_FILE

# Of one rule in one mail: a person mends some and looks again; a megabyte could hold 100,000.
MAX_FINDINGS = 100
MAX_PARTS = 100  # at fault: they are mended before the rest is looked at
_ABOUT_TARGETS = {"missing-anchor", "client-support"}  # of links inside the mail
# What the mail shows of links and ids that are told in the text already.
_TOLD_BY = {"relative-link": "url", "empty-link": "link-syntax", "repeated-id": "id"}
_NAMED = 3  # readers: who they are is a hint at the part, not a list
_ABOUT_DATES = {"past-event", "wrong-weekday", "distant-date"}  # seen from the issue's own
# Those of each room in the folder, in the order in which `--list` names them.
RULES: Mapping[str, Rule] = {
    rule.id: rule
    for room in iter_modules(rules.__path__, f"{rules.__name__}.")
    for rule in vars(import_module(room.name)).values()
    if isinstance(rule, Rule)
}


def problems_of(path: Path, settings: Settings) -> list[Problem]:
    """Return every problem of the issue at `path`: of its file, and of the mails that it makes."""
    loaded = load_issue(path, settings)
    return problems_of_loaded(loaded, variants_of(loaded, settings), settings)


def problems_of_loaded(
    loaded: LoadedIssue,
    variants: Variants | None,
    settings: Settings,
    *,
    answers: Mapping[str, LinkAnswer] = MappingProxyType({}),
) -> list[Problem]:
    """Return the same, in order; `answers` are what `--online` learnt of the issue's links."""
    if variants is None:  # a fault in one part does not silence the rules on the others
        loaded = replace(loaded, issue=loaded.readable)
        variants = variants_of(loaded, settings)
    if variants is None or len(loaded.stand_ins) > MAX_PARTS:
        return list(loaded.problems)
    found = run_checks(loaded, variants.documents(), settings, answers=answers)
    return in_order([*loaded.problems, *found])


def run_checks(
    loaded: LoadedIssue,
    documents: Sequence[Document],
    settings: Settings,
    *,
    earlier: Sequence[EarlierIssue] | None = None,
    now: datetime | None = None,
    to_members: bool = False,
    answers: Mapping[str, LinkAnswer] = MappingProxyType({}),
) -> list[Problem]:
    """Return what the rules find in an issue and its documents, in the order of the file."""
    issue, source = loaded.issue, loaded.source
    if issue is None or not documents:
        return []
    settings = settings.for_sender(issue.sender)
    if earlier is None:
        earlier = earlier_issues(loaded.path.resolve().parent, issue)
    checked = Checked(issue, source, documents[0], settings, earlier, now, to_members, answers)
    silenced = _Silenced(checked)
    hidden = [visible(issue, each.audience).hidden for each in documents]
    found: list[list[Problem]] = []
    for number, document in enumerate(documents):
        checked = checked.of(document)
        told = _problems(checked, loaded, silenced)
        found.append([each for loc, each in told if not _is_of_others(number, loc, hidden)])
    # Where parts are not looked at, what silences a rule there seems to be for nothing.
    unused = () if loaded.stand_ins else silenced.unused(source)
    return in_order([*_told_once(documents, found), *unused])


def _problems(
    checked: Checked, loaded: LoadedIssue, silenced: "_Silenced"
) -> Iterator[tuple[Loc, Problem]]:
    for rule in RULES.values():
        usual = checked.settings.rules.get(rule.id)
        if usual == "off" or rule.language not in ("", checked.language):
            continue
        for each in islice(rule.find(checked), MAX_FINDINGS):
            if not silenced.is_silent(rule.id, each.loc) and not _is_told(rule, each, loaded):
                fault = Fault(rule.id, each.message, each.hint)
                level = Level(usual or each.level or rule.level)
                yield each.loc, fault.at(*_place_of(each, checked), level)


def _is_told(rule: Rule, finding: Finding, loaded: LoadedIssue) -> bool:
    """Tell whether a finding is of what is told already, left out, or written by the program."""
    stand_ins = loaded.stand_ins
    return (
        any(finding.loc[: len(each)] == each for each in stand_ins)
        or (rule.id in _ABOUT_TARGETS and not stand_ins <= {("date",)})
        or (rule.id in _ABOUT_DATES and ("date",) in stand_ins)
        or any(_TOLD_BY.get(rule.id) == each.rule for each in loaded.problems)
    )


def _place_of(finding: Finding, checked: Checked) -> tuple[Path, Position]:
    source, loc, snippet = checked.source, finding.loc, finding.snippet
    if finding.place is not None:
        return finding.place
    value = source.value_at(loc)
    if snippet and isinstance(value, dict) and [*value] == ["file"]:  # a text in a file of its own
        path = source.path.parent / str(value["file"])
        if path.suffix in {".md", ".txt"}:
            source, loc = text_source(path), ()
    elif snippet and not loc and snippet not in source.text:
        # Said by no item: the templates show it, and mostly from the settings.
        source = text_source(checked.settings.workspace / SETTINGS_FILE)
        if snippet not in source.text:
            return checked.source.path, BEGINNING
    return source.path, source.find(loc, snippet, finding.occurrence)


class _Silenced:
    """The rules that parts of an issue ignore, and which of these silenced something."""

    def __init__(self, checked: Checked) -> None:
        self.ignores: dict[Loc, Ignore] = {
            (*loc, "ignore", index): each
            for loc, model in checked.models
            for index, each in enumerate(getattr(model, "ignore", ()))
        }
        self.used: set[Loc] = set()

    def is_silent(self, rule: str, loc: Loc) -> bool:
        """Tell whether the part at `loc`, or one around it, ignores `rule`; note that it did."""
        for place, each in self.ignores.items():
            if each.rule == rule and loc[: len(place) - 2] == place[:-2]:
                self.used.add(place)
                return True
        return False

    def unused(self, source: Source) -> Iterator[Problem]:
        """Yield a problem for each `ignore` of a rule that does not exist, or found nothing."""
        for loc, ignore in self.ignores.items():
            position = source.position((*loc, "rule"))
            if ignore.rule not in RULES:
                message = _("unknown rule '{rule}'").format(rule=ignore.rule)
                hint = meant_or_choice(did_you_mean(ignore.rule, RULES), list(RULES))
                yield Problem(source.path, position, message, hint, "ignore")
            elif loc not in self.used:
                message = _("the rule '{rule}' finds no problem here").format(rule=ignore.rule)
                hint = _("remove this ignore")
                yield Problem(source.path, position, message, hint, "ignore", Level.WARNING)


def _is_of_others(number: int, loc: Loc, hidden: Sequence[Collection[Loc]]) -> bool:
    """Tell whether the part at `loc` is hidden in a document, and shown in another."""
    hides = [any(loc[: len(each)] == each for each in some) for some in hidden]
    return hides[number] and not all(hides)


def _told_once(documents: Sequence[Document], found: Sequence[Sequence[Problem]]) -> list[Problem]:
    """Return what was found in each document, with its readers where that is not all of them."""
    # What differs from mail to mail in its words alone, as a weight, is told in the first's.
    concerned: dict[Problem, dict[int, Document]] = {}
    told: dict[Problem, list[Problem]] = {}  # by what they are without their words
    for number, (document, problems) in enumerate(zip(documents, found, strict=True)):
        own = dict.fromkeys(problems)
        for problem in own:
            alike = told.setdefault(replace(problem, message=""), [])
            others = (each for each in alike if each not in own)
            first = problem if problem in alike else next(others, problem)
            if first not in alike:
                alike.append(first)
            concerned.setdefault(first, {})[number] = document
    return [
        problem
        if len(readers) == len(documents)
        else replace(problem, message=f"{problem.message} ({_named(readers.values())})")
        for problem, readers in concerned.items()
    ]


def _named(documents: Iterable[Document]) -> str:
    names = [in_words(each.audience) or _("other recipients") for each in documents]
    if len(names) > _NAMED:
        more = len(names) - _NAMED
        names[_NAMED:] = [counted("{count} more", "{count} more", more).format(count=more)]
    return _("; ").join(names)
