"""Capital letters keep their accents.

"A Paris" reads like a verb, "Etat" like a misprint, and the email looks careless. The program
never changes your letters: this is yours to fix.

Fails: `A noter : l'Etat et la région signent. Ca commence.`
Passes: `À noter : l'État et la région signent. Ça commence.`

Source: Académie française, "Accentuation des majuscules"; Lexique de l'Imprimerie nationale.
"""

import re
from collections.abc import Iterator, Mapping

from newsletter.checks.checked import Checked
from newsletter.checks.reading.said import Said
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

# Words that are seldom a name, and that mean nothing without their first accent.
_ACCENTED = (
    "Écart Écarts Échange Échanges Échéance Échéances Échec Éclairage École Écoles Écologie "
    "Écologique Économie Économies Économique Économiques Écoute Écoutez Écran Écrans Écrire "
    "Écrit Écrits Écrivez Éditeur Éditeurs Édition Éditions Édito Éditorial Éducation Égal "
    "Également Égalité Élaborer Élargir Élection Élections Électricité Électronique Élément "
    "Éléments Élève Élèves Élu Élue Élues Élus Élysée Émergence Émission Émissions Énergétique "
    "Énergie Énergies Énormément Épargne Époque Équilibre Équipe Équipement Équipements Équipes "
    "Établissement Établissements Étant Étape Étapes État États Été Étranger Étrangers Être Étude "
    "Études Étudiant Étudiante Étudiantes Étudiants Étudier Évaluation Évaluations Évaluer "
    "Évènement Évènements Événement Événements Évidemment Éviter Évolution Évolutions Île Îles "
    "Œuvre Œuvres"
)
_BARE_FIRST = {"É": "E", "Ê": "E", "Î": "I", "Œ": "Oe"}
_NO_ACCENTS = str.maketrans("éèêÉÈÊÎ", "eeeEEEI")


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


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each capital of a French issue that lost its accent or cedilla."""
    if checked.language != "fr":
        return
    for text in checked.texts:
        prose = text.prose
        for found in _WORD.finditer(prose):
            if found[0] in _MENDED:
                yield _finding(text, found.span(), _MENDED[found[0]])
        for found in _CEDILLA.finditer(prose):
            yield _finding(text, found.span(), "Ça")
        for found in _A.finditer(prose):
            if not _ENGLISH.search(prose):
                yield _finding(text, found.span("letter"), "À")


def _finding(text: Said, span: tuple[int, int], mended: str) -> Finding:
    start, end = span
    message = _("'{word}' is missing its accent").format(word=text.text[start:end])
    if mended == "Ça":
        message = _("'{word}' is missing its cedilla").format(word=text.text[start:end])
    hint = _("write {word}").format(word=mended)
    # A letter alone is found everywhere: the word after it belongs to what is looked for.
    longer = re.compile(r"\s*\S+").match(text.text, end) if end - start == 1 else None
    return finding_at(text, start, longer.end() if longer else end, message, hint)
