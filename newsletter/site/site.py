"""All files of the site: pages of issues, lists, feeds, and what mails point at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple

from newsletter.content.press_release import PressRelease
from newsletter.i18n import N_, _, kilobytes, translator
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.addresses import NINJS_NAME, media_address
from newsletter.rendering.calendar import as_file_name
from newsletter.rendering.pictures.images import ShownImage
from newsletter.rendering.web import page
from newsletter.settings.settings import Settings
from newsletter.site import for_programs
from newsletter.site.published import File, OnlineIssue, pictures_online
from newsletter.values.structures import Medium
from newsletter.values.suggestions import fold

# What a server says of every page: the page itself cannot forbid to be framed.
POLICY = (
    "default-src 'none'; img-src 'self' https:; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# As Netlify, Cloudflare and Codeberg's server read it.
HEADERS = f"""\
/*
  Content-Security-Policy: {POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
"""
NEWEST = 24  # issues with a picture and words in lists: 300 would be 150 kB
MAX_LINES = 150  # of 350 bytes each where titles are long: 52 kB, none too long for a phone
MAX_VIEWS = 48  # pictures in the press room: those of older releases are on their pages
VIEW_WIDTH = 240  # CSS pixels, of a picture for the press


@dataclass
class WebSite:
    """The site's files: of the issues online, newest first, and mails' pictures by address."""

    online: Sequence[OnlineIssue]
    settings: Settings
    places: page.WebPlaces
    pictures: Iterable[File] = ()

    def __post_init__(self) -> None:
        self._say = translator(self.settings.language)
        self._listed = [each for each in self.online if each.published.is_listed]
        self._letters = [each for each in self._listed if not each.is_release]
        self._releases = [each for each in self._listed if each.is_release]
        self._shells: dict[str, page.Shell] = {}

    def files(self) -> dict[str, bytes]:
        """Return each file by its name; raise `NewsletterError` where two pages are one."""
        found: dict[str, bytes] = {}
        names: dict[str, str] = {}
        for name, content in self._files():
            is_same_here = names.setdefault(name.casefold(), name) == name  # but not on every host
            if found.setdefault(name, content) != content or not is_same_here:
                message = _("two pages of the site would be '{name}'").format(name=name)
                raise NewsletterError(message, _("give the issue's file another name"))
        return found

    def _files(self) -> Iterator[File]:
        for each in self.online:
            yield self.places.page_file(each.published.address), self._issue_page(each)
            yield from self._here(each.files)
        yield from self._here(self.pictures)
        yield from self._list("archive.html", self._say(N_("All issues")), "", self._letters)
        yield from self._feeds("", self.settings.organisation.name, self._letters)
        if self._releases:
            yield from self._list(
                "press-room.html",
                self._say(N_("Press room")),
                "presse/",
                self._releases,
                contacts=list(self.settings.contacts.values()),
                boilerplates=list(self.settings.boilerplates.values()),
                media=list(islice(self._media(), MAX_VIEWS)),
            )
        # Written without a release too: the last one may be under embargo again.
        yield from self._feeds("presse/", self._say(N_("Press releases")), self._releases)
        files = [file for each in self._releases for file in each.files]
        news = [file for file in files if file[0].endswith(f"/{NINJS_NAME}")]
        yield "presse/index.json", for_programs.as_ninjs_list(news)
        title = self._say(N_("This page is not here"))
        words = self._say(N_("The address may be mistyped, or the page was taken down."))
        content = page.render_words(self._around(), "notice.html", title=title, words=words)
        yield "404.html", page.render_page(self._around(), content, title=title)
        lists = [self.places.home, *([self.places.press] if self._releases else [])]
        yield "sitemap.xml", for_programs.as_sitemap(lists, self._listed)
        yield "robots.txt", f"User-agent: *\nSitemap: {self.places.root}sitemap.xml\n".encode()
        yield "_headers", HEADERS.encode()
        yield ".nojekyll", b""  # else GitHub leaves out what begins with _
        yield "site.css", self._around().rendered("site.css").encode()
        for around in self._shells.values():
            yield from self._here(pictures_online(around.pictures.images, self.settings))

    def _here(self, files: Iterable[File]) -> Iterator[File]:
        """Yield those of the files, by address, that lie on the site itself."""
        for address, content in files:
            if name := self.places.file_of(address):
                yield name, content

    def _around(self, language: str = "") -> page.Shell:
        """Return what stands around pages in a language, the settings' if none is named."""
        language = language or self.settings.language
        if language not in self._shells:
            say, home, press = translator(language), self.places.home, self.places.press
            menu = [(home, say(N_("All issues")))]
            feeding = [(home, self.settings.organisation.name)]
            if self._releases:
                menu += [(press, say(N_("Press room")))]
                feeding += [(press, say(N_("Press releases")))]
            feeds = [(f"{at}feed.{end}", name) for at, name in feeding for end in ("atom", "json")]
            facts = {"menu": menu, "feeds": feeds}
            self._shells[language] = page.Shell(self.settings, language, self.places, **facts)
        return self._shells[language]

    def _issue_page(self, each: OnlineIssue) -> bytes:
        published, shown = each.published, each.shown
        around = self._around(shown.language)
        sizes = {address: len(content) for address, content in each.files}
        versions = tuple(self._versions(each))
        content = page.issue_content(
            around,
            shown,
            published.issue,
            versions=versions,
            pdf_size=kilobytes(sizes.get(shown.pdf or "", 0)),
            replaced=[other for other in self._releases if _replaces(each, other)],
            replaced_by=[other for other in self._releases if _replaces(other, each)],
        )
        return page.render_page(
            around,
            content,
            title=shown.title,
            address=published.address,
            description=shown.description,
            is_listed=published.is_listed,
            published=published.since,
            updated=published.updated,
            versions=versions,
            shared_picture=shown.picture or around.logo,
            linked_data=for_programs.as_json_ld(self.settings, around, each),
        )

    def _versions(self, each: OnlineIssue) -> Iterator[tuple[str, str]]:
        """Yield the languages that the issue is online in, and its address in each."""
        issue = each.published.issue
        others = [
            other
            for other in self._listed
            if issue.translation_of == other.published.issue.id
            or other.published.issue.translation_of == issue.id
        ]
        if others and each.published.is_listed:
            for one in sorted((each, *others), key=lambda each: each.shown.language):
                yield one.shown.language, one.published.address
                if one.shown.language == self.settings.language:
                    yield "x-default", one.published.address

    def _list(
        self, template: str, title: str, folder: str, shown: Sequence[OnlineIssue], **given: object
    ) -> Iterator[File]:
        """Yield the page of the newest, and one for each year and series."""
        home = f"{self.places.root}{folder}"
        years, series = [*_years_of(shown, home)], [*_series_of(shown, home)]
        parts = {
            "years": years if len(shown) > NEWEST else [],
            "series": series if len(series) > 1 else [],
        }
        newest = [*_years_of(shown[:NEWEST], home)]
        yield self._list_page(template, title, home, **given, **parts, newest=newest)
        for part in (*parts["years"], *parts["series"]):
            words = f"{title} – {part.name}"
            yield self._list_page("part.html", words, part.address, **parts, part=part, whole=home)

    def _list_page(self, template: str, title: str, address: str, **given: object) -> File:
        around = self._around()
        content = page.render_words(around, template, **given, title=title, address=address)
        whole = page.render_page(
            around,
            content,
            title=title,
            address=address,
            is_listed=True,
            shared_picture=around.logo,
            linked_data=for_programs.as_json_ld(self.settings, around),
        )
        return self.places.page_file(address), whole

    def _media(self) -> Iterator[tuple[Medium, str | None, ShownImage | None]]:
        """Yield the pictures of the releases, each with its address and a small view."""
        pictures = self._around().pictures
        for each in self._releases:
            release = each.published.issue
            is_foreign = each.shown.language != self.settings.language
            if not isinstance(release, PressRelease) or (is_foreign and any(self._versions(each))):
                continue  # a translation has the same pictures
            for medium in release.media:
                view = pictures.shown(medium.file, VIEW_WIDTH) if medium.file else None
                yield medium, media_address(medium, release, self.settings), view

    def _feeds(self, folder: str, title: str, entries: Sequence[OnlineIssue]) -> Iterator[File]:
        domain = self.settings.senders["default"].email.rpartition("@")[2]
        name, home = self.settings.organisation.name, f"{self.places.root}{folder}"
        title = f"{name} – {title}" if folder else title
        uri, entries = f"tag:{domain},2005:feed/{folder}", entries[: for_programs.MAX_ENTRIES]
        feed = for_programs.Feed(uri, title, home, self.settings.language, name, entries)
        yield f"{folder}feed.atom", for_programs.as_atom(feed)
        yield f"{folder}feed.json", for_programs.as_json_feed(feed)


def _replaces(new: OnlineIssue, old: OnlineIssue) -> bool:
    release = new.published.issue
    return isinstance(release, PressRelease) and release.replaces_issue == old.published.issue.id


class Part(NamedTuple):
    """A page of the archive: what it is called, where it is, what it lists."""

    name: str
    address: str
    entries: Sequence[OnlineIssue]


def _years_of(shown: Sequence[OnlineIssue], folder: str) -> Iterator[Part]:
    """Yield the pages of the years below an address, the newest first."""
    for year, some in groupby(shown, key=lambda each: str(each.published.since.year)):
        yield from _in_parts(year, f"{folder}archives/{year}", list(some))


def _series_of(shown: Sequence[OnlineIssue], folder: str) -> Iterator[Part]:
    """Yield the pages of the series below an address, in the order of the alphabet."""
    found: dict[str, list[OnlineIssue]] = {}
    for each in sorted(shown, key=lambda one: fold(one.shown.series)):
        if each.shown.series:
            found.setdefault(as_file_name(each.shown.series), []).append(each)
    for name, some in found.items():
        yield from _in_parts(some[0].shown.series, f"{folder}series/{name}", some)


def _in_parts(name: str, address: str, entries: Sequence[OnlineIssue]) -> Iterator[Part]:
    yield Part(name, address, entries[:MAX_LINES])
    for number, first in enumerate(range(MAX_LINES, len(entries), MAX_LINES), 2):
        yield Part(f"{name} ({number})", f"{address}/{number}", entries[first : first + MAX_LINES])
