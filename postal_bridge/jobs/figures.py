"""How the service's own work stands, for whoever watches it by machine. Counts only."""

from collections.abc import Mapping
from dataclasses import dataclass

from postal_bridge.insight.watching import count_silent
from postal_bridge.jobs import store
from postal_bridge.kernel import actions, outbox
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.watching import count_open_differences


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Attributes
    ----------
    actions : how many stand in each state of W4, zero included
    oldest_waiting_s : how long ago the oldest action that still waits fell due; 0 for none
    is_keeper_acting : somebody holds the keeper's lease
    drawer_differences, courier_differences : cash about which two sides differ
    silent_items : envelopes that lie still where they ought to move on
    """

    actions: Mapping[str, int]
    oldest_waiting_s: float
    is_keeper_acting: bool
    drawer_differences: int
    courier_differences: int
    silent_items: int


def service_figures(*, actor: Actor, units: Units) -> ServiceFigures:
    """The figures of the whole home at this moment. Raises Forbidden."""
    if Role.OPERATOR not in actor.roles:
        raise Forbidden
    with units.read() as uow:
        by_state = actions.count_by_state(uow.session)
        oldest = actions.oldest_waiting(uow.session, business_now=uow.now)
        lease_until = store.lease_until(uow.session)
        drawers, couriers = count_open_differences(uow, actor.scope)
        return ServiceFigures(
            actions={state.value: by_state.get(state, 0) for state in outbox.ActionState},
            oldest_waiting_s=(uow.now - oldest).total_seconds() if oldest else 0.0,
            is_keeper_acting=lease_until is not None and lease_until > uow.machine_now,
            drawer_differences=drawers,
            courier_differences=couriers,
            silent_items=count_silent(uow, actor.scope),
        )
