"""One supervisor at a time for a home: whoever holds its lock.

The lock goes over to every part, so it is free once the last of them is gone.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from postal_bridge.jobs import guard

STOP_TIMEOUT_S = 20.0
"""How long the parts may take to end in their own time."""
POLL_S = 0.1


class AlreadyRunning(RuntimeError):
    """Another supervisor holds the lock."""

    code = "home_already_served"

    def __init__(self, pid: int | None) -> None:
        super().__init__(self.code, pid)
        self.pid = pid


@contextmanager
def sole(
    lock_path: Path, *, stop_timeout_s: float = STOP_TIMEOUT_S, console: Console | None = None
) -> Iterator[int]:
    """Nobody else serves what the lock stands for; gives its descriptor, for the supervisor.

    Raises
    ------
    AlreadyRunning
        Another supervisor holds the lock.
    """
    console = console or Console(stderr=True)
    lock_fd = _take_lock(lock_path, wait_s=stop_timeout_s + guard.QUICK_STOP_S, console=console)
    try:
        yield lock_fd
    finally:
        os.close(lock_fd)


def _take_lock(path: Path, *, wait_s: float, console: Console) -> int:
    """The lock's descriptor. What a killed supervisor left is waited for; a living one is not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock_fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if not _is_taken(lock_fd):
        deadline = time.monotonic() + wait_s
        with console.status("Waiting for what an earlier run left to end"):
            while not _is_taken(lock_fd):
                pid = _holder(path)
                if time.monotonic() > deadline or (pid is not None and pid in guard.processes()):
                    os.close(lock_fd)
                    raise AlreadyRunning(pid)
                time.sleep(POLL_S)
    os.ftruncate(lock_fd, 0)
    os.write(lock_fd, f"{os.getpid()}\n".encode())
    return lock_fd


def _is_taken(lock_fd: int) -> bool:
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except ValueError:
        return None
