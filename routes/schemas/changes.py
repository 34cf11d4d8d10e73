"""Wire formats of a result's changes before it sets out, and of a fare that is given back."""

from typing import Any
from uuid import UUID

from postal_bridge.counter.changes import PayBack, RedirectTo
from postal_bridge.counter.ending import CancelAcceptance
from postal_bridge.delivery.service import PackResult
from postal_bridge.delivery.types import Triple
from postal_bridge.money.service import FareEndKind
from routes.schemas.common import AmountVnd, Choice, Id, Many, Moment, Part, Text, Wire, YesNo
from routes.second_person import with_second_person

LONGEST_ADDRESS = 300


class WithSecondPerson(Wire):
    """The second person types his own password: naming a colleague proves nothing."""

    second_login = Text(longest=80, load_default=None, allow_none=True)
    second_password = Text(longest=200, load_default=None, allow_none=True)


class RedirectSchema(Wire):
    """An address brings it to that door; without one it waits at the point."""

    is_identity_seen = YesNo(load_default=False)
    address_text = Text(longest=LONGEST_ADDRESS, load_default=None, allow_none=True)
    commune_code = Text(longest=5, load_default=None, allow_none=True)

    def command(self, delivery_id: UUID, data: dict[str, Any]) -> RedirectTo:
        return RedirectTo(delivery_id, **data)


class StreetSchema(Wire):
    address_text = Text(required=True, shortest=3, longest=LONGEST_ADDRESS)


class CancelAcceptanceSchema(WithSecondPerson):
    reason = Text(required=True, longest=200)

    def command(self, dossier_id: UUID, data: dict[str, Any]) -> CancelAcceptance:
        return CancelAcceptance(dossier_id, **with_second_person(data))


class PayBackSchema(WithSecondPerson):
    quote_id = Id(required=True)

    def command(self, dossier_id: UUID, data: dict[str, Any]) -> PayBack:
        return PayBack(dossier_id, **with_second_person(data))


class TransferBackSchema(Wire):
    quote_id = Id(required=True)

    def command(self, dossier_id: UUID, data: dict[str, Any]) -> PayBack:
        return PayBack(dossier_id, **data)


class PaidBackSchema(Wire):
    quote_id = Id()
    amount_vnd = AmountVnd()


class FareEndSchema(Wire):
    """A fare that nobody owes any more. `owed_vnd`: what the citizen may still fetch."""

    quote_id = Id()
    kind = Choice(FareEndKind)
    why = Text()
    owed_vnd = AmountVnd()
    paid_back_vnd = AmountVnd()
    at = Moment()


class LossSchema(Wire):
    """`evidence`: the number of the record that says so."""

    evidence = Text(required=True, longest=120)


class PackAgainSchema(Wire):
    """What was read from the envelope that was found."""

    result_number = Text(required=True, longest=80)
    item_number = Text(required=True, longest=40)
    label = Text(required=True, longest=40)

    def command(self, delivery_id: UUID, data: dict[str, Any]) -> PackResult:
        return PackResult(delivery_id, Triple(**data))


class FareEndsSchema(Wire):
    rows = Many(Part(FareEndSchema))
