"""Bounces and complaints that say in fields what came back (RFC 3464, 6533, 5965)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from functools import cache
from typing import NamedTuple

from newsletter.ledger.states import Verdict
from newsletter.returns.parts import (
    address_in,
    addresses_in,
    header,
    inner,
    own_text,
    place_of_another,
)
from newsletter.returns.verdicts import code_in, verdict_of

_MAX_WORDS = 500
_MAX_JUDGED = 4000  # characters around an address: a refusal is a sentence or two
_HAS_RECIPIENT = re.compile(r"^(?:final|original)-recipient:", re.I | re.M)
_FEEDBACK = {
    "opt-out": Verdict.OPT_OUT,
    "opt-out-list": Verdict.OPT_OUT,
    "not-spam": Verdict.DELIVERED,
}


class Returned(NamedTuple):
    """What came back of one recipient; `address` is "" where the message does not say it.

    `original` is whom we wrote to, where that is another address.
    """

    address: str
    verdict: Verdict
    code: str = ""
    words: str = ""
    original: str = ""


def complaints(parts: list[Message]) -> list[Returned]:
    """Return what a feedback report says; addresses may be struck out (RFC 6590)."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            report = (inner(part) or [part])[0]
            kind = header(report, "Feedback-Type").lower()
            verdict = _FEEDBACK.get(kind, Verdict.COMPLAINT)
            named = [address_in(str(each)) for each in report.get_all("Original-Rcpt-To", [])]
            return [Returned(each, verdict, words=kind) for each in named or [""]]
    for part in parts[0].walk():  # Microsoft's reports of before: the mail, and this added
        if named := addresses_in(header(part, "X-HmXmrOriginalRecipient")):
            return [Returned(named[0], Verdict.COMPLAINT, words="abuse")]
    return []


def status_reports(parts: list[Message], *, in_words: bool) -> list[Returned]:
    """Return what a delivery status notification says of each recipient (RFC 3464, 2.3).

    With `in_words` its fields may also stand in a part of another type, or outside any.
    """
    blocks = [
        block
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for block in inner(part)
    ]
    if in_words and not any(map(_recipient, blocks)):
        paragraphs = re.split(r"\n[ \t]*\n", own_text(parts))
        found = filter(_HAS_RECIPIENT.search, paragraphs)
        blocks = [HeaderParser().parsestr(each.strip()) for each in found]
    named = {each for block in blocks if (each := _recipient(block))}
    text = cache(lambda: own_text(parts))  # mostly not needed
    return [_report(block, named, text) for block in blocks if _recipient(block)]


def _report(block: Message, addresses: Collection[str], text: Callable[[], str]) -> Returned:
    address, original = _recipient(block), _field(block, "Original-Recipient")

    def sources() -> Iterator[str]:
        if words := re.sub(r"^[\w-]+ ?; ?", "", header(block, "Diagnostic-Code")):
            yield words
        yield about(address, addresses, text())
        yield ""  # the status alone

    action = header(block, "Action") or "failed"
    found = judged(address, sources(), status=header(block, "Status"), action=action)
    return found._replace(original=original if original != address else "")


def _recipient(block: Message) -> str:
    return _field(block, "Final-Recipient") or _field(block, "Original-Recipient")


def _field(block: Message, name: str) -> str:
    """Return the address of a field of a report: "rfc822; someone@example.org"."""
    return address_in(header(block, name).rpartition(";")[2])


def judged(
    address: str, sources: Iterable[str], *, status: str = "", action: str = "failed"
) -> Returned:
    """Return what the first of some words that are understood means for an address."""
    first = Returned(address, Verdict.UNKNOWN)
    for words in sources:
        code = code_in(words, status)
        verdict = verdict_of(words, code=code, action=action)
        first = first._replace(code=first.code or code, words=first.words or words[:_MAX_WORDS])
        if verdict is not Verdict.UNKNOWN:
            return first._replace(
                verdict=verdict, code=code, words=words[:_MAX_WORDS] or first.words
            )
    return first


def about(address: str, addresses: Collection[str], text: str) -> str:
    """Return what a text says of an address: from its line to that of the next."""
    lowered = text.lower()
    start = lowered.find(address) if address else -1
    if start >= 0:
        following = place_of_another(address, addresses, text, start)
        end = max(text.rfind("\n", start, following), start) if following > 0 else len(text)
        text = text[text.rfind("\n", 0, start) + 1 : end]
    return " ".join(text[: 4 * _MAX_JUDGED].split())[:_MAX_JUDGED]
