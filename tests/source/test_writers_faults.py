"""What writers type, and what must come of it: writers-traps.md, row by row, and its neighbours."""

import re
from pathlib import Path

import pytest
import yaml

from newsletter.problems.problem import Position
from newsletter.source import parse_source

PATH = Path("issues/2026-09.yaml")

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


def parse(text):
    return parse_source(text, PATH)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("price: 2 500", {"price": "2 500"}),
        ("title: Non", {"title": "Non"}),
        ("start: 12:30", {"start": "12:30"}),
        ("number: 012", {"number": "012"}),
        ("version: 3.10", {"version": "3.10"}),
        ("date: 2026-05-12", {"date": "2026-05-12"}),
        ("url: https://numeum.fr/a#b", {"url": "https://numeum.fr/a#b"}),
        ("title: -5 °C", {"title": "-5 °C"}),
        ("title: ---", {"title": "---"}),
        ("title: L'IA, ça compte", {"title": "L'IA, ça compte"}),
        ("title: “Osons”", {"title": "“Osons”"}),
        ("title: « Osons » le numérique", {"title": "« Osons » le numérique"}),
        ("title: 'L''IA'", {"title": "L'IA"}),
        ('title: "Dire \\"oui\\""', {"title": 'Dire "oui"'}),
        ('title: "Salon : le programme"', {"title": "Salon : le programme"}),
        ("title: ''", {"title": ""}),
        ('title: "~"', {"title": "~"}),
        ("lead: ~\ntitle: x", {"title": "x"}),
        ("lead:\ntitle: x", {"title": "x"}),
        ("lead: null\ntitle: x", {"title": "x"}),
        ("lead:  # plus tard\ntitle: x", {"title": "x"}),
        (f"title{NBSP}: Salon", {"title": "Salon"}),
        (f"title {NARROW_NBSP}: Salon", {"title": "Salon"}),
        (f"title:{NBSP}Salon", {"title": "Salon"}),
        (f"- title:{NBSP}Salon".replace("- ", "a:\n -\t"), {"a": [{"title": "Salon"}]}),
        ("\u200btitle: x", {"title": "x"}),
        ("title: Mai\ufeff", {"title": "Mai\u2060"}),
        ("title: a\u2028b", {"title": "a b"}),
        ("subject: [COMMUNIQUÉ]", {"subject": ["COMMUNIQUÉ"]}),
        ("for: {delegation: [Bretagne]}", {"for": {"delegation": ["Bretagne"]}}),
        ("body: {file: texts/edito.md}", {"body": {"file": "texts/edito.md"}}),
        ('"first name": Prénom', {"first name": "Prénom"}),
        (
            "x: [a,\n  'b\n   c', {d: L'IA}  # note\n ]\ny: z",
            {"x": ["a", "b c", {"d": "L'IA"}], "y": "z"},
        ),
        ("x: {a: b}  # note", {"x": {"a": "b"}}),
        ("x:\n- a\n- b\ny: c", {"x": ["a", "b"], "y": "c"}),
        ("x:\n  - - a\n    - b\n  - c", {"x": [["a", "b"], "c"]}),
        ("x:\n  -\n    a: b\n  - c: d\n    e: f", {"x": [{"a": "b"}, {"c": "d", "e": "f"}]}),
        (
            "x:\n  - a:\n      b: c\n  - Bretagne:\n      d: e",
            {"x": [{"a": {"b": "c"}}, {"Bretagne": {"d": "e"}}]},
        ),
        ("x:\n  le texte\n  sur deux lignes", {"x": "le texte sur deux lignes"}),
        ("x:\n  Pays de la Loire: a", {"x": {"Pays de la Loire": "a"}}),
        ("topics:\n - https://numeum.fr\n - a:b", {"topics": ["https://numeum.fr", "a:b"]}),
        ("topics:\n - a:b\n - c: d", {"topics": ["a:b", {"c": "d"}]}),
        (
            "body: |\n  # pas un commentaire\n  a : b #c\n  - d\nx: y",
            {"body": "# pas un commentaire\na : b #c\n- d", "x": "y"},
        ),
        ("body: |2\n    a\n   b", {"body": "  a\n b"}),
        ("body: |-  # note\n  a\n# note\nx: y", {"body": "a", "x": "y"}),
        ("body: |\nx: y", {"body": "", "x": "y"}),
        ("body: |\n  a\n \t \n  b", {"body": "a\n\nb"}),
        (f"body: |\n  a\n{NBSP}\n  b\n", {"body": "a\n\nb"}),
        ("a: x  # note\n  # suite de la note\nb: y", {"a": "x", "b": "y"}),
        ("# note\n#title: x\n#- a\n##\n#!x\n#---\n#\nb: y", {"b": "y"}),
        ("sections: # note\n  - a", {"sections": ["a"]}),
        ("title: x\t# note", {"title": "x"}),
        ("---\ntitle: x\n", {"title": "x"}),
        ("\ufefftitle: x\r\nlead: y\rbody: z", {"title": "x", "lead": "y", "body": "z"}),
        ('title: "a\n\nb : c"\nx: y', {"title": "a\nb : c", "x": "y"}),
        ("{a: b}", {"a": "b"}),
        ("a: {b: c, 'd, e': [f, g], h: {}, }", {"a": {"b": "c", "d, e": ["f", "g"], "h": {}}}),
        ("a: [~, b]", {"a": ["b"]}),
        ("a: {b: 'c}\n  d', e: f}\ng: h", {"a": {"b": "c} d", "e": "f"}, "g": "h"}),
        ("x:\n  - Grand Est: a\n    b: c", {"x": [{"Grand Est": "a", "b": "c"}]}),
        ("x:\n  Ma clé : a\n  Autre clé : b", {"x": {"Ma clé": "a", "Autre clé": "b"}}),
        ("body: |\n  a\n# fin\n\n", {"body": "a"}),
    ],
)
def test_what_is_well_typed_is_read_as_typed(typed, read):
    source = parse(typed)

    assert source.problems == ()
    assert source.value == read


# typed, (line, column, rule), words of the message or the hint, what is read all the same
ONE_FAULT = [
    # A text of several lines: quotes around one of them would not do
    (
        "body: Un\n\n  deux : trois\nx: y",
        (3, 8, "yaml-quotes"),
        "| after the colon",
        {"body": "Un\ndeux : trois", "x": "y"},
    ),
    (
        "body: | Un\n  deux\nx: y",
        (1, 7, "yaml-quotes"),
        "| after the colon",
        {"body": "| Un deux", "x": "y"},
    ),
    ("title: |texte", (1, 8, "yaml-quotes"), "| after the colon", {"title": "|texte"}),
    # Other signs than the hyphen before an entry
    (
        "links:\n  – title: a\n    url: b\n  - title: c",
        (2, 5, "space-after-hyphen"),
        "write '- title: '",
        {"links": [{"title": "a", "url": "b"}, {"title": "c"}]},
    ),
    (
        "links:\n  •title: a\n    url: b",
        (2, 4, "space-after-hyphen"),
        "begins with '- ', not with '•'",
        {"links": [{"title": "a", "url": "b"}]},
    ),
    # A colon inside the text
    (
        "title: Salon : le programme",
        (1, 14, "yaml-quotes"),
        '"Salon : le programme"',
        {"title": "Salon : le programme"},
    ),
    (
        f"title: Salon{NBSP}: le programme",
        (1, 14, "yaml-quotes"),
        "quotes",
        {"title": f"Salon{NBSP}: le programme"},
    ),
    (
        f"title: Salon{NARROW_NBSP}: oui",
        (1, 14, "yaml-quotes"),
        "quotes",
        {"title": f"Salon{NARROW_NBSP}: oui"},
    ),
    (
        "title: Au programme :\ndate: x",
        (1, 21, "yaml-quotes"),
        "quotes",
        {"title": "Au programme :", "date": "x"},
    ),
    (
        "title: un\n  deux : trois\ndate: x",
        (2, 8, "yaml-quotes"),
        "| after the colon",
        {"title": "un deux : trois", "date": "x"},
    ),
    ("picture: file: a.jpg", (1, 14, "yaml-quotes"), "quotes", {"picture": "file: a.jpg"}),
    (
        "topics:\n  - IA : les enjeux\n  - Cloud",
        (2, 8, "yaml-quotes"),
        "quotes",
        {"topics": ["IA : les enjeux", "Cloud"]},
    ),
    (
        "body:\n  Nous avons vu : le ministre\nx: y",
        (2, 17, "yaml-quotes"),
        "quotes",
        {"body": "Nous avons vu : le ministre", "x": "y"},
    ),
    (
        "title: “Salon : le programme”",
        (1, 15, "yaml-quotes"),
        'text: "Salon : le programme"',
        {"title": "“Salon : le programme”"},
    ),
    (
        "title: « Salon : le programme »",
        (1, 16, "yaml-quotes"),
        '"« Salon : le programme »"',
        {"title": "« Salon : le programme »"},
    ),
    # Brackets
    (
        "subject: [Numeum] Coulisses de mai\ndate: x",
        (1, 10, "yaml-quotes"),
        '"[Numeum] Coulisses de mai"',
        {"subject": "[Numeum] Coulisses de mai", "date": "x"},
    ),
    (
        "lead: [ici](https://x.y) et : là",
        (1, 7, "yaml-quotes"),
        "bracket",
        {"lead": "[ici](https://x.y) et : là"},
    ),
    (
        "subject: [Numeum\ndate: x",
        (1, 10, "unclosed-bracket"),
        "never closed",
        {"subject": "[Numeum", "date": "x"},
    ),
    (
        "a: {file: b.jpg, alt: c\nd: e",
        (1, 4, "unclosed-bracket"),
        "type } at the end",
        {"a": "{file: b.jpg, alt: c", "d": "e"},
    ),
    (
        f"title: Salon : {'le programme ' * 9}\nd: e",
        (1, 14, "yaml-quotes"),
        'put a straight quote ( " ) at the start of the text, and another at its end',
        {"title": f"Salon : {'le programme ' * 9}".strip(), "d": "e"},
    ),
    ("subject: {Numeum", (1, 10, "unclosed-bracket"), "never closed", {"subject": "{Numeum"}),
    ('a: {b: "c}\nd: e', (1, 8, "unclosed-quote"), "never closed", {"a": '{b: "c}', "d": "e"}),
    ('a: {b: "c}\nd: "e"', (1, 8, "unclosed-quote"), "never closed", {"a": '{b: "c}', "d": "e"}),
    ("title: {{ 7*7 }}", (1, 8, "yaml-quotes"), '"{{ 7*7 }}"', {"title": "{{ 7*7 }}"}),
    ("title: {% raw %}", (1, 8, "yaml-quotes"), "quotes", {"title": "{% raw %}"}),
    # What a `#` would cut
    (
        "subject: Rendez-vous le 12 mars #NumeumDay",
        (1, 33, "cut-by-hash"),
        '"Rendez-vous le 12 mars #NumeumDay"',
        {"subject": "Rendez-vous le 12 mars #NumeumDay"},
    ),
    ("title: Coulisses # 12", (1, 18, "cut-by-hash"), "quotes", {"title": "Coulisses # 12"}),
    ("title: x  #note", (1, 11, "cut-by-hash"), "two spaces", {"title": "x  #note"}),
    ("lead: #NumeumDay", (1, 7, "cut-by-hash"), '"#NumeumDay"', {"lead": "#NumeumDay"}),
    ("lead: #5b2bb5  # violet", (1, 7, "cut-by-hash"), '"#5b2bb5" (', {"lead": "#5b2bb5"}),
    (
        "lead: #NumeumDay\n  et la suite",
        (1, 7, "cut-by-hash"),
        "quotes",
        {"lead": "#NumeumDay et la suite"},
    ),
    (
        "tags: [Grand Est #Alsace, b]",
        (1, 18, "cut-by-hash"),
        '"Grand Est #Alsace"',
        {"tags": ["Grand Est #Alsace", "b"]},
    ),
    ("title: x\n#NumeumDay revient\nb: y", (2, 1, "cut-by-hash"), "'# '", {"title": "x", "b": "y"}),
    (
        "title: x  # note\n  suite\nb: y",
        (1, 11, "cut-by-hash"),
        "middle",
        {"title": "x suite", "b": "y"},
    ),
    (
        "title: x\n  # note\n  suite\nb: y",
        (2, 3, "cut-by-hash"),
        "middle",
        {"title": "x\nsuite", "b": "y"},
    ),
    (
        "body: |\n  a\n#NumeumDay\n\n  b\nx: y",
        (3, 1, "cut-by-hash"),
        "indent",
        {"body": "a\n\n\nb", "x": "y"},
    ),
    # Quotes
    (
        'title: "Osons" le numérique',
        (1, 8, "yaml-quotes"),
        "'\"Osons\" le numérique'",
        {"title": '"Osons" le numérique'},
    ),
    (
        "title: 'L'IA au service de tous'",
        (1, 8, "yaml-quotes"),
        '"L\'IA au service de tous"',
        {"title": "'L'IA au service de tous'"},
    ),
    (
        'title: "Il dit "oui" ici"',
        (1, 8, "yaml-quotes"),
        "'Il dit \"oui\" ici'",
        {"title": '"Il dit "oui" ici"'},
    ),
    (
        'title: "Osons" l\'IA',
        (1, 8, "yaml-quotes"),
        '"\\"Osons\\" l\'IA"',
        {"title": '"Osons" l\'IA'},
    ),
    (
        'title: "un\n  deux" trois\nx: y',
        (1, 8, "yaml-quotes"),
        "quote",
        {"title": '"un deux" trois', "x": "y"},
    ),
    (
        'title: "Salon\nlead: "Autre"',
        (1, 8, "unclosed-quote"),
        '"Salon"',
        {"title": '"Salon', "lead": "Autre"},
    ),
    (
        "title: 'Salon\nlead: x",
        (1, 8, "unclosed-quote"),
        "never closed",
        {"title": "'Salon", "lead": "x"},
    ),
    ('title: "a \\( b"', (1, 11, "yaml-quotes"), "twice", {"title": "a \\( b"}),
    ('title: "a\n  \\d"', (2, 3, "yaml-quotes"), "twice", {"title": "a \\d"}),
    ('title: "a \\0 b"', (1, 8, "character"), "U+0000", {"title": "a  b"}),
    # Signs at the start of a text
    *(
        (f"title: {text}\nx: y", (1, 8, "yaml-quotes"), f'"{text}"', {"title": text, "x": "y"})
        for text in (
            "@numeum",
            "% des entreprises",
            "*Inscriptions* ouvertes",
            "& demain ?",
            "&demain",
            "*demain",
            "- 30 % sur le billet",
            "-",
            "? demain",
            "`code` ici",
            "> 30 % de femmes",
            ">30 % de femmes",
            "!Urgent",
            "! Urgent : lire",
            ", oui",
            "] non",
        )
    ),
    ("base: &base\n  a: b", (1, 7, "yaml-quotes"), "'&base'", {"base": {"a": "b"}}),
    ("base: !base\n- a", (1, 7, "yaml-quotes"), "'!base'", {"base": ["a"]}),
    ("a: {b: &c d}", (1, 8, "yaml-quotes"), "'&c'", {"a": {"b": "d"}}),
    ("a: [!c d]", (1, 5, "yaml-quotes"), "'!c'", {"a": ["d"]}),
    ("a: [*c, d]", (1, 5, "yaml-quotes"), "'*c'", {"a": ["d"]}),
    # Keys and colons
    (
        "title:Salon\ndate: x",
        (1, 6, "space-after-colon"),
        "'title: '",
        {"title": "Salon", "date": "x"},
    ),
    (
        "x:\n  - title:Salon\n    kind: y",
        (2, 10, "space-after-colon"),
        "'title: '",
        {"x": [{"title": "Salon", "kind": "y"}]},
    ),
    (
        "a:\n  -value: 12%\n    label: b",
        (2, 4, "space-after-hyphen"),
        "'- value: '",
        {"a": [{"value": "12%", "label": "b"}]},
    ),
    (
        "Bonjour à tous\ntitle: x",
        (1, 1, "text-without-field"),
        "does not belong to any field",
        {"title": "x"},
    ),
    (
        "title: x\nBonjour à tous\nNote : bien\nb: y",
        (2, 1, "text-without-field"),
        "'title'",
        {"title": "x", "b": "y"},
    ),
    (
        'title: "x"\n  suite\nb: y',
        (2, 3, "text-without-field"),
        "does not belong to any field",
        {"title": "x", "b": "y"},
    ),
    (
        "title: x\n\nBonjour, dit-il : oui\nb: y",
        (3, 1, "text-without-field"),
        "Bonjour",
        {"title": "x", "b": "y"},
    ),
    (
        "%commentaire\ntitle: x",
        (1, 1, "text-without-field"),
        "does not belong to any field",
        {"title": "x"},
    ),
    ("title: x\ntitle: y", (2, 1, "duplicate-key"), "line 1", {"title": "x"}),
    (f"title: x\ntitle{NBSP}: y", (2, 1, "duplicate-key"), "line 1", {"title": "x"}),
    ("title:\ntitle: y", (2, 1, "duplicate-key"), "line 1", {}),
    ("a: {[b]: c}", (1, 5, "yaml"), "cannot be read", {"a": {}}),
    # Indentation
    (
        f"picture:\n{NBSP} file: x",
        (2, 1, "indentation"),
        "no-break space",
        {"picture": {"file": "x"}},
    ),
    (f"picture:\n {NBSP}file: x", (2, 2, "indentation"), "U+00A0", {"picture": {"file": "x"}}),
    ("picture:\n\tfile: x\nb: y", (2, 1, "tab"), "2 spaces", {"picture": {"file": "x"}, "b": "y"}),
    ("a:\n  b:\n    c: d\n  \te: f", (4, 3, "tab"), "'e'", {"a": {"b": {"c": "d", "e": "f"}}}),
    ("title: un\n\tdeux\nb: y", (2, 1, "tab"), "2 spaces", {"title": "un", "b": "y"}),
    ("\ttitle: x", (1, 1, "tab"), "without any space", {"title": "x"}),
    ("body: |\n\tun\n\tdeux\nb: y", (2, 1, "tab"), "2 spaces", {"body": "un\ndeux", "b": "y"}),
    (
        f"body: |\n  un\n{NBSP}{NBSP}deux\nb: y",
        (3, 1, "indentation"),
        "U+00A0",
        {"body": "un\ndeux", "b": "y"},
    ),
    (
        "x:\n  - kind: a\n  title: b",
        (3, 3, "indentation"),
        "4 spaces",
        {"x": [{"kind": "a", "title": "b"}]},
    ),
    (
        "x:\n  - kind: a\n     title: b",
        (3, 6, "indentation"),
        "4 spaces",
        {"x": [{"kind": "a", "title": "b"}]},
    ),
    (
        "x:\n  - kind: a\n - kind: b",
        (3, 2, "indentation"),
        "2 spaces",
        {"x": [{"kind": "a"}, {"kind": "b"}]},
    ),
    ("title: x\n date: y", (2, 2, "indentation"), "without any space", {"title": "x", "date": "y"}),
    ("a: x\n- b", (2, 1, "indentation"), "lined up", None),
    # Paragraphs pasted under `|`
    (
        "body: |\n  Un.\n\nDeux.\n\ntitle: x",
        (4, 1, "indentation"),
        "2 spaces",
        {"body": "Un.", "title": "x"},
    ),
    ("body: |\nUn.\ntitle: x", (2, 1, "indentation"), "'body'", {"body": "", "title": "x"}),
    (
        "x:\n  - body: |\n      Un.\n\nLe programme : deux.\n    date: y\nb: z",
        (5, 1, "indentation"),
        "6 spaces",
        {"x": [{"body": "Un.", "date": "y"}], "b": "z"},
    ),
    (
        "x:\n  - body: |\n      Un.\n\nNote: deux.\n    date: y",
        (5, 1, "indentation"),
        "6 spaces",
        {"x": [{"body": "Un.", "date": "y"}]},
    ),
    (
        "body: |\n  Un.\n\nDeux, dit-il : oui.\n  Trois.\nb: z",
        (4, 1, "indentation"),
        "2 spaces",
        {"body": "Un.\n\n\nTrois.", "b": "z"},
    ),
    (
        "body: |\n  Un.\n- point\n- point\nb: z",
        (3, 1, "indentation"),
        "2 spaces",
        {"body": "Un.", "b": "z"},
    ),
    (
        "body: |\n  Un.\n---\n  Deux.\nb: z",
        (3, 1, "yaml"),
        "indent it",
        {"body": "Un.\n\nDeux.", "b": "z"},
    ),
    # The file as a whole
    ("title: x\n---\nb: y", (2, 1, "yaml"), "in two", {"title": "x", "b": "y"}),
    ("title: x\n...\nb: y", (2, 1, "yaml"), "in two", {"title": "x", "b": "y"}),
    ("{a: b}\n---\n{c: d}", (2, 1, "yaml"), "in two", {"a": "b"}),
    ("", (1, 1, "empty-file"), "empty", None),
    ("# rien\n\n", (1, 1, "empty-file"), "empty", None),
    ("---\n", (1, 1, "empty-file"), "empty", None),
    ("Bonjour à tous.\n", (1, 1, "text-without-field"), "key", None),
    ("title: un\n  Note: deux", (2, 7, "yaml-quotes"), "| after", {"title": "un Note: deux"}),
    (f"title: x\n{NBSP}date: y", (2, 1, "indentation"), "U+00A0", {"title": "x", "date": "y"}),
    ("- a\n- b", (1, 1, "no-fields"), "key: value", ["a", "b"]),
    ('"un texte"', (1, 1, "no-fields"), "key: value", "un texte"),
    ("title: a\x0bb", (1, 9, "character"), "U+000B", {"title": "a b"}),
    ("\x00title: x", (1, 1, "character"), "start of this line", {"title": "x"}),
    ("title: a\ud800b", (1, 9, "character"), "U+D800", {"title": "a b"}),
    # Texts between brackets that a comma, a colon or a bracket cuts
    (
        "a: {b: Une écluse, l'eau, bleue, c: d}",
        (1, 20, "yaml-quotes"),
        """: b: "Une écluse, l'eau, bleue\"""",
        {"a": {"b": "Une écluse, l'eau, bleue", "c": "d"}},
    ),
    (
        "a: [{b: Venez, voyez, c: d}]",
        (1, 16, "yaml-quotes"),
        "comma cuts this text in two",
        {"a": [{"b": "Venez, voyez", "c": "d"}]},
    ),
    (
        "a: {b: un,\n  deux}\nc: d",
        (2, 3, "yaml-quotes"),
        'b: "un, deux"',
        {"a": {"b": "un, deux"}, "c": "d"},
    ),
    (
        "a: {b: 2,5 Md€, c: d}",
        (1, 10, "yaml-quotes"),
        'b: "2,5 Md€"',
        {"a": {"b": "2,5 Md€", "c": "d"}},
    ),
    (
        "a: {b: c, https://x.y}",
        (1, 11, "yaml-quotes"),
        'b: "c, https://x.y"',
        {"a": {"b": "c, https://x.y"}},
    ),
    ("a: {Une écluse, l'eau}", (1, 5, "text-without-field"), "Une écluse, l'eau", {"a": {}}),
    ("a: {b, c: d}", (1, 5, "text-without-field"), "'b'", {"a": {"c": "d"}}),
    ("a: {x: y, b:c}", (1, 11, "space-after-colon"), "'b: '", {"a": {"x": "y", "b": "c"}}),
    *(
        (f"a: {typed}\nx: y", (1, column, rule), words, {"a": "…", "x": "y"})
        for typed, column, rule, words in (
            ("{b: L'IA : oui}", 13, "yaml-quotes", """text: "L'IA : oui\""""),
            ("{b: L'IA : oui, non, c: d}", 13, "yaml-quotes", """text: "L'IA : oui\""""),
            ("{b: Paris [nord, sud], c: d}", 14, "yaml-quotes", '"Paris [nord, sud]"'),
            ("{b: [lien](https://x.y), c: d}", 14, "yaml-quotes", '"[lien](https://x.y)"'),
            ('{b: "Osons" encore, c: d}', 16, "yaml-quotes", "'\"Osons\" encore'"),
            ("{b: c.jpg alt: Une écluse}", 17, "yaml-quotes", "if 'alt' is a field, type a comma"),
            ("{b: [c] d: }", 12, "yaml-quotes", '"[c] d:"'),
            ("{b: {c: d, e: g} f}", 21, "yaml-quotes", '"{c: d, e: g} f"'),
            ("[b, c : d : e]", 14, "yaml-quotes", '"c : d : e"'),
            ("{b: c:, d: e}", 9, "unclosed-bracket", "write [one, two] or {key: text}"),
            ("{b: c,, d: e}", 10, "unclosed-bracket", "write [one, two] or {key: text}"),
        )
    ),
    (
        "a: {\n  b: L'IA : oui,  # note\n}\nx: y",
        (2, 11, "yaml-quotes"),
        """"L'IA : oui\"""",
        {"a": "…", "x": "y"},
    ),
    # What only the library sees
    ('a: {b: "' + "\n" * 1200, (1, 8, "unclosed-quote"), "same quote", None),
    ('a: "' + "\n" * 1200 + '"\nb: c : d', (1202, 6, "yaml-quotes"), "colon", None),
    ('a: ["\\d"]', (1, 6, "yaml-quotes"), "twice", None),
    ("a: [@b]", (1, 5, "yaml-quotes"), "character", None),
    ('a: "' + "\n" * 1200 + '"\nfoo\nbar: x', (1203, 1, "yaml"), "the line above", None),
    ('a: "' + "\n" * 1200, (1, 4, "unclosed-quote"), "same quote", None),
    ("{a: b}\n{c: d}", (2, 1, "yaml"), "cannot be read", None),
]


@pytest.mark.parametrize(("typed", "place", "words", "read"), ONE_FAULT)
def test_a_fault_is_said_once_at_its_place_and_the_rest_is_read(typed, place, words, read):
    source = parse(typed)

    assert [(*each.position, each.rule) for each in source.problems] == [place]
    assert words in f"{source.problems[0].message} {source.problems[0].hint}"
    assert source.value == read


def test_the_lines_below_a_hyphen_that_touches_its_key_are_to_move_along():
    source = parse("a:\n  -value: 12%\n   label: b\n\n   c:\n    - d\n  - value: 13%")

    [hyphen, lines] = source.problems
    assert (hyphen.position.line, hyphen.rule) == (2, "space-after-hyphen")
    assert "lines 3 to 6" in lines.message
    assert "right by 1 space" in lines.hint
    assert source.value == {"a": [{"value": "12%", "label": "b", "c": ["d"]}, {"value": "13%"}]}


def test_every_fault_of_a_file_comes_out_in_one_pass():
    source = parse(
        "subject: [Numeum] Mai\n"
        "title: Salon : le programme\n"
        "lead: #NumeumDay\n"
        "sections:\n"
        "\t- title: 'L'IA'\n"
        "\t  body: |\n"
        "\t    Un.\n"
        "Deux.\n"
        "\t  date: *x\n"
        "title: encore\n"
    )

    assert [(each.position.line, each.rule) for each in source.problems] == [
        (1, "yaml-quotes"),
        (2, "yaml-quotes"),
        (3, "cut-by-hash"),
        (5, "tab"),
        (5, "yaml-quotes"),
        (6, "tab"),
        (7, "tab"),
        (8, "indentation"),
        (9, "tab"),
        (9, "yaml-quotes"),
        (10, "duplicate-key"),
    ]


def test_the_same_tabs_mean_the_same_level_again():
    source = parse("a:\n\tb:\n\t\tc: d\n\te:\n\t\tf: g\n")

    assert [each.rule for each in source.problems] == ["tab"] * 4
    assert source.value == {"a": {"b": {"c": "d"}, "e": {"f": "g"}}}


def test_places_are_those_of_the_file_though_a_line_was_mended():
    source = parse("picture:\n\t\tfile: un.jpg\n\t\talt:L'arbre # 2\n")

    assert source.position(("picture", "file")) == Position(2, 9)
    assert source.position(("picture", "alt"), key=True) == Position(3, 3)
    assert source.position(("picture", "alt")) == Position(3, 7)
    assert source.find(("picture", "alt"), "# 2") == Position(3, 15)


def test_a_file_of_nothing_but_faults_ends_after_a_hundred():
    source = parse("a: b #c\n" * 500)

    assert len(source.problems) == 100
    assert len(parse("a: [" + "b #c, " * 500 + "]").problems) == 100
    assert len(parse("a: [" + "{b: c, d e}, " * 5000 + "]").problems) == 100
    assert len(parse("\x0b\n" * 500).problems) == 100
    assert len(parse("a: [" + "*b, " * 500 + "]").problems) == 100


def test_a_bracket_before_a_word_without_value_is_told():
    assert parse("a: {[b] c: }").problems


@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
@pytest.mark.parametrize("levels", [21, 200, 100_000])
def test_more_than_twenty_levels_are_a_problem(opening, levels):
    source = parse("a: " * (opening != "- ") + opening * levels)

    assert source.problems[0].rule == ("nesting" if opening == "- " else "unclosed-bracket")


def test_twenty_levels_are_read():
    assert parse("a: " + "[" * 19 + "x" + "]" * 19).problems == ()
    assert parse("a: " + "[" * 20 + "x" + "]" * 20).problems[0].rule == "nesting"
    for levels in (99, 999, 100_000):
        [problem] = parse("a: " + "[" * levels + "x" + "]" * levels).problems
        assert problem.rule == ("nesting" if levels < 1000 else "unclosed-bracket")


@pytest.mark.parametrize("levels", [21, 200, 1000])
def test_steps_deeper_than_twenty_levels_are_a_problem(levels):
    text = "".join(" " * number + "a:\n" for number in range(levels))

    assert [each.rule for each in parse(text).problems] == ["nesting"]


def test_text_over_a_mebibyte_is_not_looked_at():
    source = parse("a: " + "x" * 1024 * 1024)

    assert [each.rule for each in source.problems] == ["file"]
    assert source.value is None


def test_a_value_between_brackets_may_have_a_thousand_lines_and_more():
    source = parse("a: [\n" + "  x,\n" * 1500 + ']\nb: "\n' + "y\n" * 1500 + '"\n')

    assert source.problems == ()
    assert len(source.value["a"]) == 1500


ITEM = "- kind: b\n  title: c\n  body: |\n    d\n\n    e\n  picture:\n    file: f\n"
FELLOWS = "sections:\n  - title: A\n    items:\n      - kind: a\n        body: |\n          x\n"
NEXT_ITEM = "      - kind: z\n        title: y\n"


def indented(text, first, rest):
    lines = text.splitlines(keepends=True)
    return "".join(
        " " * (first if line is lines[0] else rest) * bool(line.strip()) + line for line in lines
    )


PASTED = [
    (0, 0, (0, 1), "right by 6 spaces"),
    (4, 4, (0, 5), "right by 2 spaces"),
    (8, 8, (0, 9), "left by 2 spaces"),
    (6, 0, (1, 3), "right by 6 spaces"),
    (6, 8, (1, 11), "left by 2 spaces"),
    (4, 6, (0, 5), "6 spaces"),
    (2, 6, (0, 3), "6 spaces"),
]
NO_FELLOWS = FELLOWS[: FELLOWS.index("      -")]


@pytest.mark.parametrize(
    ("fellows", "first", "rest", "place", "words"),
    [
        (fellows, *pasted)
        for fellows in (FELLOWS, FELLOWS + "\n", NO_FELLOWS)
        for pasted in PASTED
        # The first item of a list says where its items stand.
        if fellows is not NO_FELLOWS or pasted[0] not in (4, 8)
    ],
)
def test_an_item_pasted_at_another_level_is_one_fault(fellows, first, rest, place, words):
    source = parse(fellows + indented(ITEM, first, rest) + NEXT_ITEM)

    (problem,) = source.problems
    line = fellows.count("\n") + 1 + place[0]
    assert (problem.position, problem.rule) == ((line, place[1]), "indentation")
    assert words in problem.hint
    items = [each["kind"] for each in source.value["sections"][0]["items"]]
    assert items[-2:] == ["b", "z"]
    assert source.value["sections"][0]["items"][-2]["body"] == "d\n\ne"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ('Bonjour" : à tous', '"Bonjour : à tous"'),
        ('Bonjour : à tous"', '"Bonjour : à tous"'),
        ("\"Bonjour : à tous'", '"Bonjour : à tous"'),
        ("'L'IA : demain", '"L\'IA : demain"'),
        ("l'avenir : demain'", '"l\'avenir : demain"'),
        ('l\'avenir "numérique" : demain', '"l\'avenir \\"numérique\\" : demain"'),
        ('"dit "oui" : demain', "'dit \"oui\" : demain'"),
        ("« Bonjour : à tous", '"Bonjour : à tous"'),
        ("Bonjour » : à tous", '"Bonjour : à tous"'),
        ("« Bonjour » : à tous", '"« Bonjour » : à tous"'),
        ("“Bonjour” : à tous", '"“Bonjour” : à tous"'),
        ("“Bonjour : à tous", '"Bonjour : à tous"'),
        ('Écran 27" : promotion', "'Écran 27\" : promotion'"),
        ("rock 'n roll : le retour", '"rock \'n roll : le retour"'),
    ],
)
def test_the_quotes_to_put_leave_no_half_of_a_pair(typed, hint):
    [problem] = parse(f"title: {typed}").problems

    assert hint in problem.hint.splitlines()[0].split("text: ")[-1]


@pytest.mark.parametrize("typed", ["'L'IA' : oui", '"Oui" dit', "« Oui » : non", "“Oui” : non"])
def test_a_text_with_quotes_of_its_own_is_told_without_others_around_it(typed):
    [problem] = parse(f"title: {typed}").problems

    assert typed in problem.message
    assert f"'{typed}'" not in problem.message


NESTED = """\
kind: newsletter
sections:
  - title: Un
    items:
      - kind: links
        title: Liens
        links:
          - title: Un
            url: https://x.fr
            note: N
          - url: https://y.fr
            title: Deux
        for:
          - delegation: Bretagne
            commission: IA
      - kind: article
        lead: L
        body: |
          - Un texte : oui
            ou non
      - title: Dernier
        kind: text
  - items:
      - kind: text
        body: Seul
    title: Deux
closing: Fin
"""
# Another style: the items of a list begin where its key does.
FLAT = yaml.safe_dump(yaml.load(NESTED, yaml.BaseLoader), allow_unicode=True, sort_keys=False)  # noqa: S506


@pytest.mark.parametrize("text", [NESTED, FLAT], ids=["nested", "flat"])
@pytest.mark.parametrize(
    ("below", "typed", "slip"),
    [
        (0, "- ", "-  "),
        (0, "- ", "-\t "),
        (0, "- ", " - "),
        (0, " ", ""),
        (1, "", " "),
        (1, " ", ""),
    ],
)
def test_one_line_of_an_item_out_of_line_is_told_alone_and_mended(text, below, typed, slip):
    good = text.split("\n")
    rows = [row for row, line in enumerate(good) if re.match(" *- [a-z]+: ", line)]
    for row in (each + below for each in rows if good[each].startswith(" ")):
        lines = [*good[:row], good[row].replace(typed, slip, 1), *good[row + 1 :]]

        source = parse("\n".join(lines))

        assert [each.position.line for each in source.problems] == [row + 1], lines[row]
        assert source.value == parse(text).value


@pytest.mark.parametrize("shift", [-2, 2])
def test_the_lines_of_an_item_that_stand_right_are_not_to_be_moved(shift):
    good = f"items:\n{4 * ' '}- kind: a\n{4 * ' '}- kind: b\n      c: d\n      e: f\n      g: h\n"
    lines = good.split("\n")
    for row in (2, 3):  # the dash, and the line below
        words = lines[row].lstrip()
        lines[row] = " " * (len(lines[row]) - len(words) + shift) + words

    source = parse("\n".join(lines))

    [problem] = source.problems
    assert problem.message.startswith("lines 3 to 4 belong to one item")
    assert source.value == parse(good).value


@pytest.mark.parametrize(
    "typed",
    [
        "a:\n  b: c\n#d:\n  e: f\n",  # nothing ended there
        "a:\n\n# note:\n  b: c\n",  # `a` waits for its fields
        "a: b\n\n#d:\n#  e: f\n\ng: h\n",
        "a: b\n\n#d: e\nf: g\n",
    ],
)
def test_a_comment_that_is_one_is_left(typed):
    source = parse(typed)

    assert not any("still a comment" in each.message for each in source.problems)
    assert "d" not in source.value
