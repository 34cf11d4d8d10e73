"""The first people of a home, so that one can sign in right after the first start.

A sandbox gets everyone the demonstration needs, under one memorable password; a live home gets
one person for each role with a random password, once, and only while it has nobody.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from uuid import UUID

from postal_bridge.directory.service import (
    AcceptanceMode,
    links_of_point,
    point_by_key,
    public_overview,
    section_view,
    unit_by_key,
    unit_view,
)
from postal_bridge.directory.views import PointView
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.rules import SampleSignInsRefused, StaffKind
from postal_bridge.people.secrets import hash_password, new_password
from postal_bridge.people.staff_checks import say_place, say_staff
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import AssignmentRow, StaffRow
from postal_bridge.people.views import SampleSignIn

SANDBOX_PASSWORD = "cau-noi-buu-chinh"  # noqa: S105  (sandbox homes only, shown on their sign-in page)
"""Memorable on purpose: a sandbox holds nobody's data."""
SANDBOX_SINCE = date(2021, 7, 1)
FIRST_POINT = "long-my"
FIRST_START = Actor.job("first_start")
_NAMES = (
    "Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Mai", "Phạm Minh Tuấn", "Y Blăk", "H'Hen",
    "Danh Sóc Kha", "Neáng Sa Rươn", "Hoàng Thị Lan", "Bùi Văn Thành", "Quách Thị Diệu",
    "Võ Thành Nhân",
)  # fmt: skip
_FAMILY_NAMES = (
    "Đặng", "Huỳnh", "Phan", "Vũ", "Đỗ", "Ngô", "Dương", "Lý", "Mai", "Đinh", "Tô",
)  # fmt: skip
_GIVEN_NAMES = (
    "Thị Kim Ngân", "Văn Phúc", "Thị Bích Trâm", "Quốc Khánh", "Thị Hồng Thắm", "Minh Trí",
    "Thị Cẩm Tú", "Hữu Nghĩa", "Thị Thu Hà", "Thanh Tùng", "Thị Diễm My", "Văn Lộc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """Somebody wanted somewhere. `label` is what the list calls the role."""

    label: str
    login: str
    roles: tuple[Role, ...]
    kind: StaffKind
    where: str
    unit_id: UUID | None = None
    point_id: UUID | None = None
    section_id: UUID | None = None


def seed_sample_people(units: Units) -> list[SampleSignIn]:
    """The home's first people can sign in; the list is the only place of their passwords.

    In a sandbox safe at each start: who is there already is left as he is.

    Raises
    ------
    SampleSignInsRefused
        A live home that has people already.
    NotFound
        The places are not loaded (`load_reference`).
    """
    with units.read() as uow:
        is_sandbox = uow.is_sandbox
        wanted = list(_everyone(uow) if is_sandbox else _one_of_each(uow))
    sandbox_hash = hash_password(SANDBOX_PASSWORD) if is_sandbox else ""
    passwords = [SANDBOX_PASSWORD if is_sandbox else new_password() for _ in wanted]
    hashes = [sandbox_hash or hash_password(password) for password in passwords]
    with units.write() as uow:
        store = PeopleStore(uow.session)
        if not is_sandbox and store.has_staff():
            raise SampleSignInsRefused
        names = _names({person.display_name for person in store.all_staff()})
        for place, hashed in zip(wanted, hashes, strict=True):
            if store.staff_by_login(place.login) is None:
                _add(uow, place, hashed, next(names), must_change=not is_sandbox)
        called = {person.login: person.display_name for person in store.all_staff()}
        uow.commit()
    return [
        SampleSignIn(place.label, place.login, password, place.where, called[place.login])
        for place, password in zip(wanted, passwords, strict=True)
    ]


def _names(taken: Set[str]) -> Iterator[str]:
    """Names that nobody here bears yet: who is who must be plain on a timeline.

    The two lists have no common measure, so every family name meets every given name.
    """
    numbered = (
        f"{_FAMILY_NAMES[n % len(_FAMILY_NAMES)]} {_GIVEN_NAMES[n % len(_GIVEN_NAMES)]}"
        for n in count()
    )
    return (name for name in chain(_NAMES, numbered) if name not in taken)


def _everyone(uow: ReadUnit) -> Iterator[_Place]:
    """A clerk and a courier for each point, a driver for each commune post office, an officer
    for each section, a supervisor for each province, one operator."""
    today = local(uow.now).date()
    overview = public_overview(uow, today)
    offices: dict[UUID, None] = {}
    for point in overview.points:
        yield _at_point("clerk", "gdv", (Role.CLERK,), point)
        yield _at_point("courier", "phat", (Role.COURIER,), point)
        parent = unit_view(uow, point.unit_id).parent_id
        if parent is not None:
            offices.setdefault(parent)
    provinces: dict[UUID, None] = {}
    for office_id in offices:
        office = unit_view(uow, office_id)
        if office.level == "province":
            provinces.setdefault(office.id)
            continue
        yield _at_unit("driver", "xe", (Role.COURIER,), office_id, office.key, office.name)
        if office.parent_id is not None:
            provinces.setdefault(office.parent_id)
    for section in overview.sections:
        yield _officer(section.id, section.key, section.name)
    for province_id in provinces:
        province = unit_view(uow, province_id)
        yield _at_unit(
            "supervisor", "gs", (Role.SUPERVISOR,), province.id, province.key, province.name
        )
    yield _operator(uow)


def _one_of_each(uow: ReadUnit) -> Iterator[_Place]:
    """One person for each role around the first point."""
    today = local(uow.now).date()
    point = point_by_key(uow, FIRST_POINT)
    office = unit_view(uow, _parent(uow, point.unit_id))
    province = unit_view(uow, _parent(uow, office.id))
    yield _at_point("clerk", "gdv", (Role.CLERK,), point)
    yield _at_point("courier", "phat", (Role.COURIER,), point)
    yield _at_unit("driver", "xe", (Role.COURIER,), office.id, office.key, office.name)
    links = links_of_point(uow, point.id, today)
    seated = [link for link in links if link.acceptance_mode is AcceptanceMode.SEATED]
    for link in (seated or links)[:1]:
        section = section_view(uow, link.section_id)
        yield _officer(section.id, section.key, section.name)
    yield _at_unit("supervisor", "gs", (Role.SUPERVISOR,), province.id, province.key, province.name)
    yield _operator(uow)


def _parent(uow: ReadUnit, unit_id: UUID) -> UUID:
    parent = unit_view(uow, unit_id).parent_id
    if parent is None:
        raise NotFound
    return parent


def _at_point(label: str, prefix: str, roles: tuple[Role, ...], point: PointView) -> _Place:
    login = f"{prefix}.{point.key}"
    return _Place(
        label, login, roles, StaffKind.POST, point.name, unit_id=point.unit_id, point_id=point.id
    )


def _at_unit(
    label: str, prefix: str, roles: tuple[Role, ...], unit_id: UUID, key: str, name: str
) -> _Place:
    return _Place(label, f"{prefix}.{key}", roles, StaffKind.POST, name, unit_id=unit_id)


def _officer(section_id: UUID, key: str, name: str) -> _Place:
    login = f"mc.{key.removeprefix('ttpvhcc-').removeprefix('mc-')}"
    return _Place("officer", login, (Role.OFFICER,), StaffKind.AGENCY, name, section_id=section_id)


def _operator(uow: ReadUnit) -> _Place:
    nation = unit_by_key(uow, "post")
    return _Place(
        "operator", "vanhanh", (Role.OPERATOR,), StaffKind.OPERATOR, nation.name, unit_id=nation.id
    )


def _add(
    uow: UnitOfWork, place: _Place, password_hash: str, name: str, *, must_change: bool
) -> None:
    staff = StaffRow(
        id=new_id(),
        login=place.login,
        display_name=name,
        kind=place.kind.value,
        password_hash=password_hash,
        must_change_password=must_change,
        is_active=True,
        created_at=uow.now,
    )
    store = PeopleStore(uow.session)
    store.add(staff)
    say_staff(uow, staff, "staff.created", actor=FIRST_START, is_first=True)
    since = _since(uow)
    for role in place.roles:
        given = AssignmentRow(
            id=new_id(),
            staff_id=staff.id,
            role=role.value,
            employer_unit_id=place.unit_id,
            seat_point_id=place.point_id,
            seat_section_id=place.section_id,
            scope_unit_id=place.unit_id,
            valid_from=since,
            valid_to=None,
            created_at=uow.now,
            created_by=FIRST_START.ref,
        )
        store.add(given)
        say_place(uow, given, "place.given", actor=FIRST_START, is_first=True)


def _since(uow: UnitOfWork) -> date:
    """Today; in a sandbox long ago, since its clock may be set to a day before the reform."""
    today = local(uow.now).date()
    return min(today, SANDBOX_SINCE) if uow.is_sandbox else today
