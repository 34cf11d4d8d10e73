"""Fares: dated tables, reliefs and local overlays, and the quote they give. Pure.

Tables are data in `config/tariffs`, each under its legal source; the explanation in words is in
`money/fare_text.py`, the column of two places in `money/fare_column.py`.

Source: Circular 22/2017/TT-BTTTT; design invariants M1, M4 and M5.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.money.fare_column import Column, ColumnReason

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "tariffs"

Cells = Mapping[str, Mapping[str, tuple[int, ...]]]
"""leg -> column -> amounts in đồng: one per weight step, then each further step begun."""


class Leg(StrEnum):
    DOSSIER = "dossier"
    RESULT = "result"
    BOTH = "both"


class LineKind(StrEnum):
    DOSSIER = "dossier"
    RESULT = "result"
    REMITTANCE = "remittance"


class Payer(StrEnum):
    CITIZEN = "citizen"
    POST = "post"
    BUDGET = "budget"


class WeightNotPositive(RuleViolation):
    code = "weight_not_positive"


class WeightTooLarge(RuleViolation):
    code = "weight_too_large"


class TariffUnknown(NotFound):
    """No tariff is in force on that day."""

    code = "tariff_unknown"


class ReliefUnknown(RuleViolation):
    code = "relief_unknown"


class AboveCeiling(RuleViolation):
    """A local table asks for more than the circular allows."""

    code = "fare_above_ceiling"


@dataclass(frozen=True, slots=True)
class Relief:
    code: str
    percent: int
    proof: str


@dataclass(frozen=True, slots=True)
class Tariff:
    id: str
    instrument: str
    instrument_en: str
    valid_from: date
    vat_mode: str
    steps_g: tuple[int, ...]
    further_g: int
    heaviest_g: int
    remittance_vnd: int
    cells: Cells
    reliefs: Mapping[str, Relief]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A dated local table or promotion; None or empty means "any" or "as in the base table"."""

    id: str
    province: str
    valid_from: date
    valid_until: date | None
    source: str
    source_en: str
    channel: str | None
    legs: frozenset[str]
    has_budget: bool
    relief_percent: int | None
    cells: Cells
    split: tuple[tuple[Payer, int], ...]


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What a quote depends on, and what is stored with it.

    Attributes
    ----------
    grams : the sealed item as weighed, per leg; for BOTH that of the dossier
    result_grams : of the result leg of BOTH; None means the same as `grams`
    province : the agency's, by the codes in force on the day; None leaves local programmes out
    channel : how the dossier was filed: "direct", "online" or "post"
    spent_out : overlays whose budget has run out
    """

    leg: Leg
    column: Column
    grams: int
    on: date
    result_grams: int | None = None
    why: ColumnReason = ColumnReason.STATED
    relief: str | None = None
    province: str | None = None
    channel: str | None = None
    remits_agency_money: bool = False
    spent_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One amount that one payer owes.

    Attributes
    ----------
    base_vnd : fare of the leg before relief, further steps included
    steps : further weight steps begun beyond the last of the table
    """

    kind: LineKind
    grams: int
    base_vnd: int
    steps: int
    step_vnd: int
    relief_percent: int
    overlay: str | None
    amount_vnd: int
    payer: Payer


@dataclass(frozen=True, slots=True)
class Quote:
    request: QuoteRequest
    tariff: str
    vat_mode: str
    lines: tuple[QuoteLine, ...]
    total_vnd: int

    @property
    def payers(self) -> dict[str, int]:
        """Amount per payer, the citizen always among them; together the total."""
        amounts = {Payer.CITIZEN.value: 0}
        for line in self.lines:
            amounts[line.payer.value] = amounts.get(line.payer.value, 0) + line.amount_vnd
        return amounts


@dataclass(frozen=True, slots=True)
class TariffBook:
    """All tariffs and overlays of one snapshot, the newest tariff first."""

    tariffs: tuple[Tariff, ...]
    overlays: tuple[Overlay, ...]

    def tariff_on(self, on: date) -> Tariff:
        """Return the tariff in force on a day, or raise `TariffUnknown`."""
        for tariff in self.tariffs:
            if tariff.valid_from <= on:
                return tariff
        raise TariffUnknown(on=on.isoformat())

    def overlay_for(self, leg: str, request: QuoteRequest) -> Overlay | None:
        """Return the overlay that touches this leg, the one that began last."""
        if request.province is None:
            return None
        for overlay in self.overlays:
            if (
                overlay.province == request.province
                and overlay.valid_from <= request.on
                and (overlay.valid_until is None or request.on <= overlay.valid_until)
                and overlay.channel in (None, request.channel)
                and (not overlay.legs or leg in overlay.legs)
                and overlay.id not in request.spent_out
            ):
                return overlay
        return None


def quote(request: QuoteRequest, book: TariffBook | None = None) -> Quote:
    """Price one request; the same request and book always give the same quote.

    Raises
    ------
    TariffUnknown, ReliefUnknown, WeightNotPositive, WeightTooLarge
    """
    book = book or load_tariffs()
    tariff = book.tariff_on(request.on)
    relief = _relief(tariff, request.relief)
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
    known = [_relief(tariff, code) for code in sorted(codes)]
    return max(known, key=lambda relief: relief.percent).code if known else None


_NO_RELIEF = Relief("", 0, "")


def _relief(tariff: Tariff, code: str | None) -> Relief:
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
    overlay = book.overlay_for(kind.value, request)
    base_vnd, steps, step_vnd = _base(tariff, overlay, kind.value, request.column.value, grams)
    percent = relief.percent
    if percent and overlay is not None and overlay.relief_percent is not None:
        percent = overlay.relief_percent
    fare_vnd = base_vnd - base_vnd * percent // 100
    name = None if overlay is None else overlay.id
    shares = ((Payer.CITIZEN, fare_vnd),) if overlay is None else _shares(overlay.split, fare_vnd)
    return [
        QuoteLine(kind, grams, base_vnd, steps, step_vnd, percent, name, amount_vnd, payer)
        for payer, amount_vnd in shares
    ]


def _base(
    tariff: Tariff, overlay: Overlay | None, leg: str, column: str, grams: int
) -> tuple[int, int, int]:
    """Return the fare before relief, the further steps begun, and the amount of one."""
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


def _shares(split: tuple[tuple[Payer, int], ...], fare_vnd: int) -> list[tuple[Payer, int]]:
    """Share a fare out in whole đồng; what rounding leaves is borne by the first named."""
    amounts = [fare_vnd * percent // 100 for _, percent in split]
    amounts[0] += fare_vnd - sum(amounts)
    return [(payer, amount) for (payer, _), amount in zip(split, amounts, strict=True)]


@cache
def load_tariffs(folder: Path = SHIPPED) -> TariffBook:
    """Read all tariffs and overlays of a folder, by default the shipped one.

    Raises
    ------
    AboveCeiling
        An overlay asks for more than the table it overlays.
    """
    tariffs: list[Tariff] = []
    overlays: list[Overlay] = []
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        overlays += [_overlay(row) for row in document.get("overlays", ())]
        if "id" in document:
            tariffs.append(_tariff(document))
    tariffs.sort(key=lambda tariff: tariff.valid_from, reverse=True)
    overlays.sort(key=lambda overlay: overlay.valid_from, reverse=True)
    book = TariffBook(tuple(tariffs), tuple(overlays))
    for overlay in overlays:
        _check_ceiling(overlay, book.tariff_on(overlay.valid_from))
    return book


def _cells(document: Mapping[str, Any]) -> Cells:
    return {
        leg: {column: tuple(row) for column, row in document[leg].items()}
        for leg in ("dossier", "result")
        if leg in document
    }


def _tariff(document: Mapping[str, Any]) -> Tariff:
    return Tariff(
        id=document["id"],
        instrument=document["instrument"],
        instrument_en=document["instrument_en"],
        valid_from=document["valid_from"],
        vat_mode=document["vat_mode"],
        steps_g=tuple(document["steps_g"]),
        further_g=document["further_g"],
        heaviest_g=document["heaviest_g"],
        remittance_vnd=document["remittance_vnd"],
        cells=_cells(document),
        reliefs={code: Relief(code, **row) for code, row in document["reliefs"].items()},
    )


def _overlay(document: Mapping[str, Any]) -> Overlay:
    split = tuple((Payer(payer), percent) for payer, percent in document["split"].items())
    if sum(percent for _, percent in split) != 100:
        raise ValueError(f"the split of {document['id']} does not add up to 100")
    return Overlay(
        id=document["id"],
        province=document["province"],
        valid_from=document["valid_from"],
        valid_until=document.get("valid_until"),
        source=document["source"],
        source_en=document["source_en"],
        channel=document.get("channel"),
        legs=frozenset(document.get("legs", ())),
        has_budget=document.get("has_budget", False),
        relief_percent=document.get("relief_percent"),
        cells=_cells(document.get("cells", {})),
        split=split,
    )


def _check_ceiling(overlay: Overlay, tariff: Tariff) -> None:
    for leg, columns in overlay.cells.items():
        for column, row in columns.items():
            ceiling = tariff.cells[leg][column]
            if any(amount > most for amount, most in zip(row, ceiling, strict=False)):
                raise AboveCeiling(overlay=overlay.id, leg=leg, column=column)
