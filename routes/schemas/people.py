"""Wire formats of people: signing in, who is placed where, devices."""

from typing import Any

from marshmallow import post_load

from postal_bridge.kernel.actor import Role
from postal_bridge.people.rules import DeviceState, StaffKind
from postal_bridge.people.service import Assign, ChangePassword, CreateStaff, RegisterDevice, SignIn
from routes.schemas.common import Choice, Day, Id, Many, Moment, Part, Text, Wire, YesNo


class SignInSchema(Wire):
    login = Text(required=True, longest=80)
    password = Text(required=True, longest=200)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SignIn:
        return SignIn(login=data["login"], password=data["password"], device_id=None)


class AssignmentSchema(Wire):
    """One dated place; `ended_at` is the moment it was cut short."""

    id = Id()
    role = Choice(Role)
    employer_unit_id = Id(allow_none=True)
    seat_point_id = Id(allow_none=True)
    seat_section_id = Id(allow_none=True)
    scope_unit_id = Id(allow_none=True)
    valid_from = Day()
    valid_to = Day(allow_none=True)
    ended_at = Moment(allow_none=True)


class StaffSchema(Wire):
    """A member of staff as placed today."""

    id = Id()
    login = Text()
    display_name = Text()
    kind = Choice(StaffKind)
    is_active = YesNo()
    must_change_password = YesNo()
    assignments = Many(Part(AssignmentSchema))


class ChangePasswordSchema(Wire):
    old = Text(required=True, longest=200)
    new = Text(required=True, longest=200)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ChangePassword:
        return ChangePassword(**data)


class SessionSchema(Wire):
    """`token` goes into `Authorization: Bearer …` and is never shown again."""

    token = Text()
    expires_at = Moment()
    staff = Part(StaffSchema)


class PeopleSchema(Wire):
    rows = Many(Part(StaffSchema))


class CreateStaffSchema(Wire):
    login = Text(required=True, longest=80, shortest=3)
    display_name = Text(required=True, longest=120)
    kind = Choice(StaffKind, load_default=StaffKind.POST)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CreateStaff:
        return CreateStaff(**data)


class StaffCreatedSchema(Wire):
    """`first_password` is shown once; the person changes it."""

    staff_id = Id()
    login = Text()
    first_password = Text()


class PlaceSchema(Wire):
    """A place from `valid_from` (today) to `valid_to`; a move ends the person's other places."""

    role = Choice(Role, required=True)
    employer_unit_id = Id(load_default=None, allow_none=True)
    seat_point_id = Id(load_default=None, allow_none=True)
    seat_section_id = Id(load_default=None, allow_none=True)
    scope_unit_id = Id(load_default=None, allow_none=True)
    valid_from = Day(load_default=None, allow_none=True)
    valid_to = Day(load_default=None, allow_none=True)
    is_move = YesNo(load_default=False)

    def command(self, staff_id: Any, data: dict[str, Any]) -> Assign:
        return Assign(staff_id=staff_id, **data)


class EndPlaceSchema(Wire):
    """Without `last_day` the place ends at once."""

    last_day = Day(load_default=None, allow_none=True)


class ActiveSchema(Wire):
    is_active = YesNo(required=True)


class DeviceSchema(Wire):
    id = Text()
    unit_id = Id()
    kind = Text()
    label = Text()
    state = Choice(DeviceState)


class DevicesSchema(Wire):
    rows = Many(Part(DeviceSchema))


class RegisterDeviceSchema(Wire):
    unit_id = Id(required=True)
    kind = Text(required=True, longest=20)
    label = Text(required=True, longest=80)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RegisterDevice:
        return RegisterDevice(**data)


class DeviceStateSchema(Wire):
    state = Choice(DeviceState, required=True)
