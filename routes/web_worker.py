"""How a web process takes its connections: a thread is for whoever has said what he wants.

The server's own worker gives each connection a thread and waits there for headers and body.
Eight who said half of a header held every thread; some hundred closed the counter (facts:
connection pool exhausted). Here a request waits in the kernel until it is whole: the poller is
told by SO_RCVLOWAT after how many bytes to wake, and looks without taking (MSG_PEEK).
"""

import re
import socket
import struct
import time
from collections import Counter, deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from routes.web_siblings import Siblings

PIECE_WAIT_S = 10
"""Between two pieces of one upload, or of an answer; whoever stops in the middle is cut off."""
REQUEST_WAIT_S = 15
"""From the connection, or the first word of its next request, until the request is whole."""
LONGEST_HEAD = 32_768
"""Far more than a browser sends; the server itself would read eight hundred thousand."""
TOO_LONG = b"HTTP/1.1 431 Too long\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
LONGEST_UPLOAD_S = 300.0
"""The largest body, 20 MB, takes so long at half a megabit a second."""
SIBLING_WAIT_S = 0.002
"""How long a new connection is left to a process that holds fewer."""
LONGEST_KEPT_BODY = 65_536
"""Forms and JSON wait in the kernel; what is longer is an upload and is read by its thread."""

ESTABLISHED = b"\x01"
"""The state of a connection that both sides hold open. Source: Linux, tcp_states.h."""
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CREDENTIAL = re.compile(rb"\r\n(?:authorization|cookie):([^\r]*)", re.IGNORECASE)
UPLOADS = b"uploads"
READ_BY_THREAD = re.compile(rb"\r\n(transfer-encoding|expect|upgrade):", re.IGNORECASE)


class Connection(TConn):  # type: ignore[misc]  # the library has no types
    """Attributes
    ----------
    awaited : bytes that are to lie in the kernel before it is looked at again
    asker : whose share of the threads its request uses; None between requests
    """

    awaited = 1
    asker: bytes | None = None

    def await_bytes(self, count: int) -> None:
        """The poller wakes when so many lie there, or when nothing more will come."""
        self.awaited = count
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)


class WebWorker(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """Hands whole requests to its threads, and half of them at most to one who asks.

    Who floods us waits behind himself. All uploads together are one asker, so one that drips for
    hours would keep a place from them all: after `upload_s` it is heard no more.
    """

    upload_s = LONGEST_UPLOAD_S
    siblings = Siblings()  # made before the first fork, so all of one server share it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.share = max(1, self.cfg.threads // 2)
        self.at_work: Counter[bytes] = Counter()
        self.waiting: dict[bytes, deque[Connection]] = {}
        self.uploads: dict[Connection, float] = {}

    def accept(self, listener: socket.socket) -> None:
        """Nobody waits for it; what is not whole in time is closed."""
        if self.siblings.has_one_with_less(self.nr_conns):
            time.sleep(SIBLING_WAIT_S)
        try:
            made, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        wait = struct.pack("ll", PIECE_WAIT_S, 0)
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            made.setsockopt(socket.SOL_SOCKET, direction, wait)
        self.nr_conns += 1
        self.siblings.tell(self.age, self.nr_conns)
        self._await_request(Connection(self.cfg, made, address, listener.getsockname()))

    def notify(self) -> None:
        """With each round of the loop, a second apart at most."""
        self.siblings.tell(self.age, self.nr_conns)
        self._end_long_uploads()
        super().notify()

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """The next request of a connection begins: it is waited for like the first."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_request(conn)

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """To a thread if the request is whole, else once more to the poller."""
        said = _peeked(client)
        is_upload, needed = _needed(said)
        is_whole, is_early = len(said) >= needed, len(said) < conn.awaited
        is_too_long = END_OF_HEAD not in said and len(said) >= LONGEST_HEAD
        if not is_whole and not is_early and not is_too_long:
            conn.await_bytes(needed)
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if is_too_long or (is_early and not is_whole and not _is_open(client)):
            self._turn_away(conn, TOO_LONG if is_too_long else b"")
            return
        # What is not whole the kernel had no room for.
        conn.asker = UPLOADS if is_upload or not is_whole else _asker(said, conn.client)
        conn.await_bytes(1)
        conn.data_ready = True
        self._hand_over(conn, conn.asker)

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        asker, conn.asker = conn.asker, None
        if asker is not None:
            self.at_work[asker] -= 1
            self.uploads.pop(conn, None)
            if waiting := self.waiting.get(asker):
                self._hand_over(waiting.popleft(), asker)
            else:
                self.waiting.pop(asker, None)
            if not self.at_work[asker]:
                del self.at_work[asker]
        super().finish_request(conn, fs)

    def _await_request(self, conn: Connection) -> None:
        conn.timeout = time.monotonic() + REQUEST_WAIT_S
        self.pending_conns.append(conn)
        waits = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, waits)

    def _turn_away(self, conn: Connection, answer: bytes) -> None:
        with suppress(OSError):
            conn.sock.send(answer, socket.MSG_DONTWAIT)
        self.nr_conns -= 1
        conn.close()

    def _hand_over(self, conn: Connection, asker: bytes) -> None:
        if self.at_work[asker] >= self.share:
            self.waiting.setdefault(asker, deque()).append(conn)
            return
        self.at_work[asker] += 1
        if asker == UPLOADS:
            self.uploads[conn] = time.monotonic()
        self.enqueue_req(conn)

    def _end_long_uploads(self) -> None:
        """Whoever reads there finds the end; an answer can still be sent."""
        latest = time.monotonic() - self.upload_s
        for conn in [one for one, began in self.uploads.items() if began < latest]:
            del self.uploads[conn]
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)


def _peeked(client: socket.socket) -> bytes:
    """What lies in the kernel for us, and stays there; nothing once the other side is gone."""
    try:
        return client.recv(LONGEST_HEAD + LONGEST_KEPT_BODY, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return b""


def _is_open(client: socket.socket) -> bool:
    """Whether the other side may say more: it has neither ended nor gone."""
    return client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == ESTABLISHED


def _asker(said: bytes, client: Any) -> bytes:
    """Who asks: by the credential as it was sent, and where there is none by the address."""
    credential = CREDENTIAL.search(said.partition(END_OF_HEAD)[0])
    return credential[0] if credential else str(client[0]).encode()


def _needed(said: bytes) -> tuple[bool, int]:
    """Whether this is an upload, and how many bytes must lie there before a thread takes it."""
    head, end, _ = said.partition(END_OF_HEAD)
    if not end:
        return False, len(said) + 1
    head += b"\r\n"
    length = LENGTH.search(head)
    body = int(length[1]) if length else 0
    if READ_BY_THREAD.search(head) or body > LONGEST_KEPT_BODY:
        return True, 0
    return False, len(head) + 2 + body
