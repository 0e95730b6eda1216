"""A picture that is a link says where it leads.

Screen readers skip a decorative picture, so they announce its link without any words, or read its
address character by character.

Fails: `{file: salon.png, decorative: true, link: https://example.org/salon}`
Passes: `{file: salon.png, alt: Le programme du salon, link: https://example.org/salon}`

Source: WCAG 2.4.4 and 4.1.2; RGAA 1.1.3 and 6.2.1.
"""

from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.structures import PictureParts

LEVEL = Level.ERROR


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each decorative picture with a link."""
    for loc, model in checked.models:
        if isinstance(model, PictureParts) and model.decorative and model.link:
            message = _("the picture links to '{url}', but it is decorative and has no text")
            hint = _("write in alt: where the link leads, and remove decorative:; or remove link:")
            yield Finding(message.format(url=model.link), hint, (*loc, "link"))
