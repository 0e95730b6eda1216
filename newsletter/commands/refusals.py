"""What servers refused because of us: a task for the team, told by the domain."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from newsletter.i18n import _, counted

_MAX_TOLD = 20
_MAX_WORDS = 120


def refusals(of_us: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line a domain, the most first; `of_us` are the domains of refusals, and the words."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for domain, words in of_us:
        counts[domain] += 1
        first.setdefault(domain, words[:_MAX_WORDS])
    for domain, count in islice(counts.most_common(), _MAX_TOLD):
        yield counted(
            "{domain} refused {count} message: {words}",
            "{domain} refused {count} messages: {words}",
            count,
        ).format(domain=domain or _("a server"), count=count, words=first[domain])
