"""A send without a server: each message is made, then written to a folder or dropped."""

from collections.abc import Callable

from newsletter.i18n import _, counted, kilobytes
from newsletter.ledger.ledger import Ledger
from newsletter.problems.problem import shown_path
from newsletter.sending.chosen_members import ToMembers
from newsletter.sending.outbox import Outbox
from newsletter.sending.screen import Plan
from newsletter.sending.sending import EXIT_INTERRUPTED


def try_out(to_members: ToMembers, plan: Plan, ledger: Ledger | None) -> int:
    """Make each message that would leave now; return the exit status."""
    largest = 0

    def weigh(message: bytes) -> None:
        nonlocal largest
        largest = max(largest, len(message))

    if not _make(to_members, plan, ledger, weigh):
        return EXIT_INTERRUPTED
    told = counted(
        "{count} message prepared, {size} kB",
        "{count} messages prepared, up to {size} kB each",
        plan.total,
    )
    tell = to_members.sending.terminal.tell
    if plan.total:
        tell(told.format(count=plan.total, size=kilobytes(largest)))
    tell(_("dry run: nothing was sent"))
    return 0


def to_outbox(to_members: ToMembers, plan: Plan, outbox: Outbox) -> int:
    """Write the messages as files; return the exit status."""
    is_done = _make(to_members, plan, None, outbox.write)
    written = counted(
        "{count} message written to {folder}",
        "{count} messages written to {folder}",
        outbox.written,
    ).format(count=outbox.written, folder=shown_path(outbox.folder))
    to_members.sending.terminal.tell(written)
    return 0 if is_done else EXIT_INTERRUPTED


def _make(
    to_members: ToMembers, plan: Plan, ledger: Ledger | None, take: Callable[[bytes], object]
) -> bool:
    """Make the messages and have them taken; return whether it came to its end."""
    terminal = to_members.sending.terminal
    with terminal.progress(plan.total) as advance:
        for message in to_members.messages(ledger):
            if terminal.stopping.is_set():
                return False
            take(message)
            advance(1, "")
    return True
