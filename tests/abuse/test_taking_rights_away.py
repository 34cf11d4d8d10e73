"""A supervisor places his own people, and takes nobody else's rights by placing him."""

from uuid import UUID

import pytest

from postal_bridge.directory.service import point_by_key
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import AppError, Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import Assign, assign
from tests.builders.directory import a_place
from tests.builders.people import a_clerk, a_person, a_supervisor, as_actor, placed


@pytest.fixture
def supervisor(units: Units) -> Actor:
    a_place(units)
    return a_supervisor(units, "an-giang")


def clerks_place(units: Units, person: Actor) -> Assign:
    """A place as clerk at Tri Tôn, in the hand of An Giang's supervisor."""
    with units.read() as uow:
        point = point_by_key(uow, "tri-ton")
    return Assign(UUID(person.id), Role.CLERK, seat_point_id=point.id)


def test_a_supervisor_elsewhere_is_not_made_a_clerk(units: Units, supervisor: Actor) -> None:
    other = a_supervisor(units, "can-tho")
    with pytest.raises(NotFound):
        assign(clerks_place(units, other), actor=supervisor, units=units)
    assert as_actor(units, _id(other)).roles == {Role.SUPERVISOR}


def test_the_operator_is_not_made_a_clerk(units: Units, supervisor: Actor) -> None:
    operator = placed(units, a_person(units), Role.OPERATOR, scope_unit_id=supervisor.unit_id)
    with pytest.raises(Forbidden):
        assign(clerks_place(units, operator), actor=supervisor, units=units)
    assert as_actor(units, _id(operator)).roles == {Role.OPERATOR}


def test_somebody_elses_clerk_is_not_drawn_over(units: Units, supervisor: Actor) -> None:
    clerk = a_clerk(units, "long-tri")
    before = as_actor(units, _id(clerk))
    with pytest.raises(AppError):
        assign(clerks_place(units, clerk), actor=supervisor, units=units)
    assert as_actor(units, _id(clerk)) == before


def test_his_own_clerk_and_a_newcomer_are_his_to_place(units: Units, supervisor: Actor) -> None:
    own = a_clerk(units, "luong-phi")
    assign(clerks_place(units, own), actor=supervisor, units=units)
    newcomer = a_person(units)
    with units.read() as uow:
        point = point_by_key(uow, "tri-ton")
    assign(Assign(newcomer, Role.CLERK, seat_point_id=point.id), actor=supervisor, units=units)
    assert as_actor(units, newcomer).roles == {Role.CLERK}


def _id(person: Actor) -> UUID:
    return UUID(person.id)
