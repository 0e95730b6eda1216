"""A press release on its way to a template: its parts, its links, its words in an inbox."""

from newsletter.content.press_release import PressRelease
from newsletter.i18n import translator
from newsletter.rendering.addresses import address_in, files_address
from newsletter.rendering.markdown.markdown import parse_markdown, render_markdown_text
from newsletter.settings.settings import Settings
from newsletter.values.structures import Medium

# What inboxes show of a preheader at most, on the widest screens.
PREHEADER_LENGTH = 150
PDF_NAME = "release.pdf"
# The fields that a template marks, so that what is found in the HTML points at the issue file.
PARTS = (
    "note",
    "headline",
    "lead",
    "body",
    "quotes",
    "figures",
    "links",
    "media",
    "boilerplates",
    "contacts",
)


def media_links(release: PressRelease, settings: Settings) -> tuple[tuple[Medium, str | None], ...]:
    """Return each picture for the press with its address, None where it has to be asked for."""
    return tuple((each, media_address(each, release, settings)) for each in release.media)


def media_address(medium: Medium, release: PressRelease, settings: Settings) -> str | None:
    """Return where the press fetches a picture; None where it is not online."""
    if medium.file is None:
        return medium.url
    folder = files_address(release, settings)
    return address_in(folder, media_name(medium.file)) if folder else None


def pdf_address(release: PressRelease, settings: Settings) -> str | None:
    """Return where the release's PDF is online; None before its embargo ends, or without files."""
    folder = files_address(release, settings)
    return address_in(folder, PDF_NAME) if folder and not release.embargo else None


def media_name(file: str) -> str:
    """Return the name beside the release of "assets/images/a/b.jpg": "media/a/b.jpg".

    In its folder, for "a-b.jpg" may be there too.
    """
    return f"media/{file.removeprefix('assets/images/')}"


def release_subject(release: PressRelease, language: str) -> str:
    """Return the subject of the mail: the release's own, else the headline, said to be one."""
    mention = translator(language)("Press release")
    return release.subject or f"{mention} | {release.headline}"


def with_embargo(subject: str, issue: object, language: str) -> str:
    """Return the subject that says first that a release is under embargo; own words stay."""
    if not isinstance(issue, PressRelease) or issue.embargo is None or issue.subject:
        return subject
    return f"{'Sous embargo' if language == 'fr' else 'EMBARGOED'} | {subject}"


def release_preheader(release: PressRelease, language: str) -> str:
    """Return the first words in the inbox: the release's own, the subheadline, or the lead's."""
    if release.preheader or release.subheadline:
        return release.preheader or release.subheadline or ""
    parsed = parse_markdown(release.lead, language=language)
    words = render_markdown_text(parsed, width=10_000, number_link=lambda _url: 0)
    first = words.replace(" [0]", "").split("\n")[0]
    if len(first) <= PREHEADER_LENGTH:
        return first
    return f"{first[:PREHEADER_LENGTH].rpartition(' ')[0]}…"
