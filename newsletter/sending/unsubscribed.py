"""The addresses that unsubscribed: `unsubscribed.csv` in the workspace, respected in every send.

One a line, alone or first in its row; lines that begin with # are remarks. The word of a link to
unsubscribe, or the whole link, stands for the address that it was sent to.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.i18n import _, counted
from newsletter.ledger.ledger import read_ledger
from newsletter.mailing.message.unsubscribe import Tokens
from newsletter.members.addresses import read_address
from newsletter.members.recipient import UNSEEN
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Fault
from newsletter.sending.sending import Means

UNSUBSCRIBED_FILE = "unsubscribed.csv"
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True)
class Unsubscribed:
    """Who is not to be written to: addresses in lower case, and ids of the ledger."""

    addresses: frozenset[str] = frozenset()
    recipient_ids: frozenset[str] = frozenset()

    def has(self, address: str, recipient_id: str = "") -> bool:
        """Tell whether a recipient unsubscribed."""
        return address.casefold() in self.addresses or recipient_id in self.recipient_ids

    def and_of(self, addresses: Iterable[str]) -> "Unsubscribed":
        """Return these, and some addresses more."""
        return replace(self, addresses=self.addresses | {each.casefold() for each in addresses})


def read_unsubscribed(workspace: Path, tokens: Tokens | None) -> Unsubscribed:
    """Return who unsubscribed; nobody where the file is not there.

    Raises:
        NewsletterError: the file is not text, or holds a word that is neither an address nor ours.
    """
    path = workspace / UNSUBSCRIBED_FILE
    addresses, ids = set(), set()
    for number, cell in enumerate(_cells(path), 1):
        if "@" in cell:
            addresses.add(_address(cell, path, number).casefold())
        elif words := _TOKEN.findall(cell):  # of a whole link, a long host looks like one too
            known = [each for each in map(tokens.recipient_of, words) if each] if tokens else []
            if not known:
                raise _unknown_word(path, number)
            ids.add(known[-1])
        elif cell and number > 1:  # the first line may be a heading
            raise _unknown_word(path, number)
    return Unsubscribed(frozenset(addresses), frozenset(ids))


def unsubscribed_of(means: Means, tokens: Tokens | None) -> Unsubscribed:
    """Return who unsubscribed: who did by a link is known by their address, for this issue too."""
    workspace = means.settings.workspace
    found = read_unsubscribed(workspace, tokens)
    if not found.recipient_ids:
        return found
    with read_ledger(workspace) as ledger:
        known = ledger.addresses_of(found.recipient_ids) if ledger else {}
    if unknown := len(found.recipient_ids - known.keys()):
        message = counted(
            "the ledger cannot identify who followed {count} link in {file}: they may get "
            "this email",
            "the ledger cannot identify who followed {count} links in {file}: they may get "
            "this email",
            unknown,
        ).format(count=unknown, file=UNSUBSCRIBED_FILE)
        means.terminal.tell(_("Warning: {message}").format(message=message))
    return found.and_of(known.values())


def ids_named(workspace: Path) -> frozenset[str]:
    """Return the ids in the words of the file; that these words are ours is not looked at."""
    cells = _cells(workspace / UNSUBSCRIBED_FILE)
    return frozenset(word.rpartition(".")[0] for cell in cells for word in _TOKEN.findall(cell))


def _cells(path: Path) -> Iterator[str]:
    """Yield what stands first on each line of the file, "" for a remark."""
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    yield from map(_first_cell, text.splitlines())


def _address(cell: str, path: Path, number: int) -> str:
    """Return an address as the members file is read: otherwise they would not be the same."""
    address = read_address(cell.strip(UNSEEN).removeprefix("mailto:").strip("<>"))
    if isinstance(address, Fault):
        where = _("{file}, line {line}: {message}")
        message = where.format(file=path.name, line=number, message=address.message)
        raise NewsletterError(message, hint=address.hint)
    return address


def _first_cell(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    separator = ";" if ";" in line else ","
    cells = next(csv.reader([line], delimiter=separator))
    return cells[0].strip() if cells else ""


def _unknown_word(path: Path, number: int) -> NewsletterError:
    message = _(
        "{file}, line {line}: this is neither an email address nor one of our unsubscribe links"
    )
    hint = _("write one address per line, or put # before a remark; nothing was sent")
    return NewsletterError(message.format(file=path.name, line=number), hint=hint)
