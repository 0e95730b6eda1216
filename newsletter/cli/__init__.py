"""The command line: options, help, printing, exit status, and the one place that tells errors.

Commands are imported when they run, and the commands' own modules import what they need: `--help`
loads neither lxml nor premailer nor babel (a test looks).
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from newsletter.cli.help import Verbs
from newsletter.cli.parameters import show, take_language
from newsletter.cli.verbs import TABLES, verbs_of
from newsletter.commands.processes import prepare_libraries
from newsletter.i18n import _, let_libraries_speak, use_language
from newsletter.problems.errors import NewsletterError, system_error
from newsletter.workspace import user_language, workspace_above

EXIT_COULD_NOT_RUN = NewsletterError.exit_status
EXIT_INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line in the language of the workspace, else of the environment."""
    # A command ends with its work, so its garbage is left to the system: collecting it while
    # modules load and at the end takes 90 of a build's 590 ms (measured 2026-11).
    gc.set_threshold(100_000)
    prepare_libraries()
    # The processes that help take no module from the folder that one happens to be in.
    os.environ["PYTHONSAFEPATH"] = "1"
    status = run(sys.argv[1:])
    gc.freeze()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit status (design: 0 done, 1 problems, 2 could not run)."""
    language = user_language(None, os.environ)
    speak(language)
    try:
        language = user_language(workspace_above(os.getcwd()), os.environ)
        speak(language)
        typed, rest = take_language(arguments)
        speak(typed or language)
        status = commands().main(rest, prog_name="newsletter", standalone_mode=False)
    except NewsletterError as error:
        return _tell_error(error)
    except click.ClickException as error:
        error.show()
        return EXIT_COULD_NOT_RUN
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_("interrupted"), err=True)
        return EXIT_INTERRUPTED
    except OSError as error:
        return _tell_error(system_error(error))
    return status if isinstance(status, int) else 0


def speak(language: str) -> None:
    """Say everything that follows in `language`, what click says as well."""
    use_language(language)
    let_libraries_speak(language)


def _tell_error(error: NewsletterError) -> int:
    show(getattr(error, "problems", ()))
    click.echo(_("Error: {message}").format(message=error.message), err=True)
    if error.hint:
        click.echo(_("Hint: {hint}").format(hint=error.hint), err=True)
    return error.exit_status


def commands() -> click.Group:
    """Return the command line; what click says in it is in the user's language."""
    newsletter = Verbs("newsletter", help=_("Newsletters and press releases from YAML files."))
    newsletter.groups = {title: verbs_of(table) for title, table in TABLES.items()}
    for each in (verb for some in newsletter.groups.values() for verb in some):
        newsletter.add_command(each)
    newsletter.context_settings = {"help_option_names": ["-h", "--help"]}
    click.version_option(package_name="newsletter")(newsletter)
    said = _("Language of the messages; anywhere on the line.")
    lang = click.Option(["--lang"], help=said, metavar="[fr|en]", expose_value=False)
    newsletter.params.append(lang)
    return newsletter
