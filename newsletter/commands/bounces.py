"""`newsletter bounces`: what came back, read from files or the mailbox, noted and told."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from newsletter.commands.opening import no_ledger, open_workspace
from newsletter.commands.report import BYTE_ORDER_MARK, refusals, row_of
from newsletter.i18n import _, counted
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import has_ledger, read_ledger, running_ledger
from newsletter.ledger.states import Verdict
from newsletter.mailing.message.head import domain_of
from newsletter.mailing.message.unsubscribe import OLD_SECRET_VARIABLE, SECRET_VARIABLE
from newsletter.problems.errors import NewsletterError, needing
from newsletter.problems.terminal import Surroundings
from newsletter.returns.intake import LIKELY, WITHOUT_EFFECT, Came, Intake
from newsletter.returns.reading import messages_in
from newsletter.sending.means import allow_program
from newsletter.sending.sending import tokens_of
from newsletter.settings.settings import Settings
from newsletter.workspace import NOT_UNDERSTOOD_FOLDER

_MAX_TOLD = 20


@dataclass
class Told:
    """What came back, counted."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    ours: list[tuple[str, str]] = field(default_factory=list)
    likely: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)

    def count(self, came: Came) -> None:
        """Count a message."""
        if not came.is_understood:
            self.counts[Verdict.UNKNOWN] += 1
            return
        for each, whose in came.recipients:
            self.counts[each.verdict] += 1
            if each.verdict is Verdict.OURS:
                self.ours.append((domain_of(each.address), each.words))
            if whose.certainty == LIKELY and each.verdict not in WITHOUT_EFFECT:
                self.likely[f"{each.address}  {each.verdict.in_words}"] += 1


def bounces(
    here: Surroundings,
    files: Sequence[Path],
    *,
    dry_run: bool = False,
    mailbox: bool = False,
    yes: bool = False,
    output_format: str = "text",
) -> int:
    """Tell what came back, and note it; 1 where one of the files cannot be read.

    With `yes` what is likely counts as what is certain.
    """
    if not files and not mailbox:
        message = _("nothing to read is named")
        raise NewsletterError(message, hint=_("name files, a Maildir or an mbox, or --mailbox"))
    settings = open_workspace(here.start)
    told = Told()
    if output_format == "csv":
        headings = [_("file"), _("address"), _("verdict"), _("code"), _("what the server said"),
                    _("certainty")]  # fmt: skip
        here.tell(BYTE_ORDER_MARK + row_of(headings))
    place = settings.workspace, settings.ledger
    is_noted = not dry_run and has_ledger(*place)
    folder = settings.workspace / NOT_UNDERSTOOD_FOLDER if is_noted else None
    with (running_ledger if is_noted else read_ledger)(*place) as ledger:
        intake = _intake(ledger, settings, here)
        intake = replace(intake, folder=folder, also_likely=yes)
        from_mailbox = _from_mailbox(settings, intake, here) if mailbox else ()
        for came in chain(_taken(files, intake, told), from_mailbox):
            told.count(came)
            for line in _lines(came, output_format):
                here.tell(line)
    for name in told.unreadable:
        here.tell_error(_("cannot be read: {file}").format(file=name))
    if output_format == "text":
        for line in _summary(told, is_noted=is_noted, is_dry=dry_run, is_sure=yes):
            here.tell(line)
    return 1 if told.unreadable else 0


def _intake(ledger: Ledger | None, settings: Settings, here: Surroundings) -> Intake:
    """Return what takes messages in, and notes nothing."""
    secrets = [here.environment.get(each, "") for each in (SECRET_VARIABLE, OLD_SECRET_VARIABLE)]
    server = settings.bounces.mailbox.host if settings.bounces and settings.bounces.mailbox else ""
    tokens = tokens_of(settings, here.environment) if ledger else None
    return Intake(ledger, secrets, tokens, here.now, server, _address_to_leave_at(settings))


def _address_to_leave_at(settings: Settings) -> str:
    """Return where every mail is a wish to leave; "" where answers and bounces come to it too."""
    others = {settings.bounces.address} if settings.bounces else set()
    for each in settings.senders.values():
        others |= {each.email, each.reply_to or "", each.envelope or ""}
    address = settings.unsubscribe.mailto or ""
    return "" if address in others else address


def _taken(files: Sequence[Path], intake: Intake, told: Told) -> Iterator[Came]:
    left = messages_in(files)
    while some := list(islice(left, 100)):  # each may have a megabyte
        told.unreadable += [name for name, raw in some if raw is None]
        yield from intake.take([(name, raw) for name, raw in some if raw is not None])


def _from_mailbox(settings: Settings, intake: Intake, here: Surroundings) -> Iterator[Came]:
    mailbox = settings.bounces.mailbox if settings.bounces else None
    if mailbox is None:
        message = _("no mailbox is set to read what comes back")
        raise NewsletterError(message, hint=_("add it to newsletter.yaml, under bounces:"))
    if intake.ledger is None:
        raise no_ledger()
    with needing(_("reading a mailbox needs imap-tools, which is not installed"), "imap-tools"):
        from newsletter.returns.mailbox import PASSWORD_VARIABLE, read_mailbox
    if mailbox.token_command:
        allow_program(settings.workspace, mailbox.token_command, ask=here.ask)
    done = "Traités" if settings.language == "fr" else "Processed"
    where = mailbox, here.environment.get(PASSWORD_VARIABLE, ""), done, intake.ledger.returns
    return read_mailbox(*where, intake.take, is_noted=intake.folder is not None)


def _lines(came: Came, output_format: str) -> Iterator[str]:
    if output_format == "json":
        recipients = [
            {"address": each.address, "verdict": each.verdict.value, "code": each.code,
             "words": each.words, "certainty": whose.certainty}
            for each, whose in came.recipients
        ]  # fmt: skip
        yield json.dumps({"file": came.name, "recipients": recipients}, ensure_ascii=False)
    elif output_format == "csv":
        certainties = {"certain": _("certain"), LIKELY: _("likely"), "unknown": _("unknown")}
        for each, whose in came.recipients:
            yield row_of([came.name, each.address, each.verdict.in_words, each.code, each.words,
                          certainties[whose.certainty]])  # fmt: skip


def _summary(told: Told, *, is_noted: bool, is_dry: bool, is_sure: bool) -> Iterator[str]:
    if not told.counts:
        yield _("nothing came back")
    yield from refusals(told.ours)
    yield from (f"{count:6}  {verdict.in_words}" for verdict, count in told.counts.most_common())
    if told.likely and not is_sure:
        yield _("not signed by us, so that nothing follows until you say so with --yes:")
        yield from map("  {}".format, islice(told.likely, _MAX_TOLD))
        if (more := len(told.likely) - _MAX_TOLD) > 0:
            yield "  " + counted("and {count} more", "and {count} more", more)
    if told.counts[Verdict.UNKNOWN] and is_noted:
        message = _("what is not understood is in {folder}/, for you to read")
        yield message.format(folder=NOT_UNDERSTOOD_FOLDER)
    if is_dry:
        yield _("dry run: nothing was recorded")
    elif not is_noted:
        yield _("there is no ledger in this workspace: nothing was recorded")
