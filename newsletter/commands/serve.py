"""`newsletter serve`: the page where people leave, at the address that the mails name."""

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.i18n import _
from newsletter.ledger.opening import has_ledger, running_ledger
from newsletter.mailing.message.unsubscribe import unsubscribe_secret
from newsletter.problems.errors import NewsletterError, needing
from newsletter.problems.terminal import Surroundings
from newsletter.sending.sending import tokens_of
from newsletter.settings.settings import Settings
from newsletter.workspace import SETTINGS_FILE


def serve(here: Surroundings, *, host: str, port: int, tokens_file: Path | None) -> int:
    """Take requests to unsubscribe until interrupted; keep them in the ledger, or `tokens_file`."""
    settings = open_workspace(here.start)
    with needing(_("the unsubscribe page is not installed: {module} is missing"),
                 "starlette", "uvicorn"):  # fmt: skip
        from newsletter.leaving.keeping import InFile, InLedger, Keeper
        from newsletter.leaving.server import LeavingPage, listening, server
    _refuse(settings, is_root=here.is_root, has_file=tokens_file is not None)
    for name in settings.senders:
        unsubscribe_secret(settings.for_sender(name), here.environment)
    tokens = tokens_of(settings, here.environment)
    assert tokens is not None  # noqa: S101 - there is an address, hence a secret
    now = partial(datetime.now, UTC)
    with ExitStack() as stack:
        listener = stack.enter_context(listening(host, port))
        keeper: Keeper
        if tokens_file is None:
            ledger = stack.enter_context(running_ledger(settings.workspace, settings.ledger))
            tokens.read_also(*ledger.said_no.lists())
            keeper = InLedger(ledger, tokens.lists, has_several=bool(settings.lists), now=now)
        else:
            keeper = InFile(tokens_file, now=now)
        message = _("Requests to unsubscribe are taken at {address} (press Ctrl-C to stop).")
        name = f"[{host}]" if ":" in host else host
        here.tell_error(message.format(address=f"http://{name}:{listener.getsockname()[1]}/"))
        server(LeavingPage(settings, tokens, keeper, tell=here.tell_error)).run(sockets=[listener])
    return 0


def _refuse(settings: Settings, *, is_root: bool, has_file: bool) -> None:
    if is_root:
        message = _("newsletter serve does not run as root: the network reaches it")
        raise NewsletterError(message, hint=_("start it as the user that the workspace belongs to"))
    if not any(settings.for_sender(each).unsubscribe.url for each in settings.senders):
        message = _("the settings name no address to unsubscribe at")
        hint = _("add url: under unsubscribe: in {file}").format(file=SETTINGS_FILE)
        raise NewsletterError(message, hint=hint)
    if not has_file and not has_ledger(settings.workspace, settings.ledger):
        message = _("there is no ledger in this workspace")
        raise NewsletterError(message, hint=_("on a machine without it, add --tokens FILE"))
