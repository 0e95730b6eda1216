"""A document with one recipient's values in the place of its merge fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.rendering.document import Document
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, fill_html, fill_text


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
    fields = document.merge_fields
    return FilledMail(
        subject=fill_text(document.subject, fields, known),
        preheader=fill_text(document.preheader, fields, known),
        html=fill_html(document.html, fields, known),
        text=fill_text(document.text, fields, known),
    )
