"""Addresses that a link leads to: which an email can open, and what was meant by the others."""

import re

from newsletter.i18n import _
from newsletter.problems.problem import Fault

LINK_SCHEMES = ("https", "http", "mailto", "tel")
UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"  # what Word and chats leave in an address
_LABEL = r"\w(?:[\w-]*\w)?"
_OPENS = re.compile(
    rf"https?://(?!https?[:/])(?:[^\s/?#@]*@)?(?:\[[\da-f:.]+\]|{_LABEL}(?:\.{_LABEL})*)"
    rf"(?::\d{{1,5}})?(?:[/?#][^\s{UNSEEN}]*)?|(?:mailto|tel):[^\s/{UNSEEN}][^\s{UNSEEN}]*|#.*",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\(\([^()]*\)\)|\{\w+\}")  # or {issue}, {token} of the settings
# What one attaches to a mail of one's own, by its name alone or in a folder.
_FILE = re.compile(
    r"(?:file:/*)?(?:[a-z]:)?(?:[\w ()-]*[/\\])*[\w .()-]+"
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[st]|zip|png|jpe?g|gif|webp|mp[34]|mov)",
    re.IGNORECASE,
)
_SCHEMES = re.compile(r"(?:h?t{1,3}ps?[\s:;/.]{0,5}[:;/]{1,5}\s?){1,3}(?=\w)", re.IGNORECASE)
_MAILBOX = re.compile(r"(?:mailto\s*[:;]?[\s/]*)?([^\s@/?:;]+@[^\s@/?]+\.[^\s@/?]+)", re.IGNORECASE)
_PHONE = re.compile(r"(?:tel\s*:)?\s*([+0][\d\s().-]{5,})", re.IGNORECASE)


def url_fault(url: str) -> Fault | None:
    """Return what is wrong with a link's address, or None.

    An address may be a merge field, or hold some. A mail has no page that an address without
    scheme could be relative to, and other schemes (javascript:, data:) are attacks.
    """
    if url.startswith("((") or _opens(url):
        return None
    hint = _("write the full address: https://…")
    if _FILE.fullmatch(url):
        hint = _("an email carries no attachment: put the file online and write its address")
    elif _opens(meant := _meant(url)) and re.match(r"mailto:|tel:|https?://[^/?#]+\.", meant):
        hint = _("write {url}").format(url=meant)
    elif re.match(r"(?!https?:)\w+:", url):
        hint = _("start it with https://, http://, mailto: or tel:")
    message = _("'{url}' is not an address that an email can link to")
    return Fault("url", message.format(url=" ".join(url.split())), hint)


def _opens(url: str) -> bool:
    return _OPENS.fullmatch(_FIELD.sub("x", url)) is not None


def _meant(url: str) -> str:
    bare = re.sub(f"[{UNSEEN}]", "", url).strip(" \u00a0\u202f'\"<>«»“”‘’").rstrip(",;.")
    if phone := _PHONE.fullmatch(bare):
        return "tel:" + re.sub(r"\(0\)|[^\d+]", "", phone[1])
    if mailbox := _MAILBOX.fullmatch(bare):
        return f"mailto:{mailbox[1]}"
    typed = _SCHEMES.match(bare)
    scheme = "http" if typed and "s" not in typed[0].lower() else "https"
    rest = bare[typed.end() :] if typed else bare.lstrip("/")
    rest = re.sub(rf"({_FIELD.pattern})|\s+", lambda found: found[1] or "%20", rest)
    return f"{scheme}://{rest}"
