"""`newsletter check`: everything that would embarrass the team, with its line."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from newsletter.checks.checking import RULES, problems_of, problems_of_loaded
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.checks.rule import Checked, manual_page
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.commands.editor import CHECKING, WAITING
from newsletter.commands.opening import ALL_SENT, UnusableSettings, issue_files
from newsletter.commands.processes import in_processes
from newsletter.content.loading import issues_in, load_issue
from newsletter.i18n import _, counted, current_language
from newsletter.problems import problem
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, fails, in_numbers, in_order, level_word, sarif
from newsletter.problems.terminal import Surroundings
from newsletter.rendering.document import variants_of
from newsletter.rendering.own_templates import outdated_templates
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.source import read_source
from newsletter.source.source import BEGINNING
from newsletter.values.suggestions import did_you_mean, meant_or_choice
from newsletter.workspace import SENT_FOLDER, SETTINGS_FILE, find_workspace, user_folder

# What issues say of settings that are at fault, and would be right without the fault.
_OF_SETTINGS = {"audience", "merge-field", "organisation", "sender", "settings-name"}


def check(
    here: Surroundings,
    files: Sequence[Path],
    *,
    output_format: str,
    strict: bool,
    online: bool,
    all_problems: bool,
) -> int:
    """Tell every problem of the issues; return 1 if one is an error, or a warning when `strict`."""
    loaded = load_settings(Path(find_workspace(str(here.start))))
    if (settings := loaded.readable) is None:
        raise UnusableSettings(loaded.problems)
    paths = issue_files(files, settings)
    problems = [*loaded.problems, *_unknown_rules(settings), *settings_problems(settings),
                *outdated_templates(settings.workspace), *_damaged_records(settings)]  # fmt: skip
    results = (_online(paths, settings) if online
               else in_processes(partial(problems_of, settings=settings), paths))  # fmt: skip
    found = in_order([*problems, *chain.from_iterable(here.bar(results, len(paths)))])
    if loaded.settings is None:
        found = [each for each in found if each in problems or each.rule not in _OF_SETTINGS]
    if output_format == "sarif":
        here.tell(sarif(found, {name: manual_page(rule.manual) for name, rule in RULES.items()}))
    elif output_format == "text":
        others, left_over = (found, "") if all_problems else examples_apart(found)
        here.show(others)
        here.tell(_summary(len(paths), others, left_over) if paths else _(ALL_SENT))
    else:
        lines_of = {"json": problem.json_lines, "github": problem.github_annotations}
        for line in lines_of[output_format](found):
            here.tell(line)
    return int(fails(found, strict=strict))


def check_at_each_save(
    here: Surroundings, files: Sequence[Path], check_now: Callable[[], int]
) -> None:
    """Check now and at each save, until interrupted, between two lines that editors look for."""
    from newsletter.commands.preview import look_at_each_save

    workspace = Path(find_workspace(str(here.start)))

    def look() -> None:
        here.tell(_(CHECKING))
        try:
            check_now()
        except NewsletterError as error:
            here.show(getattr(error, "problems", ()))
            here.tell(f"{error.message} ({error.hint})")
        here.tell(_(WAITING))

    look_at_each_save(workspace, lambda: files or issues_in(workspace / "issues"), look)


def _unknown_rules(settings: Settings) -> Iterator[Problem]:
    for name in (each for each in settings.rules if each not in RULES):
        source = read_source(settings.workspace / SETTINGS_FILE)
        message = _("unknown rule '{rule}'").format(rule=name)
        hint = meant_or_choice(did_you_mean(name, RULES), list(RULES))
        position = source.position(("rules", name), key=True)
        yield Problem(source.path, position, message, hint, "rules")


def _damaged_records(settings: Settings) -> Iterator[Problem]:
    for path in sorted((settings.workspace / SENT_FOLDER).glob("*/sent.json")):
        from newsletter.sending.sent_before import read_sent

        try:
            read_sent(settings.workspace, path.parent.name)
        except NewsletterError as error:
            yield Problem(path, BEGINNING, error.message, error.hint, "sent-record")


def _online(paths: Sequence[Path], settings: Settings) -> Iterator[list[Problem]]:
    """Yield the problems of each issue, once the links of all of them were tried, each once."""
    from newsletter.checks.online import addresses_to_try, check_online

    loaded_issues = [load_issue(path, settings) for path in paths]
    issues = [(loaded, variants_of(loaded, settings)) for loaded in loaded_issues]
    addresses = [
        address
        for loaded, variants in issues
        if variants is not None
        for document in variants.documents()
        for address in addresses_to_try(Checked(variants.issue, loaded.source, document, settings))
    ]
    folder = user_folder("links")
    answers = check_online(addresses, cache=folder and folder / "links.json", now=time.time())
    for loaded, variants in issues:
        yield problems_of_loaded(loaded, variants, settings, answers=answers)


def _summary(issues: int, problems: Sequence[Problem], left_over: str) -> str:
    """Return "3 issues checked, 1 error, 2 warnings", and which texts are the example's."""
    said = counted("{count} issue checked", "{count} issues checked", issues)
    if problems or not left_over:
        said = f"{said}, {in_numbers(problems)}"
    both = _("{checked}; {left_over}").format(checked=said, left_over=left_over)
    return both if left_over else said


def list_rules(here: Surroundings) -> int:
    """Tell each rule of the user's language, or any, with its level and its page's first line."""
    width = max(map(len, RULES))
    for name, rule in RULES.items():
        if rule.language not in ("", current_language()):
            continue
        here.tell(f"{name:{width}}  {level_word(rule.level):13}  {_(rule.manual).splitlines()[0]}")
    return 0


def explain(here: Surroundings, name: str) -> int:
    """Tell the manual page of a rule, or of a fault in a file; raise where there is none."""
    pages = {**{rule: each.manual for rule, each in RULES.items()}, **FILE_MANUAL}
    if name not in pages:
        message = _("unknown rule '{rule}'").format(rule=name)
        raise NewsletterError(message, meant_or_choice(did_you_mean(name, pages), list(RULES)))
    here.tell(manual_page(pages[name]))
    if name == "client-support":
        from newsletter.checks.rules.markup import details

        for line in ("", *details()):
            here.tell(line)
    return 0
