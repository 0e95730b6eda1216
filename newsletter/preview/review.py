"""All of an issue in one file, for whoever approves it: it opens without network, and prints."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from newsletter.checks.rules.weights import CLIP_BYTES
from newsletter.content.loading import Issue
from newsletter.content.shown_as import in_words
from newsletter.content.visible import IssueVariants, visible
from newsletter.i18n import _
from newsletter.preview.browser import chromium
from newsletter.preview.mail_pictures import with_own_pictures, with_placeholders, without_pictures
from newsletter.preview.page_templates import FOLDER, page_environment
from newsletter.preview.shown_issue import ShownMail
from newsletter.preview.views import APPEARANCES
from newsletter.problems.problem import Problem, in_numbers
from newsletter.rendering.fingerprint import parts_of
from newsletter.settings.settings import Settings

PDF_SCALE = 0.68  # A4 has room for 718 pixels between its margins; both widths take 1,043
# Browsers leave grounds out of what they print, so dark mails would be light words on white.
_ON_PAPER = "<style>html { print-color-adjust: exact }</style></head>"
WIDTHS_PX = (640, 375)  # side by side, on paper too


@dataclass(frozen=True)
class PackedView:
    """An appearance of the mail: what it is, and the whole mail as it has it."""

    title: str
    explanation: str
    html: str


def review_pack(
    issue: Issue,
    mail: ShownMail,
    problems: Sequence[Problem],
    settings: Settings,
    *,
    variants: IssueVariants | None = None,
    is_whole: bool = True,
) -> str:
    """Return the page: the mail in all colours, its text, problems, weight and fingerprint.

    `variants` are those of a members file; not `is_whole` where rows of it could not be counted.
    The same content gives the same page.
    """
    script = _part("review.js")
    template = page_environment().get_template("review.html")
    return template.render(
        issue=issue,
        mail=mail,
        problems=[(_place(each, settings.workspace), each) for each in problems],
        in_numbers=in_numbers(problems),
        views=list(_views(mail)),
        widths=WIDTHS_PX,
        clip_bytes=CLIP_BYTES,
        variants=variants and variants.variants,
        who=lambda each: in_words(each.audience) or _("no details"),
        hidden=lambda each: len(visible(issue, each.audience).hidden),
        is_whole=is_whole,
        without_mail=variants.left_out if variants else 0,
        fingerprint=parts_of(issue, settings).fingerprint,
        style=Markup(_part("review.css")),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        # The page runs this script of ours and no other, whatever a mail brings.
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def review_pdf(pack: str) -> bytes:
    """Return the page on A4, as the system's Chromium prints it.

    Raises:
        NewsletterError: playwright or Chromium is missing.
    """
    with chromium() as browser:
        context = browser.new_context(offline=True, color_scheme="light")
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(pack)
        margins = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")
        return page.pdf(format="A4", margin=margins, scale=PDF_SCALE)  # type: ignore[arg-type]


def _part(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _views(mail: ShownMail) -> Iterator[PackedView]:
    html = with_placeholders(with_own_pictures(mail)).replace("</head>", _ON_PAPER, 1)
    for appearance in APPEARANCES.values():
        if appearance.is_layout:
            continue  # it is for those who make templates
        yield PackedView(_(appearance.title), _(appearance.explanation), appearance.apply(html))
    explanation = _("As shown by programs that load images only on request.")
    bare = without_pictures(APPEARANCES["light"].apply(html))
    yield PackedView(_("Pictures off"), explanation, bare)


def _place(problem: Problem, workspace: Path) -> str:
    """Return "issues/mai.yaml:12:7", whichever folder the pack is made from."""
    path = problem.path
    shown = path.relative_to(workspace) if path.is_relative_to(workspace) else Path(path.name)
    return problem.position.in_file(shown.as_posix())
