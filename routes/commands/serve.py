"""The whole service with one command: prepares the home, then supervises its parts."""

import fcntl
import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from config.settings import Settings
from config.setup_check import check_port
from postal_bridge.directory.service import load_reference
from postal_bridge.jobs import supervisor
from postal_bridge.jobs.connection import embedded_server
from postal_bridge.jobs.first_start import PreparedHome, prepare_home
from postal_bridge.jobs.rq_queue import DEPTH
from postal_bridge.jobs.supervisor import Part
from postal_bridge.jobs.valkey import ValkeyServer
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.home import HomeKind
from postal_bridge.people.rules import SampleSignInsRefused
from postal_bridge.people.service import seed_sample_people
from postal_bridge.people.views import SampleSignIn
from routes.commands.composition import OperatorCommand, container, settings, working_role
from routes.commands.processes import web_command
from routes.commands.speech import Reply, said

SIGN_INS_FILE = "first-sign-ins.txt"
HEALTH_TIMEOUT_S = 2.0
# Of each role the one named in the README is printed, where the home has such a one.
SHOWN_FIRST = ("long-my", "can-tho")
PORTS_TRIED = 20
ROOT = Path(__file__).parents[2]


class PortTaken(SetupLacking):
    """`other` is one that may be free."""

    code = "port_taken"


@click.command("migrate", cls=OperatorCommand)
@click.option("--live", is_flag=True, help="a new home is a real one, not a sandbox")
def migrate(live: bool) -> Reply:
    """Tạo hoặc nâng cấp cơ sở dữ liệu. Make the home, or bring its database up."""
    chosen = settings()
    prepared = _prepare(chosen, live=live)
    load_reference(container(wiring=False).units)
    document = {
        "home": str(chosen.home.resolve()),
        "id": str(prepared.identity.id),
        "kind": prepared.identity.kind.value,
        "new": prepared.is_new,
    }
    return Reply(document, f"{document['home']}: {document['id']} ({document['kind']})")


@click.command("serve", cls=OperatorCommand)
@click.option("--live", is_flag=True, help="a new home is a real one, without sample people")
def serve(live: bool) -> Reply:
    """Chạy toàn bộ dịch vụ. Set up what is missing and run the service until Ctrl-C."""
    chosen = settings()
    prepared = _prepare(chosen, live=live)
    units = container(wiring=False).units
    load_reference(units)
    sign_ins = chosen.home / SIGN_INS_FILE
    if prepared.identity.kind is HomeKind.SANDBOX or not sign_ins.exists():
        # A sandbox whose clock was moved has other offices, and so other people, today.
        with suppress(SampleSignInsRefused):  # a live home that has people of its own
            _write_sign_ins(sign_ins, seed_sample_people(units))
    units.engine.dispose()
    lock = chosen.home / "serve.lock"
    server = None if chosen.redis_url else embedded_server(chosen, prepared.identity.id)
    if _is_free(lock):
        if not check_port(chosen.port, chosen.host).ok:
            raise PortTaken(port=str(chosen.port), other=str(_next_port(chosen.port)))
        if server is not None:
            server.stop_left_over()
    status = supervisor.run(
        _parts(chosen, prepared, server),
        lock_path=lock,
        is_healthy=lambda: _answers(chosen, str(prepared.identity.id)),
        on_ready=lambda: _greet(chosen, sign_ins),
    )
    return Reply(exit_code=status)


def _prepare(chosen: Settings, *, live: bool) -> PreparedHome:
    return prepare_home(
        chosen,
        kind=HomeKind.LIVE if live else HomeKind.SANDBOX,
        app_role=working_role(chosen),
    )


def _parts(chosen: Settings, prepared: PreparedHome, server: ValkeyServer | None) -> list[Part]:
    """Redis first, for the others lean on it; it is stopped last.

    The rest waits for the web: loading all at once would keep people waiting longest.
    """
    home = chosen.home.resolve()
    env = {
        "POSTAL_BRIDGE_HOME": str(home),
        "POSTAL_BRIDGE_PORT": str(chosen.port),
        "POSTAL_BRIDGE_HOST": chosen.host,
        "PYTHONPATH": str(ROOT),
    }

    def own(name: str, *words: str) -> Part:
        argv = [sys.executable, "-m", "routes.commands", *words]
        return Part(name, argv, env, home / "logs" / f"{name}.log")

    home_id = str(prepared.identity.id)
    # The home is prepared already, so the web is started as `bin/bridge web` would start it.
    parts = [
        Part(
            "web",
            web_command(chosen),
            env,
            home / "logs" / "web.log",
            lambda: _answers(chosen, home_id),
        ),
        own("keeper", "keeper"),
    ]
    parts += [own(f"worker-{name}", "worker", "--queue", name) for name in DEPTH]
    if server is None:
        return parts
    valkey = Part(
        "valkey", server.command(), log_path=server.log_path, is_ready=lambda: _is_up(server)
    )
    return [valkey, *parts]


def _is_up(server: ValkeyServer) -> bool:
    if server.is_ready():
        server.wait_until_ready()  # marks the server as this home's
        return True
    return False


def _is_free(lock: Path) -> bool:
    """False while another run of this home, or what is left of one, still ends."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _answers(chosen: Settings, home_id: str) -> bool:
    """True once `/health` answers for this home."""
    host = "127.0.0.1" if chosen.host in ("0.0.0.0", "::") else chosen.host  # noqa: S104
    url = f"http://{host}:{chosen.port}/health"
    try:
        with urllib.request.urlopen(url, timeout=HEALTH_TIMEOUT_S) as answer:
            return bool(json.load(answer)["home"] == home_id)
    except (OSError, ValueError, KeyError):
        return False


def _write_sign_ins(file: Path, people: Sequence[SampleSignIn]) -> None:
    """Sample sign-ins of a sandbox, readable by the owner of the home only."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        for person in people:
            row = (person.role, person.login, person.password, person.place, person.name)
            out.write("\t".join(row) + "\n")


def _greet(chosen: Settings, sign_ins: Path) -> None:
    click.echo(said("serve_ready", {"url": chosen.effective_public_url}))
    if not sign_ins.exists():
        click.echo(said("serve_no_people", {}))
        return
    rows = [line.split("\t") for line in sign_ins.read_text("utf-8").splitlines()]
    shown: set[str] = set()
    for role, login, password, *where in sorted(rows, key=lambda row: _place_in_list(row[1])):
        if role not in shown:
            shown.add(role)
            click.echo(f"  {role:<11} {login:<22} {password:<18} {', '.join(reversed(where))}")
    click.echo(said("serve_stop", {}))
    click.echo(said("serve_more_sign_ins", {"file": str(sign_ins)}))


def _place_in_list(login: str) -> int:
    """Small for the people of the README's walk."""
    ends = [login.endswith(place) for place in SHOWN_FIRST]
    return ends.index(True) if True in ends else len(ends)


def _next_port(port: int) -> int:
    """The next one that may be opened, or the one after `port` where none is found."""
    first = max(port, 1023) + 1
    ports = range(first, min(first + PORTS_TRIED, 65_536))
    return next((one for one in ports if check_port(one).ok), first)
