"""What the mails of a send ask of the site: brought there before, asked for, told."""

import re
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from PIL import Image

from newsletter.checks.online import RequestLimits
from newsletter.commands.site import site
from newsletter.problems.errors import NewsletterError
from tests.conftest import HEAD
from tests.site.conftest import NOW, RELEASE
from tests.surroundings import around

HERE = RequestLimits(may_ask=lambda _address: True, timeout_seconds=2, pause_seconds=0)
LETTER = f"""\
{HEAD}ignore: [{{rule: staging-link, because: un essai}}]
items:
  - {{kind: picture, file: p.png, alt: Vue}}
  - {{kind: picture, file: q.png, alt: Vue, for: {{delegation: Bretagne}}}}
  - {{kind: agenda, events: [{{title: Salon, start: 2025-06-12}}]}}
"""


class Pages(SimpleHTTPRequestHandler):
    """The site's folder as a web server shows it."""

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(name="root")
def served(workspace: Path, tmp_path: Path, monkeypatch) -> Iterator[str]:
    """Return the address of the site, whose folder is served; its issue is ready to be sent."""
    (workspace / "site").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=workspace / "site"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    root = f"https://localhost:{server.server_port}"
    settings = workspace / "newsletter.yaml"
    folders = f"files_url: '{root}/f', images_url: '{root}/i'"
    text = settings.read_text("utf-8")
    text = text.replace("    email: Courriel\n", "    email: Courriel\n    delegation: Région\n")
    settings.write_text(
        f"{text}audiences: {{delegation: [Bretagne]}}\n"
        f"site: {{web: public, web_url: '{root}/{{issue}}.html', {folders}}}\n",
        "utf-8",
    )
    for name in ("p", "q"):
        Image.new("RGB", (40, 30), f"#12{ord(name):x}56").save(
            workspace / f"assets/images/{name}.png"
        )
    yield root
    server.shutdown()
    server.server_close()


def prepare(workspace: Path, issue: Path) -> list[str]:
    told: list[str] = []
    site(around(workspace, now=NOW, tell=told.append, show=told.extend), to_be_sent=issue)
    return told


def test_what_the_mails_show_can_be_online_before_they_leave(
    root: str, send, start_server, write_issue, workspace: Path
) -> None:
    issue = write_issue(LETTER)
    members = workspace / "membres.csv"
    members.write_text("Courriel;Prénom;Région\na@example.org;Ana;Occitanie\n", "utf-8")
    ask = partial(send, start_server(), members=members, dry_run=True, limits=HERE)

    before = ask(online=True)
    told = prepare(workspace, issue)
    after = ask(online=True)

    asked = rf"{root}/[fi]/\S+ – the page is gone \(404\)"
    assert len(re.findall(asked, before.text)) == 4  # logos, picture, agenda
    assert told[-1].endswith("pictures and files of essai are there before it is sent")
    assert len([*(workspace / "site/i").iterdir()]) == 4  # that of Bretagne too
    assert [line for line in told if line.endswith(f"{issue.stem}.html")] == []
    assert not (workspace / f"site/{issue.stem}.html").exists()
    assert re.findall(asked, after.text) == []
    assert f"{root}/{issue.stem}.html – the page is gone (404)" in after.text
    assert "(there once you run: newsletter site)" in after.text


def test_nothing_of_a_release_under_embargo_is_brought_there(
    root: str, write_issue, workspace: Path
) -> None:
    issue = write_issue(RELEASE.replace("embargo: none", "embargo: 2099-05-02 06:00"))

    with pytest.raises(NewsletterError, match="under embargo"):
        prepare(workspace, issue)

    assert [*(workspace / "site").iterdir()] == []


def test_a_test_send_asks_nothing_of_the_site(send, start_server) -> None:
    sent = send(start_server(), to=["a@example.org"], online=True)

    assert sent.status == 2
    assert "--online only work with --members" in sent.text
