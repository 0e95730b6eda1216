"""The packaged templates, and a workspace's own: which are copies, and of what.

A template is named as templates name it: "email/items/agenda.mjml". The head of a copy has a digest
of the packaged one that it was made of: once that is another, the team is told.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from newsletter.i18n import _
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, Position, Problem
from newsletter.rendering.moved import MOVED, instead_of
from newsletter.workspace import leads_inside

_COPIED = re.compile(r"\bpackaged: ([0-9a-f]{12})\b")


def packaged_names() -> list[str]:
    """Return the packaged templates."""
    return _names_in(packaged_files() / "templates")


def own_names(workspace: Path) -> list[str]:
    """Return the workspace's own templates; a checkout of the program has none."""
    folder = workspace / "templates"
    is_packaged = folder.resolve() == (packaged_files() / "templates").resolve()
    if is_packaged or not leads_inside(folder, workspace):
        return []
    return [name for name in _names_in(folder) if leads_inside(folder / name, folder)]


def _names_in(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("[!.]*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def digest_of(name: str) -> str:
    """Return what the head of a copy made now has."""
    content = (packaged_files() / "templates" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def template_problems(workspace: Path) -> Iterator[Problem]:
    """Yield what is to be told of the workspace's own templates."""
    yield from outdated_templates(workspace)
    yield from _unused_templates(workspace)


def outdated_templates(workspace: Path) -> Iterator[Problem]:
    """Yield a warning for each own template whose packaged one has changed since it was copied."""
    for name in sorted({*own_names(workspace)} & {*packaged_names()}):
        path, text = workspace / "templates" / name, _text(workspace, name)
        copied = _COPIED.search(text.partition("#}")[0])
        if copied and copied[1] != digest_of(name):
            hint = _("to see how: newsletter templates --diff {name}; then write {digest} here")
            yield Problem(
                path,
                Position.at(text, copied.start(1)),
                _("the packaged template has changed since this copy was made"),
                hint.format(name=name, digest=digest_of(name)),
                "template-outdated",
                Level.WARNING,
            )


def _unused_templates(workspace: Path) -> Iterator[Problem]:
    """Yield a warning for each own template of an earlier version that nothing includes now."""
    own = own_names(workspace)
    for name in sorted({*own} & {*MOVED}):
        if not any(f'"{name}"' in _text(workspace, each) for each in own):
            yield Problem(
                workspace / "templates" / name,
                Position(1, 1),
                _("no template uses this one any more"),
                instead_of(name),
                "template-unused",
                Level.WARNING,
            )


def _text(workspace: Path, name: str) -> str:
    # It may be any file: whether it can be read as a template is told where it is used.
    return (workspace / "templates" / name).read_text(encoding="utf-8", errors="replace")


class OwnFirst(FileSystemLoader):
    """Finds templates in the first folder that has them: a workspace's own win, file by file.

    One that was read from a later folder is out of date once an earlier one has it, which a preview
    that runs for hours would not notice otherwise.
    """

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template, its file and what tells whether it is still that."""
        self._refuse_what_lies_outside(template)
        try:
            source, file, is_unchanged = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            message = _("the template {name} is not saved as UTF-8").format(name=template)
            hint = _("save it again with the encoding UTF-8")
            raise NewsletterError(message, hint) from error

        def is_current() -> bool:
            # Asked some 140 times a mail: paths as text take a millisecond less (2026-11).
            places = (os.path.normpath(f"{each}/{template}") for each in self.searchpath)
            return next(filter(os.path.isfile, places), None) == file and is_unchanged()

        return source, file, is_current

    def _refuse_what_lies_outside(self, template: str) -> None:
        """Raise where a link among the workspace's templates leads out of them, or of it."""
        folder = Path(self.searchpath[0])
        if leads_inside(folder / template, folder) and leads_inside(folder, folder.parent):
            return
        message = _("'{name}' is outside the workspace").format(name=f"templates/{template}")
        hint = _("copy the file into {folder}").format(folder="templates/")
        raise NewsletterError(message, hint=hint)
