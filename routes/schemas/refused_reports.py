"""A report that was refused, as the courier's phone hands it in."""

from postal_bridge.delivery.refused_reports import ReportKind
from routes.schemas.common import Choice, Moment, Text, Wire


class SetAsideSchema(Wire):
    """`words`: why it was refused, as the courier read it. `row`: what the phone signed of it."""

    kind = Choice(ReportKind, required=True)
    made_at = Moment(required=True)
    words = Text(longest=2_000, load_default="")
    row = Text(longest=16_000, load_default="")
