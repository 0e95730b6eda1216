"""In the tables `~` is a no-break space (U+00A0), `^` a narrow one (U+202F), `¤` U+FFFC."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.typography import apply_typography, split_superscripts

SIGNS = str.maketrans({"~": "\u00a0", "^": "\u202f", "¤": "\ufffc"})

FRENCH_MARKS = [
    ("Que faire ? Agir !", "Que faire~? Agir~!"),
    ("Trois axes : former ; innover ; recruter", "Trois axes~: former~; innover~; recruter"),
    ("Vraiment ?! Oui...", "Vraiment~?! Oui…"),
    ("Salon:le programme", "Salon:le programme"),
    ("Quoi? Rien!", "Quoi? Rien!"),
    ("Mot^! Mot~? Mot^: oui", "Mot~! Mot~? Mot~: oui"),
    ("¤Notre reco¤ : féminiser", "¤Notre reco¤~: féminiser"),
    ("LegalTech¤ : oui", "LegalTech¤~: oui"),
    ("rendez-vous à 12:30, écran 16:9, disque C: plein", None),
    ("ratio 3:1 et score 2-1", None),
    ("Bravo :-) et merci ;) à tous :D", None),
    ("Décollage :rocket: réussi", None),
    ("si a != b", None),
    ("Bonjour , à tous .", "Bonjour, à tous."),
    ("Le syndicat ( Numeum ) recrute", "Le syndicat (Numeum) recrute"),
    ("les régions,les villes", "les régions, les villes"),
    ("{H,C} et f(x,y), dans a,b.csv", None),
    ("somme(prix,taxe), (les,villes)", "somme(prix,taxe), (les, villes)"),
    ("le 1 000e adhérent", "le 1~000e adhérent"),
    ("1,5 million et 2,75 %", "1,5~million et 2,75~%"),
    ("la plateforme .NET et .5", None),
    ("deux  espaces   ici", "deux espaces ici"),
    ("une espace \u2009fine", "une espace fine"),
    ("deux ~ espaces", "deux~espaces"),
    ("« Oui ! » dit-elle", "«~Oui~!~» dit-elle"),
]

FRENCH_QUOTES = [
    ("l'IA d'ici 2027", "l’IA d’ici 2027"),
    ("aujourd'hui, qu'on s'unit", "aujourd’hui, qu’on s’unit"),
    ("l'¤IA¤ l¤'¤IA", "l’¤IA¤ l¤’¤IA"),
    ("l’IA déjà courbe", None),
    ('Le "numérique" responsable', "Le «~numérique~» responsable"),
    ('"Osons le numérique"', "«~Osons le numérique~»"),
    (
        'Elle dit "une étude "sérieuse" existe" hier',
        "Elle dit «~une étude “sérieuse” existe~» hier",
    ),
    ('« il a dit "oui" »', "«~il a dit “oui”~»"),
    ('"mot", "mot". ("mot")', "«~mot~», «~mot~». («~mot~»)"),
    ('l\'"Afterwork" de mai', "l’«~Afterwork~» de mai"),
    ('" mot espacé "', "«~mot espacé~»"),
    ("«mot» et « mot » et «~mot~»", "«~mot~» et «~mot~» et «~mot~»"),
    ('"¤gras¤" !', "«~¤gras¤~»~!"),
    ('¤"gras"¤ et "¤"', "¤«~gras~»¤ et «~¤~»"),
    ('un écran de 15" et plus', None),
    ('une "citation jamais close', None),
    ('une citation jamais ouverte" ici', None),
    ("“déjà courbe” et ‘simple’", None),
    ("un 'mot' cité", "un ‘mot’ cité"),
    ("la génération '98 et 'core", "la génération ’98 et ’core"),
    ("un mur de 5' et 5'10", None),
    ("« mot »,« mot »", "«~mot~»,«~mot~»"),
]

FRENCH_FIGURES = [
    ("Plus de 400 000 expertes", "Plus de 400~000 expertes"),
    ("1 234 567 euros", "1~234~567~euros"),
    ("2 500 entreprises", "2~500 entreprises"),
    ("en 2023 300 personnes", None),
    ("au 01 99 00 12 34", None),
    ("au 0 800 123 456", "au 0 800~123~456"),
    ("au +33199001234 ou 0199 001 234", None),
    ("le 2025-02-12 à 18:00", None),
    ("12 % de hausse, 12% de plus", "12~% de hausse, 12~% de plus"),
    ("https%20://x et 5%20", None),
    ("50 € ou 50€, 3 M€, 109 Md€, 10k€", "50~€ ou 50~€, 3~M€, 109~Md€, 10~k€"),
    ("5 km, 20 °C, 4 kg, 10 Go, 3 kWh", "5~km, 20~°C, 4~kg, 10~Go, 3~kWh"),
    ("2 millions et 3 milliards", "2~millions et 3~milliards"),
    ("à 9 h 30, 9h30 ou 18 h", "à 9~h~30, 9h30 ou 18~h"),
    ("2 l'ont vu", "2 l’ont vu"),
    ("le 24 mars et le 1er mars", "le 24~mars et le 1er~mars"),
    ("le 1¤er¤ mars", "le 1¤er¤~mars"),
    ("lundi 3 février 2025", "lundi 3~février 2025"),
    ("les 12 marseillais", None),
    ("n° 12, n°12, N° 3", "n°~12, n°~12, N°~3"),
    ("p. 4, pp. 4-5, art. 5, § 3, §3, chap. 2", "p.~4, pp.~4-5, art.~5, §~3, §~3, chap.~2"),
    ("de 2023-2027", "de 2023–2027"),
    ("2023-2027.", "2023–2027."),
    ("10-15 % des PME", "10–15~% des PME"),
    ("15-10 % des PME", "15-10~% des PME"),
    ("score 3-5, départements 92-93", None),
    ("ISO 27001-2013 et 2027-2023", None),
    ("réf. AB-2010-2012 et 2010-2012-3", None),
    ("loi n° 2004-2005", "loi n°~2004-2005"),
    ("3 * 4 et 3*4", "3~×~4 et 3*4"),
    ("3 x 4", None),
    ("(c) 2025 (tm)", None),
]

FRENCH_NAMES = [
    ("M. Dupont et Mme Durand", "M.~Dupont et Mme~Durand"),
    ("MM. Dupont et Durand, Mmes Roy et Élan", "MM.~Dupont et Durand, Mmes~Roy et Élan"),
    ("Dr Roy, Pr Roy, Me Roy, Mlle Roy", "Dr~Roy, Pr~Roy, Me~Roy, Mlle~Roy"),
    ("M. ¤Dupont¤", "M.~¤Dupont¤"),
    ("J. Dupont et J.-P. Dupont", "J.~Dupont et J.-P.~Dupont"),
    ("V. T. : Oui.", "V.~T.~: Oui."),
    ("Louis XIV, François Ier, Jean XXIII", "Louis~XIV, François~Ier, Jean~XXIII"),
    ("au XXIe siècle, le XX¤e¤ siècle", "au XXIe~siècle, le XX¤e¤~siècle"),
    ("la Ve République, le IXe arrondissement", "la Ve~République, le IXe~arrondissement"),
    ("mon CV, une CD", None),
    ("Adam. Dupont", None),
]

FRENCH_DASHES = [
    ("nos métiers - tous - recrutent", "nos métiers –~tous~– recrutent"),
    ("12 délégations – dont une à La Réunion.", "12 délégations –~dont une à La Réunion."),
    ("un – deux. Trois – quatre – cinq", "un –~deux. Trois –~quatre~– cinq"),
    ("un — deux — trois", "un —~deux~— trois"),
    ("un - deux -, trois", "un –~deux -, trois"),
    ("un – deux –, trois", "un –~deux~–, trois"),
    ("M. Roy – J. Dupont – vient", "M.~Roy –~J.~Dupont~– vient"),
    ("a -- b", None),
    ("un\n– deux – trois", "un\n– deux –~trois"),
    ("vas-y, Saint-Denis, e-mail", None),
    ("--option et -5", None),
    ("Et ce soir-là... à la gare....", "Et ce soir-là… à la gare…"),
]

OPAQUE = [
    "https://a.fr/?x=1&y='2'--3...4",
    "https://numeum.fr/l'avenir-1999-2003,a",
    "http://a.fr:8080/x;y",
    "www.numeum.fr/10-15%",
    "presse.com--x@example.org",
    "rapport-2023-2027.pdf",
    "#NumeumDay",
    "@numeum",
    "qzmabcdefghijklmnopmzq",
    "🚀",
    "v1.2.3",
    "FR-75",
]

ENGLISH = [
    ("It's the members' day", "It’s the members’ day"),
    ('She said "it works"', "She said “it works”"),
    ("\"'Fine' he said\"", "“‘Fine’ he said”"),
    ('He said "she said "yes" today"', "He said “she said “yes” today”"),
    ("the '90s, rock 'n' roll, 'tis", "the ’90s, rock ’n’ roll, ’tis"),
    ("5'10\" tall", None),
    ("Wait...", "Wait…"),
    ("Why ? Because : this ; that !", "Why? Because: this; that!"),
    ("well-known, twenty-one", None),
    ("one--two", None),
    ("one - two", "one – two"),
    ("one -- two", "one – two"),
    ("the --help flag", None),
    ("10 % and 10%", "10% and 10%"),
    ("£ 5 or $ 6 000, £ each", "£5 or $6~000, £ each"),
    ("£4 bn, 3 tn, at 5 pm, 6 a.m. sharp", "£4~bn, 3~tn, at 5~pm, 6~a.m. sharp"),
    ("No 10 and Nos 3 to 5; no 5, I said", "No~10 and Nos~3 to 5; no 5, I said"),
    ("Sgt. Pepper, Sgt Pepper, Sir Keir", "Sgt.~Pepper, Sgt~Pepper, Sir~Keir"),
    ("10 km, 5 GB, 20 °C", "10~km, 5~GB, 20~°C"),
    ("No. 12, p. 4, § 3", "No.~12, p.~4, §~3"),
    ("Mr. Smith, Mrs Smith, Dr Who", "Mr.~Smith, Mrs~Smith, Dr~Who"),
    ("J. Smith", "J.~Smith"),
    ("24 March, March 24, 1st March", "24~March, March~24, 1st~March"),
    ("1¤st¤ March", "1¤st¤~March"),
    ("300 000 people", "300~000 people"),
    ("2023-2027", "2023–2027"),
    ("2019-20, in 2019-12, 2025-12-01", "2019–20, in 2019-12, 2025-12-01"),
    ("pp. 12-15, pp 3-4, pages 7-19", "pp.~12–15, pp 3–4, pages 7–19"),
    ("10am-4pm, 10.30am-4.15pm, 5-10pm", "10am–4pm, 10.30am–4.15pm, 5–10pm"),
    ("10:00-16:30, 10 a.m.-4 p.m.", "10:00–16:30, 10~a.m.–4~p.m."),
    ("£5-£10, £5-10, $5m-$10m, £1,000-£2,500.50.", "£5–£10, £5–10, $5m–$10m, £1,000–£2,500.50."),
    ("a £5-a-head lunch, a £10-15-minute", None),
    ("020-7946-0018, 1234-56, B12-15, p-12-15", None),
    ("at 12:30, ratio 16:9", None),
    ("Bonjour , ( all ) .", "Bonjour, (all)."),
    ("see https://a.fr/?x='1'b : ok", "see https://a.fr/?x='1'b: ok"),
    ("a smile :) and ;)", None),
    ("« guillemets »", None),
]

ENGLISH_SINGLE_QUOTES = [
    ("'Hello,' she said.", "‘Hello,’ she said."),
    ("'Yes.' 'No.'", "‘Yes.’ ‘No.’"),
    ("\"'I love it,' she said.\"", "“‘I love it,’ she said.”"),
    ("'He told me \"go!\"', she said", "‘He told me “go!”’, she said"),
    ("('Why—' 'Really?')", "(‘Why—’ ‘Really?’)"),
    ("'¤Hello,¤' she said", "‘¤Hello,¤’ she said"),
    (
        "'I love rock 'n' roll,' he said of the '90s.",
        "‘I love rock ’n’ roll,’ he said of the ’90s.",
    ),
    ("'I came.", "‘I came."),  # a first paragraph of several
    ("'I came.\n\n'I saw.'", "‘I came.\n\n‘I saw.’"),
    ("'Tis the dogs' toys. O'Neill's", "’Tis the dogs’ toys. O’Neill’s"),
]


@pytest.mark.parametrize(("typed", "expected"), ENGLISH_SINGLE_QUOTES)
def test_a_single_quote_that_closes_after_a_stop_opens_as_one(typed, expected):
    given = typed.replace("¤", "\ufffc")

    assert apply_typography(given, language="en") == expected.replace("¤", "\ufffc")


PRINT = [
    ("Que faire ? Agir ! Ou non ; oui", "Que faire^? Agir^! Ou non^; oui"),
    ("Trois axes : un", "Trois axes~: un"),
    ('"mot"', "«~mot~»"),
    ("300 000 € et 12 %", "300^000~€ et 12~%"),
    ("24 mars, M. Roy, 9 h 30", "24~mars, M.~Roy, 9~h~30"),
    ("300~000 ? 300^000 ?", "300^000^? 300^000^?"),
]


def _set(text: str, **options: str) -> str:
    return apply_typography(text.translate(SIGNS), **options)


def _expected(typed: str, expected: str | None) -> str:
    return (typed if expected is None else expected).translate(SIGNS)


FRENCH = [*FRENCH_MARKS, *FRENCH_QUOTES, *FRENCH_FIGURES, *FRENCH_NAMES, *FRENCH_DASHES]


@pytest.mark.parametrize(("typed", "expected"), FRENCH)
def test_french_mail_is_set_by_french_rules(typed, expected):
    assert _set(typed, language="fr") == _expected(typed, expected)


@pytest.mark.parametrize(("typed", "expected"), PRINT)
def test_print_takes_narrow_spaces_where_the_imprimerie_nationale_asks_for_them(typed, expected):
    assert _set(typed, language="fr", profile="print") == _expected(typed, expected)


@pytest.mark.parametrize(("typed", "expected"), ENGLISH)
def test_english_is_set_by_english_rules(typed, expected):
    assert _set(typed, language="en") == _expected(typed, expected)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("opaque", OPAQUE)
def test_what_is_no_word_stays_as_typed(opaque, language):
    assert apply_typography(f"Voir {opaque} ici", language=language) == f"Voir {opaque} ici"


def test_marks_around_an_address_are_set():
    done = _set("« https://a.fr/?x=1 » : voir www.a.fr... ou a@b.fr !", language="fr")

    assert done == "«~https://a.fr/?x=1~»~: voir www.a.fr… ou a@b.fr~!".translate(SIGNS)


def test_addresses_and_borders_come_back_in_their_order():
    done = _set("¤a@b.fr¤ puis ¤https://a.fr¤ !", language="fr")

    assert done == "¤a@b.fr¤ puis ¤https://a.fr¤~!".translate(SIGNS)


@pytest.mark.parametrize(
    ("text", "language", "raised"),
    [
        ("le 1er mars", "fr", "1[er]"),
        ("la 1re, les 1ers, les 1res", "fr", "1[re] 1[ers] 1[res]"),
        ("le XXe, les XIXes, Ve", "fr", "XX[e] XIX[es] V[e]"),
        ("2e, 2nd, 2nde, 10e, 20es", "fr", "2[e] 2[nd] 2[nde] 10[e] 20[es]"),
        ("François Ier", "fr", "I[er]"),
        ("1st 2nd 3rd 4th 11th 21st 112th", "en", ""),  # a printer of English raises none
        ("1ère 2ème 6ème 1e Ie", "fr", ""),
        ("Le Les Ce Mme Me De", "fr", ""),
        ("v2e #2e a@2e x2e 2e.fr", "fr", ""),
        ("1er 2e", "en", ""),
        ("", "fr", ""),
    ],
)
def test_true_ordinals_are_raised(text, language, raised):
    pieces = split_superscripts(text, language=language)

    found = [
        f"{before.split(' ')[-1]}[{ends}]"
        for (before, _), (ends, is_raised) in pairwise(pieces)
        if is_raised
    ]
    assert " ".join(found) == raised
    assert "".join(words for words, _ in pieces) == text


RICH = st.text(alphabet="aeMVTX1209 \u00a0\u202f\u2009\n.,;:!?…'’\"«»“”‘’-–—()%€°§n*\ufffc/@ _#")
WORDS = "M. Dupont J. 24 mars 1er 300 000 9 h 30 % € km n° p. XXIe siècle Louis XIV l' mot C: :)"
MARKS = (
    "- -- – — ... .. . , ; : ! ? \" ' « » “ ” ( ) \ufffc * 2023-2027 10-15 https://a.fr/?x=1 a@b.fr"
)
PIECES = st.sampled_from([*WORDS.split(), *MARKS.split()])
SEPARATORS = st.sampled_from(["", " ", " ", "\u00a0", "\n", "  "])
SENTENCES = st.lists(st.tuples(PIECES, SEPARATORS).map("".join), max_size=14).map("".join)
TEXTS = st.one_of(RICH, SENTENCES, st.text())
LANGUAGES = st.sampled_from(["fr", "en"])
PROFILES = st.sampled_from(["mail", "print"])


@given(TEXTS, LANGUAGES, PROFILES)
def test_setting_twice_is_setting_once(text, language, profile):
    once = apply_typography(text, language=language, profile=profile)

    assert apply_typography(once, language=language, profile=profile) == once


@given(TEXTS, LANGUAGES, PROFILES)
def test_no_letter_figure_or_border_changes(text, language, profile):
    done = apply_typography(text, language=language, profile=profile)

    kept = [sign for sign in text if sign.isalnum() or sign in "\n\ufffc"]
    assert [sign for sign in done if sign.isalnum() or sign in "\n\ufffc"] == kept


@given(SENTENCES, SENTENCES, LANGUAGES)
def test_an_address_within_any_text_stays_as_typed(before, after, language):
    address = "https://numeum.fr/l'avenir/?a=1,2;b=3...4--5&c=10%20"

    assert address in apply_typography(f"{before} {address} {after}", language=language)


@given(TEXTS)
def test_a_mail_has_no_narrow_space(text):
    assert "\u202f" not in apply_typography(text, language="fr")
