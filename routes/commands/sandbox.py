"""The business clock of a sandbox."""

from datetime import datetime

import click

from postal_bridge.jobs.business_clock import advance_to
from postal_bridge.kernel.clock import VIETNAM, local
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import InputWrong, Reply


@click.group("clock")
def clock() -> None:
    """Đồng hồ nghiệp vụ. The business clock; only a sandbox's can be moved."""


@clock.command("show", cls=OperatorCommand)
def show() -> Reply:
    """Xem giờ. What the business clock shows."""
    with container(wiring=False).units.read() as view:
        now, offset = local(view.now), view.now - view.machine_now
    document = {"now": now.isoformat(), "offset_s": int(offset.total_seconds())}
    return Reply(document, document["now"] if isinstance(document["now"], str) else "")


@clock.command("advance", cls=OperatorCommand)
@click.argument("target", metavar="ISO")
@click.option("--timeout", "timeout_s", type=float, default=120.0, show_default=True)
def advance(target: str, timeout_s: float) -> Reply:
    """Tua đồng hồ. Go to a moment, stopping wherever something falls due.

    A keeper and workers must be running.
    """
    try:
        moment = datetime.fromisoformat(target)
    except ValueError:
        raise InputWrong(problem=target[:40]) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    done = advance_to(moment, units=container(wiring=False).units, timeout_s=timeout_s)
    shown = local(done.now).isoformat()
    return Reply({"now": shown, "stops": done.stops}, shown)
