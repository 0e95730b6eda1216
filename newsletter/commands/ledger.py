"""`newsletter ledger`, `unsubscribe`, `who`, `forget`: the ledger, and what concerns one person."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.commands.opening import list_named, no_ledger, open_workspace
from newsletter.i18n import _, counted, current_language
from newsletter.ledger import opening
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.moving import move as move_ledger
from newsletter.ledger.returns import CERTAIN
from newsletter.ledger.states import Verdict, utc_text
from newsletter.mailing.message.head import in_ascii
from newsletter.mailing.message.unsubscribe import list_id_of
from newsletter.members.addresses import read_address
from newsletter.members.members_file import MembersFile
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.problems.terminal import Surroundings
from newsletter.rendering.localised import format_moment
from newsletter.sending.means import ask_for
from newsletter.sending.sending import tokens_of
from newsletter.sending.unsubscribed import words_in
from newsletter.settings.settings import Settings
from newsletter.settings.shared_ledger import faults_of
from newsletter.source.faults import MISSING_FILE
from newsletter.source.source import Decoded, decode
from newsletter.workspace import LEDGER_FILE, NOT_UNDERSTOOD_FOLDER, SETTINGS_FILE


def purge(here: Surroundings, older_than: int) -> int:
    """Erase the addresses of messages older than so many days; raise where a send is under way."""
    settings = open_workspace(here.start)
    with _ledger_of(settings) as ledger:
        before = here.now - timedelta(days=older_than)
        erased = ledger.purge(before)
    for each in (settings.workspace / NOT_UNDERSTOOD_FOLDER).glob("*.eml"):
        if each.lstat().st_mtime < before.timestamp():
            each.unlink()
    here.tell(counted("{count} address erased", "{count} addresses erased", erased))
    return 0


def upgrade(here: Surroundings) -> int:
    """Make the shared ledger, or bring it up to this version; raise where none is named."""
    settings = open_workspace(here.start)
    if settings.ledger is None:
        message = _("the settings name no shared ledger")
        hint = _("a ledger of the workspace's own needs no upgrade; see the guide, In a team")
        raise NewsletterError(message, hint=hint)
    from newsletter.ledger.postgresql import upgrade as upgrade_server

    was_needed = upgrade_server(settings.ledger)
    here.tell(_("the shared ledger is ready") if was_needed else _("the shared ledger was ready"))
    return 0


def move(here: Surroundings, url: str) -> int:
    """Move the workspace's ledger into the shared one at `url`; run again, it goes on."""
    settings = open_workspace(here.start)
    for fault in faults_of(url):
        raise NewsletterError(fault.message, hint=fault.hint)
    path = settings.workspace / LEDGER_FILE
    if not path.exists():
        message = _("there is no ledger in this workspace")
        raise NewsletterError(message, hint=_("there is nothing to move"))
    with opening.only_sender(settings.workspace), closing(opening.ledger_in(path)) as source:
        source.settle()
        with opening.running_ledger(settings.workspace, url) as target:
            moved = move_ledger(source, target, url)
    here.tell(counted("{count} message moved to the shared ledger",
                      "{count} messages moved to the shared ledger", moved.messages))  # fmt: skip
    if moved.both:
        told = counted(
            "{count} message was in both ledgers: what each knew for sure is kept, {stronger} of"
            " them from here",
            "{count} messages were in both ledgers: what each knew for sure is kept, {stronger} of"
            " them from here",
            moved.both,
        )
        here.tell(told.format(stronger=moved.stronger))
    if settings.ledger != url:
        here.tell(_("add to {file}: ledger: {url}").format(file=SETTINGS_FILE, url=url))
    return 0


MAX_EXAMPLES = 5
# How services name the column that says who left, in their exports (Brevo, Mailchimp, Mailjet…).
_LEFT_COLUMN = re.compile(
    r"unsub|desinscri|desabonn|opt.?out|black.?list|block.?list|liste.noire|complain|plainte", re.I
)
_TABLES = {".csv", ".txt", ".xlsx"}
_STILL_THERE = {"", "0", "false", "no", "non", "faux", "null", "none", "subscribed", "actif",
                "abonne", "abonné"}  # fmt: skip


def unsubscribe(here: Surroundings, named: Sequence[str], *, list_name: str = "", yes: bool) -> int:
    """Take people off one list or all: by address, by link they followed, or by files of either."""
    settings = open_workspace(here.start)
    list_ids = _list_ids(list_name, settings) if list_name else set()
    words = words_in("\n".join(_lines(named)), tokens_of(settings, here.environment))
    with opening.open_ledger(settings.workspace, settings.ledger) as ledger:
        nos = words.nos(ledger.said_no, source="unsubscribe", now=datetime.now(UTC))
        if list_ids:
            nos = [each._replace(list_id=name) for each in nos for name in list_ids]
        people, unknown = len({each.mark for each in nos}), len(words.odd_lines)
        for example in words.addresses[:MAX_EXAMPLES]:
            here.tell(f"  {example}")
        if unknown:
            here.tell(counted("{count} line is not understood, or names nobody known here",
                              "{count} lines are not understood, or name nobody known here",
                              unknown))  # fmt: skip
        _tell_strangers(ledger.said_no.strangers(words.addresses), settings, here)
        if not people:
            raise NewsletterError(_("nobody to unsubscribe"), hint=_("name addresses or links"))
        if people > 1 and not yes:
            ask_for(people, here.ask, _("Type the number of people to unsubscribe"))
        new = ledger.said_no.add(nos)
    here.tell(counted("{count} person is unsubscribed for good",
                      "{count} people are unsubscribed for good", people))  # fmt: skip
    if already := people - new // (len(list_ids) or 1):
        here.tell(counted("of whom {count} already was", "of whom {count} already were", already))
    return 1 if unknown else 0


def _tell_strangers(strangers: Sequence[str], settings: Settings, here: Surroundings) -> None:
    """Tell who was never written to and is on no list: perhaps a typo."""
    files = ((settings.workspace / each.file, name) for name, each in settings.lists.items())
    for path, name in files if strangers else ():
        listed = {each.address.casefold() for each in MembersFile(path, settings.for_list(name))}
        strangers = [each for each in strangers if each.casefold() not in listed]
    if strangers:
        more = ["…"] if strangers[MAX_EXAMPLES:] else []
        addresses = ", ".join([*strangers[:MAX_EXAMPLES], *more])
        told = _("unknown here, but noted: {addresses}; check the spelling")
        here.tell(told.format(addresses=addresses))


def _list_ids(list_name: str, settings: Settings) -> set[str]:
    list_named(list_name, settings)
    addresses = (in_ascii(each.email) or "" for each in settings.senders.values())
    return {list_id_of(each, list_name) for each in addresses}


def _lines(named: Sequence[str]) -> Iterator[str]:
    yield ""  # what stands first is no heading
    for each in named:
        path = Path(each)
        if "@" in each or not (path.is_file() or path.suffix.lower() in _TABLES):
            yield each
            continue
        missing = Decoded(None, MISSING_FILE.of(name=path.name))
        text, fault, _place = decode(path.read_bytes()) if path.is_file() else missing
        if text is None and fault is not None:
            raise NewsletterError(fault.message, hint=fault.hint)
        yield from _left_in(text or "")


def _left_in(text: str) -> Iterator[str]:
    """Yield the lines of a file; of a service's export, of those who left alone."""
    lines = text.splitlines()
    first = lines[0] if lines else ""
    separator = max(";,\t", key=first.count)
    headings = next(csv.reader([first], delimiter=separator), [])
    columns = [n for n, each in enumerate(headings) if _LEFT_COLUMN.search(each)]
    if not columns or "@" in first:
        said = words_in(first, None)
        yield from lines[0 if said.addresses or said.links or said.odd_lines else 1 :]
        return
    for cells in csv.reader(lines[1:], delimiter=separator):
        if any(cells[n].strip().lower() not in _STILL_THERE for n in columns if n < len(cells)):
            yield next((each for each in cells if "@" in each), "")


def who(here: Surroundings, address: str, *, write_again: bool) -> int:
    """Tell all that the ledger knows of someone; with `write_again` a bounce counts no more."""
    settings, tell = open_workspace(here.start), here.tell
    address = _checked(address)
    with _ledger_of(settings) as ledger:
        mark = ledger.said_no.mark_of(address)
        lifted = ledger.returns.lift(mark, now=utc_text(datetime.now(UTC))) if write_again else 0
        story, nos = ledger.story(address), ledger.said_no.of(address)
        back = ledger.returns.of(mark)
    for each in nos:
        since = _moment(each.since, settings)
        tell(_("unsubscribed {date} ({source})").format(date=since, source=each.source))
        if each.back:
            tell(_("came back {date}, by their own link").format(date=_moment(each.back, settings)))
    for issue, row in story:
        said = " ".join(filter(None, (str(row.code or ""), row.words)))
        when = _moment(row.tried, settings) if row.tried else ""
        tell("  ".join(filter(None, (issue, row.state.in_words, when, said))))
    for came in back:
        told = _("came back: {verdict}").format(verdict=Verdict(came.verdict).in_words)
        said = " ".join(filter(None, (came.code, came.words)))
        doubt = "" if came.certainty == CERTAIN else _("(not certain)")
        counts = _("(no longer counts)") if came.lifted else ""
        parts = came.issue, told, _moment(came.noted, settings), said, doubt, counts
        tell("  ".join(filter(None, parts)))
    if not story and not nos:
        tell(_("the ledger does not know {address}").format(address=address))
    if write_again:
        tell(_("will be written to again") if lifted else _("nothing to lift: a no still counts"))
    return 0


def forget(here: Surroundings, address: str, *, yes: bool) -> int:
    """Erase someone's address from the ledger, once it was typed again; that they said no stays."""
    settings = open_workspace(here.start)
    address = _checked(address)
    if not yes:
        ask_for(address, here.ask, _("Type the address again to erase it"))
    with _ledger_of(settings) as ledger:
        erased = ledger.forget(address)
        has_said_no = bool(ledger.said_no.of(address))
    here.tell(counted("erased from {count} message", "erased from {count} messages", erased))
    if has_said_no:
        here.tell(_("that this person unsubscribed is kept, without the address"))
    here.tell(_("not reached from here: members files, mail servers, mailboxes, backups"))
    return 0


def _checked(typed: str) -> str:
    address = read_address(typed.strip())
    if isinstance(address, Fault):
        raise NewsletterError(address.message, hint=address.hint)
    return address


def _moment(text: str, settings: Settings) -> str:
    return format_moment(datetime.fromisoformat(text).astimezone(settings.zone), current_language())


def _ledger_of(settings: Settings) -> AbstractContextManager[Ledger]:
    place = settings.workspace, settings.ledger
    if not opening.has_ledger(*place):
        raise no_ledger()
    return opening.open_ledger(*place)
