"""Drawers and fees of many offices at a glance: for the board. Parts that only look."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import reconciling_store, watching_store
from postal_bridge.money.errors import SystemSuspected
from postal_bridge.money.hand_in_store import with_open_gap
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.suspicion import WEEK, WEEKS_BEFORE, Counted, Suspicion, suspicions


@dataclass(frozen=True, slots=True)
class DrawerLine:
    """A clerk's shift as a supervisor sees it in a list.

    `difference_vnd` is None until the clerk has counted; `contested_at` only where the clerk
    did not accept the difference.
    """

    id: UUID
    clerk: str
    unit_id: UUID
    status: DrawerStatus
    float_vnd: int
    opened_at: datetime
    closed_at: datetime | None
    contested_at: datetime | None
    expected_vnd: int | None
    counted_vnd: int | None
    owed_vnd: int
    reason: str | None

    @property
    def difference_vnd(self) -> int | None:
        if self.counted_vnd is None or self.expected_vnd is None:
            return None
        return self.counted_vnd - self.expected_vnd


@dataclass(frozen=True, slots=True)
class FeesHeld:
    """Agency fees received for a section and not remitted yet."""

    section_id: UUID
    receipts: int
    amount_vnd: int
    oldest_on: date


def drawers_since(uow: ReadUnit, scope: Scope, since: datetime) -> tuple[DrawerLine, ...]:
    """Drawers that are not closed, or were opened or closed since, oldest first."""
    return tuple(
        DrawerLine(
            id=row.id,
            clerk=row.clerk,
            unit_id=row.unit_id,
            status=DrawerStatus(row.status),
            float_vnd=row.float_vnd,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            contested_at=counted_at if row.reason is not None else None,
            expected_vnd=row.expected_vnd,
            counted_vnd=row.counted_vnd,
            owed_vnd=row.owed_vnd,
            reason=row.reason,
        )
        for row, counted_at in watching_store.drawers_since(uow, scope, since)
    )


def system_suspicions(uow: ReadUnit) -> tuple[Suspicion, ...]:
    """Differences that several offices share beyond chance, over the whole home.

    No office is named: whoever looks learns only that it was not his people alone.
    """
    since = uow.now - WEEK * (WEEKS_BEFORE + 1)
    rows = watching_store.differences_since(uow, since)
    return suspicions((Counted(*row) for row in rows), uow.now)


def check_not_suspected(uow: ReadUnit, difference_vnd: int) -> None:
    """Raises SystemSuspected: while it stands, the difference is put on nobody."""
    if offices := offices_alike(uow, difference_vnd):
        raise SystemSuspected(offices=offices, difference_vnd=abs(difference_vnd))


def offices_alike(uow: ReadUnit, difference_vnd: int) -> int:
    """How many offices share this difference beyond chance; 0 where it is not suspicious."""
    if not difference_vnd:
        return 0
    alike = (one for one in system_suspicions(uow) if one.difference_vnd == difference_vnd)
    return next((one.offices for one in alike), 0)


def count_open_differences(uow: ReadUnit, scope: Scope) -> tuple[int, int]:
    """How many drawers are contested, and how many couriers' differences nobody has settled."""
    return watching_store.count_contested(uow, scope), len(with_open_gap(uow, scope))


def fees_held(uow: ReadUnit, scope: Scope) -> tuple[FeesHeld, ...]:
    """By section, whose oldest fee waits longest first."""
    return tuple(FeesHeld(*row) for row in watching_store.fees_held(uow, scope))


def cash_on_the_road(uow: ReadUnit, scope: Scope) -> tuple[tuple[str, int], ...]:
    """(courier, đồng) of everybody of the scope who carries any."""
    holding = reconciling_store.couriers_holding(uow, scope)
    return tuple((courier, held_vnd) for courier, _, held_vnd in holding)
