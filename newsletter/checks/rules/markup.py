"""The HTML that templates make, as mail programs, screen readers and fingers find it."""

import re
from collections.abc import Iterator

from newsletter.checks.caniemail.features import PARTLY, Use, features, uses_of
from newsletter.checks.rule import Checked, Findings, found, rule
from newsletter.i18n import N_, _, current_language
from newsletter.problems.problem import Level
from newsletter.settings.mail_clients import FRENCH, USUAL
from newsletter.values.suggestions import did_you_mean

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
# What the packaged templates do without where it is not supported, by why that is well.
_BY_REASON = {
    N_("dark colours and the phone layout are extras: the email works without them"):
        "css-at-media, css-at-media-prefers-color-scheme, css-color-scheme, css-important, "
        "css-selector-chaining, css-selector-child, css-selector-class, css-selector-descendant, "
        "css-selector-grouping, css-selector-type, html-meta-color-scheme, html-style",
    N_("added by MJML for other programs; these do not need it"):
        "css-border-spacing, css-cursor, css-outline, css-selector-id, css-word-spacing",
    N_("used with others to hide the preheader; each program supports at least one of them"):
        "css-display-none, css-max-height, css-opacity, css-overflow",
    N_("the height of pictures is also set as an attribute"): "css-height",
    N_("tables are as wide as their width says: min-width is for one webmail"): "css-min-width",
    N_("lists and quotes are set in less; links need no padding under a mouse"): "css-padding text",
    N_("a decorative detail: nothing is lost without it"):
        "css-border-radius, css-list-style, css-text-decoration, html-code",
    N_("long lines of code are wider than the email"): "css-white-space",
    N_("a very long word may overflow on a phone"): "css-word-break",
    N_("the table of contents still lists what is in the issue"): "html-anchor-links",
    N_("an aid for screen readers: the email can be read without it"):
        "html-aria-hidden, html-aria-label, html-lang, html-role",
    N_("each row has its own background"): "html-body",
    N_("the address is also in the text"): "html-mailto-links",
    N_("these programs open links in a new window anyway"): "html-target",
}  # fmt: skip
DEGRADED = {slug: reason for reason, slugs in _BY_REASON.items() for slug in slugs.split(", ")}
NOT_LOOKED_FOR = (
    "amp", "bimi", "css-border-inline-block-individual", "css-border-inline-block-longhand",
    "css-border-radius-logical", "css-nesting", "html-comments", "html-doctype",
)  # fmt: skip


@rule(Level.WARNING)
def client_support(checked: Checked) -> Findings:
    """Your readers' email programs support what the templates use.

    A web page is made for five browsers that agree; an email, for programs that span twenty years:
    classic Outlook is Word, some webmail drops every `<style>`. What a program does not support it leaves
    out, sometimes with the words inside. The packaged templates lose only the details listed below; this
    rule is for templates of your own. `clients:` in newsletter.yaml names the programs that count. What
    is supported in part is a suggestion: in classic Outlook, only tables have padding, widths and columns.
    Fails: `<div style="display:flex">` in a template: classic Outlook stacks its parts;
    `<p style="padding:16px">`: there, the words touch the edge of their background
    Passes: a table, or MJML's `<mj-column>`; `<td style="padding:16px">`
    Source: caniemail.com, copied into newsletter/checks/caniemail/; a finding has the date of its test.
    """
    told: set[str] = set()
    for use, loc in uses_of(checked.elements).items():
        lost = lacking(use)
        clients = [each for each in checked.settings.clients if each in lost]
        if clients and use.slug not in told:
            told.add(use.slug)
            message = _("'{feature}' is not supported by {clients} (tested on {date})").format(
                clients=", ".join(clients), feature=use.shown, date=features()[use.slug].tested
            )
            hint = _("avoid it in the template; see what is lost: {url}")
            level = None
            if part := PARTLY.get(use.slug):  # the words are all there
                hint, level = f"{_(part.instead)}{_(': ')}{{url}}", Level.ADVICE
            url = f"https://www.caniemail.com/features/{use.slug.partition(' ')[0]}/"
            yield found(message, hint.format(url=url), loc, level=level)


def lacking(use: Use) -> frozenset[str]:
    """Return the clients that lose something by this use."""
    if use.slug in DEGRADED:
        return frozenset()
    # Who lacks what it stands in loses nothing more.
    around = (features()[slug].lacking for slug in use.within if slug in features())
    return features()[use.slug].lacking.difference(*around)


def details() -> Iterator[str]:
    """Yield lines for the manual page: what degrades on purpose, what is not looked for."""
    readers = set(USUAL) - (FRENCH if current_language() == "en" else set())
    for slug, reason in DEGRADED.items():
        if clients := ", ".join(sorted(features()[slug].lacking & readers)):
            line = _("{feature}: not in {clients}; {reason}")
            yield line.format(feature=features()[slug].title, clients=clients, reason=_(reason))
    titles = ", ".join(features()[slug].title for slug in NOT_LOOKED_FOR)
    yield _("not checked: {features}").format(features=titles)


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
    for table in re.finditer(r"<table\b[^>]*>", page):
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
