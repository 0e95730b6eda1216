"""What came back taken in: read, its owner found, noted; what nobody understands is kept.

Anyone can mail a false bounce. What carries our signature is certain: the return address (VERP),
the envelope's id, the link to unsubscribe. A Message-ID is known to whoever was forwarded the mail,
an address to everyone: they wait for a person.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import ANY_LIST, CERTAIN, No, Return, Written
from newsletter.ledger.states import Verdict, utc_text
from newsletter.mailing.message.message import message_id_for
from newsletter.mailing.message.unsubscribe import Tokens, is_verp_token
from newsletter.returns.bounces import Returned
from newsletter.returns.reading import Clues, Read, read_message
from newsletter.workspace import refuse_links

LIKELY, UNKNOWN = "likely", "unknown"
_DAYS_OF_AN_ADDRESS = 10  # servers try for five (RFC 5321, 4.5.4.1)
_RECIPIENT_ID = re.compile(r"[0-9a-f]{16}")
_RETURN_TOKEN = re.compile(r"(?<![0-9a-z])[0-9a-f]{16}-[2-7a-z]{20}(?![0-9a-z])")
_UNSUBSCRIBE_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}")
# Kinds of feedback in which a person complains (RFC 5965, 7.3); programs report the others.
_FROM_A_PERSON = {"", "abuse", "fraud", "other"}
_PASSED = re.compile(
    r"\b(?:dkim=pass\b[^;]*header\.[di]=@?|dmarc=pass\b[^;]*header\.from=)([\w.-]+)"
)
WITHOUT_EFFECT = {Verdict.LATE, Verdict.AUTO_REPLY, Verdict.DELIVERED, Verdict.UNKNOWN}
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


class Whose(NamedTuple):
    """Whose message came back, by mark and address, and of which issue; "" where nobody knows."""

    certainty: str = UNKNOWN
    mark: str = ""
    address: str = ""
    issue: str = ""
    list_id: str = ANY_LIST


class Came(NamedTuple):
    """A message that came back, by the name of its place, and what of whom."""

    name: str
    recipients: list[tuple[Returned, Whose]]

    @property
    def is_understood(self) -> bool:
        """Whether anything in it is."""
        return any(each.verdict is not Verdict.UNKNOWN for each, _whose in self.recipients)


@dataclass(frozen=True)
class Intake:
    """Takes messages in; without `folder` nothing is noted, nor kept there.

    `server` is that of our mailbox, whose word is taken; without a `ledger` all are unknown.
    """

    ledger: Ledger | None
    secrets: Sequence[str]
    tokens: Tokens | None
    now: datetime
    server: str
    leave_at: str
    folder: Path | None = None
    also_likely: bool = False  # a person said that what is likely counts as what is certain

    def take(self, messages: Sequence[tuple[str, bytes]]) -> list[Came]:
        """Return what came back in some messages, once it is noted, durably."""
        reads = [read_message(raw, leave_at=self.leave_at) for _name, raw in messages]
        left = self._written_to(reads)
        came = [
            Came(name, list(zip(read.returned, self._of_message(read, left), strict=True)))
            for (name, _raw), read in zip(messages, reads, strict=True)
        ]
        if self.folder is not None and self.ledger is not None:
            pairs = [pair for each in came for pair in each.recipients if pair[1].mark]
            self._note(self.ledger, pairs)
            for each, (_name, raw) in zip(came, messages, strict=True):
                if not each.is_understood:
                    _keep(self.folder, raw)
        return came

    def _written_to(self, reads: Sequence[Read]) -> Mapping[str, list[Written]]:
        """Return what was sent to whom some messages may be from, by id and by address."""
        left: defaultdict[str, list[Written]] = defaultdict(list)
        ids = {each for read in reads for clue in read.clues
               for each in _RECIPIENT_ID.findall(str(clue))}  # fmt: skip
        named = {name for read in reads for each in read.returned
                 for name in (each.address, each.original) if name}  # fmt: skip
        for each in self.ledger.returns.written_to(ids, named) if self.ledger else ():
            left[each.recipient_id].append(each)
            left[each.address].append(each)
        return left

    def _of_message(self, read: Read, left: Mapping[str, list[Written]]) -> list[Whose]:
        named = read.clues.message_id.rpartition("@")[0][-16:]
        whose = self._signed(read.clues, left) or _by_message_id(read.clues, left[named])
        found = []
        for each in read.returned:
            is_of_another = whose and whose.address not in {each.address, each.original}
            if whose is None or (is_of_another and len(read.returned) > 1):
                found.append(self._by_address(each, read.clues, left))
            elif each.verdict is Verdict.COMPLAINT and each.words not in _FROM_A_PERSON:
                found.append(whose._replace(certainty=LIKELY))
            else:
                found.append(whose)
        return found

    def _signed(self, clues: Clues, left: Mapping[str, list[Written]]) -> Whose | None:
        for token in _RETURN_TOKEN.findall(f"{clues.addressed_to} {clues.envelope_id}".lower()):
            for each in left[token[:16]]:
                if is_verp_token(token, self.secrets, each.issue, each.recipient_id):
                    return Whose(CERTAIN, each.mark, each.address, each.issue)
        for word in _UNSUBSCRIBE_TOKEN.findall(unquote(clues.unsubscribe)):
            signed = self.tokens.read(word) if self.tokens else None
            if signed is not None and (all_theirs := left[signed[1]]):
                latest = _by_message_id(clues, all_theirs) or all_theirs[0]
                return Whose(CERTAIN, latest.mark, latest.address, latest.issue, signed[0])
        return None

    def _by_address(self, back: Returned, clues: Clues, left: Mapping[str, list[Written]]) -> Whose:
        since = utc_text(self.now - timedelta(days=_DAYS_OF_AN_ADDRESS))
        for name in filter(None, (back.original, back.address)):
            if back.verdict is Verdict.OPT_OUT and self.ledger:
                certainty = CERTAIN if self._vouches_for(clues) else LIKELY
                return Whose(certainty, self.ledger.said_no.mark_of(name), name)
            for each in left[name]:
                if each.tried >= since:
                    return Whose(LIKELY, each.mark, each.address, each.issue)
        return Whose()

    def _vouches_for(self, clues: Clues) -> bool:
        """Tell whether our own server says that a message is its sender's (RFC 8601)."""
        # Its header is the uppermost; others are anybody's.
        ours = ".".join(self.server.split(".")[-2:])
        said = clues.authentication[0] if clues.authentication and ours else ""
        name = said.partition(";")[0].split()[:1]
        domain = clues.sender.rpartition("@")[2]
        is_ours = bool(name) and f".{name[0]}".lower().endswith(f".{ours}".lower())
        return is_ours and domain in {each.lower() for each in _PASSED.findall(said)}

    def _note(self, ledger: Ledger, pairs: Iterable[tuple[Returned, Whose]]) -> None:
        nos, returns, now = [], [], utc_text(self.now)
        for (_address, verdict, code, said, _original), whose in pairs:
            certainty = CERTAIN if self.also_likely else whose.certainty
            if verdict in {Verdict.OPT_OUT, Verdict.COMPLAINT} and certainty == CERTAIN:
                list_id = whose.list_id if verdict is Verdict.OPT_OUT else ANY_LIST
                nos.append(No(whose.mark, list_id, now, verdict))
            if whose.issue and verdict not in {*WITHOUT_EFFECT, Verdict.OPT_OUT}:
                what = verdict, code, _ADDRESS.sub("…", said)[:200], certainty, now
                returns.append(Return(whose.issue, whose.mark, *what))
        ledger.said_no.add(nos)
        ledger.returns.note(returns)


def _by_message_id(clues: Clues, left: Sequence[Written]) -> Whose | None:
    for each in left:
        said = message_id_for(each.issue, each.recipient_id, clues.message_id)
        if said == f"<{clues.message_id}>":
            return Whose(LIKELY, each.mark, each.address, each.issue)
    return None


def _keep(folder: Path, raw: bytes) -> None:
    """Write a message for a person to read; the same one is written once."""
    refuse_links(folder, folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{hashlib.sha256(raw).hexdigest()[:16]}.eml"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(raw)
