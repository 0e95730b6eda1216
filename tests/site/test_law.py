"""The law: the site is the same, to the byte, as if what is not for everyone had never been.

No part for some, no sentence about a recipient, no issue that is a draft, kept back or under
embargo leaves a trace: no word, name, picture or file, in no page, list, feed or PDF.
"""

import io
import json
import subprocess
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from newsletter.source import parse_source
from tests.site.conftest import (
    LETTER,
    RELEASE,
    SETTINGS,
    make_site,
    note_in_ledger,
    note_sent,
    with_site,
)

_CONDITIONS = [
    {"for": {"delegation": "Bretagne"}},
    {"not_for": {"delegation": "Occitanie"}},
    {"web": False},
]
HIDDEN = st.sampled_from(_CONDITIONS)


@dataclass(frozen=True)
class Part:
    """A value as its file has it, and as it would be had nothing been hidden: None for no trace."""

    typed: object
    public: object | None


def some(parts: list[Part]) -> tuple[list[object], list[object]]:
    return [each.typed for each in parts], [each.public for each in parts if each.public]


HIDDEN_WORD = "qzmarie"  # stands in what is not for everyone alone
HOURS = st.sampled_from(["2025-06-01 12:01", "2025-06-02 06:00", "2026-01-01 00:00"])
CORRECTION = {"correction": {"date": "2025-05-20", "text": "le 13 et non le 12."}}
WORDS = st.sampled_from(
    ["Un mot", "Cher ((first name | membre))", "Été", "L'idée", "« Oui »", "Le <b> & le reste"]
)


@st.composite
def sentences(draw: st.DrawFn) -> Part:
    """A text whose personal sentences go, whatever stands between them."""
    said = draw(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=4))
    joint = draw(st.sampled_from([" ", "\n\n"]))
    told = [f"{word} ((email)) ici." if personal else f"{word} est là." for word, personal in said]
    kept = [text for text, (_word, personal) in zip(told, said, strict=True) if not personal]
    if not kept:
        return Part("Rien que des mots.", "Rien que des mots.")
    return Part(joint.join(told), joint.join(kept))


@st.composite
def entries(draw: st.DrawFn) -> tuple[list[object], list[object]]:
    hidden = st.sampled_from(_CONDITIONS[:2])
    parts = []
    for number in range(draw(st.integers(1, 3))):
        link = {"title": f"Page {number}", "url": f"https://example.org/{number}"}
        condition = draw(st.one_of(st.none(), hidden))
        parts.append(Part({**link, **(condition or {})}, None if condition else link))
    return some(parts)


@st.composite
def items(draw: st.DrawFn) -> Part:
    typed: dict[str, object]
    if draw(st.booleans()):
        body = draw(sentences())
        typed = {"kind": "text", "title": draw(WORDS), "body": body.typed}
        public = {**typed, "body": body.public}
    else:
        links, kept = draw(entries())
        typed = {"kind": "links", "title": draw(WORDS), "links": links}
        public = {**typed, "links": kept} if kept else {}
    condition = draw(st.one_of(st.none(), HIDDEN))
    if condition:
        return Part({**typed, **condition, "title": f"Pour {HIDDEN_WORD}"}, None)
    return Part(typed, public)


@st.composite
def letters(draw: st.DrawFn) -> Part:
    head = {"kind": "newsletter", "subject": "Objet", "preheader": "Accroche", "title": draw(WORDS),
            "date": "2025-05-31"}  # fmt: skip
    typed, public = some([draw(items()) for _number in range(draw(st.integers(1, 3)))])
    head |= draw(st.sampled_from([{}, CORRECTION, {"translation_of": HIDDEN_WORD}]))
    always = [{"kind": "text", "body": "Toujours là."}]
    always += draw(st.sampled_from([[], [{"kind": "picture", "file": "p.jpg", "alt": "Vue"}]]))
    head_of_all = {**head, "items": [*typed, *always]}
    state = draw(
        st.sampled_from(["published", "sent", "draft", "none", "later", "for", "unlisted"])
    )
    web = {
        "published": {"published": "2025-05-01"},
        "none": {"access": "none", "published": "2025-05-01"},
        "later": {"published": "2025-06-02"},
        "unlisted": {"access": "unlisted", "published": "2025-05-01"},
        "for": {"published": "2025-05-01"},
    }.get(state)
    if web:
        head_of_all["web"] = head["web"] = web
    if state == "for":
        head_of_all["for"] = {"delegation": "Bretagne"}
    is_online = state in {"published", "sent"}
    return Part(
        (head_of_all, state), ({**head, "items": [*public, *always]}, state) if is_online else None
    )


@st.composite
def releases(draw: st.DrawFn) -> Part:
    """A release that was sent: under embargo still, with a picture of its own, or not any more."""
    head = dict(parse_source(RELEASE, Path()).value)
    if draw(st.sampled_from([False] * 5 + [True])):  # its two PDFs take a second
        for_all = {"kind": "text", "body": "Pour tous."}
        for_some = {"kind": "text", "body": f"Pour {HIDDEN_WORD}", "web": False}
        media = [{"title": "Vue", "file": "p.jpg", "credit": "Nous", "rights": "libres"}]
        public = {**head, **draw(st.sampled_from([{}, CORRECTION])), "media": media}
        typed = {**public, "note": f"Bonjour {HIDDEN_WORD}", "body": [for_some, for_all]}
        return Part((typed, "sent"), ({**public, "body": [for_all]}, "sent"))
    release = {**head, "embargo": draw(HOURS), "headline": f"Le secret de {HIDDEN_WORD}"}
    picture = {"kind": "picture", "file": "secret.png", "alt": "Un secret"}
    medium = {"title": "Secret", "file": "secret.png", "credit": "Nous", "rights": "libres"}
    return Part(({**release, "body": [picture], "media": [medium]}, "sent"), None)


PREVIOUS, NEXT = "the issue before", "the issue after"


def in_two_languages(hour: str, *, is_over: bool) -> list[Part]:
    """A release in two languages that were sent: both under embargo, or the second alone."""
    head = {**parse_source(RELEASE, Path()).value, "embargo": "2025-05-02 06:00"}
    secret = {**head, "embargo": hour, "headline": f"Le secret de {HIDDEN_WORD}"}
    first = head if is_over else secret
    return [
        Part(({**first, "translation_of": NEXT}, "sent"), (head, "sent") if is_over else None),
        Part(({**secret, "translation_of": PREVIOUS, "language": "en"}, "sent"), None),
    ]


def written(folder: Path, issues: list[object], names: list[str]) -> dict[str, bytes]:
    """Return the site that issues make, in a folder of their own."""
    workspace = with_site(
        folder, SETTINGS.replace("f'}", "f', images_url: 'https://l.example.org/i'}")
    )
    Image.new("RGB", (40, 30), "#123456").save(workspace / "assets/images/secret.png")
    photo = Image.new("RGB", (40, 30), "#654321")
    photo.getexif()[0x013B] = HIDDEN_WORD  # Artist
    photo.save(
        workspace / "assets/images/p.jpg", exif=photo.getexif(), comment=HIDDEN_WORD.encode()
    )
    members = f"Courriel;Prénom;Région\n{HIDDEN_WORD}@example.org;{HIDDEN_WORD};Bretagne\n"
    (workspace / "membres.csv").write_text(members, encoding="utf-8")
    draft = LETTER.replace("Titre", HIDDEN_WORD) + "language: en\n"
    (workspace / f"issues/{HIDDEN_WORD}.yaml").write_text(draft, encoding="utf-8")
    by_ledger: list[str] = []
    for number, (issue, name) in enumerate(zip(issues, names, strict=True)):
        if issue is None:
            continue
        content, state = issue
        beside = {PREVIOUS: names[number - 1], NEXT: names[(number + 1) % len(names)]}
        if other := content.get("translation_of"):
            content = {**content, "translation_of": beside.get(other, other)}
        path = workspace / f"issues/{name}.yaml"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        if state == "sent":
            sent = workspace / "sent" / name
            by_ledger.append(name) if number % 2 else note_sent(workspace, name)
            (sent / "mail/images").mkdir(parents=True)
            (sent / f"mail/images/{number:016x}.png").write_bytes(b"picture")
            (sent / "mail/email.html").write_text(HIDDEN_WORD)
    known_as = note_in_ledger(workspace, by_ledger, f"{HIDDEN_WORD}@example.org")
    files, told = make_site(workspace)
    assert not [line for line in told if "error" in line.lower()]
    assert [name for name, content in files.items() for each in known_as
            if each.encode() in name.encode() + content] == []  # fmt: skip
    return files


def read(content: bytes) -> bytes:
    """Return what a file says; of a PDF its words too, and all that stands in its objects."""
    if not content.startswith(b"%PDF"):
        return content
    words = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        parts = [each.read_raw_bytes() for each in streams] + [repr(pdf.docinfo).encode()]
        return b"".join([words.stdout, *parts, pdf.Root.Metadata.read_bytes()])


def law(some_issues: list[list[Part]]) -> None:
    issues = [*chain.from_iterable(some_issues)]
    names = [f"{'lettre' if each.public else HIDDEN_WORD}-{no}" for no, each in enumerate(issues)]
    with TemporaryDirectory() as folder:
        all_of_it = written(Path(folder) / "a", [each.typed for each in issues], names)
        public = written(Path(folder) / "b", [each.public for each in issues], names)

    assert all_of_it == public
    for name, content in all_of_it.items():
        said = name.encode() + read(content)
        assert HIDDEN_WORD.encode() not in said, name
        assert b"((" not in content or content.startswith(b"%PDF"), name


ALONE = st.one_of(letters(), releases()).map(lambda part: [part])
# Two PDFs take a second.
PAIRS = st.builds(in_two_languages, HOURS, is_over=st.sampled_from([False] * 5 + [True]))
ISSUES = st.lists(st.one_of(ALONE, ALONE, ALONE, PAIRS), min_size=1, max_size=4)
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=20, **QUIET)
@given(ISSUES)
@example([in_two_languages("2025-06-01 12:01", is_over=True)])
def test_what_is_not_for_everyone_leaves_no_trace(issues: list[list[Part]]) -> None:
    law(issues)


@pytest.mark.soak
@settings(max_examples=500, **QUIET)
@given(ISSUES)
def test_what_is_not_for_everyone_leaves_no_trace_in_500_workspaces(
    issues: list[list[Part]],
) -> None:
    law(issues)
