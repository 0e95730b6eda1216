"""What was typed after `newsletter send FILE`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.delivery import MAX_TRIES


@dataclass(frozen=True)
class SendOptions:
    """What was typed after `newsletter send FILE`."""

    to: Sequence[str] = ()
    reviewers: str | None = None
    members: Path | None = None
    list_name: str = ""
    where: Sequence[str] = ()
    only_those_who_got: Path | None = None
    each_variant: bool = False
    outbox: Path | None = None
    dry_run: bool = False
    yes: bool = False
    resume: bool = False
    retry_failed: bool = False
    retry_uncertain: bool = False
    changed_anyway: bool = False
    all_problems: bool = False
    online: bool = False
    at: str = ""
    no_later_than: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it goes to a few addresses, for them to look at."""
        return bool(self.to) or self.reviewers is not None

    @property
    def resumes(self) -> bool:
        """Whether an issue that was sent before is meant."""
        return self.resume or self.retry_failed or self.retry_uncertain

    def include(self, row: Delivery | None) -> bool:
        """Tell whether a recipient is written to now, by what the ledger knows of them."""
        if row is None:
            return True
        match row.state:
            case State.QUEUED | State.LEFT_OUT:  # who is still left out was asked for before
                return True
            case State.DEFERRED:
                # A process may die before it has noted when to try again.
                return self.retry_failed or bool(row.next_try) or row.tries < MAX_TRIES
            case State.REFUSED:
                return self.retry_failed
            case State.UNCERTAIN | State.ATTEMPTING:
                return self.retry_uncertain
            case State.ACCEPTED:
                return False
