"""How texts are built: their headings, their lists, their capitals."""

import re

from newsletter.checks.reading.said import OPAQUE, Said
from newsletter.checks.rule import Checked, Findings, at_words, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.markdown.pasted_text import ARROW_LIST
from newsletter.source import Loc

_TYPED = re.compile(r"^ {0,3}(?P<signs>#{1,6})(?=[ \t]).*$", re.MULTILINE)
_BUILT = re.compile(r"<h(?P<level>[1-6])[ >]")
# The blocks of pictographs, dingbats and arrows, and what joins and colours them.
_EMOJI = (
    "[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    "[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_LINE = re.compile(rf"^[ \t]*(?:[-*+] +)?(?P<emoji>{_EMOJI})", re.MULTILINE)
_CAPITALS = "A-ZÀ-ÖØ-ÞŒ"
# Three words in a row, or one that is too long for an acronym (DIGITALEUROPE has 13 letters).
_SHOUTED = re.compile(
    rf"\b[{_CAPITALS}]{{2,}}(?:[ '’\u00a0\u202f-]+[{_CAPITALS}]+)+\b|\b[{_CAPITALS}]{{14,}}\b"
)
_WORD = re.compile(rf"[{_CAPITALS}]+")
# A row of acronyms (DGE ANSSI CNIL) has no word as long.
_MIN_LONGEST = 6


@rule(Level.WARNING)
def heading_order(checked: Checked) -> Findings:
    """Heading levels follow one another without a gap.

    People who listen to a page jump from heading to heading, and a missing level sounds like missing
    text. Directly under an item's title, the next level is `##`; `###` comes under a `##`.
    Fails: `#### The calendar` at the start of a text.
    Passes: `## The calendar`, then `### In March` under it.
    Source: WCAG 1.3.1, technique H42.
    """
    seen: set[Loc] = set()
    for text in checked.texts:
        if text.is_markdown and "###" in text.text:
            for finding in _in_text(text):
                seen.add(finding.loc)
                yield finding
    last = None
    for heading in _BUILT.finditer(checked.document.html):
        level, loc = int(heading["level"]), checked.loc_of(heading.start())
        # An item of which a text is at fault has been told.
        if last and level > last + 1 and not any(each[: len(loc)] == loc for each in seen):
            message = _("a level {level} heading follows a level {last} heading")
            hint = _("write <h{level}> in the template").format(level=last + 1)
            yield found(message.format(level=level, last=last), hint, loc)
        last = level


def _in_text(text: Said) -> Findings:
    last = 1  # `#` and `##` are both the level under the title
    for heading in _TYPED.finditer(text.prose):
        level = max(2, len(heading["signs"]))
        if level > last + 1:
            message = _("the heading '{heading}' skips a level")
            span, hint = (heading.start("signs"), heading.end()), _("write {signs} before it")
            words = text.text[slice(*span)].strip()
            yield at_words(text, span, message, hint, heading=words, signs="#" * (last + 1))
        last = level


@rule(Level.WARNING)
def main_heading(checked: Checked) -> Findings:
    """The email has one level 1 heading: its title.

    This is where people who listen to the email start. Without it, they have to hear everything to
    learn what the email is about; with two, they cannot tell which is the title.
    Fails: a template of your own with the title in `<p><b>…</b></p>`.
    Passes: `<h1>{{ issue.title }}</h1>`, once.
    Source: Email Markup Consortium 2026 (74 per cent of emails fail); WCAG 1.3.1.
    """
    headings = list(checked.tags("h1"))
    if not headings:
        hint = _("put the title in <h1> in the template")
        yield found(_("the email has no level 1 heading"), hint)
    for loc, _heading in headings if len(headings) > 1 else ():
        message = _("the email has {count} level 1 headings")
        yield found(message, _("keep <h1> for the title in the template"), loc, count=len(headings))


@rule(Level.WARNING)
def emoji_bullets(checked: Checked) -> Findings:
    """Lists are real lists, without emoji at the start of lines.

    A screen reader says "white heavy check mark" before each line, and cannot tell how many items
    there are; some email programs show empty squares.
    Fails: `✅ a smaller lot` and `✅ a deadline kept`, each on its own line.
    Passes: `- a smaller lot` and `- a deadline kept`.
    Source: WCAG 1.3.1, failure F2.
    """
    for text in checked.texts:
        if not text.is_markdown or text.text.isascii():
            continue
        # Arrows at the start of lines are a list in the mail already.
        prose = ARROW_LIST.sub(lambda met: re.sub(".", OPAQUE, met[0]), text.prose)
        lines = list(_LINE.finditer(prose))
        if len(lines) > 1:
            message = _("{count} lines start with an emoji such as '{emoji}'")
            hint = _("start each line with a hyphen and a space to make a list")
            span, emoji = lines[0].span("emoji"), lines[0]["emoji"]
            yield at_words(text, span, message, hint, count=len(lines), emoji=emoji)


@rule(Level.WARNING)
def all_capitals(checked: Checked) -> Findings:
    """Text is not written all in capitals.

    Capitals are slower to read, some screen readers spell them out, and readers feel shouted at.
    Acronyms such as NHS, GDPR and BBC are not affected.
    Fails: `subject: REGISTER BEFORE FRIDAY`
    Passes: `subject: Register before Friday`
    Source: SpamAssassin SUBJ_ALL_CAPS, for the subject; plain language guides for the rest.
    """
    for text, run in checked.matches(_SHOUTED):
        lengths = [len(word) for word in _WORD.findall(run[0])]
        if max(lengths) > 13 or (len(lengths) >= 3 and max(lengths) >= _MIN_LONGEST):
            message = _("'{words}' is written in capitals")
            hint = _("use sentence case; ** makes words bold")
            yield at_words(text, run.span(), message, hint, words=run[0])
