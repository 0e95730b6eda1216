"""A send of an issue that is at hand: its mails, by some means; and what forbids it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.checks import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.content.loading import Issue, LoadedIssue
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.mailing.message.headers import domain_of
from newsletter.mailing.message.message import TEST_MARK, Attachment, plain_name
from newsletter.mailing.message.unsubscribe import list_id_of
from newsletter.problems.problem import (
    Level,
    Problem,
    fails,
    in_numbers,
    in_order,
    shown_path,
)
from newsletter.rendering.document import Document
from newsletter.rendering.fingerprint import content_of, digests_of
from newsletter.sending.hours import Hours, hours_typed
from newsletter.sending.mails import Mails, sender_in_ascii, tokens_for
from newsletter.sending.means import Means
from newsletter.settings.settings import Settings

EXIT_NOT_ALL_DELIVERED = 3
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Sending(Means):
    """A send of an issue that is at hand: the issue too, and what makes its messages."""

    loaded: LoadedIssue
    mails: Mails
    new_id: Callable[[], str] = lambda: secrets.token_hex(8)
    hours: Hours | None = None

    @property
    def leaves(self) -> datetime:
        """When its first message leaves."""
        return self.hours.due if self.hours else self.clock.now()

    def check(self, documents: Sequence[Document]) -> bool:
        """Run the checks on the mails as they are about to leave; tell them all, allow no error."""
        issue = self.mails.issue
        to_members = self.options.members is not None and self.options.outbox is None
        found = run_checks(
            self.loaded,
            documents,
            self.settings,
            earlier_issues=earlier_issues(self.loaded.path.resolve().parent, issue),
            now=self.leaves.astimezone(self.settings.zone),
            to_members=to_members,
        )
        found = in_order([*settings_problems(self.settings, to_members=to_members), *found])
        others, left_over = examples_apart(found)
        self.terminal.show(others)
        if left_over:
            self.terminal.tell(left_over)
        if fails(found, strict=False):
            self.terminal.tell(nothing_sent(found))
            return False
        return True


def nothing_sent(problems: Sequence[Problem]) -> str:
    """Return the last line of a send that errors forbid: how many, and where the first is."""
    message = _("nothing was sent: {problems}; the first error is in {place}")
    first = next(each for each in in_order(problems) if each.level is Level.ERROR)
    place = first.position.in_file(shown_path(first.path))
    return message.format(problems=in_numbers(problems), place=place)


def _test_mark(issue: Issue, settings: Settings) -> str:
    """Return what stands before the subject of a test; whoever answers it names the content."""
    if not settings.asks_before_sending:
        return TEST_MARK
    return f"[TEST {content_of(digests_of(issue, settings))}]"


def _attachment(means: Means, loaded: LoadedIssue, list_name: str) -> Attachment | None:
    """Return the PDF of a release where its list is sent it; what it lacks is told.

    Raises:
        PdfUnavailable: it cannot be made on this machine, and nothing is to leave without it.
    """
    if "pdf" not in means.settings.lists[list_name].attach:
        return None
    if not isinstance(loaded.issue, PressRelease):
        message = _("attach: [pdf] of the list '{name}' is for press releases: nothing is attached")
        warning = message.format(name=list_name)
        means.terminal.tell(_("Warning: {message}").format(message=warning))
        return None
    from newsletter.rendering.press.pdf import pdf_problems, render_release_pdf

    pdf = render_release_pdf(loaded.issue, means.settings)
    means.terminal.show(list(pdf_problems(pdf, means.settings, loaded.source)))
    return Attachment(f"{plain_name(loaded.issue.id)}.pdf", pdf.content)


def sending_of(means: Means, loaded: LoadedIssue, issue: Issue) -> Sending:
    """Return the send of an issue by some means."""
    sender = sender_in_ascii(means.settings.senders[issue.sender])
    list_name = means.options.list_name
    list_id = list_id_of(sender.email, list_name)
    mails = Mails(
        issue,
        means.settings,
        tokens=tokens_for(list_id, means.settings, means.secret, means.old_secret),
        sign=means.sign,
        mark="" if means.options.members else _test_mark(issue, means.settings),
        list_id=list_id,
        list_name=list_name,
        attachment=_attachment(means, loaded, list_name) if list_name else None,
    )
    server = means.server and replace(means.server, name=domain_of(sender.email))
    hours = hours_typed(means.options.at, means.options.no_later_than, means.settings,
                        means.clock.now())  # fmt: skip
    return Sending(**{**vars(means), "server": server}, loaded=loaded, mails=mails, hours=hours)
