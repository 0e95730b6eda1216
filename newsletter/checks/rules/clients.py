"""What mail programs lack of what a mail uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsletter.checks.caniemail.data import features
from newsletter.checks.caniemail.partial import PARTLY
from newsletter.checks.caniemail.uses import Use, not_looked_for, uses_of
from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, rule
from newsletter.i18n import N_, _, current_language
from newsletter.problems.problem import Level
from newsletter.settings.mail_clients import FRENCH
from newsletter.values.pictures.examination import picture_facts
from newsletter.values.structures import PictureParts


@dataclass(frozen=True)
class Degraded:
    """What the packaged templates do without in some clients, and why that is well."""

    clients: frozenset[str]
    reason: str


def _degraded(clients: str, reason: str) -> Degraded:
    return Degraded(frozenset(each.strip() for each in clients.split(",")), reason)


_DARK = N_("dark colours and the phone layout are extras: the email works without them")
_DRESS = N_("a decorative detail: nothing is lost without it")
_FOREIGN = N_("added by MJML for other programs; these do not need it")
_PREHEADER = N_(
    "used with others to hide the preheader; each program supports at least one of them"
)
_READ_ALOUD = N_("an aid for screen readers: the email can be read without it")
DEGRADED: Mapping[str, Degraded] = {
    "css-at-media": _degraded("Outlook classic, Thunderbird", _DARK),
    "css-at-media-prefers-color-scheme": _degraded(
        "Outlook classic, Proton, Thunderbird, Yahoo", _DARK
    ),
    "css-border-radius": _degraded("Orange, Outlook classic", N_("buttons have square corners")),
    "css-border-spacing": _degraded("Outlook classic", _FOREIGN),
    "css-color-scheme": _degraded("Outlook, Outlook classic, Outlook mobile, Proton, Yahoo", _DARK),
    "css-cursor": _degraded("Apple Mail, Gmail, Outlook, Outlook mobile, Yahoo", _FOREIGN),
    "css-display-none": _degraded("Gmail", _PREHEADER),
    "css-height": _degraded("Yahoo", N_("the height of pictures is also set as an attribute")),
    "css-important": _degraded("Orange", _DARK),
    "css-list-style": _degraded("Proton", N_("the table of contents has bullets")),
    "css-max-height": _degraded("Outlook classic", _PREHEADER),
    "css-min-width": _degraded(
        "Outlook classic",
        N_("tables are as wide as their width says: min-width is for one webmail"),
    ),
    "css-opacity": _degraded("Gmail, Orange, Outlook classic", _PREHEADER),
    "css-outline": _degraded("Orange, Outlook classic", _FOREIGN),
    "css-overflow": _degraded("Outlook classic", _PREHEADER),
    "css-padding text": _degraded(
        "Outlook classic",
        N_("lists and quotes are set in less; links need no padding under a mouse"),
    ),
    "css-selector-chaining": _degraded("Outlook, Proton", _DARK),
    "css-selector-child": _degraded("Orange", _DARK),
    "css-selector-class": _degraded("Proton", _DARK),
    "css-selector-descendant": _degraded("Proton", _DARK),
    "css-selector-grouping": _degraded("Proton", _DARK),
    "css-selector-id": _degraded("Proton", _FOREIGN),
    "css-selector-type": _degraded("Proton", _DARK),
    "css-text-decoration": _degraded("Orange, Proton, SFR", _DRESS),
    "css-white-space": _degraded(
        "Outlook classic", N_("long lines of code are wider than the email")
    ),
    "css-word-break": _degraded("Orange, Yahoo", N_("a very long word may overflow on a phone")),
    "css-word-spacing": _degraded("Outlook classic", _FOREIGN),
    "html-anchor-links": _degraded(
        "Gmail, LaPoste, Orange, Proton, SFR, Yahoo",
        N_("the table of contents still lists what is in the issue"),
    ),
    "html-aria-hidden": _degraded("Orange, Thunderbird, Yahoo", _READ_ALOUD),
    "html-aria-label": _degraded("Orange, Thunderbird, Yahoo", _READ_ALOUD),
    "html-body": _degraded("LaPoste, Proton, SFR, Yahoo", N_("each row has its own background")),
    "html-code": _degraded("Orange", N_("code is shown in the font of the text")),
    "html-lang": _degraded("Orange", _READ_ALOUD),
    "html-mailto-links": _degraded("Orange", N_("the address is also in the text")),
    "html-meta-color-scheme": _degraded(
        "Apple Mail, Gmail, Outlook, Outlook classic, Outlook mobile, Proton, SFR, Yahoo", _DARK
    ),
    "html-role": _degraded("Orange", _READ_ALOUD),
    "html-style": _degraded("Gmail, LaPoste, SFR", _DARK),
    "html-target": _degraded(
        "Gmail, Orange, Outlook, Proton, SFR, Yahoo",
        N_("these programs open links in a new window anyway"),
    ),
}


@rule(Level.WARNING)
def client_support(checked: Checked) -> Iterator[Finding]:
    """Your readers' email programs support what the templates use.

    A web page is made for five browsers that agree; an email, for programs that span twenty years:
    classic Outlook is Word, some webmail drops every `<style>`. An email program leaves out what it
    does not support, sometimes with the words inside. The packaged templates avoid such features, or
    lose only the details listed below; this rule is for templates of your own. `clients:` in
    newsletter.yaml names the programs that count. Of partial support, what takes boxes and columns apart
    is told as advice: in classic Outlook, padding, borders and widths anywhere but on tables.

    Fails: `<div style="display:flex">` in a template: classic Outlook stacks its parts;
    `<p style="padding:16px">`: there, the words touch the edge of their background
    Passes: a table, or MJML's `<mj-column>`; `<td style="padding:16px">`

    Source: caniemail.com, the copy of its tests in newsletter/checks/caniemail/; each finding gives
    the date of the test.
    """
    told: set[str] = set()
    for use, loc in uses_of(checked.elements).items():
        lost = lacking(use)
        clients = [each for each in checked.settings.clients if each in lost]
        if clients and (use.part or use.slug) not in told:
            told.add(use.part or use.slug)
            feature = features()[use.slug]
            message = _("'{feature}' is not supported by {clients} (tested on {date})").format(
                clients=", ".join(clients), feature=use.shown, date=feature.tested
            )
            hint = _("avoid it in the template; see what is lost: {url}")
            if use.part:
                hint = f"{_(PARTLY[use.part].instead)}{_(': ')}{{url}}"
            level = Level.ADVICE if use.part else None  # the words are all there
            yield Finding(message, hint.format(url=feature.url), loc, level=level)


def lacking(use: Use) -> frozenset[str]:
    """Return the clients that lose something by this use.

    Who lacks what it stands in loses nothing more; what the templates degrade on purpose is known.
    """
    if use.part:
        clients = PARTLY[use.part].clients
    else:
        around = (features()[slug].lacking for slug in use.within if slug in features())
        clients = features()[use.slug].lacking.difference(*around)
    known = DEGRADED.get(use.part or use.slug)
    return clients - known.clients if known else clients


def details() -> Iterator[str]:
    """Yield lines for the manual page: what degrades on purpose, what is not looked for."""
    for slug, degraded in DEGRADED.items():
        clients = degraded.clients - (FRENCH if current_language() == "en" else set())
        line = _("{feature}: not in {clients}; {reason}")
        title = features()[slug.partition(" ")[0]].title
        if clients:
            names = ", ".join(sorted(clients))
            yield line.format(feature=title, clients=names, reason=_(degraded.reason))
    yield _("not checked: {features}").format(features=", ".join(not_looked_for()))


@rule(Level.WARNING)
def stilled_picture(checked: Checked) -> Iterator[Finding]:
    """A picture that moves is a GIF.

    Of an animated PNG, WebP or AVIF readers get the first frame, which may be empty or say only half:
    emails carry PNG, JPEG and GIF, and of these a GIF alone moves.

    Fails: `file: counter.webp`, an animation.
    Passes: the same animation exported as GIF, or one frame of it as PNG.

    Source: WebP and AVIF are not shown everywhere (caniemail, image-webp and image-avif).
    """
    for loc, model in checked.models:
        if isinstance(model, PictureParts) and model.file:
            facts = picture_facts(checked.settings.workspace / model.file)
            if facts and facts.is_stilled:
                message = _("'{name}' is animated, but emails show its first frame alone")
                hint = _("export it as GIF, or the frame that says most as PNG")
                name = model.file.rpartition("/")[2]
                yield Finding(message.format(name=name), hint, (*loc, "file"))
