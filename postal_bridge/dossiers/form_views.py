"""What stands on printed forms. Values only: whoever renders needs no database.

Personal fields do not appear in a repr.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from postal_bridge.custody.types import ItemKind, TallyKind
from postal_bridge.directory.rules import ServiceForm


@dataclass(frozen=True, slots=True)
class Office:
    """The post's office or the agency's section that issues the form."""

    name: str
    parent: str
    address: str
    hotline: str
    hours: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    no: int
    name: str
    tally: TallyKind
    originals: int
    copies: int
    sheets: int = 0


@dataclass(frozen=True, slots=True)
class MoneyLine:
    label: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class SlipMoney:
    """What was paid or is due. Fare and agency fees are never added up into one revenue (M4).

    Attributes
    ----------
    fees : the agency's, each named as phí or lệ phí
    paid_by : code of `slip_paid_…`: cash, card, at_door, borne
    """

    fare: tuple[MoneyLine, ...] = ()
    fees: tuple[MoneyLine, ...] = ()
    paid_by: str = "cash"
    fare_receipt_no: str | None = None
    fee_receipt_no: str | None = None

    @property
    def fare_vnd(self) -> int:
        return sum(line.amount_vnd for line in self.fare)

    @property
    def fees_vnd(self) -> int:
        return sum(line.amount_vnd for line in self.fees)


@dataclass(frozen=True, slots=True)
class SlipView:
    """The dossier slip (phiếu hồ sơ), the post's own list of papers.

    Attributes
    ----------
    expected_at : what the post expects, never the agency's promise
    link : the citizen's signed link, shown as a QR
    """

    office: Office
    section_name: str
    acceptance_number: str
    dossier_code: str | None
    item_number: str | None
    seal_number: str | None
    weight_g: int
    procedure_name: str
    procedure_code: str
    service_form: ServiceForm
    sets: int
    accepted_at: datetime
    expected_at: datetime | None
    papers: tuple[PaperLine, ...]
    money: SlipMoney
    link: str = field(repr=False)
    clerk_name: str
    owner_name: str = field(repr=False)
    submitter_name: str = field(repr=False)
    submitter_phone: str = field(default="", repr=False)
    recipient_name: str = field(default="", repr=False)
    recipient_address: str = field(default="", repr=False)
    submitter_signed: str = "on_paper"
    is_reprint: bool = False
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """Form 01, receipt and appointment: only where postal staff are seated at the section."""

    header: tuple[str, str]
    place: str
    dossier_code: str
    procedure_name: str
    section: Office
    sets: int
    time_limit_days: int
    time_limit_hours: int
    received_at: datetime
    due_at: datetime
    papers: tuple[PaperLine, ...]
    returned_by_post: bool
    link: str = field(repr=False)
    receiver_name: str
    submitter_name: str = field(repr=False)
    owner_name: str = field(repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    is_reprint: bool = False
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a hand-over, and how its word was given."""

    name: str
    office: str
    confirmed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One item of a hand-over record. Counts are of what lies in the envelope."""

    item_number: str
    dossier_number: str
    weight_g: int
    originals: int
    copies: int
    fees_vnd: int = 0


@dataclass(frozen=True, slots=True)
class HandOverRecordView:
    """Biên bản giao nhận (Circular 17/2017 art. 5): both people, both confirmations, hh:mm."""

    number: str
    office: Office
    place: str
    giver: Side
    receiver: Side
    lines: tuple[RecordLine, ...]
    is_to_self: bool = False
    is_reprint: bool = False
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class ManifestRow:
    item_number: str
    kind: ItemKind
    dossier_number: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class ManifestSheet:
    """Bản kê of a pouch."""

    office: Office
    pouch_number: str
    tie_number: str
    from_name: str
    to_name: str
    sealed_at: datetime
    sealed_by: str
    rows: tuple[ManifestRow, ...]
    is_reprint: bool = False
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class InvitationView:
    """Giấy mời nhận. Names no procedure: it may lie in a letter box."""

    ordinal: int
    office: Office
    item_number: str
    invited_at: datetime
    collect_until: date
    due_vnd: int
    recipient_name: str = field(repr=False)
    recipient_address: str = field(repr=False)
    link: str = field(default="", repr=False)
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class ReturnReceiptView:
    """Giấy biên nhận trả kết quả."""

    office: Office
    dossier_number: str
    item_number: str
    procedure_name: str
    result_number: str
    issued_on: date | None
    handed_over_at: datetime
    place: str
    proof_text: str
    deliverer_name: str
    originals_withdrawn: int
    owner_name: str = field(repr=False)
    recipient_name: str = field(repr=False)
    relation: str = field(default="", repr=False)
    is_reprint: bool = False
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """`promised_at` was the date when the agency asked, `asked_until` what it asks for."""

    promised_at: datetime
    asked_until: datetime


@dataclass(frozen=True, slots=True)
class AgencyNoticeView:
    """Forms 02 to 05: the agency asks for more, does not take the dossier, asks for time, stops.

    Attributes
    ----------
    kind : supplement_requested, refused, extension_asked or stopped
    form_number : of the set in force on the day; None where that set has no such form
    is_new_set : in the older set the apology gave a new date; now it asks for more time
    reason : code of `desk_reason_…`, or "other"
    words : the officer's own
    papers : what is asked for, with the counts of the last tally
    received_at : when the agency's clock began
    extension : the date that was promised and the one asked for, on form 04
    """

    kind: str
    form_number: str | None
    is_new_set: bool
    header: tuple[str, str]
    section: Office
    dossier_code: str
    procedure_name: str
    said_at: datetime
    reason: str
    papers: tuple[PaperLine, ...]
    officer_name: str
    words: str = field(repr=False)
    owner_name: str = field(repr=False)
    submitter_name: str = field(repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    received_at: datetime | None = None
    extension: Extension | None = None
    is_sandbox: bool = False
