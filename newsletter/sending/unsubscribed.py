"""Who unsubscribed: the ledger knows, and `unsubscribed.csv` is read into it at each send.

The file is for hand edits: addresses, or the links to unsubscribe that people followed, in any
number to a line; lines that begin with # are remarks. To delete a line there brings nobody back;
who came back by their own link stays, though their line does too.
"""

import re
from collections.abc import Callable, Mapping, Set
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from newsletter.i18n import _
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import has_ledger, read_ledger
from newsletter.ledger.returns import ANY_LIST, No, SaidNo
from newsletter.ledger.states import Verdict, utc_text
from newsletter.mailing.message.unsubscribe import Tokens
from newsletter.members.addresses import address_meant
from newsletter.members.recipient import UNSEEN
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.sending.means import Means
from newsletter.sending.sending import tokens_for
from newsletter.sending.sent_before import sent_records
from newsletter.workspace import LEDGER_FILE

UNSUBSCRIBED_FILE = "unsubscribed.csv"
TO_ALL = " all"  # after a token: its recipient leaves every list
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}")
# What may surround an address: the marks of a list, of a name before it, of a link.
_WORD_WITH_AT = re.compile(r"[^\s,;<>()\"«»|]+@[^\s,;<>()\"«»|]+")
MAX_LINES_TOLD = 5


@dataclass(frozen=True)
class Unsubscribed:
    """Who is not to be written to, by mark: `came_back` is the verdict on whom nothing reaches."""

    marks: Set[str] = frozenset()
    mark_of: Callable[[str], str] = str
    came_back: Mapping[str, str] = field(default_factory=dict)

    def reason(self, address: str) -> str:
        """Return why someone is left out, "" where they are not."""
        if self.came_back and (verdict := self.came_back.get(self.mark_of(address))):
            return Verdict(verdict).in_words
        return _("unsubscribed") if self.has(address) else ""

    def has(self, address: str) -> bool:
        """Tell whether someone unsubscribed."""
        return bool(self.marks) and self.mark_of(address) in self.marks


class FollowedLink(NamedTuple):
    """A link that someone followed: on which line, when, "" unknown, and whom it may stand for.

    That is a list of (list, id): what was signed by us, else whatever in it looks like that. An id
    is enough: it has 64 bits by chance, and a list may have been renamed, or a secret changed.
    """

    line: int
    time: str
    pairs: list[tuple[str, str]]


@dataclass
class Words:
    """What people wrote, or followed: addresses, links, and the lines that have neither."""

    addresses: list[str] = field(default_factory=list)
    links: list[FollowedLink] = field(default_factory=list)
    odd_lines: list[int] = field(default_factory=list)

    def nos(self, said_no: SaidNo, *, source: str, now: datetime) -> list[No]:
        """Return what was said, as the ledger notes it; whoever's link it gave to nobody is odd."""
        since = utc_text(now)
        nos = [No(said_no.mark_of(each), ANY_LIST, since, source) for each in self.addresses]
        marks = said_no.marks_of_ids({each for link in self.links for _list, each in link.pairs})
        for line, time, pairs in self.links:
            known = [(list_id, marks[each]) for list_id, each in pairs if each in marks]
            nos += [No(mark, list_id, min(time or since, since), source) for list_id, mark in known]
            if not known:
                self.odd_lines.append(line)
        return nos


def words_in(text: str, tokens: Tokens | None) -> Words:
    """Return who is named in a text: every address of every line, and whom each link stands for.

    A link may be wrapped by a program that checks links (SafeLinks, Proofpoint): it is unwrapped,
    and the address of whoever received the mail, which such programs add, is not asked. The page
    to leave at keeps "TIME TOKEN", or "TIME TOKEN all" for every list.
    """
    found = Words()
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not line.strip(" \t;,\ufeff"):
            continue
        words = _TOKEN.findall(unquote(unquote(line)))
        signed = [pair for each in words if tokens and (pair := tokens.read(each))]
        if line.endswith(TO_ALL):
            signed = [(ANY_LIST, each) for _list, each in signed]
        read = [] if signed else [_address(each) for each in _WORD_WITH_AT.findall(line)]
        found.addresses += [each for each in read if each]
        is_read = all(read) and len(read) == line.count("@") > 0
        if words and not any(read):
            pairs = signed or [(ANY_LIST, each.rpartition(".")[0]) for each in words]
            found.links.append(FollowedLink(number, _time_of(line), pairs))
        elif not is_read and (number > 1 or re.search("@|%40|://", line)):
            found.odd_lines.append(number)  # the first line may be a heading
    return found


def _time_of(line: str) -> str:
    """Return the time that a line begins with; "" for none."""
    with suppress(ValueError):
        if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 ", line):
            return utc_text(datetime.fromisoformat(line[:25]))
    return ""


def _address(word: str) -> str:
    """Return an address as the members file is read, or they would not be the same; "" for none."""
    address = address_meant(word.strip(UNSEEN + "'").partition("?")[0])
    return "" if isinstance(address, Fault) else address


def unsubscribed_of(means: Means, list_id: str, ledger: Ledger | None = None) -> Unsubscribed:
    """Return who unsubscribed; what the file says is noted in `ledger`, where one is given.

    Where the settings have lists, a no to one of them is none to the others; without, it is to all.
    Whom a line means that cannot be read, or a link that no ledger knows, is told.
    """
    workspace = means.settings.workspace
    tokens = tokens_for(list_id, means.settings, means.secret, means.old_secret)
    words = words_in(_text_of(workspace / UNSUBSCRIBED_FILE), tokens)
    asked = list_id if means.settings.lists else ANY_LIST
    with nullcontext(ledger) if ledger else read_ledger(workspace, means.settings.ledger) as known:
        if known is None:
            _tell_odd(means, [*words.odd_lines, *(each.line for each in words.links)])
            return Unsubscribed(frozenset(map(str.casefold, words.addresses)), str.casefold)
        nos = words.nos(known.said_no, source=UNSUBSCRIBED_FILE, now=means.clock.now())
        _tell_odd(means, words.odd_lines)
        # The file is read at each send, and its lines have no time: who came back since stays.
        back = known.said_no.came_back(UNSUBSCRIBED_FILE)
        nos = [each for each in nos if (each.mark, each.list_id) not in back]
        new = ledger.said_no.add(nos) if ledger else 0
        marks = {each.mark for each in nos if asked == ANY_LIST or each.list_id in ("", asked)}
        marks |= known.said_no.marks(asked)
        if ledger and (marks or new):
            told = _("unsubscribed in all: {count}, of whom {new} are new in {file}")
            means.terminal.tell(told.format(count=len(marks), new=new, file=UNSUBSCRIBED_FILE))
        return Unsubscribed(marks, known.said_no.mark_of, known.returns.left_out())


def is_known(workspace: Path, ledger: str | None) -> bool:
    """Tell whether it is known here who said no, or nothing was ever sent."""
    # Both files stay behind in a colleague's clone, rightly: they hold addresses.
    has_either = has_ledger(workspace, ledger) or (workspace / UNSUBSCRIBED_FILE).exists()
    return has_either or next(sent_records(workspace), None) is None


def refuse_unknown(means: Means) -> None:
    """Refuse a send where it is not known who said no; who can be asked is warned."""
    message = _("issues were sent before, but who unsubscribed is not known here")
    hint = _("get {ledger} or {file} from the machine that sent them")
    hint = hint.format(ledger=LEDGER_FILE, file=UNSUBSCRIBED_FILE)
    if means.options.yes or means.terminal.ask is None:
        raise NewsletterError(message, hint=hint)
    means.terminal.tell(_("Warning: {message} ({hint})").format(message=message, hint=hint))


def _tell_odd(means: Means, lines: list[int]) -> None:
    if not lines:
        return
    more = ["…"] if lines[MAX_LINES_TOLD:] else []
    numbers = ", ".join([*map(str, sorted(lines)[:MAX_LINES_TOLD]), *more])
    message = _("{file}, lines that name nobody, or nobody known here: {lines}; whoever is meant "
                "may get this email")  # fmt: skip
    means.terminal.warn(message.format(file=UNSUBSCRIBED_FILE, lines=numbers))


def _text_of(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text(encoding="cp1252", errors="replace")
