"""How help is laid out: commands by what they are for, no sentence cut, all in one language.

Commands and options are declared in English, before anybody knows the reader's language: what
stands in their help is translated where it is written.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import click

from newsletter.i18n import N_, _, counted

# What stands for a value, in help and usage.
PLACEHOLDERS = (
    N_("ADDRESS"), N_("ARGS"), N_("COMMAND"), N_("DAYS"), N_("DIR"), N_("FILE"), N_("FILES"),
    N_("GROUP"), N_("KEY"), N_("LINK"), N_("NAME"), N_("OPTIONS"), N_("PORT"), N_("RULE"),
    N_("TEXT"), N_("TIME"), N_("VALUE"), N_("YYYY-MM-DD"),
)  # fmt: skip
# What click says to people, who brings no French of its own, for the catalogue: a test holds it so.
WORDS = (
    N_("Usage:"), N_("Options"), N_("Commands"), N_("Show this message and exit."),
    N_("Show the version and exit."), N_("%(prog)s, version %(version)s"), N_("default: {default}"),
    N_("Error: {message}"), N_("Try '{command} {option}' for help."),
    N_("No such command {name!r}."), N_("No such option {name!r}."), N_("Missing argument"),
    N_("Missing option"), N_("Missing command."), N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"),
    N_("Option {name!r} does not take a value."), N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."), N_("{name} {filename!r} is a directory."), N_("file"),
    N_("directory"), N_("path"), N_("required"), N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid {number_type}."),
)  # fmt: skip
_RANGE = re.compile(r"  \[[\d<=x]+\]|(?<=\[)[\d<=x]+; ")  # "[0<=x<=65535]": said where it is missed


class _Formatter(click.HelpFormatter):
    """click's layout, in the reader's language: « Options : », « FICHIER »."""

    def write_heading(self, heading: str) -> None:
        self.write(_("{heading}:").format(heading=heading) + "\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _placeholders(args), prefix)

    def write_text(self, text: str) -> None:
        super().write_text(_(text))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        translated = [(_placeholders(first), _RANGE.sub("", second)) for first, second in rows]
        super().write_dl(translated, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Option(click.Option):
    """An option; an empty value is none: `--at "$HOUR"` would else send at once."""

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Return what was typed as what it stands for."""
        typed = value if self.multiple else [value]
        if "" in (typed or ()) and value != self.default:
            said = _("Option {name!r} requires an argument.").format(name=self.opts[0])
            raise click.BadOptionUsage(self.opts[0], said, ctx)
        return super().type_cast_value(ctx, value)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return what is typed, and the help."""
        said = copy(self)
        said.help = self.help and _(self.help)
        return super(Option, said).get_help_record(ctx)


class Verb(click.Command):
    """A command."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, made anew: click keeps the words of the language that it met first."""
        self._help_option = None
        return super().get_help_option(ctx)


class Verbs(Verb, click.Group):
    """A command with commands of its own, in named groups."""

    def __init__(self, name: str, said: str, commands: Sequence[click.Command]) -> None:
        super().__init__(name, commands, help=said)
        self.groups: Mapping[str, Sequence[click.Command]] = {N_("Commands"): commands}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group with its commands; click would cut what they do after 45 characters."""
        width = max(map(len, self.commands))
        for title, commands in self.groups.items():
            with formatter.section(_(title)):
                rows = [(f"{each.name:{width}}", _(str(each.help))) for each in commands]
                formatter.write_dl(rows)


def _placeholders(text: str) -> str:
    """Return `text` with what stands for a value in the reader's language."""
    return re.sub(r"[A-Z][A-Z-]+", lambda found: _(found[0]), text)


def counted_words() -> None:
    """Hold the words that click counts where the extraction of messages finds them."""
    counted("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1)
    counted("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1)
    counted(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1
    )
    counted("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1)
    counted(
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
        1,
    )
