"""The commands that make issues and look at them."""

import sys
from datetime import datetime
from functools import partial
from typing import Any

from click import Argument, Choice, DateTime, IntRange

from newsletter.cli.help import Verbs
from newsletter.cli.parameters import (
    AS,
    FILES,
    AsPath,
    flag,
    now,
    option,
    run,
    show_again,
    show_page,
    verb,
)
from newsletter.i18n import N_, _
from newsletter.problems.errors import NewsletterError

PREVIEW_PORT = 8765
PORTS = IntRange(0, 65535)


def _init(*, yes: bool, **typed: Any) -> int:
    return run("new.init", **typed, **({"ask": None} if yes else {}))


def _new(*, day: datetime | None, **typed: Any) -> int:
    import secrets

    return run("new", day=(day or now()).date(), code=secrets.token_hex(16), **typed)


def _templates(copied: str | None, compared: str | None) -> int:
    if copied:
        return run("templates.copy_template", typed=copied)
    if compared:
        return run("templates.show_difference", typed=compared)
    return run("templates.list_templates")


WRITE = [
    verb(
        "init",
        N_("Create a workspace in DIR (default: the current folder)."),
        Argument(["folder"], metavar="[DIR]", default=".", type=AsPath()),
        flag("--yes", N_("Ask nothing: keep the answers of the example.")),
        by=_init,
    ),
    verb(
        "new",
        N_("Create a new issue file with comments that explain the format."),
        Argument(["kind"], type=Choice(["newsletter", "press-release"])),
        option("--title", N_("Title of the issue.")),
        option(
            "--date YYYY-MM-DD day",
            N_("Date of the issue; default: today."),
            type=DateTime(["%Y-%m-%d"]),
        ),
        option(
            "--from from_issue",
            N_("Start from this issue: copy its text and add one to its number."),
            type=AsPath(exists=True, dir_okay=False),
        ),
        by=_new,
    ),
    Verbs(
        "settings",
        N_("Look up what the settings say."),
        [verb("names", N_("List what the settings name, each with the line to copy."))],
    ),
    verb(
        "schema",
        N_("Print the JSON Schema that editors use to complete issue files."),
        by="new.schema",
    ),
    verb(
        "templates",
        N_("List the packaged templates, or make one your own."),
        option(
            "--copy NAME copied",
            N_("Copy this template into your templates/; its first lines say what it may use."),
        ),
        option(
            "--diff NAME compared",
            N_("Compare your own with the packaged one; lines that start with '-' are yours."),
        ),
        by=_templates,
    ),
]


def _preview(*, port: int | None, opening: bool | None, **typed: Any) -> int:
    once = {each: typed.pop(each) for each in ("terminal", "watch", "screenshot", "review", "full")}
    if not any(once.values()):
        is_opened = sys.stdout.isatty() if opening is None else opening
        return run(
            "preview", port=PREVIEW_PORT if port is None else port, opening=is_opened, **typed
        )
    for name, is_given in (("--port", port is not None), ("--open", opening)):
        if is_given:  # to what shows no page it would be ignored
            message = _("{option} only applies to the browser preview")
            hint = _("remove it, or remove --terminal, --watch, --screenshot, --review")
            raise NewsletterError(message.format(option=name), hint)
    as_text, show_text = once.pop("terminal"), show_again if once["watch"] else show_page
    as_text |= once["watch"]
    return run("preview.preview_once", as_text=as_text, show_page=show_text, **once, **typed)


def _check(*, watch: bool, listing: bool, explain: str | None, **typed: Any) -> int:
    if listing:
        return run("check.list_rules")
    if explain:
        return run("check.explain", name=explain)
    if watch:
        check_now = partial(run, "check", **typed | {"output_format": "text"})
        run("check.check_at_each_save", files=typed["files"], check_now=check_now)
    return run("check", **typed)


LOOK = [
    verb(
        "preview",
        N_("Show the issues in the browser and refresh after each save."),
        Argument(["file"], required=False, type=AsPath()),
        option(
            "--port PORT",
            N_("Port for the page on this machine; if it is taken, the next free one."),
            type=PORTS,
        ),
        AS,
        option("--members FILE", N_("Members file, to preview the email as one of them gets it.")),
        option("--open/--no-open opening", N_("Open the page in the browser."), default=None),
        flag("--terminal", N_("Show the plain text in this terminal, without a browser.")),
        flag("--watch", N_("Show it again after each save (with --terminal).")),
        option(
            "--screenshot DIR",
            N_("Write screenshots of the email to DIR: phone and desktop, light and dark."),
        ),
        option(
            "--review FILE",
            N_("Write one file for approval, .html or .pdf: a page to sign, then the letter."),
        ),
        flag(
            "--full",
            N_("With --review, add an annex: every variant, dark mode, plain text, problems."),
        ),
        by=_preview,
    ),
    verb(
        "check",
        N_("Report every problem in the issues, with its line."),
        FILES,
        option(
            "--format output_format",
            N_("Output format: text for people, the others for programs."),
            type=Choice(["text", "json", "github", "sarif"]),
            default="text",
        ),
        flag("--strict", N_("Warnings count as errors.")),
        flag("--all-problems", N_("List each text of the example that is left, with its line.")),
        flag("--online", N_("Try the links too, over the network.")),
        flag("--watch", N_("Check again at each save, as text.")),
        flag("--list listing", N_("List the rules and exit.")),
        option("--explain RULE", N_("Show a rule's manual page and exit.")),
        by=_check,
    ),
    verb(
        "build",
        N_("Build the email of each issue: HTML, plain text, pictures."),
        FILES,
        option("--output DIR", N_("Folder to write to, instead of build/.")),
        AS,
        flag("--strict", N_("Write nothing if the checks find errors.")),
    ),
]
