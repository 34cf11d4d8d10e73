"""What a quote would have come to at the weight that was found at packing. Parts."""

from dataclasses import replace
from uuid import UUID

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.books import tariff_book
from postal_bridge.money.pricing import price
from postal_bridge.money.quote_rows import as_quote
from postal_bridge.money.tables import QuoteRow
from postal_bridge.money.tariff import Leg, LineKind, TariffBook


def heavier_by(uow: ReadUnit, quote_id: UUID, weight_g: int) -> dict[str, str | int] | None:
    """The facts of a result that weighs more than its quote says; None where it does not.

    The difference is that of the whole quote, priced by its own tariff, relief and programme at
    the weight found; two weights of one step differ by nothing. A quote of the dossier's way
    alone says nothing of the result's weight.
    """
    row = uow.session.get_one(QuoteRow, quote_id)
    made = as_quote(row)
    request = made.request
    quoted_g = next((line.grams for line in made.lines if line.kind is LineKind.RESULT), None)
    if quoted_g is None or weight_g <= quoted_g:
        return None
    book = tariff_book(uow)
    tariff = book.tariff(row.tariff)
    programmes = {line.overlay for line in made.lines}
    own = TariffBook((tariff,), tuple(one for one in book.overlays if one.id in programmes))
    at_g = min(weight_g, tariff.heaviest_g)
    is_both = request.leg is Leg.BOTH
    asked = replace(request, result_grams=at_g) if is_both else replace(request, grams=at_g)
    return {
        "quoted_g": quoted_g,
        "weight_g": weight_g,
        "difference_vnd": price(asked, own).total_vnd - row.total_vnd,
        "tariff": row.tariff,
        "quote_id": str(quote_id),
    }
