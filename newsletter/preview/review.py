"""An issue in one file, for whoever approves it: it opens without network, and prints on A4.

First a page to sign, then the letter once. What only those ask for who made it comes on demand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree
from markupsafe import Markup

from newsletter.checks.rules.weights import CLIP_BYTES
from newsletter.content.loading import Issue
from newsletter.content.shown_as import audience_in_words, values_shown
from newsletter.content.visible import visible
from newsletter.i18n import _, current_language
from newsletter.preview.browser import chromium
from newsletter.preview.mail_pictures import (
    parsed,
    with_own_pictures,
    with_placeholders,
    without_pictures,
)
from newsletter.preview.page_templates import FOLDER, page_environment
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import APPEARANCES, light, on_screen
from newsletter.preview.whole_letter import ReservedPart, whole_letter
from newsletter.problems.problem import Problem, in_numbers
from newsletter.rendering.document import fill_mail
from newsletter.rendering.fingerprint import content_of, digests_of
from newsletter.rendering.localised import format_embargo
from newsletter.rendering.variants import Variants
from newsletter.settings.settings import Settings
from newsletter.values.audiences import Audience

PHONE_PX, DESKTOP_PX = 375, 640
_NO_WORD = re.compile(r"https?://\S+|\S+@\S+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Readership:
    """Who gets an issue, as `newsletter send` counts them: of each variant what one of them is.

    `left_out` has the reasons. Not `is_whole` where rows of the members file have errors.
    """

    variants: Sequence[tuple[Audience, int]]
    left_out: Mapping[str, int]
    is_whole: bool

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(count for _audience, count in self.variants)


@dataclass(frozen=True)
class Sheet:
    """A mail in the annex: what it is, and the mail at each width."""

    title: str
    explanation: str
    columns: tuple[Markup, ...]


def review_pack(
    issue: Issue,
    mail: ShownMail,
    problems: Sequence[Problem],
    settings: Settings,
    *,
    readers: Readership | None = None,
    is_full: bool = False,
) -> str:
    """Return the page: what there is to sign, then the letter with all its parts.

    `is_full` adds each variant, all colours, the text part, the problems and the weights. The same
    content gives the same page.
    """
    embargo = getattr(issue, "embargo", None)
    letter = whole_letter(issue, mail, settings, values_shown(settings, {}))
    shown = _at_hand(letter.mail)
    sheets = _annex(issue, mail, settings) if is_full else ()
    return page_environment().get_template("review.html").render(
        issue=issue,
        mail=mail,
        sender=settings.senders[issue.sender],
        embargo=embargo and format_embargo(embargo, current_language()),
        words=len(_WORD.findall(_NO_WORD.sub("", mail.filled.text))),
        readers=readers,
        shares=_shares(issue, letter.reserved, readers),
        in_numbers=in_numbers(problems),
        problems=[(_place(each, settings.workspace), each) for each in problems],
        phone=_embedded(light(shown), PHONE_PX),
        desktop=_embedded(light(shown), DESKTOP_PX),
        sheets=list(sheets),
        is_full=is_full,
        clip_bytes=CLIP_BYTES,
        fingerprint=content_of(digests_of(issue, settings)),
        style=Markup(_own("review.css")),  # noqa: S704 - ours
    )  # fmt: skip


def review_pdf(pack: str) -> bytes:
    """Return the page on A4, as the system's Chromium prints it.

    Raises:
        NewsletterError: playwright or Chromium is missing.
    """
    with chromium() as browser:
        context = browser.new_context(offline=True, color_scheme="light", java_script_enabled=False)
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(pack)
        return page.pdf(prefer_css_page_size=True)


def _own(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _at_hand(mail: ShownMail) -> str:
    return with_placeholders(with_own_pictures(mail))


def _embedded(html: str, width: int) -> Markup:
    """Return the mail as part of our page, in a shadow tree: it breaks between lines on paper.

    A frame would be cut through them. Styles of the page and of the mail do not meet there; no
    script runs in either, as the page's policy says.
    """
    root = parsed(on_screen(html, width))
    for element in list(root.iter("meta", "title")):
        element.drop_tree()
    body = root.body
    body.tag = "div"
    parts = (etree.tostring(each, method="html", encoding="unicode") for each in (*root.head, body))
    style = f"<style>{_own('printed-mail.css')}</style>"
    return Markup("".join([style, *parts]))  # noqa: S704 - harmless under the page's policy


def _shares(
    issue: Issue, reserved: Sequence[ReservedPart], readers: Readership | None
) -> Iterator[tuple[str, list[str], int | None]]:
    """Yield each group that sees parts of its own: its words, their titles, how many they are."""
    groups: dict[str, list[ReservedPart]] = {}
    for part in reserved:
        groups.setdefault(part.who, []).append(part)
    for who, parts in groups.items():
        count = None
        if readers:
            count = sum(
                number
                for audience, number in readers.variants
                if not any(
                    parts[0].loc[: len(hidden)] == hidden
                    for hidden in visible(issue, audience).hidden
                )
            )
        yield who, [part.title for part in parts], count


def _annex(issue: Issue, mail: ShownMail, settings: Settings) -> Iterator[Sheet]:
    variants = Variants(issue, settings)
    audiences = variants.audiences()
    for audience in audiences if len(audiences) > 1 else ():
        document = variants.document_for(audience)
        filled = fill_mail(document, values_shown(settings, audience))
        html = light(_at_hand(replace(mail, document=document, filled=filled)))
        who = audience_in_words(audience, settings) or _("other recipients")
        yield _sheet(_("Variant ({who})").format(who=who), "", html)
    html = _at_hand(mail)
    for name, appearance in APPEARANCES.items():
        # The letter is light already; a layout is for those who make templates.
        if name != "light" and not appearance.is_layout:
            yield _sheet(_(appearance.title), _(appearance.explanation), appearance.apply(html))
    explanation = _("As shown by programs that load images only on request.")
    yield _sheet(_("Pictures off"), explanation, without_pictures(light(html)))


def _sheet(title: str, explanation: str, html: str) -> Sheet:
    columns = tuple(_embedded(html, width) for width in (PHONE_PX, DESKTOP_PX))
    return Sheet(title, explanation, columns)


def _place(problem: Problem, workspace: Path) -> str:
    """Return "issues/mai.yaml:12:7", whichever folder the pack is made from."""
    path = problem.path
    shown = path.relative_to(workspace) if path.is_relative_to(workspace) else Path(path.name)
    return problem.position.in_file(shown.as_posix())
