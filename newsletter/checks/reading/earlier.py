"""What earlier issues led to, at a glance: to load 300 files would take a hundred times as long."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsletter.content.loading import Issue, day_of, is_release, issues_in
from newsletter.source import Source, YamlText, read_source
from newsletter.source.source import MAX_BYTES, with_plain_lines

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
class EarlierIssue:
    """What is known of an issue of an earlier date: its file, the addresses that it links."""

    path: Path
    date: date
    addresses: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict)  # at head and foot, by the `FIELDS`
    bodies: frozenset[str] = frozenset()  # its other long texts, their spaces made one
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
    recent = [replace(each, **_whole(each.path, each.stamp)) for each in earlier[-READ_WHOLE:]]
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
def _whole(path: Path, _stamp: tuple[int, int]) -> Mapping[str, Any]:
    """Return the texts and bodies of an issue, as `EarlierIssue` has them."""
    source = read_source(path)
    # A text that is signed stands beside its signature.
    own = {name: source.value_at((name, "text")) for name in FIELDS}
    texts = {name: text for name, text in own.items() if isinstance(text, str)}
    bodies = (" ".join(text.split()) for text in _long_texts(source))
    return {"texts": texts, "bodies": frozenset(bodies)}


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
