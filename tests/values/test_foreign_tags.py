"""A merge tag of another tool is told: readers would see it as it is typed."""

import pytest

from newsletter.content.loading import load_issue
from newsletter.values.merge_syntax import find_merge_faults
from tests.conftest import HEAD

COLUMNS = frozenset({"first name", "last name", "town"})

TAGS = [
    "*|FNAME|*",
    "%FNAME%",
    "{{first name}}",
    "<<First Name>>",
    "[First Name]",
    "[FIRSTNAME]",
    "[firstname,fallback=friend]",
    "${name}",
    "[[data:firstname]]",
    '[[data:firstname:"friend"]]',
    "{$name}",
    "{$last_name}",
    "%recipient.name%",
    "%recipient.town%",
    "%First Name%",
    "%%First Name%%",
    "{{ contact.FIRSTNAME }}",
    '{{ contact.FIRSTNAME | default : "friend" }}',
    "{first_name}",
    "[Prénom]",
    "[Town]",
    "#FIRSTNAME#",
    "@@first_name@@",
    "«First Name»",
]
WORDS = [
    "[sic] and […] and [...]",
    "a note[^name] and [name]: https://example.org",
    "[First Name](https://example.org) and [Name][1] and ![name](a.png)",
    "<< bonjour >> et <<Bonjour>>",
    "« First name », «Towns» et «Prénom», #Town #Lyon#",
    "50% off, 10% more, https://example.org/%C3%A9t%C3%A9%20a/%E9cole%20",
    "((first name)) and ((town | here))",
    "{{ 7*7 }} and `{{first name}}` and {a}",
    r"\[First Name\]",
    "*a* | *b* | **c**",
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_merge_tag_of_another_tool_is_told_with_the_forms_to_type(tag):
    (found,) = find_merge_faults(f"Dear {tag}, hello", COLUMNS)

    assert found.snippet == tag
    assert found.fault.message.startswith(f"'{tag}' is a merge tag of another tool")
    assert found.fault.hint == "write one of: ((first name)), ((last name)), ((town))"


@pytest.mark.parametrize("words", WORDS)
def test_what_only_looks_like_a_merge_tag_stays(words):
    assert not list(find_merge_faults(words, COLUMNS))


def test_a_merge_tag_is_pointed_at_where_it_stands():
    found = list(find_merge_faults("`{{town}}`, {{town}} and {{town}}", COLUMNS))

    assert [each.occurrence for each in found] == [1, 2]


def test_a_subject_and_a_text_with_a_merge_tag_of_another_tool_are_told(write_issue, settings):
    head = HEAD.replace("Objet", "Hello %FNAME%")
    text = "items:\n  - kind: text\n    body: Dear *|FNAME|*\n"
    loaded = load_issue(write_issue(head + text), settings)

    assert [each.position.line for each in loaded.problems] == [2, 8]
    assert {each.rule for each in loaded.problems} == {"merge-field"}
