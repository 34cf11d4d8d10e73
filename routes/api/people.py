"""API: people in their dated places, and devices."""

from typing import Any
from uuid import UUID

from postal_bridge.kernel.actor import Role
from postal_bridge.people.rules import DeviceState
from postal_bridge.people.service import (
    AssignmentView,
    CreateStaff,
    DeviceView,
    RegisterDevice,
    StaffCreated,
    assign,
    create_staff,
    devices,
    end_assignment,
    lock_device,
    register_device,
    reset_password,
    set_active,
    staff_list,
    unlock_device,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.schemas.people import (
    ActiveSchema,
    AssignmentSchema,
    CreateStaffSchema,
    DeviceSchema,
    DevicesSchema,
    DeviceStateSchema,
    EndPlaceSchema,
    PeopleSchema,
    PlaceSchema,
    RegisterDeviceSchema,
    StaffCreatedSchema,
)

blp = ApiBlueprint("people_api", __name__, url_prefix="/api/v1", description="People and devices")
MANAGERS = (Role.SUPERVISOR, Role.OPERATOR)
SET_DEVICE = {DeviceState.LOCKED: lock_device, DeviceState.ACTIVE: unlock_device}


@blp.route("/people", methods=["GET"])
@allow(*MANAGERS)
@blp.response(200, PeopleSchema)
def people() -> dict[str, Any]:
    """The people of the caller's scope with their places of today."""
    return {"rows": staff_list(actor=current_actor(), units=container().units)}


@blp.route("/people", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(CreateStaffSchema)
@blp.response(201, StaffCreatedSchema)
def create(command: CreateStaff) -> StaffCreated:
    """Create a person. The sign-in name is unique, so a repeated request is refused with 409."""
    return create_staff(command, actor=current_actor(), units=container().units)


@blp.route("/people/<uuid:staff_id>/places", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(PlaceSchema)
@blp.response(201, AssignmentSchema)
def place(data: dict[str, Any], staff_id: UUID) -> AssignmentView:
    """Give a person a dated place, or move the person there."""
    command = PlaceSchema().command(staff_id, data)
    return assign(command, actor=current_actor(), units=container().units)


@blp.route("/places/<uuid:place_id>/end", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(EndPlaceSchema)
@blp.response(204)
def end_place(data: dict[str, Any], place_id: UUID) -> None:
    """End a place at once, or with its last day."""
    end_assignment(
        place_id, actor=current_actor(), units=container().units, last_day=data["last_day"]
    )


@blp.route("/people/<uuid:staff_id>/password", methods=["POST"])
@allow(*MANAGERS)
@blp.response(200, StaffCreatedSchema)
def password(staff_id: UUID) -> StaffCreated:
    """Make a new first password; sessions under the old one have ended."""
    return reset_password(staff_id, actor=current_actor(), units=container().units)


@blp.route("/people/<uuid:staff_id>", methods=["PATCH"])
@allow(*MANAGERS)
@blp.arguments(ActiveSchema)
@blp.response(204)
def activate(data: dict[str, Any], staff_id: UUID) -> None:
    """Let a person in, or keep the person out from this moment."""
    set_active(staff_id, data["is_active"], actor=current_actor(), units=container().units)


@blp.route("/devices", methods=["GET"])
@allow(*MANAGERS)
@blp.response(200, DevicesSchema)
def device_list() -> dict[str, Any]:
    """The devices of the caller's scope."""
    return {"rows": devices(actor=current_actor(), units=container().units)}


@blp.route("/devices", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(RegisterDeviceSchema)
@blp.response(201, DeviceSchema)
def register(command: RegisterDevice) -> DeviceView:
    """Register a device of a unit."""
    return register_device(command, actor=current_actor(), units=container().units)


@blp.route("/devices/<device_id>", methods=["PATCH"])
@allow(*MANAGERS)
@blp.arguments(DeviceStateSchema)
@blp.response(200, DeviceSchema)
def set_device(data: dict[str, Any], device_id: str) -> DeviceView:
    """Lock a device at once, or let it be used again."""
    change = SET_DEVICE[data["state"]]
    return change(device_id, actor=current_actor(), units=container().units)
