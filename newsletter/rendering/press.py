"""What a press release is beside a mail: a tagged PDF, and ninjs, the IPTC's JSON for newsrooms."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from functools import partial
from typing import Any, NamedTuple

from newsletter.content.press_release import PressRelease
from newsletter.i18n import _, translator
from newsletter.packaged import how_to_add
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault, Level, Problem
from newsletter.rendering import addresses
from newsletter.rendering.composition import ComposedIssue, compose
from newsletter.rendering.html import without_decoration
from newsletter.rendering.localised import midnight
from newsletter.rendering.merge import fill_html
from newsletter.rendering.pictures.encoding import press_picture
from newsletter.rendering.typography import apply_typography
from newsletter.settings.settings import Settings
from newsletter.settings.theme import font_problem
from newsletter.source import Source
from newsletter.values.structures import Medium

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
GENRE = {"name": "Press release", "uri": "http://cv.iptc.org/newscodes/genre/Press_Release"}
# Before the generic family, a font that Debian installs with Chromium and that has the widths of
# Arial and of Times: without it fontconfig takes DejaVu, which is a fifth wider.
FALLBACKS = {"sans-serif": "'Liberation Sans',sans-serif", "serif": "'Liberation Serif',serif"}
# What stands in for a font that every computer had once: for some, of the very same widths.
STAND_INS = {
    "Arial": {"Liberation Sans", "Arimo"},
    "Helvetica": {"Liberation Sans", "Nimbus Sans", "Arimo"},
    "Times New Roman": {"Liberation Serif", "Tinos"},
    "Georgia": {"Gelasio", "Liberation Serif"},
}


class PdfUnavailable(NewsletterError):  # noqa: N818 - a sentence, not a fault
    """What makes PDFs is not on this machine."""


class ReleasePdf(NamedTuple):
    """The PDF of a release, and what the machine had no font for."""

    content: bytes
    missing_fonts: tuple[str, ...]  # the first of each list of the theme's that has none here
    missing_characters: str  # left out, for they would be boxes


def printed_page(release: PressRelease, settings: Settings) -> tuple[str, Mapping[str, bytes]]:
    """Return what the PDF of a release is made from: a page, and its pictures by name."""
    composed = compose(release, settings, profile="print")
    organisation, fonts = settings.organisation, settings.theme.fonts
    footer = " · ".join([organisation.name, *organisation.address.splitlines()])
    page = composed.rendered(
        "press/release.html",
        fonts={"body": _print_fonts(fonts.body), "heading": _print_fonts(fonts.heading)},
        # As a string of CSS, inside an element of HTML.
        footer=re.sub(r'[\\"<>&]', lambda sign: f"\\{ord(sign[0]):x} ", footer),
    )
    # A release says the same to everyone: a merge field has its fallback.
    html = f"<!DOCTYPE html>\n{without_decoration(fill_html(page, composed.merge_fields, {}))}"
    return html, {_name(image.name): image.content for image in composed.pictures.images}


def _print_fonts(families: str) -> str:
    """Return a list of fonts with a known one before the generic family at its end."""
    *named, generic = families.split(",")
    return ",".join([*named, FALLBACKS.get(generic.strip(), generic)])


def render_release_pdf(release: PressRelease, settings: Settings) -> ReleasePdf:
    """Return the release as a PDF; raise `PdfUnavailable` where WeasyPrint or Pango is missing."""
    html, files = printed_page(release, settings)
    content, fonts, missing = _write(html, files)
    if missing:
        content, fonts, _none = _write(re.sub(f"[{re.escape(missing)}]", "", html), files)
    return ReleasePdf(content, tuple(_missing_fonts(fonts, settings)), missing)


def pdf_problems(pdf: ReleasePdf, settings: Settings, source: Source) -> Iterator[Problem]:
    """Yield a warning for each font and character that this machine lacks, where it stands."""
    for font in pdf.missing_fonts:
        yield font_problem(settings.workspace, settings.theme, font)
    message = _(
        "no font on this machine has '{character}' (U+{number:04X}): it is missing from the PDF"
    )
    hint = _("write it another way, or install a font that has it")
    for character in pdf.missing_characters:
        said = message.format(character=character, number=ord(character))
        fault = Fault("font-missing", said, hint)
        yield fault.at(source.path, source.find((), character), Level.WARNING)


def forms_of(
    release: PressRelease, settings: Settings
) -> tuple[dict[str, bytes], ReleasePdf | None, str]:
    """Return the files of a release by name; its PDF, or why there is none."""
    forms = {addresses.NINJS_NAME: release_as_ninjs(release, settings).encode()}
    for file in filter(None, (medium.file for medium in release.media)):
        forms[addresses.media_name(file)] = press_picture(settings.workspace / file)
    try:
        pdf = render_release_pdf(release, settings)
    except PdfUnavailable as error:
        return forms, None, f"{error.message} ({error.hint})"
    return {**forms, addresses.PDF_NAME: pdf.content}, pdf, ""


def _write(html: str, files: Mapping[str, bytes]) -> tuple[bytes, set[str], str]:
    """Return the PDF, the fonts that it holds, and the characters that no font has."""
    page = _weasyprint().HTML(string=html, base_url="release:/", url_fetcher=_fetcher(files))
    laid_out = page.render(pdf_variant="pdf/ua-1")
    content: bytes = laid_out.write_pdf(pdf_variant="pdf/ua-1", finisher=_finish)
    fonts = {str(font.family).strip("'\"") for font in laid_out.fonts.values()}
    missing = {chr(code) for font in laid_out.fonts.values() for code in font.missing}
    return content, fonts, "".join(sorted(missing))


def _weasyprint() -> Any:
    try:
        with redirect_stdout(None):  # it prints a banner where Pango is missing: we say it below
            import weasyprint
    except ImportError as error:
        message = _("no PDF was made: WeasyPrint is not installed")
        hint = _("run: {command}").format(command=how_to_add("weasyprint"))
        raise PdfUnavailable(message, hint=hint) from error
    except OSError as error:
        hint = _("Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
        raise PdfUnavailable(_("no PDF was made: Pango is not installed"), hint=hint) from error
    from PIL import ImageFile

    # WeasyPrint has Pillow take half a picture for a whole one, for the whole process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _name(address: str) -> str:
    """Return a file's own name, a digest, whether it lies beside the release or is hosted."""
    return address.rpartition("/")[2]


def _fetcher(files: Mapping[str, bytes]) -> Any:
    """Return what gives WeasyPrint the release's own files and refuses all else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if _name(url) not in files:
                raise ValueError(url)
            return URLFetcherResponse(url, files[_name(url)])

    return OwnFiles()


def _finish(_laid_out: object, pdf: Any) -> None:
    """Say of each heading of a table what it heads: WeasyPrint 70 names the cells alone."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            element["A"]["Scope"] = "/Column"


def _missing_fonts(used: set[str], settings: Settings) -> Iterator[str]:
    for families in (settings.theme.fonts.body, settings.theme.fonts.heading):
        named = [family.strip(" '\"") for family in families.split(",")]
        named = [family for family in named if family not in FALLBACKS]
        as_good = {other for family in named for other in (family, *STAND_INS.get(family, ()))}
        if named and not as_good & used:
            yield named[0]


def release_as_ninjs(release: PressRelease, settings: Settings) -> str:
    """Return the release as ninjs, in JSON; no clock is asked: what has no hour is of midnight."""
    composed = compose(release, settings)
    typeset = partial(apply_typography, language=composed.language)
    organisation, correction = settings.organisation, release.correction
    replaces = translator(composed.language)("CORRECTION: replaces {what}")
    titles = {"main": release.headline, "subheadline": release.subheadline}
    issuer = {"name": organisation.name, "role": "issuer", "contactInfo": list(_contacts(release))}
    news = {
        "uri": _uri(release, settings),
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "type": "text",
        "representationType": "full",
        "pubStatus": "usable",
        "firstCreated": midnight(release.date, settings.zone).isoformat(),
        # What was corrected on the page is a second version of the same.
        "version": correction and "2",
        "versionCreated": midnight((correction or release).date, settings.zone).isoformat(),
        "embargoedUntil": release.embargo and release.embargo.isoformat(),
        "language": composed.language,
        "title": typeset(release.headline),
        "slugline": release.id,
        "genres": [GENRE],
        "located": release.place,
        "by": organisation.name,
        "copyrightHolder": organisation.legal_name or organisation.name,
        "edNote": correction.text
        if correction
        else release.replaces and replaces.format(what=release.replaces),
        "headlines": [{"role": role, "value": typeset(it)} for role, it in titles.items() if it],
        "bodies": list(_bodies(composed, addresses.files_address(release, settings))),
        "people": [{"name": typeset(quote.author), "rel": "quoted"} for quote in release.quotes],
        "infoSources": [issuer],
        "associations": [_association(each, release, settings) for each in release.media],
    }
    said = {name: value for name, value in news.items() if value}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _uri(release: PressRelease, settings: Settings) -> str:
    """Return the release's identifier: its web address, else a tag of the sender (RFC 4151)."""
    if settings.site and settings.site.web_url:
        return addresses.page_of(settings.site.web_url, release.web_name)
    domain = settings.senders["default"].email.rpartition("@")[2]
    return f"tag:{domain},{release.date.isoformat()}:{release.id}"


def _bodies(composed: ComposedIssue, folder: str | None) -> Iterator[dict[str, str]]:
    """Yield the text, from dateline to links, and who the issuer is, as HTML."""
    for role, template in (("main", "body"), ("boilerplate", "boilerplates")):
        fragment = composed.rendered(f"press/{template}.html")
        filled = fill_html(f"<div>{fragment}</div>", composed.merge_fields, {})
        plain = without_decoration(filled, own_pictures=folder is not None)
        # Pictures are found from anywhere.
        body = plain.replace('src="images/', f'src="{folder}/images/')
        yield {"role": role, "contentType": "text/html", "value": body}


def _contacts(release: PressRelease) -> Iterator[dict[str, str]]:
    for contact in release.contacts:
        for way, value in (("phone", contact.phone), ("email", contact.email)):
            if value:
                yield {"type": way, "role": "press", "name": contact.name, "value": value}


def _association(medium: Medium, release: PressRelease, settings: Settings) -> dict[str, Any]:
    address = addresses.media_address(medium, release, settings)
    picture: dict[str, Any] = {
        "name": medium.title,
        "rel": "illustration",
        "uri": address or f"{_uri(release, settings)}#{_name(medium.file or medium.url or '')}",
        "type": "picture",
        "copyrightHolder": medium.credit,
        "usageTerms": medium.rights,
    }
    return {**picture, "renditions": [{"name": "full", "href": address}]} if address else picture
