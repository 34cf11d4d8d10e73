"""What the API says of a clerk's drawer; what it takes is what the drawer's pages send."""

from marshmallow import fields

from postal_bridge.money.rules import DrawerStatus
from routes.schemas.common import AmountVnd, Choice, Count, Id, Many, Moment, Part, Text, Wire


class DrawerLineSchema(Wire):
    """`amount_vnd` below zero left the drawer."""

    entry_id = Id()
    at = Moment()
    kind = Text()
    about = Text()
    amount_vnd = Count()


class DrawerSchema(Wire):
    """`expected_vnd` and `difference_vnd` are empty until the clerk has counted."""

    id = Id()
    status = Choice(DrawerStatus)
    float_vnd = AmountVnd()
    opened_at = Moment()
    closed_at = Moment(allow_none=True)
    expected_vnd = AmountVnd(allow_none=True)
    counted_vnd = AmountVnd(allow_none=True)
    difference_vnd = Count(allow_none=True)
    owed_vnd = AmountVnd()
    lines = Many(Part(DrawerLineSchema))


class WitnessCodeSchema(Wire):
    """Six digits to read out; they hold for this count and thirty minutes."""

    code = Text()


class SignedStatementSchema(Wire):
    """The signed document: Ed25519 over the canonical JSON of everything but `signature`."""

    kind = Text()
    version = Count()
    signature = fields.Raw()
