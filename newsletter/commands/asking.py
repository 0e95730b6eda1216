"""What `newsletter init` asks in a terminal, so that the first build is the team's own letter."""

import json
import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.commands.opening import Tell, no_file
from newsletter.i18n import LANGUAGES, N_, _
from newsletter.problems.errors import NewsletterError
from newsletter.settings.loading import load_settings
from newsletter.source import Loc, parse_source
from newsletter.values.colours import is_colour
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
# In order: the words, and the places that the answer takes.
_QUESTIONS: Mapping[str, tuple[Loc, ...]] = {
    N_("Language of your newsletters: fr, en or en-US"): (_LANGUAGE,),
    N_("Name of your organisation"): _NAME,
    N_("Its postal address"): (("organisation", "address"),),
    N_("Its website"): (_WEBSITE,),
    N_("Email address that your newsletters come from"): _FROM,
    N_("Your colour"): (_BRAND,),
    N_("Your logo, a picture file"): (_LOGO,),
    N_("Who may read issues online: public, unlisted (with the address), none"): (_WEB,),
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
    for words, places in _QUESTIONS.items():
        example = _value(files, places[0])
        while (answer := _as_written(ask(_(words), example), places[0])) != example:
            draft = files
            if places == (_LANGUAGE,) and answer[:2] in LANGUAGES:
                draft = _begun(files_in(answer[:2]), american=language_meant(answer) == "en-US")
            try:
                files = _with_answer(draft, answer, places)
                break
            except NewsletterError as refused:
                tell(f"{refused.message} ({refused.hint})")
    if files != begun:
        _tell_taken(files, tell)
    return files


def _tell_taken(files: Files, tell: Tell) -> None:
    """Tell all answers at once: Enter after one that was refused took the example's."""
    tell(_("This is what was taken; to correct it, open newsletter.yaml or assets/theme.yaml:"))
    for words, places in _QUESTIONS.items():
        label = re.split(r"\s*: ", _(words))[0]
        tell(f"  {label}{_(': ')}{_value(files, places[0])}")
    if _value(files, _WEB) != "none":
        tell(_("Issues go online once web_url: has the address of your site, under site:"))


def _as_written(answer: str, place: Loc) -> str:
    """Return an answer as the file has it, where people say it otherwise."""
    answer = answer.strip(" \"'")
    if place == _BRAND and is_colour(f"#{answer}"):
        return f"#{answer}"
    if place == _WEBSITE and re.fullmatch(r"[^\s@:]+\.[^\s@]+", answer):
        return f"https://{answer}"
    return answer


def _begun(files: Files, *, american: bool = False) -> Files:
    """Return the example's files without what nobody is asked and only the example would say."""
    text = _OF_THE_EXAMPLE.sub("# ", files[SETTINGS_FILE].decode())
    text = text.replace("#site:\n#   web: public", "site:\n  web: none")
    if american:
        text = text.replace("Europe/London", "America/New_York")
    return {**files, SETTINGS_FILE: text.encode()}


def _file_of(place: Loc) -> str:
    return THEME_FILE if place in (_BRAND, _LOGO) else SETTINGS_FILE


def _value(files: Files, place: Loc) -> str:
    """Return the text at a place, on one line."""
    name = _file_of(place)
    value = parse_source(files[name].decode(), Path(name)).value_at(place)
    if place == _LOGO:
        return f"assets/{value}"  # "logo.png" may be the team's own, beside the folder
    return ", ".join(str(value).splitlines())


def _with_answer(files: Files, answer: str, places: Sequence[Loc]) -> Files:
    """Return the files with an answer in its places; raise what is wrong with it."""
    changed, name = dict(files), _file_of(places[0])
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
    with TemporaryDirectory() as folder:
        write_whole(*((Path(folder, each), content) for each, content in changed.items()))
        for problem in load_settings(Path(folder)).problems:
            raise NewsletterError(problem.message, problem.hint)
    return changed
