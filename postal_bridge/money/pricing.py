"""One request, one price: the engine. Pure, and fast enough for files of a hundred thousand rows.

Source: Circular 22/2017/TT-BTTTT (weight steps, both ways as a sum, reliefs). That a relief
touches the fare alone, that a person gets the single best one, and that results for one door are
one visit charged by their weight together, are assumptions a contract may replace.
"""

from collections.abc import Collection

from postal_bridge.money.tariff import (
    Leg,
    LineKind,
    Overlay,
    Payer,
    Quote,
    QuoteLine,
    QuoteRequest,
    Relief,
    ReliefUnknown,
    ShareOrder,
    Tariff,
    TariffBook,
    WeightNotPositive,
    WeightNotWhole,
    WeightTooLarge,
)

VISITS = ("household", "hamlet")
_NO_RELIEF = Relief("", 0, "")


def price(request: QuoteRequest, book: TariffBook) -> Quote:
    """Price one request; the same request and book always give the same quote.

    Raises
    ------
    TariffUnknown, ReliefUnknown, WeightNotWhole, WeightNotPositive, WeightTooLarge
    """
    tariff = book.tariff_on(request.on)
    relief = relief_of(tariff, request.relief)
    lines: list[QuoteLine] = []
    if request.leg is not Leg.RESULT:
        lines += _leg_lines(book, tariff, LineKind.DOSSIER, request.grams, request, relief)
    if request.leg is not Leg.DOSSIER:
        own = request.result_grams if request.leg is Leg.BOTH else None
        grams = request.grams if own is None else own
        lines += _leg_lines(book, tariff, LineKind.RESULT, grams, request, relief)
    if request.remits_agency_money:
        charge = tariff.remittance_vnd
        lines.append(
            QuoteLine(LineKind.REMITTANCE, 0, charge, 0, 0, 0, None, charge, Payer.CITIZEN)
        )
    total_vnd = sum(line.amount_vnd for line in lines)
    return Quote(request, tariff.id, tariff.vat_mode, tuple(lines), total_vnd)


def best_relief(tariff: Tariff, codes: Collection[str]) -> str | None:
    """Return the one relief that helps most; two are never added up."""
    known = [relief_of(tariff, code) for code in sorted(codes)]
    return max(known, key=lambda relief: relief.percent).code if known else None


def fare_of(
    tariff: Tariff, overlay: Overlay | None, leg: str, column: str, grams: int
) -> tuple[int, int, int]:
    """Return the fare before relief and VAT, the further steps begun, and the amount of one.

    Raises
    ------
    WeightNotWhole, WeightNotPositive, WeightTooLarge
    """
    if type(grams) is not int:
        raise WeightNotWhole(value=str(grams)[:20])
    if grams < 1:
        raise WeightNotPositive(grams=grams)
    if grams > tariff.heaviest_g:
        raise WeightTooLarge(grams=grams, heaviest_grams=tariff.heaviest_g)
    row = tariff.cells[leg][column]
    if overlay is not None and overlay.cells:
        local = overlay.cells.get(leg, {}).get(column, ())
        row = local + row[len(local) :]
    for limit_g, amount_vnd in zip(tariff.steps_g, row, strict=False):
        if grams <= limit_g:
            return amount_vnd, 0, 0
    steps = -(-(grams - tariff.steps_g[-1]) // tariff.further_g)
    return row[-2] + steps * row[-1], steps, row[-1]


def vat_of(tariff: Tariff, net_vnd: int) -> int:
    """Return the VAT to be added, in whole đồng, half a đồng upwards."""
    if tariff.vat_mode != "excluded":
        return 0
    return (net_vnd * tariff.vat_percent * 2 + 100) // 200


def relief_of(tariff: Tariff, code: str | None) -> Relief:
    """Return the relief of a code, or one of nothing. Raises `ReliefUnknown`."""
    if code is None:
        return _NO_RELIEF
    relief = tariff.reliefs.get(code)
    if relief is None:
        raise ReliefUnknown(relief=code[:40], known=", ".join(sorted(tariff.reliefs)))
    return relief


def _leg_lines(
    book: TariffBook,
    tariff: Tariff,
    kind: LineKind,
    grams: int,
    request: QuoteRequest,
    relief: Relief,
) -> list[QuoteLine]:
    leg, column = kind.value, request.column.value
    overlay = book.overlay_for(leg, request)
    net_vnd, steps, step_vnd = fare_of(tariff, overlay, leg, column, grams)
    vat_vnd, visit_vnd = vat_of(tariff, net_vnd), 0
    if request.visit_grams and kind is LineKind.RESULT:
        whole = fare_of(tariff, overlay, leg, column, grams + request.visit_grams)
        before_vnd = fare_of(tariff, overlay, leg, column, request.visit_grams)[0]
        # Nobody pays more for coming along than he would alone.
        if whole[0] - before_vnd < net_vnd:
            _, steps, step_vnd = whole
            net_vnd = whole[0] - before_vnd
            vat_vnd = vat_of(tariff, whole[0]) - vat_of(tariff, before_vnd)
            visit_vnd = before_vnd + vat_of(tariff, before_vnd)
    base_vnd = net_vnd + vat_vnd
    percent = relief.percent
    if percent and overlay is not None and overlay.relief_percent is not None:
        percent = max(percent, overlay.relief_percent)
    name = None if overlay is None else overlay.id
    return [
        QuoteLine(
            *(kind, grams, base_vnd, steps, step_vnd, percent, name, amount_vnd, payer),
            vat_vnd,
            visit_vnd,
        )
        for payer, amount_vnd in _shares(overlay, base_vnd, percent, request)
    ]


def _shares(
    overlay: Overlay | None, base_vnd: int, percent: int, request: QuoteRequest
) -> list[tuple[Payer, int]]:
    """Share a fare out in whole đồng; what rounding leaves is borne by the first named."""
    fare_vnd = base_vnd - base_vnd * percent // 100
    if overlay is None:
        return [(Payer.CITIZEN, fare_vnd)]
    split = overlay.split
    if overlay.id in request.spent_out:
        split = _without_budget(overlay)
    if overlay.order is ShareOrder.RELIEF_FIRST:
        return _split(split, fare_vnd)
    return [
        (payer, amount - amount * percent // 100 if payer is Payer.CITIZEN else amount)
        for payer, amount in _split(split, base_vnd)
    ]


def _split(split: tuple[tuple[Payer, int], ...], fare_vnd: int) -> list[tuple[Payer, int]]:
    amounts = [fare_vnd * percent // 100 for _, percent in split]
    amounts[0] += fare_vnd - sum(amounts)
    return [(payer, amount) for (payer, _), amount in zip(split, amounts, strict=True)]


def _without_budget(overlay: Overlay) -> tuple[tuple[Payer, int], ...]:
    """Whoever stands in bears the budget's percent besides his own."""
    shares: dict[Payer, int] = {}
    for payer, percent in overlay.split:
        bearer = overlay.when_exhausted if payer is Payer.BUDGET else payer
        shares[bearer] = shares.get(bearer, 0) + percent
    return tuple(shares.items())
