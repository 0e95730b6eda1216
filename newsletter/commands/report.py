"""`newsletter report`: what became of each message of an issue."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.diagnostics import shown_path
from newsletter.errors import NewsletterError
from newsletter.i18n import _
from newsletter.mailing.ledger import Ledger, read_ledger
from newsletter.mailing.sent_folder import SentRecord, read_sent
from newsletter.mailing.states import Delivery, State

# What is told of everyone by name: the others are told in numbers.
_NAMED = (State.REFUSED, State.DEFERRED, State.UNCERTAIN, State.ATTEMPTING, State.QUEUED,
          State.LEFT_OUT)  # fmt: skip
_COLUMNS = ("address", "state", "code", "words", "tries", "tried", "next_try")
# Excel takes a cell that begins so for a formula, and would run it.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")


def report(file: Path, *, output_format: str, start: Path, tell: Callable[[str], None]) -> int:
    """Tell who was sent an issue: in numbers, and by name who was not; or everyone, as data.

    Raises:
        NewsletterError: it was never sent from here, or data is asked for that lies elsewhere.
    """
    settings, _problems = open_workspace(start)
    issue_id = file.stem
    with read_ledger(settings.workspace) as ledger:
        counts = ledger.counts(issue_id) if ledger else {}
        if ledger is None or not counts:
            sent = _sent_elsewhere(settings.workspace, file)
            return _elsewhere(sent, output_format, tell)
        lines = {"text": _as_text, "csv": _as_csv, "json": _as_json}[output_format]
        for line in lines(ledger, issue_id):
            tell(line)
    return 0


def _sent_elsewhere(workspace: Path, file: Path) -> SentRecord:
    sent = read_sent(workspace, file.stem)
    if sent is None:
        message = _("{file} was never sent from here").format(file=shown_path(file))
        hint = _("send it with: newsletter send {file} --members FILE")
        raise NewsletterError(message, hint=hint.format(file=shown_path(file)))
    return sent


def _elsewhere(sent: SentRecord, output_format: str, tell: Callable[[str], None]) -> int:
    message = _("this issue was sent on {date}, and the ledger that knows to whom is not here")
    message = message.format(date=sent.date[:10])
    if output_format != "text":  # a program would take it for what became of the messages
        raise NewsletterError(message, hint=_("ask for ledger.sqlite3 where it was sent"))
    tell(message)
    for name, count in sent.variants.items():
        tell(f"{count:6}  {name}  {State.ACCEPTED.in_words}")
    return 0


def _as_text(ledger: Ledger, issue_id: str) -> Iterator[str]:
    recorded = ledger.recorded(issue_id)
    if recorded is not None:
        yield _("{issue}, sent from {date} on").format(issue=issue_id, date=recorded.begun[:16])
    counts = ledger.counts(issue_id)
    for state in State:
        if counts.get(state):
            yield f"{counts[state]:6}  {state.in_words}"
    for state in _NAMED:
        if counts.get(state):
            yield ""
            yield _("{state}:").format(state=state.in_words)
            yield from _named(ledger, issue_id, state)


def _named(ledger: Ledger, issue_id: str, state: State) -> Iterator[str]:
    for row in ledger.deliveries(issue_id):
        if row.state is state:
            why = " ".join(filter(None, (str(row.code or ""), row.words)))
            who = row.address or _("(erased)")
            yield f"  {who}  {why}".rstrip()


def _values(row: Delivery) -> dict[str, str | int]:
    return {name: getattr(row, name) for name in _COLUMNS} | {"state": row.state.value}


def _as_csv(ledger: Ledger, issue_id: str) -> Iterator[str]:
    yield ",".join(_COLUMNS)
    for row in ledger.deliveries(issue_id):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(map(_harmless, _values(row).values()))
        yield line.getvalue()


def _harmless(value: str | int) -> str | int:
    """Return a cell that a spreadsheet shows as it is: the words are the server's, not ours."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def _as_json(ledger: Ledger, issue_id: str) -> Iterator[str]:
    for row in ledger.deliveries(issue_id):
        yield json.dumps(_values(row), ensure_ascii=False)
