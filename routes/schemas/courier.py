"""What a courier's phone sends: hand-overs, failed visits, loading and closing a run."""

import base64
import binascii
from typing import Any

from flask import request
from marshmallow import ValidationError, fields, post_load

from couriers.service import FailAtDoor, HandOverAtDoor, Picture
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.types import Fix, NoFixReason
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.dossiers.scan_intake import ScanUnreadable, clean_scan
from routes.schemas.common import (
    MISSING,
    AmountVnd,
    Choice,
    Count,
    Id,
    Many,
    Part,
    Text,
    Wire,
    YesNo,
)

LARGEST_PICTURE = 6 * 1024 * 1024
KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}


class PictureData(fields.Field[Picture]):
    """A picture as a data URL: what a signature pad makes, and a file sent with a form.

    It is drawn anew, as a scan is: what is no picture proves nothing, and no place of the
    citizen's home or second file rides along.
    """

    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        **MISSING,
        "invalid": "not_base64",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Picture:
        text = value if isinstance(value, str) else ""
        try:
            content = base64.b64decode(text.partition(",")[2], validate=True)
        except binascii.Error:
            raise ValidationError("not_base64") from None
        kind = next((name for magic, name in KINDS.items() if content.startswith(magic)), None)
        if kind is None or len(content) > LARGEST_PICTURE:
            raise ValidationError("picture_not_accepted")
        try:
            clean = clean_scan(0, kind, content)
        except ScanUnreadable:
            raise ValidationError("picture_not_accepted") from None
        return Picture(clean.content, clean.media_type)


class FixSchema(Wire):
    """Where the phone says it is. The decimals come as text from a form."""

    lat = fields.Decimal(required=True, error_messages={**MISSING, "invalid": "field_invalid"})
    lon = fields.Decimal(required=True, error_messages={**MISSING, "invalid": "field_invalid"})
    accuracy_m = Count(maximum=100_000, required=True)
    is_mock = YesNo(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Fix:
        lat, lon = float(data["lat"]), float(data["lon"])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValidationError("field_invalid", "lat")
        return Fix(lat, lon, data["accuracy_m"], data["is_mock"])


class DoorAct(Wire):
    """What both kinds of visit have: where, or why that is not known."""

    fix = Part(FixSchema)
    no_fix_reason = Choice(NoFixReason)
    photo = PictureData()


class HandOverSchema(DoorAct):
    """`who` names the receiver's role and the party: "owner:0192…"."""

    delivery_id = Id(required=True)
    seen_number = Text(longest=40, required=True)
    who = Text(longest=80, required=True)
    relation = Text(longest=80, load_default="")
    id_kind = Text(longest=40, required=True)
    id_last4 = Text(longest=4, shortest=4, required=True)
    signature = Choice(Signature, required=True)
    mark = PictureData()
    witness_name = Text(longest=200, load_default="")
    witness_mark = PictureData()
    code = Text(longest=12)
    is_authority_seen = YesNo(load_default=False)
    papers_taken_back = Count(maximum=50, load_default=0)
    paid_vnd = AmountVnd()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> HandOverAtDoor:
        role, _colon, party = str(data.pop("who")).partition(":")
        try:
            receiver, party_id = Receiver(role), Id().deserialize(party)
        except (ValueError, ValidationError):
            raise ValidationError("not_a_choice", "who") from None
        relation = data.pop("relation") or ("self" if receiver is Receiver.OWNER else "")
        return HandOverAtDoor(receiver=receiver, party_id=party_id, relation=relation, **data)


class FailureSchema(DoorAct):
    delivery_id = Id(required=True)
    reason = Choice(FailureReason, required=True)
    next_step = Choice(NextStep, required=True)
    dwell_s = Count(maximum=86_400, load_default=0)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FailAtDoor:
        return FailAtDoor(**data)


class ScannedSchema(Wire):
    """Numbers as scanned or typed, and those knowingly left at the office."""

    numbers = Text(longest=20_000, load_default="")
    left_behind = Many(Text(longest=20), load_default=list)


class ClosingSchema(Wire):
    numbers = Text(longest=20_000, load_default="")
    cash_vnd = AmountVnd()
    bank_reference = Text(longest=60, load_default="")


class BankCashSchema(Wire):
    amount_vnd = AmountVnd(required=True)
    bank_reference = Text(longest=60, required=True)


class StopAnswerSchema(Wire):
    is_done = YesNo(required=True)


def sent_pairs(**more: str) -> list[tuple[str, str]]:
    """The form's fields with its files as data URLs, so that one schema reads both."""
    pairs = [*request.form.items(multi=True), *more.items()]
    drawn = {name for name, value in pairs if value}
    for name, file in request.files.items():
        content = file.read()
        file.seek(0)
        if content and name not in drawn:
            pairs.append((name, f"data:;base64,{base64.b64encode(content).decode()}"))
    return pairs
