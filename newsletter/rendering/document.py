"""From an issue to a document, step by step; which documents an issue makes: the one answer."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice, product
from typing import NamedTuple

from newsletter.content.loading import Issue, LoadedIssue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import visible
from newsletter.rendering.composition import ComposedIssue, compose
from newsletter.rendering.html import ItemSpan, finish_html, mjml_to_html, take_out_marks
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, MergeField, fill_html, fill_text
from newsletter.rendering.pictures.images import DocumentImage
from newsletter.rendering.press import printed_page, release_as_ninjs
from newsletter.rendering.text_layout import NumberedLinks
from newsletter.settings.settings import Settings
from newsletter.source import Loc
from newsletter.values.audiences import UNKNOWN, Audience, AudienceParts
from newsletter.values.model import Model, replaced, rewritten

Digests = Mapping[str, str]  # of the parts of an issue, by name
SUBJECT, PREHEADER, SENDER = "subject", "preheader", "sender"
AUDIENCES, REST, RELEASE = "audiences", "rest", "release"
Hidden = tuple[Loc, ...]
Condition = tuple[Audience, Audience]  # `for:` and `not_for:` of a part
MAX_VARIANTS = 50  # rendered and checked in half a second (measured 2026-11)
_MAX_FOUND = 500  # before some of them are chosen: 60 ms
_MAX_TRIED = 2_000  # combinations of values, of which most may show the same


@dataclass(frozen=True)
class Document:
    """One variant of an issue, ready for everyone: merge fields are still tokens in it."""

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    images: tuple[DocumentImage, ...]
    merge_fields: Mapping[str, MergeField]
    item_spans: tuple[ItemSpan, ...]
    sender: str = ""  # From and Reply-To
    # Whom it was rendered for: others may get the same.
    audience: Audience = field(default_factory=dict, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that a recipient gets, merge fields as tokens."""
        images = (f"{image.name} {image.sha256}" for image in self.images)
        parts = [self.subject, self.preheader, self.html, self.text, *images, self.sender]
        # The length before each part: no two splits of the same words are alike.
        return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def render_document(issue: Issue, settings: Settings, audience: Audience = UNKNOWN) -> Document:
    """Return the mail that `issue` becomes for recipients of `audience`."""
    settings, sender = settings.for_sender(issue.sender), settings.senders[issue.sender]
    # 0 and 1. Merge fields to tokens; Markdown and typography are at the templates' hand.
    composed = compose(issue, settings, audience)
    # 2 to 4. Templates: MJML, which is checked, then becomes HTML with its layout styles inlined.
    html = mjml_to_html(composed.rendered(f"email/{issue.kind}.mjml"))
    # 5 and 6. The content's styles are inlined, the tree is finished, the marks come out.
    html, item_spans = take_out_marks(finish_html(html, composed), composed.item_locs)
    subject = composed.subject
    if isinstance(issue, PressRelease) and issue.embargo and not issue.subject:  # own words stay
        subject = f"{'Sous embargo' if composed.language == 'fr' else 'EMBARGOED'} | {subject}"
    return Document(
        issue_id=issue.id,
        subject=subject,
        preheader=composed.preheader,
        html=html,
        # 7. The text is composed from the issue itself, never from the HTML.
        text=_text_of(composed, issue.kind),
        images=composed.pictures.images,
        merge_fields=composed.merge_fields,
        item_spans=item_spans,
        sender=f"{sender.name} <{sender.email}> {sender.reply_to or ''}".rstrip(),
        audience=audience,
    )


def _text_of(composed: ComposedIssue, kind: str) -> str:
    given = {"links": NumberedLinks(), "rule": "—" * 24, "short_rule": "—" * 3}
    text = composed.rendered(f"text/{kind}.txt", **given)
    # Plain text is not hyphenated, and some programs show a soft hyphen wherever it stands. Only
    # plain spaces are cut: str.strip() would take no-break spaces too.
    text = re.sub(r"[ \t]+$", "", text.replace("\u00ad", ""), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def fill_mail(document: Document, values: Mapping[str, str]) -> Document:
    """Return what a recipient with `values` by merge field reads: no token is left in it."""
    # Its link to unsubscribe leads nowhere unless `values` have an address for it.
    fields, known = document.merge_fields, {UNSUBSCRIBE_FIELD: "apercu", **values}
    texts = (document.subject, document.preheader, document.text)
    subject, preheader, text = (fill_text(each, fields, known) for each in texts)
    html = fill_html(document.html, fields, known)
    return replace(document, subject=subject, preheader=preheader, html=html, text=text)


class Variants:
    """The mails of an issue: one for each set of parts that some recipients do not see."""

    # Each is rendered when first asked for, and kept. An issue has one sender, whom its documents
    # know: those of two senders differ in their fingerprints.

    def __init__(self, issue: Issue, settings: Settings) -> None:
        self.issue = issue
        self._settings = settings
        self._conditions = tuple(conditions for _loc, conditions in conditions_in(issue))
        rules = [rule for part in self._conditions for pair in part for rule in pair]
        # The values that the issue's conditions name, by key: no other tells recipients apart.
        self._named: Audience = {
            key: tuple(dict.fromkeys(value for rule in rules for value in rule.get(key, ())))
            for key in dict.fromkeys(key for rule in rules for key in rule)
        }
        self._hidden_of = cache(lambda key: visible(issue, dict(key)).hidden)
        self._documents: dict[Hidden, Document] = {}

    def _meant(self, audience: Audience) -> Audience:
        return {
            key: kept
            for key, values in self._named.items()
            if (kept := tuple(value for value in values if value in audience.get(key, ())))
        }

    def hidden_from(self, audience: Audience) -> Hidden:
        """Return the places of the parts that recipients of an audience do not see."""
        return self._hidden_of(tuple(sorted(audience.items())))

    def document_for(self, audience: Audience) -> Document:
        """Return the mail that recipients of an audience get."""
        hidden = self.hidden_from(audience)
        if hidden not in self._documents:
            meant = self._meant(audience)
            self._documents[hidden] = render_document(self.issue, self._settings, meant)
        return self._documents[hidden]

    def documents(self) -> list[Document]:
        """Return every mail that recipients may get, the sample recipient's first."""
        return [self.document_for(each) for each in self.audiences()]

    def audiences(self) -> list[Audience]:
        """Return an audience for each mail that those of the settings can ask for."""
        # A recipient has one value of each key or none; several where a part asks for them. Of more
        # than `MAX_VARIANTS` mails those stay that show or hide a part, so that each is looked at,
        # then the longest, so that what is too heavy is found.
        sure = [self._settings.sample_audience, UNKNOWN, *map(_asked, self._conditions)]
        for *_around, (_for, not_for) in self._conditions:
            sure.append({key: values[:1] for key, values in not_for.items()})
        sure = [self._meant(each) for each in sure]
        choices = [[(), *((value,) for value in values)] for values in self._named.values()]
        others = (dict(zip(self._named, chosen, strict=True)) for chosen in product(*choices))
        found: dict[Hidden, Audience] = {}
        for audience in chain(sure, map(self._meant, islice(others, _MAX_TRIED))):
            if len(found) < _MAX_FOUND and self.issue.is_for(audience):
                found.setdefault(self.hidden_from(audience), audience)
        needed = {*map(self.hidden_from, sure)} & {*found}
        by_use = sorted(found, key=lambda hidden: (hidden not in needed, len(hidden)))
        chosen = {*by_use[: max(MAX_VARIANTS, len(needed))]}
        return [found[each] for each in found if each in chosen] or [UNKNOWN]


def variants_of(loaded: LoadedIssue, settings: Settings) -> Variants | None:
    """Return the mails of an issue that was read; None where a problem forbids them."""
    return Variants(loaded.issue, settings) if loaded.issue else None


def conditions_in(
    model: Model, loc: Loc = (), around: tuple[Condition, ...] = ()
) -> Iterator[tuple[Loc, tuple[Condition, ...]]]:
    """Yield the place of each part that is not for everyone; its condition ends those around it."""
    condition = getattr(model, "for_", None) or {}, getattr(model, "not_for", None) or {}
    if any(condition):
        around = (*around, condition)
        yield loc, around
    for name, value in vars(model).items():
        for number, each in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(each, Model):
                yield from conditions_in(each, (*loc, name, number), around)


def _asked(conditions: tuple[Condition, ...]) -> Audience:
    """Return what a recipient must be to see a part, given its condition and those around it."""
    asked: dict[str, tuple[str, ...]] = {}
    for for_, _not_for in conditions:
        for key, values in for_.items():
            refused = {value for _for, not_for in conditions for value in not_for.get(key, ())}
            fitting = [value for value in values if value not in refused]
            if fitting and not set(fitting) & set(asked.get(key, ())):
                asked[key] = (*asked.get(key, ()), fitting[0])
    return asked


class Fingerprint(NamedTuple):
    """Digests of an issue: of all of it, and of its parts by name."""

    fingerprint: str
    digests: Digests  # an item's name is its place in the file: "sections.1.items.2"
    merge_fields: frozenset[str]  # that it uses without fallback


def parts_of(issue: Issue, settings: Settings) -> Fingerprint:
    """Return the digests of `issue`, as it is for someone whom every part of it is for."""
    # For everyone, since which variants a members file asks for changes with that file; without
    # the name, so that a copy under another is known again.
    document = render_document(replaced(without_conditions(issue), id="issue"), settings)
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
