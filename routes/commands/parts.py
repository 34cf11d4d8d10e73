"""The parts of the service as `bin/serve` starts them: each a command of its own, with its log."""

import json
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import UUID

from config.settings import Settings
from postal_bridge.jobs.connection import embedded_server
from postal_bridge.jobs.first_start import known_id
from postal_bridge.jobs.rq_queue import DEPTH
from postal_bridge.jobs.supervisor import Part
from postal_bridge.jobs.valkey import ValkeyServer
from postal_bridge.kernel.home import HomeFolder
from routes.commands.processes import web_command

HEALTH_TIMEOUT_S = 2.0
ROOT = Path(__file__).parents[2]


def web_part(chosen: Settings) -> Part:
    """What answers people. The home is prepared by others, so nothing is asked before it starts."""
    return _part(chosen, "web", web_command(chosen), is_web=True)


def all_parts(chosen: Settings, web: Part, home_id: UUID) -> list[Part]:
    """Redis first, for the others lean on it; it is stopped last.

    The rest waits for the web: loading all at once would keep people waiting longest.
    """
    own = [sys.executable, "-m", "routes.commands"]
    parts = [web, _part(chosen, "keeper", [*own, "keeper"])]
    for queue in DEPTH:
        parts.append(_part(chosen, f"worker-{queue}", [*own, "worker", "--queue", queue]))
    if chosen.redis_url:
        return parts
    server = embedded_server(chosen, home_id)
    server.stop_left_over()
    valkey = Part(
        "valkey", server.command(), log_path=server.log_path, is_ready=lambda: _is_up(server)
    )
    return [valkey, *parts]


def answers(chosen: Settings) -> bool:
    """True once `/health` answers for this home."""
    is_everywhere = chosen.host in ("0.0.0.0", "::")  # noqa: S104  (compared, not opened)
    host = "127.0.0.1" if is_everywhere else chosen.host
    connection = HTTPConnection(host, chosen.port, timeout=HEALTH_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        found = json.load(connection.getresponse())["home"]
        return bool(found == str(known_id(HomeFolder(chosen.home))))
    except (OSError, HTTPException, ValueError, KeyError):
        return False
    finally:
        connection.close()


def _part(chosen: Settings, name: str, argv: list[str], *, is_web: bool = False) -> Part:
    home = chosen.home.resolve()
    env = {
        "POSTAL_BRIDGE_HOME": str(home),
        "POSTAL_BRIDGE_PORT": str(chosen.port),
        "POSTAL_BRIDGE_HOST": chosen.host,
        "PYTHONPATH": str(ROOT),
    }
    is_ready = (lambda: answers(chosen)) if is_web else None
    return Part(name, argv, env, home / "logs" / f"{name}.log", is_ready)


def _is_up(server: ValkeyServer) -> bool:
    if server.is_ready():
        server.wait_until_ready()  # marks the server as this home's
        return True
    return False
