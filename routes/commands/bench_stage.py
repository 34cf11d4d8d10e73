"""A place to measure in: a sandbox home with open counters, and the servers on its database."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import cast

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from config.settings import Settings
from postal_bridge.directory.service import load_reference
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.jobs.guard import guarded
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.home import HomeKind
from postal_bridge.people.service import seed_sample_people
from postal_bridge.people.views import SampleSignIn
from routes.commands.bench_bare import URL_VARIABLE, prepare_bare
from routes.commands.composition import refuse_live_variables
from routes.commands.processes import WEB_PROCESSES_ON_POSTGRESQL, gunicorn
from routes.commands.speech import InputWrong
from routes.container import Container

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S, STOP_TIMEOUT_S = 60.0, 10.0
BARE_ROWS = 1000


class BenchServerAway(SetupLacking):
    """A server of the bench did not answer in time."""

    code = "bench_server_away"


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands for one run of the bench.

    Attributes
    ----------
    settings, bare : how the service and the bare application are served
    container : the service's dependencies in this process
    bare_url : the bare application's own database, of the same kind on the same server
    """

    settings: Settings
    bare: Settings
    container: Container
    bare_url: str
    database: str
    processes: int
    clerks: tuple[SampleSignIn, ...]


@contextmanager
def stage(database: str | None) -> Iterator[Stage]:
    """A home in a temporary folder, with people; nothing of it is left afterwards.

    Raises
    ------
    InputWrong
        The surroundings name a database or a Redis: the bench keeps away from what is in use.
    """
    refuse_live_variables()
    with tempfile.TemporaryDirectory(prefix="postal-bridge-bench-") as folder:
        home = Path(folder)
        # Every request of the load comes from another address, as behind a proxy.
        (home / "settings.toml").write_text("trusted_proxies = 1\n")
        with _databases(home, database) as (url, bare_url):
            chosen = Settings(home=home, port=_free_port(), database_url=url, trusted_proxies=1)
            prepare_home(chosen, kind=HomeKind.SANDBOX)
            prepare_bare(bare_url, rows=BARE_ROWS)
            made = cast(Container, import_module("app").create_container(chosen))
            load_reference(made.units)
            people = seed_sample_people(made.units)
            try:
                yield Stage(
                    settings=chosen,
                    bare=replace(chosen, port=_free_port()),
                    container=made,
                    bare_url=bare_url,
                    database=make_url(bare_url).get_backend_name(),
                    processes=WEB_PROCESSES_ON_POSTGRESQL if database else 1,
                    clerks=tuple(one for one in people if one.role == "clerk"),
                )
            finally:
                made.units.engine.dispose()


@contextmanager
def served(stage: Stage) -> Iterator[None]:
    """The service and the bare application answer, each as gunicorn serves it in operation."""
    own = {
        "POSTAL_BRIDGE_HOME": str(stage.settings.home),
        "POSTAL_BRIDGE_PORT": str(stage.settings.port),
        "DATABASE_URL": stage.settings.database_url,
    }
    factory = "routes.commands.bench_bare:create_bare()"
    commands = (
        ([sys.executable, "-m", "routes.commands", "web"], own, stage.settings.port),
        (
            gunicorn(factory, stage.bare, processes=stage.processes),
            {URL_VARIABLE: stage.bare_url},
            stage.bare.port,
        ),
    )
    running = [_start(command, env, stage.settings.home) for command, env, _ in commands]
    try:
        for _, _, port in commands:
            _wait_for(port, stage.settings.home)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(STOP_TIMEOUT_S + 5)
            if process.stdin is not None:
                process.stdin.close()


def _start(command: Sequence[str], env: Mapping[str, str], home: Path) -> "subprocess.Popen[bytes]":
    """Under a guard: it ends with the bench, whatever ends the bench."""
    with (home / "bench.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  (our own commands)
            guarded(command, stop_timeout_s=STOP_TIMEOUT_S),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )


def _wait_for(port: int, home: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2),
        ):
            return
        time.sleep(0.1)
    said = (home / "bench.log").read_text(errors="replace").splitlines()[-3:]
    raise BenchServerAway(said=" / ".join(said)[-300:])


@contextmanager
def _databases(home: Path, server: str | None) -> Iterator[tuple[str, str]]:
    """URLs for the service and the bare application; on a server both are dropped again."""
    if server is None:
        bare = home / "bare"
        bare.mkdir()
        yield "", f"sqlite:///{bare}/bare.sqlite3"
        return
    url = make_url(server)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise InputWrong(problem="--database")
    url = url.set(drivername="postgresql+psycopg")
    names = [f"pb_bench_{secrets.token_hex(6)}" for _ in range(2)]
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        of = [url.set(database=name).render_as_string(hide_password=False) for name in names]
        yield of[0], of[1]
    finally:
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
