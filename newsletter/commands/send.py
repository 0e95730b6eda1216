"""`newsletter send`: an issue to its members, once each; or a test of it to a few."""

from collections.abc import Mapping
from pathlib import Path

from newsletter.commands.opening import issue_files, look_for_members, open_workspace
from newsletter.content.loading import load_issue
from newsletter.i18n import _
from newsletter.mailing.delivery.clock import Clock
from newsletter.mailing.message.dkim import signer
from newsletter.mailing.message.message import TEST_MARK
from newsletter.mailing.message.unsubscribe import unsubscribe_secret
from newsletter.problems.errors import NewsletterError
from newsletter.sending.programs import allow_program
from newsletter.sending.sending import (
    Mails,
    Sending,
    SendOptions,
    Terminal,
    nothing_sent,
    real_clock,
    server_of,
    tokens_for,
)
from newsletter.sending.to_members import send_to_members
from newsletter.sending.to_testers import send_tests


def send(
    file: Path,
    options: SendOptions,
    *,
    start: Path,
    environment: Mapping[str, str],
    terminal: Terminal,
    clock: Clock | None = None,
) -> int:
    """Send the issue in `file`; return 0, 1 where a problem forbids it, 3 where someone is missed.

    Raises:
        NewsletterError: the settings, the server, the ledger or the members file do not allow it.
    """
    settings, problems = open_workspace(start)
    terminal.show(problems)
    [path] = issue_files([file], settings)
    _one_target(options)
    look_for_members(options.members)
    loaded = load_issue(path, settings)
    terminal.show(loaded.problems)
    if loaded.issue is None:
        terminal.tell(nothing_sent(loaded.problems))
        return 1
    server = None if options.outbox else server_of(settings, loaded.issue.sender, environment)
    if server is not None and server.settings.token_command and not options.dry_run:
        ask = None if options.yes else terminal.ask
        allow_program(settings.workspace, server.settings.token_command, ask=ask)
    tokens = tokens_for(loaded.issue, settings, unsubscribe_secret(settings, environment))
    if tokens is None and options.members is not None:
        warning = _("recipients can only unsubscribe by email: add url: under unsubscribe:")
        terminal.tell(_("Warning: {message}").format(message=warning))
    mails = Mails(
        loaded.issue,
        settings,
        tokens=tokens,
        sign=signer(settings.dkim, environment),
        mark="" if options.members else TEST_MARK,
    )
    sending = Sending(
        loaded, settings, mails, server, options, terminal, clock or real_clock(terminal.stopping)
    )
    if options.members is None:
        return send_tests(sending)
    return send_to_members(sending, options.members)


def _one_target(options: SendOptions) -> None:
    targets = [bool(options.to), options.reviewers is not None, options.members is not None]
    hint = _("choose one of --to ADDRESS, --reviewers GROUP, --members FILE")
    if sum(targets) != 1:
        message = _("nobody to send to")
        if sum(targets):
            message = _("--to, --reviewers and --members cannot be combined")
        raise NewsletterError(message, hint=hint)
    if options.members is None and (options.resumes or options.where):
        message = _("--resume, --retry-… and --where only work with --members")
        raise NewsletterError(message, hint=hint)
