"""From an issue to a document: the steps of rendering, in their order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from newsletter.content.issue import Newsletter
from newsletter.content.items import Item
from newsletter.rendering.html import ItemSpan, finish_html, take_out_marks
from newsletter.rendering.images import (
    DocumentImage,
    ShownImage,
    document_image,
    picture_size,
    shown_within,
)
from newsletter.rendering.markdown import parse_markdown
from newsletter.rendering.merge import (
    UNSUBSCRIBE_FIELD,
    MergeField,
    merge_field,
    replace_merge_fields,
)
from newsletter.rendering.mjml import mjml_to_html
from newsletter.rendering.templates import email_environment, render_template
from newsletter.rendering.text import render_text
from newsletter.rendering.typography import apply_typography
from newsletter.settings import Settings
from newsletter.source import Loc
from newsletter.structures import PictureParts

SIDE_MARGIN_PX = 20  # of the templates' sections, left and right
MAX_HEIGHT_PX = 900  # a taller picture would fill a phone's screen twice
LOGO_HEIGHT_PX = 48
PORTRAIT_PX = 200
# Inboxes fill what the preheader leaves free with the mail's first words. ZERO WIDTH NON-JOINER
# and NO-BREAK SPACE in turn take that room; 60 pairs fill the longest preview known (iOS).
PREHEADER_PADDING = "\u200c\u00a0" * 60


@dataclass(frozen=True)
class Document:
    """One variant of an issue, ready for everyone: merge fields are still tokens in it."""

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    images: tuple[DocumentImage, ...]
    merge_fields: Mapping[str, MergeField]
    item_spans: tuple[ItemSpan, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that a recipient gets, merge fields as tokens."""
        parts = [self.subject, self.preheader, self.html, self.text]
        parts += [f"{image.name} {image.sha256}" for image in self.images]
        digest = hashlib.sha256()
        for part in parts:
            # The length before each part: no two splits of the same words are alike.
            digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()


class Pictures:
    """The pictures that templates show in one document, noted as they are asked for."""

    def __init__(self, settings: Settings) -> None:
        self._workspace = settings.workspace
        self._max_width = settings.theme.widths.page - 2 * SIDE_MARGIN_PX
        self._images: dict[str, DocumentImage] = {}
        # One picture may stand twice, at two sizes: large in an item, small in a card.
        self.shown: dict[tuple[str, str], ShownImage] = {}

    @property
    def images(self) -> tuple[DocumentImage, ...]:
        """The files that go with the document."""
        return tuple(self._images.values())

    def show(self, picture: PictureParts) -> ShownImage:
        """Return how an item's picture is shown."""
        return self._show(picture, (self._max_width, MAX_HEIGHT_PX))

    def show_portrait(self, picture: PictureParts) -> ShownImage:
        """Return how someone's picture is shown in a card."""
        return self._show(picture, (PORTRAIT_PX, PORTRAIT_PX))

    def show_logo(self, file: str) -> ShownImage:
        """Return how the organisation's logo is shown."""
        return self._show_file(file, (self._max_width, LOGO_HEIGHT_PX))

    def _show(self, picture: PictureParts, box: tuple[int, int]) -> ShownImage:
        if picture.file is not None:
            return self._show_file(picture.file, box)
        size = (picture.width or box[0], picture.height or box[1])
        return self._note(ShownImage(picture.url or "", *shown_within(size, box)))

    def _show_file(self, file: str, box: tuple[int, int]) -> ShownImage:
        image = document_image(file, self._workspace)
        self._images[image.name] = image
        return self._note(ShownImage(image.name, *shown_within(picture_size(image.path), box)))

    def _note(self, shown: ShownImage) -> ShownImage:
        self.shown[shown.src, str(shown.width)] = shown
        return shown


@dataclass(frozen=True)
class NumberedSection:
    """A section as templates walk through it: each item with its number in the mail."""

    id: str | None
    title: str | None
    items: tuple[tuple[int, Item], ...]


@dataclass(frozen=True)
class ComposedIssue:
    """An issue as MJML, with all that the later steps need of it."""

    mjml: str
    content_css: str
    context: Mapping[str, object]
    language: str
    issue: Newsletter
    merge_fields: Mapping[str, MergeField]
    item_locs: Mapping[int, Loc]
    pictures: Pictures


def render_document(issue: Newsletter, settings: Settings) -> Document:
    """Return the mail that `issue` becomes: subject, HTML, text, pictures, merge fields."""
    # 0 to 2. Merge fields to tokens, Markdown, typography, templates: MJML.
    composed = compose_mjml(issue, settings)
    # 3 and 4. MJML is checked, then becomes HTML with its layout styles inlined.
    html = mjml_to_html(composed.mjml)
    # 5 and 6. The content's styles are inlined, the tree is finished, the marks come out.
    html = finish_html(
        html,
        content_css=composed.content_css,
        language=composed.language,
        images=composed.pictures.shown,
        anchors={number: item.id for number, item in enumerate(issue.all_items) if item.id},
    )
    html, item_spans = take_out_marks(html, composed.item_locs)
    # 7. The text is composed from the issue itself.
    text = render_text(settings.workspace, composed.language, composed.context)
    return Document(
        issue_id=issue.id,
        subject=apply_typography(composed.issue.subject, language=composed.language),
        preheader=apply_typography(composed.issue.preheader, language=composed.language),
        html=html,
        text=text,
        images=composed.pictures.images,
        merge_fields=composed.merge_fields,
        item_spans=item_spans,
    )


def compose_mjml(issue: Newsletter, settings: Settings) -> ComposedIssue:
    """Return `issue` as MJML: its words set, its merge fields as tokens, its items marked."""
    language = issue.language or settings.language
    fields: dict[str, MergeField] = {}
    # Merge fields become opaque words before anything reads the text.
    issue = replace_merge_fields(issue, fields)
    organisation = replace_merge_fields(settings.organisation, fields)
    pictures = Pictures(settings)
    sections, locs = _numbered(issue)
    context = _context(issue, settings, language, sections, fields)
    context |= {"organisation": organisation, "pictures": pictures}
    environment = email_environment(settings.workspace, language)
    return ComposedIssue(
        mjml=render_template(environment, "email/newsletter.mjml", context),
        content_css=render_template(environment, "email/content.css", context),
        context=context,
        language=language,
        issue=issue,
        merge_fields=fields,
        item_locs=locs,
        pictures=pictures,
    )


def _context(
    issue: Newsletter,
    settings: Settings,
    language: str,
    sections: tuple[NumberedSection, ...],
    fields: dict[str, MergeField],
) -> dict[str, object]:
    web_url = settings.site.web_url if settings.site else None
    return {
        "issue": issue,
        "sections": sections,
        "theme": settings.theme,
        "light": settings.theme.colours.light,
        "dark": settings.theme.colours.dark,
        "language": language,
        # Each text is set once for both parts; the memory lasts as long as this rendering.
        "parsed": cache(partial(parse_markdown, language=language)),
        "typeset": cache(partial(apply_typography, language=language)),
        "preheader_padding": PREHEADER_PADDING,
        "web_version": web_url.replace("{issue}", issue.id) if web_url else None,
        "unsubscribe": _unsubscribe_address(settings, fields),
    }


def _unsubscribe_address(settings: Settings, fields: dict[str, MergeField]) -> str | None:
    if settings.unsubscribe.url:
        field = merge_field(UNSUBSCRIBE_FIELD)
        fields[field.token] = field
        return settings.unsubscribe.url.replace("{token}", field.token)
    return f"mailto:{settings.unsubscribe.mailto}" if settings.unsubscribe.mailto else None


def _numbered(
    issue: Newsletter,
) -> tuple[tuple[NumberedSection, ...], dict[int, Loc]]:
    """Return the sections with their items numbered, and where each stands in the file."""
    sections: list[NumberedSection] = []
    locs: dict[int, Loc] = {}
    for section_index, section in enumerate(issue.all_sections):
        items: list[tuple[int, Item]] = []
        for item_index, item in enumerate(section.items):
            inside: Loc = ("sections", section_index) if issue.sections else ()
            locs[len(locs)] = (*inside, "items", item_index)
            items.append((len(locs) - 1, item))
        sections.append(NumberedSection(section.id, section.title, tuple(items)))
    return tuple(sections), locs
