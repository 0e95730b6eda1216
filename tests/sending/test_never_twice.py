"""Whatever is sent, to whichever list, in whatever order: nobody twice, nobody who is out."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.ledger.returns import ANY_LIST, CERTAIN, No, Return
from tests.ledgers import has_ledger, lose_ledger, running_ledger
from tests.mail_server import CUT

LISTS = """
lists:
  adhérents: {file: membres.csv}
  comité: {file: comité.csv}
"""
NOW = "2026-11-28T12:00:00+00:00"
MOODS = {
    "well": {},
    "later": {"rcpt": b"450 4.2.0 later"},
    "refuses": {"rcpt": b"550 5.1.1 nobody"},
    "goes away": {"mail": b"421 4.3.2 away"},
    "cuts": {"dot": CUT},  # after it has taken the message on
}
HOW = [{}, {"resume": True}, {"retry_failed": True}, {"resume": True, "changed_anyway": True}]
steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["adhérents", "comité", ""]),  # "": whoever waits, of both
            st.sampled_from(sorted(MOODS)),
            st.sampled_from(HOW),
            st.integers(1, 3),
        ),
        st.tuples(st.sampled_from(["no", "gone"]), st.integers(0, 6)),
    ),
    min_size=3,
    max_size=8,
)


def put_out(workspace: Path, step: Sequence, address: str) -> None:
    """Note that someone said no, or that nobody is there any more."""
    with running_ledger(workspace) as ledger:
        mark = ledger.said_no.mark_of(address)
        if step[0] == "no":
            ledger.said_no.add([No(mark, ANY_LIST, NOW, "test")])
        else:
            ledger.returns.note([Return("avril", mark, "gone", "", "", CERTAIN, NOW)])


@given(steps=steps)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nobody_gets_it_twice_nor_once_they_are_out(
    start_server, send, settings_say, workspace, steps
) -> None:
    if "comité" not in (workspace / "newsletter.yaml").read_text("utf-8"):
        settings_say(LISTS)
        for name, numbers in (("membres", range(5)), ("comité", range(2, 7))):
            lines = "".join(f"membre{number}@example.org\n" for number in numbers)
            (workspace / f"{name}.csv").write_text(f"Courriel\n{lines}", "utf-8")
        send.server = start_server()
    server, out = send.server, set()
    lose_ledger(workspace)
    shutil.rmtree(workspace / "sent", ignore_errors=True)
    server.taken.clear()
    for step in steps:
        if len(step) == 2:
            if has_ledger(workspace):
                out.add(f"membre{step[1]}@example.org")
                put_out(workspace, step, f"membre{step[1]}@example.org")
            continue
        name, mood, how, every = step
        before = len(server.taken)
        server.fault = lambda event, number, _address, mood=mood, every=every: (
            MOODS[mood].get(event) if number % every == 0 else None
        )
        send(server, list_name=name, **how)
        assert not out & set(server.taken[before:])

    assert len(server.taken) == len(set(server.taken))
