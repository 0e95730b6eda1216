"""What can be known of a message, and of whom it is for."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from newsletter.i18n import _


class State(StrEnum):
    """How far the message for one recipient has come."""

    QUEUED = "queued"
    ATTEMPTING = "attempting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    LEFT_OUT = "left-out"

    @property
    def in_words(self) -> str:
        """What a report calls it. A server that accepts a message may still not deliver it."""
        words = {
            State.QUEUED: _("not sent yet"),
            State.ATTEMPTING: _("being sent"),
            State.ACCEPTED: _("accepted by the server"),
            State.REFUSED: _("refused"),
            State.DEFERRED: _("deferred"),
            State.UNCERTAIN: _("uncertain"),
            State.LEFT_OUT: _("skipped"),
        }
        return words[self]


class Verdict(StrEnum):
    """What becomes of someone whose message came back."""

    GONE = "gone"
    NO_HOST = "no-host"
    FULL = "full"
    SUSPENDED = "suspended"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    LATE = "late"
    OURS = "ours"
    COMPLAINT = "complaint"
    OPT_OUT = "opt-out"
    AUTO_REPLY = "auto-reply"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"

    @property
    def in_words(self) -> str:
        """What people are told of it."""
        words = {
            Verdict.GONE: _("the address no longer exists"),
            Verdict.NO_HOST: _("the domain does not exist"),
            Verdict.FULL: _("mailbox full"),
            Verdict.SUSPENDED: _("mailbox suspended"),
            Verdict.UNREACHABLE: _("not reached in days"),
            Verdict.MOVED: _("has a new address"),
            Verdict.LATE: _("late, still being tried"),
            Verdict.OURS: _("refused because of us"),
            Verdict.COMPLAINT: _("reported us as spam"),
            Verdict.OPT_OUT: _("wants no more emails"),
            Verdict.AUTO_REPLY: _("automatic reply"),
            Verdict.DELIVERED: _("delivered, or read"),
            Verdict.UNKNOWN: _("not understood"),
        }
        return words[self]


def utc_text(moment: datetime) -> str:
    """Return a moment as the ledger writes it: UTC, whole seconds, ISO 8601."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


class Delivery(NamedTuple):
    """What the ledger knows of the message of one issue for one recipient.

    `number` is its row; `next_try` and `tried` are times as text (ISO 8601, UTC), "" for none, as
    `list_name` is of a members file that is no list of the settings.
    """

    number: int
    address: str
    recipient_id: str
    state: State
    code: int = 0
    words: str = ""
    tries: int = 0
    tried: str = ""
    next_try: str = ""
    variant: str = ""
    list_name: str = ""
