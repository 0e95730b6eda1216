"""Servers that take mail and forget it, for the benchmarks: Postfix's smtp-sink, and a slow one.

smtp-sink comes from Debian's package, unpacked into .cache/; nothing is installed or configured.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
UNPACKED = ROOT / ".cache/postfix"


def smtp_sink() -> Path | None:
    """Return the program, downloaded where it has to be; None where that is impossible."""
    program = UNPACKED / "usr/sbin/smtp-sink"
    if program.exists():
        return program
    if platform.system() != "Linux" or not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None
    UNPACKED.mkdir(parents=True, exist_ok=True)
    download = ["apt-get", "download", "postfix"]
    if subprocess.run(download, cwd=UNPACKED, capture_output=True, check=False).returncode:
        return None
    for package in UNPACKED.glob("postfix_*.deb"):
        subprocess.run(["dpkg", "-x", package, UNPACKED], check=True)
    return program if program.exists() else None


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running_sink() -> Iterator[int | None]:
    """Run smtp-sink; give its port, None where there is none."""
    program = smtp_sink()
    if program is None:
        yield None
        return
    port = free_port()
    libraries = {**os.environ, "LD_LIBRARY_PATH": str(UNPACKED / "usr/lib/postfix")}
    as_root = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *as_root, f"127.0.0.1:{port}", "100"], env=libraries)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running_slow_sink() -> Iterator[int]:
    """Run a server that answers 20 ms late; give its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, __file__, str(port)])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Return when somebody listens; give up after ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    sys.exit("The sink does not start.")


DELAY_SECONDS = 0.02
_ANSWERS = {
    b"EHLO": b"250-here\r\n250 PIPELINING\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


def serve_slowly(port: int) -> None:
    """Answer everything with yes, each time 20 ms after it came: a network, on one machine."""
    import threading

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 slow\r\n")
        rest, in_message = b"", False
        while got := connection.recv(1 << 16):
            rest, answers = rest + got, b""
            while True:
                end = rest.find(b"\r\n.\r\n") + 5 if in_message else rest.find(b"\r\n") + 2
                if end < (5 if in_message else 2):
                    break
                line, rest = rest[:end], rest[end:]
                answers += (
                    b"250 fine\r\n"
                    if in_message
                    else _ANSWERS.get(line[:4].upper(), b"250 fine\r\n")
                )
                in_message = not in_message and line[:4].upper() == b"DATA"
            if answers:
                time.sleep(DELAY_SECONDS)
                connection.sendall(answers)

    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection, _place = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    serve_slowly(int(sys.argv[1]))
