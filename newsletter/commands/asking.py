"""What `newsletter init` asks in a terminal, so that the first build is the team's own letter."""

import json
import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from newsletter.commands.opening import Tell, no_file
from newsletter.i18n import LANGUAGES, N_, _, translator
from newsletter.problems.errors import NewsletterError
from newsletter.settings.loading import LoadedSettings, load_settings
from newsletter.source import Loc, parse_source
from newsletter.values.colours import is_colour, nearest_readable
from newsletter.values.suggestions import did_you_mean, meant_or_choice
from newsletter.values.types import language_meant
from newsletter.workspace import SETTINGS_FILE, THEME_FILE, write_whole

Files = Mapping[str, bytes]
_EXAMPLE_LOGO = "assets/logo.png"
_SENDER = ("senders", "default")
_NAME = ("organisation", "name"), (*_SENDER, "name")
_FROM = (*_SENDER, "email"), (*_SENDER, "reply_to"), ("unsubscribe", "mailto")
_LANGUAGE, _BRAND, _LOGO = ("language",), ("brand",), ("logo",)
_WEBSITE = ("organisation", "website")
_WEB = ("site", "web")
# What may be typed for it, in French and English, beside the word of the settings.
_READERS = {"public": N_("everyone"), "unlisted": N_("with the address"), "none": N_("nobody")}
# In order: the words, the file of the answer, and the places that it takes there.
_QUESTIONS: Mapping[str, tuple[str, tuple[Loc, ...]]] = {
    N_("Language of your newsletters: fr, en or en-US"): (SETTINGS_FILE, (_LANGUAGE,)),
    N_("Name of your organisation"): (SETTINGS_FILE, _NAME),
    N_("Its postal address"): (SETTINGS_FILE, (("organisation", "address"),)),
    N_("Its website"): (SETTINGS_FILE, (_WEBSITE,)),
    N_("Email address that your newsletters come from"): (SETTINGS_FILE, _FROM),
    N_("Your colour"): (THEME_FILE, (_BRAND,)),
    N_("Your logo, a picture file"): (THEME_FILE, (_LOGO,)),
    N_("Who may read issues online: everyone, with the address, nobody (can be changed later)"): (
        SETTINGS_FILE,
        (_WEB,),
    ),
}
# What the example alone says of itself: its legal name, its page.
_OF_THE_EXAMPLE = re.compile(
    r"^(?=  (?:legal_name:|social:|  - title: LinkedIn|    url: https://www\.link))", re.MULTILINE
)


def asked(
    files_in: Callable[[str], Files], language: str, ask: Callable[[str, str], str], tell: Tell
) -> Files:
    """Return the files that a workspace has in a language, with what is answered in them.

    An answer that the settings or the theme would refuse is asked again.
    """
    files = begun = _begun(files_in(language))
    for words, (name, places) in _QUESTIONS.items():
        default = example = _value(files, name, places[0])
        kept = _as_written(example, places[0])
        while (answer := _as_written(ask(_(words), default), places[0])) != kept:
            draft = files
            if places == (_LANGUAGE,) and answer[:2] in LANGUAGES:
                draft = _begun(files_in(answer[:2]), american=language_meant(answer) == "en-US")
            try:
                files = _with_answer(draft, answer, name, places)
            except NewsletterError as refused:
                tell(f"{refused.message} ({_hint(refused, answer, places[0])})")
                default = nearest_readable(answer) if is_colour(answer) else example
                continue
            if places == (_BRAND,) and (accent := _accent(files)) != answer.lower():
                message = _("Links and buttons are {accent}: {brand} is not dark enough for words.")
                tell(message.format(accent=accent, brand=answer))
            break
    if files != begun:
        _tell_taken(files, tell)
    return files


def _hint(refused: NewsletterError, answer: str, place: Loc) -> str:
    """Return what to type, as it is asked here rather than as the file has it."""
    if place == _BRAND and not is_colour(answer):  # unquoted
        return _("write # and six characters from 0-9 a-f: #1A2B3C")
    if place == _WEB:
        words = [_(each) for each in _READERS.values()]
        return meant_or_choice(did_you_mean(answer, words), words)
    return refused.hint


def _tell_taken(files: Files, tell: Tell) -> None:
    """Tell all answers at once: Enter after one that was refused took the example's."""
    tell(_("This is what was taken; to correct it, open newsletter.yaml or assets/theme.yaml:"))
    for words, (name, places) in _QUESTIONS.items():
        label = re.split(r"\s*: ", _(words))[0]
        tell(f"  {label}{_(': ')}{_value(files, name, places[0])}")
    if _value(files, SETTINGS_FILE, _WEB) != _(_READERS["none"]):
        tell(_("Issues go online once web_url: has the address of your site, under site:"))


def _as_written(answer: str, place: Loc) -> str:
    """Return an answer as the file has it, where people say it otherwise."""
    answer = answer.strip(" \"'")
    if place == _BRAND and is_colour(f"#{answer}"):
        return f"#{answer}"
    if place == _WEBSITE and re.fullmatch(r"[^\s@:]+\.[^\s@]+", answer):
        return f"https://{answer}"
    if place == _WEB:
        said = answer.casefold().replace("'", "’")
        for value, words in _READERS.items():
            if said in (value, words, translator("fr")(words)):
                return value
    return answer


def _begun(files: Files, *, american: bool = False) -> Files:
    """Return the example's files without what nobody is asked and only the example would say."""
    text = _OF_THE_EXAMPLE.sub("# ", files[SETTINGS_FILE].decode())
    text = text.replace("#site:\n#   web: public", "site:\n  web: none")
    if american:
        text = text.replace("Europe/London", "America/New_York")
    return {**files, SETTINGS_FILE: text.encode()}


def _value(files: Files, name: str, place: Loc) -> str:
    """Return the text at a place, on one line."""
    value: Any = parse_source(files[name].decode(), Path(name)).value
    for step in place:
        value = value[step]
    if place == _LOGO:
        return f"assets/{value}"  # "logo.png" may be the team's own, beside the folder
    if place == _WEB:
        return _(_READERS[value])
    return ", ".join(str(value).splitlines())


def _with_answer(files: Files, answer: str, name: str, places: Sequence[Loc]) -> Files:
    """Return the files with an answer in its places; raise what is wrong with it."""
    changed = dict(files)
    if places == (_LOGO,):
        # A Mac's terminal puts "\\ " for the spaces of a file that is dropped on it.
        path = Path(os.path.expanduser(answer.replace("\\ ", " ")))  # noqa: PTH111 - raises nothing
        if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a name is too long
            raise no_file(path, _("write where it is, or leave this empty"))
        del changed[_EXAMPLE_LOGO]
        answer = path.name
        changed[f"assets/{answer}"] = path.read_bytes()
    for place in places:
        source = parse_source(changed[name].decode(), Path(name))
        changed[name] = source.rewritten(place, json.dumps(answer, ensure_ascii=False)).encode()
    for problem in _loaded(changed).problems:
        raise NewsletterError(problem.message, problem.hint)
    return changed


def _accent(files: Files) -> str:
    settings = _loaded(files).settings
    return settings.theme.colours.light.accent if settings else ""


def _loaded(files: Files) -> LoadedSettings:
    with TemporaryDirectory() as folder:
        write_whole(*((Path(folder, name), content) for name, content in files.items()))
        return load_settings(Path(folder))
