"""What a counter is asked to do, and what it answers. Personal fields do not appear in a repr."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm


class PayHow(StrEnum):
    """How the fare is settled when the dossier is accepted."""

    CASH = "cash"
    CARD = "card"
    AT_DOOR = "at_door"
    AUTHORITY = "authority"
    NOTHING = "nothing"


class SignedHow(StrEnum):
    """A signature on the slip, or a fingerprint before a named witness who signs."""

    HANDWRITTEN = "handwritten"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Person:
    full_name: str = field(repr=False)
    phone: str | None = field(repr=False, default=None)
    is_phone_shared: bool = False
    id_kind: str | None = None
    id_number: str | None = field(repr=False, default=None)
    email: str | None = field(repr=False, default=None)
    address_text: str | None = field(repr=False, default=None)
    commune_code: str | None = None
    relation: str | None = field(repr=False, default=None)
    authority_until: date | None = None
    authority_scope: str | None = None


@dataclass(frozen=True, slots=True)
class TalliedPaper:
    paper_no: int
    tally: TallyKind
    originals: int = 0
    copies: int = 0
    sheets: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture or PDF of one paper of the list. `paper_no` 0 is the slip itself."""

    paper_no: int
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignatureGiven:
    """`image`: drawn on the pad; None when it stands on the paper slip."""

    how: SignedHow
    image: bytes | None = field(repr=False, default=None)
    witness_name: str | None = field(repr=False, default=None)
    witness_image: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class DeliveryWish:
    """How the citizen wants the result.

    Attributes
    ----------
    may_receive : who besides the owner is named
    result_weight_g : what the result is expected to weigh; the quote is made on it
    is_door_remembered : the recipient, who is here, agrees that the door is remembered
    """

    place: Place
    who_may_receive: Receiver
    recipient: Person | None = None
    may_receive: tuple[Person, ...] = ()
    result_weight_g: int = 100
    take_back_papers: int = 0
    note: str | None = field(repr=False, default=None)
    is_door_remembered: bool = False


@dataclass(frozen=True, slots=True)
class AcceptDossier:
    """One citizen at the counter, everything he brought and everything he wants.

    Attributes
    ----------
    draft_id : the form this came from; it is closed with the dossier
    weight_g : the sealed envelope as weighed
    amount_vnd : what the citizen pays now, counted by the clerk; must be what is due
    joins_dossier : number of the dossier on whose visit the result comes along
    second_staff_id, borne_reason : who stands by it, and on what ground, where an authority is to
        bear a fare that no agreement names
    """

    link_id: UUID
    procedure_id: UUID
    service_form: ServiceForm
    owner: Person
    papers: tuple[TalliedPaper, ...]
    signature: SignatureGiven
    submitter: Person | None = None
    scans: tuple[Scan, ...] = ()
    sets: int = 1
    weight_g: int = 100
    delivery: DeliveryWish | None = None
    relief_code: str | None = None
    is_relief_proof_seen: bool = False
    pay: PayHow = PayHow.CASH
    amount_vnd: int = 0
    joins_dossier: str | None = None
    second_staff_id: UUID | None = None
    borne_reason: str = ""
    summary: str = field(repr=False, default="")
    draft_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CompleteOnlineFiling:
    """The citizen has filed online; only the paper result travels, on request.

    Attributes
    ----------
    dossier_code : the code the agency's system gave
    received_at : when the agency registered it, as its receipt says
    """

    link_id: UUID
    procedure_id: UUID
    dossier_code: str
    received_at: datetime
    owner: Person
    delivery: DeliveryWish
    relief_code: str | None = None
    is_relief_proof_seen: bool = False
    pay: PayHow = PayHow.CASH
    amount_vnd: int = 0
    joins_dossier: str | None = None
    second_staff_id: UUID | None = None
    borne_reason: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the slip says. `citizen_link` is shown on the slip's QR and stored as HMAC only."""

    dossier_id: UUID
    acceptance_number: str
    dossier_code: str | None
    item_number: str | None
    delivery_id: UUID | None
    due_at: datetime | None
    is_expected_only: bool
    paid_vnd: int
    payment_id: UUID | None
    fare_receipt_no: str | None
    fee_receipt_no: str | None
    citizen_link: str = field(repr=False)
