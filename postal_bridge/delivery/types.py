"""What deliveries speak of, and what their parts are given. Values only, no rows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver, Signature
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.directory.rules import FareRefused


class Place(StrEnum):
    """Where the result is given out."""

    DOOR = "door"
    POINT = "point"
    SECTION = "section"


class Clearance(StrEnum):
    """Why the delivery may set out although somebody has to pay for it."""

    PREPAID = "prepaid"
    AT_DOOR = "at_door"
    BORNE = "borne"  # by an authority
    NOTHING_DUE = "nothing_due"


class IdentityCheck(StrEnum):
    """The second channel by which whoever redirects was known; a shared phone is none."""

    ID_PAPER_AT_COUNTER = "id_paper_at_counter"
    ONE_TIME_CODE = "one_time_code"
    SLIP = "slip"


class ParkingReason(StrEnum):
    STORM = "storm"
    FLOOD = "flood"
    TET = "tet"
    AREA_CLOSED = "area_closed"


class NoFixReason(StrEnum):
    """Why a phone could not say where it is; declared by the courier, seen by the supervisor."""

    NO_SIGNAL = "no_signal"
    INDOORS = "indoors"
    DEVICE_BROKEN = "device_broken"


class Location(StrEnum):
    """What the place fix says about a hand-over."""

    PROVED = "proved"
    DECLARED = "declared"  # no fix, with a reason
    UNPROVED = "unproved"
    NOT_ASKED = "not_asked"  # at a counter


class DisputeKind(StrEnum):
    NOT_RECEIVED = "not_received"
    WRONG_PERSON = "wrong_person"
    WRONG_ENVELOPE = "wrong_envelope"
    DAMAGED = "damaged"


class DisputeOutcome(StrEnum):
    CONFIRMED = "confirmed"
    LOST = "lost"


class CancelReason(StrEnum):
    """Why nobody brings the result; the dossier's four ends are called as its states are."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    FETCHED_AT_SECTION = "fetched_at_section"  # the citizen comes for it himself
    BROUGHT_AFTER_ALL = "brought_after_all"  # and that was undone


COMMUNE_RADIUS_M = 5_000  # how far a commune's centre may be from a house in it


@dataclass(frozen=True, slots=True)
class Position:
    """Where the address was resolved to, WGS84; `radius_m` is how far that may be wrong."""

    lat: float = field(repr=False)
    lon: float = field(repr=False)
    radius_m: int

    @property
    def is_only_commune(self) -> bool:
        """Whether it is no finer than the commune the address lies in."""
        return self.radius_m >= COMMUNE_RADIUS_M


@dataclass(frozen=True, slots=True)
class Fix:
    """What a phone said about its place, WGS84."""

    lat: float = field(repr=False)
    lon: float = field(repr=False)
    accuracy_m: int
    is_mock: bool = False


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A result to be given out.

    Attributes
    ----------
    who_may_receive : OWNER is the owner alone; the others allow the owner and those named
    proof_demanded : the contract's level where it is stricter than the document class
    fare_refused : what the contract says of a fare refused at the door
    take_back_papers : how many old papers the courier asks for before he hands over
    is_return_wanted : the issuer's standing instruction (Postal Law art. 17(2))
    note : what the citizen wrote for whoever comes ("blue gate"); sealed
    """

    dossier_id: UUID
    unit_id: UUID
    point_id: UUID
    section_id: UUID | None
    recipient_party_id: UUID
    place: Place
    who_may_receive: Receiver
    document_class: DocumentClass
    proof_demanded: ProofLevel | None = None
    fare_refused: FareRefused = FareRefused.HOLD
    window_from: datetime | None = None
    window_until: datetime | None = None
    take_back_papers: int = 0
    is_return_wanted: bool = True
    item_id: UUID | None = None
    position: Position | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Triple:
    """What the pack station scanned: the result, the envelope, the address label."""

    result_number: str
    item_number: str
    label: str


@dataclass(frozen=True, slots=True)
class ProofGiven:
    """What was put on record at a hand-over. Never a picture of an identity card.

    Attributes
    ----------
    party_id : who received, one of the dossier's named parties
    code : the one-time code as it was said; checked here, kept nowhere
    id_last4 : the last four characters of the identity paper
    occurred_at : when it happened; None is now
    """

    receiver: Receiver
    party_id: UUID
    signature: Signature
    relation: str = field(repr=False, default="")
    id_kind: str = ""
    id_last4: str = field(repr=False, default="")
    signature_blob_id: UUID | None = None
    witness_name: str = field(repr=False, default="")
    witness_blob_id: UUID | None = None
    code: str | None = field(repr=False, default=None)
    is_authority_seen: bool = False
    photo_blob_id: UUID | None = None
    fix: Fix | None = None
    no_fix_reason: NoFixReason | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOverTo:
    """The result goes into a named person's hand.

    Attributes
    ----------
    seen_number : the number on the envelope as it was scanned or read aloud
    papers_taken_back : how many old papers were handed in
    paid_vnd : what was paid at the door, where something was due
    """

    delivery_id: UUID
    proof: ProofGiven
    seen_number: str
    papers_taken_back: int = 0
    paid_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A visit that failed, and what proves it.

    Attributes
    ----------
    dwell_s : how long the courier stood there, seconds
    was_called : a call or a text was tried
    """

    reason: FailureReason
    next_step: NextStep
    fix: Fix | None = None
    no_fix_reason: NoFixReason | None = None
    dwell_s: int = 0
    was_called: bool = False
    photo_blob_id: UUID | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parking:
    """A decision that closes an area: nobody's attempt or time is used up."""

    reason: ParkingReason
    until: datetime


@dataclass(frozen=True, slots=True)
class IssuerReceipt:
    """The issuer's word that the result came back."""

    section_id: UUID
    signed: SignatureRef | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where it goes instead, asked by somebody who was known by a second channel."""

    check: IdentityCheck
    place: Place = Place.DOOR
    position: Position | None = None
    window_from: datetime | None = None
    window_until: datetime | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CarrierWord:
    """A carrier says it delivered. `has_evidence`: with a signature or photograph of his."""

    carrier: str
    reference: str
    has_evidence: bool
    said_at: datetime
    photo_blob_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDispute:
    kind: DisputeKind
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What stands behind an answer or a loss: a code of ours, and the file that shows it."""

    reason: str
    blob_id: UUID | None = None
