"""Runs one command so that nothing of it outlives whoever asked for it.

    python -I -S guard.py LOCK_FD STOP_TIMEOUT_S -- COMMAND...

The asker holds the other end of our standard input; when that closes, by will or by `kill -9`,
the command and everything it started end within `QUICK_STOP_S`. SIGTERM ends them in their own
time, up to `STOP_TIMEOUT_S`. The lock is held until the last of them is gone. Work-horses of a
queue leave their worker's process group, so on Linux we adopt whatever is orphaned below us.

Standard library only, and no module of ours: it is started for every part and must stay small.
"""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

QUICK_STOP_S = 3.0
POLL_S = 0.05
NOT_FOUND = 127
NO_LOCK = -1

# Numbers of prctl(2), Linux.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def guarded(command: Sequence[str], *, stop_timeout_s: float, lock_fd: int = NO_LOCK) -> list[str]:
    """The command line that runs `command` under a guard; its stdin must be a pipe we keep."""
    isolated = [sys.executable, "-I", "-S", __file__]
    return [*isolated, str(lock_fd), str(stop_timeout_s), "--", *command]


def prctl(option: int, value: int) -> None:
    """Asks the kernel; where there is no such call (macOS) the pipe alone has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def processes() -> dict[int, tuple[int, int]]:
    """pid -> (parent, session) of every living process, where /proc tells; zombies are left out."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name stands in brackets and may hold spaces and brackets itself.
            state, parent, _group, session = (
                (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:4]
            )
        except (OSError, ValueError):  # ended while we looked
            continue
        if state != "Z":
            found[int(folder.name)] = (int(parent), int(session))
    return found


def descendants(ancestor: int) -> list[int]:
    """Every living process below `ancestor`, the nearest first."""
    children: dict[int, list[int]] = {}
    for pid, (parent, _session) in processes().items():
        children.setdefault(parent, []).append(pid)
    found, queue = [], [ancestor]
    while queue:
        below = children.get(queue.pop(0), [])
        found += below
        queue += below
    return found


def send(pid: int, signal_number: int) -> None:
    """The process has the signal, or is gone already."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


class Guard:
    """One command, from its start until nothing of it is left."""

    def __init__(self, command: list[str], stop_timeout_s: float) -> None:
        self.command = command
        self.stop_timeout_s = stop_timeout_s
        self.child = 0
        self.exit_status: int | None = None
        self.deadline: float | None = None
        self.asked_to_stop = False

    def run(self) -> int:
        """The exit status of the command; 128 + n where signal n ended it."""
        waker, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._start()
        listening = [0, waker]
        while not self._is_over():
            ready, _, _ = select.select(listening, [], [], self._patience_s())
            if waker in ready:
                os.read(waker, 4096)
            if 0 in ready and not os.read(0, 4096):
                listening.remove(0)
                self._begin_stop(min(QUICK_STOP_S, self.stop_timeout_s))
            if self.asked_to_stop:
                self.asked_to_stop = False
                self._begin_stop(self.stop_timeout_s)
        self._end_all()
        return self.exit_status if self.exit_status is not None else 128 + signal.SIGKILL

    def _start(self) -> None:
        guard = os.getpid()
        self.child = os.fork()
        if self.child:
            return
        try:
            os.setpgid(0, 0)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != guard:
                os._exit(128 + signal.SIGKILL)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execvp(self.command[0], self.command)  # noqa: S606 - that is what we are for
        except OSError as exc:
            os.write(2, f"{self.command[0]}: {exc.strerror}\n".encode())
        os._exit(NOT_FOUND)

    def _stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _begin_stop(self, timeout_s: float) -> None:
        """The command is asked to end; only it, for it knows best how to end its own children."""
        send(self.child, signal.SIGTERM)
        deadline = time.monotonic() + timeout_s
        self.deadline = deadline if self.deadline is None else min(self.deadline, deadline)

    def _patience_s(self) -> float | None:
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def _is_over(self) -> bool:
        self._reap()
        if self.exit_status is not None:
            return True
        return self.deadline is not None and time.monotonic() >= self.deadline

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.child:
                code = os.waitstatus_to_exitcode(status)
                self.exit_status = code if code >= 0 else 128 - code

    def _end_all(self) -> None:
        """Nothing below us is left, whatever group or session it moved to."""
        while True:
            left = descendants(os.getpid())
            if self.exit_status is None:
                left.append(self.child)
            for pid in left:
                send(pid, signal.SIGKILL)
            self._reap()
            if not left:
                return
            time.sleep(POLL_S)


def main(arguments: list[str]) -> int:
    lock_fd, stop_timeout_s, _, *command = arguments
    if int(lock_fd) != NO_LOCK:
        os.set_inheritable(int(lock_fd), False)
    return Guard(command, float(stop_timeout_s)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
