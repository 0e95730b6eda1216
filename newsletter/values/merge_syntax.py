r"""Merge fields as typed, `((first name | cher adhérent))`; `\((` is the mere brackets."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice

from newsletter.i18n import _
from newsletter.problems.problem import Fault, Problem
from newsletter.source import Source
from newsletter.values.reading import FaultInValue
from newsletter.values.suggestions import did_you_mean, without_accents

# A field ends at the first "))"; it holds no bracket and no line break of its own but one of a
# wrapped line.
MERGE_FIELD = re.compile(r"(?<!\\)\(\((?P<name>[^()|]*)(?:\|(?P<fallback>[^()]*))?\)\)")
ESCAPED_BRACKETS = re.compile(r"\\(?=\(\()")
_OPENING = re.compile(r"(?<!\\)\(\(")
_NAME = r"\s*(?P<{}>[^\W\d][\w .:|\"'&,=-]{{0,80}}?)\s*"


def _any_of(*forms: str) -> re.Pattern[str]:
    numbered = (form.replace("NAME", _NAME.format(f"form{n}")) for n, form in enumerate(forms))
    return re.compile("|".join(numbered))


# Mailchimp, ActiveCampaign, Salesforce, Brevo and HubSpot, Mailjet, MailerLite, and scripts.
_SURE = _any_of(
    r"\*\|NAME\|\*",
    r"%%NAME%%",
    r"(?<![\w%/=&?+.-])%(?=[^\s%]{3,80}%)NAME%(?!\w)",  # not an address's %C3%A9
    r"\{\{[#/]?NAME\}\}",
    r"\[\[(?:data|var|const):NAME\]\]",
    r"\$\{NAME\}",
    r"\{\$NAME\}",
)
# Also guillemets, words left out, references and links: a tag where the words name a column.
_PERHAPS = _any_of(
    r"<<NAME>>",
    r"(?<![\w!\[\]\\])\[NAME\](?![(\[:\]])",
    r"(?<![\w{$])\{NAME\}(?!\})",
    r"(?<![\w%/=&?+.-])%NAME%(?!\w)",
    r"(?<![\w#])#NAME#(?!\w)",
    r"@@NAME@@",
    r"«(?! )NAME(?<! )»",  # as Word shows its own
)
_CODE = re.compile(r"`[^`\n]*`")
# What tools and teams call a recipient's names and address: « first » is the start of a name.
_USUAL = {
    "fname", "firstname", "forename", "givenname", "prenom", "lname", "lastname", "surname",
    "familyname", "nomdefamille", "name", "fullname", "nom", "nomcomplet", "yourname", "votrenom",
    "email", "emailaddress", "mail", "courriel", "adresseemail", "organisation", "organization",
    "company", "companyname", "societe", "salutation", "title", "civilite",
}  # fmt: skip


def find_merge_faults(text: str, known: Collection[str]) -> Iterator[FaultInValue]:
    """Yield a fault for each merge field that is unknown or open, and each tag of another tool."""
    seen: Counter[str] = Counter()
    for opening in _OPENING.finditer(text):
        field = MERGE_FIELD.match(text, opening.start())
        snippet = field[0] if field else text[opening.start() :].split("\n")[0][:30]
        if fault := _fault(field, snippet, known):
            yield FaultInValue(fault, snippet, seen[snippet])
        seen[snippet] += 1
    # A hundred are enough to tell, and a hostile text of 1 MB holds as many as it likes.
    for tag in islice(_foreign_tags(text, known), 100):
        message = _("'{tag}' is a merge tag of another tool: readers would see it")
        forms = ", ".join(f"(({name}))" for name in sorted(known)) or "((email))"
        hint = _("write one of: {known}").format(known=forms)
        fault = Fault("merge-field", message.format(tag=tag[0]), hint)
        yield FaultInValue(fault, tag[0], text.count(tag[0], 0, tag.start()))


def merge_problems(source: Source, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each faulty merge field in the texts of a file."""
    for loc, text in source.texts():
        for fault in find_merge_faults(text, known):
            yield fault.in_file(source, loc)


def _fault(field: re.Match[str] | None, snippet: str, known: Collection[str]) -> Fault | None:
    name = field_name(field["name"]) if field else ""
    if field and name in known:
        return None
    message, hint = _("there is no merge field '{name}'"), _("write one of: {known}; {literal}")
    if not field:
        message = _("the merge field '{text}' is not closed")
        hint = _("end the field with )), {literal}")
    literal = _(r"or write \(( for the brackets themselves")
    hint = hint.format(known=", ".join(sorted(known)), literal=literal)
    return Fault("merge-field", message.format(name=name, text=snippet), hint)


def _foreign_tags(text: str, known: Collection[str]) -> Iterator[re.Match[str]]:
    # What stands in code is about such a tag.
    shown = _CODE.sub(_blanked, text)
    yield from _SURE.finditer(shown)
    columns = {_letters(column) for column in known}
    for tag in _PERHAPS.finditer(_SURE.sub(_blanked, shown)):
        # The name in the tag, without its list before it and its fallback after it.
        words = re.split(r"[|,:]", tag[tag.lastgroup or 0])[0].strip().rpartition(".")[2]
        is_name = _letters(words) in _USUAL or did_you_mean(words, sorted(known))
        if _letters(words) in columns or (is_name and not tag[0].startswith("«")):
            yield tag


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", without_accents(words))


def field_name(typed: str) -> str:
    """Return the name of a merge field as the settings know it."""
    return " ".join(typed.split())
