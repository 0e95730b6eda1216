"""Somebody reads the replies to the email.

`noreply@` says "do not talk to us". A reply that bounces is a member lost, and email programs
trust a sender more when people reply.

Fails: `default: {name: Numeum, email: ne-pas-repondre@example.org}`
Passes: `default: {name: Numeum, email: lettre@example.org, reply_to: contact@example.org}`

Source: CPCE L34-5, which requires an address that people can write to.
"""

import re
from collections.abc import Iterator

from newsletter.checks.checked import Checked
from newsletter.checks.rule import Finding
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.source import read_source
from newsletter.values.suggestions import fold
from newsletter.workspace import SETTINGS_FILE

LEVEL = Level.WARNING

_DEAF = re.compile(r"(?:no ?reply|do ?not ?reply|ne ?pas ?repondre|pas ?de ?reponse)")


def find(checked: Checked) -> Iterator[Finding]:
    """Yield a finding where answers to the issue's sender go to an address that nobody reads."""
    sender = checked.settings.senders[checked.issue.sender]
    key = "reply_to" if sender.reply_to else "email"
    address = sender.reply_to or sender.email
    if _DEAF.match(fold(address.partition("@")[0]).replace(".", " ")):
        message = _("replies go to '{email}', which nobody reads").format(email=address)
        hint = _("add reply_to: with an address that someone reads")
        path = checked.settings.workspace / SETTINGS_FILE
        place = read_source(path).position(("senders", checked.issue.sender, key))
        yield Finding(message, hint, path=path, position=place)
