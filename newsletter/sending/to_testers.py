"""Tests of an issue: to a few addresses, their subject marked, outside the ledger."""

from collections.abc import Callable, Sequence

from newsletter.i18n import _
from newsletter.mailing.message.headers import in_ascii
from newsletter.mailing.message.unsubscribe import TOKEN_PLACE, verp_token
from newsletter.mailing.smtp.connection import Connection, ConnectionLost, MailObject
from newsletter.members.addresses import read_address
from newsletter.members.recipient import Recipient
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.sending.approvals import note_approval, user_name
from newsletter.sending.mails import Mail, Outbox, envelope_of
from newsletter.sending.sending import EXIT_NOT_ALL_DELIVERED, Sending, new_id
from newsletter.sending.unsubscribed import UNSUBSCRIBED_FILE, unsubscribed_of
from newsletter.values.audiences import UNKNOWN
from newsletter.values.suggestions import did_you_mean
from newsletter.values.validation import meant_or_choice
from newsletter.workspace import SETTINGS_FILE


def send_tests(sending: Sending) -> int:
    """Send the issue to each address, as the sample recipient gets it; return the exit status."""
    addresses = _addresses(sending)
    audiences = [sending.settings.sample_audience]
    if sending.options.each_variant:
        audiences = sending.variants.audiences()
    chosen = [sending.mail_for(each) for each in audiences]
    if not sending.check([each.document for each in chosen]):
        return 1
    unsubscribed = unsubscribed_of(sending, sending.tokens, list_id=sending.list_id)
    said_no = [address for address in addresses if unsubscribed.has(address)]
    for address in said_no:
        message = _("unsubscribed") + f" ({UNSUBSCRIBED_FILE})"
        sending.terminal.tell(_("{address}: {message}").format(address=address, message=message))
    asked = [address for address in addresses if address not in said_no]
    give, close = _opened(sending)
    try:
        answers = [_give(sending, give, mail, address) for address in asked for mail in chosen]
    finally:
        close()
    if any(answers) and not sending.options.dry_run and sending.options.outbox is None:
        if sending.settings.test_first:
            now = sending.clock.now()
            note_approval("tested", user_name(), sending.issue, sending.settings, now)
        sending.terminal.tell(_("Now look in the inbox, and in the junk folder."))
    return 0 if all(answers) and not said_no else EXIT_NOT_ALL_DELIVERED


def _addresses(sending: Sending) -> Sequence[str]:
    """Return the addresses typed after `--to`, or those of the group of reviewers."""
    group, reviewers = sending.options.reviewers, sending.settings.reviewers
    if group is not None and group not in reviewers:
        message = _("there is no group of reviewers '{name}'").format(name=group)
        hint = meant_or_choice(did_you_mean(group, reviewers), list(reviewers))
        if not reviewers:
            hint = _("add it under reviewers: in {file}").format(file=SETTINGS_FILE)
        raise NewsletterError(message, hint=hint)
    addresses = sending.options.to if group is None else reviewers[group]
    return list(dict.fromkeys(map(_address, addresses)))


def _address(typed: str) -> str:
    address = read_address(typed.strip())
    if isinstance(address, Fault):
        raise NewsletterError(address.message, hint=address.hint)
    if in_ascii(address) is None:
        message = _("'{address}' is not an email address").format(address=address)
        raise NewsletterError(message, hint=_("write name@example.org"))
    return address


Give = Callable[[str, bytes, str], str]


def _opened(sending: Sending) -> tuple[Give, Callable[[], None]]:
    """Return what takes a message for an address and says what became of it, and what ends it."""
    if sending.options.dry_run:
        return lambda _address, _message, _token: _("would be sent"), lambda: None
    if sending.options.outbox is not None:
        outbox = Outbox(sending.options.outbox, sending.issue.id, sending.settings.workspace)
        return lambda _address, message, _token: str(outbox.write(message)), lambda: None
    if sending.server is None:
        raise NewsletterError(_("no server to send through"))
    connection = Connection.to(sending.server)
    envelope = envelope_of(sending.settings, sending.sender)

    def give(address: str, message: bytes, token: str) -> str:
        mail = MailObject(envelope.replace(TOKEN_PLACE, token), address, message, token)
        answer = connection.deliver(mail, before_last_byte=lambda: None)
        words = f"{answer.code} {answer.words}"
        if answer.is_accepted:
            return _("accepted by the server ({words})").format(words=words)
        raise NewsletterError(_("refused by the server: {words}").format(words=words))

    return give, connection.close


def _give(sending: Sending, give: Give, mail: Mail, address: str) -> bool:
    """Send one test; tell what came of it."""
    recipient = Recipient(0, {**sending.settings.recipients.sample, "email": address}, UNKNOWN)
    recipient_id, secret = f"test-{new_id()}", sending.secret
    token = verp_token(secret, sending.issue.id, recipient_id) if secret else ""
    is_given = False
    try:
        message = sending.message_for(mail, recipient, recipient_id)
        words = give(in_ascii(address) or address, message, token)
        is_given = True
    except ConnectionLost as error:
        words = error.words
    except NewsletterError as error:
        words = error.message
    sending.terminal.tell(_("{address}: {message}").format(address=address, message=words))
    return is_given
