"""`newsletter init`: a workspace that builds; in a terminal it asks what makes it the team's."""

import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.commands.editor import snippets_text, tasks_text
from newsletter.commands.new import STARTER, schema_text
from newsletter.commands.opening import no_file
from newsletter.i18n import LANGUAGES, N_, _, current_language
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Ask, Surroundings, Tell
from newsletter.settings.loading import load_settings
from newsletter.source import Loc, parse_source
from newsletter.values.colours import is_colour
from newsletter.values.types import language_meant
from newsletter.workspace import SETTINGS_FILE, THEME_FILE, workspace_above, write_whole

Files = Mapping[str, bytes]
_SENDER = ("senders", "default")
_FROM = (*_SENDER, "email"), (*_SENDER, "reply_to"), ("unsubscribe", "mailto")
_LANGUAGE, _BRAND, _LOGO = ("language",), ("brand",), ("logo",)
_WEBSITE = ("organisation", "website")
# In order: the words, and the places that the answer takes.
_QUESTIONS: Mapping[str, tuple[Loc, ...]] = {
    N_("Language of your newsletters: fr, en or en-US"): (_LANGUAGE,),
    N_("Name of your organisation"): (("organisation", "name"), (*_SENDER, "name")),
    N_("Its postal address"): (("organisation", "address"),),
    N_("Its website"): (_WEBSITE,),
    N_("Email address that your newsletters come from"): _FROM,
    N_("Your colour"): (_BRAND,),
    N_("Your logo, a picture file"): (_LOGO,),
    N_("Who may read issues online: public, unlisted (with the address), none"): (("site", "web"),),
}
# What the example alone says of itself: its legal name, its page.
_OF_THE_EXAMPLE = re.compile(
    r"^(?=  (?:legal_name:|social:|  - title: LinkedIn|    url: https://www\.link))", re.MULTILINE
)


def init(here: Surroundings, folder: Path, *, yes: bool) -> int:
    """Write a workspace, with no issue yet, into `folder`; raise where a file is in the way."""
    if (around := workspace_above(str(folder.resolve().parent))) is not None:
        message = _("{folder} is inside the workspace {workspace}")
        message = message.format(folder=shown_path(folder.resolve()), workspace=around)
        hint = _("choose a folder outside it: newsletter init ~/newsletter")
        raise NewsletterError(message, hint=hint)
    contents: Files = workspace_files(current_language())
    _refuse(folder, [name for name in contents if os.path.lexists(folder / name)])
    if here.ask is not None and not yes:
        contents = _asked(contents, here.ask, here.tell)
        there = [name for name in contents if os.path.lexists(folder / name)]  # the logo alone
        _refuse(folder, [name for name in there if (folder / name).read_bytes() != contents[name]])
    write_whole(*((folder / name, each) for name, each in contents.items()), below=folder)
    (folder / "assets" / "images").mkdir(parents=True, exist_ok=True)
    if folder.resolve() == Path.cwd():
        here.tell(_("Created a workspace here. Next: newsletter new newsletter"))
    else:
        message = _("Created a workspace in {folder}. Next: {command}")
        command = f"cd {shlex.quote(str(folder))} && newsletter new newsletter"
        here.tell(message.format(folder=shown_path(folder.resolve()), command=command))
    return 0


def _refuse(folder: Path, in_the_way: Sequence[str]) -> None:
    if in_the_way:
        message, place = _("{folder} already contains {files}"), shown_path(folder.resolve())
        message = message.format(folder=place, files=", ".join(in_the_way))
        raise NewsletterError(message, hint=_("choose another folder: newsletter init FOLDER"))


def workspace_files(language: str) -> dict[str, bytes]:
    """Return the files of a new workspace: name -> content."""
    schema = schema_text(language)
    return {
        SETTINGS_FILE: (STARTER / f"settings.{language}.yaml").read_bytes(),
        "issues/.schema.json": f"{schema}\n".encode(),
        THEME_FILE: (STARTER / f"theme.{language}.yaml").read_bytes(),
        "assets/logo.png": (STARTER / "logo.png").read_bytes(),
        ".vscode/settings.json": (STARTER / "vscode.json").read_bytes(),
        ".vscode/newsletter.code-snippets": snippets_text(json.loads(schema), language).encode(),
        ".vscode/tasks.json": tasks_text().encode(),
        ".editorconfig": (STARTER / "editorconfig").read_bytes(),
        ".gitignore": (STARTER / "gitignore").read_bytes(),
    }


def _asked(files: Files, ask: Ask, tell: Tell) -> Files:
    """Return a workspace's files with what is answered in them; what they refuse is asked again."""
    files = _begun(files)
    for words, places in _QUESTIONS.items():
        example = _value(files, places[0])
        while (answer := _as_written(ask(_(words), example), places[0])) != example:
            draft = files
            if places == (_LANGUAGE,) and answer[:2] in LANGUAGES:
                is_american = language_meant(answer) == "en-US"
                draft = _begun(workspace_files(answer[:2]), american=is_american)
            try:
                files = _with_answer(draft, answer, places)
                break
            except NewsletterError as refused:
                tell(f"{refused.message} ({refused.hint})")
    return files


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
        del changed["assets/logo.png"]
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
