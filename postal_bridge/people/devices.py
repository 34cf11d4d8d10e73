"""Devices of an office: registered, locked when they are lost, let in again."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.directory.service import (
    unit_view,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.reach import (
    check_in_scope,
    is_over_all,
)
from postal_bridge.people.reading import device_from
from postal_bridge.people.rules import (
    DeviceState,
    Power,
    check_may,
)
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import DeviceRow
from postal_bridge.people.views import DeviceView


@dataclass(frozen=True, slots=True)
class RegisterDevice:
    unit_id: UUID
    kind: str
    label: str


def register_device(command: RegisterDevice, *, actor: Actor, units: Units) -> DeviceView:
    """The device may be signed in on. Raises Forbidden, NotFound."""
    with units.write() as uow:
        made = add_device(uow, command, actor=actor)
        uow.commit()
    return made


def add_device(uow: UnitOfWork, command: RegisterDevice, *, actor: Actor) -> DeviceView:
    """The part of `register_device`. Raises as it does."""
    check_may(actor, Power.MANAGE_PEOPLE)
    unit_view(uow, command.unit_id)
    check_in_scope(actor, command.unit_id)
    row = DeviceRow(
        id=new_id().hex,
        unit_id=command.unit_id,
        kind=command.kind,
        label=command.label.strip(),
        state=DeviceState.ACTIVE.value,
        registered_at=uow.now,
        registered_by=actor.ref,
    )
    PeopleStore(uow.session).add(row)
    return device_from(row)


def lock_device(device_id: str, *, actor: Actor, units: Units) -> DeviceView:
    """Nothing opens on this device, from this moment. Raises Forbidden, NotFound."""
    return _set_device(device_id, DeviceState.LOCKED, actor, units)


def unlock_device(device_id: str, *, actor: Actor, units: Units) -> DeviceView:
    """The device may be used again. Raises Forbidden, NotFound."""
    return _set_device(device_id, DeviceState.ACTIVE, actor, units)


def _set_device(device_id: str, state: DeviceState, actor: Actor, units: Units) -> DeviceView:
    with units.write() as uow:
        changed = set_device(uow, device_id, state, actor=actor)
        uow.commit()
    return changed


def set_device(uow: UnitOfWork, device_id: str, state: DeviceState, *, actor: Actor) -> DeviceView:
    """The part of locking and unlocking. Raises Forbidden, NotFound."""
    check_may(actor, Power.MANAGE_PEOPLE)
    row = PeopleStore(uow.session).get(DeviceRow, device_id)
    check_in_scope(actor, row.unit_id)
    row.state, row.changed_at, row.changed_by = state.value, uow.now, actor.ref
    return device_from(row)


def devices(*, actor: Actor, units: Units) -> tuple[DeviceView, ...]:
    """The devices of the actor's scope by label. Raises Forbidden."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        within = None if is_over_all(actor) else actor.scope.units
        return tuple(device_from(row) for row in PeopleStore(uow.session).devices_of(within))
