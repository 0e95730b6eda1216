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
from urllib.parse import unquote

from newsletter.i18n import _, counted
from newsletter.ledger.ledger import Ledger
from newsletter.ledger.opening import has_ledger, read_ledger
from newsletter.ledger.said_no import ANY_LIST, No, SaidNo
from newsletter.ledger.states import Verdict, utc_text
from newsletter.mailing.message.unsubscribe import Tokens
from newsletter.members.addresses import address_meant
from newsletter.members.recipient import UNSEEN
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.sending.mails import tokens_for
from newsletter.sending.means import Means
from newsletter.sending.sent_before import sent_records
from newsletter.workspace import LEDGER_FILE

UNSUBSCRIBED_FILE = "unsubscribed.csv"
TO_ALL = " all"  # after a token: its recipient leaves every list
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 ")
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


@dataclass
class Words:
    """What people wrote, or followed: addresses, what each link may stand for, and what is neither.

    A link is a list of (list, id): what was signed by us, else whatever in it looks like that. An
    id is enough: it has 64 bits by chance, and a list may have been renamed, or a secret changed.
    """

    addresses: list[str] = field(default_factory=list)
    links: list[list[tuple[str, str]]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)  # of the links, "" where it is not said
    odd_lines: list[int] = field(default_factory=list)
    not_known: int = 0  # links whom the ledger gave out to nobody, once it was asked

    def nos(self, said_no: SaidNo, *, source: str, now: datetime) -> list[No]:
        """Return what was said, as the ledger notes it."""
        since = utc_text(now)
        marks = said_no.marks_of_ids({each for link in self.links for _list, each in link})
        known = [[pair for pair in link if pair[1] in marks] for link in self.links]
        self.not_known = known.count([])
        return [
            *(No(said_no.mark_of(each), ANY_LIST, since, source) for each in self.addresses),
            *(
                No(marks[each], list_id, min(time or since, since), source)
                for link, time in zip(known, self.times, strict=True)
                for list_id, each in link
            ),
        ]


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
            found.links.append(signed or [(ANY_LIST, each.rpartition(".")[0]) for each in words])
            found.times.append(_time_of(line))
        elif not is_read and (number > 1 or re.search("@|%40|://", line)):
            found.odd_lines.append(number)  # the first line may be a heading
    return found


def _time_of(line: str) -> str:
    """Return the time that a line begins with; "" for none."""
    with suppress(ValueError):
        if _TIME.match(line):
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
    if words.odd_lines:
        _tell_odd(means, words.odd_lines)
    asked = list_id if means.settings.lists else ANY_LIST
    with nullcontext(ledger) if ledger else read_ledger(workspace, means.settings.ledger) as known:
        if known is None:
            _tell_unknown(means, len(words.links))
            return Unsubscribed(frozenset(map(str.casefold, words.addresses)), str.casefold)
        nos = words.nos(known.said_no, source=UNSUBSCRIBED_FILE, now=means.clock.now())
        _tell_unknown(means, words.not_known)
        # The file is read at each send, and its lines have no time: who came back since stays.
        back = known.said_no.came_back(UNSUBSCRIBED_FILE)
        nos = [each for each in nos if (each.mark, each.list_id) not in back]
        if ledger and (new := ledger.said_no.add(nos)):
            told = counted(
                "{count} person more unsubscribed: read from {file} into the ledger",
                "{count} people more unsubscribed: read from {file} into the ledger",
                new,
            )
            means.terminal.tell(told.format(count=new, file=UNSUBSCRIBED_FILE))
        marks = {each.mark for each in nos if asked == ANY_LIST or each.list_id in ("", asked)}
        marks |= known.said_no.marks(asked)
        if ledger and marks:
            told = counted("{count} person unsubscribed in all",
                           "{count} people unsubscribed in all", len(marks))  # fmt: skip
            means.terminal.tell(told.format(count=len(marks)))
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


def _tell_unknown(means: Means, unknown: int) -> None:
    if unknown:
        message = counted(
            "the ledger cannot identify who followed {count} link in {file}: they may get "
            "this email",
            "the ledger cannot identify who followed {count} links in {file}: they may get "
            "this email",
            unknown,
        ).format(count=unknown, file=UNSUBSCRIBED_FILE)
        means.terminal.warn(message)


def _tell_odd(means: Means, lines: list[int]) -> None:
    more = ["…"] if lines[MAX_LINES_TOLD:] else []
    numbers = ", ".join([*map(str, lines[:MAX_LINES_TOLD]), *more])
    message = counted(
        "{file}, line {lines}: neither an email address nor one of our unsubscribe links: "
        "whoever it belongs to may get this email",
        "{file}, lines {lines}: neither email addresses nor our unsubscribe links: "
        "whoever they belong to may get this email",
        len(lines),
    ).format(file=UNSUBSCRIBED_FILE, lines=numbers)
    means.terminal.warn(message)


def _text_of(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text(encoding="cp1252", errors="replace")
