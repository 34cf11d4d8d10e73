"""Who may act, said in chains: whoever holds the database makes nobody a clerk or a supervisor.

A stream for each person, each place and each key. Names and secrets stand there as digests bound
to their row. Sessions and devices are not said: no right hangs on them alone.
"""

from collections.abc import Iterator

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.said_rows import rows_never_said, rows_that_differ, say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.tables import ApiKeyRow, AssignmentRow, StaffRow

_AREAS = {"staff": StaffRow, "place": AssignmentRow, "api_key": ApiKeyRow}
_STAFF = ("kind", "is_active", "must_change_password")
_STAFF_WORDS = ("login", "display_name", "password_hash")
_PLACE = (
    "staff_id", "role", "employer_unit_id", "seat_point_id", "seat_section_id", "scope_unit_id",
    "valid_from", "valid_to", "created_by", "ended_at", "ended_by",
)  # fmt: skip
_KEY = ("scopes", "unit_id", "section_id", "created_by", "expires_at", "revoked_at")
_KEY_WORDS = ("name", "key_hash")


def say_staff(
    uow: UnitOfWork, row: StaffRow, kind: str, *, actor: Actor, is_first: bool = False
) -> None:
    """The person's stream has how he may sign in as of now."""
    say_row(uow, f"staff:{row.id}", kind, row, _STAFF, words=_STAFF_WORDS, is_first=is_first,
            actor=actor)  # fmt: skip


def say_place(
    uow: UnitOfWork, row: AssignmentRow, kind: str, *, actor: Actor, is_first: bool = False
) -> None:
    """The place's stream has whose it is, where and until when."""
    say_row(uow, f"place:{row.id}", kind, row, _PLACE, is_first=is_first, actor=actor)


def say_api_key(
    uow: UnitOfWork, row: ApiKeyRow, kind: str, *, actor: Actor, is_first: bool = False
) -> None:
    """The key's stream has what it opens."""
    say_row(uow, f"api_key:{row.id}", kind, row, _KEY, words=_KEY_WORDS, is_first=is_first,
            actor=actor)  # fmt: skip


def verify_staff(uow: ReadUnit) -> Iterator[Finding]:
    """People, places and keys are as they were given; those from before are passed."""
    for area, entity in _AREAS.items():
        for row_id, why in rows_that_differ(uow, area, entity):
            yield Finding(f"{area}:{row_id}", f"{area}_{why}")
        for row_id in rows_never_said(uow, area, entity):
            yield Finding(f"{area}:{row_id}", f"{area}_never_given")
