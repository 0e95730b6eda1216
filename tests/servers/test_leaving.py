"""The page to leave at where people meet it: behind nginx as the guide has it, or PHP alone."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.preview.browser import chromium
from tests.leaving.serving import (
    ONE_CLICK,
    SECONDS,
    add_address,
    add_people,
    leaving_process,
    who_is_out,
)
from tests.leaving.test_leaving import unsubscribed_from
from tests.servers.conftest import StartServer, free_port

GUIDE = (Path(__file__).parents[2] / "docs/fr/se-desinscrire.md").read_text("utf-8")
NGINX = """user www-data;
pid /run/nginx.pid;
error_log /srv/error.log;
events {{}}
http {{
  access_log /srv/access.log;
  server {{
    listen 127.0.0.1:{port};
    {location}
    location /said/ {{ alias /srv/; }}
  }}
}}
"""
SCANNERS = {
    "a link checker": ("HEAD", {}),
    "SafeLinks": ("GET", {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"}),
    "a browser that fetches ahead": ("GET", {"Sec-Purpose": "prefetch", "Purpose": "prefetch"}),
    "a proxy that asks first": ("OPTIONS", {}),
}


def block(kind: str) -> str:
    """Return the guide's one block of a kind."""
    [found] = re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)
    return found


@pytest.fixture(name="browser", scope="module")
def open_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request(method, path, body or None, headers or {})
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.getheaders()}
    content = answer.read()
    connection.close()
    return answer.status, names, content


@pytest.fixture(name="behind_nginx")
def start_behind_nginx(workspace: Path, start_server: StartServer) -> Iterator[tuple[int, str]]:
    """Give nginx's port, and the path of the first of three people."""
    add_address(workspace)
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8").replace("/non/", "/desinscription/")
    settings.write_text(text, "utf-8")
    tokens, port = add_people(workspace, 3), free_port()
    with leaving_process(workspace) as (_process, own_port):
        location = block("nginx").replace("127.0.0.1:8766", f"127.0.0.1:{own_port}")
        configuration = NGINX.format(port=port, location=location)
        command = "mkdir -p /var/lib/nginx && exec nginx -c /srv/nginx.conf -g 'daemon off;'"
        start_server("nginx", {"nginx.conf": configuration}, command, port)
        yield port, f"/desinscription/{tokens[0]}"


def test_scanners_change_nothing_and_one_click_takes_off(
    behind_nginx: tuple[int, str], browser: Browser, workspace: Path
) -> None:
    port, path = behind_nginx
    before = [each.read_bytes() for each in sorted(workspace.glob("ledger.sqlite3*"))]

    statuses = [ask(port, method, path, headers=said)[0] for method, said in SCANNERS.values()]
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
    page.close()
    after = [each.read_bytes() for each in sorted(workspace.glob("ledger.sqlite3*"))]
    status, headers, content = ask(port, "POST", path, ONE_CLICK)

    assert statuses == [200, 200, 200, 204]
    assert after == before
    assert (status, content, headers["content-type"]) == (200, b"OK", "text/plain; charset=utf-8")
    assert "set-cookie" not in headers
    assert who_is_out(workspace, 3) == [0]


def test_what_stands_before_it_neither_redirects_nor_takes_more_nor_writes_a_token_down(
    behind_nginx: tuple[int, str], workspace: Path
) -> None:
    port, path = behind_nginx

    slash = ask(port, "POST", f"{path}/", ONE_CLICK)
    large = ask(port, "POST", path, b"x" * 5000)
    logs = [ask(port, "GET", f"/said/{name}.log")[2] for name in ("access", "error")]

    assert (slash[0], large[0]) == (200, 413)
    assert who_is_out(workspace, 3) == [0]
    token = path.rpartition("/")[2].encode()
    assert not any(token in each or token[:20] in each for each in logs)


def test_one_leaves_by_the_button(
    behind_nginx: tuple[int, str], browser: Browser, workspace: Path
) -> None:
    port, path = behind_nginx
    page = browser.new_page(locale="fr")
    page.goto(f"http://127.0.0.1:{port}{path}")

    page.get_by_role("button", name="Se désinscrire").click()
    title = page.get_by_role("heading").inner_text()
    page.close()

    assert title == "Désinscription enregistrée"
    assert who_is_out(workspace, 3) == [0]


def test_php_alone_keeps_what_newsletter_unsubscribe_reads(
    workspace: Path, start_server: StartServer, tmp_path: Path
) -> None:
    add_address(workspace)
    tokens, port = add_people(workspace, 3), free_port()
    files = {
        "desinscription.php": block("php"),
        "mode.php": "<?php printf('%o', fileperms('jetons.txt') & 0777);",
    }
    command = (
        "php.default -l /srv/desinscription.php && mkdir /srv/www && "
        "mv /srv/desinscription.php /srv/www && "
        f"exec php.default -S 127.0.0.1:{port} -t /srv"
    )
    start_server("php", files, command, port)
    page = "/www/desinscription.php?t="
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    looked = [ask(port, method, page + tokens[1])[0] for method in ("GET", "HEAD")]
    unwritten = ask(port, "GET", "/jetons.txt")[0]
    clicked = ask(port, "POST", page + tokens[0], ONE_CLICK, form)
    ask(port, "POST", f"{page}ab.cd%0A{tokens[1]}", ONE_CLICK, form)
    pressed = ask(port, "POST", page + tokens[2], b"action=leave", form)
    unknown = ask(port, "POST", page + "x", ONE_CLICK, form)
    mode = ask(port, "GET", "/mode.php")[2]
    file = tmp_path / "jetons.txt"
    file.write_bytes(ask(port, "GET", "/jetons.txt")[2])

    assert (looked, unwritten) == ([200, 200], 404)
    assert (clicked[0], clicked[2], mode) == (200, b"OK", b"600")
    assert clicked[1]["content-type"] == "text/plain; charset=utf-8"
    assert unknown[2] == clicked[2]
    assert "Désinscription enregistrée" in pressed[2].decode()
    assert unsubscribed_from(workspace, file) == ["2 people are unsubscribed for good"]
    assert who_is_out(workspace, 3) == [0, 2]
