"""Unpack real servers from Debian's packages into `.cache/servers/`, for `make servers`.

Each gets a root of its own, `.cache/servers/<name>/root`, with all that it needs down to the C
library. Nothing is installed: Postfix, Exim and OpenSMTPD would remove one another, and the mail
server of whoever runs the tests. Once a server is unpacked, no network is asked for it again.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"
# Folders since Debian 13's packages, links into /usr that no package brings before it is installed.
MERGED = ("bin", "sbin", "lib", "lib64")
MOUNTED = ("dev", "proc", "run", "srv", "tmp", "var/lib", "var/spool")  # by tests/servers
FIRST_USER = 101  # below are Debian's fixed ones
EVERYBODY = ("coreutils", "dash")  # what prepares a spool


@dataclass(frozen=True)
class DebianServer:
    """What a server is unpacked from, and the system users that it works as."""

    packages: tuple[str, ...]
    users: tuple[str, ...]


SERVERS = {
    "postfix": DebianServer(("postfix",), ("postfix", "postdrop")),
    "exim": DebianServer(("exim4-daemon-light",), ("Debian-exim",)),
    "opensmtpd": DebianServer(("opensmtpd",), ("opensmtpd", "opensmtpq")),
    "dovecot": DebianServer(("dovecot-imapd",), ("dovecot", "dovenull")),
    "nginx": DebianServer(("nginx",), ("www-data",)),
    "postgresql": DebianServer(("postgresql",), ("postgres",)),
    "pgbouncer": DebianServer(("pgbouncer",), ("postgres",)),
    "php": DebianServer(("php-cli",), ()),
}


def is_unpacked(name: str, server: DebianServer) -> bool:
    """Say whether that server is there already, from the same packages."""
    mark = CACHE / "servers" / name / "unpacked"
    return mark.exists() and mark.read_text("utf-8") == repr(server)


def unpack(name: str, server: DebianServer) -> None:
    """Leave the root of a server in the cache, whole or not at all.

    Exits with a sentence where Debian's packages cannot be had.
    """
    folder = CACHE / "servers" / name
    shutil.rmtree(folder, ignore_errors=True)
    debs = download(name, server)
    root = make_root(folder, server.users)
    for deb in debs:
        run("dpkg", "-x", str(deb), str(root))
    for top in MERGED:
        if not (root / top).exists():
            (root / top).symlink_to(f"usr/{top}")
    (folder / "unpacked").write_text(repr(server), "utf-8")


def make_root(folder: Path, users: tuple[str, ...]) -> Path:
    """Return a new root with the folders that no package brings, and its own users."""
    root = folder / "root"
    for each in (*MOUNTED, "etc"):
        (root / each).mkdir(parents=True)
    (root / "var/run").symlink_to("../run")
    known = [("root", 0), ("mail", 8), ("nobody", 65534)]
    known += [(user, FIRST_USER + number) for number, user in enumerate(users)]
    passwd = [f"{user}:x:{number}:{number}::/:/usr/sbin/nologin\n" for user, number in known]
    group = [f"{user}:x:{number}:\n" for user, number in known]
    (root / "etc/passwd").write_text("".join(passwd), "utf-8")
    (root / "etc/group").write_text("".join(group), "utf-8")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n", "utf-8")
    return root


def download(name: str, server: DebianServer) -> list[Path]:
    """Return the package files of a server and of all that it depends on."""
    folder = CACHE / "debian" / name
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    command = [
        *("apt-get", "install", "--download-only", "--no-install-recommends", "--yes"),
        # As on a machine where nothing is installed: everything is needed, nothing conflicts.
        *("--option", "Dir::State::status=/dev/null"),
        *("--option", f"Dir::Cache::archives={folder}"),
        # Nothing of the system changes: neither its lock nor root is needed.
        *("--option", "Debug::NoLocking=true"),
        *("--option", f"APT::Sandbox::User={'root' if os.geteuid() == 0 else ''}"),
        *EVERYBODY,
        *server.packages,
    ]
    failed = words_of_failure(*command)
    if failed and os.geteuid() == 0:  # as good as always: the package lists are not there, or old
        run("apt-get", "update")
        failed = words_of_failure(*command)
    if failed:
        sys.exit(
            f"{failed}\n{name} cannot be downloaded: run `apt-get update` as root, then try again."
        )
    return sorted(folder.glob("*.deb"))


def run(*command: str) -> None:
    """Run a command, or exit with what it said."""
    failed = words_of_failure(*command)
    if failed:
        sys.exit(failed)


def words_of_failure(*command: str) -> str:
    """Return what a command that failed said; nothing where it did its work."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stderr.strip() or f"{command[0]} failed") if done.returncode else ""


def main() -> None:
    """Unpack the servers that are not there yet: those that are named, or all."""
    named = sys.argv[1:] or SERVERS
    missing = {name: SERVERS[name] for name in named if not is_unpacked(name, SERVERS[name])}
    if missing and not (shutil.which("apt-get") and shutil.which("dpkg")):
        sys.exit("make servers needs Debian's packages: run it on Debian or Ubuntu.")
    for name, server in missing.items():
        print(f"unpacking {name}", flush=True)
        unpack(name, server)


if __name__ == "__main__":
    main()
