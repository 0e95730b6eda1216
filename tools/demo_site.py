"""Make a site of the samples, served by nginx on this machine, as `make demo-site`.

The letters are sent to a made-up member by a server that throws them away, so that every address of
a mail that left can be asked for. Then comes the release's hour: the site is made a second before
it, and at it. Nothing leaves the machine, and nothing of the workspace changes.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from newsletter.workspace import user_language

ROOT = Path(__file__).parent.parent
NGINX = ROOT / ".cache/servers/nginx/root"
HOST = "lettres.example.org"
LETTERS = ["2023-05-coulisses", "2023-09-rentree", "2023-10-visages"]
RELEASE = "2023-09-numeric-emploi"
BEFORE, AT = "2023-09-19T05:59:59+02:00", "2023-09-19T06:00:00+02:00"
STORY = {
    "en": ["{address}: {status}", "addresses in the emails: {count}, all of them answer",
           "Look at it: {url} (Enter ends)"],
    "fr": ["{address} : {status}", "adresses dans les mails : {count}, toutes répondent",
           "À regarder : {url} (Entrée pour finir)"],
}  # fmt: skip


def free_port() -> int:
    """Return a port of this machine that nobody listens to."""
    with create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def nginx(site: Path, folder: Path) -> Iterator[int]:
    """Serve `site` as docs/nginx.conf says; yield the port. `folder` is for nginx's own files."""
    port = free_port()
    server = (ROOT / "docs/nginx.conf").read_text(encoding="utf-8")
    server = server.replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("root /srv/lettres;", f"root {site};")
    paths = "".join(
        f"{name}_temp_path {folder};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{server}}}\n",
        encoding="utf-8",
    )
    loader = next(NGINX.glob("lib*/ld-linux*"), NGINX / "lib64/ld-linux-x86-64.so.2")
    libraries = ":".join(map(str, NGINX.glob("**/lib/*-linux-gnu")))
    command = [loader, "--library-path", libraries, NGINX / "usr/sbin/nginx"]
    served = subprocess.Popen(
        [*command, "-e", folder / "errors", "-p", folder, "-c", folder / "nginx.conf"]
    )
    try:
        while served.poll() is None and not answers(port):
            pass
        yield port
    finally:
        served.terminate()
        served.wait()


def answers(port: int) -> bool:
    """Tell whether somebody listens."""
    try:
        ask(port, "/")
    except OSError:
        return False
    return True


def ask(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    """Return what the site answers: status, heads, body; no redirect is followed."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": HOST})
        answer = connection.getresponse()
        heads = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, heads, answer.read()


def newsletter(folder: Path, *arguments: str, quiet: bool = False) -> None:
    """Run the command line; show what is typed."""
    if not quiet:
        print(f"\n$ newsletter {' '.join(arguments)}", flush=True)
    environment = {**os.environ, "NEWSLETTER_SECRET": secrets.token_hex(16)}
    environment |= {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "newsletter", *arguments], cwd=folder, env=environment,
                   check=True, stdout=subprocess.DEVNULL if quiet else None)  # fmt: skip


def make_workspace(folder: Path, smtp_port: int) -> None:
    """Copy the samples; their letters leave now, and nobody unsubscribes on this site."""
    for name in ("assets", "issues", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "newsletter.yaml").read_text(encoding="utf-8")
    settings = re.sub(r"\n  url: .*desabonnement.*", "", settings)
    settings = settings.replace("site:\n", f"site:\n  images_url: https://{HOST}/images\n")
    smtp = f"smtp: {{host: 127.0.0.1, port: {smtp_port}, security: none}}\n"
    (folder / "newsletter.yaml").write_text(f"{settings}{smtp}", encoding="utf-8")
    (folder / "membres.csv").write_text(
        "Courriel;Prénom;Délégation;Profil\na@example.org;Zoé;Bretagne;start-up\n", encoding="utf-8"
    )
    release = folder / f"issues/{RELEASE}.yaml"
    release.write_text(
        f"{release.read_text(encoding='utf-8')}web: {{published: 2023-09-18}}\n", encoding="utf-8"
    )


def send_letters(folder: Path) -> None:
    """Send each letter to the one member, by a server that throws mails away."""
    for name in LETTERS:
        newsletter(folder, "send", f"issues/{name}.yaml", "--members", "membres.csv", "--yes",
                   quiet=True)  # fmt: skip


def addresses_sent(folder: Path) -> list[str]:
    """Return every address of the site in the mails that were sent."""
    mails = [*folder.glob("sent/*/*/email.html"), *folder.glob("sent/*/*/email.txt")]
    found = (
        re.findall(rf"https://{HOST}(/[^\s\"'<>)]*)", mail.read_text(encoding="utf-8"))
        for mail in mails
    )
    return sorted({path for paths in found for path in paths})


def main() -> None:
    """Send, make the site, ask for every address, and wait for the release's hour."""
    story = STORY[user_language(str(ROOT), os.environ)]
    subprocess.run([sys.executable, ROOT / "tools/debian_servers.py", "nginx"], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder, own = Path(name) / "w", Path(name) / "nginx"
        folder.mkdir()
        own.mkdir()
        controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
        controller.start()
        make_workspace(folder, controller.port)
        send_letters(folder)
        controller.stop()
        newsletter(folder, "site", "--now", BEFORE)
        with nginx(folder / "site", own) as port:
            print(story[0].format(address=f"/{RELEASE}", status=ask(port, f"/{RELEASE}")[0]))
            newsletter(folder, "site", "--now", AT)
            print(story[0].format(address=f"/{RELEASE}", status=ask(port, f"/{RELEASE}")[0]))
            newsletter(folder, "site")
            dead = [path for path in addresses_sent(folder) if ask(port, path)[0] != 200]
            if dead:
                sys.exit("\n".join(dead))
            print(story[1].format(count=len(addresses_sent(folder))))
            if sys.stdin.isatty():
                input(story[2].format(url=f"http://127.0.0.1:{port}/"))


if __name__ == "__main__":
    main()
