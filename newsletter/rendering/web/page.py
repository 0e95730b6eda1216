"""An issue as a page for browsers, and what stands around every page.

Addresses in `content` are whole, as feeds need them; in a page those of its own site begin with /.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment
from lxml import etree

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import online_parts
from newsletter.i18n import N_, translator
from newsletter.packaged import packaged_files
from newsletter.rendering.composition import compose, release_preheader, shared_context
from newsletter.rendering.fingerprint import without_conditions
from newsletter.rendering.merge import change_texts, fill_html
from newsletter.rendering.own_templates import OwnFirst
from newsletter.rendering.pictures.images import DocumentImage, Pictures, ShownImage, shown_logo
from newsletter.rendering.templates import email_environment, render_template
from newsletter.rendering.typography import NBSP, apply_typography
from newsletter.settings.settings import Settings, Site
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.values.model import replaced
from newsletter.values.structures import PictureParts

SHARED_WIDTH = 600  # CSS pixels, twice as many in the file: what networks show (Open Graph)
THUMB_WIDTH = 120  # CSS pixels
# A sentence ends at . ! ? … and a space, but « M. » does not; a paragraph, an entry of a list and a
# row of a table begin a new one.
_BORDER = re.compile(
    r"\n(?=[ \t]*(?:\n|[-*+•>#|][ \t]|\|\S|\d+[.)][ \t]))"
    r"|(?:(?<=[!?…])|(?<=\w\w\.)|(?<=[»”)]\.))\s+"
)


@dataclass(frozen=True)
class WebPlaces:
    """Addresses that every page of a site leads to; `root` ends with a slash."""

    root: str

    @property
    def home(self) -> str:
        """The archive."""
        return self.root

    @property
    def press(self) -> str:
        """The press room."""
        return f"{self.root}presse/"

    @property
    def css(self) -> str:
        """The style sheet."""
        return f"{self.root}site.css"


@dataclass(frozen=True)
class WebIssue:
    """What is told of an issue on its page, in lists and in feeds; `day` is its own date."""

    title: str
    kicker: str
    series: str
    description: str
    language: str
    day: date
    content: str
    images: tuple[DocumentImage, ...]
    picture: ShownImage | None
    thumb: ShownImage | None
    pdf: str | None


@dataclass(frozen=True)
class PageFacts:
    """What a page says of itself beside its content; `address` is None where it has none."""

    title: str
    address: str | None = None
    description: str = ""
    is_listed: bool = False
    published: datetime | None = None
    updated: datetime | None = None
    versions: tuple[tuple[str, str], ...] = ()
    shared_picture: ShownImage | None = None
    linked_data: str = ""


@dataclass(frozen=True)
class Shell:
    """What stands around the pages of a site in one language, and the pictures it shows."""

    environment: Environment
    context: Mapping[str, object]
    pictures: Pictures
    places: WebPlaces
    logo: ShownImage | None


class _WebFirst(OwnFirst):
    """Gives templates that lay words out in the cells of a mail the elements of a page."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        name = "web/patterns.html" if template == "shared/patterns.html" else template
        return super().get_source(environment, name)


@lru_cache(maxsize=16)
def web_environment(workspace: Path, language: str) -> Environment:
    """Return the environment of `templates/web`, whose output is HTML that is XML too."""
    folders = [workspace / "templates", packaged_files() / "templates"]
    return email_environment(workspace, language).overlay(loader=_WebFirst(folders))


def on_the_web(issue: Issue) -> Issue:
    """Return what of `issue` its page says; a release, as it is once its embargo has ended."""
    parts = online_parts(issue, for_some=issue.web.parts == "all")
    shown = without_conditions(change_texts(parts, _for_everyone))
    if isinstance(shown, PressRelease):
        return replaced(shown, embargo=None, note=None)
    return shown


def with_fallbacks(issue: Issue) -> Issue:
    """Return the issue with the words that its merge fields fall back on, as plain text."""
    return change_texts(issue, lambda text: MERGE_FIELD.sub(_fallback, text))


def _fallback(field: re.Match[str]) -> str:
    return (field["fallback"] or "").strip()


def _for_everyone(text: str) -> str:
    """Return `text` without the sentences that only a recipient's values complete."""
    # One that is nothing else, as a title, keeps its other words.
    if not _is_incomplete(text):
        return text
    ends = [border.end() for border in _BORDER.finditer(text)]
    starts = zip([0, *ends], [*ends, len(text)], strict=True)
    sentences = [text[start:end] for start, end in starts]
    kept = "".join(each for each in sentences if not _is_incomplete(each)).strip()
    if re.search(r"\w", kept):
        return kept
    rest = MERGE_FIELD.sub(lambda field: field[0] if _fallback(field) else "", text)
    return re.sub(r"[ \t]+([,.]|$)", r"\1", re.sub(r"[ \t]{2,}", " ", rest)).strip()


def _is_incomplete(sentence: str) -> bool:
    return any(not _fallback(field) for field in MERGE_FIELD.finditer(sentence))


def render_web_issue(issue: Issue, settings: Settings) -> WebIssue:
    """Return what is shown of an issue that `on_the_web` gave; its words are set."""
    composed = compose(issue, settings)
    environment = web_environment(settings.workspace, composed.language)
    context = {**composed.context, "anchors": composed.anchors}
    fragment = render_template(environment, f"web/{issue.kind}.html", context)
    content = fill_html(_finished(fragment), composed.merge_fields, {})
    plain, say = with_fallbacks(issue), translator(composed.language)
    if isinstance(plain, PressRelease):
        title, description = plain.headline, release_preheader(plain, composed.language)
        series, kicker = "", say(N_("Press release"))
    else:
        title, description, series = plain.title, plain.preheader, plain.series or ""
        about = [series, plain.number and say(N_("No. {number}")).format(number=plain.number)]
        kicker = " · ".join(filter(None, about))
    items, pictures = issue.all_items, composed.pictures
    shown = (*(getattr(item, "picture", None) for item in items), *items)
    picture = next((each for each in shown if isinstance(each, PictureParts)), None)
    return WebIssue(
        title=apply_typography(title, language=composed.language),
        kicker=kicker,
        series=series,
        description=apply_typography(description, language=composed.language),
        language=composed.language,
        day=issue.date,
        content=content,
        picture=pictures.shown(picture, SHARED_WIDTH) if picture else None,
        thumb=pictures.shown(picture, THUMB_WIDTH, ratio=4 / 3) if picture else None,
        images=pictures.images,
        pdf=str(composed.context["pdf"]) if composed.context.get("pdf") else None,
    )


def _finished(fragment: str) -> str:
    """Return the HTML of a fragment without comments and styles: the policy forbids these."""
    root = etree.fromstring(f"<div>{fragment.strip()}</div>".encode())
    etree.strip_tags(root, etree.Comment)
    for element in root.iter(etree.Element):
        if align := element.get("align"):
            element.set("class", align)
        for name in {"align", "style"} & set(element.attrib):
            del element.attrib[name]
        if element.get("href", "").startswith("tel:") and element.text:
            element.text = element.text.replace(" ", NBSP)  # a number is not read across two lines
    text = etree.tostring(root, encoding="unicode", method="html")
    return text.removeprefix("<div>").removesuffix("</div>")


def shell_of(settings: Settings, language: str, places: WebPlaces, **facts: object) -> Shell:
    """Return what stands around pages in `language`; `facts` are given to every template too."""
    pictures = Pictures(settings)
    context = {
        **facts,
        **shared_context(settings, language, pictures),
        "organisation": settings.organisation,
        "site": settings.site or Site(),
        "site_name": settings.organisation.name,
        "places": places,
    }
    logo = shown_logo(pictures, settings, "surface")
    environment = web_environment(settings.workspace, language)
    return Shell(environment, context, pictures, places, logo.image if logo else None)


def render_words(around: Shell, template: str, **given: object) -> str:
    """Return the content that a template of `templates/web` makes of what is given."""
    context = {**around.context, **given}
    return _finished(render_template(around.environment, f"web/{template}", context))


def issue_content(around: Shell, shown: WebIssue, issue: Issue, **given: object) -> str:
    """Return the content of an issue's page: its head, then what it says."""
    head = render_words(around, "head.html", shown=shown, issue=with_fallbacks(issue), **given)
    return f'<article class="issue">{head}{shown.content}</article>'


def render_standalone(issue: Issue, settings: Settings) -> str:
    """Return an issue's page as one file, its pictures and style sheet within; for a look alone."""
    site = replaced(settings.site or Site(), images_url=None)
    settings = replaced(settings, site=site)
    issue = on_the_web(issue)
    shown = render_web_issue(issue, settings)
    around = shell_of(settings, shown.language, WebPlaces("/"), menu=(), feeds=())
    none = dict.fromkeys(("versions", "replaced", "replaced_by"), ())
    content = issue_content(around, shown, issue, pdf_size="", **none)
    page = render_page(around, PageFacts(shown.title), content).decode()
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    style = f"<style>{render_style_sheet(around)}</style>"
    page = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _found: style, page)
    for image in (*shown.images, *around.pictures.images):
        data = base64.b64encode(image.content).decode()
        page = page.replace(f'"{image.name}"', f'"data:{image.media_type};base64,{data}"')
    return page


def render_style_sheet(around: Shell) -> str:
    """Return the one style sheet of all pages."""
    return render_template(around.environment, "web/site.css", around.context)


def render_page(around: Shell, facts: PageFacts, content: str) -> bytes:
    """Return a whole page around its content, each address of its own site from the root on."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(around.places.root))
    local = content.replace(f'="{origin}/', '="/')
    others = re.findall(r'<img [^>]*\bsrc="(https?://[^/"]+)', local)
    hosts = " ".join(["'self'", *sorted(set(others))])
    given = {**around.context, **vars(facts), "content": local, "picture_hosts": hosts}
    head, body = render_template(around.environment, "web/page.html", given).split("<body>", 1)
    head = head.replace(f'stylesheet" href="{origin}/', 'stylesheet" href="/')
    body = body.replace(f'="{origin}/', '="/')
    return f"<!DOCTYPE html>\n{head}<body>{body}\n".encode()
