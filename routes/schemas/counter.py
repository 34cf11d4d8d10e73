"""Wire formats of the counter: a dossier handed in, a result of an online filing."""

import base64
import binascii
from typing import Any

from marshmallow import ValidationError, post_load, validate

from postal_bridge.counter.commands import (
    AcceptDossier,
    CompleteOnlineFiling,
    DeliveryWish,
    PayHow,
    Scan,
    SignatureGiven,
    SignedHow,
    TalliedPaper,
)
from postal_bridge.counter.preview import SlipAsk
from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import AcceptanceMode, ServiceForm
from postal_bridge.dossiers.scan_intake import ScanUnreadable, clean_scan
from postal_bridge.money.tariff import LineKind, Payer
from routes.schemas.common import (
    AmountVnd,
    Choice,
    Count,
    Id,
    Many,
    Moment,
    Part,
    Text,
    Wire,
    YesNo,
)
from routes.schemas.parties import CommuneCode, PersonSchema
from routes.second_person import with_second_person

HEAVIEST_G = 50_000
MEDIA_TYPES = ("image/jpeg", "image/png", "application/pdf")


class Base64(Text):
    """Bytes as standard base64."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=12_000_000, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("not_base64") from None


class Drawn(Base64):
    """A signature or a fingerprint as a picture, drawn anew as a scan is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        content = super()._deserialize(value, attr, data, **kwargs)
        try:
            return clean_scan(0, "image/png", content).content
        except ScanUnreadable:
            raise ValidationError("picture_not_accepted") from None


class TalliedPaperSchema(Wire):
    paper_no = Count(required=True, minimum=1, maximum=99)
    tally = Choice(TallyKind, required=True)
    originals = Count(load_default=0, maximum=99)
    copies = Count(load_default=0, maximum=99)
    sheets = Count(load_default=0, maximum=999)
    note = Text(longest=200, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TalliedPaper:
        return TalliedPaper(**data)


class ScanSchema(Wire):
    paper_no = Count(required=True, maximum=99)
    media_type = Text(
        required=True, validate=validate.OneOf(MEDIA_TYPES, error="media_type_unsupported")
    )
    content = Base64(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Scan:
        return Scan(**data)


class SignatureSchema(Wire):
    how = Choice(SignedHow, required=True)
    image = Drawn(load_default=None, allow_none=True)
    witness_name = Text(longest=120, load_default=None, allow_none=True)
    witness_image = Drawn(load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SignatureGiven:
        return SignatureGiven(**data)


class DeliveryWishSchema(Wire):
    place = Choice(Place, required=True)
    who_may_receive = Choice(Receiver, load_default=Receiver.OWNER)
    recipient = Part(PersonSchema, load_default=None, allow_none=True)
    may_receive = Many(Part(PersonSchema), load_default=())
    result_weight_g = Count(load_default=100, minimum=1, maximum=HEAVIEST_G)
    take_back_papers = Count(load_default=0, maximum=20)
    note = Text(longest=200, load_default=None, allow_none=True)
    is_door_remembered = YesNo(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DeliveryWish:
        return DeliveryWish(**{**data, "may_receive": tuple(data["may_receive"])})


class Paying(Wire):
    """What is paid when the slip is made."""

    relief_code = Text(longest=60, load_default=None, allow_none=True)
    is_relief_proof_seen = YesNo(load_default=False)
    pay = Choice(PayHow, load_default=PayHow.CASH)
    amount_vnd = AmountVnd(load_default=0)
    joins_dossier = Text(longest=60, load_default=None, allow_none=True)
    second_login = Text(longest=60, load_default=None, allow_none=True)
    second_password = Text(longest=200, load_default=None, allow_none=True)
    borne_reason = Text(longest=200, load_default="")


class AcceptDossierSchema(Paying):
    link_id = Id(required=True)
    procedure_id = Id(required=True)
    service_form = Choice(ServiceForm, required=True)
    owner = Part(PersonSchema, required=True)
    submitter = Part(PersonSchema, load_default=None, allow_none=True)
    papers = Many(Part(TalliedPaperSchema), required=True)
    scans = Many(Part(ScanSchema), load_default=())
    signature = Part(SignatureSchema, required=True)
    sets = Count(load_default=1, minimum=1, maximum=20)
    weight_g = Count(load_default=100, minimum=1, maximum=HEAVIEST_G)
    delivery = Part(DeliveryWishSchema, load_default=None, allow_none=True)
    summary = Text(longest=1000, load_default="")
    draft_id = Id(load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AcceptDossier:
        lists = {name: tuple(data[name]) for name in ("papers", "scans")}
        return AcceptDossier(**with_second_person({**data, **lists}))


class CompleteOnlineFilingSchema(Paying):
    link_id = Id(required=True)
    procedure_id = Id(required=True)
    dossier_code = Text(required=True, longest=60)
    received_at = Moment(required=True)
    owner = Part(PersonSchema, required=True)
    delivery = Part(DeliveryWishSchema, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CompleteOnlineFiling:
        return CompleteOnlineFiling(**with_second_person(data))


class AcceptedSchema(Wire):
    """What the slip says."""

    dossier_id = Id()
    acceptance_number = Text()
    dossier_code = Text(allow_none=True)
    item_number = Text(allow_none=True)
    delivery_id = Id(allow_none=True)
    due_at = Moment(allow_none=True)
    is_expected_only = YesNo()
    paid_vnd = AmountVnd()
    payment_id = Id(allow_none=True)
    fare_receipt_no = Text(allow_none=True)
    fee_receipt_no = Text(allow_none=True)
    citizen_link = Text()


class QuoteAskSchema(Wire):
    """The form so far; what is left out is not reckoned."""

    link_id = Id(required=True)
    procedure_id = Id(required=True)
    service_form = Choice(ServiceForm, load_default=None, allow_none=True)
    place = Choice(Place, load_default=None, allow_none=True)
    recipient_commune = CommuneCode(load_default=None, allow_none=True)
    weight_g = Count(load_default=100, minimum=1, maximum=HEAVIEST_G)
    result_weight_g = Count(load_default=100, minimum=1, maximum=HEAVIEST_G)
    relief_code = Text(longest=60, load_default=None, allow_none=True)
    is_relief_proof_seen = YesNo(load_default=False)
    pay = Choice(PayHow, load_default=PayHow.CASH)
    joins_dossier = Text(longest=60, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SlipAsk:
        return SlipAsk(**data)


class QuoteLineSchema(Wire):
    kind = Choice(LineKind)
    grams = Count()
    base_vnd = AmountVnd()
    relief_percent = Count()
    amount_vnd = AmountVnd()
    payer = Choice(Payer)


class QuoteSchema(Wire):
    """What would be paid now and promised; nothing is stored.

    `refusal`: the code of what keeps the fare from being said yet.
    """

    mode = Choice(AcceptanceMode)
    agency_fee_vnd = AmountVnd()
    fare_vnd = AmountVnd()
    remittance_vnd = AmountVnd()
    payable_now_vnd = AmountVnd()
    due_at = Moment(allow_none=True)
    is_expected_only = YesNo()
    tariff = Text(attribute="quote.tariff", dump_default=None, allow_none=True)
    lines = Many(Part(QuoteLineSchema), attribute="quote.lines", dump_default=())
    refusal = Text(attribute="refusal.code", dump_default=None, allow_none=True)
