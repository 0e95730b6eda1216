"""Where a commit is dear, those who note at about the same time share it."""

import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext

import pytest

from newsletter.ledger import writer
from newsletter.ledger.states import Delivery, State

ROUNDS = 4


class SlowDisk:
    """Rows whose commit takes its time; it knows how many there were."""

    commits = 0

    def write(self, changes: Sequence[Delivery]) -> frozenset[int]:
        self.commits += len(changes) > 0
        time.sleep(0.1)
        return frozenset()

    def close(self) -> None:
        pass


def row(number: int) -> Delivery:
    return Delivery(number, f"membre{number}@example.org", "id", State.ATTEMPTING)


def test_two_who_note_in_turns_come_to_share_their_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_GATHERING_SECONDS", 5)
    rows = SlowDisk()
    shared = writer.Writer(rows, nullcontext)

    def note(number: int) -> None:
        for _round in range(ROUNDS):
            shared.record([row(number)])

    threads = [threading.Thread(target=note, args=(number,)) for number in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert rows.commits <= ROUNDS + 1
