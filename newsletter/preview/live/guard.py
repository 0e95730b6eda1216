"""Who may ask the preview: pages of its own on this machine, and nobody else."""

from collections.abc import Collection, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.i18n import _

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# On every answer that says nothing else. No header of CORS: other sites may not read what is here.
# A page may have changed by the time that one comes back to it.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Content-Security-Policy": PAGE_POLICY,
    "Cache-Control": "no-store",
}


def mail_policy(origins: Iterable[str]) -> str:
    """Return the policy of a mail's frame: nothing runs or is sent, pictures of `origins` show."""
    images = " ".join(["'self'", "data:", *origins])
    return (
        f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
    )


def guarded(app: ASGIApp, port: int) -> ASGIApp:
    """Return `app`, refusing what is not of its own pages, with the headers of all answers."""
    # Another site's page could ask 127.0.0.1, under a name of its own that leads here (DNS
    # rebinding): its Host gives it away.
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = _refusal(Headers(scope=scope), hosts)
        await (refused or app)(scope, receive, send_with_headers)

    return answer


def _refusal(headers: Headers, hosts: Collection[str]) -> PlainTextResponse | None:
    if not _are_among(headers.getlist("host"), hosts):
        # 421: this server does not answer for that name (RFC 9110, 15.5.20).
        return PlainTextResponse(_("the preview only answers at 127.0.0.1"), 421)
    origins = headers.getlist("origin")
    is_foreign = bool(origins) and not _are_among(origins, [f"http://{host}" for host in hosts])
    # A link from elsewhere may lead here; a picture or a script of elsewhere may not.
    is_elsewhere = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    is_embedded = is_elsewhere and headers.get("sec-fetch-mode") != "navigate"
    if is_foreign or is_embedded:
        return PlainTextResponse(_("the preview only answers its own pages"), 403)
    return None


def _are_among(values: Collection[str], known: Collection[str]) -> bool:
    return len(values) == 1 and all(value in known for value in values)
