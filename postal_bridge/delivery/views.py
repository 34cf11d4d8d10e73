"""What other rooms and floors see of deliveries. Sealed fields do not appear in a repr."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.types import (
    Clearance,
    DisputeKind,
    DisputeOutcome,
    Location,
    ParkingReason,
    Place,
    Position,
)
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.directory.rules import FareRefused


@dataclass(frozen=True, slots=True)
class DeliveryOutline:
    """What a citizen's page needs of a delivery: nothing sealed, and of other rows only a refusal.

    Attributes
    ----------
    after_refusal : what follows by contract where the last visit met a refused fare
    refused_vnd : what is still to be paid then
    door_fare_vnd : the fare that is still to be paid when it is handed over
    """

    id: UUID
    point_id: UUID
    item_id: UUID | None
    quote_id: UUID | None
    place: Place
    status: DeliveryStatus
    status_at: datetime
    document_class: DocumentClass
    window_from: datetime | None
    window_until: datetime | None
    held_until: datetime | None
    is_parked: bool
    parked_until: datetime | None
    take_back_papers: int
    after_refusal: FareRefused | None
    refused_vnd: int
    door_fare_vnd: int


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as other rooms and pages see it; persons are ids.

    Attributes
    ----------
    collect_vnd : what is still to be paid at the door
    door_fee_vnd : of that, what is the agency's: the rest of a fee it stated anew
    after_refusal : what follows by contract where the last visit met a refused fare
    level : the strongest proof on record
    """

    id: UUID
    dossier_id: UUID
    unit_id: UUID
    point_id: UUID
    section_id: UUID | None
    item_id: UUID | None
    quote_id: UUID | None
    recipient_party_id: UUID
    courier_id: UUID | None
    label: str
    place: Place
    status: DeliveryStatus
    status_at: datetime
    who_may_receive: Receiver
    document_class: DocumentClass
    proof_demanded: ProofLevel
    fare_refused: FareRefused
    after_refusal: FareRefused | None
    clearance: Clearance | None
    collect_vnd: int
    door_fee_vnd: int
    window_from: datetime | None
    window_until: datetime | None
    take_back_papers: int
    is_return_wanted: bool
    attempts_used: int
    attempts_made: int
    held_until: datetime | None
    invited_at: tuple[datetime, ...]
    is_parked: bool
    parked_until: datetime | None
    parked_reason: ParkingReason | None
    level: ProofLevel
    location: Location | None
    disputed_at: datetime | None
    position: Position | None = field(repr=False)
    note: str | None = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A failed visit. `missing`: the pieces for which it does not count."""

    id: UUID
    delivery_id: UUID
    at: datetime
    actor: str
    reason: FailureReason
    next_step: NextStep
    is_verified: bool
    is_counted: bool
    missing: tuple[str, ...]
    distance_m: int | None
    dwell_s: int
    was_called: bool


@dataclass(frozen=True, slots=True)
class DisputeView:
    id: UUID
    delivery_id: UUID
    dossier_id: UUID
    kind: DisputeKind
    opened_at: datetime
    answer_due_at: datetime
    outcome: DisputeOutcome | None
    closed_at: datetime | None
    words: str | None = field(repr=False)
