"""Text values: as YAML folds them, and with the writer's own line breaks."""

from collections.abc import Sequence
from typing import Self

_ENDS = "\n \t"


class YamlText(str):
    """A text value, always as typed: "012", "Non", "12:30"."""

    __slots__ = ("paragraphs",)

    paragraphs: str
    """The same text with the writer's own line breaks, for Markdown and addresses."""

    def __new__(cls, value: str, paragraphs: str | None = None) -> Self:
        """Return `value` as text; `paragraphs` is `value` when nothing else is given."""
        text = super().__new__(cls, value)
        text.paragraphs = value if paragraphs is None else paragraphs
        return text

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.paragraphs)


def paragraphs_of(folded: str, style: str | None, lines: Sequence[str], column: int) -> str:
    """Return the text of `lines` as its writer broke it, without the indentation.

    `lines` are those of the file from the first to the last of the value, the last one cut where
    the value ends; `column` is where the value begins in the first.
    """
    if style == "|":
        return folded
    if style == ">":
        return _dedented(lines[1:]).rstrip(_ENDS)
    if style == '"' and any("\\" in line for line in lines):
        return folded.replace("\n", "\n\n")
    if style in ("'", '"'):
        return _unquoted(style, lines, column)
    if lines[0][:column].isspace():
        return _dedented(lines).strip("\n")
    return "\n".join([lines[0][column:], _dedented(lines[1:])])


def _unquoted(style: str, lines: Sequence[str], column: int) -> str:
    text = "\n".join([lines[0][column + 1 :], _dedented(lines[1:])])
    text = text.removesuffix(style).rstrip(_ENDS).lstrip("\n")
    return text.replace("''", "'") if style == "'" else text


def _dedented(lines: Sequence[str]) -> str:
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join(line[indent:] for line in lines)
