"""smtplib with replies that are whole in time, or silence.

smtplib waits so long for each byte: a server that says one a second, as tarpits do, or never ends a
line, would keep us for hours.
"""

import io
import smtplib
import socket
import time
from typing import Any


class _Replies(io.RawIOBase):
    """What a server says, until a moment."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection, self._seconds = connection, seconds
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(self._seconds)


class TimelySmtp(smtplib.SMTP):
    """`timeout` is how long a whole reply may take."""

    def getreply(self) -> tuple[int, bytes]:
        """Return the next reply."""
        if self.file is None and self.sock is not None:
            self._replies = _Replies(self.sock, self.timeout)
            self.file = io.BufferedReader(self._replies)
        self._replies.until = time.monotonic() + self.timeout
        return super().getreply()


class TimelySmtpOverTls(TimelySmtp, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""
