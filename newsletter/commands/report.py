"""`newsletter report`: what happened to each message of an issue."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from newsletter.commands.opening import open_workspace
from newsletter.content.visible import audience_in_words
from newsletter.i18n import _, counted, current_language
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import read_ledger
from newsletter.ledger.states import Delivery, State, Verdict
from newsletter.mailing.message.head import domain_of
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Surroundings
from newsletter.rendering.localised import format_moment
from newsletter.sending.hours import window_in_words
from newsletter.sending.sent_before import read_sent
from newsletter.settings.settings import Settings
from newsletter.values.audiences import Audience

# Excel takes a cell that begins so for a formula, and would run it.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
# Excel reads a file as UTF-8 by this sign, and splits its lines as the country does.
BYTE_ORDER_MARK = "\ufeff"
_MAX_TOLD = 20
_MAX_WORDS = 120
# Nothing is to be done about these one by one: who shares a reason with many is counted.
_COUNTED = (State.QUEUED, State.LEFT_OUT)
_COLUMNS = ("address", "state", "code", "words", "tries", "tried", "next_try", "list_name",
            "variant")  # fmt: skip


def row_of(cells: Sequence[str | int]) -> str:
    """Return a line that shows cells as they are: their words may be a stranger's."""
    line = io.StringIO()
    separator = ";" if current_language() == "fr" else ","
    harmless = (f"'{each}" if str(each).startswith(_FORMULA_SIGNS) else each for each in cells)
    csv.writer(line, delimiter=separator, lineterminator="").writerow(harmless)
    return line.getvalue()


def refusals(of_us: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line a domain, the most first: a task for the team; `of_us` are domains and words."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for domain, words in of_us:
        counts[domain] += 1
        first.setdefault(domain, words[:_MAX_WORDS])
    for domain, count in counts.most_common(_MAX_TOLD):
        said = counted("{domain} refused {count} message: {words}",
                       "{domain} refused {count} messages: {words}", count)  # fmt: skip
        yield said.format(domain=domain or _("a server"), words=first[domain])


def report(here: Surroundings, file: Path, *, output_format: str) -> int:
    """Tell who was sent an issue: in numbers, and by name who was not; or everyone, as data."""
    settings = open_workspace(here.start)
    issue_id = file.stem
    with read_ledger(settings.workspace, settings.ledger) as ledger:
        if ledger is None or not ledger.counts(issue_id):
            lines = _elsewhere(file, output_format, settings)
        else:
            as_asked = {"text": _as_text, "csv": _as_csv, "json": _as_json}[output_format]
            lines = as_asked(ledger, issue_id, settings)
        for line in lines:
            here.tell(line)
    return 0


def _elsewhere(file: Path, output_format: str, settings: Settings) -> Iterator[str]:
    if (sent := read_sent(settings.workspace, file.stem)) is None:
        message = _("{file} was never sent from here").format(file=shown_path(file))
        hint = _("to send it, run: newsletter send {file} --members FILE")
        raise NewsletterError(message, hint=hint.format(file=shown_path(file)))
    message = _("this issue was sent on {date}, but the ledger of who received it is not here")
    message = message.format(date=sent.day_in_words(settings.zone))
    if output_format != "text":  # a program would take it for what became of the messages
        raise NewsletterError(message, hint=_("get ledger.sqlite3 from the machine that sent it"))
    yield message
    for name, count in sent.variants.items():
        yield f"{count:6}  {name}  {State.ACCEPTED.in_words}"


def _as_text(ledger: Ledger, issue_id: str, settings: Settings) -> Iterator[str]:
    recorded = ledger.recorded(issue_id)
    scheduled = ledger.schedules.of(issue_id)
    for each in scheduled:
        moment = window_in_words(each.due, each.too_late_after, settings)
        yield _("{issue}, scheduled for {moment}").format(issue=issue_id, moment=moment)
        if each.by_whom:
            yield _("scheduled by {name}").format(name=each.by_whom)
    if recorded is not None and (not scheduled or any(each.tried for each in scheduled)):
        begun = datetime.fromisoformat(recorded.begun).astimezone(settings.zone)
        date = format_moment(begun, current_language())
        yield _("{issue}, sending started {date}").format(issue=issue_id, date=date)
    counts = ledger.counts(issue_id)
    yield from (f"{counts[state]:6}  {state.in_words}" for state in State if counts.get(state))
    yield from _totals_as_text(ledger, issue_id, settings)
    for state in State:
        if counts.get(state) and state is not State.ACCEPTED:
            yield ""
            yield _("{state}:").format(state=state.in_words)
            yield from _named(ledger.deliveries(issue_id, state), is_counted=state in _COUNTED)
    yield from _came_back(ledger, issue_id)


def _came_back(ledger: Ledger, issue_id: str) -> Iterator[str]:
    """Yield what came back by domain, first what is a task for the team."""
    back = [(Verdict(each.verdict), domain_of(address), each.words)
            for each, address in ledger.returns.of_issue(issue_id)]  # fmt: skip
    if back:
        yield ""
        yield _("came back:")
    of_us = [(domain, words) for verdict, domain, words in back if verdict is Verdict.OURS]
    yield from (f"  {line}" for line in refusals(of_us))
    others = Counter(each[:2] for each in back if each[0] is not Verdict.OURS)
    for (verdict, domain), count in others.most_common():
        yield f"{count:6}  {domain or _('(erased)')}  {verdict.in_words}"


# Of whom something is told: a list, and a key and value of an audience, "" where they have none.
_Total = tuple[str, str, str]


def _totals(ledger: Ledger, issue_id: str, settings: Settings) -> dict[_Total, Counter[State]]:
    """Return how many are in which state: by list, whose key is "", and by value."""
    totals: dict[_Total, Counter[State]] = {}
    for count, state, list_name, audience in ledger.frozen.audiences(issue_id):
        whole = list_name, "", ""
        if list_name and whole not in totals:
            totals[whole] = Counter(ledger.counts(issue_id, list_name))
        for key in settings.audiences:
            for value in audience.get(key, ("",)):
                totals.setdefault((list_name, key, value), Counter())[state] += count
    told = {key for _list, key, value in totals if value or not key}  # some have a value of it
    ordered = sorted(totals, key=lambda each: (each[0], each[1], not each[2], each[2]))
    return {each: totals[each] for each in ordered if each[1] in told}


def _named_total(total: _Total, settings: Settings) -> str:
    list_name, key, value = total
    if not key:
        return _("list '{name}'").format(name=list_name)
    heading, none = settings.recipients.columns.get(key, key), _("(empty)")
    return f"{heading} {value or none}"


def _totals_as_text(ledger: Ledger, issue_id: str, settings: Settings) -> Iterator[str]:
    totals = _totals(ledger, issue_id, settings)
    if totals:
        yield ""
    for total, states in totals.items():
        said = [_("{key}: {value}").format(key=each.in_words, value=states[each])
                for each in State if states[each]]  # fmt: skip
        yield f"  {_named_total(total, settings)}  {', '.join(said)}"
    counts = ledger.counts(issue_id)
    known = sum(count for count, *_others in ledger.frozen.audiences(issue_id))
    unknown = sum(counts.values()) - counts.get(State.LEFT_OUT, 0) - known
    if unknown > 0 and (totals or settings.audiences):
        yield "  " + counted(
            "{count} message is not counted here: what its recipient is was erased",
            "{count} messages are not counted here: what their recipients are was erased",
            unknown,
        )


def _named(rows: Iterator[Delivery], *, is_counted: bool) -> Iterator[str]:
    """Yield who they are and why; where `is_counted`, some of each reason are enough."""
    met: Counter[str] = Counter()
    for row in rows:
        why = " ".join(filter(None, (str(row.code or ""), row.words)))
        met[why] += 1
        if not is_counted or met[why] <= _MAX_TOLD:
            yield f"  {row.address or _('(erased)')}  {why}".rstrip()
    for why, count in met.items():
        if is_counted and (more := count - _MAX_TOLD) > 0:
            told = counted("and {count} more", "and {count} more", more)
            yield f"  {told}  {why}".rstrip() + "  " + _("(full list: --format csv)")


def _rows(
    ledger: Ledger, issue_id: str
) -> Iterator[tuple[Delivery, Verdict | None, Audience | None]]:
    returned = ledger.returns.of_issue(issue_id)
    back = {address: Verdict(each.verdict) for each, address in returned if address}
    audiences = ledger.frozen.audience_of_each(issue_id)
    for row in ledger.deliveries(issue_id):
        yield row, back.get(row.address), audiences.get(row.number)


def _as_csv(ledger: Ledger, issue_id: str, settings: Settings) -> Iterator[str]:
    """Yield a table for a spreadsheet, in the reader's words and hours."""
    headings = [_("address"), _("state"), _("code"), _("what the server said"), _("attempts"),
                _("last attempt"), _("next attempt"), _("came back as"), _("list"), _("variant"),
                _("audience")]  # fmt: skip
    yield BYTE_ORDER_MARK + row_of(headings)
    erased = _("(erased)") if settings.audiences else ""
    for row, verdict, values in _rows(ledger, issue_id):
        times = [each and str(datetime.fromisoformat(each).astimezone(settings.zone))[:19]
                 for each in (row.tried, row.next_try)]  # fmt: skip
        audience = erased if values is None else audience_in_words(values, settings)
        yield row_of([row.address, row.state.in_words, row.code or "", row.words, row.tries, *times,
                      verdict.in_words if verdict else "", row.list_name, row.variant,
                      audience])  # fmt: skip
    totals = _totals(ledger, issue_id, settings)
    if totals:
        yield ""
    for total, states in totals.items():
        for state, count in states.items():
            yield row_of([total[0], _named_total(total, settings), state.in_words, count])


def _as_json(ledger: Ledger, issue_id: str, settings: Settings) -> Iterator[str]:
    for row, verdict, values in _rows(ledger, issue_id):
        said = {name: getattr(row, name) for name in _COLUMNS} | {"state": row.state.value}
        said |= {"returned": verdict.value if verdict else "", "audience": values}
        yield json.dumps(said, ensure_ascii=False)
    for total, states in _totals(ledger, issue_id, settings).items():
        said = dict(zip(("list_name", "key", "value"), total, strict=True))
        yield json.dumps({**said, "counts": states}, ensure_ascii=False)
