"""Faults of Markdown texts, as their writers are told of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.values.markdown_faults import find_markdown_faults

FAULTS = [
    (
        "Voir [ici] (https://a.fr).",
        "[ici] (https://a.fr)",
        "'[ici] (https://a.fr)' is not a link as it is typed",
        "write [ici](https://a.fr)",
    ),
    (
        "Voir [là](https://a.fr/mon fichier.pdf)",
        "[là](https://a.fr/mon fichier.pdf)",
        "'https://a.fr/mon fichier.pdf' is not an address that an email can link to",
        "write https://a.fr/mon%20fichier.pdf",
    ),
    (
        "[là](https://a.fr/un\n  deux)",
        "[là](https://a.fr/un\n  deux)",
        "'https://a.fr/un deux' is not an address that an email can link to",
        "write https://a.fr/un%20deux",
    ),
    (
        "Le député<https://a.fr/d>, qui",
        "député<https://a.fr/d>",
        "'député<https://a.fr/d>' is not a link as it is typed",
        "write [député](https://a.fr/d)",
    ),
    ("[ici]()", "[ici]()", "the link '[ici]' has no address", "write [ici](https://…)"),
    ("[ici](<>)", "[ici](<>)", "the link '[ici]' has no address", "write [ici](https://…)"),
    (
        "[x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "'javascript:alert(1)' is not an address that an email can link to",
        "start it with https://, http://, mailto: or tel:",
    ),
    (
        "<vbscript:x>",
        "<vbscript:x>",
        "'vbscript:x' is not an address that an email can link to",
        "start it with https://, http://, mailto: or tel:",
    ),
    (
        "[x][a]\n\n[a]: file:///c/x.pdf",
        "[a]: file:///c/x.pdf",
        "'file:///c/x.pdf' is not an address that an email can link to",
        "an email carries no attachment: put the file online and write its address",
    ),
    (
        "[x](data:text/html,x)",
        "[x](data:text/html,x)",
        "'data:text/html,x' is not an address that an email can link to",
        "start it with https://, http://, mailto: or tel:",
    ),
    (
        "[x](https://)",
        "[x](https://)",
        "'https://' is not an address that an email can link to",
        "write the full address: https://…",
    ),
    (
        "[ici](www.numeum.fr)",
        "[ici](www.numeum.fr)",
        "'www.numeum.fr' is not an address that an email can link to",
        "write https://www.numeum.fr",
    ),
    (
        "[ici](numeum.fr/page)",
        "[ici](numeum.fr/page)",
        "'numeum.fr/page' is not an address that an email can link to",
        "write https://numeum.fr/page",
    ),
    (
        "[ici](presse@numeum.fr)",
        "[ici](presse@numeum.fr)",
        "'presse@numeum.fr' is not an address that an email can link to",
        "write mailto:presse@numeum.fr",
    ),
    (
        "[ici](numeum.fr/((delegation)))",
        "[ici](numeum.fr/((delegation)))",
        "'numeum.fr/((delegation))' is not an address that an email can link to",
        "write https://numeum.fr/((delegation))",
    ),
    (
        "[Mon espace]((profile url))",
        "[Mon espace]((profile url))",
        "'[Mon espace]((profile url))' is not a link as it is typed",
        "write [Mon espace](((profile url)))",
    ),
    (
        "Voici ![un logo](logo.png).",
        "![un logo](logo.png)",
        "'![un logo](logo.png)' is a picture: pictures cannot go inside a text",
        "delete it, and name its file under picture:",
    ),
    (
        "![logo][1]",
        "![logo][1]",
        "'![logo][1]' is a picture: pictures cannot go inside a text",
        "delete it, and name its file under picture:",
    ),
    (
        "LegalTech[^1] : oui",
        "[^1]",
        "the note '[^1]' has no text",
        "add a line for it: [^1]: the text of the note",
    ),
    (
        "Mot[^ma note].\n\n[^ma note]: Texte",
        "[^ma note]",
        "the note '[^ma note]' has no text",
        "add a line for it: [^ma-note]: the text of the note",
    ),
    (
        "Mot.\n\n[^1]: Technologies",
        "[^1]",
        "nothing in the text refers to the note '[^1]'",
        "write [^1] after the word it explains",
    ),
    (
        "a **b** **c",
        "**c",
        "'**c': the asterisks for bold are not paired",
        "write **the words** with two asterisks on each side, or \\*\\* for plain asterisks",
    ),
    (
        "[a][b]",
        "[a][b]",
        "the link '[a][b]' has no address",
        "write [a](https://…), or add a line [b]: https://…",
    ),
    (
        "[a][]",
        "[a][]",
        "the link '[a][]' has no address",
        "write [a](https://…), or add a line [a]: https://…",
    ),
    (
        "Mot.\n\n[b]: https://x.fr",
        "[b]: https://x.fr",
        "the address '[b]: https://x.fr' is not used by any link",
        "write [the words][b] in the text, or remove the line",
    ),
]


@pytest.mark.parametrize(("text", "snippet", "message", "hint"), FAULTS)
def test_a_fault_is_named_with_what_to_type_instead(text, snippet, message, hint):
    (found,) = find_markdown_faults(text)

    assert (found.snippet, found.fault.message, found.fault.hint) == (snippet, message, hint)


@pytest.mark.parametrize(
    "text",
    [
        "Un mot, [un lien](https://a.fr), <https://a.fr>, www.a.fr, a@b.fr.",
        "[a](http://a.fr) [b](mailto:a@b.fr) [c](tel:+33199001234) [d](#bas) [e](HTTPS://A.FR)",
        '[a](https://a.fr "un titre") [b](https://a.fr/x_(y)) [c [d]](https://a.fr)',
        "[Mon espace](((profile url))) et [a](https://a.fr/((id))?x=((first name | cher ami)))",
        "Bonjour ((first name)), [Numeum] ((delegation)), ((inconnu))",
        "[Numeum] (le syndicat), [sic]",
        "[Numeum]: syndicat",
        "Mot[^1] : oui, mot[^1] encore.\n\n[^1]: Technologies",
        "> Mot[^n]\n>\n> [^n]: Technologies",
        "Mot[^1]\n\n[^1]\u00a0: Technologies",
        "[a][b], [c][B], [b] et [b][]\n\n[b]: https://x.fr",
        "[Mon espace][m]\n\n[m]: ((profile url))",
        "**a** et ***b*** et **c\nd**\n\n- **e**\n- **f**\n\n| **g** | **h** |",
        "un mot****caché et 3 * 4",
        "`[a]()` et ``**`` et `![x](y)`",
        "```\n[a]() **\n```\n\n~~~\n[^1]",
        r"\**pas gras \[a]() \[^1]",
        "",
    ],
)
def test_what_is_well_typed_is_no_fault(text):
    assert find_markdown_faults(text) == []


def test_bold_closes_in_its_own_paragraph():
    faults = find_markdown_faults("**un\n\ndeux**\n\n- **trois\n- quatre** fin")

    assert [fault.snippet for fault in faults] == ["**un", "**", "**trois", "**"]
    assert [fault.occurrence for fault in faults] == [0, 1, 0, 3]


def test_two_notes_of_one_name_are_both_named():
    faults = find_markdown_faults("a[^1]\n\n[^1]: un\n\n[^1]: deux")

    assert [(each.fault.message, each.occurrence) for each in faults] == [
        ("there are two notes '[^1]'", 1),
        ("there are two notes '[^1]'", 2),
    ]


def test_faults_come_in_the_order_of_the_text_with_their_occurrence():
    faults = find_markdown_faults("`[a]()` **un [a]() [b](x.fr) [a]()")

    found = [(each.snippet, each.occurrence, each.fault.rule) for each in faults]
    assert found == [
        ("**un", 0, "bold"),
        ("[a]()", 1, "link-syntax"),
        ("[b](x.fr)", 0, "url"),
        ("[a]()", 2, "link-syntax"),
    ]


def test_a_hundred_faults_are_enough_to_tell():
    assert len(find_markdown_faults("[^1] " * 10_000)) == 100


SIGNS = "[|]|(|)|[^1]|: |**|*|`|```|\n|\n\n|https://a.fr|www.a|((x))|!|<|>|\\|mot| |javascript:|- "
SOURCES = st.one_of(st.lists(st.sampled_from([*SIGNS.split("|"), "|"])).map("".join), st.text())


@given(SOURCES)
def test_every_fault_is_found_again_by_its_snippet_and_occurrence(text):
    for fault in find_markdown_faults(text):
        place = -1
        for _ in range(fault.occurrence + 1):
            place = text.find(fault.snippet, place + 1)
            assert place >= 0


BROKEN = [
    "[député(https://a.fr/d)",
    "[député](https://a.fr/d",
    "député](https://a.fr/d)",
    "(député)[https://a.fr/d]",
    "[député]\n(https://a.fr/d)",
    "[député] (https://a.fr/d)",
    "[député][https://a.fr/d]",
    "[député]<https://a.fr/d>",
    "[député]https://a.fr/d",
    "[député](https://a.fr/d]",
    "[député}(https://a.fr/d)",
    "{député}(https://a.fr/d)",
    "[député]: (https://a.fr/d)",
    "[https://a.fr/d](député)",
    '<a href="https://a.fr/d">député</a>',
    "<a class=x href=https://a.fr/d>député</a>",
]


@pytest.mark.parametrize("link", BROKEN)
def test_a_broken_link_is_told_with_the_link_as_it_should_stand(link):
    (found,) = find_markdown_faults(f"Vu {link}, qui a [dit](https://a.fr/e) oui.")

    assert found.snippet == link
    assert found.fault.hint == "write [député](https://a.fr/d)"


def test_a_broken_link_without_words_is_told_to_have_some():
    (found,) = find_markdown_faults('Vu <a href="https://a.fr/d"></a> hier')

    assert found.fault.hint == "write […](https://a.fr/d)"


@pytest.mark.parametrize(
    "typed", ["https//a.fr/d", "https:/a.fr/d", "https:a.fr/d", "https;//a.fr/d"]
)
def test_the_colon_of_an_address_is_put_back(typed):
    (found,) = find_markdown_faults(f"[député]({typed})")

    assert found.fault.hint == "write https://a.fr/d"
