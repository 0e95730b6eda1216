"""The page to leave at: one button before, and after it the ways back; no script, no token in it.

It says nothing of whoever opens it: it is the same for every token, ours or not.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from newsletter.i18n import LANGUAGES, N_, translator
from newsletter.settings.settings import Settings

ASK, LEAVE, ALL, BACK = "", "leave", "all", "back"
_COLOURS = ("page", "surface", "text", "muted", "accent", "on_accent", "line")
_STYLE = """
:root { color-scheme: light dark; %s }
@media (prefers-color-scheme: dark) { :root { %s } }
body { margin: 0; padding: 1rem; background: var(--page); color: var(--text); }
body, button { font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; border: 1px solid var(--line); }
main { background: var(--surface); overflow-wrap: anywhere; }
main > p:first-child { margin: 0; color: var(--muted); }
h1 { margin: .5rem 0; font-size: 1.5rem; line-height: 1.25; }
button { margin: .5rem .5rem 0 0; padding: .625rem 1.25rem; border: 2px solid var(--accent); }
button { background: var(--accent); color: var(--on_accent); cursor: pointer; }
button:not([value=leave]) { background: var(--surface); color: var(--accent); }
:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
"""
_NO_MORE = N_("You will no longer receive these emails from {name}.")
# What was done -> the title, the sentence, and what can be done next.
_PAGES = {
    ASK: (N_("Unsubscribe?"), _NO_MORE, (LEAVE,)),
    LEAVE: (N_("You are unsubscribed"), _NO_MORE, (BACK, ALL)),
    ALL: (
        N_("You have left all our lists"),
        N_("You will no longer receive any email from {name}."),
        (BACK,),
    ),
    BACK: (
        N_("You are subscribed again"),
        N_("You will receive these emails from {name}, as before."),
        (LEAVE,),
    ),
}
_LABELS = {LEAVE: N_("Unsubscribe"), ALL: N_("Leave all lists"), BACK: N_("Subscribe again")}


def policy_of(settings: Settings) -> str:
    """Return the Content-Security-Policy of the pages: their own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style(settings).encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def pages_of(settings: Settings, actions: Collection[str]) -> Mapping[tuple[str, str], bytes]:
    """Return the page in each language after each of the actions; "" is before any."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(Path(__file__).with_name("page.html").read_text("utf-8"))
    name, pages = settings.organisation.name, {}
    offered = {*actions} if settings.lists else {*actions} - {ALL}
    for language in LANGUAGES:
        say = translator(language)
        for action in (ASK, *actions):
            title, sentence, following = _PAGES[action]
            pages[language, action] = template.render(
                language=language,
                name=name,
                style=Markup(_style(settings)),  # noqa: S704 - of colours, which were looked at
                title=say(title),
                sentence=say(sentence).format(name=name),
                buttons=[(each, say(_LABELS[each])) for each in following if each in offered],
            ).encode()
    return pages


def _style(settings: Settings) -> str:
    both = settings.theme.colours
    return _STYLE % tuple(
        " ".join(f"--{each}: {getattr(palette, each)};" for each in _COLOURS)
        for palette in (both.light, both.dark)
    )


def language_asked(header: str, default: str) -> str:
    """Return the language that an Accept-Language asks for, of those that we speak (RFC 9110)."""
    best, choice = 0.0, default
    for each in header.lower().split(","):
        found = re.fullmatch(r"\s*(fr|en)(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*", each)
        if found and float(found[2] or 1) > best:
            best, choice = float(found[2] or 1), found[1]
    return choice
