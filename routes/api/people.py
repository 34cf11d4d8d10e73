"""API: people in their dated places, and devices."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.kernel.actor import Role
from postal_bridge.people.service import (
    CreateStaff,
    RegisterDevice,
    assign_once,
    create_staff_once,
    devices,
    end_assignment_once,
    register_device_once,
    reset_password_once,
    set_active_once,
    set_device_once,
    staff_list,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, nothing, once
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
CREATED = as_json(StaffCreatedSchema().dump)
DEVICE = as_json(DeviceSchema().dump)


@blp.route("/people", methods=["GET"])
@allow(*MANAGERS)
@blp.response(200, PeopleSchema)
def people() -> dict[str, Any]:
    """The people of the caller's scope with their places of today."""
    return {"rows": staff_list(actor=current_actor(), units=container().units)}


@blp.route("/people", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(CreateStaffSchema)
@blp.alt_response(201, schema=StaffCreatedSchema)
def create(command: CreateStaff) -> Response:
    """Create a person; a repeated request shows the same first password."""
    return answered(create_staff_once(command, once=once(CREATED), **_who()), 201)


@blp.route("/people/<uuid:staff_id>/places", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(PlaceSchema)
@blp.alt_response(201, schema=AssignmentSchema)
def place(data: dict[str, Any], staff_id: UUID) -> Response:
    """Give a person a dated place, or move the person there."""
    command = PlaceSchema().command(staff_id, data)
    kept = once(as_json(AssignmentSchema().dump))
    return answered(assign_once(command, once=kept, **_who()), 201)


@blp.route("/places/<uuid:place_id>/end", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(EndPlaceSchema)
@blp.response(204)
def end_place(data: dict[str, Any], place_id: UUID) -> None:
    """End a place at once, or with its last day."""
    end_assignment_once(place_id, last_day=data["last_day"], once=once(nothing), **_who())


@blp.route("/people/<uuid:staff_id>/password", methods=["POST"])
@allow(*MANAGERS)
@blp.response(200, StaffCreatedSchema)
def password(staff_id: UUID) -> Response:
    """Make a new first password; sessions under the old one have ended."""
    return answered(reset_password_once(staff_id, once=once(CREATED), **_who()))


@blp.route("/people/<uuid:staff_id>", methods=["PATCH"])
@allow(*MANAGERS)
@blp.arguments(ActiveSchema)
@blp.response(204)
def activate(data: dict[str, Any], staff_id: UUID) -> None:
    """Let a person in, or keep the person out from this moment."""
    set_active_once(staff_id, data["is_active"], once=once(nothing), **_who())


@blp.route("/devices", methods=["GET"])
@allow(*MANAGERS)
@blp.response(200, DevicesSchema)
def device_list() -> dict[str, Any]:
    """The devices of the caller's scope."""
    return {"rows": devices(actor=current_actor(), units=container().units)}


@blp.route("/devices", methods=["POST"])
@allow(*MANAGERS)
@blp.arguments(RegisterDeviceSchema)
@blp.alt_response(201, schema=DeviceSchema)
def register(command: RegisterDevice) -> Response:
    """Register a device of a unit."""
    return answered(register_device_once(command, once=once(DEVICE), **_who()), 201)


@blp.route("/devices/<device_id>", methods=["PATCH"])
@allow(*MANAGERS)
@blp.arguments(DeviceStateSchema)
@blp.response(200, DeviceSchema)
def set_device(data: dict[str, Any], device_id: str) -> Response:
    """Lock a device at once, or let it be used again."""
    return answered(set_device_once(device_id, data["state"], once=once(DEVICE), **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
