"""Staff, for operators. A new password is shown once and nowhere else."""

from typing import Any
from uuid import UUID

import click

from postal_bridge.directory.service import point_by_key, section_by_key, unit_by_key
from postal_bridge.insight.people import PersonLine
from postal_bridge.insight.service import people_page
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.people.rules import METRICS_SCOPE, ROLE_OF_SCOPE
from postal_bridge.people.service import (
    Assign,
    CreateApiKey,
    CreateStaff,
    StaffCreated,
    api_keys,
    assign,
    create_api_key,
    create_staff,
    reset_password,
    revoke_api_key,
    staff_list,
)
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import InputWrong, Reply
from routes.container import Container

TOP_UNIT = "post"
SCOPES = sorted((*ROLE_OF_SCOPE, METRICS_SCOPE))


@click.group("user")
def user() -> None:
    """Nhân viên. Staff."""


@user.command("list", cls=OperatorCommand)
def list_users() -> Reply:
    """Liệt kê. Everybody who may sign in, with roles and places of today; - may not any more."""
    actor, units = Actor.operator(), container(wiring=False).units
    people = staff_list(actor=actor, units=units)
    lines, _ = people_page(people, actor=actor, units=units)
    rows = [_row(line) for line in lines]
    shown = "\n".join(
        f"{'+' if row['is_active'] else '-'} {row['login']:<22} {', '.join(row['roles']):<11} "
        f"{row['display_name']:<24} {', '.join(row['places'])}"
        for row in rows
    )
    return Reply({"users": rows}, shown)


def _row(line: PersonLine) -> dict[str, Any]:
    person = line.staff
    return {
        "login": person.login,
        "display_name": person.display_name,
        "roles": sorted(role.value for role in person.roles),
        "places": [one.scope if one.seat == "–" else one.seat for one in line.places],
        "is_active": person.is_active,
    }


@user.command("create", cls=OperatorCommand)
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--point", "point_key", metavar="KEY", help="where a clerk or courier sits")
@click.option("--section", "section_key", metavar="KEY", help="where an officer sits")
@click.option("--unit", "unit_key", metavar="KEY", help="what a supervisor or operator sees")
def create_user(
    login: str,
    name: str,
    role: str,
    point_key: str | None,
    section_key: str | None,
    unit_key: str | None,
) -> Reply:
    """Tạo. Someone who can sign in; the password is shown once."""
    made = container(wiring=False)
    if Role(role) is Role.OPERATOR and unit_key is None:
        unit_key = TOP_UNIT
    point_id, section_id, unit_id = _seat(made, point_key, section_key, unit_key)
    actor = Actor.operator()
    created = create_staff(CreateStaff(login, name), actor=actor, units=made.units)
    place = Assign(
        created.staff_id,
        Role(role),
        seat_point_id=point_id,
        seat_section_id=section_id,
        scope_unit_id=unit_id,
    )
    assign(place, actor=actor, units=made.units)
    return _shown(created)


@user.command("password", cls=OperatorCommand)
@click.argument("login")
def password(login: str) -> Reply:
    """Đặt lại mật khẩu. A new first password; sessions under the old one have ended."""
    units = container(wiring=False).units
    people = staff_list(actor=Actor.operator(), units=units)
    found = next((person for person in people if person.login == login.strip().lower()), None)
    if found is None:
        raise NotFound
    return _shown(reset_password(found.id, actor=Actor.operator(), units=units))


def _seat(
    made: Container, point_key: str | None, section_key: str | None, unit_key: str | None
) -> tuple[UUID | None, UUID | None, UUID | None]:
    """Point, section and unit, looked up before anything is written: a mistyped key changes
    nothing. A point brings its unit."""
    with made.units.read() as view:
        point = None if point_key is None else point_by_key(view, point_key)
        section = None if section_key is None else section_by_key(view, section_key).id
        unit = None if unit_key is None else unit_by_key(view, unit_key).id
    if point is None:
        return None, section, unit
    return point.id, section, unit or point.unit_id


def _shown(created: StaffCreated) -> Reply:
    document = {"login": created.login, "password": created.first_password}
    return Reply(document, f"{created.login}  {created.first_password}")


@user.command("api-key", cls=OperatorCommand)
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True)
@click.option("--section", "section_key", metavar="KEY", help="whose dossiers an agency's key sees")
def make_api_key(name: str, scopes: tuple[str, ...], section_key: str | None) -> Reply:
    """Khóa API. A key for an integrator of one section, or for a scraper; shown once."""
    units = container(wiring=False).units
    with units.read() as uow:
        if section_key is not None:
            command = CreateApiKey(
                name, frozenset(scopes), section_id=section_by_key(uow, section_key).id
            )
        elif set(scopes) == {METRICS_SCOPE}:
            command = CreateApiKey(name, frozenset(scopes), unit_id=unit_by_key(uow, TOP_UNIT).id)
        else:
            raise InputWrong(problem="--section")
    made = create_api_key(command, actor=Actor.operator(), units=units)
    return Reply({"id": str(made.id), "key": made.key}, made.key)


@user.command("api-keys", cls=OperatorCommand)
def list_api_keys() -> Reply:
    """Các khóa API. Every key that was made, without itself."""
    found = api_keys(actor=Actor.operator(), units=container(wiring=False).units)
    rows = [
        {
            "id": str(one.id),
            "name": one.name,
            "scopes": sorted(one.scopes),
            "is_revoked": one.revoked_at is not None,
        }
        for one in found
    ]
    shown = "\n".join(
        f"{row['id']}  {'-' if row['is_revoked'] else '+'}  {row['name']}" for row in rows
    )
    return Reply({"api_keys": rows}, shown)


@user.command("revoke-key", cls=OperatorCommand)
@click.argument("key_id", type=click.UUID)
def revoke_key(key_id: UUID) -> Reply:
    """Thu hồi khóa API. The key opens nothing from the next request on."""
    revoke_api_key(key_id, actor=Actor.operator(), units=container(wiring=False).units)
    return Reply({"id": str(key_id), "is_revoked": True}, str(key_id))
