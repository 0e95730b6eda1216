"""A merge tag of another tool is told: readers would see it as it is typed."""

import pytest

from newsletter.content.loading import load_issue
from newsletter.values.merge_syntax import find_merge_faults
from tests.conftest import HEAD

COLUMNS = frozenset({"first name", "last name", "town"})

TAGS = {
    "*|FNAME|*": "((first name))",
    "%FNAME%": "((first name))",
    "{{first name}}": "((first name))",
    "<<First Name>>": "((first name))",
    "[First Name]": "((first name))",
    "[FIRSTNAME]": "((first name))",
    "[firstname,fallback=friend]": "((first name))",
    "${name}": "((first name)), ((last name)), ((town))",
    "[[data:firstname]]": "((first name))",
    '[[data:firstname:"friend"]]': "((first name))",
    "{$name}": "((first name)), ((last name)), ((town))",
    "{$last_name}": "((last name))",
    "%recipient.name%": "((first name)), ((last name)), ((town))",
    "%recipient.town%": "((town))",
    "%First Name%": "((first name))",
    "%%First Name%%": "((first name))",
    "{{ contact.FIRSTNAME }}": "((first name))",
    '{{ contact.FIRSTNAME | default : "friend" }}': "((first name))",
    "{first_name}": "((first name))",
    "[Prénom]": "((first name))",
    "[Town]": "((town))",
    "#FIRSTNAME#": "((first name))",
    "@@first_name@@": "((first name))",
    "«First Name»": "((first name))",
}
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


@pytest.mark.parametrize(("tag", "form"), TAGS.items())
def test_a_merge_tag_of_another_tool_is_told_with_the_form_to_type(tag, form):
    (found,) = find_merge_faults(f"Dear {tag}, hello", COLUMNS)

    assert found.snippet == tag
    assert found.fault.message.startswith(f"'{tag}' is a merge tag of another tool")
    assert found.fault.hint.endswith(form)


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
