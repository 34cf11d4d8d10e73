"""Wire formats of the agency desk: counts, the agency's moves, packing and handing over."""

from typing import Any

from marshmallow import post_load

from postal_bridge.custody.types import (
    CaseKind,
    CaseStatus,
    HandOverStatus,
    HolderKind,
    ItemKind,
    ItemStatus,
    PaperCount,
    TallyKind,
)
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.dossiers.extending import MOST_DAYS
from postal_bridge.dossiers.types import PaperTally, Result
from routes.schemas.common import (
    AmountVnd,
    Choice,
    Count,
    Day,
    Id,
    Many,
    Moment,
    Part,
    Text,
    Wire,
    YesNo,
)

LONGEST_CODE = 64
LONGEST_NUMBER = 40
LONGEST_WORDS = 2000
HEAVIEST_G = 50_000


class PaperCountSchema(Wire):
    paper_no = Count(required=True, minimum=1, maximum=99)
    tally = Choice(TallyKind, required=True)
    originals = Count(required=True, maximum=999)
    copies = Count(required=True, maximum=999)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PaperCount:
        return PaperCount(data["paper_no"], data["tally"], data["originals"], data["copies"])


class ConfirmedCountSchema(PaperCountSchema):
    """A line of the form: filled in beforehand, so a person must say that it was counted."""

    is_counted = YesNo(required=True, error_messages={"required": "desk_line_not_counted"})


class RecountSchema(Wire):
    counts = Many(Part(PaperCountSchema), load_default=())


class ConfirmedRecountSchema(Wire):
    counts = Many(Part(ConfirmedCountSchema), load_default=())


class RegisterSchema(Wire):
    """`code` is the agency's; `draws_code` takes the section's next one instead."""

    code = Text(longest=LONGEST_CODE, load_default=None, allow_none=True)
    draws_code = YesNo(load_default=False)


class ReasonSchema(Wire):
    reason = Text(required=True, longest=40)
    text = Text(longest=LONGEST_WORDS, load_default="")


class SupplementSchema(Wire):
    paper_nos = Many(Count(minimum=1, maximum=99), load_default=())
    reason = Text(required=True, longest=40)
    text = Text(longest=LONGEST_WORDS, load_default="")


class PaperTallySchema(Wire):
    paper_no = Count(required=True, minimum=1, maximum=99)
    tally = Choice(TallyKind, required=True)
    originals = Count(load_default=0, maximum=99)
    copies = Count(load_default=0, maximum=99)
    sheets = Count(load_default=0, maximum=999)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PaperTally:
        return PaperTally(**data)


class TakeSupplementSchema(Wire):
    papers = Many(Part(PaperTallySchema), load_default=())


class DutySchema(Wire):
    amount_vnd = AmountVnd(required=True)


class ResultSchema(Wire):
    number = Text(required=True, longest=80)
    issued_on = Day(required=True)
    sheets = Count(load_default=1, minimum=1, maximum=999)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Result:
        return Result(**data)


class ExtensionSchema(ReasonSchema):
    working_days = Count(required=True, minimum=1, maximum=MOST_DAYS)


class NothingSchema(Wire):
    """A button that says all by itself."""


class PrepareSchema(Wire):
    weight_g = Count(load_default=100, minimum=1, maximum=HEAVIEST_G)
    sheets = Count(load_default=1, minimum=1, maximum=999)


class TripleSchema(Wire):
    result_number = Text(required=True, longest=LONGEST_CODE)
    item_number = Text(required=True, longest=LONGEST_NUMBER)
    label = Text(required=True, longest=LONGEST_NUMBER)


class OfferResultsSchema(Wire):
    item_ids = Many(Id(), load_default=())


class AcceptItemsSchema(Wire):
    numbers = Many(Text(longest=LONGEST_NUMBER), load_default=())


class ReturnNumberSchema(Wire):
    seen_number = Text(required=True, longest=LONGEST_NUMBER)


class HolderSchema(Wire):
    kind = Choice(HolderKind)
    id = Text()


class StepSchema(Wire):
    at = Moment()
    kind = Text()
    giver = Part(HolderSchema, allow_none=True)
    receiver = Part(HolderSchema, allow_none=True)
    hand_over_id = Id(allow_none=True)


class CaseSchema(Wire):
    """A difference and the one segment it is pinned to."""

    id = Id()
    kind = Choice(CaseKind)
    status = Choice(CaseStatus)
    item_number = Text()
    dossier_id = Id(allow_none=True)
    opened_at = Moment()
    segment = Many(Part(StepSchema))


class CountedSchema(Wire):
    item_id = Id()
    number = Text()
    dossier_id = Id(allow_none=True)
    matches = YesNo()
    case = Part(CaseSchema, allow_none=True)


class ItemSchema(Wire):
    id = Id()
    number = Text()
    kind = Choice(ItemKind)
    status = Choice(ItemStatus)
    weight_g = Count()
    seal_number = Text(allow_none=True)
    in_pouch_id = Id(allow_none=True)
    dossier_id = Id(allow_none=True)


class DeliveryStandSchema(Wire):
    id = Id()
    dossier_id = Id()
    label = Text()
    status = Choice(DeliveryStatus)


class PackedSchema(Wire):
    item = Part(ItemSchema)
    delivery = Part(DeliveryStandSchema)


class ItemsHandOverSchema(Wire):
    id = Id()
    status = Choice(HandOverStatus)
    item_ids = Many(Id())
    giver = Part(HolderSchema)
    receiver = Part(HolderSchema)
    offered_at = Moment()
    answered_at = Moment(allow_none=True)
    is_to_self = YesNo()


class OffersSchema(Wire):
    """One offer for each post office that delivers."""

    offers = Many(Part(ItemsHandOverSchema))
