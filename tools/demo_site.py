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
from collections import Counter
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
    "en": {
        "sent": "1. Three letters leave for one made-up member; a server here throws them away.",
        "before": "2. A release is secret until 6:00 on 19 September 2023. One second before:",
        "at": "3. And at 6:00:00:",
        "now": "4. Today the letters that were sent have their pages too:",
        "asked": "5. Every address in the emails is asked for, without following a redirect:",
        "answer": "   {path} answers {status}",
        "count": "   {pages} pages, {calendars} agendas, {pictures} pictures: all answer 200",
        "look": "Look at it: {url} (in a narrow window, in the dark, printed). Enter ends.",
        "alone": "It ends here without a terminal; in one, make demo-site waits for you to look.",
        "dead": "These do not answer:",
    },
    "fr": {
        "sent": "1. Trois lettres partent pour une adhérente inventée ; un serveur les jette.",
        "before": "2. Un communiqué attend le 19 septembre 2023, 6 h. Une seconde avant :",
        "at": "3. Et à 6 h juste :",
        "now": "4. Aujourd’hui, les lettres envoyées ont aussi leur page :",
        "asked": "5. Chaque adresse des mails est demandée, sans suivre de redirection :",
        "answer": "   {path} répond {status}",
        "count": "   {pages} pages, {calendars} agendas, {pictures} images : toutes répondent 200",
        "look": "À regarder : {url} (à l’étroit, en sombre, imprimé). Entrée pour finir.",
        "alone": "Fini, faute de terminal ; dans un terminal, make demo-site attend qu’on regarde.",
        "dead": "Celles-ci ne répondent pas :",
    },
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


def newsletter(folder: Path, *arguments: str) -> None:
    """Run the command line; show what is typed, and what `site` answers."""
    print(f"   $ newsletter {' '.join(arguments)}", flush=True)
    environment = {**os.environ, "NEWSLETTER_SECRET": secrets.token_hex(16)}
    environment |= {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "newsletter", *arguments], cwd=folder, text=True,
                          env=environment, capture_output=True)  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    if arguments[0] != "send":
        print(re.sub("^", "     ", done.stdout.rstrip(), flags=re.MULTILINE))


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
        newsletter(folder, "send", f"issues/{name}.yaml", "--members", "membres.csv", "--yes")


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
        print(story["sent"])
        send_letters(folder)
        controller.stop()
        (folder / "site").mkdir()
        with nginx(folder / "site", own) as port:
            for step, moment in (("before", BEFORE), ("at", AT)):
                print(story[step])
                newsletter(folder, "site", "--now", moment)
                status, _heads, _body = ask(port, f"/{RELEASE}")
                print(story["answer"].format(path=f"/{RELEASE}", status=status))
            print(story["now"])
            newsletter(folder, "site")
            print(story["asked"])
            told = addresses_sent(folder)
            if dead := [path for path in told if ask(port, path)[0] != 200]:
                sys.exit("\n".join([story["dead"], *dead]))
            kinds = Counter(Path(path).suffix for path in told)
            pages, calendars = kinds.pop("", 0), kinds.pop(".ics", 0)
            print(story["count"].format(pages=pages, calendars=calendars, pictures=kinds.total()))
            if not sys.stdin.isatty():
                print(story["alone"])
            else:
                input(story["look"].format(url=f"http://127.0.0.1:{port}/"))


if __name__ == "__main__":
    main()
