"""An issue as its templates take it: what the reader sees of it, words to be set, pictures."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from newsletter.content.issue import Newsletter
from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import visible
from newsletter.i18n import translator
from newsletter.rendering import addresses, merge, places
from newsletter.rendering.calendar import calendar_links
from newsletter.rendering.markdown.markdown import parse_markdown, render_markdown_text
from newsletter.rendering.merge import MergeField, replace_merge_fields
from newsletter.rendering.pictures.images import Pictures, shown_logo
from newsletter.rendering.templates import environment_of, render_template
from newsletter.rendering.typography import Profile, apply_typography
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import UNKNOWN, Audience

# Inboxes fill what the preheader leaves free with the mail's first words. ZERO WIDTH NON-JOINER
# and NO-BREAK SPACE in turn take that room; 60 pairs fill the longest preview known (iOS).
PREHEADER_PADDING = "\u200c\u00a0" * 60
PREHEADER_LENGTH = 150  # what inboxes show of a preheader at most, on the widest screens
# The fields that a template marks, so that what is found in the HTML points at the issue file.
_PARTS = (
    *("note", "headline", "lead", "body", "quotes", "figures", "links", "media"),
    *("boilerplates", "contacts"),
)


class ComposedIssue(NamedTuple):
    """What the templates of an issue are given, with all that later steps need of it."""

    workspace: Path
    context: Mapping[str, object]
    language: str
    subject: str
    preheader: str
    merge_fields: Mapping[str, MergeField]
    item_locs: Mapping[int, Loc]  # of each item, and of each part of a release, by number
    anchors: Mapping[int, str]  # what links call the items that have a name
    pictures: Pictures

    def rendered(self, template: str, **given: object) -> str:
        """Return what a template makes of the issue and what is given."""
        environment = environment_of(template, self.workspace, self.language)
        return render_template(environment, template, {**self.context, **given})


def compose(
    issue: Issue, settings: Settings, audience: Audience = UNKNOWN, *, profile: Profile = "mail"
) -> ComposedIssue:
    """Return what recipients of `audience` see of `issue`, for templates of mails or of print."""
    language = issue.language or settings.language
    # Names of files are those of the whole issue, whatever of it is seen.
    links_to_calendar = calendar_links(issue, settings)
    fields: dict[str, MergeField] = {}
    seen = visible(issue, audience)
    # Merge fields become opaque words before anything reads the text.
    issue = replace_merge_fields(seen.issue, fields)
    organisation = replace_merge_fields(settings.organisation, fields)
    why = (issue.kind == "press-release" and organisation.press_why) or organisation.why
    # Until its hour nothing of a release is on the site: its mail carries the pictures.
    is_held = settings.site and settings.site.web and getattr(issue, "embargo", None)
    pictures = Pictures(settings, hosted=not is_held)
    parts = _PARTS if isinstance(issue, PressRelease) else ()
    locs: dict[int, Loc] = dict(enumerate([*seen.item_locs, *((name,) for name in parts)]))
    anchors = places.anchors_of(issue)
    own = _own_context(issue, settings, language=language, anchors=anchors)
    typeset = partial(apply_typography, language=language)
    subject, preheader = typeset(str(own["subject"])), typeset(str(own["preheader"]))
    context = {
        **shared_context(settings, language, pictures, profile),
        **own,
        **_addresses(issue, settings, fields),
        "issue": issue,
        "preheader_padding": PREHEADER_PADDING,
        "marks": {name: number for number, name in enumerate(parts, len(seen.item_locs))},
        "organisation": organisation,
        "why": why.in_language(language),
        "calendar_link": lambda event: next(
            (address for each, address in links_to_calendar if each == event), None
        ),
        "subject": subject,
        "preheader": preheader,
    }
    return ComposedIssue(
        settings.workspace, context, language, subject, preheader, fields, locs, anchors, pictures
    )


def shared_context(
    settings: Settings, language: str, pictures: Pictures, profile: Profile = "mail"
) -> dict[str, object]:
    """Return what templates of mails and of pages are given: the look, and what sets words."""
    theme = settings.theme
    return {
        "theme": theme,
        "space": theme.space,
        "grounds": places.GROUNDS,
        "light": theme.colours.light,
        "dark": theme.colours.dark,
        "language": language,
        "zone": settings.zone,
        "other_language": "en" if language == "fr" else "fr",
        # Each text is set once for all parts; the memory lasts as long as this rendering.
        "parsed": cache(partial(parse_markdown, language=language, profile=profile)),
        "typeset": cache(partial(apply_typography, language=language, profile=profile)),
        "pictures": pictures,
        "logo_on": partial(shown_logo, pictures, settings),
    }


def _own_context(
    issue: Issue, settings: Settings, *, language: str, anchors: Mapping[int, str]
) -> dict[str, object]:
    if isinstance(issue, Newsletter):
        sections = places.numbered_sections(issue)
        item_places = places.places_of(sections, settings.theme, language)
        contents = places.contents_of(sections, item_places, anchors)
        return {
            "sections": sections,
            "places": item_places,
            "contents": tuple(contents) if issue.contents else (),
            "subject": issue.subject,
            "preheader": issue.preheader,
        }
    items = tuple(enumerate(issue.all_items))
    whole = places.NumberedSection(None, None, items)
    links = ((each, addresses.media_address(each, issue, settings)) for each in issue.media)
    files = addresses.files_address(issue, settings) if issue.embargo is None else None
    return {
        "body_items": items,
        "places": places.places_of([whole], settings.theme, language),
        "media_links": tuple(links),
        "pdf": files and addresses.address_in(files, addresses.PDF_NAME),
        "subject": issue.subject or f"{translator(language)('Press release')} | {issue.headline}",
        "preheader": release_preheader(issue, language),
    }


def release_preheader(release: PressRelease, language: str) -> str:
    """Return the first words in the inbox: the release's own, the subheadline, or the lead's."""
    if own := release.preheader or release.subheadline:
        return own
    parsed = parse_markdown(release.lead, language=language)
    words = render_markdown_text(parsed, width=10_000, number_link=lambda _url: 0)
    first = words.replace(" [0]", "").split("\n")[0]
    is_short = len(first) <= PREHEADER_LENGTH
    return first if is_short else f"{first[:PREHEADER_LENGTH].rpartition(' ')[0]}…"


def _addresses(
    issue: Issue, settings: Settings, fields: dict[str, MergeField]
) -> dict[str, str | None]:
    address, other = addresses.page_address(issue, settings), issue.translation_of
    web_url = settings.site.web_url if settings.site else None
    is_found = address is not None and issue.web.code is None  # as its translation has one too
    unsubscribe = f"mailto:{settings.unsubscribe.mailto}" if settings.unsubscribe.mailto else None
    if settings.unsubscribe.url:
        field = merge.merge_field(merge.UNSUBSCRIBE_FIELD)
        fields[field.token] = field
        unsubscribe = settings.unsubscribe.url.replace("{token}", field.token)
    translation = addresses.page_of(web_url, other) if web_url and other and is_found else None
    return {"web_version": address, "translation": translation, "unsubscribe": unsubscribe}
