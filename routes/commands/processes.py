"""The parts of the service, each alone: for systemd, a container, or the supervisor."""

import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import NoReturn

import click

from config.settings import SHARED_COUNTS, Settings
from postal_bridge.jobs import runtime
from postal_bridge.jobs.connection import check_redis
from postal_bridge.jobs.first_start import check_home
from postal_bridge.jobs.keeper import Keeper
from postal_bridge.jobs.lease import Lease
from postal_bridge.jobs.rq_queue import DEPTH, RqQueue
from postal_bridge.jobs.worker import work
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.log import configure_log
from routes.commands.composition import OperatorCommand, container, settings
from routes.commands.speech import Reply

WEB_PROCESSES_ON_POSTGRESQL = 2
REQUEST_TIMEOUT_S = 60
WORKER = "routes.web_worker.WebWorker"
START = "routes.web_start"


@click.command("web", cls=OperatorCommand)
@click.option("--processes", type=click.IntRange(1, 64), help="default: 1 on SQLite")
def web(processes: int | None) -> NoReturn:
    """Chạy trang web và API. Serve pages and API until stopped."""
    chosen = settings()
    check_home(chosen)  # what the set-up lacks is said before gunicorn starts
    command = web_command(chosen, processes)
    os.execv(command[0], command)  # noqa: S606  (our own interpreter, our own words)


def web_command(chosen: Settings, processes: int | None = None) -> list[str]:
    """What serves pages and API of a home that is prepared: one process on SQLite."""
    is_sqlite = chosen.effective_database_url.startswith("sqlite")
    count = 1 if is_sqlite else processes or WEB_PROCESSES_ON_POSTGRESQL
    command = gunicorn("app:create_app()", chosen, processes=count)
    command += ["--config", f"python:{START}"]
    if count == 1:
        return command
    return [*command, "--env", f"{SHARED_COUNTS}={_shared_counts(chosen.port)}"]


def gunicorn(application: str, chosen: Settings, *, processes: int) -> list[str]:
    """The command line that serves `application` as operation does."""
    return [
        *(sys.executable, "-m", "gunicorn", application),
        *("--bind", f"{chosen.host}:{chosen.port}"),
        *("--worker-class", WORKER, "--workers", str(processes)),
        *("--threads", str(chosen.web_threads), "--timeout", str(REQUEST_TIMEOUT_S)),
        *("--graceful-timeout", "15", "--keep-alive", "5", "--log-level", "warning"),
        *("--worker-tmp-dir", _memory_folder(), "--no-control-socket"),
    ]


@click.command("keeper", cls=OperatorCommand)
def keeper() -> Reply:
    """Giao việc cho tiến trình làm việc. Offer later work until stopped."""
    configure_log("keeper")
    made = container()
    check_redis(made.redis)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Keeper(
        units=made.units,
        handlers=made.handlers,
        queue=RqQueue(made.redis, made.home_identity.id),
        lease=Lease(made.units, f"{socket.gethostname()[:30]}:{new_id()}"),
        reap_every_s=made.settings.reap_every_s,
        offer_lease_s=made.settings.offer_lease_s,
        home=made.home.path,
    ).run(stop)
    return Reply()


@click.command("worker", cls=OperatorCommand)
@click.option("--queue", type=click.Choice(sorted(DEPTH)), required=True)
@click.option("--burst", is_flag=True, help="end when the queue is empty")
def worker(queue: str, burst: bool) -> Reply:
    """Làm các việc trong hàng đợi. Do later work of one queue until stopped."""
    configure_log(f"worker-{queue}")
    logging.captureWarnings(capture=True)
    made = container()
    work(
        queue,
        connection=made.redis,
        home_id=made.home_identity.id,
        factory=lambda: runtime.Tools(made.units, made.handlers),
        burst=burst,
    )
    return Reply()


def _shared_counts(port: int) -> str:
    """A new folder in memory where the processes of one web count their requests together.

    What an earlier web of this port left behind goes.
    """
    prefix = f"postal-bridge-counts-{port}-"
    for old in Path(_memory_folder()).glob(f"{prefix}*"):
        if not old.is_symlink() and old.stat().st_uid == os.getuid():
            shutil.rmtree(old, ignore_errors=True)
    return tempfile.mkdtemp(prefix=prefix, dir=_memory_folder())


def _memory_folder() -> str:
    """Where gunicorn touches its heartbeat files: memory, so that a slow disk kills nobody."""
    has_memory = os.access("/dev/shm", os.W_OK)  # noqa: S108  (folders there get names of their own)
    return "/dev/shm" if has_memory else "/tmp"  # noqa: S108
