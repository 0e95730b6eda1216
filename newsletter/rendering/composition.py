"""An issue as its templates take it: what the reader sees of it, words to be set, pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from typing import assert_never

from newsletter.content.issue import Newsletter
from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import visible
from newsletter.rendering.addresses import is_held, page_address, page_of
from newsletter.rendering.calendar.agenda import calendar_links
from newsletter.rendering.contents import (
    ContentsEntry,
    NumberedSection,
    anchors_of,
    contents_of,
    with_ids,
)
from newsletter.rendering.grounds import GROUNDS
from newsletter.rendering.markdown.markdown import parse_markdown
from newsletter.rendering.merge import (
    UNSUBSCRIBE_FIELD,
    MergeField,
    merge_field,
    replace_merge_fields,
)
from newsletter.rendering.pictures.images import Pictures
from newsletter.rendering.pictures.logo import shown_logo
from newsletter.rendering.places import places_of
from newsletter.rendering.release import (
    PARTS,
    media_links,
    pdf_address,
    release_preheader,
    release_subject,
)
from newsletter.rendering.typography import Profile, apply_typography
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import UNKNOWN, Audience
from newsletter.values.structures import Event

# Inboxes fill what the preheader leaves free with the mail's first words. ZERO WIDTH NON-JOINER
# and NO-BREAK SPACE in turn take that room; 60 pairs fill the longest preview known (iOS).
PREHEADER_PADDING = "\u200c\u00a0" * 60


@dataclass(frozen=True)
class ComposedIssue:
    """What the templates of an issue are given, with all that later steps need of it.

    Items, and the parts of a press release, are numbered; `item_locs` say where each stands in the
    issue file, `anchors` what links call the items that have a name.
    """

    issue_id: str
    context: Mapping[str, object]
    language: str
    subject: str
    preheader: str
    merge_fields: Mapping[str, MergeField]
    item_locs: Mapping[int, Loc]
    anchors: Mapping[int, str]
    pictures: Pictures


def compose(
    issue: Issue, settings: Settings, audience: Audience = UNKNOWN, *, profile: Profile = "mail"
) -> ComposedIssue:
    """Return what recipients of `audience` see of `issue`, as its templates take it.

    `profile` says for which page words are set.
    """
    language = issue.language or settings.language
    # Names of files are those of the whole issue, whatever of it is seen.
    links_to_calendar = calendar_links(issue, settings)
    fields: dict[str, MergeField] = {}
    seen = visible(issue, audience)
    # Merge fields become opaque words before anything reads the text.
    issue = replace_merge_fields(seen.issue, fields)
    organisation = replace_merge_fields(settings.organisation, fields)
    why = (issue.kind == "press-release" and organisation.press_why) or organisation.why
    # Until its hour nothing of a release is online: its mail carries the pictures.
    pictures = Pictures(settings, hosted=not is_held(issue, settings))
    parts = PARTS if isinstance(issue, PressRelease) else ()
    locs: dict[int, Loc] = dict(enumerate([*seen.item_locs, *((name,) for name in parts)]))
    anchors = anchors_of(issue)
    own = _own_context(issue, settings, language=language, anchors=anchors)
    subject = apply_typography(str(own["subject"]), language=language)
    preheader = apply_typography(str(own["preheader"]), language=language)
    context = {
        **_context(issue, settings, language, fields),
        **own,
        "marks": {name: number for number, name in enumerate(parts, len(seen.item_locs))},
        # Each text is set once for all parts; the memory lasts as long as this rendering.
        "parsed": cache(partial(parse_markdown, language=language, profile=profile)),
        "typeset": cache(partial(apply_typography, language=language, profile=profile)),
        "organisation": organisation,
        "why": why.in_language(language),
        "pictures": pictures,
        "logo_on": partial(shown_logo, pictures, settings),
        "calendar_link": partial(_address_of, links_to_calendar),
        "subject": subject,
        "preheader": preheader,
    }
    return ComposedIssue(
        issue.id, context, language, subject, preheader, fields, locs, anchors, pictures
    )


def _own_context(
    issue: Issue, settings: Settings, *, language: str, anchors: Mapping[int, str]
) -> dict[str, object]:
    """Return what templates need for issues of this kind alone."""
    match issue:
        case Newsletter():
            sections = _numbered(issue)
            contents: tuple[ContentsEntry, ...] = ()
            if issue.contents:
                sections = with_ids(issue, sections)
                contents = tuple(contents_of(sections, anchors=anchors, language=language))
            return {
                "sections": sections,
                "places": places_of(sections, settings.theme, language),
                "contents": contents,
                "subject": issue.subject,
                "preheader": issue.preheader,
            }
        case PressRelease():
            items = tuple(enumerate(issue.all_items))
            return {
                "body_items": items,
                "places": places_of([NumberedSection(None, None, items)], settings.theme, language),
                "media_links": media_links(issue, settings),
                "pdf": pdf_address(issue, settings),
                "subject": release_subject(issue, language),
                "preheader": release_preheader(issue, language),
            }
        case _:
            assert_never(issue)


def _context(
    issue: Issue, settings: Settings, language: str, fields: dict[str, MergeField]
) -> dict[str, object]:
    web_version, translation = _web_addresses(issue, settings)
    return {
        "issue": issue,
        "theme": settings.theme,
        "space": settings.theme.space,
        "grounds": GROUNDS,
        "light": settings.theme.colours.light,
        "dark": settings.theme.colours.dark,
        "language": language,
        "zone": settings.zone,
        "other_language": "en" if language == "fr" else "fr",
        "preheader_padding": PREHEADER_PADDING,
        "web_version": web_version,
        "translation": translation,
        "unsubscribe": _unsubscribe_address(settings, fields),
    }


def _web_addresses(issue: Issue, settings: Settings) -> tuple[str | None, str | None]:
    """Return where the issue is online, and its translation: that of an unlisted one has a code."""
    address, other = page_address(issue, settings), issue.translation_of
    web_url = settings.site.web_url if settings.site else None
    is_found = address is not None and other is not None and issue.web.code is None
    return address, page_of(web_url, other) if web_url and other and is_found else None


def _unsubscribe_address(settings: Settings, fields: dict[str, MergeField]) -> str | None:
    if settings.unsubscribe.url:
        field = merge_field(UNSUBSCRIBE_FIELD)
        fields[field.token] = field
        return settings.unsubscribe.url.replace("{token}", field.token)
    return f"mailto:{settings.unsubscribe.mailto}" if settings.unsubscribe.mailto else None


def _address_of(links: Sequence[tuple[Event, str]], event: Event) -> str | None:
    return next((address for each, address in links if each == event), None)


def _numbered(issue: Newsletter) -> tuple[NumberedSection, ...]:
    """Return the sections with their items numbered."""
    numbers = count()
    return tuple(
        NumberedSection(
            section.id,
            section.title,
            tuple((next(numbers), item) for item in section.items),
            section.introduction,
            section.layout,
            section.colour,
        )
        for section in issue.all_sections
    )
