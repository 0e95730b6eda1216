"""README, CONTRIBUTING and the writers' guide say what is: snippets load, commands and files exist.

In the guide, the pages of `docs/fr` and their equals in `docs/en`, each fenced `yaml` snippet is a
test. It is whole (`kind:` first), or an item (`- kind:`), a part of the settings or of the theme,
or else a field or two of an article.
`<!-- faux : ligne 3, date -->` or `<!-- wrong: line 3, date -->` above it says that it has one
problem, where, and of which rule.
"""

import json
import re
import runpy
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args, get_origin
from urllib.parse import unquote

import pytest
from jinja2 import Environment
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE
from PIL import Image

from newsletter import cli, i18n
from newsletter.checks.checking import RULES, problems_of_loaded
from newsletter.checks.file_manual import FILE_MANUAL
from newsletter.content import items
from newsletter.content.loading import load_issue
from newsletter.problems.problem import Problem, format_problem
from newsletter.rendering.composition import compose
from newsletter.rendering.document import variants_of
from newsletter.rendering.templates import html_environment, text_environment
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.settings.theme import Theme
from newsletter.values.model import Model, fields_of, inside
from newsletter.values.types import FILE_SCHEMA
from tests.conftest import HEAD, new_workspace

ROOT = Path(__file__).parents[1]
PAGES = {  # each page of the manual, in French and in English
    "README": "README",
    "apercu-et-relecture": "preview-and-review",
    "apparence": "look",
    "apparence-en-detail": "look-in-detail",
    "ce-qui-revient": "what-comes-back",
    "champs-du-communique": "press-release-fields",
    "coller-depuis-word": "pasting-from-word",
    "commandes": "commands",
    "communique": "press-releases",
    "corriger-apres-l-envoi": "correcting-after-sending",
    "demarrer": "getting-started",
    "ecrire": "writing",
    "en-equipe": "team",
    "en-ligne": "online",
    "envoyer": "sending",
    "faire-valider": "approval",
    "fautes-courantes": "common-mistakes",
    "fichiers": "files",
    "gabarits": "templates",
    "genres": "kinds",
    "images": "pictures",
    "installer": "installing",
    "mise-en-forme": "formatting",
    "personnaliser": "personalising",
    "je-veux": "how-to",
    "quand-ca-coince": "troubleshooting",
    "reglages": "settings",
    "regles": "rules",
    "se-desinscrire": "unsubscribe-page",
    "structures": "structures",
    "suivre-un-envoi": "following-a-send",
    "tete-du-numero": "head-of-the-issue",
    "un-mois-type": "a-months-work",
}
GUIDES = {
    "fr": [ROOT / f"docs/fr/{page}.md" for page in PAGES],
    "en": [ROOT / f"docs/en/{page}.md" for page in PAGES.values()],
}
TOOL = runpy.run_path(str(ROOT / "tools/write_pages.py"))
WRITTEN = TOOL["PAGES"]  # by the program
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
MAX_SCREENSHOT_BYTES = 150_000  # a README is read on trains

ARTICLE = {"kind": "article", "title": "Titre", "body": "Texte"}

ITEM_KINDS: dict[str, type[Model]] = {
    get_args(fields_of(model)["kind"].type)[0]: model for model in get_args(items.Item)
}
# Kinds that are a structure, and parts that stand beside what has them.
WITHOUT_TABLE = {"OrganisationItem", "PersonItem", "Picture", "Signed", "Wording"}

_FENCE = re.compile(
    r"(?:<!-- (?:faux : ligne|wrong: line) (?P<line>\d+), (?P<rule>[a-z-]+) -->\n)?"
    r"^```(?P<language>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\((?P<target>[^)\s]*)\)")


@dataclass(frozen=True)
class Snippet:
    """A piece of YAML in the guide, and the problem that it is meant to have."""

    page: str
    row: int
    yaml: str
    fault: tuple[int, str] | None

    @property
    def first_key(self) -> str:
        return re.findall(r"^([\w ]+):", self.yaml, re.MULTILINE)[0]


@pytest.fixture(name="language", params=GUIDES)
def language_of_the_guide(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="workspace")
def workspace_in_the_language_of_the_guide(tmp_path: Path, language: str) -> Path:
    return new_workspace(tmp_path / "workspace", language)


def snippets(language: str) -> list[Snippet]:
    return [
        Snippet(
            page=page.stem,
            row=text.count("\n", 0, found.start("code")),
            yaml=found["code"],
            fault=(int(found["line"]), found["rule"]) if found["line"] else None,
        )
        for page in GUIDES[language]
        for text in [page.read_text(encoding="utf-8")]
        for found in _FENCE.finditer(text)
        if found["language"] == "yaml"
    ]


def code_of(document: Path) -> Iterator[str]:
    """Yield what a document shows as commands: lines of fences, and code inside sentences."""
    text = document.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        if fence["language"] != "yaml":
            yield from fence["code"].splitlines()
    yield from _INLINE_CODE.findall(_FENCE.sub("", text))


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def prose_of(document: Path) -> str:
    return _INLINE_CODE.sub("", _FENCE.sub("", document.read_text(encoding="utf-8")))


def guide(language: str) -> str:
    """Return the pages of the guide that people wrote, as one text."""
    pages = (page for page in GUIDES[language] if f"{language}/{page.name}" not in WRITTEN)
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def part_under(heading: str, language: str) -> str:
    """Return what stands in the guide between a heading, which stands there once, and the next."""
    text = _FENCE.sub("", guide(language))
    _before, part = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)
    return part.split("\n#")[0]


def keys_of(model: type[Model]) -> list[tuple[str, str]]:
    """Return the name of each field with the key that a file gives it: `for` is Python's word."""
    return [(name, field.key) for name, field in fields_of(model).items()]


def wrapped_in_issue(snippet: Snippet) -> tuple[str, int]:
    """Return the snippet as a whole issue, and the number of lines that stand before it."""
    if snippet.yaml.startswith("kind:"):
        return snippet.yaml, 0
    if snippet.yaml.startswith("- kind:"):
        return f"{HEAD}items:\n{snippet.yaml}", HEAD.count("\n") + 1
    given = re.findall(r"^(\w+):", snippet.yaml, re.MULTILINE)
    rest = [f"{key}: {value}\n" for key, value in ARTICLE.items() if key not in given]
    before = f"{HEAD}items:\n  -\n" + "".join(f"    {line}" for line in rest)
    return before + _indented(snippet.yaml), before.count("\n")


def _indented(yaml: str) -> str:
    # A line that a snippet forgets to indent is forgotten in the issue too.
    is_nested = re.compile(r"^(?=\w+:|[ ]|#)", re.MULTILINE)
    return is_nested.sub("    ", yaml)


def with_part(text: str, part: str) -> str:
    """Return settings in which the keys of `part` stand as it says."""
    for key in re.findall(r"^(\w+):", part, re.MULTILINE):
        text = re.sub(rf"^{key}:.*\n(?:(?:[ #].*)?\n)*", "", text, flags=re.MULTILINE)
    return f"{text}\n{part}"


def put_files(snippet: Snippet, workspace: Path) -> None:
    """Put the pictures and texts that a snippet names where it says that they are."""
    for name in re.findall(r"\bfile: ([\w./-]+)", snippet.yaml):
        if name.endswith(".md"):
            path = workspace / "issues" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("## Une question ?\n\nUne réponse.\n", encoding="utf-8")
        elif not name.endswith(".csv"):  # a members file is read by a send alone
            Image.new("RGB", (1200, 600)).save(workspace / "assets/images" / name)
    for name in re.findall(r"\blogo: (logo-[\w.-]+)", snippet.yaml):
        Image.new("RGB", (2, 1)).save(workspace / "assets/images" / name)
    for name in re.findall(r"\bon_\w+: ([\w.-]+)", snippet.yaml):
        Image.new("RGB", (2, 1)).save(workspace / "assets" / name)


@pytest.fixture(name="settings")
def settings_with_the_guide_s_organisations(workspace: Path, language: str) -> Settings:
    """The settings to which the guide's items refer: its own organisations and audiences."""
    path = workspace / "newsletter.yaml"
    for key in ("organisations", "recipients", "audiences"):
        whole = [each for each in snippets(language) if each.page in {"reglages", "settings"}]
        part = next(each for each in whole if each.first_key == key)
        path.write_text(with_part(path.read_text("utf-8"), part.yaml), "utf-8")
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


def problems_of(
    snippet: Snippet,
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str | bytes], Path],
) -> list[tuple[int, Problem]]:
    """Return the problems of a snippet, each with its line in the snippet."""
    if not snippet.yaml.startswith(("- ", "kind:")):
        for model, name in ((Settings, "newsletter.yaml"), (Theme, "assets/theme.yaml")):
            if snippet.first_key in fields_of(model):
                path = workspace / name
                path.write_text(with_part(path.read_text("utf-8"), snippet.yaml), "utf-8")
                return [(each.position.line, each) for each in load_settings(workspace).problems]
    issue, lines_before = wrapped_in_issue(snippet)
    found = load_issue(write_issue(issue), settings).problems
    return [(each.position.line - lines_before, each) for each in found]


@pytest.mark.parametrize(
    ("language", "snippet"),
    [
        pytest.param(language, snippet, id=f"{snippet.page}-row-{snippet.row}")
        for language in GUIDES
        for snippet in snippets(language)
    ],
)
def test_each_snippet_of_the_guide_has_the_problem_that_it_says_or_none(
    snippet: Snippet,
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str | bytes], Path],
) -> None:
    if snippet.fault is None:
        put_files(snippet, workspace)

    found = problems_of(snippet, workspace, settings, write_issue)

    expected = [] if snippet.fault is None else [snippet.fault]
    assert [(line, problem.rule) for line, problem in found] == expected, found


def recipes(language: str) -> list[Snippet]:
    return [each for each in snippets(language) if each.page in {"je-veux", "how-to"}]


@pytest.mark.parametrize(
    ("language", "snippet"),
    [
        pytest.param(language, snippet, id=f"{snippet.page}-row-{snippet.row}")
        for language in GUIDES
        for snippet in recipes(language)
        if "kind:" in snippet.yaml
    ],
)
def test_each_recipe_checks_clean_and_builds_with_the_settings_that_recipes_say(
    snippet: Snippet, workspace: Path, language: str, write_issue: Callable[[str | bytes], Path]
) -> None:
    put_files(snippet, workspace)
    path = workspace / "newsletter.yaml"
    for part in recipes(language):
        if "kind:" not in part.yaml:
            path.write_text(with_part(path.read_text("utf-8"), part.yaml), "utf-8")
    settings = load_settings(workspace).settings
    assert settings is not None
    issue, lines_before = wrapped_in_issue(snippet)
    loaded = load_issue(write_issue(issue), settings)
    variants = variants_of(loaded, settings)

    found = problems_of_loaded(loaded, variants, settings)

    assert [each for each in found if each.position.line > lines_before] == []
    assert variants is not None
    assert all(document.html for document in variants.documents())


@pytest.mark.parametrize("pages", PAGES.items(), ids=lambda pages: pages[0])
def test_a_page_has_the_same_headings_examples_faults_and_rows_in_both_languages(
    pages: tuple[str, str],
) -> None:
    french, english = (
        (ROOT / "docs" / language / f"{page}.md").read_text("utf-8")
        for language, page in zip(GUIDES, pages, strict=True)
    )

    assert skeleton_of(french) == skeleton_of(english)


def skeleton_of(page: str) -> list[str]:
    """Return what stands in a page in whatever language: marks, tables' fields, sorts of code."""
    faults = re.sub(r"<!-- (?:faux : ligne|wrong: line)", "<!-- fault", page)
    marks = r"^(?:#+ |<!-- fault.*|```.*|- kind:|[a-z_]+:|\| (?:`[a-z_]+`)?|[-*] |\d\. |!\[)"
    return re.findall(marks, faults, re.MULTILINE)


# All that differs in the code of the unsubscribe pages: tests/servers runs the French.
WORDS = {
    "Les liens disent qui se désinscrit : rien n’en reste dans les journaux.": (
        "Links say who is leaving: nothing of them stays in the logs."
    ),
    "hors du dossier que le web montre": "outside the folder that the web shows",
    "Page de désinscription": "Unsubscribe page",
    "Désinscription enregistrée": "You are unsubscribed",
    "Vous désinscrire ?": "Unsubscribe?",
    "Se désinscrire": "Unsubscribe",
    "Réessayez plus tard.": "Please try again later.",
    'lang="fr"': 'lang="en"',
    "desinscription": "unsubscribe",
    "jetons": "tokens",
    "lettre": "letter",
}


def test_the_unsubscribe_pages_show_the_same_code() -> None:
    french, english = (
        [found["code"] for found in _FENCE.finditer((ROOT / "docs" / page).read_text("utf-8"))]
        for page in ("fr/se-desinscrire.md", "en/unsubscribe-page.md")
    )

    for word, meant in WORDS.items():
        french = [code.replace(word, meant) for code in french]

    assert french == english


@pytest.mark.parametrize("language", GUIDES)
def test_each_page_of_the_guide_stands_in_both_languages(language: str) -> None:
    about = {"why.md", "workspace.md"} if language == "en" else set()  # no pages of the guide

    found = {page.name for page in (ROOT / "docs" / language).glob("*.md")}

    assert found - about == {page.name for page in GUIDES[language]}


@pytest.mark.parametrize("kind", ITEM_KINDS)
def test_each_kind_of_item_has_its_part_with_a_picture_and_an_example_in_the_guide(
    kind: str, language: str
) -> None:
    examples = [each for each in snippets(language) if f"- kind: {kind}\n" in each.yaml]

    assert f"](../images/kind-{language}-{kind}.png)" in part_under(kind, language)
    assert f"<!-- made: outline {kind} -->" in part_under(kind, language)
    assert examples


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_starter_newsletter_names_each_kind(language: str) -> None:
    starter = ROOT / f"newsletter/starter/newsletter.{language}.yaml"
    words = starter.read_text(encoding="utf-8")

    assert [kind for kind in ITEM_KINDS if not re.search(rf"\b{kind}\b", words)] == []


@pytest.mark.parametrize("start", ["Tous les textes longs l’acceptent", "Every long text takes"])
def test_the_guide_names_each_field_of_a_long_text(start: str) -> None:
    sentence = (guide("fr") + guide("en")).split(start)[1].split("\n")[0]
    schema = json.loads((ROOT / "issues/.schema.json").read_text(encoding="utf-8"))
    long_texts = {
        name
        for structure in schema["$defs"].values()
        for name, field in structure.get("properties", {}).items()
        if FILE_SCHEMA in field.get("anyOf", [])
    }

    assert long_texts - {"exchanges", "text"} <= set(_INLINE_CODE.findall(sentence))


@pytest.mark.parametrize("page", [*GUIDES["fr"], *GUIDES["en"]], ids=name_of)
def test_the_guide_s_index_has_a_line_for_each_page_by_its_title(page: Path) -> None:
    index = page.with_name("README.md")
    title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    lines = index.read_text(encoding="utf-8").splitlines()

    found = [x for x in lines if re.match(rf"- \[{title}\]\({page.name}\) ?: ", x)]
    assert len(found) == (page != index)


@pytest.mark.parametrize(
    "model",
    TOOL["MODELS"].values(),
)
def test_the_guide_names_every_field_of_every_model(model: type[Model], language: str) -> None:
    named = set(_INLINE_CODE.findall(_FENCE.sub("", guide(language))))
    given_by_the_program = {"workspace", "theme"} if model is Settings else set()
    top_of_settings = set(re.findall(r"^(\w+):", with_examples(language), re.MULTILINE))

    fields = {key for _name, key in keys_of(model)}
    assert fields - given_by_the_program - named - top_of_settings == set()


def test_the_pages_on_the_look_name_every_field_and_value_of_a_theme(language: str) -> None:
    pages = ("apparence", "apparence-en-detail") if language == "fr" else ("look", "look-in-detail")
    text = "".join((ROOT / f"docs/{language}/{page}.md").read_text("utf-8") for page in pages)
    models = set(TOOL["models_below"](Theme))

    values = {
        str(value)
        for model in models
        for field in fields_of(model).values()
        for each in inside(field.type)
        if get_origin(each) is Literal
        for value in get_args(each)
    }
    fields = {key for model in models for _name, key in keys_of(model)}

    assert fields | values <= set(re.findall(r"\w+", " ".join(_INLINE_CODE.findall(text))))


def test_the_message_that_the_guide_teaches_to_read_is_what_the_program_prints(
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str | bytes], Path],
    language: str,
) -> None:
    i18n.use_language(language)
    snippet = next(each for each in snippets(language) if each.fault == (3, "unknown-key"))

    [(_line, problem)] = problems_of(snippet, workspace, settings, write_issue)

    _place, printed = format_problem(problem).split(": ", maxsplit=1)
    assert f".yaml:12:3: {printed}\n" in guide(language)


def with_examples(language: str) -> str:
    return "\n".join(each.yaml for each in snippets(language) if each.fault is None)


@pytest.mark.parametrize(("heading", "language"), [("événement", "fr"), ("event", "en")])
def test_the_guide_names_every_status_of_an_event(heading: str, language: str) -> None:
    status = fields_of(items.Event)["status"].type

    named = [word for choice in get_args(status) for word in get_args(choice)]

    assert named
    assert [word for word in named if f"`{word}`" not in part_under(heading, language)] == []


@pytest.mark.parametrize(
    ("heading", "language"),
    [("Les fautes les plus courantes", "fr"), ("The commonest mistakes", "en")],
)
def test_each_rule_that_the_guide_explains_exists(heading: str, language: str) -> None:
    table = part_under(heading, language)
    rules = [
        rule
        for cell in re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", table, re.MULTILINE)
        for rule in _INLINE_CODE.findall(cell)
    ]
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "newsletter").rglob("*.py"))

    assert len(rules) > 20
    unknown = [rule for rule in rules if rule not in RULES]
    assert [rule for rule in unknown if f'"{rule}"' not in sources] == []


def command_lines(documents: Iterable[Path]) -> list[tuple[str, str]]:
    """Return each `newsletter …` command of the documents: its verb, and the rest of the line."""
    shown = (line for document in documents for line in code_of(document))
    lines = (re.match(r"(?:\S+=\S+ )?(?:\.venv/bin/)?newsletter ([a-z]\w*)(.*)", x) for x in shown)
    return [(found[1], found[2]) for found in lines if found]


def options_of_commands() -> dict[str, set[str]]:
    """Return the options of each command, with those of the commands that stand under it."""
    known = {}
    for name, command in cli.commands().commands.items():
        below = getattr(command, "commands", {}).values()
        parameters = [each for one in (command, *below) for each in one.params]
        known[name] = {
            option for each in parameters for option in (*each.opts, *each.secondary_opts)
        }
    return known


def test_each_command_in_the_documents_exists_with_its_options() -> None:
    known = options_of_commands()

    lines = command_lines(DOCUMENTS)

    assert lines
    assert [verb for verb, _rest in lines if verb not in known] == []
    assert [
        (verb, option)
        for verb, rest in lines
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in known[verb] | {"--help", "--lang"}
    ] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_the_pages_that_the_program_writes_are_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == WRITTEN[name]()


@pytest.mark.parametrize("page", [*GUIDES["fr"], *GUIDES["en"]], ids=name_of)
def test_what_a_page_has_from_the_program_is_current(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == TOOL["with_made_parts"](page)


def test_each_model_has_its_table(language: str) -> None:
    made = re.findall(r"^<!-- made: fields (\w+) -->$", guide(language), re.MULTILINE)

    of_theme = {model.__name__ for model in TOOL["models_below"](Theme)}
    assert TOOL["MODELS"].keys() - of_theme - set(made) == WITHOUT_TABLE


@pytest.mark.parametrize("name", ["en/commands.md", "fr/commandes.md"])
def test_the_pages_of_commands_have_every_command_and_option(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")

    for verb, options in options_of_commands().items():
        assert f"`newsletter {verb}" in page
        assert [each for each in options if each.startswith("-") and each not in page] == []


@pytest.mark.parametrize("name", ["en/rules.md", "fr/regles.md"])
def test_the_pages_of_rules_have_every_rule_and_fault_once(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")

    headings = "\n".join(re.findall(r"^### .+$", page, re.MULTILINE))

    assert sorted(_INLINE_CODE.findall(headings)) == sorted([*RULES, *FILE_MANUAL])


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_the_item_that_the_readme_shows_has_no_problem(
    settings: Settings, write_issue: Callable[[str | bytes], Path]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (item,) = (found["code"] for found in _FENCE.finditer(readme) if found["language"] == "yaml")

    loaded = load_issue(write_issue(f"{HEAD}items:\n{item}"), settings)

    assert loaded.problems == ()
    assert item.count("\n") <= 8


def test_each_make_target_in_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    named = {
        found[1]
        for document in DOCUMENTS
        for line in code_of(document)
        if (found := re.match(r"make ([a-z-]+)$", line))
    }

    assert {"build", "test"} <= named
    assert named <= targets


def test_contributing_is_one_page() -> None:
    assert len(CONTRIBUTING.read_text(encoding="utf-8").splitlines()) <= 90


def test_each_file_that_contributing_names_exists() -> None:
    words = _INLINE_CODE.findall(CONTRIBUTING.read_text(encoding="utf-8"))
    files = [word for word in words if re.fullmatch(r"\.?[a-z]+/[\w./-]+\.\w+", word)]

    assert len(files) > 15
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_rooms_of_contributing_are_the_layers_that_import_linter_holds() -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    part = text.split("\n## The rooms\n")[1].split("\n## ")[0]
    rooms = re.findall(r"^    ([a-z0-9]+(?: \| [a-z0-9]+)*)  ", part, re.MULTILINE)
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]

    [layers] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]

    assert rooms == layers


def given_to_templates(what: str) -> list[set[str]]:
    """Return what CONTRIBUTING says that templates may use: in both parts, in email, in text."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    [cells] = re.findall(rf"^\| {what}[^|]*\|(.*)\|$", text, re.MULTILINE)
    return [set(_INLINE_CODE.findall(cell)) for cell in cells.split("|")]


def own_filters(environment: Environment) -> set[str]:
    named = {
        name
        for name, found in environment.filters.items()
        if DEFAULT_FILTERS.get(name) not in (found, getattr(found, "__wrapped__", found))
    }
    return {name for name in named if not name.startswith("_")}


def test_contributing_names_every_filter_of_templates() -> None:
    email = own_filters(html_environment(ROOT, "fr"))
    text = own_filters(text_environment(ROOT, "fr"))

    assert given_to_templates("filters") == [email & text, email - text, text - email]


def macros_of(name: str) -> set[str]:
    return set(re.findall(r"{% macro (\w+)", (ROOT / "templates" / name).read_text("utf-8")))


def test_contributing_names_every_macro_of_templates() -> None:
    email, text = macros_of("shared/parts.html"), macros_of("text/parts.txt")

    assert given_to_templates("macros") == [email & text, email - text, text - email]
    assert given_to_templates("of `patterns`")[1] == macros_of("shared/patterns.html")
    assert given_to_templates("of `frame`")[1] == macros_of("email/frame.html")


def test_contributing_names_all_that_both_parts_of_a_mail_are_given(
    workspace: Path,
    settings: Settings,
    write_issue: Callable[[str | bytes], Path],
    language: str,
) -> None:
    given = {*html_environment(ROOT, "fr").globals} - {*DEFAULT_NAMESPACE}
    for kind in ("newsletter", "press-release"):
        whole = next(x for x in snippets(language) if x.yaml.startswith(f"kind: {kind}\n"))
        put_files(whole, workspace)
        issue = load_issue(write_issue(whole.yaml), settings).issue
        assert issue is not None
        given |= {*compose(issue, settings).context}

    assert given_to_templates("context")[0] == given


def test_each_file_that_the_makefile_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    named = set(re.findall(r"\b(?:tests|tools|benchmarks)/[\w/]+\.(?:py|sh)", makefile))

    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def anchors_of(document: Path) -> set[str]:
    """Return the names that GitHub gives the headings of a document."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_each_relative_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    targets = [found["target"].partition("#") for found in _LINK.finditer(prose_of(document))]
    local = [(path, anchor) for path, _sign, anchor in targets if "://" not in path]

    missing = [
        f"{path}#{anchor}"
        for path, anchor in local
        if not (document.parent / path).exists()
        or (
            anchor
            and unquote(anchor) not in anchors_of(document.parent / path if path else document)
        )
    ]

    assert missing == []


def test_no_document_names_this_machine_or_a_package_registry() -> None:
    refused = re.compile(r"/(?:home|work|tmp|root|Users)/|\bpypi\b|--index-url|localhost", re.I)

    found = {
        name_of(document): refused.findall(document.read_text(encoding="utf-8"))
        for document in DOCUMENTS
    }

    assert found == {name_of(document): [] for document in DOCUMENTS}


def test_screenshots_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/images").glob("*.png")}

    assert sizes
    assert [name for name, size in sizes.items() if size > MAX_SCREENSHOT_BYTES] == []
    assert [name for name, size in sizes.items() if "recipe" in name and size > 30_000] == []
