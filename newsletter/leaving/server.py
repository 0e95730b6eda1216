"""What answers the address in List-Unsubscribe, as RFC 8058 asks, and the page for people.

To look changes nothing: link scanners, and the mail programs that fetch ahead, open every link.
"""

import asyncio
import re
import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from newsletter.i18n import _
from newsletter.leaving.keeping import Asked, Keeper, Together
from newsletter.leaving.pages import ALL, ASK, BACK, LEAVE, language_asked, pages_of, policy_of
from newsletter.mailing.message.unsubscribe import SECRET_VARIABLE, Tokens
from newsletter.problems.errors import NewsletterError, system_error
from newsletter.settings.settings import Settings

MAX_BODY_BYTES = 4096  # "List-Unsubscribe=One-Click" as a form of several parts has 150
MAX_CONNECTIONS = 500  # half of the files that a process may usually have open
SECONDS_FOR_ALL = 10.0  # from the connection to the last byte of the answer: mails are tiny
_ALLOWED = "GET, HEAD, POST, OPTIONS"
# What our own page sends; a mail program sends whatever it likes (RFC 8058, 3.2).
_BUTTONS = {f"action={each}".encode(): each for each in (LEAVE, ALL, BACK)}


class LeavingPage:
    """The page as an ASGI application. What goes wrong is told by `tell`, never with a token."""

    def __init__(
        self,
        settings: Settings,
        tokens: Tokens,
        keeper: Keeper,
        *,
        tell: Callable[[str], None],
    ) -> None:
        self._language = settings.language
        self._tokens = tokens
        self._together = Together(keeper)
        self._tell = tell
        self._told = 0
        self._pages = pages_of(settings, keeper.actions)
        # The settings' address to leave at, and the senders' own.
        ways = (settings.for_sender(name).unsubscribe for name in settings.senders)
        self._addresses = [_pattern(url) for url in {each.url for each in ways} if url]
        self._headers = {
            "Cache-Control": "no-store",
            "Connection": "close",  # one request each: whoever is slow is not waited for
            "Content-Security-Policy": policy_of(settings),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = await self._answer(scope, receive)
        if answer is not None:
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer; None where whoever asked is gone before the end of the request."""
        token = self._token(scope)
        if token is None:
            return self._plain("Not found", 404)
        accepted = Headers(scope=scope).get("accept-language", "")
        language = language_asked(accepted, self._language)
        match scope["method"]:
            case "GET" | "HEAD":
                return self._page(language, ASK)
            case "OPTIONS":
                return self._plain("", 204)
            case "POST":
                return await self._posted(token, language, receive)
            case _:
                return self._plain("Method not allowed", 405)

    async def _posted(self, token: str, language: str, receive: Receive) -> Response | None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > MAX_BODY_BYTES:
                return self._plain("Too large", 413)
            if not message.get("more_body"):
                break
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
    # Named TCP, since asyncio turns Nagle's delay off only there: 40 ms an answer otherwise.
    listener = socket.socket(family, proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        message = _("cannot listen at {host}, port {port}: {reason}")
        reason = system_error(error).message
        raise NewsletterError(
            message.format(host=host, port=port, reason=reason),
            hint=_("choose another with --host and --port"),
        ) from error
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
