"""What a fare depends on: dated tariffs, reliefs, local programmes, and the quote they give.

Types only. `pricing.py` prices, `tariff_files.py` reads the tables, `ceiling.py` compares them with
the statutory maximum, `fare_text.py` explains, `fare_column.py` finds the column of two places.

Source: Circular 22/2017/TT-BTTTT; design invariants M1, M4 and M5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.money.fare_column import Column, ColumnReason

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


class ShareOrder(StrEnum):
    """What comes first where a relief meets a programme; the contract decides."""

    RELIEF_FIRST = "relief_first"  # the funders share what is left after the relief
    FUNDERS_FIRST = "funders_first"  # the relief lowers the citizen's own share only


class WeightNotPositive(RuleViolation):
    code = "weight_not_positive"


class WeightTooLarge(RuleViolation):
    code = "weight_too_large"


class WeightNotWhole(RuleViolation):
    """Not a whole number of grams: "250g", NaN, 80.5."""

    code = "weight_not_whole"


class TariffUnknown(NotFound):
    """No tariff is in force on that day, or none has that name."""

    code = "tariff_unknown"


class ReliefUnknown(RuleViolation):
    code = "relief_unknown"


@dataclass(frozen=True, slots=True)
class Relief:
    """`proof` names the kind of paper that is seen at the counter."""

    code: str
    percent: int
    proof: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """Attributes
    ----------
    vat_mode : "included", "excluded" (then `vat_percent` is added) or "unknown" (as quoted)
    steps_g : upper ends of the weight steps; above the last, each `further_g` begun counts
    is_ceiling : a statutory maximum, which no other table may exceed
    """

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
    vat_percent: int = 0
    is_ceiling: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """A dated local table or promotion; None or empty means "any" or "as in the base table".

    Attributes
    ----------
    has_budget : it holds while the month's grant lasts
    when_exhausted : who bears the funders' share after that; the citizen pays as without it
    """

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
    when_exhausted: Payer = Payer.CITIZEN
    order: ShareOrder = ShareOrder.RELIEF_FIRST


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
    visit : "household" or "hamlet": the result comes along on a visit already paid for
    visit_grams : what that visit carries already; only the difference is charged
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
    visit: str | None = None
    visit_grams: int = 0


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One amount that one payer owes.

    Attributes
    ----------
    base_vnd : fare of the leg before relief, further steps and VAT included
    steps : further weight steps begun beyond the last of the table
    vat_vnd : of `base_vnd`, what was added as VAT
    visit_vnd : of the whole visit's fare, what was quoted before; `base_vnd` is the rest
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
    vat_vnd: int = 0
    visit_vnd: int = 0


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
    """All tariffs and overlays, the one that begins last first; of one day, the later published."""

    tariffs: tuple[Tariff, ...]
    overlays: tuple[Overlay, ...]

    def tariff_on(self, on: date) -> Tariff:
        """Return the tariff in force on a day, or raise `TariffUnknown`."""
        for tariff in self.tariffs:
            if tariff.valid_from <= on:
                return tariff
        raise TariffUnknown(on=on.isoformat())

    def ceiling_on(self, on: date) -> Tariff:
        """Return the statutory maximum of a day, or raise `TariffUnknown`."""
        for tariff in self.tariffs:
            if tariff.is_ceiling and tariff.valid_from <= on:
                return tariff
        raise TariffUnknown(on=on.isoformat())

    def tariff(self, tariff_id: str) -> Tariff:
        """Return the tariff of a name, however old, or raise `TariffUnknown`."""
        for tariff in self.tariffs:
            if tariff.id == tariff_id:
                return tariff
        raise TariffUnknown(on=tariff_id)

    def overlay(self, overlay_id: str) -> Overlay:
        """Return the overlay of a name, or raise `TariffUnknown`."""
        for overlay in self.overlays:
            if overlay.id == overlay_id:
                return overlay
        raise TariffUnknown(on=overlay_id)

    def overlay_for(self, leg: str, request: QuoteRequest) -> Overlay | None:
        """Return the overlay that touches this leg, the one that began last.

        One whose budget has run out still counts where somebody stands in for it.
        """
        if request.province is None:
            return None
        for overlay in self.overlays:
            if (
                overlay.province == request.province
                and overlay.valid_from <= request.on
                and (overlay.valid_until is None or request.on <= overlay.valid_until)
                and overlay.channel in (None, request.channel)
                and (not overlay.legs or leg in overlay.legs)
                and (
                    overlay.id not in request.spent_out
                    or overlay.when_exhausted is not Payer.CITIZEN
                )
            ):
                return overlay
        return None
