"""Make a site of the manual, to be opened from its folder, without a server: `make docs`.

`docs/fr` and `docs/en` become pages in `build/manual`, in the style sheet of `newsletter site` and
in the order of each README; what they link to beside them comes along. A search runs in the page,
over an index that lies beside it; without script, its form opens the page of words.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import groupby, pairwise, permutations
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from PIL import Image

from newsletter.rendering.typography import NBSP, apply_typography
from newsletter.rendering.web.page import Shell, WebPlaces
from newsletter.settings.loading import load_settings
from newsletter.values.suggestions import fold

ROOT = Path(__file__).parent.parent
DOCS, OWN = ROOT / "docs", ROOT / "tools/manual"
OUTPUT = ROOT / "build/manual"
START = "# newsletter\n\n[Le manuel](fr/README.md) · [The manual](en/README.md)"
WORDS = {
    "fr": {
        "name": "Français",
        "skip": "Aller au texte",
        "menu": "Pages du manuel",
        "search": "Chercher",
        "words": "Index",
        "words_file": "mots.md",
        "rules_file": "regles.md",
        "before": "Page précédente",
        "after": "Page suivante",
        "around": "Page précédente, page suivante",
        "copy": "Copier",
        "copied": "Copié",
        "found": ["page trouvée", "pages trouvées"],
        "none": "Aucune page. Essayez un autre mot.",
        "wrong": "À éviter",
    },
    "en": {
        "name": "English",
        "skip": "Skip to the text",
        "menu": "Pages of the manual",
        "search": "Search",
        "words": "Index",
        "words_file": "words.md",
        "rules_file": "rules.md",
        "before": "Previous page",
        "after": "Next page",
        "around": "Previous page, next page",
        "copy": "Copy",
        "copied": "Copied",
        "found": ["page found", "pages found"],
        "none": "No page. Try another word.",
        "wrong": "To avoid",
    },
}
_FAULT = re.compile(r"<!-- (?:faux : ligne|wrong: line) \d+, ([a-z-]+) -->\n")
_KNOWN_AS = re.compile(r"<!-- (?:mots :|words:) (.*?) -->", re.DOTALL)
_OPTION = re.compile(r"^  (?:-\w, )?(--\w+-[\w-]+)", re.MULTILINE)  # in a command's help
# What a line of YAML begins with, and what may stand behind its text.
_KEY = re.compile(r"^( *(?:- )?)([\w ]+:)(?=\s|$)", re.MULTILINE)
_REMARK = re.compile(r"(^|  )(# .*)$", re.MULTILINE)
PHONE_COLUMNS = 34  # of code on a screen of 375 pixels
# A sign that code or a link keeps from the word before it.
_HELD = re.compile(r"^ (?=[:;?!»%])|(?<=«) $")


@dataclass
class Page:
    """A page of the manual: its file, its language, the part of the list that it stands in."""

    path: Path
    language: str
    group: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        self.text = self.text or self.path.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Its place in the site."""
        return place_of(self.path)

    @cached_property
    def tokens(self) -> list[Token]:
        """What it says, parsed."""
        return MARKDOWN.parse(self.text)

    @property
    def title(self) -> str:
        """Its heading."""
        return self.parts[0].title

    @cached_property
    def parts(self) -> list["Part"]:
        """What stands under each of its headings."""
        found: list[Part] = []
        for before, token in pairwise(self.tokens):
            codes = [x.content for x in token.children or () if x.type == "code_inline"]
            if before.type == "heading_open":
                title = typeset(plain(token), self.language)
                codes = [x for x in codes if re.search("[ -]", x)]  # others are words as well
                codes += [x.removeprefix("newsletter ") for x in codes]
                found.append(Part(str(before.attrs["id"]), title, int(before.tag[1:]), codes))
            elif found and token.type == "inline":
                found[-1].words += f" {plain(token)}"
                if before.type == "td_open" and codes == [token.content.strip("`")]:
                    found[-1].codes += codes
            elif found and token.type == "fence":
                found[-1].code += f" {plain(token)}"
                found[-1].codes += _OPTION.findall(token.content)
            elif known := token.type == "html_block" and _KNOWN_AS.search(token.content):
                found[-1].known_as = [" ".join(word.split()) for word in known[1].split(",")]
        return found

    @property
    def links(self) -> set[Path]:
        """The files that it shows or leads to."""
        tokens = [each for token in self.tokens for each in (token, *(token.children or []))]
        targets = [str(each.attrs.get("href") or each.attrs.get("src") or "") for each in tokens]
        return {self.target(each)[0] for each in targets if each and not urlsplit(each).scheme}

    def target(self, link: str) -> tuple[Path, str]:
        """Return the file that a link of it leads to, and the place there."""
        path, sign, anchor = link.partition("#")
        return (self.path.parent / unquote(path)).resolve() if path else self.path, sign + anchor

    def link_to(self, place: str) -> str:
        """Return the address of a place in the site, seen from this page."""
        return os.path.relpath(place, Path(self.url).parent)

    @property
    def html(self) -> str:
        """Its words."""
        html = str(MARKDOWN.renderer.render(self.tokens, MARKDOWN.options, {"page": self}))
        return html.replace("<th></th>", "<td></td>")  # a heading has words


@dataclass
class Part:
    """What stands under a heading: its address in the page, title, level, words; other names.

    `codes` are the commands, options, rules or fields that it is the place of.
    """

    anchor: str
    title: str
    level: int
    codes: list[str]
    words: str = ""
    code: str = ""
    known_as: list[str] = field(default_factory=list)


def typeset(text: str, language: str) -> str:
    """Return a piece of a sentence by the rules of its language."""
    text = apply_typography(text, language=language)
    return _HELD.sub(NBSP, text) if language == "fr" else text


def slug(heading: str) -> str:
    """Return the name that GitHub gives a heading: links lead to the same place here."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def place_of(path: Path) -> str:
    """Return the place in the site of a file beside the manual, or of its page."""
    place = path.relative_to(DOCS if path.is_relative_to(DOCS) else ROOT)
    if path.suffix != ".md":
        return place.as_posix()
    return place.with_name(
        "index.html" if path.stem == "README" else f"{path.stem}.html"
    ).as_posix()


def plain(token: Token) -> str:
    """Return the words of a line or of a piece of code."""
    return "".join(map(plain, token.children)) if token.children else token.content


def _text(tokens: Sequence[Token], at: int, _options: object, env: dict[str, Page]) -> str:
    return escapeHtml(typeset(tokens[at].content, env["page"].language))


@cache
def _rules(path: Path, language: str) -> Page:
    return Page(path, language)


def _key(tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    """Return code inside a sentence; `registration_deadline` may go on in a second line."""
    return f"<code>{escapeHtml(tokens[at].content).replace('_', '_<wbr>')}</code>"


def _code(tokens: Sequence[Token], at: int, _options: object, env: dict[str, Page]) -> str:
    """Return a piece of code; one that is wrong on purpose leads to the rule that says so."""
    page, token = env["page"], tokens[at]
    code = escapeHtml(token.content)
    if token.info == "yaml":
        code = _REMARK.sub(r"\1<i>\2</i>", _KEY.sub(r"\1<b>\2</b>", code))
    # Its columns mean something, so a phone scrolls it, and the keyboard has to reach it for that.
    is_wide = max(map(len, token.content.splitlines())) > PHONE_COLUMNS
    focus = ' tabindex="0"' if is_wide else ""
    pre = f"<pre{focus}><code>{code}</code></pre>"
    fault = _FAULT.fullmatch(tokens[at - 1].content) if at else None
    if fault is None:
        kind = "code" if token.info == "text" else "code to-copy"
        return f'<div class="{kind}">{pre}</div>\n'
    say = WORDS[page.language]
    rules = _rules(page.path.with_name(say["rules_file"]), page.language)
    place = next(part.anchor for part in rules.parts if fault[1] in part.title.split(", "))
    rule = f'<a href="{page.link_to(rules.url)}#{place}"><code>{fault[1]}</code></a>'
    wrong = f'<p class="small">{say["wrong"]} ({rule})</p>'
    return f'<div class="code wrong">{wrong}{pre}</div>\n'


def _link(tokens: Sequence[Token], at: int, options: object, env: dict[str, Page]) -> str:
    page, attrs = env["page"], tokens[at].attrs
    name = "href" if "href" in attrs else "src"
    given = dict(attrs)
    if not urlsplit(str(attrs[name])).scheme:
        path, anchor = page.target(str(attrs[name]))
        given[name] = page.link_to(place_of(path)) + anchor
        if name == "src":
            if not path.is_file():
                raise SystemExit(
                    f"{page.path.name} shows {path.name}, which is not there: make gallery"
                )
            with Image.open(path) as picture:
                width, height = picture.size
            alt = typeset(plain(tokens[at]), page.language)
            given |= {"alt": alt, "width": width, "height": height, "loading": "lazy"}
    words = "".join(f' {key}="{escapeHtml(str(value))}"' for key, value in given.items())
    return f"<{tokens[at].tag}{words}>"


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    anchors_plugin(parser, max_level=4, slug_func=slug)
    parser.renderer.rules |= {"text": _text, "fence": _code, "link_open": _link, "image": _link}
    parser.renderer.rules["code_inline"] = _key
    parser.renderer.rules["html_block"] = lambda *_given: ""  # all of them are comments
    return parser


MARKDOWN = _markdown()
TEMPLATES = Environment(
    loader=FileSystemLoader(OWN),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def pages_of(language: str) -> list[Page]:
    """Return the pages of the manual: its README, those that this lists, the index of words."""
    first = Page(DOCS / language / "README.md", language)
    pages, group = [first], ""
    for before, token in pairwise(first.tokens):
        if before.type == "heading_open" and before.tag == "h2":
            group = plain(token)
        if before.type == "paragraph_open" and before.level and token.children:
            link = str(token.children[0].attrs.get("href", ""))
            if link.endswith(".md"):
                pages.append(Page(first.target(link)[0], language, group))
    lines = [
        f"- {word}, [{part.title}]({page.path.name}#{part.anchor})"
        for page in pages
        for part in page.parts
        for word in part.known_as
    ]
    words = "\n".join([f"# {WORDS[language]['words']}\n", *sorted(lines, key=fold)])
    index = Page(DOCS / language / WORDS[language]["words_file"], language, group, words)
    return [*pages, index]


def index_of(pages: Sequence[Page], abroad: Sequence[Page]) -> str:
    """Return the index of a search as a script: a page from disk cannot fetch a file.

    `abroad` are the same pages in the other language, by whose words they are found too.
    """
    found = [
        {
            "url": Path(page.url).name,
            "title": page.title,
            "parts": [
                [
                    part.anchor,
                    part.title,
                    part.words + part.code,
                    [part.title] * (part.title not in part.codes) + part.known_as,
                    [*part.codes, other.title, *other.known_as],
                ]
                for part, other in zip(page.parts, other_page.parts, strict=True)
                if part.words or part.code or part.known_as
            ],
        }
        for page, other_page in zip(pages, abroad, strict=True)
    ]
    return f"globalThis.INDEX = {json.dumps(found, ensure_ascii=False)};\n"


def make(output: Path = OUTPUT) -> None:
    """Write the whole site anew.

    Raises:
        SystemExit: the repository's own settings, which give the colours, have errors.
    """
    settings = load_settings(ROOT).settings
    if settings is None:
        raise SystemExit("the settings of the repository have errors: newsletter check")
    shutil.rmtree(output, ignore_errors=True)
    manual = {language: pages_of(language) for language in WORDS}
    guide = [page for pages in manual.values() for page in pages]
    beside = {path for page in guide for path in page.links} - {page.path for page in guide}
    start = Page(DOCS / "README.md", "fr", text=START)
    others = [Page(path, "en") for path in sorted(beside) if path.suffix == ".md"]
    for page in [*guide, *others, start]:
        write(output / page.url, render(page, manual))
    for path in beside - {page.path for page in others}:
        (output / place_of(path)).parent.mkdir(exist_ok=True)
        shutil.copy(path, output / place_of(path))
    for language, other in permutations(manual):
        index = index_of(manual[language][1:-1], manual[other][1:-1])
        write(output / language / "search.js", index)
    shell = Shell(settings, "en", WebPlaces("/"), menu=(), feeds=())
    own = (OWN / "manual.css").read_text(encoding="utf-8")
    write(output / "manual.css", shell.rendered("site.css") + own)
    for script in OWN.glob("*.js"):
        shutil.copy(script, output)


def render(page: Page, manual: Mapping[str, list[Page]]) -> str:
    """Return a page with what stands around it: the list of pages, those before and after it."""
    pages = manual[page.language]
    at = pages.index(page) if page in pages else 0
    return TEMPLATES.get_template("page.html").render(
        page=page,
        groups=[(name, list(each)) for name, each in groupby(pages, key=lambda one: one.group)],
        before=pages[at - 1] if at else None,
        after=pages[at + 1] if page in pages[:-1] else None,
        others={language: pages[at] for language, pages in manual.items()},
        words=pages[-1],
        names=WORDS,
        t=WORDS[page.language],
    )


def write(path: Path, text: str) -> None:
    """Write a file of the site."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    make()
