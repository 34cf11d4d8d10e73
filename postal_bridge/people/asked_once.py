"""What is done to people and devices as one request: a repeat gets the first answer (W5).

Use cases. The answer that shows a first password is kept under the master key, like any other.
"""

from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.devices import RegisterDevice, add_device, set_device
from postal_bridge.people.placing import Assign, end_place, place
from postal_bridge.people.rules import DeviceState
from postal_bridge.people.staffing import CreateStaff, adder_of, let_in, resetter_of
from postal_bridge.people.views import AssignmentView, DeviceView, StaffCreated


def create_staff_once(
    command: CreateStaff, *, actor: Actor, once: Once[StaffCreated], units: Units
) -> bytes:
    """As `create_staff`; a repeat shows the same first password again."""
    return once.answer(adder_of(command, actor=actor), actor=actor, units=units)


def reset_password_once(
    staff_id: UUID, *, actor: Actor, once: Once[StaffCreated], units: Units
) -> bytes:
    """As `reset_password`; a repeat does not make the password that was shown useless."""
    return once.answer(resetter_of(staff_id, actor=actor), actor=actor, units=units)


def set_active_once(
    staff_id: UUID, is_active: bool, *, actor: Actor, once: Once[None], units: Units
) -> bytes:
    """As `set_active`."""
    return once.answer(
        lambda uow: let_in(uow, staff_id, is_active, actor=actor), actor=actor, units=units
    )


def assign_once(
    command: Assign, *, actor: Actor, once: Once[AssignmentView], units: Units
) -> bytes:
    """As `assign`; a repeat gives no second place."""
    return once.answer(lambda uow: place(uow, command, actor=actor), actor=actor, units=units)


def end_assignment_once(
    assignment_id: UUID,
    *,
    actor: Actor,
    once: Once[None],
    units: Units,
    last_day: date | None = None,
) -> bytes:
    """As `end_assignment`."""
    return once.answer(
        lambda uow: end_place(uow, assignment_id, last_day, actor=actor), actor=actor, units=units
    )


def register_device_once(
    command: RegisterDevice, *, actor: Actor, once: Once[DeviceView], units: Units
) -> bytes:
    """As `register_device`; a repeat registers no second device."""
    return once.answer(lambda uow: add_device(uow, command, actor=actor), actor=actor, units=units)


def set_device_once(
    device_id: str, state: DeviceState, *, actor: Actor, once: Once[DeviceView], units: Units
) -> bytes:
    """Locked, or let in again; a repeat undoes nothing that was decided since."""
    return once.answer(
        lambda uow: set_device(uow, device_id, state, actor=actor), actor=actor, units=units
    )
