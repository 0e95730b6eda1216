"""From an issue to a document: the steps of rendering, in their order."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.composition import ComposedIssue, compose
from newsletter.rendering.html import ItemSpan, finish_html, take_out_marks
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, MergeField, fill_html, fill_text
from newsletter.rendering.mjml import mjml_to_html
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.rendering.text_layout import NumberedLinks
from newsletter.settings.settings import Settings
from newsletter.values.audiences import UNKNOWN, Audience


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
    sender: str = ""  # From and Reply-To
    # Whom it was rendered for: others may get the same.
    audience: Audience = field(default_factory=dict, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that a recipient gets, merge fields as tokens."""
        parts = [self.subject, self.preheader, self.html, self.text]
        parts += [f"{image.name} {image.sha256}" for image in self.images]
        parts += [self.sender] if self.sender else []
        # The length before each part: no two splits of the same words are alike.
        told = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(told.encode()).hexdigest()


def render_document(issue: Issue, settings: Settings, audience: Audience = UNKNOWN) -> Document:
    """Return the mail that `issue` becomes for recipients of `audience`."""
    settings, sender = settings.for_sender(issue.sender), settings.senders[issue.sender]
    # 0 and 1. Merge fields to tokens; Markdown and typography are at the templates' hand.
    composed = compose(issue, settings, audience)
    # 2 to 4. Templates: MJML, which is checked, then becomes HTML with its layout styles inlined.
    html = mjml_to_html(composed.rendered(f"email/{issue.kind}.mjml"))
    # 5 and 6. The content's styles are inlined, the tree is finished, the marks come out.
    html, item_spans = take_out_marks(finish_html(html, composed), composed.item_locs)
    return Document(
        issue_id=issue.id,
        subject=_with_embargo(composed.subject, issue, composed.language),
        preheader=composed.preheader,
        html=html,
        # 7. The text is composed from the issue itself, never from the HTML.
        text=_text_of(composed, issue.kind),
        images=composed.pictures.images,
        merge_fields=composed.merge_fields,
        item_spans=item_spans,
        sender=f"{sender.name} <{sender.email}> {sender.reply_to or ''}".rstrip(),
        audience=audience,
    )


def _with_embargo(subject: str, issue: Issue, language: str) -> str:
    """Return the subject that says first that a release is under embargo; own words stay."""
    if not isinstance(issue, PressRelease) or issue.embargo is None or issue.subject:
        return subject
    return f"{'Sous embargo' if language == 'fr' else 'EMBARGOED'} | {subject}"


def _text_of(composed: ComposedIssue, kind: str) -> str:
    signs = {"rule": "—" * 24, "short_rule": "—" * 3}
    text = composed.rendered(f"text/{kind}.txt", links=NumberedLinks(), **signs)
    # Plain text is not hyphenated, and some programs show a soft hyphen wherever it stands. Only
    # plain spaces are cut: str.strip() would take no-break spaces too.
    text = re.sub(r"[ \t]+$", "", text.replace("\u00ad", ""), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@dataclass(frozen=True)
class FilledMail:
    """What one recipient reads: no token is left in it."""

    subject: str
    preheader: str
    html: str
    text: str


def fill_mail(document: Document, values: Mapping[str, str]) -> FilledMail:
    """Return the mail that a recipient with `values` by merge field reads."""
    # Its link to unsubscribe leads nowhere unless `values` have an address for it.
    known = {UNSUBSCRIBE_FIELD: "apercu", **values}
    filled = partial(fill_text, fields=document.merge_fields, values=known)
    html = fill_html(document.html, document.merge_fields, known)
    return FilledMail(
        filled(document.subject), filled(document.preheader), html, filled(document.text)
    )
