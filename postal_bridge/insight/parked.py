"""Later work that waits for a person, as far as it is the actor's. Parts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from postal_bridge.delivery.service import delivery_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.insight.rules import standing_at
from postal_bridge.insight.views import Figure, ParkedAction
from postal_bridge.kernel import actions
from postal_bridge.kernel.actor import Actor, Role, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.service import payment_view
from postal_bridge.runs.service import run_view

MOST = 500
_SUBJECTS = ("dossier_id", "delivery_id", "run_id", "payment_id")


def parked(
    uow: ReadUnit, actor: Actor, moments: Sequence[datetime]
) -> tuple[Figure, tuple[ParkedAction, ...]]:
    """What waits, oldest first. The trend says since when; what was settled is not in it.

    Actions live by the machine clock: the trend is laid back from now by as much.
    """
    rows = [
        row
        for row in actions.parked(uow.session, limit=MOST)
        if concerns(uow, row.message.body, actor)
    ]
    moved = uow.now - uow.machine_now
    trend = standing_at(
        [((row.closed_at or uow.machine_now) + moved, None) for row in rows], moments
    )
    shown = tuple(
        ParkedAction(
            action_id=row.id,
            handler=row.handler,
            topic=row.message.topic,
            reason=row.reason or "",
            tries=row.tries,
            parked_at=row.closed_at,
            dossier_id=_uuid(row.message.body.get("dossier_id")),
        )
        for row in rows
    )
    return Figure(len(rows), (*trend[:-1], len(rows))), shown


def concerns(uow: ReadUnit, body: Mapping[str, Any], actor: Actor) -> bool:
    """True where the thing an action speaks of lies in the actor's scope.

    What speaks of none (the daily seal, clean-ups) is the operator's.
    """
    if actor.scope.everything or Role.OPERATOR in actor.roles:
        return True
    for name in _SUBJECTS:
        subject = _uuid(body.get(name))
        if subject is not None:
            return _is_seen(uow, name, subject, actor)
    return False


def _is_seen(uow: ReadUnit, name: str, subject: UUID, actor: Actor) -> bool:
    look: Callable[[ReadUnit, UUID, Scope], object]
    match name:
        case "dossier_id":
            look = dossier_view
        case "delivery_id":
            look = delivery_view
        case "run_id":
            look = run_view
        case _:
            look = _payment_of(actor)
    try:
        look(uow, subject, actor.scope)
    except NotFound:
        return False
    return True


def _payment_of(actor: Actor) -> Callable[[ReadUnit, UUID, Scope], object]:
    return lambda uow, payment_id, _: payment_view(uow, payment_id, actor=actor)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
