"""An agency's fees paid on, with the names that people know. Looks of supervisors and operators."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.dossiers.arrivals import arrivals
from postal_bridge.insight.names import UNKNOWN, Names
from postal_bridge.insight.views import SectionFees
from postal_bridge.kernel.actor import Actor, Role, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.service import (
    FeeLine,
    RemittanceView,
    open_fees,
    remittance_of,
    remittances_to,
)
from postal_bridge.money.watching import fees_held


@dataclass(frozen=True, slots=True)
class NamedFee:
    """`number`: of the dossier."""

    fee: FeeLine
    number: str


@dataclass(frozen=True, slots=True)
class FeesOfSection:
    """What one section has not had up to a day, and what it had last."""

    section_id: UUID
    section_name: str
    until: date
    today: date
    amount_vnd: int
    fees: tuple[NamedFee, ...]
    earlier: tuple[RemittanceView, ...]


@dataclass(frozen=True, slots=True)
class RemittedPage:
    remittance: RemittanceView
    section_id: UUID
    section_name: str
    fees: tuple[NamedFee, ...]


def sections_with_fees(uow: ReadUnit, scope: Scope, names: Names) -> tuple[SectionFees, ...]:
    """Sections that wait for fees, who waits longest first."""
    return tuple(
        SectionFees(
            one.section_id,
            names.section(one.section_id),
            one.receipts,
            one.amount_vnd,
            one.oldest_on,
        )
        for one in fees_held(uow, scope)
    )


def sections_waiting(*, actor: Actor, units: Units) -> tuple[SectionFees, ...]:
    """As `sections_with_fees`, for who may look. Raises Forbidden."""
    _check(actor)
    with units.read() as uow:
        return sections_with_fees(uow, actor.scope, Names(uow))


def section_fees(
    section_id: UUID, until: date | None, *, actor: Actor, units: Units
) -> FeesOfSection:
    """Receipt by receipt, up to and on that day (today when None). Raises Forbidden."""
    _check(actor)
    with units.read() as uow:
        today = local(uow.now).date()
        found = open_fees(uow, section_id, min(until or today, today), actor=actor)
        return FeesOfSection(
            section_id=section_id,
            section_name=Names(uow).section(section_id),
            until=found.until,
            today=today,
            amount_vnd=found.amount_vnd,
            fees=_named(uow, found.lines),
            earlier=remittances_to(uow, section_id, actor=actor),
        )


def remitted_fees(remittance_id: UUID, *, actor: Actor, units: Units) -> RemittedPage:
    """What was paid on at once, item by item. Raises Forbidden, NotFound."""
    _check(actor)
    with units.read() as uow:
        found = remittance_of(uow, remittance_id, actor=actor)
        return RemittedPage(
            found.remittance,
            found.section_id,
            Names(uow).section(found.section_id),
            _named(uow, found.lines),
        )


def _check(actor: Actor) -> None:
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden


def _named(uow: ReadUnit, lines: tuple[FeeLine, ...]) -> tuple[NamedFee, ...]:
    known = arrivals(uow, sorted({one.dossier_id for one in lines}))
    return tuple(
        NamedFee(one, known[one.dossier_id].number if one.dossier_id in known else UNKNOWN)
        for one in lines
    )
