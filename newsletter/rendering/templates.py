"""The Jinja environments of the two parts of a mail, and the filters that their templates use."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from traceback import walk_tb
from typing import cast

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from newsletter.i18n import N_, _, counting, translator
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import localised, sandbox
from newsletter.rendering.markdown.markdown import MarkdownText, render_html, render_markdown_text
from newsletter.rendering.text_layout import readable_address, wrap
from newsletter.rendering.typography import NARROW_NBSP, NBSP, apply_typography, split_superscripts
from newsletter.values.structures import Signed

LINE_WIDTH = 72  # characters; the plain text's
STATUSES = {
    "save-the-date": N_("Save the date"),
    "full": N_("Fully booked"),
    "postponed": N_("Postponed"),
    "cancelled": N_("Cancelled"),
}
_ENDLESS = {
    RecursionError: N_("a macro or a template calls itself without end"),
    MemoryError: N_("it takes too much memory"),
}
# What a filter says to a value that is not for it; and what may end in any code that is called.
_WRONG_KIND = (TypeError, AttributeError, LookupError, RecursionError, MemoryError)
# What an expression of a template can raise: a division, a sum, a call with a wrong argument.
_FAULTS = (TemplateError, ArithmeticError, ValueError, *_WRONG_KIND)
_JINJA = {"jinja2", "markupsafe"}
# What templates of version 0.2 ask for, and what to write instead; "" where that is nothing.
MOVED = {
    "open": "patterns.item(words, place)",
    "close": "",
    "section_title": "",
    "logo": 'frame.logo("surface")',
    "versions": "frame.versions()",
    "link": "parts.link_list([link])",
    "tile": "parts.figures(item.figures, place.width)",
    "button": "patterns.button(item.url, item.label | words)",
    "story": "parts.story(item, place, lines, cards)",
    "picture": "parts.picture(item, place.width)",
    "level": "place.level",
    "opening": "",
    "email/parts.mjml": "shared/parts.html",
    "press/parts.html": "shared/press.html",
    "email/contents.mjml": "frame.contents_box()",
}
_GONE = re.compile(
    r"(?:^|^macro |TemplateModule object' has no attribute |the requested name )'([\w./]+)'"
)
N_("Cancels and replaces {what}")  # which they say
_QUOTES = {"fr": (f"«{NBSP}", f"{NBSP}»"), "en": ("“", "”")}


@lru_cache(maxsize=16)
def html_environment(workspace: Path, language: str) -> Environment:
    """Return the environment of templates whose output is MJML or HTML; it escapes."""
    environment = _environment(workspace, language, autoescape=True)

    @pass_context
    def words(context: Context, text: str) -> Markup:
        return Markup().join(
            Markup("<sup>{}</sup>").format(part) if raised else escape(part)
            for part, raised in split_superscripts(context["typeset"](text), language=language)
        )

    @pass_context
    def markdown(context: Context, text: str | Signed, level: int) -> Markup:
        return Markup(render_html(_parsed(context, text), heading_level=level))  # noqa: S704 - it escapes

    @pass_context
    def lines(context: Context, text: str) -> Markup:
        return Markup("<br/>").join(words(context, line) for line in text.splitlines())

    environment.filters.update(words=words, markdown=markdown, lines=lines)
    environment.filters["stacked"] = lambda lines: Markup("<br/>").join(filter(None, lines))
    return environment


@lru_cache(maxsize=16)
def text_environment(workspace: Path, language: str) -> Environment:
    """Return the environment of `templates/text`; it escapes nothing, for text has no markup."""
    environment = _environment(workspace, language, autoescape=False)

    @pass_context
    def markdown(context: Context, text: str | Signed) -> str:
        number = context["links"].number
        return render_markdown_text(_parsed(context, text), width=LINE_WIDTH, number_link=number)

    @pass_context
    def linked(context: Context, url: str) -> str:
        return f"[{context['links'].number(readable_address(url))}]"

    def wrapped(text: str, first: str = "", rest: str = "") -> str:
        return wrap(text, LINE_WIDTH, first, rest)

    def address(text: str) -> str:
        return "\n".join(apply_typography(line, language=language) for line in text.splitlines())

    environment.filters.update(markdown=markdown, linked=linked, wrap=wrapped, address=address)
    environment.filters["bullet"] = partial(wrapped, first="- ", rest="  ")
    return environment


def _parsed(context: Context, text: str | Signed) -> MarkdownText:
    parsed: MarkdownText = context["parsed"](getattr(text, "text", text))
    return parsed


def _environment(workspace: Path, language: str, *, autoescape: bool) -> Environment:
    say, colon = translator(language), f"{NBSP}:" if language == "fr" else ":"
    environment = sandbox.Sandbox(
        loader=sandbox.OwnFirst(workspace),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=sandbox.CompiledTemplates(),
    )
    environment.globals |= {"_": say, "counted": counting(language)}
    environment.filters |= {
        "plain": pass_context(lambda context, text: context["typeset"](text)),
        "colon": lambda text: text.removesuffix(":").rstrip(f" {NBSP}{NARROW_NBSP}") + colon,
        "quoted": lambda text: _quoted(text, language),
        "facts": _joined_facts,
        "version": lambda other: localised.VERSIONS[other],
        "status": lambda status: say(STATUSES[status]),
        "day_of_month": lambda day: str(day.day),
        "short_month": lambda day: localised.SHORT_MONTHS[language[:2]][day.month - 1],
        "day": lambda day: localised.format_day(day, language),
        "moment": pass_context(lambda at, day: localised.format_moment(day, language, at["zone"])),
        "event_days": pass_context(
            lambda at, it: localised.format_event(it.start, it.end, language, at["zone"])
        ),
        "days": lambda days: localised.format_days(days[0], days[1], language),
        "embargo": lambda embargo: localised.format_embargo(embargo, language),
        "opened_by": lambda lead, place, day: _opened_by(lead, place, day, language),
        # Typography takes the dash behind the date for one that opens an aside.
        "after_dateline": lambda lead: lead.replace(f" –{NBSP}", f"{NBSP}– ", 1),
        "telephones": localised.telephones,
        "dialled": localised.dialled,  # for templates of version 0.2
        "spoken": lambda answer, speaker: _spoken(answer, speaker, language),
        "bare_address": lambda url: re.sub("^https?://", "", url).rstrip("/"),
    }
    return environment


def _quoted(text: str, language: str) -> str:
    """Return `text` in quotation marks; each paragraph opens anew, the last one closes."""
    # So the Lexique of the Imprimerie nationale and the Chicago Manual of Style, 13.32.
    opening, closing = _QUOTES[language[:2]]
    return "\n\n".join(f"{opening}{each}" for each in text.split("\n\n")) + closing


def _joined_facts(facts: Iterable[str | None]) -> str:
    """Return the facts that there are as one line, which no dot begins; Markup stays Markup."""
    known = [fact for fact in facts if fact]
    kind = Markup if any(isinstance(fact, Markup) for fact in known) else str
    return kind(f"{NBSP}· ").join(known)


def _spoken(answer: str, speaker: str, language: str) -> str:
    """Return the Markdown of an answer that its speaker's name opens: "**V. T. :** Oui…"."""
    words = f"**{localised.format_speaker(speaker, language)}**"
    return _opening(words, answer) if speaker else answer


def _opened_by(lead: str, place: str, day: date, language: str) -> str:
    """Return the Markdown of a release's lead behind its dateline: "Paris, le 12 mars 2025 – …"."""
    dateline = localised.format_dateline(place, day, language)
    plain = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", dateline)  # no sign of it is Markdown's
    return _opening(f"{plain}{NBSP}–", lead)


def _opening(words: str, text: str) -> str:
    """Return the Markdown of `words` and `text` as one paragraph, if the text begins with one."""
    # Before a list or a quotation the words stand alone: inside, they would be in its first line.
    is_paragraph = re.match(r"[^\W_]|[«“\"*(\[]", text) and not re.match(r"\d+[.)]|\* ", text)
    return f"{words}{' ' if is_paragraph else chr(10) * 2}{text}"


def environment_of(name: str, workspace: Path, language: str) -> Environment:
    """Return the environment of the part that a template belongs to."""
    makes = text_environment if name.startswith("text/") else html_environment
    return makes(workspace, language)


def render_template(environment: Environment, name: str, context: Mapping[str, object]) -> str:
    """Return what the template gives; a fault in one names its file and line."""
    # What an expression of a template raises, `{{ 1/0 }}`, is a fault of the template. What our own
    # code raises below it is ours, and stays what it is; but where a template that is not ours gave
    # a filter the wrong kind of value, that template is at fault.
    try:
        with sandbox.allowance():
            template = environment.get_template(name)
            text = template.render(context)
    except TemplateSyntaxError as error:
        raise _template_error(error, error.filename or name, error.lineno, environment) from error
    except _FAULTS as error:
        place, is_at_fault = _place_of(error, environment)
        if not isinstance(error, TemplateError) and not (place and is_at_fault):
            raise
        raise _template_error(error, *(place or (name, 1)), environment) from error
    if len(text) > sandbox.MAX_TEXT:
        raise _template_error(MemoryError(), template.filename or name, 1, environment)
    return text


def _place_of(error: Exception, environment: Environment) -> tuple[tuple[str, int] | None, bool]:
    """Return file and line of the template that the error is told of, and if it is at fault."""
    # It is the innermost own one in the traceback, for a packaged macro may be called wrongly, else
    # the innermost. One is at fault where nothing but Jinja's own code, its filters, lies below.
    place, own, is_at_fault = None, None, False
    folders = cast(sandbox.OwnFirst, environment.loader).searchpath
    for frame, line in walk_tb(error.__traceback__):
        file, module = frame.f_code.co_filename, frame.f_globals.get("__name__", "")
        if any(Path(file).is_relative_to(folder) for folder in folders):
            place, is_at_fault = (file, line), True
            own = own if _is_packaged(file) else place
        elif module != sandbox.__name__ and module.partition(".")[0] not in _JINJA:
            is_at_fault = place is not None and place == own and isinstance(error, _WRONG_KIND)
    return own or place, is_at_fault


def _is_packaged(file: str) -> bool:
    return Path(file).resolve().is_relative_to((packaged_files() / "templates").resolve())


def _template_error(
    error: Exception, file: str, line: int, environment: Environment
) -> NewsletterError:
    what = error.message if isinstance(error, TemplateError) else str(error)
    if type(error) in _ENDLESS:
        what = _(_ENDLESS[type(error)])
    message = _("the template {file} fails at line {line}: {what}")
    hint = _("compare it with the packaged template")
    gone = _GONE.search(what or "")
    if gone and gone[1] in MOVED:
        new = MOVED[gone[1]]
        hint = _("write {new} in place of '{old}'") if new else _("'{old}' is gone: leave it out")
        hint = hint.format(old=gone[1], new=new)
    own, _packaged = cast(sandbox.OwnFirst, environment.loader).searchpath
    if _is_packaged(file) and Path(own).is_dir():
        hint = _("an own template is too old for it: newsletter templates lists yours")
    return NewsletterError(message.format(file=file, line=line, what=what), hint=hint)
