"""Prices stored quotes again from the published tariff files; shares no code with quoting."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

TARIFFS = Path(__file__).resolve().parents[2] / "config" / "tariffs"
Documents = Sequence[Mapping[str, Any]]


def tariff_documents(published: Iterable[bytes]) -> Documents:
    """Every tariff document of a home: what ships, and what was published."""
    return [*_shipped(), *(json.loads(content) for content in published)]


def quotes_that_differ(row: Mapping[str, Any], files: Documents) -> Iterator[str]:
    """What of one stored quote cannot be got again from its inputs and tariff version."""
    asked = json.loads(row["inputs"])["request"]
    lines = json.loads(row["lines"])
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
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(file.read_text("utf-8")) for file in sorted(TARIFFS.glob("*.toml")))


def _leg(
    files: Documents,
    tariff: Mapping[str, Any],
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
    base = _with_vat(tariff, _fare(tariff, row, grams))
    carried = asked.get("visit_grams", 0)
    if carried and leg == "result":
        whole = _with_vat(tariff, _fare(tariff, row, grams + carried))
        base = min(base, whole - _with_vat(tariff, _fare(tariff, row, carried)))
    percent = 0
    if asked["relief"] is not None:
        percent = tariff["reliefs"][asked["relief"]]["percent"]
        percent = max(percent, (overlay or {}).get("relief_percent") or 0)
    yield from _borne(overlay, asked, leg, base, percent, mine)


def _borne(
    overlay: Mapping[str, Any] | None,
    asked: Mapping[str, Any],
    leg: str,
    base: int,
    percent: int,
    mine: list[dict[str, Any]],
) -> Iterator[str]:
    """Whether each payer bears his percent of the leg."""
    split = dict((overlay or {"split": {"citizen": 100}})["split"])
    if overlay and overlay["id"] in asked["spent_out"] and "budget" in split:
        stand_in, share = overlay.get("when_exhausted", "citizen"), split.pop("budget")
        split[stand_in] = split.get(stand_in, 0) + share
    cut = base * percent // 100
    if (overlay or {}).get("order") == "funders_first":
        expected = {payer: base * share // 100 for payer, share in split.items()}
        if "citizen" in expected:
            expected["citizen"] -= expected["citizen"] * percent // 100
    else:
        expected = {payer: (base - cut) * share // 100 for payer, share in split.items()}
        found = sum(line["amount_vnd"] for line in mine)
        if found != base - cut:
            yield f"{leg}: {found}, should be {base - cut}"
    for payer, amount in expected.items():
        paid = sum(line["amount_vnd"] for line in mine if line["payer"] == payer)
        if abs(paid - amount) >= 100:
            yield f"{leg}: {payer} bears {paid}"
    if {line["payer"] for line in mine} - set(expected):
        yield f"{leg}: borne by somebody else"


def _fare(tariff: Mapping[str, Any], row: list[int], grams: int) -> int:
    for top, fare in zip(tariff["steps_g"], row, strict=False):
        if grams <= top:
            return fare
    begun = (grams - tariff["steps_g"][-1] + tariff["further_g"] - 1) // tariff["further_g"]
    return row[-2] + int(begun) * row[-1]


def _with_vat(tariff: Mapping[str, Any], fare: int) -> int:
    if tariff["vat_mode"] != "excluded":
        return fare
    tax, rest = divmod(fare * int(tariff.get("vat_percent", 0)), 100)
    return fare + tax + (1 if rest >= 50 else 0)
