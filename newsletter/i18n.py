"""Sentences in the language of the user (`_`) or of an issue (`translator`), from one catalogue."""

import gettext
import os
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from math import ceil

# Not by pathlib: see newsletter.workspace.
LOCALES = __file__.removesuffix("i18n.py") + "locales"
LANGUAGES = ("fr", "en")
KILOBYTE = 1024  # as Gmail counts the 102 that it shows of a mail

_language: ContextVar[str] = ContextVar("language", default="en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("newsletter", LOCALES, [language], fallback=True)


def use_language(language: str) -> None:
    """Say everything that follows in `language` ("fr", "en"; any other means English)."""
    _language.set(language)


def let_libraries_speak(language: str) -> None:
    """Have click say its own words (Usage, Options…) from our catalogue."""
    # click asks gettext's one domain of the process, which asks the environment (GNU gettext
    # manual, "Locale Environment Variables"); `make messages` finds the words in click itself.
    gettext.bindtextdomain("newsletter", LOCALES)
    gettext.textdomain("newsletter")
    os.environ["LANGUAGE"] = language


def current_language() -> str:
    """Return the language that `_` speaks."""
    return _language.get()


def _(message: str) -> str:
    """Return `message` in the user's language."""
    return _catalogue(_language.get()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `message` for the catalogue; it is translated where it is shown."""
    return message


def counted(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that goes with {count}, and with it, in the user's language."""
    form = _catalogue(_language.get()).ngettext(singular, plural, count)
    return form.replace("{count}", str(count))


def decimal(number: float) -> str:
    """Return `number` with one decimal as the user's language writes it: "2.7", « 2,7 »."""
    said = f"{number:.1f}"
    return said.replace(".", ",") if current_language() == "fr" else said


def kilobytes(size_bytes: int, *, with_tenths: bool = False) -> str:
    """Return a size as people read it: to a tenth, or rounded up, as over a limit is not at it."""
    size = size_bytes / KILOBYTE
    return decimal(size) if with_tenths else str(ceil(size))


def counting(language: str) -> Callable[[str, str, int], str]:
    """Return the function that says a counted message in `language`, whoever the user is."""
    return _catalogue(language).ngettext


def translator(language: str) -> Callable[[str], str]:
    """Return the function that says a message in `language`, whoever the user is."""
    return _catalogue(language).gettext
