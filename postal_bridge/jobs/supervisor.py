"""Starts the parts of one home, keeps them running and leaves nothing behind. Only for `bin/serve`.

Where systemd or a container runs the parts, this is not used. It knows no part by name and imports
nothing of the application: a part is a command with an environment.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from rich.console import Console

from postal_bridge.jobs import guard
from postal_bridge.jobs.sole import STOP_TIMEOUT_S

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 30.0
HEALTHY_AFTER_S = 60.0
POLL_S = 0.1
# So often a part may end before the first "healthy"; then starting again will not help.
TRIES_BEFORE_HEALTHY = 4
LOG_LINES_SHOWN = 12


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A process to keep running.

    Attributes
    ----------
    env : Mapping[str, str]
        Laid over our own environment.
    log_path : Path or None
        Where its output is appended; None: the terminal.
    is_ready : Callable or None
        Asked again and again after the first start; the next part starts once it says True.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    log_path: Path | None = None
    is_ready: Callable[[], bool] | None = None


class Failed(RuntimeError):
    """The parts did not become healthy; the words are for the terminal."""


@dataclass(slots=True)
class _Running:
    """One part under its guard, and when it may be started again."""

    part: Part
    lock_fd: int
    stop_timeout_s: float
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    due_at: float = 0.0
    backoff_s: float = FIRST_BACKOFF_S
    ended: int = 0

    def start(self) -> None:
        log: IO[bytes] | None = None
        if self.part.log_path is not None:
            self.part.log_path.parent.mkdir(parents=True, exist_ok=True)
            log = self.part.log_path.open("ab")
        command = guard.guarded(
            self.part.argv, stop_timeout_s=self.stop_timeout_s, lock_fd=self.lock_fd
        )
        self.started_at = time.monotonic()
        # The guard's end of the pipe is its stdin.
        self.process = subprocess.Popen(  # noqa: S603  (our own command, no shell)
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, **self.part.env},
            pass_fds=(self.lock_fd,),
            start_new_session=True,
        )
        if log is not None:
            log.close()

    def note_end(self) -> int | None:
        """The exit status, once, if the part has ended; then it is due again after a pause."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        _end_session(self.process.pid)
        self._close_pipe()
        self.process = None
        if time.monotonic() - self.started_at >= HEALTHY_AFTER_S:
            self.backoff_s = FIRST_BACKOFF_S
        self.due_at = time.monotonic() + self.backoff_s
        self.backoff_s = min(2 * self.backoff_s, LONGEST_BACKOFF_S)
        self.ended += 1
        return status

    def ask_to_stop(self) -> None:
        if self.process is not None:
            guard.send(self.process.pid, signal.SIGTERM)

    def hurry(self) -> None:
        """What the closing pipe means to the guard: end everything within seconds."""
        self._close_pipe()

    def end_at_once(self) -> None:
        """The part is gone."""
        self.hurry()
        if self.process is not None:
            self.process.wait()

    def _close_pipe(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()


def _end_session(session: int) -> None:
    """Nothing started under a guard is left, even if the guard itself was killed."""
    for pid, (_parent, its_session) in guard.processes().items():
        if its_session == session:
            guard.send(pid, signal.SIGKILL)


class Supervisor:
    """The loop; `run` is the way in."""

    def __init__(self, *, lock_fd: int, stop_timeout_s: float, console: Console) -> None:
        self.running: list[_Running] = []
        self.lock_fd = lock_fd
        self.stop_timeout_s = stop_timeout_s
        self.console = console
        self.stops = 0
        self._waker, self._wakes = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(self._wakes, False)

    def listen(self) -> None:
        """Ctrl-C, a closed terminal and SIGTERM stop us; a second one makes us hurry."""
        signal.set_wakeup_fd(self._wakes)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup a closed terminal is to be ignored, and stays so.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def prepare(self, early: Sequence[Part], prepare: Callable[[], Sequence[Part]]) -> None:
        """The early parts have started, and every part is known in the order of its start.

        What keeps the preparation from its end ends the early parts, too.
        """
        started = {part: self._of(part) for part in early}
        try:
            for running in started.values():
                running.start()
            with self.console.status("Preparing the home"):
                parts = prepare()
        except BaseException:  # Ctrl-C among them; told by whoever called us
            for running in started.values():
                running.end_at_once()
            raise
        self.running = [started.get(part) or self._of(part) for part in parts]

    def _of(self, part: Part) -> _Running:
        return _Running(part, self.lock_fd, self.stop_timeout_s)

    def bring_up(self, is_healthy: Callable[[], bool], timeout_s: float) -> bool:
        """True when all is healthy, False when asked to stop on the way.

        Raises
        ------
        Failed
            Not healthy in time, or a part keeps ending.
        """
        for running in self.running:
            if running.process is None:
                running.start()
            if not self._wait(running.part.name, running.part.is_ready, timeout_s):
                return False
        return self._wait("health of the whole", is_healthy, timeout_s)

    def _wait(self, what: str, is_there: Callable[[], bool] | None, timeout_s: float) -> bool:
        started = time.monotonic()
        with self.console.status(f"Waiting for {what}"):
            while not self.stops:
                self._tend(is_starting=True)
                if is_there is None or is_there():
                    took_s = time.monotonic() - started
                    self.console.print(f"  {what}: ready ({took_s:.1f} s)", highlight=False)
                    return True
                if time.monotonic() - started > timeout_s:
                    raise Failed(f"{what} did not come within {timeout_s:.0f} s")
                self._sleep(POLL_S)
        return False

    def keep(self) -> None:
        """Returns when asked to stop."""
        while not self.stops:
            self._tend(is_starting=False)
            self._sleep(POLL_S)

    def stop(self) -> None:
        """Everything has ended: the first part last, because the others lean on it."""
        started = time.monotonic()
        with self.console.status("Stopping"):
            for wave in (self.running[1:], self.running[:1]):
                for running in wave:
                    running.ask_to_stop()
                while any(running.process is not None for running in wave):
                    for running in wave:
                        running.note_end()
                        if self.stops > 1:
                            running.hurry()
                    self._sleep(POLL_S)
        took_s = time.monotonic() - started
        self.console.print(f"Stopped; nothing is left running ({took_s:.1f} s).", highlight=False)

    def _tend(self, *, is_starting: bool) -> None:
        for running in self.running:
            status = running.note_end()
            if status is not None:
                self.console.print(
                    f"  {running.part.name} ended with status {status};"
                    f" again in {running.due_at - time.monotonic():.1f} s",
                    highlight=False,
                )
                if is_starting and running.ended >= TRIES_BEFORE_HEALTHY:
                    raise Failed(f"{running.part.name} keeps ending\n{_last_lines(running.part)}")
            if running.process is None and running.ended and time.monotonic() >= running.due_at:
                running.start()

    def _sleep(self, seconds: float) -> None:
        ready, _, _ = select.select([self._waker], [], [], seconds)
        if ready:
            os.read(self._waker, 4096)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1


def run(
    prepare: Callable[[], Sequence[Part]],
    *,
    lock_fd: int,
    is_healthy: Callable[[], bool],
    on_ready: Callable[[], None],
    early: Sequence[Part] = (),
    stop_timeout_s: float = STOP_TIMEOUT_S,
    health_timeout_s: float = 60.0,
    console: Console | None = None,
) -> int:
    """The parts ran until a signal, and none of them is left; the exit status of the command.

    Must be called in the main thread, which takes over SIGINT, SIGTERM and SIGHUP once all is
    prepared; before that they end the command as they end any other.

    Parameters
    ----------
    prepare : makes ready what the parts need, and names them in the order of their start
    early : those of them that are started before, to load meanwhile what takes long; they wait
        themselves for what is being prepared
    """
    console = console or Console(stderr=True)
    supervisor = Supervisor(lock_fd=lock_fd, stop_timeout_s=stop_timeout_s, console=console)
    supervisor.prepare(early, prepare)
    guard.prctl(guard.PR_SET_CHILD_SUBREAPER, 1)
    supervisor.listen()
    try:
        if supervisor.bring_up(is_healthy, health_timeout_s):
            on_ready()
            supervisor.keep()
        return 0
    except Failed as exc:
        console.print(f"Could not start: {exc}", markup=False, highlight=False)
        return 1
    finally:
        supervisor.stop()


def _last_lines(part: Part) -> str:
    if part.log_path is None:
        return ""
    lines = part.log_path.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
    return "\n".join([*lines, f"(more in {part.log_path})"])
