"""What a copied template begins with: where it comes from, and what it may use."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath

from jinja2 import Environment, meta, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS

from newsletter.i18n import N_, translator
from newsletter.packaged import packaged_files
from newsletter.rendering.own_templates import digest_of, packaged_names
from newsletter.rendering.templates import environment_of
from newsletter.rendering.typography import NBSP

_WIDTH = 97  # characters, and three before each line
# Of the names and filters, those that do not say themselves what they are.
MEANINGS: Mapping[str, str] = {
    "_": N_("translates a heading"),
    "body_items": N_("of a press release"),
    "calendar_link": N_("of an event, its address"),
    "contents": N_("of a newsletter"),
    "counted": N_("translates, by number"),
    "dark": N_("the theme's dark colours"),
    "facts": N_("a list on one line"),
    "issue": N_("its fields, as in its file"),
    "item": N_("its fields, as in the issue file"),
    "light": N_("the theme's light colours"),
    "linked": N_("the number of a link"),
    "lines": N_("keeps line breaks"),
    "marks": N_("of a press release"),
    "media_links": N_("of a press release"),
    "logo_on": N_("logo_on('band'), or 'surface'"),
    "pdf": N_("of a press release, its address"),
    "pictures": N_("pictures.shown(picture, width)"),
    "place": N_("its level, width, layout, css"),
    "plain": N_("typography, as text"),
    "sections": N_("of a newsletter"),
    "space": N_("steps, in pixels"),
    "stacked": N_("a list, one a line"),
    "words": N_("typography, as HTML"),
}


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
        if isinstance(each.template, nodes.Const)
        and (page == name or (each.target in names and not name.endswith(".css")))
    }
    filters = {each for each in environment.filters if each[0] != "_"} - {*FILTERS}
    listed = {
        say(N_("Names")): _explained(names - set(modules), language),
        say(N_("Filters")): _explained(filters, language),
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
    """Return the names that a page uses and does not set itself."""
    own = {each.name for each in page.find_all(nodes.Name) if each.ctx == "store"}
    return frozenset(meta.find_undeclared_variables(page) - own)


def _explained(names: Iterable[str], language: str) -> Iterator[str]:
    say = translator(language)
    for name in sorted(names):
        yield f"{name}{NBSP}({say(MEANINGS[name])})" if name in MEANINGS else name


def _signature(macro: nodes.Macro) -> str:
    """Return "picture(item, padding=…)", with spaces at which no line ends."""
    needed = len(macro.args) - len(macro.defaults)
    arguments = [f"{each.name}{'=…' * (n >= needed)}" for n, each in enumerate(macro.args)]
    return f"{macro.name}({f',{NBSP}'.join(arguments)})"
