"""Merge tags of other mailing tools, such as `*|FNAME|*`, which nothing here fills."""

import re
from collections.abc import Collection, Iterator

from newsletter.values.suggestions import did_you_mean, without_accents

_NAME = r"\s*(?P<{}>[^\W\d][\w .:|\"'&,=-]{{0,80}}?)\s*"

# Mailchimp, ActiveCampaign, Salesforce, Brevo and HubSpot, Mailjet, MailerLite, and scripts.
_SURE = re.compile(
    "|".join(
        form.replace("NAME", _NAME.format(f"sure{number}"))
        for number, form in enumerate(
            (
                r"\*\|NAME\|\*",
                r"%%NAME%%",
                r"(?<![\w%/=&?+.-])%(?=[^\s%]{3,80}%)NAME%(?!\w)",  # not an address's %C3%A9
                r"\{\{[#/]?NAME\}\}",
                r"\[\[(?:data|var|const):NAME\]\]",
                r"\$\{NAME\}",
                r"\{\$NAME\}",
            )
        )
    )
)
# Also guillemets, words left out, references and links: a tag where the words name a column.
_PERHAPS = re.compile(
    "|".join(
        form.replace("NAME", _NAME.format(f"perhaps{number}"))
        for number, form in enumerate(
            (
                r"<<NAME>>",
                r"(?<![\w!\[\]\\])\[NAME\](?![(\[:\]])",
                r"(?<![\w{$])\{NAME\}(?!\})",
                r"(?<![\w%/=&?+.-])%NAME%(?!\w)",
            )
        )
    )
)
_CODE = re.compile(r"`[^`\n]*`")
# What tools and teams call a recipient's names and address: « first » is the start of a name.
_USUAL = {
    "first name": ("fname", "firstname", "forename", "givenname", "prenom"),
    "last name": ("lname", "lastname", "surname", "familyname", "nomdefamille"),
    "name": ("name", "fullname", "nom", "nomcomplet", "yourname", "votrenom"),
    "email": ("email", "emailaddress", "mail", "courriel", "adresseemail"),
    "organisation": ("organisation", "organization", "company", "companyname", "societe"),
    "salutation": ("salutation", "title", "civilite"),
}


def foreign_tags(text: str, known: Collection[str]) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each merge tag of another tool, and the one of the `known` columns that it means.

    The column is "" where none is near. What stands in code is about such a tag.
    """
    shown = _CODE.sub(lambda code: " " * len(code[0]), text)
    for tag in _SURE.finditer(shown):
        yield tag, _column(_words(tag), known)
    for tag in _PERHAPS.finditer(_SURE.sub(lambda tag: " " * len(tag[0]), shown)):
        column = _column(_words(tag), known)
        if column or _usual_name(_words(tag)):
            yield tag, column


def _words(tag: re.Match[str]) -> str:
    """Return the name in a tag, without its list before it and its fallback after it."""
    name = re.split(r"[|,:]", tag[tag.lastgroup or 0])[0].strip()
    return name.rpartition(".")[2]


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", without_accents(words))


def _usual_name(words: str) -> str:
    return next((usual for usual, names in _USUAL.items() if _letters(words) in names), "")


def _column(words: str, known: Collection[str]) -> str:
    """Return the one of `known` that `words` name, or ""."""
    usual = _usual_name(words)
    for column in sorted(known):
        if _letters(column) == _letters(words) or (usual and _usual_name(column) == usual):
            return column
    return "" if usual else did_you_mean(words, sorted(known))
