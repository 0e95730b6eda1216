"""Whose message came back, and how sure that is.

Anyone can mail a false bounce. What carries our signature is certain: the return address (VERP),
the envelope's id, the link to unsubscribe. A Message-ID is known to whoever was forwarded the mail,
an address to everyone: they wait for a person.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote

from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import CERTAIN, Written
from newsletter.ledger.said_no import ANY_LIST
from newsletter.ledger.states import Verdict, utc_text
from newsletter.mailing.message.message import message_id_for
from newsletter.mailing.message.unsubscribe import Tokens, read_verp_token
from newsletter.returns.reading import Clues, Read
from newsletter.returns.reports import Returned

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


class Whose(NamedTuple):
    """Whose message came back, by mark and address, and of which issue; "" where nobody knows."""

    certainty: str = UNKNOWN
    mark: str = ""
    address: str = ""
    issue: str = ""
    list_id: str = ANY_LIST


@dataclass(frozen=True)
class Owners:
    """Finds whose messages came back; `server` is that of our mailbox, whose word is taken."""

    ledger: Ledger
    secrets: Sequence[str]
    tokens: Tokens | None
    now: datetime
    server: str = ""

    def of(self, reads: Sequence[Read]) -> list[list[Whose]]:
        """Return whose each return of each message is; the ledger is asked once for all."""
        ids = {each for read in reads for clue in read.clues
               for each in _RECIPIENT_ID.findall(str(clue))}  # fmt: skip
        named = {name for read in reads for each in read.returned
                 for name in (each.address, each.original) if name}  # fmt: skip
        left: defaultdict[str, list[Written]] = defaultdict(list)
        for each in self.ledger.returns.written_to(ids, named):
            left[each.recipient_id].append(each)
            left[each.address].append(each)
        return [self._of_message(each, left) for each in reads]

    def _of_message(self, read: Read, left: Mapping[str, list[Written]]) -> list[Whose]:
        named = read.clues.message_id.rpartition("@")[0][-16:]
        whose = self._signed(read.clues, left) or _by_message_id(read.clues, left[named])
        found = []
        for each in read.returned:
            names = {each.address, each.original}
            if whose is not None and (len(read.returned) == 1 or whose.address in names):
                found.append(self._careful(each, whose))
            else:
                found.append(self._by_address(each, read.clues, left))
        return found

    def _signed(self, clues: Clues, left: Mapping[str, list[Written]]) -> Whose | None:
        for token in _RETURN_TOKEN.findall(f"{clues.addressed_to} {clues.envelope_id}".lower()):
            of_issue = {each.issue: each for each in left[token[:16]]}
            if (pair := read_verp_token(token, self.secrets, of_issue)) is not None:
                theirs = of_issue[pair[0]]
                return Whose(CERTAIN, theirs.mark, theirs.address, theirs.issue)
        for word in _UNSUBSCRIBE_TOKEN.findall(unquote(clues.unsubscribe)):
            signed = self.tokens.read(word) if self.tokens else None
            if signed is not None and (all_theirs := left[signed[1]]):
                latest = _by_message_id(clues, all_theirs) or all_theirs[0]
                return Whose(CERTAIN, latest.mark, latest.address, latest.issue, signed[0])
        return None

    def _careful(self, returned: Returned, whose: Whose) -> Whose:
        is_from_program = returned.words not in _FROM_A_PERSON
        if returned.verdict is Verdict.COMPLAINT and is_from_program:
            return whose._replace(certainty=LIKELY)
        return whose

    def _by_address(
        self, returned: Returned, clues: Clues, left: Mapping[str, list[Written]]
    ) -> Whose:
        since = utc_text(self.now - timedelta(days=_DAYS_OF_AN_ADDRESS))
        for name in filter(None, (returned.original, returned.address)):
            if returned.verdict is Verdict.OPT_OUT:
                certainty = CERTAIN if self._vouches_for(clues) else LIKELY
                return Whose(certainty, self.ledger.said_no.mark_of(name), name)
            for each in left[name]:
                if each.tried >= since:
                    return Whose(LIKELY, each.mark, each.address, each.issue)
        return Whose()

    def _vouches_for(self, clues: Clues) -> bool:
        """Tell whether our own server says that a message is its sender's (RFC 8601).

        Its header is the uppermost; others are anybody's.
        """
        ours = ".".join(self.server.split(".")[-2:])
        said = clues.authentication[0] if clues.authentication and ours else ""
        name = said.partition(";")[0].split()[:1]
        domain = clues.sender.rpartition("@")[2]
        is_ours = bool(name) and f".{name[0]}".lower().endswith(f".{ours}".lower())
        return is_ours and domain in {each.lower() for each in _PASSED.findall(said)}


def _by_message_id(clues: Clues, left: Sequence[Written]) -> Whose | None:
    for each in left:
        said = message_id_for(each.issue, each.recipient_id, clues.message_id)
        if said == f"<{clues.message_id}>":
            return Whose(LIKELY, each.mark, each.address, each.issue)
    return None
