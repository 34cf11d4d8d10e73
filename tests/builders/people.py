"""People to test with. Places have to be loaded first (`builders.directory.a_place`)."""

from itertools import count
from typing import Any
from uuid import UUID

from postal_bridge.directory.service import point_by_key, section_by_key, unit_by_key, unit_view
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import (
    Assign,
    CreateStaff,
    NewParty,
    PartyRole,
    SignIn,
    StaffKind,
    actor_of_staff,
    actor_of_token,
    add_party,
    assign,
    create_staff,
    sign_in,
)

PASSWORD = "một hai ba bốn"
PHONE = "0912 345 678"
ID_NUMBER = "093 099 012345"
_numbers = count(1)


def a_person(
    units: Units,
    *,
    login: str | None = None,
    kind: StaffKind = StaffKind.POST,
    name: str = "Lê Thị Mai",
) -> UUID:
    """Somebody who can sign in with PASSWORD and has no place yet."""
    login = login or f"person{next(_numbers)}"
    made = create_staff(
        CreateStaff(login, name, kind, PASSWORD), actor=Actor.operator(), units=units
    )
    return made.staff_id


def placed(units: Units, staff_id: UUID, role: Role, **place: Any) -> Actor:
    """The person in this place, as an actor."""
    assign(Assign(staff_id, role, **place), actor=Actor.operator(), units=units)
    return as_actor(units, staff_id)


def as_actor(units: Units, staff_id: UUID) -> Actor:
    with units.read() as uow:
        actor = actor_of_staff(uow, staff_id)
    assert actor is not None
    return actor


def a_clerk(units: Units, point_key: str = "long-tri") -> Actor:
    return _at_point(units, Role.CLERK, point_key)


def a_courier(units: Units, point_key: str = "long-tri") -> Actor:
    return _at_point(units, Role.COURIER, point_key)


def _at_point(units: Units, role: Role, point_key: str) -> Actor:
    with units.read() as uow:
        point = point_by_key(uow, point_key)
    return placed(units, a_person(units), role, seat_point_id=point.id)


def an_officer(units: Units, section_key: str = "ttpvhcc-p-long-my") -> Actor:
    with units.read() as uow:
        section = section_by_key(uow, section_key)
    person = a_person(units, kind=StaffKind.AGENCY)
    return placed(units, person, Role.OFFICER, seat_section_id=section.id)


def a_supervisor(units: Units, unit_key: str = "can-tho") -> Actor:
    with units.read() as uow:
        unit = unit_by_key(uow, unit_key)
    return placed(units, a_person(units), Role.SUPERVISOR, scope_unit_id=unit.id)


def a_dossier_id(units: Units) -> UUID:
    """A dossier as far as people know of it: an id with its data key."""
    dossier_id = new_id()
    with units.write() as uow:
        uow.vault.create(dossier_id)
        uow.commit()
    return dossier_id


def a_new_party(dossier_id: UUID, **changes: Any) -> NewParty:
    given: dict[str, Any] = {
        "role": PartyRole.OWNER,
        "full_name": "Nguyễn Thị Hoa",
        "phone": PHONE,
        "id_number": ID_NUMBER,
        "address_text": "Ấp 3, Xã Long Trị",
        "commune_code": "31471",
    }
    return NewParty(dossier_id, **(given | changes))


def a_party(units: Units, dossier_id: UUID, **changes: Any) -> UUID:
    with units.write() as uow:
        party_id = add_party(uow, a_new_party(dossier_id, **changes), actor=Actor.job("test"))
        uow.commit()
    return party_id


def token_of(units: Units, login: str, password: str = PASSWORD, **more: Any) -> str:
    command = SignIn(login, password, **more)
    return sign_in(command, units=units, machine=units.machine).token


def seen(units: Units, token: str) -> set[str]:
    """The keys of the units this token's actor covers."""
    actor = actor_of_token(token, units=units)
    assert actor is not None
    with units.read() as uow:
        return {unit_view(uow, unit_id).key for unit_id in actor.scope.units}


def point_id(units: Units, key: str) -> UUID:
    with units.read() as uow:
        return point_by_key(uow, key).id


def unit_id(units: Units, key: str) -> UUID:
    with units.read() as uow:
        return unit_by_key(uow, key).id
