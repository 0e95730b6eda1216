"""The HTML that templates make, as screen readers and fingers find it."""

import re

from newsletter.checks.rule import Checked, Findings, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.suggestions import did_you_mean

_TABLE = re.compile(r"<table\b[^>]*>")
_LAYOUT_ROLE = re.compile(r"role=[\"'](?:presentation|none)[\"']")
_BLOCKS = re.compile(r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*(?:0|1(?!\d))[^,;]*")
_SHAPE = r"<v:(?P<shape>rect|roundrect|oval|shape|image)\b"
_DRAWING = re.compile(rf"{_SHAPE}(?P<attributes>[^>]*)>(?P<inside>.*?)(?:</v:(?P=shape)>|\Z)", re.S)
_LOST = re.compile(r"<(?P<tag>a|h[1-6])[ >]")
# What makes sense in a mail, where no script runs: no menu, slider or tab.
ROLES = frozenset({
    "alert", "article", "banner", "blockquote", "button", "caption", "cell", "code",
    "columnheader", "complementary", "contentinfo", "definition", "document", "emphasis", "figure",
    "group", "heading", "img", "link", "list", "listitem", "main", "mark", "meter", "navigation",
    "none", "note", "paragraph", "presentation", "region", "row", "rowgroup", "rowheader",
    "separator", "strong", "subscript", "superscript", "table", "term", "time",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "aria-colcount", "aria-colindex", "aria-colspan", "aria-current", "aria-describedby",
    "aria-description", "aria-details", "aria-hidden", "aria-label", "aria-labelledby",
    "aria-level", "aria-owns", "aria-posinset", "aria-roledescription", "aria-rowcount",
    "aria-rowindex", "aria-rowspan", "aria-setsize", "aria-sort", "aria-valuenow",
    "aria-valuetext",
})  # fmt: skip


@rule(Level.ERROR)
def missing_title(checked: Checked) -> Findings:
    """The email has a window title.

    It names the window when the email is opened on its own, in a browser or with a screen reader.
    Fails: `<title></title>`, which MJML writes without `<mj-title>`.
    Passes: `<mj-title>{{ subject }}</mj-title>`
    Source: Email Markup Consortium 2026 (45 per cent of emails fail); WCAG 2.4.2.
    """
    if not (checked.page.findtext("head/title") or "").strip():
        hint = _("write <mj-title>{{ subject }}</mj-title> in email/head.mjml")
        yield found(_("the email has no window title"), hint)


@rule(Level.ERROR)
def missing_language(checked: Checked) -> Findings:
    """The email gives its language on each of its outermost elements.

    An English voice makes nonsense of French. Webmail drops `<html>` and `<body>` with their attributes,
    so each child of `body` repeats the language and the writing direction.
    Fails: `<body><div>…</div></body>`
    Passes: `<html lang="en" dir="ltr">…<body><div lang="en" dir="ltr">…</div></body>`
    Source: Email Markup Consortium 2026 (97 per cent of emails fail); WCAG 3.1.1.
    """
    for element in (checked.page, *checked.page.body.iterchildren("*")):
        if element.get("lang") != checked.tag or element.get("dir") not in ("ltr", "rtl"):
            message = _("<{tag}> does not say that the email is in '{language}'")
            hint = _("""write lang="{language}" dir="ltr" on it in the template""")
            yield found(message, hint, tag=element.tag, language=checked.tag)


@rule(Level.ERROR)
def table_role(checked: Checked) -> Findings:
    """A table used for layout says that it is not a data table.

    Otherwise a screen reader announces "table, one column, three rows" before every item.
    Fails: `<table width="600">` around a text.
    Passes: `<table width="600" role="presentation">`, or a data table with its `<thead>`.
    Source: Email Markup Consortium 2026 (84 per cent of emails fail); WCAG 1.3.1.
    """
    page = checked.document.html
    for table in _TABLE.finditer(page):
        end = page.find("</table", table.end())
        if not _LAYOUT_ROLE.search(table[0]) and "<thead" not in page[table.end() : end]:
            message = _("a layout table is announced as a data table")
            hint = _("""write role="presentation" on it in the template""")
            yield found(message, hint, checked.loc_of(table.start()))


@rule(Level.ERROR)
def blocked_zoom(checked: Checked) -> Findings:
    """Readers can zoom in on the email.

    People who cannot read 16-pixel text without glasses zoom in with two fingers, or cannot read it.
    Fails: `<meta name="viewport" content="width=device-width, user-scalable=no">`
    Passes: `<meta name="viewport" content="width=device-width, initial-scale=1">`
    Source: Email Markup Consortium 2026 (critical); WCAG 1.4.4.
    """
    for viewport in checked.page.xpath("//meta[@name='viewport']/@content"):
        if blocks := _BLOCKS.search(viewport):
            message = _("'{words}' stops readers from zooming in")
            yield found(message, _("remove it from the template"), words=blocks[0])


@rule(Level.ERROR)
def outlook_drawing(checked: Checked) -> Findings:
    """A drawing for Outlook (VML) has a text, and contains no links or headings.

    For a screen reader these are pictures: what is inside cannot be found by heading or by link.
    Fails: `<v:rect fill="true"><v:fill src="back.png"/><h2>The programme</h2></v:rect>`
    Passes: `<v:rect fill="true" alt="The programme of the fair">`, with the heading outside it.
    Source: Email Markup Consortium 2025, checks "VML has alt" and "no links or headings inside VML".
    """
    for drawing in _DRAWING.finditer(checked.document.html):
        loc = checked.loc_of(drawing.start())
        if "alt=" not in drawing["attributes"]:
            message = _("a drawing for Outlook has no text")
            yield found(message, _("write alt= on it in the template"), loc)
        if lost := _LOST.search(drawing["inside"]):
            hint = _("move it out of the drawing in the template")
            yield found(_("<{tag}> is inside a drawing for Outlook"), hint, loc, tag=lost["tag"])


@rule(Level.WARNING)
def repeated_id(checked: Checked) -> Findings:
    """No two elements of the email have the same id.

    A link to an id leads to the first element that has it, whichever one was meant.
    Fails: `<div id="agenda">…</div><div id="agenda">…</div>`
    Passes: `<div id="agenda">…</div><div id="dates">…</div>`
    Source: Email Markup Consortium 2026, check "duplicate ids"; WCAG 2.2, technique H93.
    """
    seen: set[str] = set()
    # Items first: what stands around them is told.
    for loc, element in sorted(checked.elements, key=lambda each: not each[0]):
        name = element.get("id")
        if name in seen:
            message = _("the id '{id}' is used twice in the email")
            yield found(message, _("give each its own in the template"), loc, id=name)
        elif name is not None:
            seen.add(name)


@rule(Level.ERROR)
def wrong_aria(checked: Checked) -> Findings:
    """Screen readers know the roles and attributes (ARIA) that the email uses.

    Misspelt, they are worse than none: screen readers announce what is not there, or fall silent.
    Fails: `<div role="heading1" aria-labl="Agenda">`
    Passes: `<div role="article" aria-label="Agenda">`
    Source: WAI-ARIA 1.2; WCAG 4.1.2; Email Markup Consortium 2026 (critical).
    """
    for loc, element in checked.elements:
        for name, value in element.attrib.items():
            said, known = (value, ROLES) if name == "role" else (name, ATTRIBUTES)
            if said not in known and (name == "role" or name.startswith("aria-")):
                message = _("screen readers do not know '{name}'").format(name=said)
                meant = did_you_mean(said, known)
                hint = _("did you mean '{word}'?").format(word=meant) if meant else ""
                yield found(message, hint or _("remove it from the template"), loc)
