"""What earlier issues had already."""

from collections import Counter
from urllib.parse import urlsplit

from newsletter.checks.reading.earlier import BODY_LENGTH, FIELDS, addresses_in, plain_address
from newsletter.checks.reading.said import host_of, is_web
from newsletter.checks.rule import Checked, Findings, at_link, found, rule
from newsletter.checks.rules.leftover import is_of_example
from newsletter.i18n import _
from newsletter.problems.problem import Level
from newsletter.workspace import SETTINGS_FILE

_THE_SAME = {"boilerplates"}  # who we are is said in the same words every time
# In so many issues an address is no story: a page to register, a form, a network.
STANDING = 3


@rule(Level.WARNING)
def recycled_text(checked: Checked) -> Findings:
    """Each issue has its own words.

    `newsletter new --from` starts from last month's issue. If its introduction or preheader goes out
    again, or a long text of an item, readers think that there is nothing new inside.
    Fails: May's `introduction:`, word for word, in June; an item's `body:` too.
    Passes: a new introduction; a short goodbye may be the same every month.
    Source: the fields that `newsletter new --from` leaves for you to rewrite.
    """
    for text in checked.texts:
        field = str(text.loc[0])  # of a signed text, its words are one step below
        is_own = text.loc[1:] in ((), ("text",)) and field in FIELDS
        is_short = len(text.text) < (FIELDS[field] if is_own else BODY_LENGTH)
        if is_short or field in _THE_SAME or is_of_example(text.text, checked):
            continue
        words = " ".join(text.text.split())
        for earlier in checked.earlier:
            own = earlier.texts.get(field, "") if is_own else ""
            if words in earlier.bodies or words == " ".join(own.split()):
                message = _("this text is already used in {file}")
                yield found(message, _("rewrite it"), text.loc, file=earlier.path.name)
                break


@rule(Level.ADVICE)
def already_sent(checked: Checked) -> Findings:
    """A story is sent once: no earlier issue links to its page.

    When an issue starts from last month's file, or two colleagues have the same idea, readers get what
    they have read. If it is meant as a reminder, say so in the text and skip this check with `ignore:`.
    Fails: `https://example.org/study-2025` in May, when April's issue had it
    Passes: a separate page for what is new since then
    Source: our own; addresses in the settings, and those in three issues or more, do not count.
    """
    earlier = checked.earlier
    times = Counter(address for issue in earlier for address in issue.addresses)
    settings = checked.settings.workspace / SETTINGS_FILE
    known = addresses_in(settings.read_text(encoding="utf-8-sig")) if earlier else frozenset()
    for link in checked.links:
        url, address = link.url, plain_address(link.url)
        if not 0 < times[address] < STANDING or address in known:
            continue
        is_first = len(urlsplit(url).path) <= len("/fr")  # of a site, no story
        if is_web(url) and host_of(url) and not is_first and not is_of_example(url, checked):
            last = next(each for each in reversed(earlier) if address in each.addresses)
            message = _("'{url}' was already in {file}")
            hint = _("link to what is new, or say that it is a reminder")
            yield at_link(link, message, hint, url=url, file=last.path.name)
