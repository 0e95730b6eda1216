"""Tables that spreadsheets open as they are; and what servers refused because of us."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from newsletter.i18n import _, counted, current_language

# Excel takes a cell that begins so for a formula, and would run it.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
# Excel reads a file as UTF-8 by this sign, and splits its lines as the country does.
BYTE_ORDER_MARK = "\ufeff"
_SEPARATORS = {"fr": ";"}
_MAX_TOLD = 20
_MAX_WORDS = 120


def row_of(cells: Sequence[str | int]) -> str:
    """Return a line that shows cells as they are: their words may be a stranger's."""
    line = io.StringIO()
    separator = _SEPARATORS.get(current_language(), ",")
    harmless = (f"'{each}" if str(each).startswith(_FORMULA_SIGNS) else each for each in cells)
    csv.writer(line, delimiter=separator, lineterminator="").writerow(harmless)
    return line.getvalue()


def refusals(of_us: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line a domain, the most first: a task for the team; `of_us` are domains and words."""
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
