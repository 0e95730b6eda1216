"""The page to unsubscribe, asked as mail programs and virus scanners do, over TLS."""

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from newsletter.checks.online import RequestLimits
from newsletter.doctor.examination import look_at_leaving
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings, Unsubscribe
from newsletter.settings.smtp import Dkim
from newsletter.values.model import replaced

HERE = RequestLimits(may_ask=lambda _address: True, timeout_seconds=2)
FORM = b"<form action='' METHOD=\"post\"><button>Me d\xc3\xa9sabonner</button></form>"
Look = Callable[..., list]


class Site(BaseHTTPRequestHandler):
    """Answers POST and GET as its server's `status` and `page` say; notes what it is asked."""

    def do_POST(self) -> None:
        self.server.posted.append(
            (self.path, self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers))
        )
        self._answer(self.server.status, b"")

    def do_GET(self) -> None:
        self._answer(200, self.server.page)

    def _answer(self, status: int, page: bytes) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/ailleurs")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(name="site")
def running_site(tmp_path, monkeypatch) -> Iterator[ThreadingHTTPServer]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.status, server.page, server.posted = 200, FORM, []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(name="look")
def make_look(settings: Settings) -> Look:
    def look(url: str | None, *, dkim: Dkim | None = None, limits: RequestLimits = HERE) -> list:
        unsubscribe = Unsubscribe(url=url, mailto="non@example.org" if url is None else None)
        changed = replaced(settings, unsubscribe=unsubscribe, dkim=dkim)
        return list(look_at_leaving(changed, "example.org", token="a.b", limits=limits))  # noqa: S106

    return look


def address_of(site: ThreadingHTTPServer) -> str:
    return f"https://localhost:{site.server_port}/non/{{token}}"


def test_a_page_that_takes_the_click_is_right(look: Look, site) -> None:
    click, visit, signature = look(address_of(site), dkim=Dkim(selector="a", domain="example.org"))

    assert [click.level, visit.level, signature.level] == [None, None, None]


def test_the_click_is_that_of_mail_programs_for_a_token_of_no_one(look: Look, site) -> None:
    look(address_of(site))

    ((path, body, headers),) = site.posted
    assert (path, body) == ("/non/a.b", b"List-Unsubscribe=One-Click")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert {"Cookie", "Authorization", "Origin"}.isdisjoint(headers)


@pytest.mark.parametrize(
    ("status", "level", "words"),
    [
        (202, None, "takes the click"),
        (302, Level.ERROR, "leads elsewhere"),
        (308, Level.ERROR, "leads elsewhere"),
        (404, Level.WARNING, "answers 404"),
        (405, Level.ERROR, "answers 405"),
        (501, Level.ERROR, "answers 501"),
    ],
)
def test_a_page_that_does_not_take_the_click_is_told(
    status, level, words, look: Look, site
) -> None:
    site.status = status

    click = look(address_of(site))[0]

    assert click.level == level
    assert words in click.message
    assert level is None or "List-Unsubscribe=One-Click" in click.hint


@pytest.mark.parametrize("page", [b"Vous \xeates d\xe9sabonn\xe9", b"<form action=/oui>", b""])
def test_a_page_that_may_unsubscribe_by_itself_is_told(page, look: Look, site) -> None:
    site.page = page

    visit = look(address_of(site))[1]

    assert visit.level is Level.ADVICE
    assert "method=post" in visit.hint


@pytest.mark.parametrize(
    ("url", "level", "words"),
    [
        (None, Level.WARNING, "only by email"),
        ("http://example.org/{token}", Level.ERROR, "is not private"),
        ("https://localhost:1/{token}", Level.ERROR, "cannot be reached"),
    ],
)
def test_an_address_that_gives_no_button_is_told(url, level, words, look: Look) -> None:
    first = look(url)[0]

    assert first.level is level
    assert words in first.message


def test_a_page_of_the_office_is_not_asked(look: Look, site) -> None:
    first = look(address_of(site), limits=RequestLimits())[0]

    assert "not on the public network" in first.message
    assert site.posted == []


def test_who_signs_the_button_is_asked_where_we_do_not(look: Look) -> None:
    *_others, last = look(None)

    assert last.level is Level.ADVICE
    assert "d=example.org" in last.hint
