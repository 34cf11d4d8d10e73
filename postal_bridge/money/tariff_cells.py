"""What may stand in one cell of a tariff file. Pure.

Amounts are whole đồng and nothing else: "26.000", "26000 VND" and "26e3" are refused rather than
guessed, because a point means thousands to one reader and a fraction to another.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MOST_VND = 10_000_000
HEAVIEST_G = 1_000_000
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class CellWrong(Exception):
    """`code` names the text that says what may stand here."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Field:
    """One name of a tariff or programme: how its value is read, and what holds without it."""

    read: Callable[[str], Any]
    is_required: bool = False
    default: Any = None


def read_amount(cell: str) -> int:
    """Whole đồng, written with digits alone."""
    if not (cell.isascii() and cell.isdigit()) or not 0 <= int(cell[:12]) <= MOST_VND:
        raise CellWrong("tariff_amount_wrong")
    return int(cell)


def read_percent(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()) or int(cell[:6]) > 100:
        raise CellWrong("tariff_percent_wrong")
    return int(cell)


def read_key(cell: str) -> str:
    if not _KEY.fullmatch(cell):
        raise CellWrong("import_key_wrong")
    return cell


def _day(cell: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found: date = datetime.strptime(cell, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
        if 2018 <= found.year <= 2100:
            return found.isoformat()
    raise CellWrong("import_not_a_date")


def _text(cell: str) -> str:
    if len(cell) > 200:
        raise CellWrong("import_too_long")
    return cell


def _weight(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()) or not 0 < int(cell[:9]) <= HEAVIEST_G:
        raise CellWrong("tariff_weight_wrong")
    return int(cell)


def _flag(cell: str) -> bool:
    if cell not in ("0", "1"):
        raise CellWrong("import_not_a_flag")
    return cell == "1"


def _one_of(*values: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in values:
            raise CellWrong("import_unknown_value")
        return cell

    return read


def _legs(cell: str) -> list[str]:
    legs = cell.split()
    if not legs or not set(legs) <= {"dossier", "result"}:
        raise CellWrong("import_unknown_value")
    return sorted(set(legs))


TARIFF_FIELDS: Mapping[str, Field] = {
    "id": Field(read_key, is_required=True),
    "instrument": Field(_text, is_required=True),
    "instrument_en": Field(_text, is_required=True),
    "valid_from": Field(_day, is_required=True),
    "vat_mode": Field(_one_of("included", "excluded", "unknown"), default="unknown"),
    "vat_percent": Field(read_percent, default=0),
    "heaviest_g": Field(_weight, default=100_000),
    "remittance_vnd": Field(read_amount, is_required=True),
}
PROGRAMME_FIELDS: Mapping[str, Field] = {
    "province": Field(_text, is_required=True),
    "valid_from": Field(_day, is_required=True),
    "valid_until": Field(_day),
    "source": Field(_text, is_required=True),
    "source_en": Field(_text, is_required=True),
    "channel": Field(_one_of("direct", "online", "post")),
    "legs": Field(_legs),
    "has_budget": Field(_flag),
    "when_exhausted": Field(_one_of("citizen", "post")),
    "order": Field(_one_of("relief_first", "funders_first")),
    "relief_percent": Field(read_percent),
    "split_citizen": Field(read_percent),
    "split_post": Field(read_percent),
    "split_budget": Field(read_percent),
}
