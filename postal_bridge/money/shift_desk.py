"""Use cases of a clerk's shift as forms send them: the same form again has the same one effect.

A frozen screen and four times Enter is one posting (facts: H-05).
"""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.drawers import (
    ContestDifference,
    CountDrawer,
    DrawerView,
    OpenDrawer,
    contest_shift,
    count_shift,
    end_shift,
    start_shift,
)
from postal_bridge.money.errors import WitnessCodeWrong
from postal_bridge.money.witnesses import witness_of_code


def open_once(command: OpenDrawer, *, actor: Actor, once: Once[DrawerView], units: Units) -> bytes:
    """The shift begins with a counted float. Raises DrawerAlreadyOpen."""
    return once.answer(lambda uow: start_shift(uow, command, actor=actor), actor=actor, units=units)


def count_once(
    command: CountDrawer, *, actor: Actor, once: Once[DrawerView], units: Units
) -> bytes:
    """The clerk's own count stands; only now is the expected sum shown."""
    return once.answer(lambda uow: count_shift(uow, command, actor=actor), actor=actor, units=units)


def close_once(
    explanation: str,
    witness_code: str = "",
    *,
    actor: Actor,
    once: Once[DrawerView],
    units: Units,
) -> bytes:
    """The clerk accepts his count and its difference. Raises MoveNotOpen, WitnessCodeWrong."""
    witness_id = _witness(witness_code, actor, once, units)
    return once.answer(
        lambda uow: end_shift(uow, explanation=explanation, witness_id=witness_id, actor=actor),
        actor=actor,
        units=units,
    )


def contest_once(
    command: ContestDifference,
    witness_code: str = "",
    *,
    actor: Actor,
    once: Once[DrawerView],
    units: Units,
) -> bytes:
    """The shift ends, the difference is contested and owed by nobody."""
    witness_id = _witness(witness_code, actor, once, units)
    return once.answer(
        lambda uow: contest_shift(uow, command, witness_id=witness_id, actor=actor),
        actor=actor,
        units=units,
    )


def _witness(code: str, actor: Actor, once: Once[DrawerView], units: Units) -> UUID | None:
    """The second person's row; a request that was answered before is not asked again."""
    if not code.strip() or _is_answered(actor, once, units):
        return None
    try:
        return witness_of_code(code, actor=actor, units=units)
    except WitnessCodeWrong:
        if _is_answered(actor, once, units):
            return None  # its twin has used the code meanwhile, and both get that answer
        raise


def _is_answered(actor: Actor, once: Once[DrawerView], units: Units) -> bool:
    with units.write() as uow:  # never committed: it only asks
        return once.kept(uow, actor) is not None
