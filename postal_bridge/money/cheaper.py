"""What would make a quote cheaper for the citizen. Pure: other requests are priced and compared.

Only what is true of the same tariff and day is told, and only what really lowers his part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from postal_bridge.kernel.errors import AppError
from postal_bridge.money.pricing import price
from postal_bridge.money.tariff import Leg, LineKind, Payer, Quote, QuoteRequest, Tariff, TariffBook


@dataclass(frozen=True, slots=True)
class Saving:
    """Attributes
    ----------
    how : "online" (file on-line), "weight" (less paper), "relief" (if he is entitled),
        "fetch" (fetch the result at the section)
    citizen_vnd : what he would pay then
    relief, grams : of a relief its code; of a weight the most grams of the cheaper step
    """

    how: str
    citizen_vnd: int
    saved_vnd: int
    relief: str | None = None
    grams: int | None = None


def savings(quote: Quote, book: TariffBook) -> tuple[Saving, ...]:
    """The ways that help, the one that helps most first."""
    now_vnd = quote.payers[Payer.CITIZEN.value]
    # Whoever fetches his result still pays for the agency's money that is paid on.
    fetched_vnd = sum(x.amount_vnd for x in quote.lines if x.kind is LineKind.REMITTANCE)
    found = []
    for how, request, relief, grams in _others(quote.request, book.tariff(quote.tariff)):
        try:
            then_vnd = price(request, book).payers[Payer.CITIZEN.value] if request else fetched_vnd
        except AppError:
            continue  # such a request cannot be made, so it is no advice
        if then_vnd < now_vnd:
            found.append(Saving(how, then_vnd, now_vnd - then_vnd, relief, grams))
    return tuple(sorted(found, key=lambda one: -one.saved_vnd))


def _others(
    request: QuoteRequest, tariff: Tariff
) -> Iterator[tuple[str, QuoteRequest | None, str | None, int | None]]:
    """Each way, the request it would be (None: nothing is carried), and its particulars."""
    if request.channel != "online" and request.province is not None:
        yield "online", replace(request, channel="online"), None, None
    if request.relief is None and tariff.reliefs:
        best: dict[int, str] = {}
        for code, relief in tariff.reliefs.items():
            best.setdefault(relief.percent, code)
        for code in best.values():
            yield "relief", replace(request, relief=code), code, None
    if not request.visit_grams:
        yield from _lighter(request, tariff)
    if request.leg is Leg.RESULT:
        yield "fetch", None, None, None
    elif request.leg is Leg.BOTH:
        yield "fetch", replace(request, leg=Leg.DOSSIER, result_grams=None), None, None


def _lighter(
    request: QuoteRequest, tariff: Tariff
) -> Iterator[tuple[str, QuoteRequest, None, int]]:
    """The next lower weight step of the only, or the first, leg."""
    edges = [limit_g for limit_g in tariff.steps_g if limit_g < request.grams]
    if not edges:
        return
    over_g = request.grams - tariff.steps_g[-1]
    begun = -(-over_g // tariff.further_g)
    grams = edges[-1] if begun < 1 else tariff.steps_g[-1] + (begun - 1) * tariff.further_g
    own = request.result_grams
    if request.leg is Leg.BOTH and own is None:
        own = request.grams
    yield "weight", replace(request, grams=grams, result_grams=own), None, grams
