"""An operator's CSV file of contracts, or everything that is wrong with it; and back again. Pure.

One row is one contract; an amount that is left out is 0::

    key,unit,agency,instrument,instrument_en,valid_from,valid_to,heavier_percent,return_vnd
    hd-12-2027,bd-can-tho,ubnd-long-my,"Hợp đồng 12/HĐ-BĐ","Contract 12/HĐ-BĐ",2027-01-01,,100,20000

What a row says of units and agencies that exist is for `contract_publishing.py`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from postal_bridge.directory.cells import CellFault, day, key, text, whole, words
from postal_bridge.directory.columns import Column
from postal_bridge.directory.csv_files import FileRow, read_columns
from postal_bridge.directory.marks import unmarked
from postal_bridge.directory.views import RowProblem
from postal_bridge.money.contracts import Contract

MOST_BYTES = 500_000
MOST_VND = 10_000_000
MOST_DAYS = 365
_COMMUNE = re.compile(r"\d{5}", re.ASCII)


def _up_to(most: int, code: str) -> Any:
    def read(cell: str) -> int:
        found = whole(cell)
        if not isinstance(found, int) or found > most:
            raise CellFault(code)
        return found

    return read


def _commune(cell: str) -> str:
    if not _COMMUNE.fullmatch(cell):
        raise CellFault("register_code_wrong")
    return cell


_VND = Column(_up_to(MOST_VND, "contract_amount_wrong"), empty=0, is_optional=True)

COLUMNS: Mapping[str, Column] = {
    "key": Column(key, is_required=True),
    "unit": Column(key, is_required=True),
    "agency": Column(key, is_required=True),
    "instrument": Column(text(200), is_required=True),
    "instrument_en": Column(text(200), is_required=True),
    "valid_from": Column(day, is_required=True),
    "valid_to": Column(day, is_optional=True),
    "heavier_percent": Column(_up_to(100, "contract_percent_wrong"), empty=0, is_optional=True),
    "remote_vnd": _VND,
    "remote_communes": Column(words(_commune), empty=[], is_optional=True),
    "redelivery_vnd": _VND,
    "storage_vnd": _VND,
    "storage_free_days": Column(
        _up_to(MOST_DAYS, "contract_days_wrong"), empty=0, is_optional=True
    ),
    "return_vnd": _VND,
}


def read_contracts(content: bytes) -> tuple[list[tuple[int, Contract]], list[RowProblem]]:
    """The contracts with their rows, and every fault by row and column."""
    if len(content) > MOST_BYTES:
        return [], [RowProblem(1, "*", "import_too_many_rows")]
    rows, faults = read_columns(COLUMNS, unmarked(content))
    if not rows and not faults:
        faults = [RowProblem(1, "*", "import_empty")]
    if faults:
        return [], faults
    return [(row.number, _contract(row)) for row in rows], list(_at_odds(rows))


def packed(contracts: Iterable[Contract]) -> bytes:
    """As they are published; `unpacked` gives them back."""
    rows = [
        {
            **asdict(one),
            "valid_from": one.valid_from.isoformat(),
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        }
        for one in contracts
    ]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1).encode()


def unpacked(content: bytes) -> list[Contract]:
    return [
        Contract(
            **{
                **row,
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                "remote_communes": tuple(row["remote_communes"]),
            }
        )
        for row in json.loads(content)
    ]


def _contract(row: FileRow) -> Contract:
    communes = tuple(sorted(set(row.values.get("remote_communes", ()))))
    return Contract(**{**row.values, "remote_communes": communes})


def _at_odds(rows: Iterable[FileRow]) -> Iterable[RowProblem]:
    """Keys that stand twice, and amounts that nothing could ever be owed for."""
    seen: set[str] = set()
    for row in rows:
        given = row.values
        if given["key"] in seen:
            yield RowProblem(row.number, "key", "import_key_twice")
        seen.add(given["key"])
        if given.get("remote_vnd") and not given.get("remote_communes"):
            yield RowProblem(row.number, "remote_communes", "import_value_missing")
        if given.get("storage_free_days") and not given.get("storage_vnd"):
            yield RowProblem(row.number, "storage_vnd", "import_value_missing")
