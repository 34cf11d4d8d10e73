"""Carriers as custody sees them: what is asked, what is answered, how it fails.

An adapter in `couriers/` implements the gateway; it never retries and keeps no state.

CarrierUnavailable (TemporaryFailure)   away, slow or overloaded: try again
CarrierRejected (Refusal)               said no, with a reason
CarrierProtocolError (UnclearAnswer)    may have done it: a person must look
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from postal_bridge.kernel.errors import Refusal, TemporaryFailure, UnclearAnswer


class CarrierUnavailable(TemporaryFailure):
    code = "carrier_unavailable"


class CarrierRejected(Refusal):
    code = "carrier_rejected"


class CarrierProtocolError(UnclearAnswer):
    code = "carrier_protocol_error"


class CarrierStatus(StrEnum):
    """Neutral words for every carrier's codes. An unknown code stays UNKNOWN, never a guess."""

    ORDERED = "ordered"
    WITH_CARRIER = "with_carrier"
    IN_TRANSIT = "in_transit"
    AT_DELIVERY_OFFICE = "at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    HELD_FOR_PICKUP = "held_for_pickup"
    REPORTED_DELIVERED = "reported_delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CarrierOrder:
    """What travels and where to, never what is inside."""

    item_number: str
    weight_g: int
    collect_vnd: int
    to_name: str = field(repr=False)
    to_phone: str = field(repr=False)
    to_address: str = field(repr=False)
    to_commune_code: str


@dataclass(frozen=True, slots=True)
class Booking:
    carrier: str
    carrier_number: str
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    occurred_at: datetime
    status: CarrierStatus
    raw_code: str


class CarrierGateway(Protocol):
    """One carrier. `key` makes a repeated booking the same booking."""

    name: str

    def book(self, order: CarrierOrder, *, key: str) -> Booking: ...
    def cancel(self, carrier_number: str, *, key: str) -> None: ...
    def track(self, carrier_number: str) -> tuple[TrackingEvent, ...]: ...
