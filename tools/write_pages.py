"""Write the manual's pages that the program knows best, in both languages: `make docs`.

`commands.md` and `commandes.md` are the program's own help; `rules.md` and `regles.md` are what
`newsletter check --explain` says of each rule.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from newsletter.checks.checking import RULES
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.checks.rule import manual_page
from newsletter.cli import commands, speak
from newsletter.cli.help import Verbs
from newsletter.problems.problem import level_word

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

<!-- words: rule, check, warning, advice, brackets -->

Each rule has a name, which `newsletter check` shows in brackets. Here is what each asks for, and
why; `newsletter check --explain NAME` says the same. An error stops the send to members, a warning
deserves a look, advice can wait. Is a rule mistaken, this time? [Let it
pass](troubleshooting.md#letting-something-pass).
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
    "language": {"en": "Language", "fr": "Langue"},
    "structure": {"en": "Headings and lists", "fr": "Titres et listes"},
    "dates": {"en": "Dates", "fr": "Dates"},
    "link_words": {"en": "Words of links", "fr": "Mots des liens"},
    "links": {"en": "Addresses of links", "fr": "Adresses des liens"},
    "pictures": {"en": "Pictures", "fr": "Images"},
    "press": {"en": "Press", "fr": "Presse"},
    "earlier": {"en": "Earlier issues", "fr": "Numéros précédents"},
    "footer": {"en": "Footer", "fr": "Pied du mail"},
    "privacy": {"en": "Readers’ privacy", "fr": "Vie privée des lecteurs"},
    "site": {"en": "Online", "fr": "En ligne"},
    "colours": {"en": "Colours", "fr": "Couleurs"},
    "weights": {"en": "Weight", "fr": "Poids"},
    "clients": {"en": "Mail programs", "fr": "Messageries"},
    "markup": {"en": "Templates", "fr": "Gabarits"},
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
    parts += [_rule(names, manual_page(manual)) for manual, names in faults.items()]
    of_rooms = {name: rule.find.__module__.rpartition(".")[2] for name, rule in RULES.items()}
    for room, titles in ROOMS.items():
        parts.append(f"## {titles[language]}\n")
        for name, rule in RULES.items():
            if of_rooms[name] == room:
                parts.append(
                    _rule([name], f"*{level_word(rule.level)}* · {manual_page(rule.manual)}")
                )
    return "\n".join(parts)


def _rule(names: list[str], manual: str) -> str:
    heading = ", ".join(f"`{name}`" for name in names)
    return f"### {heading}\n\n{_WRAP.sub(' ', _LABEL.sub('- ', manual))}\n"


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


if __name__ == "__main__":
    main()
