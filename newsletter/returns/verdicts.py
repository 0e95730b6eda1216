"""What a refusal means for the person it names: a table of words and codes, `verdicts.txt`."""

import re
import unicodedata
from functools import cache, lru_cache

from newsletter.ledger.states import Verdict
from newsletter.packaged import PACKAGE

_ARRIVED = {"delivered", "relayed", "expanded"}
# Not digits of an IP address, nor of a version; the last one stands nearest to the receiver.
_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\[])[245][0-5]\d(?=[\s:-])")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"':;,]+@[^\s<>()\[\]\"':;,]+")


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
    """Return what a refusal in some words means; `action` is as RFC 3464, 2.3.3 has it.

    A mailbox that cannot be reached any more counts as a full one does; nobody is gone for a
    refusal that calls itself temporary.
    """
    action = action.strip().lower().partition(" ")[0]
    if action in _ARRIVED:
        return Verdict.DELIVERED
    found = _found(f"{code} {_plain(words)}")
    if action == "delayed":
        return Verdict.LATE
    if found is Verdict.GONE and code.startswith("4"):
        return Verdict.UNREACHABLE
    return found


@lru_cache(maxsize=1024)  # a server says the same of many
def _found(text: str) -> Verdict:
    return next((each for each, rule in _rules() if rule.search(text)), Verdict.UNKNOWN)


def _plain(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words.replace("’", "'")).lower()
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    return _ADDRESS.sub("@", " ".join(plain.split()))
