"""Who an issue is for, as a send counts them, before anything is sent."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from newsletter.content.loading import LoadedIssue
from newsletter.mailing.message.unsubscribe import unsubscribe_secret
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, shown_path
from newsletter.sending.means import Means, SendOptions, Terminal, real_clock
from newsletter.sending.screen import Plan
from newsletter.sending.sending import sending_of
from newsletter.sending.to_members import to_members_in
from newsletter.settings.settings import Settings


def plan_of(
    loaded: LoadedIssue,
    members: Path,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> Plan:
    """Return who of the members an issue is for, as if none of them had it yet.

    Raises:
        NewsletterError: a file of members, or of who unsubscribed, cannot be read.
    """
    assert loaded.issue is not None  # noqa: S101 - there is a mail of it
    try:
        secret = unsubscribe_secret(settings, environment)
    except NewsletterError:
        secret = ""  # nothing is signed here
    stopping = threading.Event()
    means = Means(
        settings=settings,
        server=None,
        options=SendOptions(members=members),
        terminal=Terminal(
            tell, show, None, lambda _length: nullcontext(lambda _count, _words: None), stopping
        ),
        clock=real_clock(stopping),
        secret=secret,
        sign=bytes,
    )
    sending = sending_of(means, loaded, loaded.issue)
    to_members = to_members_in(sending, members)
    plan = to_members.plan(None)
    file = to_members.members.file
    if not file.is_read:
        problem = file.problems[0]
        message = f"{shown_path(problem.path)}: {problem.message}"
        raise NewsletterError(message, hint=problem.hint)
    return plan
