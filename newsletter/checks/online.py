"""What the network says of addresses: asked politely, one server at a time, and kept for a day."""

import http.client
import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from newsletter.checks.reading import host_of, is_web
from newsletter.checks.rule import Checked, LinkAnswer
from newsletter.i18n import N_
from newsletter.rendering.addresses import page_address
from newsletter.workspace import write_whole

USER_AGENT = "newsletter-check/1.0 (tries the links of a newsletter before it is sent)"
MAX_REDIRECTS = 5
PIECES, PIECE_BYTES = 8, 16_384  # of a page, at most: a slow site is not waited for without end
MACHINES_AT_ONCE = 8
KEPT_SECONDS = 24 * 3600
GONE = {404, 410}
_LEAVES = re.compile(r"unsubscri|desabonn|desinscri|opt-?out", re.IGNORECASE)
OPENS = LinkAnswer(is_dead=False, reason="")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public network, and so may be asked."""
    # Whatever leads there: an issue file shall not open the office's own pages.
    return ipaddress.ip_address(address.partition("%")[0]).is_global


@dataclass(frozen=True)
class RequestLimits:
    """How addresses are tried: which machines may be asked, and how patiently."""

    may_ask: Callable[[str], bool] = is_public
    timeout_seconds: float = 10
    pause_seconds: float = 0.5  # between two questions to one machine


DEFAULT_LIMITS = RequestLimits()


def addresses_to_try(checked: Checked) -> list[str]:
    """Return the pages that an issue links, but never one that takes somebody off a list."""
    settings = checked.settings
    leaving = (settings.unsubscribe.url or "{").partition("{")[0]
    urls = dict.fromkeys(link.url for link in checked.addresses if is_web(link.url))
    if settings.site and settings.site.web:
        # Its own page is there only once the issue is sent.
        urls.pop(page_address(checked.issue, settings) or "", None)
    stays = (url for url in urls if not _LEAVES.search(url))
    return [url for url in stays if not (leaving and url.startswith(leaving))]


def check_online(
    urls: Iterable[str], *, cache: Path | None, now: float, limits: RequestLimits = DEFAULT_LIMITS
) -> dict[str, LinkAnswer]:
    """Return what is amiss with `urls`; `cache` keeps answers for a day, `now` is in Unix time."""
    known = _kept(cache, now)
    by_host: dict[str, list[str]] = {}
    asked = tuple(dict.fromkeys(urls))
    for url in asked:
        if url not in known:
            by_host.setdefault(host_of(url), []).append(url)
    with ThreadPoolExecutor(MACHINES_AT_ONCE) as pool:
        for answers in pool.map(lambda each: _try_all(each, limits), by_host.values()):
            known |= {url: (now, answer) for url, answer in answers.items()}
    if by_host:
        _keep(cache, known)
    return {url: known[url][1] for url in asked if known[url][1] != OPENS}


def _try_all(urls: Iterable[str], limits: RequestLimits) -> dict[str, LinkAnswer]:
    answers: dict[str, LinkAnswer] = {}
    for url in urls:
        if answers:
            time.sleep(limits.pause_seconds)
        answers[url] = try_address(url, limits)
    return answers


def try_address(url: str, limits: RequestLimits = DEFAULT_LIMITS) -> LinkAnswer:
    """Return what came of opening `url`, redirections followed."""
    try:
        for _hop in range(MAX_REDIRECTS + 1):
            page = _request("HEAD", urlsplit(url), limits)
            if page.status >= http.client.BAD_REQUEST:  # some servers know no HEAD
                page = _request("GET", urlsplit(url), limits)
            if page.location is None:
                return _meaning(page.status)
            url = urljoin(url, page.location)
            if not is_web(url):
                return LinkAnswer(is_dead=False, reason=N_("it does not lead to a page"))
    except _FAILURES as error:
        return _failure(error)
    return LinkAnswer(is_dead=False, reason=N_("it redirects too often"))


def ask_page(
    method: str, url: str, limits: RequestLimits = DEFAULT_LIMITS, *, form: str = ""
) -> "Page | LinkAnswer":
    """Return what a page answers, redirections not followed, or why it does not."""
    try:
        return _request(method, urlsplit(url), limits, form=form, pieces=PIECES)
    except _FAILURES as error:
        return _failure(error)


def _failure(error: Exception) -> LinkAnswer:
    match error:
        case _NotPublic():
            return LinkAnswer(is_dead=False, reason=N_("it is not on the public network"))
        # Of another number, it is our own network that does not answer.
        case socket.gaierror(errno=socket.EAI_NONAME | socket.EAI_NODATA):
            return LinkAnswer(is_dead=True, reason=N_("the site does not exist"))
        case ssl.SSLError():
            return LinkAnswer(is_dead=True, reason=N_("there is a problem with its certificate"))
        case _:
            return LinkAnswer(is_dead=False, reason=N_("the site did not answer"))


def _meaning(status: int) -> LinkAnswer:
    if status in GONE:
        return LinkAnswer(is_dead=True, reason=N_("the page is gone ({status})"), status=status)
    if status >= http.client.BAD_REQUEST:
        return LinkAnswer(is_dead=False, reason=N_("the site answered {status}"), status=status)
    return OPENS


class _NotPublic(Exception):  # noqa: N818 - a reason not to ask, not a fault
    """A machine that is not to be asked."""


_FAILURES = (_NotPublic, OSError, ValueError, http.client.HTTPException)


class Page(NamedTuple):
    """What a page answers: where it leads to, if elsewhere; the beginning of its text."""

    status: int
    location: str | None
    text: str


def _request(
    method: str, parts: SplitResult, limits: RequestLimits, *, form: str = "", pieces: int = 0
) -> Page:
    host = (parts.hostname or "").encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _socket(host, port, parts.scheme, limits)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~')}" if parts.query else ""
    headers = {"User-Agent": USER_AGENT}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path + query, body=form or None, headers=headers)
        answer = connection.getresponse()
        read = b"".join(answer.read1(PIECE_BYTES) for _piece in range(pieces))
    finally:
        connection.close()
    redirects = answer.status in {301, 302, 303, 307, 308}
    text = read.decode("utf-8", errors="replace")
    return Page(answer.status, answer.getheader("Location") if redirects else None, text)


def _socket(host: str, port: int, scheme: str, limits: RequestLimits) -> socket.socket:
    """Return a connection to an address that was looked at first, not to a name looked up again."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not all(limits.may_ask(address) for address in addresses):
        raise _NotPublic
    for address in dict.fromkeys(addresses):  # a machine without IPv6 cannot ask the rest
        with suppress(OSError):
            connected = socket.create_connection((address, port), limits.timeout_seconds)
            break
    else:
        raise ConnectionRefusedError
    if scheme != "https":
        return connected
    try:
        return ssl.create_default_context().wrap_socket(connected, server_hostname=host)
    except OSError:
        connected.close()
        raise


def _kept(cache: Path | None, now: float) -> dict[str, tuple[float, LinkAnswer]]:
    """Return the answers of the last day; none where the file is missing or not as we write it."""
    if cache is None:
        return {}
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        answers = {url: (float(at), LinkAnswer(**answer)) for url, (at, answer) in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {url: each for url, each in answers.items() if 0 <= now - each[0] < KEPT_SECONDS}


def _keep(cache: Path | None, known: Mapping[str, tuple[float, LinkAnswer]]) -> None:
    lines = {url: (at, vars(answer)) for url, (at, answer) in sorted(known.items())}
    if cache is not None:
        with suppress(OSError):
            write_whole((cache, json.dumps(lines, ensure_ascii=False, indent=1).encode()))
