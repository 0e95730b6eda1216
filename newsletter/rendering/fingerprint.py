"""What an issue is, in digests: to tell whether it has changed since it was sent, and what of it.

The whole issue is looked at, whoever its parts are for: which variants a members file asks for
changes with the file. Its name is left out, so that a copy under another name is known again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from newsletter.content.loading import Issue
from newsletter.content.press_release import PressRelease
from newsletter.rendering.document import conditions_in, render_document
from newsletter.rendering.press import printed_page, release_as_ninjs
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import AudienceParts
from newsletter.values.model import replaced, rewritten

Digests = Mapping[str, str]  # of the parts of an issue, by name
SUBJECT, PREHEADER, SENDER = "subject", "preheader", "sender"
AUDIENCES, REST, RELEASE = "audiences", "rest", "release"


class Fingerprint(NamedTuple):
    """Digests of an issue: of all of it, and of its parts by name."""

    fingerprint: str
    digests: Digests  # an item's name is its place in the file: "sections.1.items.2"
    merge_fields: frozenset[str]  # that it uses without fallback


def parts_of(issue: Issue, settings: Settings) -> Fingerprint:
    """Return the digests of `issue`, as it is for someone whom every part of it is for."""
    whole = replaced(without_conditions(issue), id="issue")
    document = render_document(whole, settings)
    conditions = (
        f"{loc} {[sorted(each.items()) for each in around[-1]]}"
        for loc, around in conditions_in(issue)
    )
    html, spans = document.html, document.item_spans
    starts, ends = [0, *(each.end for each in spans)], [*(each.start for each in spans), len(html)]
    around = "".join(html[start:end] for start, end in zip(starts, ends, strict=True))
    digests = {
        SUBJECT: _digest(document.subject),
        PREHEADER: _digest(document.preheader),
        SENDER: _digest(document.sender),
        AUDIENCES: _digest("\n".join(conditions)),
        REST: _digest(around),
        **{".".join(map(str, each.loc)): _digest(html[each.start : each.end]) for each in spans},
    }
    needed = {each.name for each in document.merge_fields.values() if each.fallback is None}
    whole_of = f"{document.fingerprint} {digests[AUDIENCES]}"
    fingerprint = hashlib.sha256(whole_of.encode()).hexdigest()
    return Fingerprint(fingerprint, digests, frozenset(needed & settings.merge_fields))


def digests_of(issue: Issue, settings: Settings, parts: Fingerprint | None = None) -> Digests:
    """Return the digests of all that readers get of an issue, the PDF and JSON of a release too."""
    digests = (parts or parts_of(issue, settings)).digests  # which take a rendering
    if not isinstance(issue, PressRelease):
        return digests
    page, _pictures = printed_page(issue, settings)  # which names them by their content
    return {**digests, RELEASE: _digest(page + release_as_ninjs(issue, settings))}


def content_of(digests: Digests) -> str:
    """Return what tells a content from another: eight digits, short enough to be read out."""
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:8]


def changed_parts(before: Digests, now: Digests) -> list[str]:
    """Return the names of the parts that are not what they were, come or gone."""
    names = [*now, *(name for name in before if name not in now)]
    return [name for name in names if before.get(name) != now.get(name)]


def without_conditions(issue: Issue) -> Issue:
    """Return an issue without what says whom it and its parts are for."""

    def for_all(part: AudienceParts, _loc: Loc) -> AudienceParts:
        return replaced(part, for_=None, not_for=None)

    return replaced(rewritten(issue, AudienceParts, for_all), for_=None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
