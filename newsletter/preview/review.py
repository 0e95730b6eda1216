"""An issue in one file to approve, printed without network: to sign first, then the letter."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from lxml import etree
from markupsafe import Markup, escape

from newsletter.checks.rules.weights import CLIP_BYTES
from newsletter.content.loading import Issue
from newsletter.content.visible import audience_in_words, values_shown, words_of
from newsletter.i18n import _, current_language
from newsletter.preview.browser import chromium, still_page
from newsletter.preview.mail_pictures import boxed, parsed, serialized, standalone
from newsletter.preview.page_templates import FOLDER, page
from newsletter.preview.shown_issue import ShownMail, place_in
from newsletter.preview.views import APPEARANCES, light, on_screen
from newsletter.problems.problem import Problem, in_numbers
from newsletter.rendering import document as documents
from newsletter.rendering.document import Variants, fill_mail, render_document
from newsletter.rendering.localised import format_embargo
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import Audience, AudienceParts
from newsletter.values.model import replaced, rewritten
from newsletter.values.structures import ItemParts

PHONE_PX, DESKTOP_PX = 375, 640
_NO_WORD = re.compile(r"https?://\S+|\S+@\S+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TITLES = ("title", "name", "label", "text", "url", "kind")
# Beside the part, not in it: its own colours say nothing of who sees it.
_BAND = (
    '<div style="border:3px solid #8a8a8a"><p style="margin:0;padding:4px 12px;'
    "background:#e8e8e8;color:#1c1c1e;font:bold 14px/20px Arial,sans-serif;text-align:left;"
    'break-after:avoid">{who}</p>{part}</div>'
)


class Readership(NamedTuple):
    """Who gets an issue, as `newsletter send` counts them: of each variant what one of them is."""

    variants: Sequence[tuple[Audience, int]]
    left_out: Mapping[str, int]  # by reason
    is_whole: bool  # not where rows of the members file have errors

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(count for _audience, count in self.variants)


class Reserved(NamedTuple):
    """A part of an issue that some recipients alone see."""

    loc: Loc
    rules: tuple[AudienceParts, ...]  # of what stands around it, and its own
    title: str

    @property
    def who(self) -> str:
        """Who sees it."""
        return ", ".join(words_of(each.for_ or {}, each.not_for or {}) for each in self.rules)


def review_pack(
    issue: Issue,
    mail: ShownMail,
    problems: Sequence[Problem],
    settings: Settings,
    *,
    readers: Readership | None = None,
    is_full: bool = False,
) -> str:
    """Return the page: what there is to sign, then the letter with all its parts."""
    # `is_full` adds variants, colours, the text part, problems and weights. No clock is asked.
    embargo = getattr(issue, "embargo", None)
    letter, reserved = _whole_letter(issue, mail, settings)
    return page(
        "review.html",
        issue=issue,
        mail=mail,
        sender=settings.senders[issue.sender],
        embargo=embargo and format_embargo(embargo, current_language()),
        words=len(_WORD.findall(_NO_WORD.sub("", mail.filled.text))),
        readers=readers,
        shares=_shares(reserved, readers),
        in_numbers=in_numbers(problems),
        problems=[(place_in(settings.workspace, each.path), each) for each in problems],
        letter=_columns(light(standalone(letter))),
        sheets=list(_annex(issue, mail, settings)) if is_full else (),
        is_full=is_full,
        clip_bytes=CLIP_BYTES,
        fingerprint=documents.content_of(documents.digests_of(issue, settings)),
        style=Markup(_own("review.css")),  # noqa: S704 - ours
    )


def review_pdf(pack: str) -> bytes:
    """Return the page on A4, as the system's Chromium prints it; `NewsletterError` without it."""
    with chromium() as browser, still_page(browser, width=DESKTOP_PX) as sheet:
        sheet.set_content(pack)
        return sheet.pdf(prefer_css_page_size=True)


def _own(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _embedded(html: str, width: int) -> Markup:
    """Return the mail as part of our page, in a shadow tree: it breaks between lines on paper."""
    # A frame would be cut through them. Styles of the page and of the mail do not meet there; no
    # script runs in either, as the page's policy says.
    root = parsed(on_screen(html, width))
    for element in list(root.iter("meta", "title")):
        element.drop_tree()
    body = root.body
    body.tag = "div"
    parts = (etree.tostring(each, method="html", encoding="unicode") for each in (*root.head, body))
    style = f"<style>{_own('printed-mail.css')}</style>"
    return Markup("".join([style, *parts]))  # noqa: S704 - harmless under the page's policy


def _columns(html: str) -> tuple[Markup, Markup]:
    return _embedded(html, PHONE_PX), _embedded(html, DESKTOP_PX)


def _whole_letter(
    issue: Issue, mail: ShownMail, settings: Settings
) -> tuple[ShownMail, Sequence[Reserved]]:
    """Return the letter as nobody gets it, with all its parts, and those that are for some."""
    opened, reserved = _opened(issue)
    if not reserved:
        return mail, ()
    document = render_document(opened, settings, settings.sample_audience)
    html, who = document.html, {each.loc: each.who for each in reserved}
    for span in reversed(document.item_spans):
        around = (span.loc[:length] for length in range(len(span.loc), 0, -1))
        if loc := next(filter(who.get, around), None):
            part = html[span.start : span.end]
            band = _BAND.format(who=escape(who[loc][:1].upper() + who[loc][1:]), part=part)
            html = html[: span.start] + band + html[span.end :]
    document = replace(document, html=html)
    filled = fill_mail(document, values_shown(settings, {}))
    return replace(mail, document=document, filled=filled), reserved


def _opened(issue: Issue) -> tuple[Issue, Sequence[Reserved]]:
    """Return an issue of which everybody sees all, and what of it is for some alone."""
    reserved: list[Reserved] = []

    def opened(part: AudienceParts, loc: Loc) -> AudienceParts:
        if not (part.for_ or part.not_for):
            return part
        around = [each.rules for each in reserved if each.loc == loc[: len(each.loc)]]
        said = (str(getattr(part, name, "") or "") for name in _TITLES)
        noted = Reserved(loc, (*chain(*around[-1:]), part), next(filter(None, said), ""))
        reserved.append(noted)
        shown = replaced(part, for_=None, not_for=None)
        # A link, an event or a section has no place of its own in the mail to put a band.
        if isinstance(part, ItemParts) or "title" not in vars(part):
            return shown
        return replaced(shown, title=f"[{noted.who}] {noted.title}")

    return rewritten(issue, AudienceParts, opened), reserved


def _shares(
    reserved: Sequence[Reserved], readers: Readership | None
) -> Iterator[tuple[str, list[str], int | None]]:
    """Yield each group that sees parts of its own: its words, their titles, how many they are."""
    groups: dict[str, list[Reserved]] = {}
    for part in reserved:
        groups.setdefault(part.who, []).append(part)
    for who, parts in groups.items():
        numbers = (
            number
            for audience, number in (readers.variants if readers else ())
            if all(each.is_for(audience) for each in parts[0].rules)
        )
        yield who, [part.title for part in parts], sum(numbers) if readers else None


def _annex(
    issue: Issue, mail: ShownMail, settings: Settings
) -> Iterator[tuple[str, str, tuple[Markup, Markup]]]:
    """Yield mails: what each is, a sentence on it, and the mail at each width."""
    variants = Variants(issue, settings)
    audiences = variants.audiences()
    for audience in audiences if len(audiences) > 1 else ():
        document = variants.document_for(audience)
        filled = fill_mail(document, values_shown(settings, audience))
        html = light(standalone(replace(mail, document=document, filled=filled)))
        who = audience_in_words(audience, settings) or _("other recipients")
        yield _("Variant ({who})").format(who=who), "", _columns(html)
    html = standalone(mail)
    for name, appearance in APPEARANCES.items():
        # The letter is light already; a layout is for those who make templates.
        if name != "light" and not appearance.is_layout:
            yield _(appearance.title), _(appearance.explanation), _columns(appearance.apply(html))
    explanation = _("As shown by programs that load images only on request.")
    yield _("Pictures off"), explanation, _columns(serialized(boxed(parsed(light(html)))))
