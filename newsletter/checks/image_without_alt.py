"""A picture without words says nothing to who does not see it.

Screen readers then read the file's name aloud, letter by letter; who blocks pictures, as Outlook
does by default, sees an empty frame. Issue files refuse a picture without `alt:`; this rule looks
at the finished mail, where a template of the workspace may have forgotten it.

Fails: `<img src="photo.jpg">` in a template.
Passes: `<img src="photo.jpg" alt="Two people at a table">`, or `alt=""` for a decoration.

Source: WCAG 1.1.1; Email Markup Consortium 2026: 48 percent of mails fail.
"""

from collections.abc import Iterator

from newsletter.checks.rule import Checked, Finding
from newsletter.diagnostics import Level
from newsletter.i18n import _

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture of the mail without words."""
    for loc, part in checked.all_parts:
        for image in part.iter("img"):
            if image.get("alt") is None:
                message = _("the picture '{src}' has no words for who does not see it")
                yield Finding(
                    message.format(src=image.get("src", "")), _("write alt: in the template"), loc
                )
