"""A send of an issue that is at hand: its mails, each made once; and what forbids it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from newsletter.checks.checking import run_checks
from newsletter.checks.rules.leftover import OF_RELEASES, examples_apart, settings_problems
from newsletter.content.loading import Issue, LoadedIssue
from newsletter.content.press_release import PressRelease
from newsletter.i18n import _
from newsletter.mailing.message.message import TEST_MARK, Attachment, plain_name, prepare_message
from newsletter.mailing.message.unsubscribe import Tokens, list_id_of
from newsletter.members.recipient import Recipient
from newsletter.problems.problem import Level, Problem, fails, in_numbers, in_order, shown_path
from newsletter.rendering.document import (
    Document,
    Fingerprint,
    Hidden,
    Variants,
    content_of,
    digests_of,
    parts_of,
)
from newsletter.sending.hours import Hours, hours_typed
from newsletter.sending.mails import Mail, addressed, sender_in_ascii, tokens_for
from newsletter.sending.means import Means
from newsletter.settings.settings import Sender
from newsletter.values.audiences import Audience

EXIT_NOT_ALL_DELIVERED = 3
EXIT_INTERRUPTED = 130
_NAME_DIGITS = 12  # hexadecimal, of its fingerprint, name a mail


@dataclass(frozen=True, kw_only=True)
class Sending(Means):
    """A send of an issue that is at hand: the issue too, and what makes its messages."""

    loaded: LoadedIssue
    issue: Issue
    sender: Sender  # in ASCII, as headers and servers take it
    list_id: str  # of the list that the mails go to
    tokens: Tokens | None
    mark: str  # before a test's subject
    attachment: Attachment | None  # goes with each
    hours: Hours | None
    _mails: dict[Hidden, Mail] = field(default_factory=dict)

    @property
    def leaves(self) -> datetime:
        """When its first message leaves."""
        return self.hours.due if self.hours else self.clock.now()

    @cached_property
    def variants(self) -> Variants:
        """The documents of the issue."""
        return Variants(self.issue, self.settings)

    @cached_property
    def parts(self) -> Fingerprint:
        """What tells its content from another."""
        return parts_of(self.issue, self.settings)

    @property
    def made(self) -> tuple[Mail, ...]:
        """The mails that were asked for so far."""
        return tuple(self._mails.values())

    def mail_for(self, audience: Audience) -> Mail:
        """Return the mail that recipients of an audience get, made when the first asks for it."""
        hidden = self.variants.hidden_from(audience)
        if hidden not in self._mails:
            document = self.variants.document_for(audience)
            template = prepare_message(
                document,
                self.settings,
                self.sender,
                language=self.issue.language or self.settings.language,
                mark=self.mark,
                list_id=self.list_id,
                attachment=self.attachment,
            )
            name = document.fingerprint
            if self.options.list_name:  # each list has its own
                name = hashlib.sha256(f"{name} {self.options.list_name}".encode()).hexdigest()
            self._mails[hidden] = Mail(document, template, name[:_NAME_DIGITS])
        return self._mails[hidden]

    def message_for(self, mail: Mail, recipient: Recipient, recipient_id: str) -> bytes:
        """Return the message that a recipient gets now."""
        said = recipient.values, recipient_id, self.tokens
        addressee = addressed(*said, self.sender.email, self.issue.id)
        return self.sign(mail.template.for_recipient(addressee, date=self.clock.now()))

    def check(self, documents: Sequence[Document]) -> bool:
        """Run the checks on the mails as they are about to leave; tell them all, allow no error."""
        to_members = self.options.members is not None and self.options.outbox is None
        now = self.leaves.astimezone(self.settings.zone)
        found = run_checks(self.loaded, documents, self.settings, now=now, to_members=to_members)
        not_shown = frozenset() if isinstance(self.issue, PressRelease) else OF_RELEASES
        examples = settings_problems(self.settings, to_members=to_members, not_shown=not_shown)
        found = in_order([*examples, *found])
        others, left_over = examples_apart(found)
        self.terminal.show(others)
        if left_over:
            self.terminal.tell(left_over)
        if is_refused := fails(found, strict=False):
            self.terminal.tell(nothing_sent(found))
        return not is_refused


def new_id() -> str:
    """Return what a recipient is known as in a send."""
    return secrets.token_hex(8)


def nothing_sent(problems: Sequence[Problem]) -> str:
    """Return the last line of a send that errors forbid: how many, and where the first is."""
    message = _("nothing was sent: {problems}; the first error is in {place}")
    first = next(each for each in in_order(problems) if each.level is Level.ERROR)
    place = first.position.in_file(shown_path(first.path))
    return message.format(problems=in_numbers(problems), place=place)


def _attachment(means: Means, loaded: LoadedIssue) -> Attachment | None:
    """Return the PDF of a release where its list is sent it; raise where it cannot be made here."""
    name = means.options.list_name
    if not name or "pdf" not in means.settings.lists[name].attach:
        return None
    if not isinstance(loaded.issue, PressRelease):
        message = _("attach: [pdf] of the list '{name}' is for press releases: nothing is attached")
        means.terminal.warn(message.format(name=name))
        return None
    from newsletter.rendering.press import pdf_problems, render_release_pdf

    pdf = render_release_pdf(loaded.issue, means.settings)
    means.terminal.show(list(pdf_problems(pdf, means.settings, loaded.source)))
    return Attachment(f"{plain_name(loaded.issue.id)}.pdf", pdf.content)


def sending_of(means: Means, loaded: LoadedIssue, issue: Issue) -> Sending:
    """Return the send of an issue by some means."""
    settings, options = means.settings, means.options
    sender = sender_in_ascii(settings.senders[issue.sender])
    list_id = list_id_of(sender.email, options.list_name)
    mark = "" if options.members else TEST_MARK
    if mark and settings.asks_before_sending:  # whoever answers it names the content
        mark = f"[TEST {content_of(digests_of(issue, settings))}]"
    return Sending(
        **vars(means),
        loaded=loaded,
        issue=issue,
        sender=sender,
        list_id=list_id,
        tokens=tokens_for(list_id, settings, means.secret, means.old_secret),
        mark=mark,
        attachment=_attachment(means, loaded),
        hours=hours_typed(options.at, options.no_later_than, settings, means.clock.now()),
    )
