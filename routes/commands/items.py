"""Item numbers that need the home's blocks."""

import click

from postal_bridge.custody.item_number import LARGEST_SERIAL
from postal_bridge.custody.service import draw_number, grant_number_block, number_blocks
from postal_bridge.directory.service import unit_by_key, unit_view
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import InputWrong, Reply

SERIAL = click.IntRange(0, LARGEST_SERIAL)


@click.command("new", cls=OperatorCommand)
@click.option("--service", default="RR", show_default=True, help="two letters of the service")
@click.option("--unit", "unit_key", default="post", show_default=True, help="whose block")
def item_new(service: str, unit_key: str) -> Reply:
    """Cấp mã vận đơn. A number drawn from the unit's blocks; it is never drawn again."""
    with container(wiring=False).units.write() as uow:
        number = draw_number(uow, service.upper(), unit_by_key(uow, unit_key).id)
        uow.commit()
    return Reply({"number": number}, number)


@click.command("grant", cls=OperatorCommand)
@click.argument("prefix")
@click.argument("first", type=SERIAL)
@click.argument("last", type=SERIAL)
@click.option("--unit", "unit_key", required=True, help="the office that draws from it")
def item_grant(prefix: str, first: int, last: int, unit_key: str) -> Reply:
    """Cấp dải số cho một đơn vị. A unit may draw the numbers FIRST to LAST of a prefix."""
    if first > last:
        raise InputWrong(problem=f"{first} > {last}")
    prefix = prefix.upper()
    with container(wiring=False).units.write() as uow:
        grant_number_block(uow, unit_by_key(uow, unit_key).id, prefix, first, last)
        uow.commit()
    document = {"unit": unit_key, "prefix": prefix, "first": first, "last": last}
    return Reply(document, _line(unit_key, prefix, first, last, last - first + 1))


@click.command("blocks", cls=OperatorCommand)
def item_blocks() -> Reply:
    """Các dải số đã cấp. Every block that was granted, and how many numbers it has left."""
    rows = []
    with container(wiring=False).units.read() as uow:
        for one in number_blocks(uow):
            rows.append(
                {
                    "unit": unit_view(uow, one.unit_id).key,
                    "prefix": one.prefix,
                    "first": one.first,
                    "last": one.last,
                    "left": one.left,
                }
            )
    return Reply({"blocks": rows}, "\n".join(_line(*row.values()) for row in rows))


def _line(unit: object, prefix: object, first: object, last: object, left: object) -> str:
    return f"{unit:<24} {prefix} {first:0>8} {last:0>8}  {left}"
