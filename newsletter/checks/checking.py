"""The list of rules, and how they are run over an issue and its documents."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from newsletter.checks.checked import Answer, Checked
from newsletter.checks.ignoring import Silenced, unused_ignores
from newsletter.checks.places import place_of
from newsletter.checks.readers import Readers, told_once
from newsletter.checks.reading.earlier import EarlierIssue
from newsletter.checks.rule import Finding, Rule, RuleModule
from newsletter.checks.rules import (
    all_capitals,
    already_sent,
    bare_address,
    blocked_zoom,
    client_support,
    contact_without_phone,
    dead_link,
    decorative_link,
    distant_date,
    embargo_passed,
    emoji_bullets,
    empty_link,
    foreign_picture,
    gmail_clipping,
    heading_order,
    heavy_picture,
    image_without_alt,
    leftover_text,
    link_without_underline,
    long_headline,
    long_lead,
    long_release,
    long_subject,
    low_contrast,
    main_heading,
    missing_anchor,
    missing_language,
    missing_title,
    mistyped_mailto,
    no_reply,
    outlook_drawing,
    past_event,
    picture_place,
    postal_address,
    preheader_length,
    reason_for_receipt,
    recycled_text,
    relative_link,
    remote_requests,
    repeated_id,
    repeated_preheader,
    repeated_word,
    sender_identity,
    shouting,
    staging_link,
    starter_text,
    style_weight,
    subject_on_phones,
    table_role,
    tracking_id,
    tracking_pixel,
    twin_links,
    unaccented_capital,
    unencrypted_link,
    unsubscribe_link,
    vague_link,
    weak_alt,
    wordless_link,
    wrapped_link,
    wrong_aria,
    wrong_ordinal,
    wrong_weekday,
)
from newsletter.content.loading import LoadedIssue
from newsletter.problems.problem import Level, Problem, in_order
from newsletter.rendering.document import Document
from newsletter.settings.settings import Settings

# In the order in which `--list` names them.
MODULES: Sequence[RuleModule] = (
    # Accessibility.
    image_without_alt,
    weak_alt,
    decorative_link,
    vague_link,
    wordless_link,
    twin_links,
    link_without_underline,
    bare_address,
    heading_order,
    main_heading,
    all_capitals,
    emoji_bullets,
    low_contrast,
    missing_title,
    missing_language,
    table_role,
    blocked_zoom,
    outlook_drawing,
    repeated_id,
    wrong_aria,
    # The inbox.
    long_subject,
    subject_on_phones,
    shouting,
    preheader_length,
    repeated_preheader,
    no_reply,
    # Dates.
    past_event,
    wrong_weekday,
    distant_date,
    # The language.
    unaccented_capital,
    wrong_ordinal,
    repeated_word,
    leftover_text,
    starter_text,
    recycled_text,
    # Press releases.
    long_release,
    long_headline,
    long_lead,
    contact_without_phone,
    embargo_passed,
    picture_place,
    # Links.
    empty_link,
    relative_link,
    missing_anchor,
    mistyped_mailto,
    staging_link,
    unencrypted_link,
    tracking_id,
    wrapped_link,
    already_sent,
    dead_link,
    # Weight.
    gmail_clipping,
    style_weight,
    heavy_picture,
    remote_requests,
    # What mail programs show.
    client_support,
    # Law and privacy.
    postal_address,
    sender_identity,
    reason_for_receipt,
    unsubscribe_link,
    tracking_pixel,
    foreign_picture,
)

# Of one rule in one mail: a person mends some and looks again; a megabyte could hold 100,000.
MAX_FINDINGS = 100


def _rule(module: RuleModule) -> Rule:
    name = inspect.getmodulename(getattr(module, "__file__", "")) or ""
    manual = inspect.getdoc(module) or ""
    return Rule(name.replace("_", "-"), module.LEVEL, manual, module.find)


RULES: Mapping[str, Rule] = {rule.id: rule for rule in map(_rule, MODULES)}


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
    found: list[list[Problem]] = []
    readers = Readers(loaded.issue, documents)
    for number, document in enumerate(documents):
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
        found.append(
            [
                _problem(rule, finding, checked)
                for rule, finding in _findings(checked)
                if not silenced.is_silent(rule.id, finding.loc)
                and not readers.are_others(number, finding.loc)
            ]
        )
    unused = unused_ignores(silenced, loaded.source, RULES)
    return in_order([*told_once(documents, found), *unused])


def _findings(checked: Checked) -> Iterator[tuple[Rule, Finding]]:
    for rule in RULES.values():
        if checked.settings.rules.get(rule.id) != "off":
            for finding in islice(rule.find(checked), MAX_FINDINGS):
                yield rule, finding


def _problem(rule: Rule, finding: Finding, checked: Checked) -> Problem:
    path, position = place_of(finding, checked)
    level = Level(checked.settings.rules.get(rule.id, finding.level or rule.level))
    return Problem(path, position, finding.message, finding.hint, rule.id, level)
