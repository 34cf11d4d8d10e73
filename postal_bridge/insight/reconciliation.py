"""The day's three-way reconciliation for a supervisor: every difference with its two parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.custody.whereabouts import envelopes_of_dossiers
from postal_bridge.dossiers.arrivals import arrivals
from postal_bridge.insight.matching import (
    Difference,
    Party,
    PartyKind,
    Sides,
    Totals,
    differences_of,
    totals_of,
)
from postal_bridge.insight.names import UNKNOWN, Names
from postal_bridge.kernel.actor import Actor, Role, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.reconciling import cash_not_handed_in, fees_of_day, fees_waiting


@dataclass(frozen=True, slots=True)
class NamedDifference:
    difference: Difference
    giver_name: str
    taker_name: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`differences` are all of them, in the order of the receipts."""

    day: date
    totals: Totals
    differences: tuple[NamedDifference, ...]

    @property
    def agrees(self) -> bool:
        return not self.differences


def reconcile_day(day: date | None, *, actor: Actor, units: Units) -> Reconciliation:
    """The day (today when None) of the actor's offices. Raises Forbidden."""
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
    with units.read() as uow:
        chosen = day or local(uow.now).date()
        sides = sides_of(uow, actor.scope, chosen)
        names = Names(uow)
        found = tuple(
            NamedDifference(one, _name(names, one.giver), _name(names, one.taker))
            for one in differences_of(sides)
        )
        return Reconciliation(chosen, totals_of(sides), found)


def sides_of(uow: ReadUnit, scope: Scope, day: date) -> Sides:
    """A handful of queries, however many dossiers the day has."""
    fees, waiting = fees_of_day(uow, scope, day), fees_waiting(uow, scope, day)
    cash = cash_not_handed_in(uow, scope)
    dossiers = {one.dossier_id for one in fees} | {one.dossier_id for one in waiting}
    dossiers |= {one.dossier_id for one in cash if one.dossier_id is not None}
    ids: Sequence[UUID] = sorted(dossiers)
    arrived = arrivals(uow, ids)
    return Sides(fees, waiting, cash, arrived, envelopes_of_dossiers(uow, ids))


def _name(names: Names, party: Party) -> str:
    """Empty for a citizen, who is not named here."""
    if party.kind is PartyKind.CITIZEN:
        return ""
    if party.kind is PartyKind.STAFF:
        return names.staff(party.id)
    if party.kind is PartyKind.CARRIER:
        return party.id
    try:
        found = UUID(party.id)
        if party.kind is PartyKind.SECTION:
            return names.section(found)
        return names.point(found) if party.kind is PartyKind.POINT else names.unit(found)
    except (NotFound, ValueError):
        return UNKNOWN
