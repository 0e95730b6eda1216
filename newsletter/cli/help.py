"""How help is laid out: commands by what they are for, no sentence cut, all in one language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from newsletter.i18n import N_, _

PLACEHOLDER = re.compile(r"[A-Z][A-Z-]+")  # what stands for a value: "FILE", "YYYY-MM-DD"
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


class Option(click.Option):
    """An option; an empty value is none: `--at "$HOUR"` would else send at once."""

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Return what was typed as what it stands for."""
        typed = value if self.multiple else [value]
        if "" in (typed or ()) and value != self.default:
            said = _("Option {name!r} requires an argument.").format(name=self.opts[0])
            raise click.BadOptionUsage(self.opts[0], said, ctx)
        return super().type_cast_value(ctx, value)


class Verb(click.Command):
    """A command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what was typed; what is missing is called as in help."""
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as error:
            if isinstance(error.param, click.Argument):
                error.param_hint = [_placeholders(error.param.make_metavar(ctx))]
            raise

    context_class = _Context


class Verbs(Verb, click.Group):
    """A command with commands of its own, in named groups."""

    groups: Mapping[str, Sequence[click.Command]] = {}  # by title; without, all in one

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group with its commands; click would cut what they do after 45 characters."""
        width = max(map(len, self.commands))
        for title, commands in (self.groups or {N_("Commands"): [*self.commands.values()]}).items():
            with formatter.section(_(title)):
                formatter.write_dl([(f"{each.name:{width}}", str(each.help)) for each in commands])


def _placeholders(text: str) -> str:
    return PLACEHOLDER.sub(lambda found: _(found[0]), text)
