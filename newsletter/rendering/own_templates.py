"""The packaged templates, and a workspace's own: which are copies, and of what.

The head of a copy has a digest of the packaged one that it was made of: once that is another, the
team is told.
"""

import hashlib
import marshal
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import MappingProxyType

import jinja2
from jinja2 import BytecodeCache, Environment, FileSystemLoader, TemplateNotFound, UndefinedError
from jinja2.bccache import Bucket

from newsletter.i18n import N_, _
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault, Level, Position, Problem
from newsletter.workspace import leads_inside, user_folder, write_whole

_COPIED = re.compile(r"\bpackaged: ([0-9a-f]{12})\b")
# What templates of an earlier version ask for: a macro ("heading"), a name of the context or a
# template ("email/old.mjml"), and what to write instead; "" where that is nothing.
MOVED: Mapping[str, str] = {
    "open": "patterns.item(words, place)",
    "close": "",
    "section_title": "",
    "logo": 'frame.logo("surface")',
    "versions": "frame.versions()",
    "link": "parts.link_list([link])",
    "tile": "parts.figures(item.figures, place.width)",
    "button": "patterns.button(item.url, item.label | words)",
    "level": "place.level",
    "opening": "",
    "email/parts.mjml": "shared/parts.html",
    "press/parts.html": "shared/press.html",
    "email/contents.mjml": "frame.contents_box()",
}
# What own templates say through _() and the packaged ones no longer do: it keeps its French.
SAID = (N_("Cancels and replaces {what}"),)
# Macros that are still there and take other arguments.
CALLS = (
    "parts.story(item, place, lines, cards)",
    "parts.picture(item, place.width)",
    "parts.portrait(person, place.level, place.width)",
    "press.figures(width)",
    "press.media(width)",
)
_GONE = re.compile(
    r"(?:TemplateModule object' has no attribute|does not export the requested name) '(\w+)'"
    r"|^'(\w+)' is undefined"
)


def packaged_names() -> list[str]:
    """Return the packaged templates, as they name each other: "email/items/agenda.mjml"."""
    return _names_in(packaged_files() / "templates")


def own_names(workspace: Path) -> list[str]:
    """Return the workspace's own templates; a checkout of the program has none."""
    folder, packaged = workspace / "templates", packaged_files() / "templates"
    if folder.resolve() == packaged.resolve() or not leads_inside(folder, workspace):
        return []
    return [
        name
        for name in _names_in(folder)
        if not (folder / name).is_symlink() or leads_inside(folder / name, folder)
    ]


def _names_in(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("[!.]*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def digest_of(name: str) -> str:
    """Return what the head of a copy made now has."""
    return hashlib.sha256((packaged_files() / "templates" / name).read_bytes()).hexdigest()[:12]


def template_problems(workspace: Path) -> Iterator[Problem]:
    """Yield what is to be told of the workspace's own templates."""
    yield from outdated_templates(workspace)
    own = own_names(workspace)
    for name in sorted({*own} & {*MOVED}):
        if not any(f'"{name}"' in _text(workspace, each) for each in own):
            message = _("no template uses this one any more")
            fault = Fault("template-unused", message, _instead_of(name))
            yield fault.at(workspace / "templates" / name, Position(1, 1), Level.WARNING)


def outdated_templates(workspace: Path) -> Iterator[Problem]:
    """Yield a warning for each own template whose packaged one has changed since it was copied."""
    for name in sorted({*own_names(workspace)} & {*packaged_names()}):
        text, now = _text(workspace, name), digest_of(name)
        copied = _COPIED.search(text.partition("#}")[0])
        if copied and copied[1] != now:
            message = _("the packaged template has changed since this copy was made")
            hint = _("to see how: newsletter templates --diff {name}; then write {digest} here")
            place = Position.at(text, copied.start(1))
            fault = Fault("template-outdated", message, hint.format(name=name, digest=now))
            yield fault.at(workspace / "templates" / name, place, Level.WARNING)


def _text(workspace: Path, name: str) -> str:
    # It may be any file: whether it can be read as a template is told where it is used.
    return (workspace / "templates" / name).read_text(encoding="utf-8", errors="replace")


def moved(error: Exception, line: str) -> str | None:
    """Return a hint what to write instead of what `line` of a template asked for in vain."""
    found = _GONE.search(str(error))
    macro, name = found.groups("") if found else ("", "")
    gone = str(error.name) if isinstance(error, TemplateNotFound) else macro
    if gone not in MOVED and isinstance(error, UndefinedError | TypeError):
        for call in CALLS:
            if call[: call.index("(") + 1] in line:
                return _("write: {new}").format(new=call)
        gone = name
    return _instead_of(gone) if gone in MOVED else None


def _instead_of(gone: str) -> str:
    hint = _("'{old}' is gone: use {new}") if MOVED[gone] else _("'{old}' is gone: leave it out")
    return hint.format(old=gone, new=MOVED[gone])


class OwnFirst(FileSystemLoader):
    """Finds templates in the first folder that has them: a workspace's own win, file by file."""

    # One that was read from a later folder is out of date once an earlier one has it, which a
    # preview that runs for hours would not notice otherwise. `instead` has what stands in for some.

    def __init__(self, workspace: Path, instead: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__([each / "templates" for each in (workspace, packaged_files())])
        self.workspace, self._instead = workspace, instead

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template, its file, what tells if it is that still; or raise NewsletterError."""
        folder, template = self.workspace / "templates", self._instead.get(template, template)
        if not (leads_inside(folder / template, folder) and leads_inside(folder, self.workspace)):
            message = _("'{name}' is outside the workspace").format(name=f"templates/{template}")
            hint = _("copy the file into {folder}").format(folder="templates/")
            raise NewsletterError(message, hint=hint)
        try:
            source, file, is_unchanged = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            message = _("the template {name} is not saved as UTF-8").format(name=template)
            raise NewsletterError(message, _("save it again with the encoding UTF-8")) from error

        def is_current() -> bool:
            # Asked some 140 times a mail: paths as text take a millisecond less (2026-11).
            places = (os.path.normpath(f"{each}/{template}") for each in self.searchpath)
            return next(filter(os.path.isfile, places), None) == file and is_unchanged()

        return source, file, is_current


class CompiledTemplates(BytecodeCache):
    """Keeps what was compiled from one command to the next: it is a quarter of a cold build."""

    # In the user's own cache and never in a workspace, for what is compiled is run once it is read.
    # Its name is a digest of all that it depends on; `callers` is one of the code that says how
    # filters are called.

    def __init__(self, callers: str) -> None:
        self._callers = callers

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code, if it is kept."""
        # Where it is not there, or cut off by a full disk, it is compiled.
        with suppress(OSError, EOFError, ValueError, TypeError):
            if file := self._file(bucket):
                bucket.code = marshal.loads(file.read_bytes())  # noqa: S302

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; a cache that cannot be written is no fault."""
        with suppress(OSError):
            if file := self._file(bucket):
                write_whole((file, marshal.dumps(bucket.code)))

    def _file(self, bucket: Bucket) -> Path | None:
        said = (bucket.key, bucket.checksum, self._callers, jinja2.__version__, MAGIC_NUMBER.hex())
        facts, folder = "|".join(said), user_folder("templates")
        return folder and folder / hashlib.sha256(facts.encode()).hexdigest()
