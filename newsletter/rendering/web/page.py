"""An issue as a page for browsers, and what stands around every page."""

import base64
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from lxml import etree

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import online_parts
from newsletter.i18n import N_, translator
from newsletter.rendering.composition import compose, release_preheader, shared_context
from newsletter.rendering.document import without_conditions
from newsletter.rendering.merge import fallback_of, fill_html, with_fallbacks
from newsletter.rendering.pictures.images import DocumentImage, Pictures, ShownImage, shown_logo
from newsletter.rendering.templates import html_environment, render_template
from newsletter.rendering.typography import NBSP, apply_typography
from newsletter.settings.settings import Settings, Site
from newsletter.source import Loc
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.values.model import replaced, rewritten
from newsletter.values.structures import PictureParts

SHARED_WIDTH = 600  # CSS pixels, twice as many in the file: what networks show (Open Graph)
THUMB_WIDTH = 120  # CSS pixels
# What a page may say of itself beside its title: it is empty where it does not.
_FACTS = (
    *("address", "description", "is_listed", "linked_data"),
    *("published", "shared_picture", "updated", "versions"),
)
# A sentence ends at . ! ? … and a space, but « M. » does not; a paragraph, an entry of a list and a
# row of a table begin a new one.
_BORDER = re.compile(
    r"\n(?=[ \t]*(?:\n|[-*+•>#|][ \t]|\|\S|\d+[.)][ \t]))"
    r"|(?:(?<=[!?…])|(?<=\w\w\.)|(?<=[»”)]\.))\s+"
)


class WebPlaces:
    """Addresses that every page of a site leads to, and the files behind addresses."""

    def __init__(self, root: str) -> None:
        self.root = self.home = root  # it ends with a slash
        self.press, self.css = f"{root}presse/", f"{root}site.css"

    def file_of(self, address: str) -> str | None:
        """Return the file behind an address, as web servers find it: x/index.html behind x/."""
        if not address.startswith(self.root):
            return None
        path = unquote(urlsplit(address).path.removeprefix(urlsplit(self.root).path))
        return f"{path}index.html" if path == "" or path.endswith("/") else path

    def page_file(self, address: str) -> str:
        """Return the file of a page."""
        file = self.file_of(address) or ""
        return file if file.endswith((".html", ".htm")) else f"{file}.html"


@dataclass(frozen=True)
class WebIssue:
    """What is told of an issue on its page, in lists and in feeds; `day` is its own date."""

    title: str
    kicker: str
    series: str
    description: str
    language: str
    day: date
    content: str  # its addresses are whole, as feeds need them
    images: tuple[DocumentImage, ...]
    picture: ShownImage | None
    thumb: ShownImage | None
    pdf: str | None


class Shell:
    """What stands around the pages of a site in one language, and the pictures it shows."""

    def __init__(
        self, settings: Settings, language: str, places: WebPlaces, **facts: object
    ) -> None:
        self.places = places
        self.pictures = Pictures(settings)
        self._environment = html_environment(settings.workspace, language)
        self._context = {
            **facts,
            **shared_context(settings, language, self.pictures),
            "organisation": settings.organisation,
            "site": settings.site or Site(),
            "site_name": settings.organisation.name,
            "places": places,
        }
        logo = shown_logo(self.pictures, settings, "surface")
        self.logo = logo and logo.image

    def rendered(self, template: str, **given: object) -> str:
        """Return what a template of `templates/web` makes of what is given."""
        return render_template(self._environment, f"web/{template}", {**self._context, **given})


def on_the_web(issue: Issue) -> Issue:
    """Return what of `issue` its page says; a release, as it is once its embargo has ended."""
    parts = online_parts(issue, for_some=issue.web.parts == "all")
    shown = without_conditions(rewritten(parts, str, _for_everyone))
    if isinstance(shown, PressRelease):
        return replaced(shown, embargo=None, note=None)
    return shown


def _for_everyone(text: str, _loc: Loc) -> str:
    """Return `text` without the sentences that only a recipient's values complete."""
    # One that is nothing else, as a title, keeps its other words.
    if not _is_incomplete(text):
        return text
    ends = [0, *(border.end() for border in _BORDER.finditer(text)), len(text)]
    sentences = (text[start:end] for start, end in pairwise(ends))
    kept = "".join(each for each in sentences if not _is_incomplete(each)).strip()
    if re.search(r"\w", kept):
        return kept
    rest = MERGE_FIELD.sub(lambda field: field[0] if fallback_of(field) else "", text)
    return re.sub(r"[ \t]+([,.]|$)", r"\1", re.sub(r"[ \t]{2,}", " ", rest)).strip()


def _is_incomplete(sentence: str) -> bool:
    return any(not fallback_of(field) for field in MERGE_FIELD.finditer(sentence))


def render_web_issue(issue: Issue, settings: Settings) -> WebIssue:
    """Return what is shown of an issue that `on_the_web` gave; its words are set."""
    composed = compose(issue, settings)
    fragment = _finished(composed.rendered(f"web/{issue.kind}.html", anchors=composed.anchors))
    plain, say = with_fallbacks(issue), translator(composed.language)
    if isinstance(plain, PressRelease):
        title, description = plain.headline, release_preheader(plain, composed.language)
        series, kicker = "", say(N_("Press release"))
    else:
        title, description, series = plain.title, plain.preheader, plain.series or ""
        number = plain.number and say(N_("No. {number}")).format(number=plain.number)
        kicker = " · ".join(filter(None, (series, number)))
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
        content=fill_html(fragment, composed.merge_fields, {}),
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


def render_words(around: Shell, template: str, **given: object) -> str:
    """Return the content that a template of `templates/web` makes of what is given."""
    return _finished(around.rendered(template, **given))


def issue_content(around: Shell, shown: WebIssue, issue: Issue, **given: object) -> str:
    """Return the content of an issue's page: its head, then what it says."""
    head = render_words(around, "head.html", shown=shown, issue=with_fallbacks(issue), **given)
    return f'<article class="issue">{head}{shown.content}</article>'


def render_standalone(issue: Issue, settings: Settings) -> str:
    """Return an issue's page as one file, its pictures and style sheet within; for a look alone."""
    settings = replaced(settings, site=replaced(settings.site or Site(), images_url=None))
    issue = on_the_web(issue)
    shown = render_web_issue(issue, settings)
    around = Shell(settings, shown.language, WebPlaces("/"), menu=(), feeds=())
    none = dict.fromkeys(("versions", "replaced", "replaced_by"), ())
    content = issue_content(around, shown, issue, pdf_size="", **none)
    page = render_page(around, content, title=shown.title).decode()
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    style = f"<style>{around.rendered('site.css')}</style>"
    page = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _found: style, page)
    for image in (*shown.images, *around.pictures.images):
        data = base64.b64encode(image.content).decode()
        page = page.replace(f'"{image.name}"', f'"data:{image.media_type};base64,{data}"')
    return page


def render_page(around: Shell, content: str, **facts: object) -> bytes:
    """Return a whole page around its content, each address of its own site from the root on."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(around.places.root))
    others = {*re.findall(r'<img [^>]*\bsrc="(https?://[^/"]+)', content)} - {origin}
    hosts = " ".join(["'self'", *sorted(others)])
    said = {**dict.fromkeys(_FACTS, ""), **facts}
    whole = around.rendered("page.html", **said, content=content, picture_hosts=hosts)
    head, body = whole.split("<body>", 1)
    head = head.replace(f'stylesheet" href="{origin}/', 'stylesheet" href="/')
    body = body.replace(f'="{origin}/', '="/')
    return f"<!DOCTYPE html>\n{head}<body>{body}\n".encode()
