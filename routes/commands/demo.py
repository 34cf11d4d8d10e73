"""Three stories played over HTTP and the real queue, in a sandbox home of their own."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import requests
from rich.console import Console
from rich.text import Text

from config.settings import Settings
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.home import HomeKind
from routes.commands.composition import (
    OperatorCommand,
    SandboxHomeNotEmpty,
    container,
    refuse_live_variables,
    settings,
)
from routes.commands.demo_long_my_2022 import long_my_2022
from routes.commands.demo_long_my_2026 import long_my_2026
from routes.commands.demo_long_tri_2022 import long_tri_2022
from routes.commands.demo_stage import Stage, StoryBroke, moment
from routes.commands.speech import Reply, said

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 90
FIRST_MORNING = moment(2022, 8, 8, 7, 0)
STOP_TIMEOUT_S = 30


@click.command("demo", cls=OperatorCommand)
@click.option(
    "--home",
    "home",
    type=click.Path(path_type=Path),
    default=None,
    help="an empty folder for the sandbox home; it stays afterwards",
)
@click.option("--port", type=int, default=None, help="where the service listens meanwhile")
def demo(home: Path | None, port: int | None) -> Reply:
    """Diễn ba câu chuyện. Play three stories and leave a home that `serve` can open."""
    refuse_live_variables()
    home = (home or Path(tempfile.mkdtemp(prefix="postal-bridge-demo-"))).resolve()
    if home.exists() and any(home.iterdir()):
        raise SandboxHomeNotEmpty(home=str(home))
    console = Console(stderr=True)
    os.environ.update(_environment(home, port or _free_port()))
    chosen = settings()
    prepare_home(chosen, kind=HomeKind.SANDBOX, app_role=None)
    console.print(f"home {home}", highlight=False)
    stage = Stage(chosen.effective_public_url, container(wiring=False).units, console)
    stage.set_clock(FIRST_MORNING)
    try:
        with _served(chosen):
            for story in (long_my_2022, long_tri_2022, long_my_2026):
                story(stage)
    except StoryBroke as broke:
        console.print(Text(said("demo_broke", {"step": broke.step}), "bold red"))
        console.print(Text(broke.answer))
        return Reply({"home": str(home), "broke": broke.step}, str(home), exit_code=1)
    stage.title("verify")
    status = _verify()
    command = f"POSTAL_BRIDGE_HOME={shlex.quote(str(home))} bin/serve"
    document = {"home": str(home), "ok": status == 0, "open_with": command}
    return Reply(document, said("demo_open", {"command": command}), exit_code=status)


def _verify() -> int:
    """What `bin/bridge verify` says of the home; 0 when every invariant holds."""
    done = subprocess.run(
        [sys.executable, "-m", "routes.commands", "verify"],
        cwd=ROOT,
        env=_own_environment(),
        stdout=sys.stderr,
        check=False,
    )
    return done.returncode


def _own_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _environment(home: Path, port: int) -> Mapping[str, str]:
    return {"POSTAL_BRIDGE_HOME": str(home), "POSTAL_BRIDGE_PORT": str(port)}


@contextmanager
def _served(chosen: Settings) -> Iterator[None]:
    """The whole service runs as `bin/serve` runs it, and is stopped by the id we started."""
    log = (chosen.home / "logs" / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "routes.commands", "serve"],
        cwd=ROOT,
        env=_own_environment(),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait_until_healthy(chosen, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait_until_healthy(chosen: Settings, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{chosen.effective_public_url}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise StoryBroke("serve", f"see {chosen.home / 'logs' / 'serve.log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
