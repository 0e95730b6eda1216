"""Write the manual's pages that the program knows best, in both languages: `make docs`.

`commands.md` and `commandes.md` are the program's own help; `rules.md` and `regles.md` are what
`newsletter check --explain` says of each rule. In other pages, what stands between
`<!-- made: … -->` and `<!-- end -->` is the program's: `kinds`, a table of the kinds of items;
`outline KIND`, what an editor types for one; `fields CLASS`, a table of what a part may carry.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args, get_origin

import click

from newsletter.checks.checking import RULES
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.checks.rule import manual_page
from newsletter.cli import commands, speak
from newsletter.cli.help import Verbs
from newsletter.commands.editor import snippets_text
from newsletter.content.issue import Newsletter
from newsletter.content.items import Item
from newsletter.content.press_release import PressRelease
from newsletter.content.schema import issue_schema
from newsletter.i18n import _
from newsletter.problems.problem import level_word
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Theme
from newsletter.values.audiences import AudienceParts
from newsletter.values.model import Model, fields_of, inside
from newsletter.values.structures import ItemParts, StoryParts
from newsletter.values.types import Short

DOCS = Path(__file__).parent.parent / "docs"
HEADS = {
    "commands": {
        "en": """\
# Commands

<!-- words: option, flag, exit status, terminal, help -->

Every command and option, from the program's own help. `newsletter COMMAND --help` says the same.
Without FILES, every issue in `issues/` that has not been sent. `--lang fr` and `--lang en` can be
typed anywhere.

| exit status | means |
|---|---|
| 0 | done |
| 1 | problems that a writer can fix |
| 2 | could not run |
| 3 | some messages were not delivered |
| 130 | interrupted |
""",
        "fr": """\
# Commandes

<!-- mots : option, code de sortie, terminal, aide -->

Chaque commande et chaque option, d’après l’aide du programme ; `newsletter COMMANDE --help` dit la
même chose. Sans FICHIERS, tous les numéros de `issues/` qui n’ont pas été envoyés. `--lang fr` et
`--lang en` se placent où l’on veut.

| code de sortie | sens |
|---|---|
| 0 | terminé |
| 1 | des problèmes que le rédacteur peut corriger |
| 2 | la commande n’a pas pu s’exécuter |
| 3 | des mails n’ont pas été remis |
| 130 | interrompu |
""",
    },
    "rules": {
        "en": """\
# Rules

<!-- words: rule, check, warning, suggestion, advice, brackets -->

Each rule has a name, which `newsletter check` shows in brackets. Here is what each asks for, and
why; `newsletter check --explain NAME` says the same. An error stops the send to members, a warning
deserves a look, a suggestion can wait. Is a rule mistaken, this time? [Let
it pass](troubleshooting.md#letting-something-pass).
""",
        "fr": """\
# Règles

<!-- mots : règle, contrôle, avertissement, conseil, crochets -->

Chaque règle a un nom, que `newsletter check` affiche entre crochets. Voici ce que chacune demande,
et pourquoi ; `newsletter check --explain NOM` dit la même chose. Une erreur arrête l’envoi aux
membres, un avertissement mérite un coup d’œil, un conseil peut attendre. Une règle se trompe, pour
une fois ? [Laissez-la passer](quand-ca-coince.md#laisser-passer).
""",
    },
}
FILE = {"en": "The file", "fr": "Le fichier"}  # what is found before any rule looks
# What the rules of each room of `newsletter/checks/rules/` are about, as a writer comes upon it.
ROOMS = {
    "inbox": {"en": "Subject and preheader", "fr": "Objet et accroche"},
    "pasted": {"en": "Pasted text", "fr": "Texte collé"},
    "leftover": {"en": "Leftovers", "fr": "Oublis"},
    "language": {"en": "Headings, lists, language", "fr": "Titres, listes, langue"},
    "dates": {"en": "Dates", "fr": "Dates"},
    "link_words": {"en": "Link text", "fr": "Mots des liens"},
    "links": {"en": "Addresses", "fr": "Adresses"},
    "pictures": {"en": "Pictures", "fr": "Images"},
    "press": {"en": "Press", "fr": "Presse"},
    "law": {"en": "Law and privacy", "fr": "Loi et vie privée"},
    "colours": {"en": "Colours", "fr": "Couleurs"},
    "weights": {"en": "Weight", "fr": "Poids"},
    "markup": {"en": "Templates", "fr": "Gabarits"},
}
# What people search for a rule by, beside the words of its page.
KNOWN_AS = {
    "emoji-bullets": {"en": "emoji, smiley", "fr": "emoji, émoticône, smiley"},
    "all-capitals": {"en": "capitals, upper case", "fr": "majuscules, texte en capitales"},
    "dead-link": {
        "en": "dead link, broken link, link that does not work",
        "fr": "lien mort, lien cassé, lien qui ne marche pas, erreur 404",
    },
    "gmail-clipping": {
        "en": "email too big, weight, message clipped",
        "fr": "mail trop lourd, poids du mail, message tronqué",
    },
    "leftover-text": {"en": "placeholder, lorem ipsum", "fr": "texte à compléter, faux texte"},
    "low-contrast": {"en": "contrast, hard to read", "fr": "contraste, illisible"},
    "members-file": {
        "en": "duplicates, postcode, leading zero, row in error, same address twice",
        "fr": "doublons, code postal, zéro perdu, ligne en erreur, même adresse deux fois",
    },
    "tracking-pixel": {"en": "tracker, cookies", "fr": "traceur, cookies, mouchard"},
    "unaccented-capital": {"en": "accents", "fr": "accents sur les majuscules"},
}
# The lines of a rule's manual page that stand by themselves.
_LABEL = re.compile(r"^(?=(?:Fails|Passes|À éviter|Bien)\s?:)", re.MULTILINE)
_WRAP = re.compile(r"(?<=\S)\n(?=[^\s-])")


def commands_page(language: str) -> str:
    """Return the page of all commands in a language."""
    speak(language)
    return HEADS["commands"][language] + "".join(_commands(commands(), "newsletter"))


def _commands(command: click.Command, name: str) -> Iterator[str]:
    """Yield the part of a command, and those of the commands below it."""
    if isinstance(command, Verbs):
        for below, each in command.commands.items():
            yield from _commands(each, f"{name} {below}")
    else:
        context = command.context_class(
            command, info_name=name, terminal_width=88, help_option_names=["-h", "--help"]
        )
        yield f"\n## `{name}`\n\n```text\n{command.get_help(context).strip()}\n```\n"


def rules_page(language: str) -> str:
    """Return the page of all rules in a language: of files first, then room by room."""
    speak(language)
    faults: dict[str, list[str]] = {}
    for name, manual in FILE_MANUAL.items():
        faults.setdefault(manual, []).append(name)
    parts = [HEADS["rules"][language], f"## {FILE[language]}\n"]
    parts += [_rule(names, manual_page(manual), language) for manual, names in faults.items()]
    of_rooms = {name: rule.find.__module__.rpartition(".")[2] for name, rule in RULES.items()}
    for room, titles in ROOMS.items():
        parts.append(f"## {titles[language]}\n")
        for name, rule in RULES.items():
            if of_rooms[name] == room:
                manual = f"*{level_word(rule.level)}* · {manual_page(rule.manual)}"
                parts.append(_rule([name], manual, language))
    return "\n".join(parts)


def _rule(names: list[str], manual: str, language: str) -> str:
    heading = ", ".join(f"`{name}`" for name in names)
    if known := KNOWN_AS.get(names[0]):
        heading += f"\n\n<!-- {'mots :' if language == 'fr' else 'words:'} {known[language]} -->"
    return f"### {heading}\n\n{_WRAP.sub(' ', _LABEL.sub('- ', manual))}\n"


# What a page has from the program: the mark, what it asks for, and what stands there.
_MADE = re.compile(r"(<!-- made: ([\w -]+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
# In a description: a command, a value in braces or of true and false, a folder, a file, a rate.
_CODE = (
    r"`[^`]+`|\{[^}]*\}[\w.]*|\b(?:true|false)\b(?=\s?:)|(?:[a-z]+/)+(?![/\w])|\w*\.yaml|\d+/\w+"
)
SAY = {
    "fr": {
        "kinds": ("genre", "ce que c’est"),
        "fields": ("champ", "obligatoire", "ce que l’on y écrit"),
        "required": ("non", "oui"),
        "text": "texte",
        "list": "liste",
        "list of": "liste : ",
        "colon": " : ",
        "or": " ou ",
        "formatting": "mise-en-forme.md",
    },
    "en": {
        "kinds": ("kind", "what it is"),
        "fields": ("field", "required", "what to write"),
        "required": ("no", "yes"),
        "text": "text",
        "list": "list",
        "list of": "list: ",
        "colon": ": ",
        "or": " or ",
        "formatting": "formatting.md",
    },
}


def models_below(kind: object) -> Iterator[type[Model]]:
    """Yield the models that an annotation names, and those that their fields name."""
    types = (each for each in inside(kind) if isinstance(each, type))
    for model in (each for each in types if issubclass(each, Model)):
        yield model
        for field in fields_of(model).values():
            yield from models_below(field.type)


KINDS = {get_args(fields_of(model)["kind"].type)[0]: model for model in get_args(Item)}
_WHOLE = (Newsletter, PressRelease, Settings, Theme, ItemParts, StoryParts)
MODELS = {model.__name__: model for whole in _WHOLE for model in models_below(whole)}


def with_made_parts(page: Path) -> str:
    """Return a page with what it has from the program made anew."""
    speak(page.parent.name)
    text = page.read_text(encoding="utf-8")
    return _MADE.sub(lambda found: f"{found[1]}\n{_made(found[2], page)}\n", text)


def _made(what: str, page: Path) -> str:
    match what.split():
        case ["kinds"]:
            said = [(f"[`{kind}`](#{kind})", _said(KINDS[kind], "kind")) for kind in KINDS]
            return _table(SAY[page.parent.name]["kinds"], said)
        case ["outline", kind]:
            return _outline(kind, page.parent.name)
        case ["fields", model]:
            return _fields(MODELS[model], page)
    raise ValueError(f"{page.name}: nothing is made for '{what}'")


def _outline(kind: str, language: str) -> str:
    snippet = json.loads(snippets_text(issue_schema(language), language))[kind]
    code = re.sub(r"\$\{CURRENT_.* 18:00", "2025-02-12 18:00", "\n".join(snippet["body"]))
    code = re.sub(r"\$\{\d+:(.*?)\}", r"\1", code).replace(" (Markdown)", "")
    return f"```yaml\n{code}\n```\n"


def _fields(model: type[Model], page: Path) -> str:
    """Return the table of a model's fields, without those that many have: they have their own."""
    say = SAY[page.parent.name]
    shared = {"kind"} if model in KINDS.values() else set()
    for base in (StoryParts, ItemParts, AudienceParts) if model is not ItemParts else ():
        if issubclass(model, base) and model is not base:
            shared.update(fields_of(base))
    rows = [
        (f"`{field.key}`", say["required"][field.is_required], _cell(model, name, page))
        for name, field in fields_of(model).items()
        if field.description and name not in shared
    ]
    return _table(say["fields"], sorted(rows, key=lambda row: row[1] == say["required"][False]))


def _said(model: type[Model], name: str) -> str:
    return _(fields_of(model)[name].description or "")


def _cell(model: type[Model], name: str, page: Path) -> str:
    """Return what a field is for: its values as code, a link to what explains its parts."""
    field, say = fields_of(model)[name], SAY[page.parent.name]
    made_of = [*inside(field.type)]
    values = [each for each in made_of if isinstance(each, str) and not each.isdigit()]
    said = _said(model, name)
    if values and not any(re.search(rf"\b{value}\b", said) for value in values):
        said += say["colon"] + ", ".join(values)
    longest_first = sorted(map(re.escape, values), key=len, reverse=True)
    code = "|".join([_CODE, *(rf"(?<![\w-]){value}(?![\w-])" for value in longest_first)])
    words = re.sub(code, lambda found: f"`{found[0].strip('`')}`", said)
    words = words.replace("(Markdown)", f"([Markdown]({say['formatting']}))").replace("->", "→")
    links = dict.fromkeys(_link(each, page) for each in made_of if each in MODELS.values())
    links.pop("", None)
    is_list = any(get_origin(each) is tuple for each in made_of)
    forms = [say["text"]] * any(isinstance(each, Short) and each.text for each in made_of)
    forms += links or ([say["list"]] if is_list and forms else [])
    if not links and len(forms) < 2:
        return words
    return f"{words} ({say['list of'] * bool(is_list and links)}{say['or'].join(forms)})"


def _link(model: type[Model], page: Path) -> str:
    """Return a link to the heading over the table of a model, if it has one."""
    mark = "kinds" if issubclass(model, ItemParts) else f"fields {model.__name__}"
    for other in sorted(page.parent.glob("*.md")):
        before, found, _after = other.read_text("utf-8").partition(f"<!-- made: {mark} -->")
        if found:
            heading = re.findall(r"^#+ (.+)$", before, re.MULTILINE)[-1]
            place = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")  # as GitHub does
            return f"[{heading}]({other.name * (other != page)}#{place})"
    return ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |\n" for cells in (heads, *rows)]
    return "".join([lines[0], re.sub(r"[^|\n]+", "---", lines[0]), *lines[1:]])


PAGES = {
    "en/commands.md": lambda: commands_page("en"),
    "fr/commandes.md": lambda: commands_page("fr"),
    "en/rules.md": lambda: rules_page("en"),
    "fr/regles.md": lambda: rules_page("fr"),
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    for path in DOCS.glob("??/*.md"):
        path.write_text(with_made_parts(path), encoding="utf-8")


if __name__ == "__main__":
    main()
