"""What answers the address in List-Unsubscribe, as RFC 8058 asks, and the page for people.

To look changes nothing: link scanners, and the mail programs that fetch ahead, open every link.
"""

import asyncio
import base64
import hashlib
import re
import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import uvicorn
from jinja2 import Environment, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from newsletter.i18n import LANGUAGES, N_, _, translator
from newsletter.leaving.keeping import ALL, ASK, BACK, LEAVE, Asked, Keeper, Together
from newsletter.mailing.message.unsubscribe import SECRET_VARIABLE, Tokens
from newsletter.problems.errors import NewsletterError, system_error
from newsletter.settings.settings import Settings

_NO_MORE = N_("You will no longer receive these emails from {name}.")
# What was done -> the title, the sentence, and what can be done next.
_PAGES = {
    ASK: (N_("Unsubscribe?"), _NO_MORE, (LEAVE,)),
    LEAVE: (N_("You are unsubscribed"), _NO_MORE, (BACK, ALL)),
    ALL: (N_("You have left all our lists"),
          N_("You will no longer receive any email from {name}."), (BACK,)),
    BACK: (N_("You are subscribed again"),
           N_("You will receive these emails from {name}, as before."), (LEAVE,)),
}  # fmt: skip
_LABELS = {LEAVE: N_("Unsubscribe"), ALL: N_("Leave all lists"), BACK: N_("Subscribe again")}
MAX_BODY_BYTES = 4096  # "List-Unsubscribe=One-Click" as a form of several parts has 150
MAX_CONNECTIONS = 500  # half of the files that a process may usually have open
SECONDS_FOR_ALL = 10.0  # from the connection to the last byte of the answer: mails are tiny
_ALLOWED = "GET, HEAD, POST, OPTIONS"
# What our own page sends; a mail program sends whatever it likes (RFC 8058, 3.2).
_BUTTONS = {f"action={each}".encode(): each for each in (LEAVE, ALL, BACK)}


def pages_of(settings: Settings, actions: Collection[str]) -> Mapping[tuple[str, str], bytes]:
    """Return the page in each language after each of the actions; "" is before any."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(Path(__file__).with_name("page.html").read_text("utf-8"))
    name, pages, colours = settings.organisation.name, {}, settings.theme.colours
    offered = {*actions} if settings.lists else {*actions} - {ALL}
    for language in LANGUAGES:
        say = translator(language)
        for action in (ASK, *actions):
            title, sentence, following = _PAGES[action]
            pages[language, action] = template.render(
                language=language,
                name=name,
                palettes=[colours.light, colours.dark],
                title=say(title),
                sentence=say(sentence).format(name=name),
                buttons=[(each, say(_LABELS[each])) for each in following if each in offered],
            ).encode()
    return pages


def language_asked(header: str, default: str) -> str:
    """Return the first language of an Accept-Language that we speak: browsers sort them."""
    found = re.search(r"(?:^|,)\s*(fr|en)\b", header.lower())
    return found[1] if found else default


class LeavingPage:
    """The page as an ASGI application. What goes wrong is told by `tell`, never with a token."""

    def __init__(
        self, settings: Settings, tokens: Tokens, keeper: Keeper, *, tell: Callable[[str], None]
    ) -> None:
        self._language = settings.language[:2]  # "en-US" too is English
        self._tokens = tokens
        self._together = Together(keeper)
        self._tell = tell
        self._told = 0
        self._pages = pages_of(settings, keeper.actions)
        # The settings' address to leave at, and the senders' own.
        ways = (settings.for_sender(name).unsubscribe for name in settings.senders)
        self._addresses = [_pattern(url) for url in {each.url for each in ways} if url]
        style = self._pages[self._language, ASK].partition(b"<style>")[2].partition(b"</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
        self._headers = {
            "Cache-Control": "no-store",
            "Connection": "close",  # one request each: whoever is slow is not waited for
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, unless whoever asked is gone before its end."""
        with suppress(ClientDisconnect):
            answer = await self._answer(Request(scope, receive))
            await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if (token := self._token(request.scope)) is None:
            return self._plain("Not found", 404)
        language = language_asked(request.headers.get("accept-language", ""), self._language)
        match request.method:
            case "GET" | "HEAD":
                return self._page(language, ASK)
            case "OPTIONS":
                return self._plain("", 204)
            case "POST":
                return await self._posted(token, language, request)
            case _:
                return self._plain("Method not allowed", 405)

    async def _posted(self, token: str, language: str, request: Request) -> Response:
        body = b""
        async for some in request.stream():
            body += some
            if len(body) > MAX_BODY_BYTES:
                return self._plain("Too large", 413)
        button = _BUTTONS.get(body)
        if button is not None and (language, button) not in self._pages:
            return self._page(language, ASK)
        try:
            await self._keep(token, button or LEAVE)
        except (NewsletterError, OSError) as error:
            told = error if isinstance(error, NewsletterError) else system_error(error)
            self._tell(told.message)
            return self._plain("Try again later", 503)
        return self._page(language, button) if button else self._plain("OK", 200)

    async def _keep(self, token: str, action: str) -> None:
        pair = self._tokens.read(token)
        if pair is None:
            self._together.unknown += 1
        else:
            await self._together.keep(Asked(token, *pair, action))
        if self._together.unknown >= max(1, 2 * self._told):  # at 1, 2, 4…: no one fills the log
            self._told = self._together.unknown
            message = _(
                "requests whose link nobody here is known by: {count} (is {variable} the one that "
                "the issues were sent with, and this their ledger?)"
            )
            self._tell(message.format(count=self._told, variable=SECRET_VARIABLE))

    def _token(self, scope: Scope) -> str | None:
        """Return what stands in the place of the token; None where it is no address of ours."""
        asked = unquote(b"?".join((scope["raw_path"], scope["query_string"])).decode("latin-1"))
        asked = re.sub(r"^(?:https?://[^/]*)?/+", "/", asked)  # the absolute form (RFC 9112, 3.2.2)
        found = (pattern.fullmatch(asked) for pattern in self._addresses)
        return next((each[1] for each in found if each), None)

    def _page(self, language: str, action: str) -> Response:
        headers = {**self._headers, "Content-Language": language, "Vary": "Accept-Language"}
        return Response(self._pages[language, action], 200, headers, "text/html")

    def _plain(self, text: str, status: int) -> Response:
        headers = {**self._headers, **({"Allow": _ALLOWED} if status in {204, 405} else {})}
        return Response(text, status, headers, "text/plain" if text else None)


def _pattern(address: str) -> re.Pattern[str]:
    """Return what finds the token in a path and query.

    A slash after it is no other address, nor what mail programs take into a link from the words
    around it: a full stop, a bracket.
    """
    parts = urlsplit(address)
    whole = re.escape(unquote(f"{parts.path}?{parts.query}".rstrip("?")))
    token = whole.replace(re.escape("{token}"), "([^/?&#]*?)", 1)
    return re.compile(rf"{token}[].,;:!)>»\s]*/?(?:[?&#].*)?")


class _OneRequest(H11Protocol):
    """A connection for one request, cut off in the end; one too many is cut off at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = self.loop.call_later(SECONDS_FOR_ALL, transport.abort)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, or raise `NewsletterError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP: only there asyncio turns off Nagle's delay, 40 ms an answer.
    listener = socket.socket(family, proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:  # by ourselves: socket.create_server adds words of its own to an error
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        message = _("cannot listen at {host}, port {port}: {reason}")
        message = message.format(host=host, port=port, reason=system_error(error).message)
        raise NewsletterError(message, _("choose another with --host and --port")) from error
    return listener


def server(page: LeavingPage) -> uvicorn.Server:
    """Return the server, ready to `run(sockets=[listener])`."""
    config = uvicorn.Config(
        page,
        http=_OneRequest,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(SECONDS_FOR_ALL),
    )
    return uvicorn.Server(config)
