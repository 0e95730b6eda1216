"""How help is laid out: commands by what they are for, no sentence cut, all in one language."""

import re
from collections.abc import Iterable, Sequence

import click

from newsletter.i18n import N_, _

# What stands for a value, in help and usage.
PLACEHOLDERS = (
    N_("ADDRESS"), N_("ARGS"), N_("COMMAND"), N_("DAYS"), N_("DIR"), N_("FILE"), N_("FILES"),
    N_("GROUP"), N_("KEY"), N_("NAME"), N_("OPTIONS"), N_("PORT"), N_("RULE"),
    N_("TEXT"), N_("VALUE"), N_("YYYY-MM-DD"),
)  # fmt: skip

_RANGE = re.compile(r"  \[[\d<=x]+\]|(?<=\[)[\d<=x]+; ")  # "[0<=x<=65535]": said where it is missed


class _Formatter(click.HelpFormatter):
    """click's layout, in the reader's language: « Options : », « FICHIER »."""

    def write_heading(self, heading: str) -> None:
        self.write(_("{heading}:").format(heading=heading) + "\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _placeholders(args), prefix)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        translated = [(_placeholders(first), _RANGE.sub("", second)) for first, second in rows]
        super().write_dl(translated, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Verb(click.Command):
    """A command."""

    context_class = _Context


class Verbs(click.Group):
    """A command with commands of its own, in named groups where `groups` has some."""

    context_class = _Context
    command_class = Verb
    group_class = type
    groups: Iterable[tuple[str, Sequence[str]]] = ()

    def in_order(self) -> list[str]:
        """Return the names of the commands, as the groups have them."""
        grouped = [name for _title, names in self.groups for name in names]
        return grouped or list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group with its commands; click would cut what they do after 45 characters."""
        width = max(map(len, self.commands))
        for title, names in self.groups or [(_("Commands"), self.in_order())]:
            with formatter.section(title):
                rows = [(f"{name:{width}}", self.commands[name].help or "") for name in names]
                formatter.write_dl(rows)


def _placeholders(text: str) -> str:
    """Return `text` with what stands for a value in the reader's language."""
    return re.sub(r"[A-Z][A-Z-]+", lambda found: _(found[0]), text)
