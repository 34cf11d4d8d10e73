"""Connections that say nothing keep nobody out: a thread is for who has said something (F41)."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.settings import Settings
from routes.commands.processes import gunicorn
from tests.faults.world import ROOT, free_port

IDLE = 60
GREETING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def application(_: object, start: Callable[..., object]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    chosen = Settings(home=tmp_path, port=free_port())
    command = gunicorn(f"{__name__}:application", chosen, processes=1)
    served = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    yield chosen.port
    served.send_signal(signal.SIGTERM)
    served.wait(20)


def answer(port: int, timeout_s: float) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as asking:
        asking.sendall(GREETING)
        return asking.recv(100)


def test_idle_connections_leave_the_threads_to_who_speaks(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert answer(port, 10.0).startswith(b"HTTP/1.1 200")
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    with ExitStack() as open_ones:
        for _ in range(IDLE):  # eight threads, five seconds for each: half a minute and more
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert answer(port, 20.0).startswith(b"HTTP/1.1 200")
