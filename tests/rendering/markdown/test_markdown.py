"""Markdown read in the dialect of issue files, as HTML and as plain text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.i18n import translator
from newsletter.rendering.markdown.markdown import parse_markdown, render_html, render_markdown_text
from newsletter.rendering.text_layout import wrap

NBSP = "\u00a0"


def _html(text: str, *, language: str = "fr", heading_level: int = 3) -> str:
    html = render_html(parse_markdown(text, language=language), heading_level=heading_level)
    return html.replace("\n", "")


def _text(text: str, *, language: str = "fr", width: int = 72) -> str:
    return _text_and_links(text, language=language, width=width)[0]


def _text_and_links(text: str, *, language: str = "fr", width: int = 72) -> tuple[str, list[str]]:
    links: list[str] = []

    def number_link(url: str) -> int:
        links.append(url)
        return len(links)

    parsed = parse_markdown(text, language=language)
    return render_markdown_text(parsed, width=width, number_link=number_link), links


HTML = [
    # writers' traps
    (
        "LegalTech[^1] : oui.\n\n[^1]: Technologies",
        f"<p>LegalTech<sup>1</sup>{NBSP}: oui.</p><p><sup>1</sup>{NBSP}Technologies</p>",
    ),
    ("Un[^1] mot.\n\n[^1] : Deux", f"<p>Un<sup>1</sup> mot.</p><p><sup>1</sup>{NBSP}Deux</p>"),
    ("-> un seul\n\n● un seul", "<p>-&gt; un seul</p><p>● un seul</p>"),
    ("2021. Ce fut une grande année.", "<p>2021. Ce fut une grande année.</p>"),
    ("- 2021. Ce fut tout", "<ul><li>2021. Ce fut tout</li></ul>"),
    ("• former\n• recruter", "<ul><li>former</li><li>recruter</li></ul>"),
    ("\uf0b7\tformer\n\uf0b7\trecruter", "<ul><li>former</li><li>recruter</li></ul>"),
    ("▪ un\n▪deux", "<ul><li>un</li><li>deux</li></ul>"),
    ("◦ un\n◦deux", "<ul><li>un</li><li>deux</li></ul>"),
    # Word's lists in lists, whose indentation it does not paste
    (
        "•\tun\no\ta\no\tb\n•\tdeux",
        "<ul><li>un<ul><li>a</li><li>b</li></ul></li><li>deux</li></ul>",
    ),
    (
        "•\tun\no\ta\n\uf0a7\ti\n•\tdeux",
        "<ul><li>un<ul><li>a<ul><li>i</li></ul></li></ul></li><li>deux</li></ul>",
    ),
    ("1.\tun\n•\ta\n2.\tdeux", "<ol><li>un<ul><li>a</li></ul></li><li>deux</li></ol>"),
    ("10.\tun\n•\ta", '<ol start="10"><li>un<ul><li>a</li></ul></li></ol>'),
    (
        "• un :\n– a\n– b\n• deux",
        f"<ul><li>un{NBSP}:<ul><li>a</li><li>b</li></ul></li><li>deux</li></ul>",
    ),
    (f"-{NBSP}former\n-{NBSP}recruter", "<ul><li>former</li><li>recruter</li></ul>"),
    (f"1.{NBSP}un\n2.{NBSP}deux", "<ol><li>un</li><li>deux</li></ol>"),
    ("Nos axes :\n• former", f"<p>Nos axes{NBSP}:</p><ul><li>former</li></ul>"),
    (
        "Nos axes :\n– former\n– recruter",
        f"<p>Nos axes{NBSP}:</p><ul><li>former</li><li>recruter</li></ul>",
    ),
    ("– Une incise\nsans suite", "<p>– Une incise sans suite</p>"),
    ("    indenté\n\n    encore", "<p>indenté</p><p>encore</p>"),
    ("Texte\n-----\nsuite", "<p>Texte</p><hr/><p>suite</p>"),
    ("Texte\n=====", "<p>Texte</p><hr/>"),
    (
        "| a | b |\n|---|--:|\n| 1 | 2 |",
        '<table><thead><tr><th scope="col">a</th><th scope="col" align="right">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td align="right">2</td></tr></tbody></table>',
    ),
    (
        "| a |\n| 1 |",
        '<table><thead><tr><th scope="col">a</th></tr></thead>'
        "<tbody><tr><td>1</td></tr></tbody></table>",
    ),
    (
        "a | b\n---|---\n1 | 2 | 3",
        '<table><thead><tr><th scope="col">a</th><th scope="col">b</th><th scope="col"></th></tr>'
        "</thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>",
    ),
    ("a | b, sans tableau", "<p>a | b, sans tableau</p>"),
    ("a | b\nc", "<p>a | b c</p>"),
    (
        "| a |\n| 1 |\nsuite",
        '<table><thead><tr><th scope="col">a</th></tr></thead>'
        "<tbody><tr><td>1</td></tr></tbody></table><p>suite</p>",
    ),
    ("https://numeum.fr", '<p><a href="https://numeum.fr">https://numeum.fr</a></p>'),
    (
        "presse@example.org",
        '<p><a href="mailto:presse@example.org">presse@example.org</a></p>',
    ),
    ("www.numeum.fr", '<p><a href="https://www.numeum.fr">www.numeum.fr</a></p>'),
    ("rapport.pdf, numeum.fr et @numeum", "<p>rapport.pdf, numeum.fr et @numeum</p>"),
    ("les adhérent*e*s, salarié_e_s", "<p>les adhérent*e*s, salarié_e_s</p>"),
    ("*les adhérent*e*s*", "<p><em>les adhérent*e*s</em></p>"),
    (
        "**Notre reco :**féminiser",
        f"<p><strong>Notre reco{NBSP}:</strong>féminiser</p>",
    ),
    ("** miser ** sur", "<p><strong>miser</strong> sur</p>"),
    ("et ** miser **sur", "<p>et <strong>miser</strong> sur</p>"),
    ("~~120 €~~ 90 €", f"<p><s>120{NBSP}€</s> 90{NBSP}€</p>"),
    ("1^er^ mars, CO~2~", f"<p>1<sup>er</sup>{NBSP}mars, CO<sub>2</sub></p>"),
    ("(organisé par Numeum (et Bitkom))", "<p>(organisé par Numeum (et Bitkom))</p>"),
    # bold and italic
    (
        "***mot*** *mot* __mot__ _mot_",
        "<p><strong><em>mot</em></strong> <em>mot</em> <strong>mot</strong> <em>mot</em></p>",
    ),
    ("**un** et **deux**", "<p><strong>un</strong> et <strong>deux</strong></p>"),
    ("**un *deux* trois**", "<p><strong>un <em>deux</em> trois</strong></p>"),
    ("*Notre reco :*féminiser", f"<p><em>Notre reco{NBSP}:</em>féminiser</p>"),
    ("5 * 3 et 5*3*2", f"<p>5{NBSP}×{NBSP}3 et 5*3*2</p>"),
    ("un * deux* trois", "<p>un * deux* trois</p>"),
    ("F**** et a ** b", "<p>F**** et a ** b</p>"),
    ("[**gras**](https://a.fr)", '<p><a href="https://a.fr"><strong>gras</strong></a></p>'),
    ("env. ~50 €", f"<p>env. ~50{NBSP}€</p>"),
    # words across borders
    ('"**gras**" !', f"<p>«{NBSP}<strong>gras</strong>{NBSP}»{NBSP}!</p>"),
    ("l'**IA** : oui", f"<p>l’<strong>IA</strong>{NBSP}: oui</p>"),
    ("le 24\nmars", f"<p>le 24{NBSP}mars</p>"),
    ("le 1er mars et XXe", f"<p>le 1<sup>er</sup>{NBSP}mars et XX<sup>e</sup></p>"),
    ("1ère et 2ème", "<p>1ère et 2ème</p>"),
    ("2^1er^", "<p>2<sup>1er</sup></p>"),
    # code, raw HTML
    ('`a "b" ...` et `l\'IA`', "<p><code>a &quot;b&quot; ...</code> et <code>l'IA</code></p>"),
    ("```\na **b**\n• c\n```", "<pre><code>a **b**• c</code></pre>"),
    (
        "avant\n\n~~~\n2021. a\n~~~\n\n• après",
        "<p>avant</p><pre><code>2021. a</code></pre><ul><li>après</li></ul>",
    ),
    ("<script>x</script> & <b>", "<p>&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;</p>"),
    ("<div>\nx\n</div>", "<p>&lt;div&gt; x &lt;/div&gt;</p>"),
    ("caf&eacute;&nbsp;&amp; th&#233;", f"<p>café{NBSP}&amp; thé</p>"),
    ("a\x00b\x0ec\ufffcd&#12;e", "<p>abcde</p>"),
    # blocks
    ("a  \nb\\\nc\u2028d\x0be", "<p>a<br/>b<br/>c<br/>d<br/>e</p>"),
    ("> cité\n> suite", "<blockquote><p>cité suite</p></blockquote>"),
    ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
    ("Texte\n    - a\n    - b", "<p>Texte</p><ul><li>a</li><li>b</li></ul>"),
    ("3. trois\n4. quatre", '<ol start="3"><li>trois</li><li>quatre</li></ol>'),
    ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
    ("> " * 30 + "profond", "<blockquote>" * 8 + "<p>profond</p>" + "</blockquote>" * 8),
    ("[Numeum]: syndicat", "<p>[Numeum]: syndicat</p>"),
    # links
    ("[a](https://x.fr/?b=1&c=2)", '<p><a href="https://x.fr/?b=1&amp;c=2">a</a></p>'),
    ('[a](https://x.fr "un titre")', '<p><a href="https://x.fr" title="un titre">a</a></p>'),
    ("[a][b]\n\n[b]: https://x.fr", '<p><a href="https://x.fr">a</a></p>'),
    ("[a](#bas)", '<p><a href="#bas">a</a></p>'),
    ("[a](tel:+33199001234)", '<p><a href="tel:+33199001234">a</a></p>'),
    ("<https://x.fr/a_b>", '<p><a href="https://x.fr/a_b">https://x.fr/a_b</a></p>'),
    ("[Mon espace](MERGE1a2b)", '<p><a href="MERGE1a2b">Mon espace</a></p>'),
    ("[a](https://x.fr/MERGE1a/B)", '<p><a href="https://x.fr/MERGE1a/B">a</a></p>'),
    (
        "[a][b]\n\n[b]: qzmabcdefghijklmnopmzq",
        '<p><a href="qzmabcdefghijklmnopmzq">a</a></p>',
    ),
    (
        "[a](javascript:x) [b](www.x.fr)",
        '<p>[a](javascript:x) [b](<a href="https://www.x.fr">www.x.fr</a>)</p>',
    ),
    (
        "(https://x.fr/a_(b)), **https://x.fr** !",
        '<p>(<a href="https://x.fr/a_(b)">https://x.fr/a_(b)</a>), '
        f'<strong><a href="https://x.fr">https://x.fr</a></strong>{NBSP}!</p>',
    ),
    ("[https://x.fr](https://y.fr)", '<p><a href="https://y.fr">https://x.fr</a></p>'),
    ("xhttps://x.fr", "<p>xhttps://x.fr</p>"),
    (
        "https://x.fr/numérique",
        '<p><a href="https://x.fr/num%C3%A9rique">https://x.fr/numérique</a></p>',
    ),
    ("https://x.fr/*a*~b~_c_", '<p><a href="https://x.fr/*a*~b~_c">https://x.fr/*a*~b~_c</a>_</p>'),
]


@pytest.mark.parametrize(("typed", "html"), HTML)
def test_markdown_becomes_html(typed, html):
    assert _html(typed) == html


TEXT = [
    (
        "LegalTech[^1] : oui.\n\n[^1]: Technologies",
        f"LegalTech{NBSP}(1){NBSP}: oui.\n\n{{note}}Technologies",
    ),
    ("2021. Ce fut", "2021. Ce fut"),
    ("Nos axes :\n• former\n• recruter", f"Nos axes{NBSP}:\n\n- former\n- recruter"),
    ("Texte\n-----\nsuite", "Texte\n\n———\n\nsuite"),
    ("| nom | prix |\n|---|---|\n| a | 12 € |", f"nom  prix\na    12{NBSP}€"),
    ("adhérent*e*s **gras** *it* `code`", "adhérent*e*s gras it code"),
    ("~~120 €~~ 90 €", f"{{removed}}120{NBSP}€{{end}} 90{NBSP}€"),
    ("1^er^ mars, CO~2~, m^2^", f"1er{NBSP}mars, CO2, m2"),
    ("10^3^ et 10^-3^", "10³ et 10⁻³"),
    ("## Intertitre\n\nTexte", "Intertitre\n\nTexte"),
    ("> cité\n>\n> encore", "    cité\n\n    encore"),
    ("- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d"),
    ("- a\n\n  suite\n\n- b", "- a\n\n  suite\n\n- b"),
    ("9. a\n10. b", "9. a\n10. b"),
    ("- > cité\n-", "-     cité\n\n-"),
    ("a  \nb", "a\nb"),
    ("caf&eacute; & <b>", "café & <b>"),
    ("```\nun\n  deux\n```", "un\n  deux"),
    ("```\n" + "mot " * 20 + "\n```", "mot " * 17 + "mot\nmot mot"),
]


@pytest.mark.parametrize(("typed", "text"), TEXT)
def test_markdown_becomes_plain_text(typed, text):
    say = translator("fr")
    opening, closing = say("[removed: {words}]").split("{words}")
    note = say("Note {number}: ").format(number=1)

    assert _text(typed) == text.format(note=note, removed=opening, end=closing)


@pytest.mark.parametrize(
    ("typed", "text", "links"),
    [
        ("voir [ici](https://x.fr) !", f"voir ici [1]{NBSP}!", ["https://x.fr"]),
        ("https://x.fr et www.y.fr", "https://x.fr et www.y.fr", []),
        ("[https://x.fr/](https://x.fr)", "https://x.fr/", []),
        ("[x.fr](https://X.fr/)", "x.fr", []),
        ("presse@example.org", "presse@example.org", []),
        ("[écrire](mailto:a@b.fr)", "écrire [1]", ["a@b.fr"]),
        ("[écrire](mailto:a@b.fr?subject=x)", "écrire [1]", ["mailto:a@b.fr?subject=x"]),
        ("[01 99 00 12 34](tel:+33199001234)", "01 99 00 12 34", []),
        ("[appeler](tel:+33199001234)", "appeler [1]", ["+33199001234"]),
        ("[plus bas](#bas)", "plus bas", []),
        ("[a](https://x.fr/num%C3%A9rique%20b)", "a [1]", ["https://x.fr/numérique%20b"]),
        ("[a](https://x.fr/%E2%80%8B%FF)", "a [1]", ["https://x.fr/%E2%80%8B%FF"]),
        ("[a](https://x.fr) [b](https://y.fr)", "a [1] b [2]", ["https://x.fr", "https://y.fr"]),
        ("<https://x.fr/a>", "https://x.fr/a", []),
    ],
)
def test_a_link_is_its_words_and_a_number_unless_they_are_the_address(typed, text, links):
    assert _text_and_links(typed) == (text, links)


def test_headings_stand_under_the_title_of_their_item():
    html = _html("# un\n\n## deux\n\n### trois\n\n###### six", heading_level=4)

    assert html == "<h4>un</h4><h4>deux</h4><h5>trois</h5><h6>six</h6>"


def test_a_note_keeps_all_its_paragraphs():
    typed = "a[^n] et b[^m]\n\n[^m]: - x\n[^n]: un\n\n    deux"

    assert _html(typed) == (
        f"<p>a<sup>1</sup> et b<sup>2</sup></p><p><sup>1</sup>{NBSP}un</p><p>deux</p>"
        "<p><sup>2</sup></p><ul><li>x</li></ul>"
    )
    assert _text(typed, language="en").endswith("Note 1: un\n\ndeux\n\nNote 2: - x")


def test_a_struck_price_is_said_to_be_removed():
    assert _text("~~€120~~ €90", language="en") == "[removed: €120] €90"


def test_english_words_take_english_quotes():
    assert _html('It\'s "fine" : yes', language="en") == "<p>It’s “fine”: yes</p>"


def test_print_takes_narrow_spaces():
    parsed = parse_markdown("Oui !", language="fr", profile="print")

    assert render_html(parsed) == "<p>Oui\u202f!</p>"


def test_figures_of_a_column_set_right_end_under_its_heading():
    text = _text("| Poste | Montant |\n|---|--:|\n| Achat | 1 000 |\n| Vente de tout | 5 |")

    assert text.replace(NBSP, " ") == (
        "Poste          Montant\nAchat            1 000\nVente de tout        5"
    )


def test_a_table_too_wide_is_read_row_by_row():
    typed = "| nom | prix | |\n|---|---|---|\n| un atelier | 12 | x |\n| deux | | y |"

    assert _text(typed, width=14) == (
        f"nom{NBSP}: un\n  atelier\nprix{NBSP}: 12\nx\n\nnom{NBSP}: deux\ny"
    )
    english = parse_markdown(typed, language="en")
    assert render_markdown_text(english, width=14, number_link=lambda _url: 1)[:7] == "nom: un"


def test_a_table_of_one_wide_row_keeps_its_words():
    assert _text("| un mot | deux mots |\n|---|---|", width=10) == "un mot\ndeux mots"


def test_lines_break_at_plain_spaces_only():
    text = f"aaaa bbbb{NBSP}cccc dddd"

    assert wrap(text, 10) == f"aaaa\nbbbb{NBSP}cccc\ndddd"


def test_an_address_longer_than_a_line_stays_whole():
    assert wrap("voir https://example.org/long ici", 10) == "voir\nhttps://example.org/long\nici"


def test_wrapped_lines_hang_under_the_first():
    assert wrap("un deux\ntrois quatre", 9, "- ", "  ") == "- un deux\n  trois\n  quatre"


LINES = (
    "mot|deux mots|**|*|~~|~|^|_|`|[a](https://x.fr)|[^1]|[^1]: note|- |• |1. |2021. |> |# |### "
)
MORE = (
    "---|===|```|    |\n|\n\n|  \n|l'IA|\"|<b>|&amp;|&|\\|(|)|[|]|![|\u2028|a@b.fr|\u00a0|– |1er"
    "|\ufffc|__"
)
SOURCES = st.one_of(
    st.lists(st.sampled_from([*LINES.split("|"), *MORE.split("|"), "| a | b |", "|---|---|", "|"]))
    .map(" ".join)
    .map(lambda text: text.replace(" \n ", "\n")),
    st.text(),
)


@given(SOURCES)
def test_any_text_becomes_well_formed_html(text):
    etree.fromstring(f"<x>{render_html(parse_markdown(text, language='fr'))}</x>")


@given(SOURCES, st.integers(30, 80))
def test_any_text_becomes_lines_that_fit(text, width):
    for line in _text(text, width=width).split("\n"):
        assert len(line) <= width or " " not in line.strip(" ")


WORDS = (
    "mot|Numeum|**gras**|*it*|~~non~~|`code`|[lien](https://x.fr)|2023|l'IA|1er|adhérent*e*s"
    "|** miser **|CO~2~|10^3^|<b>|https://numeum.fr/x|*|_|#|– x|presse@a.fr|\n|\n\n|\n- |\n• "
    "|\n1. |\n> |\n## |\n2021. |\n    |\n----\n|\n====\n|\n– x\n– y\n"
)
TABLE = "\n\n| a | b |\n| c | d | e |\n\n"


def _letters(text: str) -> list[str]:
    return [sign for sign in text if sign.isalpha()]


@given(st.lists(st.sampled_from([*WORDS.split("|"), TABLE]), max_size=25).map(" ".join))
def test_no_word_is_lost(text):
    parsed = parse_markdown(text, language="en")

    html = etree.fromstring(f"<x>{render_html(parsed)}</x>")
    plain = render_markdown_text(parsed, number_link=lambda url: 1)

    letters = _letters(text.replace("(https://x.fr)", ""))
    assert _letters("".join(html.itertext())) == letters
    assert _letters(re.sub(r"\[removed:", "", plain)) == letters


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_what_nobody_sees_in_a_bare_address_is_no_part_of_it(sign):
    typed = f"Voir https://example.org/a{sign}b et www.example{sign}.org{sign} ici."

    html = _html(typed)

    assert 'href="https://example.org/ab"' in html
    assert 'href="https://www.example.org"' in html
    assert sign not in html
