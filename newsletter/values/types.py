"""The types of values in settings and issue files: each reads a text, or refuses it in words."""

import os.path
import re
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal

from newsletter.i18n import _
from newsletter.source.source import composed
from newsletter.values.links import url_fault
from newsletter.values.model import Schema
from newsletter.values.pictures import picture_fault
from newsletter.values.reading import (
    FaultInValue,
    Here,
    Reader,
    Refused,
    before,
    before_here,
    refusal,
    text_is_due,
)
from newsletter.values.suggestions import file_meant, fold

# What an editor takes for a number (`value: 12`) is a text to us.
TEXT_SCHEMA = {"type": ["string", "number"]}
STRING = Schema({"type": "string"})
FILE_SCHEMA = {
    "type": "object",
    "properties": {"file": {"type": "string"}},
    "required": ["file"],
    "additionalProperties": False,
}
_YES, _NO = ("true", "yes", "oui", "vrai"), ("false", "no", "non", "faux")
# An editor's YAML takes `yes` for a text: it must not underline what is read.
_YES_NO_SCHEMA = {"anyOf": [{"type": "boolean"}, {"enum": [*_YES[1:], *_NO[1:]]}]}
_MAILBOX = re.compile(r"(?!\.)[^@\s<>\"(),;:]+@[^@\s<>\"(),;:]+\.[^@\s<>\"(),;:.]+")


def text_of(value: object) -> str:
    """Return `value` if it is a text that says something; refuse it otherwise."""
    if not isinstance(value, str):
        raise Refused(text_is_due(value))
    if not value.strip():
        raise refusal("empty", _("nothing is written here"), _("write a text, or remove it"))
    return value


def one_line(value: object) -> str:
    """Return `value` in one line."""
    # Not str.split(), which would also take no-break spaces inside for spaces.
    return re.sub(r"[ \t\n]+", " ", text_of(value)).strip()


def paragraphs_of(value: object) -> str:
    """Return `value` with the line breaks of its writer."""
    return str(getattr(value, "paragraphs", text_of(value)))


def _lines(value: object) -> str:
    return "\n".join(filter(None, map(str.strip, paragraphs_of(value).splitlines())))


def _url(value: object) -> str:
    url = one_line(value)
    if fault := url_fault(url):
        raise Refused(FaultInValue(fault, url))
    return url


def _email(value: object) -> str:
    address = one_line(value)
    if not _MAILBOX.fullmatch(address):
        message = _("'{address}' is not an email address").format(address=address)
        raise refusal("email", message, _("write name@example.org"))
    if not address.partition("@")[0].isascii():
        message = _("there is an accent before the @, which few servers accept")
        raise refusal("email", message, _("write {address}").format(address=fold(address)))
    return address


def _colour(value: object) -> str:
    colour = one_line(value)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        message = _("'{colour}' is not a colour").format(colour=colour)
        raise refusal("colour", message, _('write "#" and six characters from 0-9 a-f: "#1A2B3C"'))
    return colour.lower()


def _yes_no(value: object) -> bool:
    word = one_line(value).lower()
    if word not in _YES + _NO:
        message = _("'{word}' is neither true nor false").format(word=word)
        raise refusal("yes-no", message, _("write true or false"))
    return word in _YES


def _whole_number(value: object) -> int:
    digits = re.sub(r"[ \u00a0\u202f]", "", one_line(value))
    if not re.fullmatch(r"[0-9]{1,5}", digits) or int(digits) == 0:
        message = _("'{number}' is not a number of pixels").format(number=digits)
        raise refusal("number", message, _("write a whole number, for example 600"))
    return int(digits)


def _anchor(value: object) -> str:
    name = one_line(value)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
        message = _("'{name}' cannot be used as the name of an item").format(name=name)
        raise refusal("id", message, _("use letters without accents, digits and hyphens"))
    return name


class Short:
    """Marks a short form: a text, or a `{file: …}`, stands for what `wrap` makes of it.

    `text` is the JSON Schema of the text; None where a file alone may stand.
    """

    def __init__(
        self, wrap: Reader, *, text: Mapping[str, Any] | None = TEXT_SCHEMA, file: bool = False
    ) -> None:
        self.wrap, self.text, self.file = wrap, text, file

    def __call__(self, read: Reader) -> Reader:
        """Return what reads the short form too."""

        def read_either(value: object, here: Here) -> object:
            is_file = self.file and isinstance(value, dict) and set(value) == {"file"}
            is_short = is_file or (self.text is not None and isinstance(value, str))
            return read(self.wrap(value, here) if is_short else value, here)

        return read_either


def named_by_text(key: str) -> Short:
    """Return the short form of a structure that has one obvious text."""
    return Short(lambda text, _here: {key: text})


def inside_workspace(name: str, folder: Path, workspace: Path) -> Path:
    """Return the file that `name` means in `folder`; refuse what is outside, all links followed."""
    path = (folder / name).resolve()
    if not path.is_relative_to(workspace.resolve()):
        message = _("'{name}' is outside the workspace").format(name=name)
        hint = _("copy the file into {folder}").format(folder=_shown(folder, workspace))
        raise refusal("file-outside", message, hint, snippet=name)
    path = _as_on_disk(path)
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a name is too long
        message = _("there is no file '{name}'").format(name=name)
        hint = _("looked for in {folder}").format(folder=_shown(folder, workspace))
        if meant := file_meant(path.parent / PureWindowsPath(name).name, folder):
            word = os.path.relpath(meant, folder.resolve())
            hint = _("did you mean '{word}'?").format(word=Path(word).as_posix())
        raise refusal("file-missing", message, hint, snippet=name)
    return path


def _as_on_disk(path: Path) -> Path:
    """Return the file of this name, also where a Mac wrote accents in it or its folders apart."""
    if str(path).isascii() or os.path.exists(path):  # noqa: PTH110 - as above
        return path
    folder = _as_on_disk(path.parent)
    beside = folder.iterdir() if folder.is_dir() else ()
    return next((each for each in beside if composed(each.name) == path.name), folder / path.name)


def _shown(folder: Path, workspace: Path) -> str:
    inside = folder.relative_to(workspace).as_posix()
    return f"{folder.name if inside == '.' else inside}/"


def _picture_file(folder: str) -> Reader:
    def read(value: object, here: Here) -> str:
        name, context = one_line(value), here.context
        path = inside_workspace(name, context.workspace / folder, context.workspace)
        if fault := picture_fault(path, name):
            raise Refused(FaultInValue(fault, name))
        return path.relative_to(context.workspace.resolve()).as_posix()

    return read


def language_meant(value: object) -> object:
    """Return "fr", "en" or "en-US" of a language, with a country or without: "en" is British."""
    written = str(value).replace("_", "-").lower()
    meant = {"fr-fr": "fr", "fr-be": "fr", "en-gb": "en", "en-ie": "en", "en-us": "en-US"}
    return meant.get(written, value)


Text = Annotated[str, before(one_line), Schema(TEXT_SCHEMA)]
Lines = Annotated[str, before(_lines), STRING]
Url = Annotated[str, before(_url), STRING]
Email = Annotated[str, before(_email), STRING]
Colour = Annotated[str, before(_colour), Schema({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"})]
YesNo = Annotated[bool, before(_yes_no), Schema(_YES_NO_SCHEMA)]
Pixels = Annotated[int, before(_whole_number), Schema({"type": "integer"})]
_LANGUAGES = Schema({"enum": ["fr", "en", "en-GB", "en-US"], "type": "string"})
Language = Annotated[Literal["fr", "en", "en-US"], before(language_meant), _LANGUAGES]
Anchor = Annotated[str, before(_anchor), STRING]
PictureFile = Annotated[str, before_here(_picture_file("assets/images")), STRING]
LogoFile = Annotated[str, before_here(_picture_file("assets")), STRING]
TextList = Annotated[tuple[Text, ...], Short(lambda text, _here: [text])]
