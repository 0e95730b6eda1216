"""Addresses tried over the network: here against a server of our own."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsletter.checks.online import RequestLimits, check_online, is_public, try_address
from newsletter.checks.rule import LinkAnswer

NOW = 1_700_000_000.0
HERE = RequestLimits(may_ask=lambda address: True, timeout_seconds=2, pause_seconds=0)
STATUS = {"/page": 200, "/gone": 404, "/closed": 403, "/no-head": 200, "/busy": 503}


class Site(BaseHTTPRequestHandler):
    """A site that says what `STATUS` says, and redirects /to/… to what follows."""

    asked: list[str]

    def do_HEAD(self) -> None:
        self._answer(405 if self.path == "/no-head" else STATUS.get(self.path, 404))

    def do_GET(self) -> None:
        self._answer(STATUS.get(self.path, 404))

    def _answer(self, status: int) -> None:
        self.server.asked.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        self.server.agents.add(self.headers["User-Agent"])  # type: ignore[attr-defined]
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to"))
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/x")
        else:
            self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(name="site")
def running_site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.agents = [], set()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(name="at")
def address_at(site: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{site.server_port}"


@pytest.mark.parametrize(
    ("path", "is_dead", "reason"),
    [
        ("/gone", True, "the page is gone ({status})"),
        ("/to/gone", True, "the page is gone ({status})"),
        ("/closed", False, "the site answered {status}"),
        ("/busy", False, "the site answered {status}"),
        ("/to" * 9 + "/page", False, "it redirects too often"),
    ],
)
def test_what_does_not_open_is_told_with_its_reason(
    path: str, is_dead: bool, reason: str, at: str
) -> None:
    answer = try_address(at + path, HERE)

    assert (answer.is_dead, answer.reason) == (is_dead, reason)


@pytest.mark.parametrize("path", ["/page", "/to/page", "/no-head", "/to/to/no-head"])
def test_a_page_that_opens_is_not_told(path: str, at: str, tmp_path: Path) -> None:
    assert check_online([at + path], cache=tmp_path / "a.json", now=NOW, limits=HERE) == {}


def test_a_site_that_does_not_answer_is_no_dead_link() -> None:
    assert try_address("http://127.0.0.1:9/x", HERE) == LinkAnswer(False, "the site did not answer")


@pytest.mark.parametrize(
    ("number", "is_dead"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)]
)
def test_an_unknown_name_is_dead_a_silent_network_is_not(
    number: int, is_dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_name(*_words: object, **_more: object) -> None:
        raise socket.gaierror(number, "no name")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)

    assert try_address("https://nulle-part.example/x").is_dead is is_dead


def test_a_site_is_reached_by_the_address_that_answers(
    site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(0, 0, 0, "", (address, 0)) for address in ("::1", "127.0.0.1")]
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *words, **more: found if "site" in host else look_up(host, *words, **more),
    )

    assert try_address(f"http://site.example:{site.server_port}/page", HERE).reason == ""


def test_a_machine_inside_the_network_is_never_asked(site: ThreadingHTTPServer, at: str) -> None:
    answer = try_address(f"{at}/page")

    assert answer.reason == "it is not on the public network"
    assert site.asked == []  # type: ignore[attr-defined]


def test_a_redirection_into_the_network_is_not_followed(at: str) -> None:
    limits = RequestLimits(may_ask=lambda address: address == "127.0.0.1", timeout_seconds=2)

    assert try_address(f"{at}/away", limits).reason == "it is not on the public network"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0"]
)
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_an_answer_is_kept_for_a_day(site: ThreadingHTTPServer, at: str, tmp_path: Path) -> None:
    cache = tmp_path / ".cache/links.json"
    first = check_online([f"{at}/gone"], cache=cache, now=NOW, limits=HERE)
    asked = len(site.asked)  # type: ignore[attr-defined]

    again = check_online([f"{at}/gone"], cache=cache, now=NOW + 3600, limits=HERE)

    assert again == first
    assert len(site.asked) == asked  # type: ignore[attr-defined]


def test_after_a_day_it_is_asked_again(site: ThreadingHTTPServer, at: str, tmp_path: Path) -> None:
    cache = tmp_path / "links.json"
    check_online([f"{at}/page"], cache=cache, now=NOW, limits=HERE)

    check_online([f"{at}/page"], cache=cache, now=NOW + 25 * 3600, limits=HERE)

    assert site.asked == ["HEAD /page", "HEAD /page"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}', '{"a": [1, {"x": 2}]}'])
def test_a_cache_that_we_did_not_write_is_no_obstacle(
    content: str, at: str, tmp_path: Path
) -> None:
    cache = tmp_path / "links.json"
    cache.write_text(content)

    assert check_online([f"{at}/page"], cache=cache, now=NOW, limits=HERE) == {}


def test_the_program_says_who_asks(site: ThreadingHTTPServer, at: str) -> None:
    try_address(f"{at}/page", HERE)

    (agent,) = site.agents  # type: ignore[attr-defined]
    assert agent.startswith("newsletter-check/")
