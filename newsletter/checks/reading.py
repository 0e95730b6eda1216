"""What rules read: an issue's words and addresses, each with its place, and the issues before."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from lxml import html

from newsletter.content.loading import Issue, day_of, is_release, issues_in
from newsletter.rendering.markdown.dialect import markdown_parser
from newsletter.rendering.markdown.pasted_text import mend_pasted_text
from newsletter.source import Loc, Source, YamlText, read_source
from newsletter.source.source import MAX_BYTES, with_plain_lines
from newsletter.values.markdown_faults import without_faults
from newsletter.values.model import Model, fields_of, inside
from newsletter.values.structures import PictureParts
from newsletter.values.texts import Markdown
from newsletter.values.types import Email, PictureFile, Url

OPAQUE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: each letter of code, addresses, merge fields
_NO_PROSE = re.compile(
    r"^ {0,3}(?P<fence>`{3}|~{3})[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?P=ticks)"
    r"|(?<=\]\()[^)\s]*"
    r"|(?:https?://|www\.)[^\s)>\]]+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\(\([^()]*\)\)",
    re.MULTILINE | re.DOTALL,
)
# The field whose words lead to an address, by the model's fields.
_WORDS = ("title", "label", "alt", "name")
_NAMED_BY_US = {"transcript"}  # a second address, whose link has words of the program's
# A text without any of them has no link; to read Markdown takes longer than all rules together.
_LINK_SIGNS = ("](", "][", "]:", "<", "://", "www.", "@")
# Fields that no reader sees: words of the program.
_OF_THE_PROGRAM = frozenset(
    {"id", "kind", "language", "sender", "translation_of", "status", "for", "not_for", "ignore"}
)
_KINDS: tuple[tuple[Any, str], ...] = (
    (Markdown, "markdown"), (Url, "address"), (Email, "unread"), (PictureFile, "unread"),
)  # fmt: skip
# A recipient's own words stand in it: what address it becomes is not known here.
_MERGED = re.compile(r"qzm[a-p]{16}mzq|\(\(")
BODY_LENGTH = 200  # a text so long says something of its month
READ_WHOLE = 6  # of the earlier issues
_TRANSLATES = re.compile(r"^translation_of:[ \t]*[\"']?(?P<name>[^\"'\n#]+?)[\"' \t]*$", re.M)
_TEXT_FILE = re.compile(r"\bfile:[ \t]*[\"']?(?P<name>[^\"'\n},]+\.(?:md|txt))\b")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\)\]}]+")
_AFTER = ".,;:!?*_»…"  # punctuation that ends a sentence, not an address
# What each issue says anew -> the length from which it is no formula.
FIELDS = dict.fromkeys(("subject", "preheader", "headline"), 0)
FIELDS |= {"introduction": 60, "note": 200, "lead": 60, "closing": 120}


@dataclass(frozen=True)
class Said:
    """A text as it was typed, and where it stands in the issue file."""

    loc: Loc
    field: str
    text: str
    is_markdown: bool  # whether it may have marks of Markdown

    @cached_property
    def prose(self) -> str:
        """The text, as long as it is, with `OPAQUE` for its code, addresses and merge fields."""
        # What is told already, a link that is none or bold that does not end, is hidden too.
        return prose_of(without_faults(self.text, OPAQUE) if self.is_markdown else self.text)


@dataclass(frozen=True)
class LinkedAddress:
    """An address, and the words that a reader sees of it."""

    loc: Loc
    url: str
    words: str
    occurrence: int = 0  # of the same address in the same value


def prose_of(text: str) -> str:
    """Return `text`, as long as before, with `OPAQUE` for code, addresses and merge fields."""
    return _NO_PROSE.sub(lambda found: re.sub(r"[^\n]", OPAQUE, found[0]), text)


def parts_of(model: Model, loc: Loc = ()) -> Iterator[tuple[Loc, str, str, Model, object]]:
    """Yield what a writer fills of `model` and below it, in the order of the fields."""
    # Each value, of a list each entry, comes with its place, its field's key and kind, its owner.
    for name, described in fields_of(type(model)).items():
        if name not in _OF_THE_PROGRAM:
            key, value = described.key, getattr(model, name)
            is_list = isinstance(value, tuple)
            for index, part in enumerate(value if is_list else (value,)):
                place = (*loc, key, index) if is_list else (*loc, key)
                yield place, key, _kind_of(type(model), name), model, part
                if isinstance(part, Model):
                    yield from parts_of(part, place)


@cache
def _kind_of(model: type[Model], name: str) -> str:
    """Return what the type of a field is marked as: "markdown", "address", or "unread"; else ""."""
    marks = [*inside(fields_of(model)[name].type)]
    return next((kind for kind_of, kind in _KINDS if kind_of.__metadata__[0] in marks), "")


def links_of(model: Model) -> Iterator[LinkedAddress]:
    """Yield every address of `model`: in fields of their own, and in Markdown."""
    for place, key, kind, owner, part in parts_of(model):
        # Where a picture lies is not what it opens.
        if place[-1] != key or (isinstance(owner, PictureParts) and key == "url"):
            continue
        if isinstance(part, str) and kind == "address":
            said = (getattr(owner, name, None) for name in _WORDS if key not in _NAMED_BY_US)
            words = next((each for each in said if isinstance(each, str)), "")
            yield LinkedAddress(place, part, words)
        elif isinstance(part, str) and kind == "markdown":
            yield from _markdown_links(part, place)


def _markdown_links(text: str, loc: Loc) -> Iterator[LinkedAddress]:
    if not any(sign in text.lower() for sign in _LINK_SIGNS):
        return
    text = mend_pasted_text(without_faults(text, OPAQUE))
    for token in markdown_parser().parse(text):
        opened, words = None, ""
        for child in token.children or ():
            if child.type == "link_open":
                opened, words = child, ""
            elif child.type == "link_close" and opened is not None:
                yield LinkedAddress(loc, str(opened.attrs["href"]), words.strip())
                opened = None
            elif opened is not None:
                words += child.content


def all_addresses(
    links: Sequence[LinkedAddress], elements: Iterable[tuple[Loc, html.HtmlElement]]
) -> Iterator[LinkedAddress]:
    """Yield `links`, then what the mail links beside; nothing that holds a merge field."""
    # An address that stands several times in one value comes with the number of its place there.
    seen: Counter[tuple[Loc, str]] = Counter()
    for link in links:
        if not _MERGED.search(link.url):
            place = (link.loc, link.url)
            yield replace(link, occurrence=seen[place])
            seen[place] += 1
    known = {_encoded(link.url) for link in links}
    for loc, element in elements:
        url = element.get("href") if element.tag == "a" else None
        if url is not None and not _MERGED.search(url) and _encoded(url) not in known:
            known.add(_encoded(url))
            yield LinkedAddress(loc, url, element.text_content().strip())


def _encoded(url: str) -> str:
    """Return `url` as both Markdown and HTML write it."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def host_of(url: str) -> str:
    """Return the name of the machine that `url` asks, in lower case; "" where it names none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # "https://[1": not an address
        return ""


def is_web(url: str) -> bool:
    """Tell whether `url` is that of a page."""
    return url.lower().startswith(("https://", "http://"))


def is_of(host: str, owners: Iterable[str]) -> bool:
    """Tell whether `host` is one of `owners`, or a machine below one."""
    return any(host == owner or host.endswith(f".{owner}") for owner in owners)


@dataclass(frozen=True)
class EarlierIssue:
    """What is known of an issue of an earlier date: its file, the addresses that it links."""

    path: Path
    date: date
    addresses: frozenset[str]
    texts: frozenset[str] = frozenset()  # of its `FIELDS`, and all long ones, their spaces made one
    stamp: tuple[int, int] = (0, 0)  # of its file: time and size


def earlier_issues(folder: Path, issue: Issue) -> tuple[EarlierIssue, ...]:
    """Return the issues in `folder` of an earlier date than `issue`, by date and name."""
    # Of its kind alone: journalists do not read the members' letter. A translation is no other
    # issue. A file that cannot be read, or has no date, is left out: a check of its own says so.
    earlier = []
    for path in issues_in(folder):
        try:
            status = path.stat()
        except OSError:  # an Emacs lock, a file that just went
            continue
        stamp = status.st_mtime_ns, status.st_size
        kind, day, translates, addresses = _glance(path, stamp)
        is_own = path.stem in {issue.id, issue.translation_of} or translates == issue.id
        if day and day < issue.date and kind == issue.kind and not is_own:
            earlier.append(EarlierIssue(path, day, addresses, stamp=stamp))
    earlier.sort(key=lambda each: (each.date, each.path.name))
    # Who begins from an earlier issue begins from one of the last: reading them whole takes longer.
    recent = [replace(each, texts=_texts(each.path, each.stamp)) for each in earlier[-READ_WHOLE:]]
    return (*earlier[:-READ_WHOLE], *recent)


@lru_cache(maxsize=4096)
def _glance(
    path: Path, _stamp: tuple[int, int]
) -> tuple[str, date | None, str | None, frozenset[str]]:
    """Return an issue's kind, its day, what it translates and what it links, without parsing it."""
    text = _read(path)
    kind = "press-release" if is_release(text) else "newsletter"
    translated = _TRANSLATES.search(text)
    files = (_read(path.parent / each["name"]) for each in _TEXT_FILE.finditer(text))
    addresses = addresses_in(text).union(*map(addresses_in, files))
    return kind, day_of(text), translated and translated["name"], addresses


@lru_cache(maxsize=64)
def _texts(path: Path, _stamp: tuple[int, int]) -> frozenset[str]:
    source = read_source(path)
    # A text that is signed stands beside its signature.
    own = (source.value_at((name, "text")) for name in FIELDS)
    texts = (each for each in (*own, *_long_texts(source)) if isinstance(each, str))
    return frozenset(" ".join(each.split()) for each in texts)


def _long_texts(source: Source) -> Iterator[str]:
    """Yield every text of an issue that is too long to be a formula, those of its files too."""
    for _loc, value in source.walk():
        if isinstance(value, YamlText) and len(value.paragraphs) >= BODY_LENGTH:
            yield value.paragraphs
        elif isinstance(value, dict) and [*value] == ["file"]:
            path = source.path.parent / str(value["file"])
            yield with_plain_lines(_read(path)) if path.suffix in {".md", ".txt"} else ""


def addresses_in(text: str) -> frozenset[str]:
    """Return the addresses of pages in `text`, as `plain_address` has them."""
    return frozenset(plain_address(each) for each in _ADDRESS.findall(text))


def plain_address(url: str) -> str:
    """Return `url` without what may differ while the page is the same."""
    page = re.sub(r"^https?://(?:www\.)?", "", url.partition("#")[0].rstrip(_AFTER))
    path, _question, query = page.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("utm_")]
    return "?".join([path.rstrip("/"), "&".join(kept)]) if kept else path.rstrip("/")


def _read(path: Path) -> str:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return ""
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8-sig", "replace")
    except (OSError, ValueError):  # ValueError: NUL in a name
        return ""
