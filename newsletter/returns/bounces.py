"""Bounces and complaints, in fields or words: whose they are, and what they mean."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.ledger.states import Verdict
from newsletter.packaged import PACKAGE
from newsletter.returns.parts import address_in, addresses_in, header, inner, own_text, place_after

# Not digits of an IP address, nor of a version; the last one stands nearest to the receiver.
_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\[])[245][0-5]\d(?=[\s:-])")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"':;,]+@[^\s<>()\[\]\"':;,]+")
_MAX_WORDS = 500
_MAX_JUDGED = 4000  # characters around an address: a refusal is a sentence or two
_HAS_RECIPIENT = re.compile(r"^(?:final|original)-recipient:", re.I | re.M)
_FEEDBACK = dict.fromkeys(("opt-out", "opt-out-list"), Verdict.OPT_OUT)
_FEEDBACK["not-spam"] = Verdict.DELIVERED
_SERVER = re.compile(r"mailer.daemon|post.?master|mail.deliver|<>|mail.?admin|mail system|daemon@")
_FAILURE = re.compile(
    r"undeliver|(delivery|mail|message) .{0,20}(fail|status|notif|problem|delay|warning|could not)"
    r"|returned? (mail|to sender)|fail(ure|ed) .{0,10}(notice|deliver)|failure notice"
    r"|error (sending|delivering)|could not be delivered|(not|un)able to deliver"
    r"|non.?remis|non distribu|[ée]chec de (la )?remise|remise.*[ée]chec|unzustellbar"
    r"|no (se )?(ha )?(podido )?entreg|mancata consegna|n[ãa]o entregue",
    re.I,
)
_DELAY = re.compile(
    r"warning message only|not yet been delivered|will be retried|delivery .{0,40}delayed"
    r"|(not been delivered|still) .{0,60}(queue|yet)|temporary problem delivering|will retry",
    re.I | re.S,
)
_AT_START_OF_LINE = re.compile(
    r"^[ \t]*(?:(?:unknown user|recipient|rcpt to|undeliverable to|user|address|failed)[: ]+)?"
    r"[<\"'(\[]*(?:smtp:)?([^\s<>()\"':;,@]+@[^\s<>()\"':;,@]+)",
    re.I | re.M,
)
# What no person's program puts before an answer: it comes from a server, whatever it calls itself.
_PLAIN_FAILURE = re.compile(
    r"undeliver|deliver\w* fail|fail\w* deliver|returned? (mail|to sender)|failure notice"
    r"|non.?remis|non distribu|[ée]chec de (la )?remise",
    re.I,
)


@cache
def _rules() -> list[tuple[Verdict, re.Pattern[str]]]:
    lines = (PACKAGE / "returns/verdicts.txt").read_text("utf-8").splitlines()
    rules = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(Verdict(verdict), re.compile(pattern)) for verdict, pattern in rules]


def code_in(words: str, status: str = "") -> str:
    """Return the enhanced code that words end on, else that of `status`, else the reply code."""
    said: list[str] = _ENHANCED.findall(words)
    telling = [each for each in said if not each.endswith(".0.0")] or _ENHANCED.findall(status)
    reply = _REPLY.search(words)
    return str([reply[0] if reply else "", *said[-1:], *telling[-1:]][-1])


def verdict_of(words: str, *, code: str = "", action: str = "failed") -> Verdict:
    """Return what a refusal in some words means; `action` is as RFC 3464, 2.3.3 has it."""
    action = action.strip().lower().partition(" ")[0]
    if action in {"delivered", "relayed", "expanded"}:
        return Verdict.DELIVERED
    letters = unicodedata.normalize("NFKD", words.replace("’", "'")).lower()
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    found = _found(f"{code} {_ADDRESS.sub('@', ' '.join(plain.split()))}")
    if action == "delayed":
        return Verdict.LATE
    if found is Verdict.GONE and code.startswith("4"):
        return Verdict.UNREACHABLE  # for a refusal that calls itself temporary nobody is gone
    return found


@lru_cache(maxsize=1024)  # a server says the same of many
def _found(text: str) -> Verdict:
    return next((each for each, rule in _rules() if rule.search(text)), Verdict.UNKNOWN)


class Returned(NamedTuple):
    """What came back of one recipient; `address` is "" where the message does not say it."""

    address: str
    verdict: Verdict
    code: str = ""
    words: str = ""
    original: str = ""  # whom we wrote to, where that is another address


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
    reports = [each for each in parts if each.get_content_type() == "message/delivery-status"]
    blocks = [block for each in reports for block in inner(each)]
    if in_words and not any(map(_recipient, blocks)):
        found = filter(_HAS_RECIPIENT.search, re.split(r"\n[ \t]*\n", own_text(parts)))
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
        if verdict is not Verdict.UNKNOWN:
            return Returned(address, verdict, code, words[:_MAX_WORDS] or first.words)
        first = first._replace(code=first.code or code, words=first.words or words[:_MAX_WORDS])
    return first


def about(address: str, addresses: Collection[str], text: str) -> str:
    """Return what a text says of an address: from its line to that of the next."""
    start = text.lower().find(address) if address else -1
    if start >= 0:
        following = place_after(address, addresses, text, start)
        end = max(text.rfind("\n", start, following), start) if following > 0 else len(text)
        text = text[text.rfind("\n", 0, start) + 1 : end]
    return " ".join(text[: 4 * _MAX_JUDGED].split())[:_MAX_JUDGED]


def is_from_server(message: Message) -> bool:
    """Tell whether it calls itself a postmaster's or a mail program's."""
    return _SERVER.search(f"{message.get('From', '')}".lower()) is not None


def is_from_daemon(message: Message) -> bool:
    """Tell whether it calls itself a mail program's, or a postmaster's about a failure."""
    if re.search(r"mailer.daemon|mail.deliver", str(message.get("From", "")).lower()):
        return True
    return is_from_server(message) and bool(_PLAIN_FAILURE.search(header(message, "Subject")))


def is_report(message: Message) -> bool:
    """Tell whether it calls itself a report, of whatever kind (RFC 6522)."""
    return "report-type" in str(message.get("Content-Type", "")).lower()


def bounces_in_words(message: Message, parts: list[Message]) -> list[Returned]:
    """Return what a bounce says in words alone."""
    text, subject = own_text(parts), header(message, "Subject")
    named = dict.fromkeys(_named(message, text) or [""])
    action = "delayed" if _DELAY.search(text) else "failed"
    others = about("", (), text), subject
    return [judged(each, (about(each, named, text), *others), action=action) for each in named]


def is_bounce(message: Message) -> bool:
    """Tell whether a server wrote a message, as far as anyone can (RFC 5321, 4.5.5)."""
    has_list = message.get("List-Id") is not None  # a letter may be about bounces
    return (
        is_from_server(message)
        or str(message.get("Return-Path", "")).strip() in {"<>", "<#@[]>"}
        or message.get("X-Failed-Recipients") is not None
        or message.get("X-Amz-Sns-Message-Id") is not None  # Amazon's, in JSON
        or is_report(message)
        or (not has_list and _FAILURE.search(header(message, "Subject")) is not None)
    )


def _named(message: Message, text: str) -> list[str]:
    """Return whom a bounce names as not reached: by a header, else by how its lines begin."""
    # flufl.bounce finds nobody more in 347 real bounces, at a sixth more time (measured 2026-11).
    if failed := addresses_in(header(message, "X-Failed-Recipients")):
        return failed
    ours = {each for name in ("To", "From", "Return-Path", "Delivered-To")
            for each in addresses_in(str(message.get(name, "")))}  # fmt: skip
    at_start = dict.fromkeys(map(address_in, _AT_START_OF_LINE.findall(text)))
    named = [each for each in at_start if each and each not in ours]
    return named or [each for each in addresses_in(text) if each not in ours][:1]
