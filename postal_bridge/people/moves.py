"""Everywhere a person was and will be placed. A part that only looks."""

from uuid import UUID

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.reading import assignment_from
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.views import AssignmentView


def moves_of(uow: ReadUnit, staff_id: UUID) -> tuple[AssignmentView, ...]:
    """All of a person's places, ended and future ones too, the newest first."""
    return tuple(assignment_from(row) for row in PeopleStore(uow.session).assignments([staff_id]))
