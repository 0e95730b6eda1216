"""A worker's connection: counted among the run's, left once it has carried its share."""

from newsletter.mailing.delivery.run import Run
from newsletter.mailing.smtp.connection import Connection

# Seconds before each try to connect while others are connected; after the last they go on alone.
RECONNECT_SECONDS = (0, 1, 5, 15, 60)


class HeldConnection:
    """One connection at a time, opened when a message asks for it."""

    def __init__(self, run: Run, first: Connection | None) -> None:
        self._run = run
        self.connection = first
        run.count_connection(first is not None)

    def open_at(self, attempt: int) -> bool:
        """Connect, after the wait of that attempt, from 1 on; return False where the run stops.

        Raises as `Connection.to`.
        """
        run = self._run
        if seconds := RECONNECT_SECONDS[attempt - 1]:
            run.clock.sleep(seconds)
        run.patience.wait_to_connect()
        if run.stopping.is_set():
            return False
        self.connection = run.connect()
        run.count_connection(1)
        return True

    def is_full(self, *, after: int = 0) -> bool:
        """Tell whether it has carried all that the server takes over one, after so many more."""
        limit = self._run.max_per_connection
        given = self.connection.given if self.connection else 0
        return 0 < limit <= given + after

    def drop(self) -> None:
        """End it at once: a message of which the end has not left is dropped."""
        if self.connection is not None:
            self.connection.abort()
            self._forget()

    def leave(self) -> None:
        """End it with a word of leave."""
        if self.connection is not None:
            self.connection.close()
            self._forget()

    def _forget(self) -> None:
        self.connection = None
        self._run.count_connection(-1)
