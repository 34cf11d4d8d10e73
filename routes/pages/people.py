"""Who is where with what: people in their dated places, and devices."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.insight.service import people_page, person_page
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import AppError, Conflict, NotFound, RuleViolation
from postal_bridge.people.rules import DeviceState, StaffKind
from postal_bridge.people.service import (
    assign_once,
    create_staff_once,
    device_lines,
    device_record,
    end_assignment_once,
    register_device_once,
    reset_password_once,
    revoke_key_once,
    set_active_once,
    set_device_once,
    staff_list,
)
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors, load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.schemas.people import (
    ActiveSchema,
    CreateStaffSchema,
    DeviceStateSchema,
    EndPlaceSchema,
    PlaceSchema,
    RegisterDeviceSchema,
    StaffCreatedSchema,
)

bp = Blueprint("people", __name__, url_prefix="/nhan-su")
MANAGERS = (Role.SUPERVISOR, Role.OPERATOR)
CREATED = as_json(StaffCreatedSchema().dump)
REFUSED = (ValidationError, RuleViolation, Conflict)


@bp.get("")
@allow(*MANAGERS)
def show() -> str:
    return _list([])


@bp.post("")
@allow(*MANAGERS)
def create() -> str | tuple[str, int]:
    """A person is created; the first password is on this answer and nowhere else."""
    try:
        command = load_form(CreateStaffSchema())
        made = create_staff_once(command, once=once_of_form(CREATED), **_who())
    except REFUSED as exc:
        return _list(form_errors(exc)), _status(exc)
    return _created(made)


@bp.get("/<uuid:staff_id>")
@allow(*MANAGERS)
def person(staff_id: UUID) -> str:
    return _person(staff_id, [])


@bp.post("/<uuid:staff_id>/phan-cong")
@allow(*MANAGERS)
def place(staff_id: UUID) -> AnyResponse | tuple[str, int]:
    """The person has a place, or only this one when it is a move."""
    try:
        command = PlaceSchema().command(staff_id, load_form(PlaceSchema()))
        assign_once(command, once=once_of_form(nothing), **_who())
    except REFUSED as exc:
        return _place_again(staff_id, form_errors(exc)), _status(exc)
    return redirect(url_for("people.person", staff_id=staff_id), 303)


@bp.post("/<uuid:staff_id>/ket-thuc/<uuid:place_id>")
@allow(*MANAGERS)
def end(staff_id: UUID, place_id: UUID) -> AnyResponse | tuple[str, int]:
    try:
        last_day = load_form(EndPlaceSchema())["last_day"]
        end_assignment_once(place_id, last_day=last_day, once=once_of_form(nothing), **_who())
    except REFUSED as exc:
        return _person(staff_id, form_errors(exc)), _status(exc)
    return redirect(url_for("people.show"), 303)


@bp.post("/<uuid:staff_id>/mat-khau")
@allow(*MANAGERS)
def password(staff_id: UUID) -> str | tuple[str, int]:
    """A new first password, shown once; sessions under the old one have ended."""
    try:
        made = reset_password_once(staff_id, once=once_of_form(CREATED), **_who())
    except REFUSED as exc:
        return _person(staff_id, form_errors(exc)), _status(exc)
    return _created(made)


@bp.post("/<uuid:staff_id>/trang-thai")
@allow(*MANAGERS)
def activate(staff_id: UUID) -> AnyResponse | tuple[str, int]:
    try:
        is_active = load_form(ActiveSchema())["is_active"]
        set_active_once(staff_id, is_active, once=once_of_form(nothing), **_who())
    except REFUSED as exc:
        return _person(staff_id, form_errors(exc)), _status(exc)
    return redirect(url_for("people.person", staff_id=staff_id), 303)


@bp.post("/thiet-bi")
@allow(*MANAGERS)
def register() -> AnyResponse | tuple[str, int]:
    try:
        command = load_form(RegisterDeviceSchema())
        register_device_once(command, once=once_of_form(nothing), **_who())
    except REFUSED as exc:
        return _list(form_errors(exc)), _status(exc)
    return redirect(url_for("people.show", _anchor="devices"), 303)


@bp.post("/thiet-bi/<device_id>")
@allow(*MANAGERS)
def set_device(device_id: str) -> AnyResponse:
    """Nothing opens on a locked device, from this moment."""
    state: DeviceState = load_form(DeviceStateSchema())["state"]
    set_device_once(device_id, state, once=once_of_form(nothing), **_who())
    return redirect(url_for("people.show", _anchor="devices"), 303)


@bp.get("/thiet-bi/<device_id>")
@allow(*MANAGERS)
def device(device_id: str) -> str:
    """Its keys, what it recorded, why some of it was refused, what did not come or hold."""
    return render_template(
        "people/device.html",
        record=device_record(device_id, **_who()),
        known=container().texts.has,
    )


@bp.post("/thiet-bi/<device_id>/khoa-ky")
@allow(*MANAGERS)
def revoke_key(device_id: str) -> AnyResponse:
    """What the device signs from now on proves nothing."""
    revoke_key_once(device_id, once=once_of_form(nothing), **_who())
    return redirect(url_for("people.device", device_id=device_id), 303)


def _list(wrong: list[FormError]) -> str:
    lines, to_give = people_page(staff_list(**_who()), **_who())
    return render_template(
        "people/people.html",
        people=lines,
        to_give=to_give,
        devices=device_lines(**_who()),
        unit_names={unit.id: unit.name for unit in to_give.units},
        kinds=list(StaffKind),
        sent=request.form,
        errors=wrong,
    )


def _person(staff_id: UUID, wrong: list[FormError]) -> str:
    found = person_page(staff_id, staff_list(**_who()), **_who())
    return render_template("people/person.html", page=found, sent=request.form, errors=wrong)


def _place_again(staff_id: UUID, wrong: list[FormError]) -> str:
    """Somebody without a place is in nobody's list yet: the form alone comes back."""
    try:
        return _person(staff_id, wrong)
    except NotFound:
        return _first_place(staff_id, None, wrong)


def _created(kept: bytes) -> str:
    """The answer as it was kept: who sends the form again sees the same first password."""
    made = json.loads(kept)
    return _first_place(UUID(made["staff_id"]), made, [])


def _first_place(staff_id: UUID, made: Mapping[str, str] | None, wrong: list[FormError]) -> str:
    _, to_give = people_page((), **_who())
    sent = request.form if wrong else {}
    return render_template(
        "people/created.html",
        staff_id=staff_id,
        made=made,
        to_give=to_give,
        sent=sent,
        errors=wrong,
    )


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _status(exc: Exception) -> int:
    return status_of(exc) if isinstance(exc, AppError) else 422
