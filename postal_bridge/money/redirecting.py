"""What a result's way to another address would cost, by the stored quote's own terms."""

from dataclasses import replace
from uuid import UUID

from postal_bridge.directory.administrative import register_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.books import tariff_book
from postal_bridge.money.fare_column import column_between, fare_place
from postal_bridge.money.pricing import price
from postal_bridge.money.quote_rows import as_quote
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tariff import Leg, LineKind


def dearer_by_vnd(uow: ReadUnit, quote_id: UUID, to_commune: str, *, actor: Actor) -> int:
    """By how much the way to this commune exceeds the one that was quoted; 0 where it does not.

    The same weight, relief, day and tariff; only the place is another.
    """
    row = MoneyStore(uow.session).quote(quote_id, actor.scope)
    made = as_quote(row)
    request = made.request
    if request.leg is Leg.DOSSIER:
        return 0
    agency = row.inputs["from_commune" if request.leg is Leg.RESULT else "to_commune"]
    register = register_of(uow)
    origin, target = (fare_place(register, one, request.on) for one in (agency, to_commune))
    column, why = column_between(origin, target, request.on)
    own_g = request.result_grams if request.leg is Leg.BOTH else None
    asked = replace(
        request,
        leg=Leg.RESULT,
        column=column,
        why=why,
        grams=request.grams if own_g is None else own_g,
        result_grams=None,
        remits_agency_money=False,
    )
    quoted_vnd = sum(line.amount_vnd for line in made.lines if line.kind is LineKind.RESULT)
    return max(0, price(asked, tariff_book(uow)).total_vnd - quoted_vnd)
