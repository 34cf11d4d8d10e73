"""Tariff documents into tables: what ships in `config/tariffs`, and what an operator published.

A document is a mapping of the shape of `config/tariffs/tt22-2017.toml`; a published snapshot
holds the same as JSON, its days as ISO text. Whoever publishes has it checked by `ceiling.py`.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.money.ceiling import check_overlay
from postal_bridge.money.tariff import (
    Cells,
    Overlay,
    Payer,
    Relief,
    ShareOrder,
    Tariff,
    TariffBook,
)

KIND = "tariff"
SHIPPED = Path(__file__).resolve().parents[2] / "config" / "tariffs"


@cache
def load_tariffs(folder: Path = SHIPPED) -> TariffBook:
    """Read all tariffs and overlays of a folder, by default the shipped one.

    Raises
    ------
    AboveCeiling
        An overlay asks for more than the law allows.
    """
    paths = sorted(folder.glob("*.toml"))
    book = book_of([tomllib.loads(path.read_text(encoding="utf-8")) for path in paths])
    for overlay in book.overlays:
        check_overlay(overlay, book.tariff_on(overlay.valid_from))
    return book


def published_book(folder: SnapshotFolder) -> TariffBook:
    """Shipped and published tables for a command without a database: by the list beside them."""
    return book_with(folder, tuple(one.id for one in folder.listed(KIND)))


@lru_cache(maxsize=64)
def book_with(folder: SnapshotFolder, snapshot_ids: tuple[str, ...]) -> TariffBook:
    """The shipped tables and these published ones, oldest first, checked when they were published.

    Published files never change, so each list of them is read once in a process.
    """
    if not snapshot_ids:
        return load_tariffs()
    added = book_of([json.loads(folder.content(one)) for one in reversed(snapshot_ids)])
    shipped = load_tariffs()
    return _sorted([*added.tariffs, *shipped.tariffs], [*added.overlays, *shipped.overlays])


def book_of(documents: Iterable[Mapping[str, Any]]) -> TariffBook:
    """The tables of some documents; of two of one day, the one named first counts."""
    tariffs: list[Tariff] = []
    overlays: list[Overlay] = []
    for document in documents:
        overlays += [_overlay(row) for row in document.get("overlays", ())]
        if "id" in document:
            tariffs.append(_tariff(document))
    return _sorted(tariffs, overlays)


def _sorted(tariffs: list[Tariff], overlays: list[Overlay]) -> TariffBook:
    return TariffBook(
        tuple(sorted(tariffs, key=lambda tariff: tariff.valid_from, reverse=True)),
        tuple(sorted(overlays, key=lambda overlay: overlay.valid_from, reverse=True)),
    )


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
        valid_from=_day(document["valid_from"]),
        vat_mode=document["vat_mode"],
        steps_g=tuple(document["steps_g"]),
        further_g=document["further_g"],
        heaviest_g=document["heaviest_g"],
        remittance_vnd=document["remittance_vnd"],
        cells=_cells(document),
        reliefs={code: Relief(code, **row) for code, row in document["reliefs"].items()},
        vat_percent=document.get("vat_percent", 0),
        is_ceiling=document.get("is_ceiling", False),
    )


def _overlay(document: Mapping[str, Any]) -> Overlay:
    split = tuple((Payer(payer), percent) for payer, percent in document["split"].items())
    if sum(percent for _, percent in split) != 100:
        raise ValueError(f"the split of {document['id']} does not add up to 100")
    until = document.get("valid_until")
    return Overlay(
        id=document["id"],
        province=document["province"],
        valid_from=_day(document["valid_from"]),
        valid_until=None if until is None else _day(until),
        source=document["source"],
        source_en=document["source_en"],
        channel=document.get("channel"),
        legs=frozenset(document.get("legs", ())),
        has_budget=document.get("has_budget", False),
        relief_percent=document.get("relief_percent"),
        cells=_cells(document.get("cells", {})),
        split=split,
        when_exhausted=Payer(document.get("when_exhausted", Payer.CITIZEN)),
        order=ShareOrder(document.get("order", ShareOrder.RELIEF_FIRST)),
    )


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
