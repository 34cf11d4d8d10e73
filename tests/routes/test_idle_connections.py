"""Connections that are slow keep nobody out: a thread is for who has said what he wants (F41)."""

import os
import select
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from routes.commands.processes import WORKER, gunicorn
from routes.web_worker import WebWorker
from tests.faults.world import ROOT, free_port

SLOW = 200
AT_ONCE_S = 2.0
FLOOD, WORK_S = 40, 0.2
GREETING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
KEPT = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "


def posted(length: int) -> bytes:
    return f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    answer = b"here %d" % len(environ["wsgi.input"].read())
    if environ["PATH_INFO"] == "/who":
        answer = b"here %d" % os.getpid()
    if environ["PATH_INFO"] == "/work":
        time.sleep(WORK_S)
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with web(tmp_path_factory.mktemp("slow"), processes=1) as port:
        yield port


class HastyWorker(WebWorker):
    upload_s = 1.0


@contextmanager
def web(home: Path, *, processes: int, worker: str = WORKER) -> Iterator[int]:
    """The port at which so many processes answer."""
    chosen = Settings(home=home, port=free_port())
    command = gunicorn(f"{__name__}:application", chosen, processes=processes)
    command += ["--worker-class", worker]
    served = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                assert b"here" in said(chosen.port, GREETING)
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield chosen.port
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(20)


def said(port: int, *pieces: bytes, timeout_s: float = 10.0) -> bytes:
    """What is answered to these pieces, sent with a pause between them."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as asking:
        for piece in pieces:
            asking.sendall(piece)
            time.sleep(0.05)
        return heard(asking)


def heard(asking: socket.socket) -> bytes:
    """The answer with its body, as far as there is one."""
    told = b""
    while b"here" not in told and (piece := asking.recv(1000)):
        told += piece
    return told


@pytest.mark.parametrize(
    "begun",
    [b"", HALF, posted(1_000) + b"x", posted(5_000_000) + b"x"],
    ids=["silent", "half a head", "half a form", "half an upload"],
)
def test_slow_connections_leave_the_threads_to_who_speaks(port: int, begun: bytes) -> None:
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(begun)
        time.sleep(0.3)
        for asked in (GREETING, posted(5) + b"hello"):
            began = time.monotonic()
            assert said(port, asked).startswith(b"HTTP/1.1 200")
            assert time.monotonic() - began < AT_ONCE_S


def test_the_second_request_of_a_connection_is_waited_for_like_the_first(port: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(20):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            slow.sendall(KEPT)
            assert b"here" in heard(slow)
            slow.sendall(HALF)
        time.sleep(0.2)
        assert said(port, GREETING, timeout_s=AT_ONCE_S).startswith(b"HTTP/1.1 200")
        slow.sendall(b"now\r\n\r\n")
        assert b"here" in heard(slow)


def test_who_floods_waits_behind_himself_and_is_answered(port: int) -> None:
    """F40. Served in turn, whoever comes after the flood is answered when most of it is."""

    def work(credential: bytes) -> bytes:
        return b"GET /work HTTP/1.1\r\nHost: x\r\nAuthorization: " + credential + b"\r\n\r\n"

    with ExitStack() as open_ones:
        flood = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            for _ in range(FLOOD)
        ]
        for one in flood:
            one.sendall(work(b"Bearer flood"))
        time.sleep(WORK_S / 2)
        for asked in (GREETING, work(b"Bearer counter")):
            assert said(port, asked).startswith(b"HTTP/1.1 200")
        answered, _, _ = select.select(flood, [], [], 0)
        assert len(answered) < FLOOD // 2
        assert all(heard(one).endswith(b"here 0") for one in flood)


@pytest.mark.parametrize("length", [0, 1, 60_000, 65_536, 65_537, 400_000])
def test_a_body_in_pieces_arrives_whole(port: int, length: int) -> None:
    whole = posted(length) + b"x" * length
    third = max(1, len(whole) // 3)
    pieces = [whole[at : at + third] for at in range(0, len(whole), third)]
    assert said(port, *pieces).endswith(b"here %d" % length)


def test_chunks_and_bodies_that_wait_to_be_asked_for_arrive(port: int) -> None:
    chunked = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert said(port, chunked, b"5\r\nhello\r\n", b"0\r\n\r\n").endswith(b"here 5")
    asks = posted(5)[:-2] + b"Expect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        asking.sendall(asks)
        assert asking.recv(1000).startswith(b"HTTP/1.1 100")
        asking.sendall(b"hello")
        assert heard(asking).endswith(b"here 5")


def test_a_head_without_end_is_refused_and_one_that_stops_is_let_go(port: int) -> None:
    with suppress(ConnectionResetError):  # who goes on sending may not hear it
        assert said(port, HALF + b"x" * 40_000).startswith(b"HTTP/1.1 431")
    with socket.create_connection(("127.0.0.1", port), timeout=AT_ONCE_S) as asking:
        asking.sendall(HALF)
        time.sleep(0.1)
        asking.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert asking.recv(100) == b""


def test_an_upload_that_drips_gives_its_thread_back(tmp_path: Path) -> None:
    """Each piece comes in time; so four such would keep every scan out for as long as they like."""
    with web(tmp_path, processes=1, worker=f"{__name__}.HastyWorker") as port:
        with socket.create_connection(("127.0.0.1", port), 10) as dripping:
            dripping.sendall(posted(400_000))
            began = time.monotonic()
            with suppress(OSError):
                while not select.select([dripping], [], [], 0.1)[0]:
                    assert time.monotonic() - began < 8
                    dripping.sendall(b"x")
            assert time.monotonic() - began > HastyWorker.upload_s
        assert said(port, posted(400_000) + b"x" * 400_000).endswith(b"here 400000")


def test_connections_that_stay_open_are_shared_by_the_processes(tmp_path: Path) -> None:
    """Left to the kernel, one process of two often had them all."""
    with web(tmp_path, processes=2) as port, ExitStack() as open_ones:
        answered: Counter[bytes] = Counter()
        deadline = time.monotonic() + 20
        while len(answered) < 2:  # the second has begun as well
            assert time.monotonic() < deadline
            answered[said(port, KEPT.replace(b"/", b"/who", 1)).rpartition(b" ")[2]] += 1
        answered.clear()
        kept = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            for _ in range(16)
        ]
        for one in kept:
            one.sendall(KEPT.replace(b"/", b"/who", 1))
        for one in kept:
            answered[heard(one).rpartition(b" ")[2]] += 1
        assert len(answered) == 2
        assert min(answered.values()) >= 6
