"""The packaged templates, and a workspace's own: which are copies, and of what."""

import hashlib
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from jinja2 import Environment, meta, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS

from newsletter.i18n import N_, _, translator
from newsletter.packaged import packaged_files
from newsletter.problems.problem import Fault, Level, Position, Problem
from newsletter.rendering.templates import environment_of
from newsletter.rendering.typography import NBSP
from newsletter.workspace import leads_inside

_COPIED = re.compile(r"\bpackaged: ([0-9a-f]{12})\b")
_WIDTH = 97  # characters, and three before each line


def packaged_names() -> list[str]:
    """Return the packaged templates, as they name each other: "email/items/agenda.mjml"."""
    return _names_in(packaged_files() / "templates")


def own_names(workspace: Path) -> list[str]:
    """Return the workspace's own templates; a checkout of the program has none."""
    folder, packaged = workspace / "templates", packaged_files() / "templates"
    if folder.resolve() == packaged.resolve() or not leads_inside(folder, workspace):
        return []
    return [name for name in _names_in(folder) if leads_inside(folder / name, folder)]


def _names_in(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("[!.]*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def digest_of(name: str) -> str:
    """Return what the head of a copy made now has."""
    return hashlib.sha256((packaged_files() / "templates" / name).read_bytes()).hexdigest()[:12]


def outdated_templates(workspace: Path) -> Iterator[Problem]:
    """Yield a warning for each own template whose packaged one has changed since it was copied."""
    for name in sorted({*own_names(workspace)} & {*packaged_names()}):
        # It may be any file: whether it can be read as a template is told where it is used.
        path, now = workspace / "templates" / name, digest_of(name)
        text = path.read_text(encoding="utf-8", errors="replace")
        copied = _COPIED.search(text.partition("#}")[0])
        if copied and copied[1] != now:
            message = _("the packaged template has changed since this copy was made")
            hint = _("rename it and run newsletter templates --copy {name}, or write {digest} here")
            fault = Fault("template-outdated", message, hint.format(name=name, digest=now))
            yield fault.at(path, Position.at(text, copied.start(1)), Level.WARNING)


def template_head(name: str, language: str) -> str:
    """Return the head of a copy of the packaged template `name`: a comment, in `language`."""
    # What it lists is found in the packaged templates. It leaves nothing in the mail: what follows
    # a comment's end on its line is cut (`trim_blocks`).
    say = translator(language)
    environment = environment_of(name, packaged_files(), language)
    folder = PurePosixPath(name).parent
    folders = {folder, PurePosixPath(folder.parts[0])}  # and that of its part of the mail
    near = [each for each in packaged_names() if PurePosixPath(each).parent in folders]
    pages = {each: _parsed(each, environment) for each in near}
    names = (set(environment.globals) - set(DEFAULT_NAMESPACE)).union(*map(_given, pages.values()))
    modules = {  # of macros: as what they are imported, and which
        each.target: each.template.value
        for page, tree in pages.items()
        for each in tree.find_all(nodes.Import)
        if isinstance(each.template, nodes.Const) and (page == name or each.target in names)
    }
    filters = {each for each in environment.filters if each[0] != "_"} - {*FILTERS}
    listed = {
        say(N_("Names")): sorted(names - set(modules)),
        say(N_("Filters")): sorted(filters),
        **{
            alias: map(_signature, _parsed(module, environment).find_all(nodes.Macro))
            for alias, module in sorted(modules.items())
            if module != name
        },
    }
    lines = [
        say(N_("A copy of the packaged template {name}, used in its place.")).format(name=name),
        f"packaged: {digest_of(name)}",
        say(N_("By this number, newsletter check knows when the packaged one has changed.")),
    ]
    for title, each in listed.items():
        text = f"{say('{heading}:').format(heading=title)} {', '.join(each)}"
        lines += textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "{# " + "\n   ".join(lines).replace(NBSP, " ") + " #}\n"


@cache
def _parsed(name: str, environment: Environment) -> nodes.Template:
    path = packaged_files() / "templates" / name
    return environment.parse(path.read_text(encoding="utf-8"), name)


@cache
def _given(page: nodes.Template) -> frozenset[str]:
    own = {each.name for each in page.find_all(nodes.Name) if each.ctx == "store"}
    return frozenset(meta.find_undeclared_variables(page) - own)


def _signature(macro: nodes.Macro) -> str:
    """Return "picture(item, padding=…)", with spaces at which no line ends."""
    needed = len(macro.args) - len(macro.defaults)
    arguments = [f"{each.name}{'=…' * (n >= needed)}" for n, each in enumerate(macro.args)]
    return f"{macro.name}({f',{NBSP}'.join(arguments)})"
