"""A send at its hour: what is frozen waits, the hour stands in the ledger, and too late is never.

Time is the wall clock's, looked at often: a machine that was asleep has slept through its timers.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path

from newsletter.i18n import _
from newsletter.ledger.frozen import Schedule
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import SendUnderWay, open_ledger, read_ledger, running_ledger
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.message.head import domain_of, in_ascii
from newsletter.mailing.message.unsubscribe import SECRET_VARIABLE, mark_of
from newsletter.mailing.smtp.connection import Connection, MailObject
from newsletter.mailing.smtp.server import CannotConnect
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending.frozen_send import ReasonOf, deliver_frozen, frozen_content, tell_summary
from newsletter.sending.hours import hour_in_words, window_in_words
from newsletter.sending.means import Means, MeansFor, TooLate, agrees, ask_for_number, hand_over
from newsletter.sending.screen import Plan, screen
from newsletter.sending.sending import EXIT_INTERRUPTED, EXIT_NOT_ALL_DELIVERED
from newsletter.sending.unsubscribed import unsubscribed_of
from newsletter.settings.settings import Settings

_LOOK_SECONDS = 20
Opening = Callable[[Path, str | None], AbstractContextManager[Ledger]]


def resume(settings: Settings, means_for: MeansFor, file: Path) -> int:
    """Go on with what is frozen of an issue, at once or at its hour.

    Its file need not be there. Raises `NewsletterError` where nothing of it is frozen here, or not
    by this secret or program.
    """
    waiting, status, place = scheduled(settings, file), 0, (settings.workspace, settings.ledger)
    with read_ledger(*place) as ledger:
        lists = ledger.frozen.lists(file.stem) if ledger else []
    at_once = [each for each in lists if each not in waiting]
    if at_once or not waiting:
        with open_ledger(*place) as ledger:
            for list_name in at_once or [""]:
                means = _means(means_for, ledger, file, list_name)
                status = max(status, _resume_frozen(means, file, list_name, ledger))
                if means.terminal.stopping.is_set():
                    break
    for list_name in waiting:
        status = max(status, resume_list(settings, means_for, file, list_name, waits=True) or 0)
    return status


def resume_list(
    settings: Settings, means_for: MeansFor, file: Path, list_name: str, *, waits: bool
) -> int | None:
    """Go on with what is scheduled for one list; None where nothing is.

    Raise where nobody `waits`, or where its hour is over and nobody says to send it now.
    """
    with read_ledger(settings.workspace, settings.ledger) as ledger:
        found = ledger.schedules.of(file.stem) if ledger else []
        schedule = next((each for each in found if each.list_name == list_name), None)
        if ledger is None or schedule is None:
            return None
        means = _means(means_for, ledger, file, list_name)
    options = replace(means.options, members=None, resume=True)
    waiting = Scheduled(replace(means, options=options), file, schedule)
    if means.options.dry_run:
        return waiting.leave()
    if means.clock.now() > schedule.too_late_after:
        return waiting.leave_late()
    if not waits:
        moment = hour_in_words(schedule.due, settings)
        message = _("{file} is scheduled for {moment}").format(file=shown_path(file), moment=moment)
        raise NewsletterError(message, hint=waiting.ways())
    return waiting.wait()


def scheduled(settings: Settings, file: Path) -> dict[str, Schedule]:
    """Return what is scheduled of an issue, by list."""
    with read_ledger(settings.workspace, settings.ledger) as ledger:
        found = ledger.schedules.of(file.stem) if ledger else []
    return {each.list_name: each for each in found}


def _means(means_for: MeansFor, ledger: Ledger, file: Path, list_name: str) -> Means:
    return means_for(frozen_content(ledger, file.stem, list_name)["sender_key"])


def _resume_frozen(means: Means, file: Path, list_name: str, ledger: Ledger) -> int:
    """Go on with the send of an issue to a list; return the exit status."""
    means = replace(means, options=replace(means.options, list_name=list_name))
    content = frozen_content(ledger, file.stem, list_name)
    if content["secret_mark"] != mark_of(means.secret):
        message = _("{variable} is not the one that this send began with")
        hint = _("set it to the same text as then: it signs the links to unsubscribe")
        raise NewsletterError(message.format(variable=SECRET_VARIABLE), hint=hint)
    # Who said no since the send began, and whom nothing reaches any more.
    reason_of = unsubscribed_of(means, content["list_id"], ledger).reason
    plan = _plan(means, ledger, file.stem, reason_of)
    told = content["subject"], content["sender_name"], content["sender"]
    for line in screen(means, plan, *told):
        means.terminal.tell(line)
    if means.options.dry_run:
        means.terminal.tell(_("dry run: nothing was sent"))
        return 0
    if not plan.total:
        return tell_summary(means, ledger, file)
    ask_for_number(means, plan.total)
    return deliver_frozen(means, ledger, file, plan.total, reason_of=reason_of)


def _plan(means: Means, ledger: Ledger, issue_id: str, reason_of: ReasonOf) -> Plan:
    """Leave out whom there is a reason to, and return who gets the issue now."""
    plan, out = Plan(), list[Delivery]()
    for row in ledger.deliveries(issue_id, list_name=means.options.list_name):
        reason, is_waiting = reason_of(row.address), row.state in {State.QUEUED, State.DEFERRED}
        if row.state is State.LEFT_OUT:
            plan.left_out[row.words] += 1
        elif not (reason and is_waiting) and not means.options.include(row):
            plan.before[row.state] += 1
        elif reason:
            plan.left_out[reason] += 1
            if is_waiting:  # else what is known of a first try stays in its row
                out.append(row._replace(words=reason))
        else:
            plan.add(row.variant, row.address)
    ledger.leave_out(out)
    return plan


@dataclass(frozen=True)
class Scheduled:
    """What is frozen for a list, its hour, and what it leaves by; the ledger if it is shared."""

    means: Means
    file: Path
    schedule: Schedule
    shared: Ledger | None = None

    def ways(self) -> str:
        """Return how one goes on with it, or does not."""
        ways = _("to continue: newsletter send {file} --resume; to cancel: newsletter stop {file}")
        return ways.format(file=shown_path(self.file))

    def wait(self) -> int:
        """Wait for its hour and send it; return the exit status. No lock is held meanwhile."""
        settings, tell, clock = self.means.settings, self.means.terminal.tell, self.means.clock
        late, moment = self.schedule.too_late_after, hour_in_words(self.schedule.due, settings)
        if clock.now() < self.schedule.due:
            if settings.ledger is not None:
                told = _("a worker will send it on {moment}; {ways}")
                tell(told.format(moment=moment, ways=self.ways()))
                return 0
            told = _("leaves on {moment} if this window stays open and the computer is on")
            tell(told.format(moment=moment))
        try:
            while clock.now() <= late:
                if self.schedule.list_name not in scheduled(settings, self.file):
                    told = _("{file} is no longer waiting; for details: newsletter report {file}")
                    tell(told.format(file=shown_path(self.file)))
                    return EXIT_INTERRUPTED
                seconds = (self.schedule.due - clock.now()).total_seconds()
                if seconds <= 0:
                    try:
                        return self.leave()
                    except (SendUnderWay, CannotConnect, TooLate) as error:
                        told = _("{words}: trying again until {moment}")
                        tell(told.format(words=error.message, moment=hour_in_words(late, settings)))
                        seconds = _LOOK_SECONDS
                clock.sleep(min(seconds, _LOOK_SECONDS))
        except KeyboardInterrupt:
            tell(_("it is still scheduled; {ways}").format(ways=self.ways()))
            return EXIT_INTERRUPTED
        self.tell_too_late()
        return EXIT_NOT_ALL_DELIVERED

    def leave(self) -> int:
        """Send it now, unless its hour is over; return the exit status. Raises as `resume`."""
        options = replace(self.means.options, yes=True)  # it was asked when it was frozen
        return self._send(replace(self.means, options=options, until=self.schedule.too_late_after))

    def leave_late(self) -> int:
        """Send it now if whoever is here says so, not by --yes: that was said of another hour."""
        message = self._too_late()
        question = _("{message}. Send it now, as it was frozen? yes or no").format(message=message)
        if not agrees(self.means.terminal.ask, question):
            raise NewsletterError(message, hint=self.ways())
        return self._send(self.means)

    def _send(self, means: Means) -> int:
        with self._ledger(open_ledger) as ledger:
            status = _resume_frozen(means, self.file, self.schedule.list_name, ledger)
            if not means.options.dry_run:
                ledger.schedules.end(self.schedule, once_done=True)
        return status

    def _ledger(self, opened: Opening) -> AbstractContextManager[Ledger]:
        place = self.means.settings.workspace, self.means.settings.ledger
        return nullcontext(self.shared) if self.shared else opened(*place)

    def _too_late(self) -> str:
        due, until = self.schedule.due, self.schedule.too_late_after
        message = _("{file} was due on {moment}, and was not sent, or not to everyone")
        moment = window_in_words(due, until, self.means.settings)
        return message.format(file=shown_path(self.file), moment=moment)

    def tell_too_late(self) -> None:
        """Tell that it was too late, and once by mail to whoever scheduled it."""
        words = f"{self._too_late()}; {self.ways()}"
        try:
            with self._ledger(running_ledger) as ledger:
                sender = frozen_content(ledger, *self.schedule[:2])["sender"]
                with ledger.schedules.missing(self.schedule) as is_news:
                    if is_news:
                        self.means.terminal.tell(words)
                        self._mail(sender, words)
        except NewsletterError as error:
            message = _("nobody could be told by email: {words}")
            self.means.terminal.tell(message.format(words=error.message))

    def _mail(self, sender: str, words: str) -> None:
        to = in_ascii(parseaddr(self.schedule.by_whom)[1]) or sender
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = sender, to
        message["Subject"] = _("not sent: {issue}").format(issue=self.schedule.issue)
        message["Date"] = format_datetime(self.means.clock.now())
        message["Message-ID"] = make_msgid(domain=domain_of(sender))
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834, 5: no machine answers
        said = _("what was typed: --at {said}").format(said=self.schedule.said)
        message.set_content(f"{words}\n\n{said}\n", cte="base64")  # no line begins with a dot
        with closing(Connection(self.means.the_server)) as connection:
            hand_over(connection, MailObject(sender, to, self.means.sign(message.as_bytes())))
