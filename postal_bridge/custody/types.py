"""What custody speaks of: holders, items, hand-overs, pouches, counts and cases. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.rules import PouchStatus


class HolderKind(StrEnum):
    PARTY = "party"
    STAFF = "staff"
    POINT = "point"
    SECTION = "section"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers for an item. `id` is a row's id, or the code of a carrier."""

    kind: HolderKind
    id: str

    def as_fact(self) -> list[str]:
        return [self.kind.value, self.id]

    @classmethod
    def of_fact(cls, pair: list[str]) -> "Holder":
        return cls(HolderKind(pair[0]), pair[1])


class ItemKind(StrEnum):
    DOSSIER_ENVELOPE = "dossier_envelope"
    RESULT_ENVELOPE = "result_envelope"
    POUCH = "pouch"
    RETURNED_PAPERS = "returned_papers"


class ItemStatus(StrEnum):
    OPEN = "open"  # papers lie in it and it is not closed yet
    SEALED = "sealed"
    OPENED = "opened"  # its papers were taken out and counted


class TallyKind(StrEnum):
    """How a paper was taken in. The first, third and fourth stay in the envelope."""

    ORIGINAL_KEPT = "original_kept"
    ORIGINAL_SEEN = "original_seen"
    CERTIFIED_COPY = "certified_copy"
    PHOTOCOPY = "photocopy"
    ELECTRONIC = "electronic"
    STATE_DATABASE = "state_database"


IN_ENVELOPE = frozenset({TallyKind.ORIGINAL_KEPT, TallyKind.CERTIFIED_COPY, TallyKind.PHOTOCOPY})


@dataclass(frozen=True, slots=True, order=True)
class PaperCount:
    """How many sheets' worth of one paper of the list are there, by kind of tally."""

    paper_no: int
    tally: str
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True)
class SignatureRef:
    """The word of somebody who stands there and is not signed in.

    Attributes
    ----------
    form : handwritten, fingerprint (with a witness) or code
    """

    form: str
    blob_id: UUID | None = None
    witness: str | None = None

    def as_fact(self) -> dict[str, str | None]:
        return {
            "form": self.form,
            "blob_id": str(self.blob_id) if self.blob_id else None,
            "witness": self.witness,
        }


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Who confirms a broken seal beside the one who found it (invariant C5).

    Attributes
    ----------
    how : present, or code (read out over the telephone and checked by the caller)
    """

    holder: Holder
    how: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """`service` is the S10 service indicator; None takes the usual one of the kind."""

    kind: ItemKind
    dossier_id: UUID | None
    unit_id: UUID
    section_id: UUID | None
    weight_g: int
    holder: Holder
    papers: tuple[PaperCount, ...] = ()
    service: str | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    id: UUID
    number: str
    kind: ItemKind
    dossier_id: UUID | None
    weight_g: int
    seal_number: str | None
    holder: Holder | None
    in_pouch_id: UUID | None
    status: ItemStatus
    unit_id: UUID
    section_id: UUID | None
    offered_in: UUID | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """A move made with both sides present.

    Attributes
    ----------
    to_unit_id : the post's unit that answers afterwards; None leaves it as it was
    follows : item -> the custody step this one follows, as a phone without signal knew it
    occurred_at : when it happened; None is now
    seen_seals : item -> the seal the receiver read; None where reading the item's number was
        reading its seal (the label lies across the flap)
    """

    item_ids: tuple[UUID, ...]
    giver: Holder
    receiver: Holder
    place: str
    giver_signed: SignatureRef | None = None
    receiver_signed: SignatureRef | None = None
    to_unit_id: UUID | None = None
    id: UUID | None = None
    follows: Mapping[UUID, UUID] = field(default_factory=dict)
    occurred_at: datetime | None = None
    seen_seals: Mapping[UUID, str] | None = None
    second: SecondPerson | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One side's word: nothing has moved yet."""

    item_ids: tuple[UUID, ...]
    giver: Holder
    receiver: Holder
    place: str = ""
    to_unit_id: UUID | None = None


class HandOverStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class HandOverView:
    """`is_to_self`: one person spoke for both sides; checked at the next hand-over (C2)."""

    id: UUID
    status: HandOverStatus
    item_ids: tuple[UUID, ...]
    giver: Holder
    receiver: Holder
    place: str
    offered_at: datetime
    answered_at: datetime | None
    is_to_self: bool


@dataclass(frozen=True, slots=True)
class CustodyStep:
    """One link of the custody line. `at` is when it happened, `recorded_at` when we learned."""

    at: datetime
    giver: Holder | None
    receiver: Holder | None
    kind: str
    hand_over_id: UUID | None
    step_id: UUID
    recorded_at: datetime
    pouch_id: UUID | None = None
    is_to_self: bool = False


class CaseKind(StrEnum):
    PAPERS = "papers"
    SEAL = "seal"
    MANIFEST = "manifest"


class CaseStatus(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class RecountView:
    """`matches`: everything the envelope's list names is there."""

    matches: bool
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A difference, pinned to the one segment it must have arisen in.

    Attributes
    ----------
    from_step_id, to_step_id : the custody steps under which it was last right and first wrong
    segment : the steps from the first to the last of them, hand-overs and holders between
    difference : rows [paper_no, tally, originals, copies] of what is more (+) or less (-)
    opened_by, settled_by : references of the two who counted and who looked into it
    hands : references of everybody whose word moved it within the segment
    words : what the one who settled it found; None in an open case
    """

    id: UUID
    kind: CaseKind
    status: CaseStatus
    item_id: UUID
    item_number: str
    dossier_id: UUID | None
    opened_at: datetime
    settled_at: datetime | None
    outcome: str | None
    from_step_id: UUID
    to_step_id: UUID
    segment: tuple[CustodyStep, ...]
    difference: tuple[tuple[int, str, int, int], ...]
    opened_by: str | None = None
    settled_by: str | None = None
    hands: frozenset[str] = frozenset()
    words: str | None = field(default=None, repr=False)


class PouchDirection(StrEnum):
    TO_AGENCY = "to_agency"
    TO_POST = "to_post"


@dataclass(frozen=True, slots=True)
class NewPouch:
    """`unit_id` None takes the actor's unit; an officer's pouch must name the post's."""

    link_id: UUID
    from_point_id: UUID
    section_id: UUID
    direction: PouchDirection = PouchDirection.TO_AGENCY
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ManifestLine:
    item_id: UUID
    number: str
    kind: ItemKind
    dossier_id: UUID | None
    weight_g: int


@dataclass(frozen=True, slots=True)
class PouchView:
    """A pouch and what lies in it.

    Attributes
    ----------
    made_at, opened_at : when it was begun, and when it was opened at its end
    words : what was written about a closed door or a dispute, while that is so
    """

    id: UUID
    number: str
    link_id: UUID
    point_id: UUID
    section_id: UUID
    unit_id: UUID
    direction: PouchDirection
    status: PouchStatus
    tie_number: str | None
    holder: Holder
    hand_over_id: UUID | None
    made_at: datetime
    opened_at: datetime | None
    manifest: tuple[ManifestLine, ...]
    words: str | None = field(default=None, repr=False)
