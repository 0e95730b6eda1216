"""`newsletter send`: an issue to its members, or a test; `approve`: someone stands for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from newsletter.checks.online import DEFAULT_LIMITS, RequestLimits
from newsletter.commands import opening
from newsletter.commands.site import publish_command, site
from newsletter.content.loading import Issue, load_issue
from newsletter.i18n import _
from newsletter.mailing.delivery.patience import Clock
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Surroundings, Terminal
from newsletter.sending.approvals import APPROVALS_FOLDER, note_approval, send_tests, user_name
from newsletter.sending.means import Means, SendOptions, agrees, means_of
from newsletter.sending.scheduled import resume, resume_list, scheduled
from newsletter.sending.sending import nothing_sent, sending_of
from newsletter.sending.to_members import send_to_members
from newsletter.settings.settings import Settings
from newsletter.workspace import SETTINGS_FILE


def send(
    here: Surroundings,
    file: Path,
    options: SendOptions,
    *,
    clock: Clock | None = None,
    limits: RequestLimits = DEFAULT_LIMITS,
) -> int:
    """Send the issue in `file`; return 0, 1 where a problem forbids it, 3 if someone is missed."""
    settings = opening.open_workspace(here.start, here.show)
    settings, options = _of_list(settings, options)
    _one_target(options)
    means = partial(means_of, settings, options, here.environment, here, clock)
    if options.members is None and options.resumes:
        waits = bool(scheduled(settings, file))
        status = resume(settings, means, file)
    else:
        waits = bool(options.at)
        status = _begin(file, settings, options, means, here, limits)
    issue = load_issue(file, settings).issue if waits and not status and file.is_file() else None
    now = clock.now() if clock else datetime.now(UTC)
    # A release whose send has waited for its hour.
    if _goes_online(issue, settings, now) and not options.dry_run:
        site(replace(here, now=now), publishing=True)
    return status


def _begin(
    file: Path,
    settings: Settings,
    options: SendOptions,
    means: Callable[[str], Means],
    terminal: Terminal,
    limits: RequestLimits,
) -> int:
    opening.look_for_members(options.members)
    if not options.is_test and options.outbox is None:
        status = resume_list(settings, means, file, options.list_name, waits=options.resume)
        if status is not None:
            return status
    [path] = opening.issue_files([file], settings)
    loaded = load_issue(path, settings)
    terminal.show(loaded.problems)
    if loaded.issue is None:
        terminal.tell(nothing_sent(loaded.problems))
        return 1
    _ask_about_kind(settings, options, loaded.issue, terminal)
    sending = sending_of(replace(means(loaded.issue.sender), limits=limits), loaded, loaded.issue)
    if sending.hours and _goes_online(loaded.issue, settings, sending.hours.due):
        publish_command(settings, terminal.ask)  # it is allowed now, or nothing waits for it
    if sending.settings.unsubscribe.url is None and options.members is not None:
        terminal.warn(_("recipients can only unsubscribe by email: add url: under unsubscribe:"))
    if options.members is None:
        return send_tests(sending)
    return send_to_members(sending, options.members)


def _goes_online(issue: Issue | None, settings: Settings, now: datetime) -> bool:
    """Tell whether the settings say how a release goes online, and its embargo is over."""
    embargo = getattr(issue, "embargo", None)
    has_command = settings.site is not None and bool(settings.site.publish)
    return embargo is not None and embargo <= now and has_command


def _of_list(settings: Settings, options: SendOptions) -> tuple[Settings, SendOptions]:
    """Return the settings and options with the file and the headings of the list that is named."""
    name = options.list_name
    if not name:
        return settings, options
    if options.members is not None:
        message = _("--list and --members cannot be combined")
        raise NewsletterError(message, hint=_("choose one of them"))
    named = opening.list_named(name, settings)
    if not options.is_test:
        options = replace(options, members=settings.workspace / named.file)
    return settings.for_list(name), options


def _ask_about_kind(
    settings: Settings, options: SendOptions, issue: Issue, terminal: Terminal
) -> None:
    """Return where a list is sent such issues, or whoever sends says that it is meant."""
    if options.members is None or not options.list_name:
        return
    if issue.kind in settings.lists[options.list_name].kinds:
        return
    message = _("the list '{name}' is not sent issues of kind {kind}")
    message = message.format(name=options.list_name, kind=issue.kind)
    question = _("{message}. Send it anyway? yes or no").format(message=message)
    if options.yes or not agrees(terminal.ask, question):
        hint = _("name another list, or add the kind to its kinds: in {file}")
        raise NewsletterError(message, hint=hint.format(file=SETTINGS_FILE))


def _one_target(options: SendOptions) -> None:
    targets = [bool(options.to), options.reviewers is not None, options.members is not None]
    hint = _("choose one of --to ADDRESS, --reviewers GROUP, --members FILE")
    no_members, resumes = options.members is None, options.resumes
    of_members = options.where or options.only_those_who_got or options.online
    begins = not (no_members or resumes or options.outbox)
    for is_wrong, message in (
        (sum(targets) > 1, _("--to, --reviewers and --members cannot be combined")),
        (not sum(targets) and not resumes, _("nobody to send to")),
        (no_members and of_members,
         _("--where, --only-those-who-got and --online only work with --members")),
        ((options.at or options.no_later_than) and not begins,
         _("--at only works with --members or --list, for a send that begins")),
        (options.is_test and resumes, _("--resume and --retry-… do not work with tests")),
        (resumes and options.outbox and no_members,
         _("--outbox only works with --to, --reviewers or --members")),
    ):  # fmt: skip
        if is_wrong:
            raise NewsletterError(message, hint=hint)


def approve(here: Surroundings, file: Path) -> int:
    """Note that the user, whom git names, approves an issue; return 1 where it cannot be read."""
    settings = opening.open_workspace(here.start, here.show)
    [path] = opening.issue_files([file], settings)
    loaded = load_issue(path, settings)
    here.show(loaded.problems)
    if loaded.issue is None:
        return 1
    if not (name := user_name()):
        message = _("git does not know who you are, so nobody would answer for this approval")
        raise NewsletterError(message, hint=_('run: git config --global user.name "Your Name"'))
    content = note_approval("approved", name, loaded.issue, settings, datetime.now(UTC))
    told = _("{file} is approved by {name}, fingerprint {content}; commit {folder}/")
    names = {"file": shown_path(path), "name": name, "folder": APPROVALS_FOLDER}
    here.tell(told.format(content=content, **names))
    return 0
