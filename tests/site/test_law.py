"""The law: the site is the same, to the byte, as if what is not for everyone had never been.

No part for some, no sentence about a recipient, no issue that is a draft, kept back or under
embargo leaves a trace: no word, name, picture or file, in no page, list, feed or PDF.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from newsletter.source import parse_source
from tests.site.conftest import RELEASE, SETTINGS, make_site, note_sent, with_site

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
    return Part({**typed, **(condition or {})}, None if condition else public)


@st.composite
def letters(draw: st.DrawFn) -> Part:
    head = {"kind": "newsletter", "subject": "Objet", "preheader": "Accroche", "title": draw(WORDS),
            "date": "2025-05-31"}  # fmt: skip
    typed, public = some([draw(items()) for _number in range(draw(st.integers(1, 3)))])
    always = {"kind": "text", "body": "Toujours là."}
    head_of_all = {**head, "items": [*typed, always]}
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
        (head_of_all, state), ({**head, "items": [*public, always]}, state) if is_online else None
    )


@st.composite
def releases(draw: st.DrawFn) -> Part:
    """A release that was sent and is under embargo still, with a picture of its own."""
    hours = draw(st.sampled_from(["2025-06-01 12:01", "2025-06-02 06:00", "2026-01-01 00:00"]))
    text = RELEASE.replace("embargo: none", f"embargo: {hours}")
    release = dict(parse_source(text, Path()).value) | {"headline": "Le secret est bien gardé"}
    picture = {"kind": "picture", "file": "secret.png", "alt": "Un secret"}
    medium = {"title": "Secret", "file": "secret.png", "credit": "Nous", "rights": "libres"}
    return Part(({**release, "body": [picture], "media": [medium]}, "sent"), None)


def written(folder: Path, issues: list[object]) -> dict[str, bytes]:
    """Return the site that issues make, in a folder of their own."""
    workspace = with_site(
        folder, SETTINGS.replace("f'}", "f', images_url: 'https://l.example.org/i'}")
    )
    Image.new("RGB", (40, 30), "#123456").save(workspace / "assets/images/secret.png")
    for number, issue in enumerate(issues):
        if issue is None:
            continue
        content, state = issue
        path = workspace / f"issues/2025-{number:02}.yaml"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        if state == "sent":
            sent = note_sent(workspace, path.stem) / "mail/images"
            sent.mkdir(parents=True)
            (sent / f"{number:016x}.png").write_bytes(b"picture")
    files, told = make_site(workspace)
    assert not [line for line in told if "error" in line.lower()]
    return files


def law(issues: list[Part]) -> None:
    with TemporaryDirectory() as folder:
        all_of_it = written(Path(folder) / "a", [each.typed for each in issues])
        public = written(Path(folder) / "b", [each.public for each in issues])

    assert all_of_it == public
    assert not [
        name for name, content in all_of_it.items() if b"((" in content or b"qzm" in content
    ]


ISSUES = st.lists(st.one_of(letters(), releases()), min_size=1, max_size=4)
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=20, **QUIET)
@given(ISSUES)
def test_what_is_not_for_everyone_leaves_no_trace(issues: list[Part]) -> None:
    law(issues)


@pytest.mark.soak
@settings(max_examples=500, **QUIET)
@given(ISSUES)
def test_what_is_not_for_everyone_leaves_no_trace_in_500_workspaces(issues: list[Part]) -> None:
    law(issues)
