"""Write the pages of commands, in `docs/en` and `docs/fr`, from the program's help: `make docs`."""

from collections.abc import Iterator
from pathlib import Path

import click

from newsletter.cli import commands, speak
from newsletter.cli.help import Verbs

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {"en": "en/commands.md", "fr": "fr/commandes.md"}
HEAD = {
    "en": """\
# Commands

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
}


def page(language: str) -> str:
    """Return the page of all commands in a language."""
    speak(language)
    return HEAD[language] + "".join(_parts(commands(), "newsletter"))


def _parts(command: click.Command, name: str) -> Iterator[str]:
    """Yield the part of a command, and those of the commands below it."""
    if isinstance(command, Verbs):
        for below in command.in_order():
            yield from _parts(command.commands[below], f"{name} {below}")
    else:
        context = command.context_class(
            command, info_name=name, terminal_width=88, help_option_names=["-h", "--help"]
        )
        yield f"\n## `{name}`\n\n```text\n{command.get_help(context).strip()}\n```\n"


def main() -> None:
    """Write both pages."""
    for language, name in PAGES.items():
        (DOCS / name).write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
