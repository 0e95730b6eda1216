"""What holds for any file, well written or not."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsletter.source import Source, parse_source, read_source
from newsletter.source.source import composed

PATH = Path("issues/2026-09.yaml")

GOOD = """\
# A file with a bit of everything.
kind: newsletter
subject: "Coulisses : le mois de mai"
date: 2026-05-12  # a comment
introduction: |
  Premier paragraphe : oui.

  - une liste
  - « deux » #NumeumDay
sections:
  - title: Événements
    for: {delegation: [Bretagne, Grand Est]}
    items:
      - kind: text
        body: >
          Un texte
          replié.

          Deux.
      - kind: picture
        file: 'l''arbre.jpg'
        alt: un texte
          sur deux lignes
closing: {file: texts/fin.md}
tags: [a,
  b]
"""

WORDS = ["title", "body", "texte", "é", "L'IA", "Numeum", "2 500", "012", "http://x.y", "a,b"]
SIGNS = [
    *":#-|>\"'[]{}&*!%@`?,\\\t \n",
    ": ",
    " #",
    "  # ",
    "- ",
    "\n  ",
    "\n\n",
    "\u00a0",
    "“",
    "»",
]
SIGNS += ["---\n", "...\n", "{{", "\r", "\ufeff", "\u2028", "\x85", "\x00", "\ud800", "😀"]

# What YAML keeps as it is between quotes: no control characters, no odd line breaks.
ORDINARY = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn"), exclude_characters="\ufeff"
)
TEXTS = st.text(ORDINARY, min_size=1, max_size=80).filter(
    lambda text: text.lstrip(" ") == text.lstrip() and composed(text) == text
)
KEYS = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda key: key not in {"null"})
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        TEXTS,
        lambda values: (
            st.lists(values, min_size=1, max_size=3)
            | st.dictionaries(KEYS, values, min_size=1, max_size=3)
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


def assert_sane(source: Source) -> None:
    lines = source.text.split("\n")
    for problem in source.problems:
        line, column = problem.position
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert problem.message
        assert problem.hint
        assert "token" not in problem.message + problem.hint or "token" in source.text
    for loc, text in source.texts():
        for place in (source.position(loc), source.position(loc, key=True)):
            assert 1 <= place.line <= len(lines)
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        found = source.find(loc, text[:20])
        assert 1 <= found.line <= len(lines)
        assert isinstance(text.paragraphs, str)


@given(st.text())
def test_no_text_stops_the_reader(text):
    assert_sane(parse_source(text, PATH))


@given(st.lists(st.sampled_from(WORDS + SIGNS), max_size=40).map("".join))
@example("a: |\n x\n\tb: c")
@example("- \n\u00a0- a")
def test_no_heap_of_signs_stops_the_reader(text):
    assert_sane(parse_source(text, PATH))


@given(st.data())
def test_no_slip_of_the_hand_in_a_good_file_stops_the_reader(data):
    at = data.draw(st.integers(0, len(GOOD)))
    removed = data.draw(st.integers(0, 12))
    typed = data.draw(st.lists(st.sampled_from(WORDS + SIGNS), max_size=3).map("".join))

    assert_sane(parse_source(GOOD[:at] + typed + GOOD[at + removed :], PATH))


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)

    assert_sane(read_source(path))


@given(
    TREES,
    st.sampled_from([None, '"', "'", "|", ">"]),
    st.sampled_from([None, False, True]),
    st.sampled_from([20, 80, 1000]),
    st.sampled_from([2, 4]),
)
@example({"a": ["0", '000000 "']}, None, None, 10, 2)
@example({"a": [{"a": {"a": "0", "b": "0", "c": "0"}}]}, None, None, 20, 2)
def test_a_well_formed_file_gives_its_values_and_no_problem(tree, style, flow, width, indent):
    text = yaml.safe_dump(
        tree,
        default_style=style,
        default_flow_style=flow,
        width=width,
        indent=indent,
        allow_unicode=True,
        sort_keys=False,
    )
    assume("? " not in text)  # a key on lines of its own
    assume(all(line.strip() or not line.strip(" ") for line in text.split("\n")))  # only U+00A0
    expected = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts only

    source = parse_source(text, PATH)

    assert source.problems == ()
    assert source.value == without_ends(expected)


def without_ends(value):
    if isinstance(value, dict):
        return {key: without_ends(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_ends(each) for each in value]
    return value.rstrip("\n")


PIECES = ["Bonjour", "L'IA", "12", " ", " : ", ": ", " #", '"', "'", "« ", " »", "“", "”", "’",
          "\\", "@", "[", "]", "{", "}", "*", "&", "- ", ", ", "% "]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join))
@example("Bonjour : " + "à tous " * 10 + '"\\')
def test_the_quotes_that_a_hint_proposes_cure_the_fault(typed):
    for problem in parse_source(f"title: {typed}\nlead: x", PATH).problems:
        text = problem.hint.partition("put quotes around the text: ")[2]
        text = text.removesuffix(" (a comment: two spaces, '#', a space)")
        if text and "; but if '" not in text:
            pasted = parse_source(f"title: {text}\nlead: x", PATH)
            assert not pasted.problems, text


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_values_between_quotes_come_back_as_typed(values):
    lines = [
        f"key{number}: '{value.replace(chr(39), chr(39) * 2)}'"
        for number, value in enumerate(values)
    ]

    source = parse_source("\n".join(lines), PATH)

    assert source.problems == ()
    assert list(source.value.values()) == values


MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    "shape",
    [
        "[",
        "- - a: ",
        "[a, ",
        'a: "\n  b: "\n',
        "a: |\n x\nAb: c\n",
        "a: |\n#\n",
        "a: #\n",
        "a #b ",
        "a: ",
        "a ",
        "\ta\n",
        "a: {b: c}\n",
        '- "a\n  b"\n',
        "\x0b\n",
        "\\",
        "...\n",
    ],
)
@pytest.mark.soak
def test_a_mebibyte_of_anything_takes_no_more_than_a_moment(shape):
    text = (shape * MEBIBYTE)[:MEBIBYTE]
    begun = time.process_time()

    source = parse_source(text, PATH)

    assert (
        time.process_time() - begun < 15
    )  # 2 at most, three times that under coverage; minutes if quadratic
    assert len(source.problems) <= 101


def indented(line: str) -> str:
    return "".join(" " * number + line for number in range(1400))


@pytest.mark.parametrize("line", ["a:\n", "a: [\n", "- \n", "a: b\n", 'a: "\n', "a: |\n", "- a:\n"])
def test_steps_that_only_go_down_take_no_more_than_a_moment(line):
    begun = time.process_time()

    parse_source(indented(line), PATH)

    assert time.process_time() - begun < 6
