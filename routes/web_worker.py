"""How a web process takes its connections: a thread is for who has said something.

The server's own worker gives each new connection a thread and waits there for the first word.
Browsers open connections ahead of need, and eight of them that say nothing held every thread for
five seconds; some hundred idle ones closed the counter (facts: connection pool exhausted).
"""

import socket
import struct
import time
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

READ_WAIT_S = 10
"""Between two pieces of one request; whoever stops in the middle is cut off."""


class WebWorker(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """Waits for the first word of a new connection as for the next one of an old: in the poller."""

    def accept(self, listener: socket.socket) -> None:
        """Nobody waits for it; what says nothing in the time of `--keep-alive` is closed."""
        try:
            made, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", READ_WAIT_S, 0))
        self.nr_conns += 1
        connection = TConn(self.cfg, made, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(connection)
        waits = partial(self.on_pending_socket_readable, connection)
        self.poller.register(made, EVENT_READ, waits)
