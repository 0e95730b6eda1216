"""The word that a writer probably meant, French words included."""

import difflib
import os.path
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from newsletter.i18n import _

# What French writers type where the format has an English word that is spelt otherwise. Keys are
# folded (`fold`); the first of the words that fits the place is proposed.
_ENTRIES = """
    a cote: beside; a lire aussi: links; a noter: save-the-date; a propos: about; a retenir:
    takeaways; accroche: preheader, lead; actualite: article; adresse: address, url; allure: look;
    annule: cancelled; annule et remplace: replaces; appel: call-to-action; articles: items; au
    dessus: above; auteur: author; bas: bottom; bio: biography; bouton: button, call-to-action;
    breve: article; cadrage: focus; cartes: cards; chapeau: lead, introduction; chapo: lead,
    introduction; charte: brand; chiffre: value, figures, key-figures; chiffres: figures,
    key-figures; chiffres cles: figures, key-figures; citation: quote, text; citations: quotes;
    coins: corners; color: colour; colors: colours; communique: press-release; communique de presse:
    press-release; complet: full; compte rendu: event-recap; conclusion: closing; contacts presse:
    contacts; contenu: body; corps: body; couleur: colour, brand; couleurs: colours; coulisses:
    behind-the-scenes; courriel: email; date: date, start; debut: start; deux: two; diplomes:
    education; dirigeants: leaders; disposition: layout; droite: right; droits: rights; duree:
    duration; edito: introduction, editorial; editorial: introduction, editorial; elements: items;
    en tete: header; encadre: box; entretien: interview; espacement: spacing; etiquette: label;
    evenement: event-recap; evenements: events, agenda; exergue: pull_quote, pull_quotes; exergues:
    pull_quotes; expediteur: sender; expediteurs: senders; fiche: organisation; fichier: file; film:
    video; fin: end; fonction: role; fondation: founded; fonde: founded; formation: education;
    fuseau: timezone; fuseau horaire: timezone; gauche: left; genre: kind; haut: top; icone: icon;
    image: picture, file; infolettre: newsletter; intervenant: speaker; intervenants: people; jour:
    date; legende: caption; lettre: newsletter; libelle: label; lien: link, url, read_more; liens:
    links; lieu: place; lire la suite: read_more; liste: list; mail: email; marque: brand; membre
    de: member_of; mise en page: layout; mot: note; nom: name; objet: subject; organisateurs:
    organisers; parcours: career; participants: attendance; personne: person; personnes: people;
    photo: picture; photos: media; pied: footer; pleine largeur: hero; polices: fonts; portrait:
    person, picture; poste: role; postes: career; pour: for; prix: price; questions: exchanges;
    quote: quote, text; reco: recommendation; remplace: replaces; rencontres: met; reponse: answer;
    reporte: postponed; role: role; rubriques: sections; sauf: not_for; sigle: short_name;
    signature: closing; site: website; sous titre: subheadline; statut: status; sujet: subject;
    sujets: topics; surtitre: label; tarif: price; texte: body, text; themes: topics; titre: title,
    headline; transcription: transcript; trois: three; type: kind; ville: place; visuels: media;
    when: when, start
"""
_PAIRS = (entry.split(": ") for entry in " ".join(_ENTRIES.split()).split("; "))
ENGLISH_WORDS: Mapping[str, tuple[str, ...]] = {
    french: tuple(english.split(", ")) for french, english in _PAIRS
}


def without_accents(text: str) -> str:
    """Return `text` in lower case without accents: people type « 12 FEVRIER », « voeux »."""
    letters = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def fold(word: str) -> str:
    """Return `word` without accents, in lower case, hyphens, underscores, apostrophes as spaces."""
    plain = without_accents(word)
    # U+2010 and U+2011: the hyphens that Word types, the second one not to break a line at.
    return " ".join(re.sub(r"[-_'’\u2010\u2011]", " ", plain).split())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that `word` was probably meant to be, or ""."""
    choices, folded = list(known), fold(word)
    # A French word is no misspelling: without its English word here, better no guess.
    if folded not in ENGLISH_WORDS:
        byfold = {fold(choice): choice for choice in choices}
        if close := difflib.get_close_matches(folded, byfold, n=1, cutoff=0.7):
            return byfold[close[0]]
        folded = "".join(difflib.get_close_matches(folded, ENGLISH_WORDS, n=1, cutoff=0.85))
    return next((each for each in ENGLISH_WORDS.get(folded, ()) if each in choices), "")


def file_meant(path: Path, *folders: Path) -> Path | None:
    """Return the file that was probably meant by one that is not there, in its folder or others."""
    # os.path.isdir raises nothing, where a name is too long for a folder's.
    for folder in filter(os.path.isdir, (path.parent, *folders)):
        files = (each for each in folder.glob("*") if each.is_file() and each.name[0] != ".")
        if meant := did_you_mean(path.name, [each.name for each in files]):
            return folder / meant
    return None


def meant_or_choice(meant: str, known: Sequence[str]) -> str:
    """Return the hint that proposes the word that was meant, else all that are possible."""
    if meant:
        return _("did you mean '{word}'?").format(word=meant)
    if not known:
        return _("remove it")
    return _("allowed values: {words}").format(words=", ".join(known))
