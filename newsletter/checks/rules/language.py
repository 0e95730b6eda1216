"""How texts are written: their headings, lists and capitals; what typography may not mend."""

import re

from newsletter.checks.reading import OPAQUE, Said
from newsletter.checks.rule import Checked, Finding, Findings, at_words, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.rendering.markdown.pasted_text import ARROW_LIST
from newsletter.source import Loc
from newsletter.values.suggestions import fold

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
# A row of acronyms (DGE ANSSI CNIL) has no word as long.
_MIN_LONGEST = 6
# Seldom a name, and nothing without their first accent; in the plural too.
_ACCENTED = (
    "Écart Échange Échéance Échec Éclairage École Écologie Écologique Économie Économique Écoute "
    "Écoutez Écran Écrire Écrit Écrivez Éditeur Édition Édito Éditorial Éducation Égal Également "
    "Égalité Élaborer Élargir Élection Électricité Électronique Élément Élève Élu Élue Élysée "
    "Émergence Émission Énergétique Énergie Énormément Épargne Époque Équilibre Équipe Équipement "
    "Établissement Étaient Étais Était Étant Étape État Été Étranger Être Étude Étudiant "
    "Étudiante Étudier Évaluation Évaluer Évènement Événement Évidemment Éviter Évolution Île Êtes "
    "Œuvre"
)
_WORDS = [word for each in _ACCENTED.split() for word in (each, f"{each}s")]
# As they are typed, in small letters: without an accent, or with all but the first.
_MENDED = {fold(word): word for word in _WORDS}
_MENDED |= {fold(word[0]) + word[1:]: word for word in _WORDS}
# A capital after it: the beginning of an English title, "Education First".
_WORD = re.compile(r"[EIO](?<![-.\w][EIO])\w+\b(?!\.\w| [A-Z][a-z])")
_CEDILLA = re.compile(r"(?<![-.\w])Ca(?= [a-zà-ÿ])")
# After the preposition stands a place, or one of these; after the verb (« A fondé… ») another.
_NEXT = (
    "suivre|noter|lire|retenir|voir|venir|propos|partir|la|cette|cet|ces|ce|vos|nos|vous|nous|tous|"
    "toutes?|tout|chaque|quoi|qui|quand|bientôt|défaut|travers|découvrir|savoir|faire|votre|notre|"
    "leurs?|mi|midi|moins|part|nouveau|terme|titre|compter|côté|distance"
)
_A = re.compile(
    r"(?:^|[.!?:…«»•*\"“-])[\s*]{0,8}(?P<letter>A)"
    rf"(?= (?:{_NEXT})\b| l['’]| [A-Z][a-zà-ÿ]+(?!\.))",
    re.MULTILINE,
)
_ENGLISH = re.compile(r"\b(?:the|of|and|for|to|with|in)\b")
_ORDINAL = re.compile(
    r"\b(?P<number>\d+|[IVX]+)[ \u00a0\u202f]?(?P<ending>i?[èée]me|[èe]re)(?P<plural>s?)\b"
)
# The second in small letters: « Duran Duran » is a name. A line break may stand between. Of
# « en en parlant » the second is a pronoun.
_TWICE = re.compile(
    r"(?<![\w'’-])(?P<word>[^\W\d_]{2,}|à)[ \t\u00a0\u202f]*(?:\n[ \t]*)?(?<=\s)"
    r"(?P<again>(?P=word))\b(?![-'’])(?!(?<=\ben)\s+\w+ant\b)",
    re.IGNORECASE,
)
_RIGHTLY = frozenset({
    "nous", "vous", "faire", "très", "si", "oui", "non", "bla", "ha", "hé", "ah", "oh", "cha",
    "had", "that", "very", "bye",
})  # fmt: skip


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

    People who listen to the email start there: without it, or with two, they must hear everything.
    Fails: a template of your own with the title in `<p><b>…</b></p>`.
    Passes: `<h1>{{ issue.title }}</h1>`, once.
    Source: Email Markup Consortium 2026 (74 per cent of emails fail); WCAG 1.3.1.
    """
    if not (headings := list(checked.tags("h1"))):
        hint = _("put the title in <h1> in the template")
        yield found(_("the email has no level 1 heading"), hint)
    for loc, _heading in headings if len(headings) > 1 else ():
        message = _("the email has {count} level 1 headings")
        yield found(message, _("keep <h1> for the title in the template"), loc, count=len(headings))


@rule(Level.WARNING)
def emoji_bullets(checked: Checked) -> Findings:
    """Lists are real lists, without emoji at the start of lines.

    A screen reader says "white heavy check mark" before each line; some programs show empty squares.
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

    Capitals are slower to read, and readers feel shouted at. Acronyms such as NHS and BBC may stay.
    Fails: `subject: REGISTER BEFORE FRIDAY`
    Passes: `subject: Register before Friday`
    Source: SpamAssassin SUBJ_ALL_CAPS, for the subject; plain language guides for the rest.
    """
    for text, run in checked.matches(_SHOUTED):
        lengths = [len(word) for word in re.findall(rf"[{_CAPITALS}]+", run[0])]
        if max(lengths) > 13 or (len(lengths) >= 3 and max(lengths) >= _MIN_LONGEST):
            message = _("'{words}' is written in capitals")
            hint = _("use sentence case; ** makes words bold")
            yield at_words(text, run.span(), message, hint, words=run[0])


@rule(Level.WARNING, language="fr")
def unaccented_capital(checked: Checked) -> Findings:
    """Capital letters keep their accents.

    "A Paris" reads like a verb, "Etat" like a misprint; the program never changes your letters.
    Fails: `A noter : l'Etat et la région signent. Ca commence.`
    Passes: `À noter : l'État et la région signent. Ça commence.`
    Source: Académie française, "Accentuation des majuscules"; Lexique de l'Imprimerie nationale.
    """
    for text, word in checked.matches(_WORD):
        mended, in_capitals = _MENDED.get(word[0].lower()), word[0].isupper()
        # In capitals, a short one may be an acronym.
        if mended and not (in_capitals and len(mended) <= 3):
            yield _unaccented(text, word.span(), mended.upper() if in_capitals else mended)
    for text, word in checked.matches(_CEDILLA):
        yield _unaccented(text, word.span(), "Ça")
    for text, word in checked.matches(_A):
        if not _ENGLISH.search(text.prose):
            yield _unaccented(text, word.span("letter"), "À")


def _unaccented(text: Said, span: tuple[int, int], mended: str) -> Finding:
    message = _("'{word}' is missing its accent")
    if mended == "Ça":
        message = _("'{word}' is missing its cedilla")
    message = message.format(word=text.text[slice(*span)])
    return at_words(text, span, message, _("write {word}").format(word=mended))


@rule(Level.ADVICE, language="fr")
def wrong_ordinal(checked: Checked) -> Findings:
    """French ordinals are written 1er, 1re, 2e, XXIe.

    "1ère" and "2ème" are handwriting, not print; the program leaves them, and raises the right endings.
    Fails: `La 2ème édition, au XXIème siècle`
    Passes: `La 2e édition, au XXIe siècle`
    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, "Abréviations".
    """
    for text, ordinal in checked.matches(_ORDINAL):
        is_first = ordinal["number"] in ("1", "I")
        ending = "re" if is_first and ordinal["ending"].endswith("re") else "e"
        message = _("'{ordinal}' is not how this ordinal is written").format(ordinal=ordinal[0])
        word = f"{ordinal['number']}{ending}{ordinal['plural']}"
        yield at_words(text, ordinal.span(), message, _("write {word}").format(word=word))


@rule(Level.WARNING)
def repeated_word(checked: Checked) -> Findings:
    """No word is written twice in a row by accident.

    Two people editing leave "the the" behind; whoever reads the email aloud, or listens to it, stumbles.
    Fails: `We handed in the the report`
    Passes: `We handed in the report`; "had had" is correct English.
    Source: LanguageTool, rules FRENCH_WORD_REPEAT_RULE and ENGLISH_WORD_REPEAT_RULE.
    """
    for text, twice in checked.matches(_TWICE):
        word, again = twice["word"].lower(), twice["again"]
        if again.islower() and word not in _RIGHTLY:
            message = _("'{word}' is written twice in a row")
            yield at_words(text, twice.span(), message, _("remove one of them"), word=again)
