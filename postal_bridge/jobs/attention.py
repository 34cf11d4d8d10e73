"""Later work that a person looks after."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.insight.parked import concerns
from postal_bridge.kernel import actions, outbox
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.log import log
from postal_bridge.kernel.tables import ActionRow
from postal_bridge.kernel.unit_of_work import Units


@dataclass(frozen=True, slots=True)
class Parked:
    """An action that ended with a person. `tries`: how often it ran."""

    action_id: UUID
    handler: str
    topic: str
    reason: str
    tries: int


def counts(*, actor: Actor, units: Units) -> dict[str, int]:
    """How many actions stand in each state, zero included."""
    _check(actor)
    with units.read() as view:
        found = actions.count_by_state(view.session)
    return {state.value: found.get(state.value, 0) for state in outbox.ActionState}


def needs_person(*, limit: int, actor: Actor, units: Units) -> list[Parked]:
    """What waits for a person, oldest first."""
    _check(actor)
    with units.read() as view:
        return [
            Parked(row.id, row.handler, row.message.topic, row.reason or "", row.tries)
            for row in actions.parked(view.session, limit=limit)
        ]


def try_again(action_id: UUID, *, actor: Actor, units: Units) -> None:
    """The action waits again and its tries start anew.

    Raises
    ------
    Forbidden
    NotFound
        It is not parked, or it concerns nothing in a supervisor's scope.
    """
    if not actor.roles & {Role.OPERATOR, Role.SUPERVISOR}:
        raise Forbidden
    with units.write() as uow:
        row = uow.session.get(ActionRow, action_id)
        if row is None or not concerns(uow, row.message.body, actor):
            raise NotFound
        if not actions.retry_by_person(uow.session, action_id, now=uow.machine_now):
            raise NotFound
        uow.commit()
    log.info("action_tried_again", action_id=str(action_id), actor=actor.ref)


def _check(actor: Actor) -> None:
    if Role.OPERATOR not in actor.roles:
        raise Forbidden
