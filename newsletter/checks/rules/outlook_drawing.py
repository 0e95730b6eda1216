"""A drawing for Outlook (VML) has a text, and contains no links or headings.

For a screen reader, Outlook's own drawings are pictures: people who jump from heading to heading
or from link to link cannot find what is inside.

Fails: `<v:rect fill="true"><v:fill src="fond.png"/><h2>Le programme</h2></v:rect>`
Passes: `<v:rect fill="true" alt="Le programme du salon">`, with the heading outside it.

Source: Email Markup Consortium 2025, checks "VML has alt" and "no links or headings inside VML".
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.ERROR

_SHAPE = r"<v:(?P<shape>rect|roundrect|oval|shape|image)\b"
_DRAWING = re.compile(rf"{_SHAPE}(?P<attributes>[^>]*)>(?P<inside>.*?)(?:</v:(?P=shape)>|\Z)", re.S)
_LOST = re.compile(r"<(?P<tag>a|h[1-6])[ >]")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each drawing without words, or with what is lost in it."""
    if "<v:" not in checked.document.html:
        return
    for drawing in _DRAWING.finditer(checked.document.html):
        loc = checked.loc_of(drawing.start())
        if "alt=" not in drawing["attributes"]:
            message = _("a drawing for Outlook has no words")
            yield Finding(message, _("write alt= on it in the template"), loc)
        if lost := _LOST.search(drawing["inside"]):
            message = _("<{tag}> is inside a drawing for Outlook").format(tag=lost["tag"])
            yield Finding(message, _("move it out of the drawing in the template"), loc)
