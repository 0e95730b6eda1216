"""From an issue to a document: the steps of rendering, in their order."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.composition import ComposedIssue, compose
from newsletter.rendering.html import ItemSpan, finish_html, take_out_marks
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, MergeField, fill_html, fill_text
from newsletter.rendering.mjml import mjml_to_html
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.rendering.templates import email_environment, render_template, text_environment
from newsletter.rendering.text_layout import NumberedLinks
from newsletter.settings.settings import Settings
from newsletter.values.audiences import UNKNOWN, Audience


@dataclass(frozen=True)
class Document:
    """One variant of an issue, ready for everyone: merge fields are still tokens in it.

    `sender` says whom it is from, `audience` whom it was rendered for: others may get the same.
    """

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    images: tuple[DocumentImage, ...]
    merge_fields: Mapping[str, MergeField]
    item_spans: tuple[ItemSpan, ...]
    sender: str = ""
    audience: Audience = field(default_factory=dict, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that a recipient gets, merge fields as tokens."""
        parts = [self.subject, self.preheader, self.html, self.text]
        parts += [f"{image.name} {image.sha256}" for image in self.images]
        parts += [self.sender] if self.sender else []
        digest = hashlib.sha256()
        for part in parts:
            # The length before each part: no two splits of the same words are alike.
            digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()


def render_document(issue: Issue, settings: Settings, audience: Audience = UNKNOWN) -> Document:
    """Return the mail that `issue` becomes for recipients of `audience`."""
    settings, sender = settings.for_sender(issue.sender), settings.senders[issue.sender]
    # 0 and 1. Merge fields to tokens; Markdown and typography are at the templates' hand.
    composed = compose(issue, settings, audience)
    # 2. Templates: MJML.
    mjml = render_mjml(issue, settings, composed)
    # 3 and 4. MJML is checked, then becomes HTML with its layout styles inlined.
    html = mjml_to_html(mjml)
    # 5 and 6. The content's styles are inlined, the tree is finished, the marks come out.
    environment = email_environment(settings.workspace, composed.language)
    html = finish_html(
        html,
        content_css=render_template(environment, "email/content.css", composed.context),
        language=composed.language,
        images=composed.pictures.by_source,
        anchors=composed.anchors,
    )
    html, item_spans = take_out_marks(html, composed.item_locs)
    # 7. The text is composed from the issue itself.
    text = render_text(settings.workspace, composed.language, issue.kind, composed.context)
    return Document(
        issue_id=issue.id,
        subject=_with_embargo(composed.subject, issue, composed.language),
        preheader=composed.preheader,
        html=html,
        text=text,
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


def render_mjml(issue: Issue, settings: Settings, composed: ComposedIssue) -> str:
    """Return the mail as MJML: its words set, its merge fields as tokens, its items marked."""
    environment = email_environment(settings.workspace, composed.language)
    return render_template(environment, f"email/{issue.kind}.mjml", composed.context)


def render_text(workspace: Path, language: str, kind: str, context: Mapping[str, object]) -> str:
    """Return the plain text of the issue, by its own templates and never from the HTML."""
    environment = text_environment(workspace, language)
    given = {**context, "rule": "—" * 24, "short_rule": "—" * 3, "links": NumberedLinks()}
    # Plain text is not hyphenated, and some programs show a soft hyphen wherever it stands.
    text = render_template(environment, f"text/{kind}.txt", given).replace("\u00ad", "")
    # Only plain spaces are cut: str.strip() would take no-break spaces too.
    without_ends = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", without_ends).strip("\n") + "\n"


@dataclass(frozen=True)
class FilledMail:
    """What one recipient reads: no token is left in it."""

    subject: str
    preheader: str
    html: str
    text: str


def fill_mail(document: Document, values: Mapping[str, str]) -> FilledMail:
    """Return the mail that a recipient with `values` by merge field reads.

    Its link to unsubscribe leads nowhere unless `values` have an address for it.
    """
    known = {UNSUBSCRIBE_FIELD: "apercu", **values}
    filled = partial(fill_text, fields=document.merge_fields, values=known)
    html = fill_html(document.html, document.merge_fields, known)
    return FilledMail(
        filled(document.subject), filled(document.preheader), html, filled(document.text)
    )
