"""What can be known of a message, and of whom it is for."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Self

from newsletter.i18n import N_, _


class _Worded(StrEnum):
    _words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member._words = value, words
        return member

    @property
    def in_words(self) -> str:
        """What people are told of it."""
        return _(self._words)


class State(_Worded):
    """How far the message for one recipient has come; one that is accepted may still not arrive."""

    QUEUED = "queued", N_("not sent yet")
    ATTEMPTING = "attempting", N_("being sent")
    ACCEPTED = "accepted", N_("accepted by the server")
    REFUSED = "refused", N_("refused")
    DEFERRED = "deferred", N_("deferred")
    UNCERTAIN = "uncertain", N_("uncertain")
    LEFT_OUT = "left-out", N_("skipped")


class Verdict(_Worded):
    """What becomes of someone whose message came back."""

    GONE = "gone", N_("the address no longer exists")
    NO_HOST = "no-host", N_("the domain does not exist")
    FULL = "full", N_("mailbox full")
    SUSPENDED = "suspended", N_("mailbox suspended")
    UNREACHABLE = "unreachable", N_("not reached in days")
    MOVED = "moved", N_("has a new address")
    LATE = "late", N_("late, still being tried")
    OURS = "ours", N_("refused because of us")
    COMPLAINT = "complaint", N_("reported us as spam")
    OPT_OUT = "opt-out", N_("wants no more emails")
    AUTO_REPLY = "auto-reply", N_("automatic reply")
    DELIVERED = "delivered", N_("delivered, or read")
    UNKNOWN = "unknown", N_("not understood")


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
    state: State = State.QUEUED
    code: int = 0
    words: str = ""
    tries: int = 0
    tried: str = ""
    next_try: str = ""
    variant: str = ""
    list_name: str = ""
