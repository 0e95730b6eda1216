"""A preview that answers in a thread of the tests, and requests to it."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newsletter.i18n import use_language
from newsletter.preview.live.open_issues import OpenIssues, Reader
from newsletter.preview.live.server import listening_socket, server
from newsletter.settings.loading import load_settings

SECONDS = 30  # no test waits for so long


@dataclass(frozen=True)
class Answer:
    """What the preview answered: status, headers by lower-case name, body as text and bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class Served:
    """A preview that runs, and its address without a final slash."""

    workspace: Path
    port: int
    stop: Callable[[], None]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for `path` as it is written; `Host` and `Origin` may be given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    @contextmanager
    def hearing(self, path: str) -> Iterator[Iterator[tuple[str, str]]]:
        """Give the events of an address as they come: kind and data."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("GET", path)
        response = connection.getresponse()

        def events() -> Iterator[tuple[str, str]]:
            while line := response.readline().decode():
                if line.startswith("event: "):
                    data = response.readline().decode()
                    yield line[7:].strip(), data.removeprefix("data: ").strip()

        try:
            yield events()
        finally:
            response.close()
            connection.close()


@contextmanager
def serving(
    workspace: Path,
    *,
    choices: tuple[str, ...] = (),
    file: Path | None = None,
    members: Path | None = None,
    language: str = "en",
    port: int = 0,
) -> Iterator[Served]:
    """Run a preview of `workspace` while this lasts."""
    settings = load_settings(workspace).settings
    assert settings is not None
    use_language(language)
    listener = listening_socket(port)
    running = server(OpenIssues(settings, file=file, members=members), Reader(choices), listener)

    def run() -> None:
        use_language(language)
        running.run(sockets=[listener])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def stop() -> None:
        running.should_exit = True
        thread.join(SECONDS)
        listener.close()
        assert not thread.is_alive()

    try:
        yield Served(workspace, listener.getsockname()[1], stop)
    finally:
        stop()
        use_language("en")
