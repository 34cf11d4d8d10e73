"""What runs speak of: commands and views. Values only, no rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.runs.rules import RunStatus, StopKind, StopStatus


class PlanState(StrEnum):
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    USED = "used"


@dataclass(frozen=True, slots=True)
class DraftRun:
    """A courier's run of one day.

    Attributes
    ----------
    delivery_ids : which deliveries; None takes whatever waits at the point for a door
    leaves_at, back_by : None takes 08:00 and 17:00 of the day
    """

    point_id: UUID
    courier_id: UUID
    day: date
    delivery_ids: tuple[UUID, ...] | None = None
    leaves_at: datetime | None = None
    back_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanRun:
    """`seed` makes the plan repeatable."""

    run_id: UUID
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PublishRun:
    """`plan_id` None publishes the stops in the order they have."""

    run_id: UUID
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """One envelope as it was scanned; `label` where the address label was scanned too."""

    item_number: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class LoadRun:
    """The courier takes over what was scanned.

    Attributes
    ----------
    left_behind : numbers that are knowingly not taken along
    courier_signed : the courier's word where a clerk is the one signed in
    """

    run_id: UUID
    scanned: tuple[Scan, ...]
    left_behind: frozenset[str] = frozenset()
    courier_signed: SignatureRef | None = None


@dataclass(frozen=True, slots=True)
class CloseRun:
    """The courier is back.

    Attributes
    ----------
    scanned_back : numbers of what he brought back
    cash_vnd : what he paid in at the bank, by `bank_reference`; None: he banks it later
    """

    run_id: UUID
    scanned_back: tuple[str, ...]
    cash_vnd: int | None = None
    bank_reference: str = ""
    courier_signed: SignatureRef | None = None


@dataclass(frozen=True, slots=True)
class AnswerStop:
    """A stop that is no delivery (collect, exchange, bank) is done, or was not reached."""

    stop_id: UUID
    is_done: bool


@dataclass(frozen=True, slots=True)
class StopView:
    id: UUID
    position: int
    kind: StopKind
    status: StopStatus
    delivery_id: UUID | None
    delivery_status: DeliveryStatus | None
    item_number: str | None
    label: str | None
    pouch_id: UUID | None
    dossier_id: UUID | None
    planned_at: datetime | None
    leg_m: int | None
    is_loaded: bool
    answered_at: datetime | None
    window_from: datetime | None
    window_until: datetime | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """`problem`: the code of why there is none; `left_out`: stops it has no time for."""

    id: UUID
    run_id: UUID
    state: PlanState
    problem: str | None
    distance_m: int | None
    duration_s: int | None
    order: tuple[UUID, ...]
    left_out: tuple[UUID, ...]
    asked_at: datetime
    ready_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    id: UUID
    unit_id: UUID
    point_id: UUID
    courier_id: UUID
    day: date
    no: int
    status: RunStatus
    leaves_at: datetime
    back_by: datetime
    loaded_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    cash_banked_vnd: int | None
    stops: tuple[StopView, ...]
    plan: PlanView | None


@dataclass(frozen=True, slots=True)
class MayReceive:
    """Somebody to whom the courier may give it."""

    party_id: UUID
    receiver: Receiver
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CourierStop:
    """All a courier is told of a stop (S1): no procedure, no dossier, no kind of document.

    Attributes
    ----------
    collect_vnd : to be paid at the door
    door_fee_vnd : of that, the agency's money, with a receipt of its own
    take_back_papers : "take back: 1 paper"
    signatures : forms of signature that count here
    is_lost : somebody has written its envelope off meanwhile
    """

    stop_id: UUID
    position: int
    kind: StopKind
    status: StopStatus
    delivery_id: UUID | None
    item_number: str | None
    name: str = field(repr=False)
    phone: str | None = field(repr=False)
    address: str = field(repr=False)
    note: str | None = field(repr=False)
    collect_vnd: int
    door_fee_vnd: int
    take_back_papers: int
    may_receive: tuple[MayReceive, ...]
    signatures: tuple[Signature, ...]
    window_from: datetime | None
    window_until: datetime | None
    planned_at: datetime | None
    called_at: datetime | None
    answered_at: datetime | None
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class CourierDay:
    """One run as its courier sees it.

    Attributes
    ----------
    to_collect_vnd : still to be paid at this run's doors
    cash_held_vnd : what he carries, of this run and others, and has not banked
    """

    run_id: UUID
    no: int
    day: date
    status: RunStatus
    leaves_at: datetime
    stops: tuple[CourierStop, ...]
    to_collect_vnd: int
    cash_held_vnd: int
