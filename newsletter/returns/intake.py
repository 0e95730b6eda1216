"""What came back taken in: read, its owner found, noted; what nobody understands is kept."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from newsletter.ledger.ledger import Ledger
from newsletter.ledger.returns import CERTAIN, Return
from newsletter.ledger.said_no import ANY_LIST, No
from newsletter.ledger.states import Verdict, utc_text
from newsletter.returns.identifying import Owners, Whose
from newsletter.returns.reading import read_message
from newsletter.returns.reports import Returned
from newsletter.workspace import refuse_links

_MAX_KEPT_WORDS = 200
WITHOUT_EFFECT = {Verdict.LATE, Verdict.AUTO_REPLY, Verdict.DELIVERED, Verdict.UNKNOWN}
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


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
    """Takes messages in; without `ledger` nothing is noted, nor kept.

    With `also_likely` a person said that what is likely is to count as what is certain.
    """

    owners: Owners | None
    ledger: Ledger | None = None
    folder: Path | None = None
    also_likely: bool = False
    leave_at: str = ""

    def take(self, messages: Sequence[tuple[str, bytes]]) -> list[Came]:
        """Return what came back in some messages, once it is noted, durably."""
        reads = [read_message(raw, leave_at=self.leave_at) for _name, raw in messages]
        owned = (
            self.owners.of(reads)
            if self.owners
            else [[Whose()] * len(each.returned) for each in reads]
        )
        came = [
            Came(name, list(zip(read.returned, whose, strict=True)))
            for (name, _raw), read, whose in zip(messages, reads, owned, strict=True)
        ]
        if self.ledger is not None and self.owners is not None:
            self._note(
                [pair for each in came for pair in each.recipients],
                self.ledger,
                utc_text(self.owners.now),
            )
        if self.folder is not None:
            for each, (_name, raw) in zip(came, messages, strict=True):
                if not each.is_understood:
                    _keep(self.folder, raw)
        return came

    def _note(self, came: Sequence[tuple[Returned, Whose]], ledger: Ledger, now: str) -> None:
        known = [(each, self._counted(whose)) for each, whose in came if whose.mark]
        nos = [
            No(
                whose.mark,
                whose.list_id if each.verdict is Verdict.OPT_OUT else ANY_LIST,
                now,
                each.verdict,
            )
            for each, whose in known
            if each.verdict in {Verdict.OPT_OUT, Verdict.COMPLAINT} and whose.certainty == CERTAIN
        ]
        ledger.said_no.add(nos)
        ledger.returns.note(
            Return(whose.issue, whose.mark, each.verdict, each.code,
                   _ADDRESS.sub("…", each.words)[:_MAX_KEPT_WORDS], whose.certainty, now)
            for each, whose in known
            if each.verdict not in {*WITHOUT_EFFECT, Verdict.OPT_OUT} and whose.issue
        )  # fmt: skip

    def _counted(self, whose: Whose) -> Whose:
        return whose._replace(certainty=CERTAIN) if self.also_likely else whose


def _keep(folder: Path, raw: bytes) -> None:
    """Write a message for a person to read; the same one is written once."""
    refuse_links(folder, folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{hashlib.sha256(raw).hexdigest()[:16]}.eml"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(raw)
