"""What the API says of a stored quote."""

from postal_bridge.money.tariff import LineKind, Payer
from routes.schemas.common import AmountVnd, Choice, Count, Id, Many, Moment, Part, Text, Wire


class StoredLineSchema(Wire):
    """One amount that one payer bears; `overlay` names the local programme it comes by."""

    kind = Choice(LineKind)
    grams = Count()
    base_vnd = AmountVnd()
    steps = Count()
    step_vnd = AmountVnd()
    relief_percent = Count()
    overlay = Text(allow_none=True)
    amount_vnd = AmountVnd()
    payer = Choice(Payer)


class ExplainedSchema(Wire):
    """The total, one sentence a reason, who pays which part, what would cost less, the law."""

    because = Text()
    reasons = Many(Text())
    payers = Many(Text())
    cheaper = Many(Text())
    source = Text()


class StoredQuoteSchema(Wire):
    """The price as it was made; nothing of it is reckoned anew."""

    id = Id(attribute="quote.id")
    dossier_id = Id(attribute="quote.dossier_id")
    tariff = Text(attribute="quote.tariff")
    column = Text(attribute="quote.column")
    made_at = Moment(attribute="quote.made_at")
    valid_until = Moment(attribute="quote.valid_until")
    total_vnd = AmountVnd(attribute="quote.total_vnd")
    citizen_vnd = AmountVnd(attribute="quote.citizen_vnd")
    lines = Many(Part(StoredLineSchema), attribute="quote.lines")
    explanation = Part(ExplainedSchema, attribute="said")
