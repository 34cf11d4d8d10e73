"""Receipts = dossiers counted in = money remitted, or the item is named (M8). Pure.

Every difference names its item, the segment it is pinned to and both parties of that segment;
nothing is summed away, and a difference says nothing of whose fault it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.custody.whereabouts import Whereabouts
from postal_bridge.dossiers.arrivals import Arrival
from postal_bridge.money.reconciling import CashNotHandedIn, FeesOfDossier, FeeWaiting


class DifferenceKind(StrEnum):
    NO_DOSSIER = "no_dossier"  # money without a dossier
    NOT_COUNTED_IN = "not_counted_in"  # the fee was taken, the section has not the dossier
    NOT_REMITTED = "not_remitted"  # counted in, the fee has not been paid on
    AMOUNT_DIFFERS = "amount_differs"  # paid on another amount than was taken
    COUNTED_NOT_PAID = "counted_not_paid"  # counted in, the fee asked for has not been taken
    OTHER_SECTION = "other_section"  # the fee was taken for another section than has the dossier
    CASH_ON_ROAD = "cash_on_road"  # taken at a door, still with the courier


class Segment(StrEnum):
    CITIZEN_TO_COUNTER = "citizen_to_counter"
    COUNTER_TO_SECTION = "counter_to_section"
    OFFICE_TO_AGENCY = "office_to_agency"  # the money
    COURIER_TO_OFFICE = "courier_to_office"


class PartyKind(StrEnum):
    UNIT = "unit"
    SECTION = "section"
    CITIZEN = "citizen"
    STAFF = "staff"
    POINT = "point"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Party:
    kind: PartyKind
    id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`giver` has handed it on or has it still, `taker` should have it."""

    kind: DifferenceKind
    segment: Segment
    dossier_id: UUID | None
    number: str
    receipt_numbers: tuple[str, ...]
    received_vnd: int
    remitted_vnd: int
    is_counted_in: bool
    giver: Party
    taker: Party


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of one day: what was taken, counted in and paid on, and cash on the road."""

    fees: Sequence[FeesOfDossier]
    waiting: Sequence[FeeWaiting]
    cash: Sequence[CashNotHandedIn]
    arrivals: Mapping[UUID, Arrival]
    envelopes: Mapping[UUID, Whereabouts]


@dataclass(frozen=True, slots=True)
class Totals:
    dossiers: int
    counted_in: int
    received_vnd: int
    remitted_vnd: int
    on_road_vnd: int


NEVER_ARRIVES = frozenset({"cancelled"})
NO_NUMBER = "–"


def totals_of(sides: Sides) -> Totals:
    return Totals(
        dossiers=len(sides.fees),
        counted_in=sum(1 for one in sides.fees if _is_in(sides, one.dossier_id)),
        received_vnd=sum(one.received_vnd for one in sides.fees),
        remitted_vnd=sum(one.remitted_vnd for one in sides.fees),
        on_road_vnd=sum(one.amount_vnd for one in sides.cash),
    )


def differences_of(sides: Sides) -> Iterator[Difference]:
    """Every difference of the day, one for each thing that does not agree."""
    for fee in sides.fees:
        yield from _of_fee(sides, fee)
    paid = {one.dossier_id for one in sides.fees if one.received_vnd}
    for waiting in sides.waiting:
        is_open = waiting.is_rest or waiting.dossier_id not in paid
        if _is_in(sides, waiting.dossier_id) and is_open:
            yield _of_waiting(sides, waiting)
    for cash in sides.cash:
        yield _of_cash(sides, cash)


def _of_fee(sides: Sides, fee: FeesOfDossier) -> Iterator[Difference]:
    arrival = sides.arrivals.get(fee.dossier_id)
    office = Party(PartyKind.UNIT, str(fee.unit_id))
    section = Party(PartyKind.SECTION, str(fee.section_id))
    if arrival is None:
        yield _difference(sides, fee, DifferenceKind.NO_DOSSIER, Segment.OFFICE_TO_AGENCY,
                          office, section)  # fmt: skip
        return
    expects = fee.received_vnd > 0 and arrival.status not in NEVER_ARRIVES
    if expects and arrival.received_at is None:
        holder = _holder(sides, fee.dossier_id, office)
        yield _difference(sides, fee, DifferenceKind.NOT_COUNTED_IN, Segment.COUNTER_TO_SECTION,
                          holder, Party(PartyKind.SECTION, str(arrival.section_id)))  # fmt: skip
    if fee.section_id != arrival.section_id:
        had_by = Party(PartyKind.SECTION, str(arrival.section_id))
        yield _difference(sides, fee, DifferenceKind.OTHER_SECTION, Segment.OFFICE_TO_AGENCY,
                          section, had_by)  # fmt: skip
    if fee.remitted_vnd == fee.received_vnd:
        return
    if fee.remitted_vnd == 0 and arrival.received_at is None:
        return  # named above: what has not arrived is not yet owed on
    is_unpaid = fee.remitted_vnd == 0
    kind = DifferenceKind.NOT_REMITTED if is_unpaid else DifferenceKind.AMOUNT_DIFFERS
    yield _difference(sides, fee, kind, Segment.OFFICE_TO_AGENCY, office, section)


def _difference(
    sides: Sides, fee: FeesOfDossier, kind: DifferenceKind, segment: Segment,
    giver: Party, taker: Party,
) -> Difference:  # fmt: skip
    return Difference(
        kind=kind,
        segment=segment,
        dossier_id=fee.dossier_id,
        number=_number(sides, fee.dossier_id),
        receipt_numbers=fee.receipt_numbers,
        received_vnd=fee.received_vnd,
        remitted_vnd=fee.remitted_vnd,
        is_counted_in=_is_in(sides, fee.dossier_id),
        giver=giver,
        taker=taker,
    )


def _of_waiting(sides: Sides, waiting: FeeWaiting) -> Difference:
    return Difference(
        kind=DifferenceKind.COUNTED_NOT_PAID,
        segment=Segment.CITIZEN_TO_COUNTER,
        dossier_id=waiting.dossier_id,
        number=_number(sides, waiting.dossier_id),
        receipt_numbers=(),
        received_vnd=0,
        remitted_vnd=0,
        is_counted_in=True,
        giver=Party(PartyKind.CITIZEN, ""),
        taker=Party(PartyKind.UNIT, str(waiting.unit_id)),
    )


def _of_cash(sides: Sides, cash: CashNotHandedIn) -> Difference:
    known = cash.dossier_id is not None
    return Difference(
        kind=DifferenceKind.CASH_ON_ROAD,
        segment=Segment.COURIER_TO_OFFICE,
        dossier_id=cash.dossier_id,
        number=_number(sides, cash.dossier_id) if cash.dossier_id else NO_NUMBER,
        receipt_numbers=(),
        received_vnd=cash.amount_vnd,
        remitted_vnd=0,
        is_counted_in=known and cash.dossier_id is not None and _is_in(sides, cash.dossier_id),
        giver=Party(PartyKind.STAFF, cash.courier),
        taker=Party(PartyKind.UNIT, str(cash.unit_id or "")),
    )


def _is_in(sides: Sides, dossier_id: UUID) -> bool:
    arrival = sides.arrivals.get(dossier_id)
    return arrival is not None and arrival.received_at is not None


def _number(sides: Sides, dossier_id: UUID) -> str:
    """The dossier's, with its envelope's, by which anyone can look for it."""
    arrival, envelope = sides.arrivals.get(dossier_id), sides.envelopes.get(dossier_id)
    found = [one for one in (arrival and arrival.number, envelope and envelope.number) if one]
    return " · ".join(found) or NO_NUMBER


def _holder(sides: Sides, dossier_id: UUID, office: Party) -> Party:
    """Who has the envelope now: the segment begins with him."""
    envelope = sides.envelopes.get(dossier_id)
    holder: Holder | None = None if envelope is None else envelope.holder
    if holder is None or holder.kind is HolderKind.PARTY:
        return office
    return Party(PartyKind(holder.kind.value), holder.id)
