"""Faults of language that typography may not mend, and dates that cannot be meant."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import Said
from newsletter.checks.rule import Finding, Findings, at_words, found, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.values.dates import WEEKDAYS
from newsletter.values.structures import Event

# Words that are seldom a name, and that mean nothing without their first accent.
_ACCENTED = (
    "Écart Écarts Échange Échanges Échéance Échéances Échec Éclairage École Écoles Écologie "
    "Écologique Économie Économies Économique Économiques Écoute Écoutez Écran Écrans Écrire "
    "Écrit Écrits Écrivez Éditeur Éditeurs Édition Éditions Édito Éditorial Éducation Égal "
    "Également Égalité Élaborer Élargir Élection Élections Électricité Électronique Élément "
    "Éléments Élève Élèves Élu Élue Élues Élus Élysée Émergence Émission Émissions Énergétique "
    "Énergie Énergies Énormément Épargne Époque Équilibre Équipe Équipement Équipements Équipes "
    "Établissement Établissements Étaient Étais Était Étant Étape Étapes État États Été Étranger Étrangers Être Étude "
    "Études Étudiant Étudiante Étudiantes Étudiants Étudier Évaluation Évaluations Évaluer "
    "Évènement Évènements Événement Événements Évidemment Éviter Évolution Évolutions Île Îles "
    "Êtes Œuvre Œuvres"
)
_BARE_FIRST = {"É": "E", "Ê": "E", "Î": "I", "Œ": "Oe"}
_NO_ACCENTS = str.maketrans("éèêÉÈÊÎ", "eeeEEEI")
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
# The second in small letters: « Duran Duran » is a name. A line break may stand between.
_TWICE = re.compile(
    r"(?<![\w'’-])(?P<word>[^\W\d_]{2,}|à)[ \t\u00a0\u202f]*(?:\n[ \t]*)?(?<=\s)"
    r"(?P<again>(?P=word))\b(?![-'’])",
    re.IGNORECASE,
)
_RIGHTLY = frozenset({
    "nous", "vous", "faire", "très", "si", "oui", "non", "bla", "ha", "hé", "ah", "oh", "cha",
    "had", "that", "very", "bye",
})  # fmt: skip
# « en en parlant »: the second is a pronoun.
_GERUND = re.compile(r"\s+\w+ant\b")
YEAR = timedelta(days=366)
_FIELDS = ("start", "end", "registration_deadline")


def _mended() -> Mapping[str, str]:
    """Return each word as it is mistyped -> as it is written."""
    mended: dict[str, str] = {}
    for word in _ACCENTED.split():
        first = _BARE_FIRST[word[0]] + word[1:]
        mended[first] = mended[first.translate(_NO_ACCENTS)] = word
        # In capitals, a short one may be an acronym.
        if len(word) > 3:
            mended[first.upper()] = mended[first.upper().translate(_NO_ACCENTS)] = word.upper()
    return mended


_MENDED = _mended()


@rule(Level.WARNING, language="fr")
def unaccented_capital(checked: Checked) -> Findings:
    """Capital letters keep their accents.

    "A Paris" reads like a verb, "Etat" like a misprint, and the email looks careless. The program
    never changes your letters: this is yours to fix.
    Fails: `A noter : l'Etat et la région signent. Ca commence.`
    Passes: `À noter : l'État et la région signent. Ça commence.`
    Source: Académie française, "Accentuation des majuscules"; Lexique de l'Imprimerie nationale.
    """
    for text in checked.texts:
        prose = text.prose
        for met in _WORD.finditer(prose):
            if met[0] in _MENDED:
                yield _unaccented(text, met.span(), _MENDED[met[0]])
        for met in _CEDILLA.finditer(prose):
            yield _unaccented(text, met.span(), "Ça")
        for met in _A.finditer(prose):
            if not _ENGLISH.search(prose):
                yield _unaccented(text, met.span("letter"), "À")


def _unaccented(text: Said, span: tuple[int, int], mended: str) -> Finding:
    start, end = span
    message = _("'{word}' is missing its accent")
    if mended == "Ça":
        message = _("'{word}' is missing its cedilla")
    word = text.text[start:end]
    # A letter alone is found everywhere: the word after it belongs to what is looked for.
    longer = re.compile(r"\s*\S+").match(text.text, end) if end - start == 1 else None
    place = start, longer.end() if longer else end
    hint = _("write {word}").format(word=mended)
    return at_words(text, place, message.format(word=word), hint)


@rule(Level.ADVICE, language="fr")
def wrong_ordinal(checked: Checked) -> Findings:
    """French ordinals are written 1er, 1re, 2e, XXIe.

    "1ère", "2ème" and "XXIème" are common in handwriting, but not in print. The program sets the
    correct endings as superscripts, and leaves these as they are.
    Fails: `La 2ème édition, au XXIème siècle`
    Passes: `La 2e édition, au XXIe siècle`
    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, "Abréviations".
    """
    for text, met in checked.matches(_ORDINAL):
        is_first = met["number"] in ("1", "I")
        ending = "re" if is_first and met["ending"].endswith("re") else "e"
        message = _("'{ordinal}' is not how this ordinal is written").format(ordinal=met[0])
        word = f"{met['number']}{ending}{met['plural']}"
        yield at_words(text, met.span(), message, _("write {word}").format(word=word))


@rule(Level.WARNING)
def repeated_word(checked: Checked) -> Findings:
    """No word is written twice in a row by accident.

    Two people editing leave "le le" behind; who reads the email aloud, or listens to it, stumbles.
    Fails: `We handed in the the report`
    Passes: `We handed in the report`; "had had" is correct English.
    Source: the most common slip, and one that spell checkers miss in a YAML file.
    """
    for text, met in checked.matches(_TWICE):
        word, again = met["word"].lower(), met["again"]
        is_gerund = word == "en" and _GERUND.match(text.prose, met.end())
        if again.islower() and word not in _RIGHTLY and not is_gerund:
            message = _("'{word}' is written twice in a row")
            yield at_words(text, met.span(), message, _("remove one of them"), word=again)


@rule(Level.WARNING)
def past_event(checked: Checked) -> Findings:
    """An agenda lists events to come.

    An event before the date of the issue is nearly always last month's, or has the wrong year.
    Fails: `start: 2024-02-12 18:00` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-02-12 18:00` in the same issue.
    Source: an issue started with `newsletter new --from` keeps the previous month's agenda.
    """
    day = checked.issue.date
    for loc, event in checked.structures(Event):
        deadline = event.registration_deadline
        if _day(event.end or event.start) < day:
            message = _("'{title}' is already over on the date of the issue, {date}")
            hint = _("check its date and the date of the issue")
            place = (*loc, "end" if event.end else "start")
            yield found(message, hint, place, title=event.title, date=day)
        elif deadline and _day(deadline) < day:
            message = _(
                "registration for '{title}' is already closed on the date of the issue, {date}"
            )
            hint = _("check registration_deadline:, or remove it")
            place = (*loc, "registration_deadline")
            yield found(message, hint, place, title=event.title, date=day)


@rule(Level.ERROR)
def wrong_weekday(checked: Checked) -> Findings:
    """The day of the week matches the date.

    "Mardi 5 mars 2025" was a Wednesday: half the readers come on Tuesday, the other half on the 5th.
    If there is no year, the rule takes the date nearest to the issue's.
    Fails: `Join us on Tuesday 5 March 2025`
    Passes: `Join us on Wednesday 5 March 2025`
    Source: the calendar.
    """
    for text, named in checked.dates:
        if named.weekday not in (None, named.day.weekday()):
            span = named.start, named.end
            weekday = WEEKDAYS[named.language][named.day.weekday()]
            message, hint = _("'{date}' is a {weekday}"), _("write {weekday}, or correct the date")
            yield at_words(text, span, message, hint, date=text.text[slice(*span)], weekday=weekday)


@rule(Level.ADVICE)
def distant_date(checked: Checked) -> Findings:
    """An event is within a year of the issue's date.

    A date in 2052 is usually a slip for 2025, and 2026 may be one too: few events are announced so
    early. Past dates are not checked, only those to come.
    Fails: `start: 2026-12-02` in an issue of `date: 2025-01-06`
    Passes: `start: 2025-12-02` in the same issue.
    Source: a year in the future is more often a slip than a plan.
    """
    near = checked.issue.date
    message = _("{day} is more than a year after the date of the issue, {date}")
    hint = _("check the year")
    for loc, event in checked.structures(Event):
        for name in ("start", "end", "registration_deadline"):
            moment = getattr(event, name)
            # What is over is told by `past-event`.
            if moment is not None and _day(moment) - near > YEAR:
                yield found(message, hint, (*loc, name), day=_day(moment), date=near)
    for text, named in checked.dates:
        if named.has_year and named.day - near > YEAR:
            span = named.start, named.end
            yield at_words(text, span, message, hint, day=named.day, date=near)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
