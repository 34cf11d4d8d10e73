"""The whole service with one command: prepares the home, then supervises its parts."""

from contextlib import ExitStack, suppress
from uuid import UUID

import click

from config.settings import Settings
from config.setup_check import check_port
from postal_bridge.directory.service import load_reference
from postal_bridge.jobs import supervisor
from postal_bridge.jobs.first_start import PreparedHome, prepare_home, preparing
from postal_bridge.jobs.schedule import reconcile
from postal_bridge.jobs.sole import sole
from postal_bridge.jobs.supervisor import Part
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.home import HomeFolder, HomeKind
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import SampleSignInsRefused
from postal_bridge.people.service import seed_sample_people
from routes.commands.composition import OperatorCommand, container, settings, working_role
from routes.commands.greeting import greet, sign_ins_file, write_sign_ins
from routes.commands.parts import all_parts, answers, web_part
from routes.commands.speech import Reply

PORTS_TRIED = 20


class PortTaken(SetupLacking):
    """`other` is one that may be free."""

    code = "port_taken"


@click.command("migrate", cls=OperatorCommand)
@click.option("--live", is_flag=True, help="a new home is a real one, not a sandbox")
def migrate(live: bool) -> Reply:
    """Tạo hoặc nâng cấp cơ sở dữ liệu. Make the home, or bring its database up."""
    chosen = settings()
    prepared = _prepare(chosen, live=live)
    _fill(container(wiring=False).units)
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
    HomeFolder(chosen.home).create()
    with sole(chosen.home / "serve.lock") as lock_fd, ExitStack() as until_prepared:
        if not check_port(chosen.port, chosen.host).ok:
            raise PortTaken(port=str(chosen.port), other=str(_next_port(chosen.port)))
        # The web reads its code while the home is prepared, and then waits for that.
        until_prepared.enter_context(preparing(chosen.home))
        web = web_part(chosen)

        def prepare() -> list[Part]:
            home_id = _prepare_for_service(chosen, live=live)
            until_prepared.close()
            return all_parts(chosen, web, home_id)

        status = supervisor.run(
            prepare,
            lock_fd=lock_fd,
            early=[web],
            is_healthy=lambda: answers(chosen),
            on_ready=lambda: greet(chosen),
        )
    return Reply(exit_code=status)


def _prepare_for_service(chosen: Settings, *, live: bool) -> UUID:
    """The home stands with its reference data, and with people who may sign in first."""
    prepared = _prepare(chosen, live=live)
    units = container(wiring=False).units
    _fill(units)
    sign_ins = sign_ins_file(chosen)
    if prepared.identity.kind is HomeKind.SANDBOX or not sign_ins.exists():
        # A sandbox whose clock was moved has other offices, and so other people, today.
        with suppress(SampleSignInsRefused):  # a live home that has people of its own
            write_sign_ins(sign_ins, seed_sample_people(units))
    units.engine.dispose()
    return prepared.identity.id


def _prepare(chosen: Settings, *, live: bool) -> PreparedHome:
    return prepare_home(
        chosen,
        kind=HomeKind.LIVE if live else HomeKind.SANDBOX,
        app_role=working_role(chosen),
    )


def _fill(units: Units) -> None:
    """The release's reference data stand, and its periodic work.

    The keeper sees to that work too, but begins beside the web: a clock moved on the first
    answer of `/health` would pass its due times unseen.
    """
    load_reference(units)
    reconcile(units)


def _next_port(port: int) -> int:
    """The next one that may be opened, or the one after `port` where none is found."""
    first = max(port, 1023) + 1
    ports = range(first, min(first + PORTS_TRIED, 65_536))
    return next((one for one in ports if check_port(one).ok), first)
