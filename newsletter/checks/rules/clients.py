"""What mail programs lack of what a mail uses."""

from collections.abc import Iterator

from newsletter.checks.caniemail.features import PARTLY, Use, features, uses_of
from newsletter.checks.rule import Checked, Findings, found, rule
from newsletter.i18n import N_, _, current_language
from newsletter.problems.problem import Level
from newsletter.settings.mail_clients import FRENCH, USUAL
from newsletter.values.pictures import picture_facts
from newsletter.values.structures import PictureParts

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


@rule(Level.WARNING)
def stilled_picture(checked: Checked) -> Findings:
    """An animated picture is a GIF.

    Of an animated PNG, WebP or AVIF readers get the first frame, which may be empty or say only half.
    Fails: `file: counter.webp`, an animation.
    Passes: the same animation exported as GIF, or one frame of it as PNG.
    Source: WebP and AVIF are not shown everywhere (caniemail, image-webp and image-avif).
    """
    for loc, picture in checked.structures(PictureParts):
        facts = picture_facts(checked.settings.workspace / picture.file) if picture.file else None
        if facts and facts.is_stilled:
            message = _("'{name}' is animated, but emails show only its first frame")
            hint = _("export it as GIF, or the frame that says most as PNG")
            yield found(message, hint, (*loc, "file"), name=str(picture.file).rpartition("/")[2])
