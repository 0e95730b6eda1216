"""An OAuth token from a program that the settings name: mutt, isync and git do it so too."""

import subprocess
from collections.abc import Sequence

from newsletter.i18n import _
from newsletter.mailing.smtp.errors import CannotConnect
from newsletter.problems.errors import NewsletterError

TIMEOUT_SECONDS = 60
_MAX_CHARACTERS = 8192  # in a command of SMTP: 12288 (RFC 4954, 4), in base64


def token_of(command: Sequence[str]) -> str:
    """Return the token that a program prints. What it prints is never shown, even when it fails.

    Raises:
        CannotConnect: the program failed, or took too long; it may do better later.
        NewsletterError: there is no such program, or what it prints is no token.
    """
    try:
        # No shell: it is a list, of the settings, which were allowed on this machine.
        ran = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        message = _("the program '{program}' of token_command: did not finish")
        raise CannotConnect(message.format(program=command[0]), hint=_try_it()) from None
    except OSError as error:
        message = _("the program '{program}' of token_command: cannot be run")
        hint = _("check its name; a program outside the usual folders needs its whole path")
        raise NewsletterError(message.format(program=command[0]), hint=hint) from error
    if ran.returncode:
        message = _("the program '{program}' of token_command: failed, with status {status}")
        message = message.format(program=command[0], status=ran.returncode)
        raise CannotConnect(message, hint=_try_it())
    token = ran.stdout.strip()
    if not token.isascii() or len(token.split()) != 1 or len(token) > _MAX_CHARACTERS:
        message = _("the program '{program}' of token_command: printed something else than a token")
        raise NewsletterError(message.format(program=command[0]), hint=_try_it())
    return token.decode("ascii")


def _try_it() -> str:
    return _("run it in a terminal: it must print the token alone, on one line")
