"""A send as the ledger has it: no members file is read any more, no issue, no picture."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from newsletter.i18n import _
from newsletter.ledger.claims import MISSED_SECONDS
from newsletter.ledger.file import only_sender
from newsletter.ledger.frozen import FORMAT, Due
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import open_ledger
from newsletter.ledger.said_no import ANY_LIST
from newsletter.ledger.states import Delivery, State
from newsletter.mailing.delivery.delivery import deliver
from newsletter.mailing.delivery.pace import Pace
from newsletter.mailing.delivery.patience import Patience
from newsletter.mailing.delivery.run import Job, Run
from newsletter.mailing.message.head import Addressee
from newsletter.mailing.message.headers import domain_of
from newsletter.mailing.message.message import MessageTemplate
from newsletter.mailing.message.unsubscribe import SECRET_VARIABLE, Tokens, mark_of, verp_token
from newsletter.mailing.smtp.connection import Connection
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.sending import while_sending
from newsletter.sending.mails import addressed, tokens_for
from newsletter.sending.means import Means, MeansFor, ask_for_number
from newsletter.sending.screen import Plan, screen
from newsletter.sending.sending import EXIT_INTERRUPTED, EXIT_NOT_ALL_DELIVERED
from newsletter.sending.sent_before import keep_counts
from newsletter.sending.unsubscribed import unsubscribed_of
from newsletter.settings.settings import Settings

ReasonOf = Callable[[str], str]  # why an address is left out, "" where it is not
_NOT_DELIVERED = (State.QUEUED, State.ATTEMPTING, State.REFUSED, State.DEFERRED, State.UNCERTAIN)


def resume_frozen(
    settings: Settings,
    means_for: MeansFor,
    file: Path,
    lists: Sequence[str] = (),
    shared: Ledger | None = None,
) -> int:
    """Go on with the send of the issue in `file`, which need not be there; return the exit status.

    `lists` are those meant, of none all that wait; `shared` is the ledger, if it is open already.
    Raises `NewsletterError` where nothing of it is frozen here, or not by this secret or program.
    """
    status, place = 0, (settings.workspace, settings.ledger)
    opened = nullcontext(shared) if shared else open_ledger(*place)
    with only_sender(*place), opened as ledger:
        for list_name in lists or ledger.frozen.lists(file.stem) or [""]:
            content = frozen_content(ledger, file.stem, list_name)
            means = means_for(content["sender_key"])
            means = replace(means, options=replace(means.options, list_name=list_name))
            status = max(status, _resume_list(means, ledger, file, content))
            if means.terminal.stopping.is_set():
                break
    return status


def _resume_list(means: Means, ledger: Ledger, file: Path, content: Mapping[str, str]) -> int:
    if means.server is not None:
        means = replace(means, server=replace(means.server, name=domain_of(content["sender"])))
    if content["secret_mark"] != mark_of(means.secret):
        message = _("{variable} is not the one that this send began with")
        hint = _("set it to the same text as then: it signs the links to unsubscribe")
        raise NewsletterError(message.format(variable=SECRET_VARIABLE), hint=hint)
    list_id = content["list_id"]
    tokens = tokens_for(list_id, means.settings, means.secret, means.old_secret)
    # Who said no since the send began, and whom nothing reaches any more.
    reason_of = unsubscribed_of(means, tokens, ledger, list_id=list_id).reason
    plan = _plan(means, ledger, file.stem, reason_of)
    told = (content[each] for each in ("subject", "sender_name", "sender"))
    for line in screen(means, plan, *told):
        means.terminal.tell(line)
    if means.options.dry_run:
        means.terminal.tell(_("dry run: nothing was sent"))
        return 0
    if not plan.total:
        return tell_summary(means, ledger, file)
    ask_for_number(means, plan.total)
    return deliver_frozen(means, ledger, file, total=plan.total, reason_of=reason_of)


def frozen_content(ledger: Ledger, issue_id: str, list_name: str) -> Mapping[str, str]:
    """Return what the issue is sent to a list as; raise where nothing is, or by a newer program."""
    content = ledger.frozen.content(issue_id, list_name)
    if content is None and set(ledger.counts(issue_id)) - {State.LEFT_OUT} == {State.ACCEPTED}:
        message = _("nothing is left to resume: the server has accepted every message")
        raise NewsletterError(message, hint=_("for whoever is new in the list, add --members FILE"))
    if content is None:
        message = _("there is nothing to resume for this issue without its members file")
        raise NewsletterError(message, hint=_("add --members FILE"))
    if content["format"] != FORMAT:
        message = _("the ledger {file} was written by a newer version of this program")
        hint = _("install that version; nothing was sent")
        raise NewsletterError(message.format(file=ledger.name), hint=hint)
    return content


def _plan(means: Means, ledger: Ledger, issue_id: str, reason_of: ReasonOf) -> Plan:
    """Leave out whom there is a reason to, and return who gets the issue now."""
    plan, waiting, list_name = Plan(), (State.QUEUED, State.DEFERRED), means.options.list_name
    rows = ledger.deliveries(issue_id, *waiting, list_name=list_name)
    ledger.leave_out(
        [each._replace(words=reason) for each in rows if (reason := reason_of(each.address))]
    )
    for row in ledger.deliveries(issue_id, list_name=list_name):
        if row.state is State.LEFT_OUT:
            plan.left_out[row.words] += 1
        elif not means.options.include(row):
            plan.before[row.state] += 1
        elif reason := reason_of(row.address):  # what is known of a first try stays in its row
            plan.left_out[reason] += 1
        else:
            plan.add(row.variant, row.address)
    return plan


def deliver_frozen(
    means: Means,
    ledger: Ledger,
    file: Path,
    *,
    total: int,
    freeze: Callable[[], None] = lambda: None,
    faults: str = "",
    reason_of: ReasonOf = lambda _address: "",
) -> int:
    """Send what is frozen of an issue, or what `freeze` freezes; return the exit status.

    It is called once the server has let us in, before the first message. `faults` are told with
    the summary: rows of the members file that nobody is sent; `reason_of` an address says why it is
    left out, though its row is not. Raises `NewsletterError` where the server will not have us, or
    the ledger cannot be written.
    """
    server, run = means.the_server, _run(means, ledger)
    if (first := while_sending.first_connection(run, means)) is None:
        return EXIT_INTERRUPTED
    try:
        freeze()
        content = frozen_content(ledger, file.stem, means.options.list_name)
        run.sender = content["envelope"]
        asked = content["list_id"] if means.settings.lists else ANY_LIST
        interval = server.settings.rate.interval if server.settings.rate else 0.0
        ledger.under_way.begin(file.stem, asked, account=server.account, interval=interval)
        outcomes = deliver(
            run,
            jobs(means, ledger, file.stem, content, reason_of),
            connections=min(server.settings.connections, total),
            first=first,
            resumes=partial(while_sending.resumes, means),
        )
        with while_sending.watched(ledger, run):
            while_sending.show_progress(means, outcomes, total)
    except NewsletterError as error:
        first.abort()
        tell_summary(means, ledger, file, faults)
        error.exit_status = EXIT_NOT_ALL_DELIVERED  # some have the issue, others do not
        raise
    finally:
        first.abort()
        keep_counts(means.settings.workspace, ledger, file.stem)
        ledger.end_send(now=means.clock.now())
    status = tell_summary(means, ledger, file, faults)
    return EXIT_INTERRUPTED if run.stopping.is_set() and not run.gave_up else status


def _run(means: Means, ledger: Ledger) -> Run:
    server, smtp, clock = means.the_server, means.the_server.settings, means.clock
    reserve = partial(ledger.claims.reserve, server.account) if ledger.claims else None
    pace = Pace(
        smtp.rate, smtp.domain_rates, clock=clock.monotonic, sleep=clock.sleep, reserve=reserve
    )
    return Run(
        sender="",
        connect=partial(Connection, server),
        ledger=ledger,
        pace=pace,
        patience=Patience(smtp.keep_trying, clock),
        clock=clock,
        stopping=means.terminal.stopping,
        max_per_connection=smtp.max_per_connection or 0,
    )


def jobs(
    means: Means, ledger: Ledger, issue_id: str, content: Mapping[str, str], reason_of: ReasonOf
) -> Iterator[Job]:
    """Yield a job for each who is to get the issue now."""
    tokens = Tokens(means.secret, content["list_id"]) if content["secret_mark"] else None

    @cache
    def template(variant: str) -> MessageTemplate:
        frozen = ledger.frozen.mail(issue_id, variant)
        return MessageTemplate.thawed(frozen, partial(ledger.frozen.piece, issue_id))

    def made(template: MessageTemplate, addressee: Addressee, now: datetime) -> bytes:
        return means.sign(template.for_recipient(addressee, date=now))

    for row, values in _due(means, ledger, issue_id):
        if values is not None and means.options.include(row) and not reason_of(row.address):
            of_issue = issue_id, content["sender"], content["follows"]
            addressee = addressed(values, row.recipient_id, tokens, *of_issue)
            make = partial(made, template(row.variant), addressee)
            mark = verp_token(means.secret, issue_id, row.recipient_id) if tokens else ""
            yield Job(row, addressee.address, make, token=mark)


def _due(means: Means, ledger: Ledger, issue_id: str) -> Iterator[Due]:
    """Yield the deliveries that have not ended; of a shared ledger, what this worker can claim."""
    list_name, claims = means.options.list_name, ledger.claims
    if claims is None:
        yield from ledger.frozen.due(issue_id, list_name)
        return
    some = (State.QUEUED, State.DEFERRED, State.REFUSED, State.UNCERTAIN)
    states = [each for each in some if means.options.include(Delivery(0, "", "", each))]
    for number in itertools.count():
        for state in states:
            while found := claims.claim(issue_id, list_name, state):
                yield from found
        # For a moment whoever else holds some is waited for: it may have died just now.
        seconds = 0 if number <= MISSED_SECONDS else MISSED_SECONDS
        is_missed = claims.is_worker_missed(issue_id, list_name, states, seconds)
        if not is_missed or means.terminal.stopping.wait(while_sending.STOP_SECONDS):
            return
        claims.reap()


def tell_summary(means: Means, ledger: Ledger, file: Path, faults: str = "") -> int:
    """Tell how many are in which state; return the exit status that it comes to."""
    counts = ledger.counts(file.stem, means.options.list_name)
    for state in State:
        if counts.get(state):
            means.terminal.tell(f"{counts[state]:6}  {state.in_words}")
    if faults:
        means.terminal.tell(faults)
    message = _("for the list and the reasons, run: newsletter report {file}")
    means.terminal.tell(message.format(file=shown_path(file)))
    is_missed = bool(faults) or any(counts.get(state) for state in _NOT_DELIVERED)
    return EXIT_NOT_ALL_DELIVERED if is_missed else 0
