"""Whom and what somebody who manages people reaches: the own scope, and nobody above it."""

from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.rules import OwnRoleChange, check_may_appoint
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import AssignmentRow, StaffRow


def is_over_all(actor: Actor) -> bool:
    return actor.scope.everything or Role.OPERATOR in actor.roles


def check_in_scope(actor: Actor, unit_id: UUID) -> None:
    if not is_over_all(actor) and unit_id not in actor.scope.units:
        raise NotFound


def check_place(actor: Actor, row: AssignmentRow) -> None:
    """A place the actor cannot see does not exist for him."""
    if not is_over_all(actor) and row.scope_unit_id not in actor.scope.units:
        raise NotFound


def refuse_self(actor: Actor, staff_id: UUID) -> None:
    if actor.kind is ActorKind.STAFF and actor.id == str(staff_id):
        raise OwnRoleChange


def check_placeable(uow: UnitOfWork, staff_id: UUID, since: date, actor: Actor) -> None:
    """Someone new, or someone all of whose places now or later are the actor's to give.

    The newest place counts (see `acting_as`): one given from outside would take the others'
    rights away, and tell that the person exists.
    """
    refuse_self(actor, staff_id)
    store, today = PeopleStore(uow.session), local(uow.now).date()
    store.get(StaffRow, staff_id)
    if is_over_all(actor):
        return
    for place in store.assignments([staff_id]):
        is_over = place.ended_at is not None or (
            place.valid_to is not None and place.valid_to < min(since, today)
        )
        if not is_over:
            check_place(actor, place)
            check_may_appoint(actor, Role(place.role))


def staff_in_scope(uow: UnitOfWork, staff_id: UUID, actor: Actor) -> StaffRow:
    """Someone all of whose places of today lie in the actor's scope and hand."""
    store = PeopleStore(uow.session)
    row = store.get(StaffRow, staff_id)
    refuse_self(actor, staff_id)
    held = store.assignments([staff_id], local(uow.now).date())
    if not held and not is_over_all(actor):
        raise NotFound
    for place in held:
        check_place(actor, place)
        check_may_appoint(actor, Role(place.role))
    return row
