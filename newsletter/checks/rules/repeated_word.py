"""No word is written twice in a row by accident.

Two people editing, or a hasty paste, leave "le le" behind; anyone who reads the email aloud, or
listens to it, stumbles.

Fails: `Nous avons remis le le rapport`
Passes: `Nous avons remis le rapport`; "nous nous" and "vous vous" are correct French.

Source: the most common slip, and one that spell checkers miss in a YAML file.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding, finding_at
from newsletter.i18n import _
from newsletter.problems.problem import Level

LEVEL = Level.WARNING

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


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding for each word that stands twice in a row."""
    for text in checked.texts:
        for found in _TWICE.finditer(text.prose):
            word = found["word"].lower()
            is_right = word in _RIGHTLY or not found["again"].islower()
            if is_right or (word == "en" and _GERUND.match(text.prose, found.end())):
                continue
            message = _("'{word}' is written twice in a row").format(word=found["again"])
            yield finding_at(text, found.start(), found.end(), message, _("remove one of them"))
