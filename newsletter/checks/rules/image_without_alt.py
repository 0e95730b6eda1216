"""A picture has a text for people who cannot see it.

Without one, screen readers read out the file name letter by letter, and people who block pictures,
as Outlook does by default, see an empty frame. Issue files do not accept a picture without `alt:`;
this rule checks the finished email, in case a template of yours has left it out.

Fails: `<img src="photo.jpg">` in a template.
Passes: `<img src="photo.jpg" alt="Two people at a table">`, or `alt=""` for a decoration.

Source: WCAG 1.1.1; Email Markup Consortium 2026 (48 per cent of emails fail).
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each picture of the mail without words."""
    for loc, part in checked.all_parts:
        for image in part.iter("img"):
            if image.get("alt") is None:
                message = _("the picture '{src}' has no text for people who cannot see it")
                yield Finding(
                    message.format(src=image.get("src", "")), _("write alt: in the template"), loc
                )
