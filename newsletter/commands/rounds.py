"""What a worker does once a minute: the ledger's rows alone say what is due, and are read anew."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.commands.bounces import bounces
from newsletter.commands.site import site
from newsletter.content.loading import held_until, is_release, issues_in, load_issue
from newsletter.i18n import _
from newsletter.ledger.frozen import Schedule
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import SendUnderWay
from newsletter.ledger.states import State
from newsletter.mailing.delivery.patience import Clock
from newsletter.problems.errors import NewsletterError
from newsletter.problems.terminal import Surroundings, Tell
from newsletter.sending.frozen_send import frozen_content
from newsletter.sending.means import SendOptions, means_of
from newsletter.sending.scheduled import Scheduled
from newsletter.settings.settings import Settings

ROUND_SECONDS = 60
_BOUNCES_EVERY = timedelta(minutes=5)
_EMBARGO_DAYS = timedelta(days=7)  # a page that could not go online is tried for so long


@dataclass
class Rounds:
    """What a worker does, round by round. A signal calls `stop`; what is in the air is ended."""

    settings: Settings
    ledger: Ledger
    here: Surroundings  # where nobody is asked, and no problem of an issue shown
    clock: Clock | None  # None is the machine's
    only_send: bool = False
    _sending: threading.Event | None = None  # the stop of the send under way, and of it alone
    _read: datetime | None = None
    _online: frozenset[str] = field(default_factory=frozenset)
    _said: dict[str, str] = field(default_factory=dict)

    def stop(self) -> None:
        """Have it end after the message in the air."""
        self.here.stopping.set()
        if self._sending is not None:
            self._sending.set()

    def due(self) -> list[Schedule]:
        """Return what is to leave now; whatever is too late is told."""
        now = self._now()
        begun = [each for each in self.ledger.schedules.of() if each.due <= now]
        for each in begun:
            if now > each.too_late_after and not each.missed:
                try:
                    self._scheduled(each, self.here.tell, self.here.stopping).tell_too_late()
                except NewsletterError as error:  # as one that a newer program froze
                    self._told(each.issue, error.message)
        return [each for each in begun if now <= each.too_late_after]

    def leave(self, schedule: Schedule) -> None:
        """Send what is frozen, and tell what came of it in a line."""
        if schedule.list_name not in self.ledger.frozen.lists(schedule.issue):
            self.ledger.schedules.end(schedule, once_done=True)  # the others have sent it
            return
        if self.ledger.is_shared:
            self.ledger.settle()
        self._sending = stopping = threading.Event()
        if self.here.stopping.is_set():
            stopping.set()
        try:
            self._scheduled(schedule, lambda _line: None, stopping).leave()
        except SendUnderWay:
            return  # of this machine: the next round looks again
        except NewsletterError as error:
            self._told(schedule.issue, error.message)
            return
        finally:
            self._sending = None
        counts = self.ledger.counts(schedule.issue, schedule.list_name)
        states = [f"{state.in_words}{_(': ')}{counts[state]}" for state in State if state in counts]
        self._told(schedule.issue, ", ".join(states))

    def look_after_the_rest(self) -> None:
        """Read what came back, and put online what may be read now."""
        if self._sending is None:  # a send is seen by itself
            self.ledger.under_way.begin()
        if self.only_send:
            return
        for task in (self._read_mailbox, self._publish):
            try:
                task()
            except NewsletterError as error:
                self.here.tell(error.message)

    def pause_seconds(self) -> float:
        """Return how long nothing is to be done: until the next send, for a minute at most."""
        waits = [(each.due - self._now()).total_seconds() for each in self.ledger.schedules.of()]
        return min([ROUND_SECONDS, *(each for each in waits if each > 0)])

    def _told(self, issue: str, words: str) -> None:
        if self._said.get(issue) != words:
            self._said[issue] = words
            self.here.tell(_("{issue}: {words}").format(issue=issue, words=words))

    def _now(self) -> datetime:
        return self.clock.now() if self.clock else datetime.now(UTC)

    def _scheduled(self, schedule: Schedule, tell: Tell, stopping: threading.Event) -> Scheduled:
        def advance(_count: int, words: str) -> None:
            if words:
                self._told(schedule.issue, words)

        here = replace(
            self.here, tell=tell, stopping=stopping, progress=lambda _total: nullcontext(advance)
        )
        sender = frozen_content(self.ledger, schedule.issue, schedule.list_name)["sender_key"]
        options = SendOptions(resume=True, yes=True)
        means = means_of(self.settings, options, here.environment, here, self.clock, sender)
        shared = self.ledger if self.ledger.is_shared else None
        return Scheduled(means, Path("issues", f"{schedule.issue}.yaml"), schedule, shared)

    def _read_mailbox(self) -> None:
        now, returns = self._now(), self.settings.bounces
        is_early = self._read and now < self._read + _BOUNCES_EVERY
        if returns is None or returns.mailbox is None or is_early:
            return
        self._read, lines = now, list[str]()
        here = replace(self.here, now=now, tell=lines.append, tell_error=self.here.tell)
        bounces(here, (), mailbox=True)
        if lines != [_("nothing came back")]:
            self.here.tell("\n".join(lines))

    def _publish(self) -> None:
        now = self._now()
        if self.settings.site is None or not self.settings.site.publish:
            return
        online = frozenset(self._releases(now))
        if not online <= self._online:
            site(replace(self.here, now=now), publishing=True)
            self._online |= online

    def _releases(self, now: datetime) -> Iterator[str]:
        """Yield the releases that somebody has, and whose embargo has ended, not long ago."""
        for path in issues_in(self.settings.workspace / "issues"):
            text = path.read_text("utf-8", errors="replace")
            day = held_until(text) if is_release(text) else None
            if day is None or not abs(now.date() - day) <= _EMBARGO_DAYS:
                continue
            embargo = getattr(load_issue(path, self.settings).issue, "embargo", None)
            is_over = embargo is not None and embargo <= now
            if is_over and self.ledger.counts(path.stem).get(State.ACCEPTED):
                yield path.stem
