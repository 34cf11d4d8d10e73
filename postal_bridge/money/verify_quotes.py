"""Prices stored quotes again from the published tariff files; shares no code with quoting."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

TARIFFS = Path(__file__).resolve().parents[2] / "config" / "tariffs"


def quotes_that_differ(row: Mapping[str, Any]) -> Iterator[str]:
    """What of one stored quote cannot be got again from its inputs and tariff version."""
    asked = json.loads(row["inputs"])["request"]
    lines = json.loads(row["lines"])
    files = _published()
    tariff = next((file for file in files if file.get("id") == row["tariff"]), None)
    if tariff is None:
        yield f"tariff {row['tariff']} is not published"
        return
    if row["fare_column"] != asked["column"]:
        yield "another column than asked for"
    if row["total_vnd"] != sum(line["amount_vnd"] for line in lines):
        yield "the lines do not add up to the total"
    wanted: dict[str, int] = {}
    if asked["leg"] in ("dossier", "both"):
        wanted["dossier"] = asked["grams"]
    if asked["leg"] == "both":
        own = asked["result_grams"]
        wanted["result"] = asked["grams"] if own is None else own
    if asked["leg"] == "result":
        wanted["result"] = asked["grams"]
    for leg, grams in wanted.items():
        yield from _leg(files, tariff, asked, leg, grams, lines)
    charge = sum(line["amount_vnd"] for line in lines if line["kind"] == "remittance")
    if charge != (tariff["remittance_vnd"] if asked["remits_agency_money"] else 0):
        yield f"remittance charge {charge}"
    if {line["kind"] for line in lines} - {*wanted, "remittance"}:
        yield "a line nobody asked for"


@cache
def _published() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(file.read_text("utf-8")) for file in sorted(TARIFFS.glob("*.toml")))


def _leg(
    files: tuple[dict[str, Any], ...],
    tariff: dict[str, Any],
    asked: Mapping[str, Any],
    leg: str,
    grams: int,
    lines: list[dict[str, Any]],
) -> Iterator[str]:
    mine = [line for line in lines if line["kind"] == leg]
    names = {line["overlay"] for line in mine}
    overlay = next(
        (o for file in files for o in file.get("overlays", ()) if o["id"] in names), None
    )
    row = list(tariff[leg][asked["column"]])
    local = (overlay or {}).get("cells", {}).get(leg, {}).get(asked["column"], [])
    row[: len(local)] = local
    base = next(
        (fare for top, fare in zip(tariff["steps_g"], row, strict=False) if grams <= top), None
    )
    if base is None:
        begun = (grams - tariff["steps_g"][-1] + tariff["further_g"] - 1) // tariff["further_g"]
        base = row[-2] + begun * row[-1]
    percent = 0
    if asked["relief"] is not None:
        percent = tariff["reliefs"][asked["relief"]]["percent"]
        percent = (overlay or {}).get("relief_percent", percent)
    fare = base - base * percent // 100
    if sum(line["amount_vnd"] for line in mine) != fare:
        yield f"{leg}: {sum(line['amount_vnd'] for line in mine)}, should be {fare}"
    for payer, share in (overlay or {"split": {"citizen": 100}})["split"].items():
        paid = sum(line["amount_vnd"] for line in mine if line["payer"] == payer)
        if abs(paid - fare * share // 100) >= 100:
            yield f"{leg}: {payer} bears {paid}"
