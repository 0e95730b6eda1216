"""Faults of language that typography may not mend."""

import re
from collections.abc import Mapping

from newsletter.checks.reading.said import Said
from newsletter.checks.rule import Checked, Finding, Findings, at_words, rule
from newsletter.i18n import _
from newsletter.problems.problem import Level

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
    for text, word in checked.matches(_WORD):
        if word[0] in _MENDED:
            yield _unaccented(text, word.span(), _MENDED[word[0]])
    for text, word in checked.matches(_CEDILLA):
        yield _unaccented(text, word.span(), "Ça")
    for text, word in checked.matches(_A):
        if not _ENGLISH.search(text.prose):
            yield _unaccented(text, word.span("letter"), "À")


def _unaccented(text: Said, span: tuple[int, int], mended: str) -> Finding:
    start, end = span
    message = _("'{word}' is missing its accent")
    if mended == "Ça":
        message = _("'{word}' is missing its cedilla")
    word = text.text[start:end]
    # A letter alone is found everywhere: the word after it belongs to what is looked for.
    longer = re.compile(r"\s*\S+").match(text.text, end) if end - start == 1 else None
    place = start, longer.end() if longer else end
    return at_words(text, place, message.format(word=word), _("write {word}").format(word=mended))


@rule(Level.ADVICE, language="fr")
def wrong_ordinal(checked: Checked) -> Findings:
    """French ordinals are written 1er, 1re, 2e, XXIe.

    "1ère", "2ème" and "XXIème" are common in handwriting, but not in print. The program sets the
    correct endings as superscripts, and leaves these as they are.
    Fails: `La 2ème édition, au XXIème siècle`
    Passes: `La 2e édition, au XXIe siècle`
    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale, "Abréviations".
    """
    for text, found in checked.matches(_ORDINAL):
        is_first = found["number"] in ("1", "I")
        ending = "re" if is_first and found["ending"].endswith("re") else "e"
        message = _("'{ordinal}' is not how this ordinal is written").format(ordinal=found[0])
        word = f"{found['number']}{ending}{found['plural']}"
        yield at_words(text, found.span(), message, _("write {word}").format(word=word))


@rule(Level.WARNING)
def repeated_word(checked: Checked) -> Findings:
    """No word is written twice in a row by accident.

    Two people editing leave "the the" behind; whoever reads the email aloud, or listens to it, stumbles.
    Fails: `We handed in the the report`
    Passes: `We handed in the report`; "had had" is correct English.
    Source: LanguageTool, rules FRENCH_WORD_REPEAT_RULE and ENGLISH_WORD_REPEAT_RULE.
    """
    for text, found in checked.matches(_TWICE):
        word, again = found["word"].lower(), found["again"]
        is_gerund = word == "en" and _GERUND.match(text.prose, found.end())
        if again.islower() and word not in _RIGHTLY and not is_gerund:
            message = _("'{word}' is written twice in a row")
            yield at_words(text, found.span(), message, _("remove one of them"), word=again)
