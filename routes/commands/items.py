"""Item numbers that need the home's blocks."""

import click

from postal_bridge.custody.service import draw_number
from postal_bridge.directory.service import unit_by_key
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply


@click.command("new", cls=OperatorCommand)
@click.option("--service", default="RR", show_default=True, help="two letters of the service")
@click.option("--unit", "unit_key", default="post", show_default=True, help="whose block")
def item_new(service: str, unit_key: str) -> Reply:
    """Cấp mã vận đơn. A number drawn from the unit's blocks; it is never drawn again."""
    with container(wiring=False).units.write() as uow:
        number = draw_number(uow, service.upper(), unit_by_key(uow, unit_key).id)
        uow.commit()
    return Reply({"number": number}, number)
