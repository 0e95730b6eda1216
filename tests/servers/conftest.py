"""Real servers, each a child process of its test on a port of this machine, stopped at the end.

`make servers` unpacks them beforehand (tools/debian_servers.py). Each runs in namespaces of its
own, in its own root, as root and with its own system users; its spool is memory. What it takes it
passes on, as a team's server does, to an inbox within the tests.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.ledgers import make_template

HERE = Path(__file__).parent
UNPACKED = HERE.parent.parent / ".cache/servers"
START_SECONDS = 20  # Postfix needs less than one; a busy machine more
ARRIVAL_SECONDS = 60
REFUSED = "parti@example.org"  # the recipient that each server refuses

# An ordinary user is root where that user's own range of ids is mapped, by newuidmap.
NAMESPACES = ["unshare", "--mount", "--pid", "--fork"]
if os.geteuid() != 0:
    NAMESPACES += ["--user", "--map-root-user", "--map-auto"]


@pytest.fixture(scope="session", autouse=True)
def _can_have_namespaces() -> None:
    """End the run where no server can be started: nothing is skipped."""
    done = subprocess.run([*NAMESPACES, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.exit(
            f"No server was tried: they need root, or newuidmap (Debian: apt install uidmap) and"
            f" ranges in /etc/subuid and /etc/subgid ({done.stderr.strip()}).",
            returncode=1,
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Say whether it became so within that time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


# Starts a server: its name, the files it finds in /srv, its command there, and the port that
# answers once it is ready.
StartServer = Callable[[str, Mapping[str, str], str, int], None]


def started(
    name: str, files: Mapping[str, str], command: str, port: int, folder: Path
) -> subprocess.Popen[bytes]:
    """Return a server that answers; it ends, and all that it started, once its input is closed."""
    root = UNPACKED / name / "root"
    assert root.exists(), f"{name} is not there: run `make servers`"
    configuration = folder / name
    configuration.mkdir()
    for file, text in files.items():
        (configuration / file).write_text(text, "utf-8")
    log = folder / f"{name}.log"
    with log.open("wb") as said:
        log.chmod(0o666)  # Exim opens it anew as its own user
        run = [*NAMESPACES, "sh", HERE / "private_root.sh", root, configuration, command]
        server = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT)
    wait_until(lambda: answers(port) or server.poll() is not None, START_SECONDS)
    assert answers(port), f"{name} did not start:\n{log.read_text('utf-8', 'replace')}"
    return server


@pytest.fixture(name="start_server")
def server_factory(tmp_path: Path) -> Iterator[StartServer]:
    running: list[subprocess.Popen[bytes]] = []

    def start_server(name: str, files: Mapping[str, str], command: str, port: int) -> None:
        running.append(started(name, files, command, port, tmp_path))

    yield start_server
    for server in running:
        server.stdin.close()
        server.wait()


@dataclass
class Inbox:
    """Where a server passes its mail on to: recipient and message, as they came."""

    port: int
    messages: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        self.messages += [(each, envelope.original_content) for each in envelope.rcpt_tos]
        return "250 taken"

    def wait_for(self, count: int) -> list[tuple[str, bytes]]:
        """Return what came, once that many messages are there and no more seem to come."""
        wait_until(lambda: len(self.messages) >= count, ARRIVAL_SECONDS)
        time.sleep(0.5)  # for one too many
        return self.messages


@pytest.fixture(name="inbox")
def running_inbox() -> Iterator[Inbox]:
    inbox = Inbox(free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture(name="authority", scope="session")
def make_authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(name="certificate")
def make_certificate(authority: trustme.CA) -> dict[str, str]:
    """The files of a server's certificate."""
    leaf = authority.issue_cert("127.0.0.1")
    return {
        "certificate.pem": b"".join(each.bytes() for each in leaf.cert_chain_pems).decode(),
        "key.pem": leaf.private_key_pem.bytes().decode(),
    }


@pytest.fixture(name="refused")
def refused_recipient() -> str:
    return REFUSED


POSTFIX_MAIN = """compatibility_level = 3.6
daemon_directory = /usr/lib/postfix/sbin
maillog_file = /var/lib/mail.log
myhostname = postfix.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{inbox}
smtp_dns_support_level = disabled
smtpd_recipient_restrictions =
    check_recipient_access inline:{{ {{ {refused} = 550 5.1.1 no such box }} }}
smtpd_tls_security_level = may
smtpd_tls_chain_files = /srv/key.pem, /srv/certificate.pem
"""
POSTFIX_MASTER = """127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
# Its log by way of a file: Postfix opens no /dev/stdout that another than its root owns.
POSTFIX_START = """touch /var/lib/mail.log
tail -f /var/lib/mail.log &
mkdir -p /var/lib/postfix /var/spool/postfix/pid
cd /var/spool/postfix
mkdir active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace
chown postfix /var/lib/postfix [!p]* private public
exec /usr/lib/postfix/sbin/master -s -c /srv"""


@pytest.fixture(name="limits")
def no_limits() -> str:
    """What a server's configuration says of limits, at the end of it; tests have their own."""
    return ""


@pytest.fixture(name="postfix")
def start_postfix(
    start_server: StartServer, certificate: dict[str, str], inbox: Inbox, limits: str
) -> int:
    port = free_port()
    main = POSTFIX_MAIN.format(inbox=inbox.port, refused=REFUSED) + limits
    files = {"main.cf": main, "master.cf": POSTFIX_MASTER.format(port=port)}
    start_server("postfix", files | certificate, POSTFIX_START, port)
    return port


EXIM = """primary_hostname = exim.example.org
spool_directory = /var/spool/exim4
log_file_path = /srv/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
host_lookup =
# Not left for the next run of the queue after ten messages of a connection.
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = /srv/certificate.pem
tls_privatekey = /srv/key.pem
acl_smtp_rcpt = recipient
{limits}
begin acl
rated:  # for whoever sets it: in words of its own it makes Exim 4.96 fail
  defer
    message = too much mail
    ratelimit = 100 / 6s / per_mail / strict
  accept
recipient:
  deny
    message = no such box
    recipients = {refused}
  accept

begin routers
next:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = next

begin transports
next:
  driver = smtp
  port = {inbox}
  allow_localhost
  hosts_avoid_tls = *
"""
EXIM_START = """install -d -o Debian-exim /var/spool/exim4
chown Debian-exim /srv/key.pem
for log in main reject panic; do ln -s /dev/stderr /srv/${log}log; done
exec exim4 -bdf -C /srv/exim.conf"""


@pytest.fixture(name="exim")
def start_exim(
    start_server: StartServer, certificate: dict[str, str], inbox: Inbox, limits: str
) -> int:
    port = free_port()
    text = EXIM.format(port=port, inbox=inbox.port, refused=REFUSED, limits=limits)
    start_server("exim", {"exim.conf": text} | certificate, EXIM_START, port)
    return port


# Without TLS: Debian 12's, of before OpenSSL 3, ends each handshake (OpenSMTPD issue 1171).
OPENSMTPD = """listen on 127.0.0.1 port {port} hostname opensmtpd.example.org
action next relay host smtp+notls://127.0.0.1:{inbox}
match from any for rcpt-to "{refused}" reject
match from any for any action next
"""
OPENSMTPD_START = """mkdir -p /var/lib/opensmtpd/empty
install -d -m 711 /var/spool/smtpd
exec smtpd -d -f /srv/smtpd.conf"""


@pytest.fixture(name="opensmtpd")
def start_opensmtpd(start_server: StartServer, inbox: Inbox, limits: str) -> int:
    port = free_port()
    text = limits + OPENSMTPD.format(port=port, inbox=inbox.port, refused=REFUSED)
    start_server("opensmtpd", {"smtpd.conf": text}, OPENSMTPD_START, port)
    return port


DOVECOT = """protocols = imap
listen = 127.0.0.1
base_dir = /run/dovecot
log_path = /dev/stderr
ssl = yes
ssl_cert = </srv/certificate.pem
ssl_key = </srv/key.pem
disable_plaintext_auth = no
mail_location = maildir:/var/lib/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home=/var/lib/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
DOVECOT_START = """install -d -o mail -g mail /var/lib/mail
exec dovecot -F -c /srv/dovecot.conf"""
MAILBOX_PASSWORD = "mot-de-passe-é"  # noqa: S105 - of the tests


@pytest.fixture(name="dovecot")
def start_dovecot(start_server: StartServer, certificate: dict[str, str]) -> int:
    port = free_port()
    text = DOVECOT.format(port=port, password=MAILBOX_PASSWORD)
    start_server("dovecot", {"dovecot.conf": text} | certificate, DOVECOT_START, port)
    return port


# Who is asked for a password, and who is not; all is gone with its memory, so nothing is synced.
POSTGRESQL = """hba_file = '/srv/pg_hba.conf'
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
max_connections = 200
ssl = on
ssl_cert_file = '/srv/certificate.pem'
ssl_key_file = '/srv/key.pem'
"""
POSTGRESQL_HBA = """host all secret 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
# Whoever has it shut down at once (SIGQUIT) has it started again, as by `pg_ctl restart`.
POSTGRESQL_START = """cd /usr/lib/postgresql/*/bin
as_postgres() { chroot --userspec=postgres:postgres / "$PWD/$@"; }
install -d -o postgres /var/lib/postgresql
chown postgres /srv/key.pem && chmod 600 /srv/key.pem
as_postgres initdb -D /var/lib/postgresql/data -A trust -U lettre -E UTF8 --locale=C.UTF-8 --no-sync
while :; do
  as_postgres postgres -D /var/lib/postgresql/data -c config_file=/srv/postgresql.conf || sleep 0.2
done"""


@pytest.fixture(name="postgresql", scope="session")
def start_postgresql(
    tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA
) -> Iterator[str]:
    """The address of a database on a server of its own, where nothing is yet."""
    port, leaf = free_port(), authority.issue_cert("127.0.0.1", "db.example.org")
    files = {
        "postgresql.conf": POSTGRESQL.format(port=port),
        "pg_hba.conf": POSTGRESQL_HBA,
        "certificate.pem": leaf.cert_chain_pems[0].bytes().decode(),
        "key.pem": leaf.private_key_pem.bytes().decode(),
    }
    folder = tmp_path_factory.mktemp("postgresql")
    server = started("postgresql", files, POSTGRESQL_START, port, folder)
    url = f"postgresql+psycopg://lettre@127.0.0.1:{port}/postgres"
    assert wait_until(lambda: is_up(url), START_SECONDS)  # the port answers before it is
    # In French, and not by the codes of letters: no comparison of ours is to depend on it.
    make_template(url, "LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR'")
    yield url
    server.stdin.close()
    server.wait()


def is_up(url: str) -> bool:
    try:
        create_engine(url, poolclass=NullPool).connect().close()
    except DBAPIError:
        return False
    return True


# Each transaction gets the session that waited longest.
PGBOUNCER = """[databases]
* = host=127.0.0.1 port={database} user=lettre
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_round_robin = 1
ignore_startup_parameters = options, extra_float_digits
"""


@pytest.fixture(name="pooler")
def start_pgbouncer(tmp_path: Path, postgresql: str) -> Iterator[int]:
    """The port of a pooler before the database."""
    port = free_port()
    text = PGBOUNCER.format(port=port, database=make_url(postgresql).port)
    command = "exec pgbouncer -u postgres /srv/pgbouncer.ini"
    server = started("pgbouncer", {"pgbouncer.ini": text}, command, port, tmp_path)
    yield port
    server.stdin.close()
    server.wait()


def restart_at_once(url: str, how: str = "QUIT") -> None:
    """Have a database's server drop everything in the middle, and start anew; INT says goodbye."""
    with suppress(DBAPIError), create_engine(url, poolclass=NullPool).connect() as connection:
        stop = f"kill -{how} $(head -1 /var/lib/postgresql/data/postmaster.pid)"
        connection.exec_driver_sql(f"COPY (SELECT) TO PROGRAM '{stop}'")
