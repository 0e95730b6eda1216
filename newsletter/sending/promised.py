"""What the mails of a send ask of the team's site, and whether it answers."""

import re
from collections.abc import Iterator

from newsletter.checks.checked import LinkAnswer
from newsletter.checks.online import check_online
from newsletter.i18n import _
from newsletter.problems.problem import shown_path
from newsletter.rendering.addresses import files_address, page_address
from newsletter.sending.sending import Sending


def promised(sending: Sending) -> Iterator[str]:
    """Yield the addresses; with --online each that does not answer says why.

    The page comes after the send. What the mails show can be online before, and early readers miss
    it where it is not.
    """
    issue, settings = sending.mails.issue, sending.settings
    site = settings.site
    if site is None:
        return
    page = page_address(issue, settings) if site.web else None
    files = files_address(issue, settings) if site.web else None
    links = _asked(sending, "href", page, files)
    pictures = _asked(sending, "src", site.images_url)
    answers: dict[str, LinkAnswer] = {}
    if sending.options.online:  # asked anew: what was missing may have been put there since
        answers = check_online([*links, *pictures], cache=None, now=0, limits=sending.limits)
    for url in links:
        yield _("online:   {address}").format(address=url) + _reason(answers.get(url))
        if url == page and (page in answers or not sending.options.online):
            yield _("          (there once you run: newsletter site)")
    if pictures:
        words = _("pictures: {count} on {site}")
        yield words.format(count=len(pictures), site=site.images_url)
    for url in (each for each in pictures if each in answers):
        yield f"          {url}{_reason(answers[url])}"
    early = {*links, *pictures} - {page}
    if site.web and (early & answers.keys() if sending.options.online else early):
        publish = "--publish " if site.publish else ""
        command = f"newsletter site {publish}--before-sending {shown_path(sending.loaded.path)}"
        yield _("          (can be there before: {command})").format(command=command)


def _asked(sending: Sending, attribute: str, *folders: str | None) -> list[str]:
    """Return the addresses below some folders that the mails ask by an attribute."""
    own = tuple(filter(None, folders))
    pages = (each.document.html for each in sending.mails.made)
    found = (re.findall(rf'{attribute}="([^"]+)"', page) for page in pages)
    return [*dict.fromkeys(url for urls in found for url in urls if url.startswith(own))]


def _reason(answer: LinkAnswer | None) -> str:
    return f" – {_(answer.reason).format(status=answer.status)}" if answer else ""
