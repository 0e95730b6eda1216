"""What was to be replaced: notes to oneself, the example of `init` and `new`, earlier issues."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.checks import reading
from newsletter.checks.reading import BODY_LENGTH, FIELDS, host_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, at_words, beginning, found, rule
from newsletter.i18n import N_, _, translator
from newsletter.packaged import PACKAGE, packaged_or_own
from newsletter.problems.problem import Level, Problem, shown_path
from newsletter.settings.settings import Settings
from newsletter.source import Loc, parse_source, read_source
from newsletter.values.merge_syntax import MERGE_FIELD
from newsletter.values.model import fields_of
from newsletter.workspace import SETTINGS_FILE, THEME_FILE

# Settings that only press releases show.
OF_RELEASES = frozenset({"boilerplates", "contacts"})
_UNWRITTEN = "définir|compléter|rédiger|ajouter|vérifier|valider"
# Readers may be told that a programme is still to come; in square brackets it is a note.
_LEFT = re.compile(
    r"[Ll]orem ipsum"
    r"|\b(?:TODO|TBD|TBC|FIXME|X{2,}|x{3,})\b(?!-)"
    rf"|\[[^\[\]\n]{{0,40}}\b[àÀ] (?:{_UNWRITTEN}|préciser|confirmer|venir)\b[^\[\]\n]{{0,20}}\]"
    rf"|\([^()\n]{{0,40}}\b[àÀ] (?:{_UNWRITTEN})\)"
    rf"|^[ \t]*[àÀ] (?:{_UNWRITTEN})[ .…]*$"
    r"|\[(?:date|lieu|nom|titre|texte|chiffre|lien|name|place|link|tb[acd]"
    r"|(?:insert|insérer|mettre|ajouter)\s[^\[\]\n]{1,40})\](?!\()"
    r"|\?{3,}",
    re.MULTILINE,
)
MAX_LISTED = 3
# Shorter words are the example's in their field alone: a section may be called as its series is.
MIN_LENGTH = 40
_NOBODY = frozenset({"Prénom Nom", "First name Surname"})
_SENTENCE = re.compile(r"(?:\*\*)?[^\s#*-](?:(?![.!?…]\s).|\n(?!\s*(?:\n|[-*#] )))*[.!?…]?")
_RESERVED = re.compile(r"(?<![\w-])example\.(?:com|net|org)\b", re.I)
# What may well stay as the example has it, says who the sample recipient is, or is looked at apart.
_MAY_STAY = frozenset(
    {"language", "timezone", "clients", "recipients", "why", "press_why", "role", "title", "logo"}
)
# In an issue: what is no sentence, and the role of whoever signs a release.
_ANYBODY_S = frozenset(
    {"series", "number", "value", "place", "credit", "rights", "boilerplates", "contacts"}
    | {"présidente de l'association", "chair of the association"}
)
# Of a heading, and of a button: they may stay over what is one's own, which is looked at itself.
_HEADING_OF, _LABEL_OF = {"items", "figures", "events", "links"}, {"url"}
_REMARKED_FIELD = re.compile(r"^( *)# ( *(?:- )?[a-z_]+:(?: .*)?)$", re.MULTILINE)
_THE_SAME = {"boilerplates"}  # who we are is said in the same words every time
# In so many issues an address is no story: a page to register, a form, a network.
STANDING = 3
_STILL = N_("'{words}' is still the example")
_HINT = N_("write your own, or remove this")


@rule(Level.ERROR)
def leftover_text(checked: Checked) -> Findings:
    """No placeholder is left in the email.

    "[name]", "XX participants" and lorem ipsum tell a thousand people that nobody read the email first.
    Fails: `Join us at XX, [place TBC]`
    Passes: `Join us at 6 pm, at the town hall`
    Source: what proofreaders look for first.
    """
    for text, left in checked.matches(_LEFT):
        message, hint = _("'{words}' is a placeholder"), _("fill it in, or remove it")
        yield at_words(text, left.span(), message, hint, words=left[0].strip())


@rule(Level.WARNING)
def starter_text(checked: Checked) -> Findings:
    """Nothing is left of the example that `newsletter init` and `newsletter new` wrote.

    Beside your own sentences those of the example are easily overlooked, and nobody means to sign as an
    association that does not exist. Sending to members stops here; a test goes out with a warning.
    Fails: `preheader: What we did for you this month, in three minutes`; `email: news@example.org`
    Passes: any sentence of your own, and your own addresses.
    Source: the files that the two commands write; RFC 2606: example.org belongs to nobody.
    """
    level = Level.ERROR if checked.to_members else None
    yield from _example_texts(checked, level)
    for link in checked.links:
        if link.loc and _RESERVED.search(link.url):
            yield at_link(link, _(_STILL), _(_HINT), level=level, words=beginning(link.url))
    yield from _left_of_snippets(checked, level)


@rule(Level.WARNING)
def recycled_text(checked: Checked) -> Findings:
    """Each issue has its own words.

    `newsletter new --from` starts from last month's issue. If its introduction or preheader goes out
    again, or a long text of an item, readers think that there is nothing new inside.
    Fails: May's `introduction:`, word for word, in June; an item's `body:` too.
    Passes: a new introduction; a short goodbye may be the same every month.
    Source: the fields that `newsletter new --from` leaves for you to rewrite.
    """
    for text in checked.texts:
        field = str(text.loc[0])  # of a signed text, its words are one step below
        is_own = text.loc[1:] in ((), ("text",)) and field in FIELDS
        is_short = len(text.text) < (FIELDS[field] if is_own else BODY_LENGTH)
        if is_short or field in _THE_SAME or is_of_example(text.text, checked):
            continue
        words = " ".join(text.text.split())
        earlier = next((each for each in checked.earlier if words in each.texts), None)
        if earlier is not None:
            message = _("this text is already used in {file}")
            yield found(message, _("rewrite it"), text.loc, file=earlier.path.name)


@rule(Level.ADVICE)
def already_sent(checked: Checked) -> Findings:
    """A story is sent once: no earlier issue links to its page.

    When an issue starts from last month's file, or two colleagues have the same idea, readers get what
    they have read. If it is meant as a reminder, say so in the text and skip this check with `ignore:`.
    Fails: `https://example.org/study-2025` in May, when April's issue had it
    Passes: a separate page for what is new since then
    Source: our own; addresses in the settings, and those in three issues or more, do not count.
    """
    earlier = checked.earlier
    times = Counter(address for issue in earlier for address in issue.addresses)
    settings = checked.settings.workspace / SETTINGS_FILE
    known = (
        reading.addresses_in(settings.read_text(encoding="utf-8-sig")) if earlier else frozenset()
    )
    for link in checked.links:
        url, address = link.url, reading.plain_address(link.url)
        if not 0 < times[address] < STANDING or address in known:
            continue
        is_first = len(urlsplit(url).path) <= len("/fr")  # of a site, no story
        if is_web(url) and host_of(url) and not is_first and not is_of_example(url, checked):
            last = next(each for each in reversed(earlier) if address in each.addresses)
            message = _("'{url}' was already in {file}")
            hint = _("link to what is new, or say that it is a reminder")
            yield at_link(link, message, hint, url=url, file=last.path.name)


def settings_problems(
    settings: Settings, *, to_members: bool = False, not_shown: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Yield a problem for each value of the settings, and for the logo, that is the example's."""
    # What is `not_shown` by the issue forbids no send to members.
    usual = settings.rules.get(starter_text.id, starter_text.level)
    if usual == "off":
        return
    forbids = to_members and starter_text.id not in settings.rules

    def left(file: Path, loc: Loc, message: str, hint: str) -> Problem:
        position = read_source(file).position(loc)
        level = Level.ERROR if forbids and not_shown.isdisjoint(loc) else usual
        return Problem(file, position, message, hint, starter_text.id, Level(level))

    path, logo = settings.workspace / SETTINGS_FILE, settings.theme.logo
    starter = read_source(_starter(f"settings.{settings.language[:2]}.yaml"))
    example = {value for loc, value in starter.texts() if _MAY_STAY.isdisjoint(loc)}
    for loc, value in read_source(path).texts():
        if _MAY_STAY.isdisjoint(loc) and (_RESERVED.search(value) or value in example):
            yield left(path, loc, _(_STILL).format(words=beginning(value)), _(_HINT))
    for name, loc, file in (
        (SETTINGS_FILE, ("organisation", "logo"), settings.organisation.logo),
        (THEME_FILE, ("logo", "file"), logo.file if logo else None),
    ):
        if file and (settings.workspace / file).read_bytes() == _starter("logo.png").read_bytes():
            message = _("the logo is still the example")
            hint = _("put your own image into assets/ and write its name here, or remove the line")
            yield left(packaged_or_own(settings.workspace, name), loc, message, hint)


def examples_apart(problems: Sequence[Problem]) -> tuple[list[Problem], str]:
    """Return the other problems, and one sentence in place of what this rule warns of."""
    # Where nobody has written yet it would be all that one reads. A few are left in their places.
    warnings = [each for each in problems if each.level is Level.WARNING]
    examples = [each for each in warnings if each.rule == starter_text.id]
    if len(examples) <= MAX_LISTED:
        return list(problems), ""
    first = min(examples, key=lambda each: each.path.name != SETTINGS_FILE)
    place = first.position.in_file(shown_path(first.path))
    # Of so many, never one.
    message = _("{count} texts are still the example, the first at {place}; for all: {command}")
    command = "newsletter check --all-problems"
    others = [each for each in problems if each not in examples]
    return others, message.format(count=len(examples), place=place, command=command)


def is_of_example(words: str, checked: Checked) -> bool:
    """Tell whether words stand in the example: two issues that nobody wrote have them both."""
    return " ".join(words.split()) in _example(checked.issue.kind, checked.language)


def _example_texts(checked: Checked, level: Level | None) -> Findings:
    for text in checked.texts:
        last = None
        for start, end, words in _sentences(text.text):
            left = [
                each
                for field, each in _example_sentences(checked.issue.kind, checked.language)
                if (field in text.loc or not field)
                # One's own words before a sentence may lack their full stop.
                and (words == each or (each[-1] in ".!?" and words.endswith(f" {each}")))
            ]
            if not left and text.text not in _NOBODY:
                continue
            if last is None or "\n" in text.text[last:start]:
                shown = beginning(left[0] if left else words)
                yield at_words(text, (start, end), _(_STILL), _(_HINT), level=level, words=shown)
            last = end


def placeholder(description: str) -> str:
    """Return what an editor's snippet has in the place of a field: the start of its description."""
    return re.split(r"\s?: ", description)[0]


def _left_of_snippets(checked: Checked, level: Level | None) -> Findings:
    say = translator(checked.settings.language[:2])
    for loc, model in checked.models[1:]:  # there is no snippet for the head of an issue
        for name, field in fields_of(type(model)).items():
            words, left = getattr(model, name), placeholder(say(field.description or " "))
            if isinstance(words, str) and words.strip() == left:
                message = _(_STILL).format(words=beginning(left))
                yield found(message, _(_HINT), (*loc, name), snippet=left, level=level)


def _sentences(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each sentence with its place, but for those that differ from reader to reader."""
    for met in _SENTENCE.finditer(text):
        if not MERGE_FIELD.search(met[0]):
            yield *met.span(), " ".join(met[0].split())


@cache
def _example(kind: str, language: str) -> str:
    """Return the starter file as one line: what is a comment in it is an example as well."""
    return " ".join(_starter(f"{kind}.{language}.yaml").read_text(encoding="utf-8").split())


@cache
def _example_sentences(kind: str, language: str) -> frozenset[tuple[str, str]]:
    """Return the sentences of the starter issue, what is a comment in it too, with their fields."""
    path = _starter(f"{kind}.{language}.yaml")
    source = parse_source(_REMARKED_FIELD.sub(r"\1\2", path.read_text(encoding="utf-8")), path)
    sentences = set()
    for loc, value in source.texts():
        field = next(str(step) for step in reversed(loc) if isinstance(step, str))
        stays = _HEADING_OF if field == "title" else _LABEL_OF if field == "label" else set()
        if _ANYBODY_S.isdisjoint({*loc, value}) and stays.isdisjoint(source.value_at(loc[:-1])):
            for _start, _end, words in _sentences(value):
                sentences.add((field if len(words) < MIN_LENGTH else "", words))
    return frozenset(sentences)


def _starter(name: str) -> Path:
    return PACKAGE / "starter" / name
