"""Wire formats of a clerk's drawer."""

from postal_bridge.money.rules import DrawerStatus
from routes.schemas.common import AmountVnd, Choice, Count, Id, Moment, Text, Wire


class OpenDrawerSchema(Wire):
    float_vnd = AmountVnd(required=True)


class CountDrawerSchema(Wire):
    counted_vnd = AmountVnd(required=True)


class ContestSchema(Wire):
    reason = Text(required=True, longest=500)


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
