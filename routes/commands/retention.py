"""Personal data that were kept long enough, for operators: look first, then destroy."""

import click

from postal_bridge.counter.retention import (
    KeptLongEnough,
    erase_kept_long_enough,
    kept_long_enough,
)
from postal_bridge.dossiers.retention import retention_rules
from postal_bridge.dossiers.service import lift_hold, put_hold
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.progress import with_bar
from routes.commands.speech import Reply


@click.group("retention")
def retention() -> None:
    """Thời hạn lưu dữ liệu cá nhân. How long personal data are kept."""


@retention.command("rules", cls=OperatorCommand)
def rules() -> Reply:
    """Bảng thời hạn. The dated table of lengths, with the source of each."""
    rows = [
        {
            "class": rule.retention_class.value,
            "from": rule.valid_from.isoformat(),
            "months": rule.months,
            "source": rule.source,
        }
        for rule in retention_rules()
    ]
    shown = "\n".join(
        f"{r['class']:<14} {r['from']}  {r['months']:>4}  {r['source']}" for r in rows
    )
    return Reply({"rules": rows}, shown)


@retention.command("due", cls=OperatorCommand)
def due() -> Reply:
    """Hồ sơ đã hết hạn lưu. What would be erased, and what stands in the way; changes nothing."""
    return _listed(kept_long_enough(actor=Actor.operator(), units=container(wiring=False).units))


@retention.command("erase", cls=OperatorCommand)
@click.option("--destroy", is_flag=True, help="without it nothing is changed")
def erase(*, destroy: bool) -> Reply:
    """Hủy khóa dữ liệu. Destroy the keys of what is due; nobody can bring them back."""
    actor, units = Actor.operator(), container(wiring=False).units
    waiting = kept_long_enough(actor=actor, units=units)
    if not destroy:
        return _listed(waiting)
    free = sum(not one.obstacles for one in waiting)
    erased = erase_kept_long_enough(actor=actor, units=units)
    return _listed(tuple(with_bar(erased, "erase", free)))


@retention.command("hold", cls=OperatorCommand)
@click.argument("number")
@click.option("--reason", required=True, help="kept sealed: a complaint's or a court's number")
def hold(number: str, reason: str) -> Reply:
    """Giữ lại theo yêu cầu pháp lý. Nothing of this dossier is erased until it is lifted."""
    put_hold(number, reason, actor=Actor.operator(), units=container(wiring=False).units)
    return Reply({"number": number, "held": True}, number)


@retention.command("lift", cls=OperatorCommand)
@click.argument("number")
def lift(number: str) -> Reply:
    """Thôi giữ. The table of lengths decides about this dossier again."""
    lift_hold(number, actor=Actor.operator(), units=container(wiring=False).units)
    return Reply({"number": number, "held": False}, number)


def _listed(found: tuple[KeptLongEnough, ...]) -> Reply:
    rows = [
        {
            "number": one.number,
            "class": one.rule.retention_class.value,
            "ended_on": one.ended_on.isoformat(),
            "due_on": one.due_on.isoformat(),
            "obstacles": [obstacle.value for obstacle in one.obstacles],
        }
        for one in found
    ]
    shown = "\n".join(
        f"{one.number:<22} {one.rule.retention_class.value:<14} {one.due_on}  "
        f"{', '.join(one.obstacles)}".rstrip()
        for one in found
    )
    return Reply({"dossiers": rows}, shown)
