"""How a quote lies in its row: what was asked, and each line, as JSON and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from postal_bridge.money.fare_column import Column, ColumnReason
from postal_bridge.money.tables import QuoteRow
from postal_bridge.money.tariff import (
    Leg,
    LineKind,
    Payer,
    Quote,
    QuoteLine,
    QuoteRequest,
)


def as_quote(row: QuoteRow) -> Quote:
    """The quote as it was made: nothing is priced again."""
    lines = tuple(_line_of(line) for line in row.lines)
    return Quote(
        request=request_of(row.inputs["request"]),
        tariff=row.tariff,
        vat_mode=row.inputs["vat_mode"],
        lines=lines,
        total_vnd=row.total_vnd,
    )


def columns_of(flat: QuoteLine | QuoteRequest) -> dict[str, Any]:
    """Its fields by name. They hold plain values, so nothing has to be copied."""
    return {name: getattr(flat, name) for name in flat.__slots__}


def stored_request(request: QuoteRequest) -> dict[str, Any]:
    """As JSON keeps it; `request_of` reads it."""
    return {
        **columns_of(request),
        "on": request.on.isoformat(),
        "spent_out": sorted(request.spent_out),
    }


def request_of(stored: Mapping[str, Any]) -> QuoteRequest:
    """What `stored_request` wrote."""
    return QuoteRequest(
        **{
            **stored,
            "leg": Leg(stored["leg"]),
            "column": Column(stored["column"]),
            "why": ColumnReason(stored["why"]),
            "on": date.fromisoformat(stored["on"]),
            "spent_out": frozenset(stored["spent_out"]),
        }
    )


def _line_of(stored: Mapping[str, Any]) -> QuoteLine:
    return QuoteLine(
        **{**stored, "kind": LineKind(stored["kind"]), "payer": Payer(stored["payer"])}
    )
