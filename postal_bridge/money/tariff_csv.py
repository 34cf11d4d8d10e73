"""An operator's CSV file as a tariff document, or everything that is wrong with it. Pure.

One row says one thing; `part` says of what::

    part,of,name,value,proof,A,B,C,D,E
    tariff,,id,buu-dien-2027
    tariff,,valid_from,2027-01-01
    dossier,,100,,,25000,29000,29500,30000,30500
    dossier,,further_500,,,2000,2800,3500,6000,9500
    relief,,poor_household,50,poor_household_certificate
    programme,can-tho-2027,province,92
    result,can-tho-2027,100,,,15000,20000,,,

`of` names a programme; empty, the row belongs to the tariff. Without any relief row the statutory
reliefs hold. What the law says of the amounts is for `ceiling.py`; `publishing.py` asks both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postal_bridge.directory.csv_files import cut_lines
from postal_bridge.directory.marks import unmarked
from postal_bridge.money.tariff_cells import (
    PROGRAMME_FIELDS,
    TARIFF_FIELDS,
    CellWrong,
    read_amount,
    read_key,
    read_percent,
)

COLUMNS = ("part", "of", "name", "value", "proof", "A", "B", "C", "D", "E")
LEGS = ("dossier", "result")
MOST_BYTES = 500_000
FURTHER = "further_"
_WHOLE_ROW = "*"
_SPLIT = "split_"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file. `column` is "*" where the whole row is meant."""

    row: int
    column: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def read_tariff_csv(content: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """The document, and every fault by row and column; with faults the document is of no use."""
    rows, faults = _rows(content)
    if faults:
        return {}, faults
    reader = _Reader()
    for number, cells in rows:
        reader.take(number, cells)
    document = reader.document()
    return document, reader.faults


def _rows(content: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    if len(content) > MOST_BYTES:
        return [], [Fault(1, _WHOLE_ROW, "import_too_many_rows")]
    lines, problem = cut_lines(unmarked(content))
    if problem is not None:
        return [], [Fault(problem.row, problem.column, problem.code)]
    heading = [cell.strip() for cell in lines[0]]
    faults = [Fault(1, name, "import_column_unknown") for name in heading if name not in COLUMNS]
    faults += [Fault(1, name, "import_column_missing") for name in COLUMNS if name not in heading]
    faults += [Fault(1, name, "import_column_twice") for name in COLUMNS if heading.count(name) > 1]
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) > len(heading) and any(cell.strip() for cell in line[len(heading) :]):
            faults.append(Fault(number, _WHOLE_ROW, "import_row_shape"))
            continue
        padded = [*line, *[""] * (len(heading) - len(line))]  # spreadsheets drop empty ends
        rows.append(
            (number, {name: cell.strip() for name, cell in zip(heading, padded, strict=False)})
        )
    return rows, faults


class _Reader:
    """Takes rows one by one; afterwards holds the document and the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._tariff: dict[str, Any] = {}
        self._reliefs: dict[str, dict[str, Any]] = {}
        self._programmes: dict[str, dict[str, Any]] = {}
        self._cells: dict[tuple[str, str], dict[str, tuple[int, dict[str, int]]]] = {}
        self._first_row: dict[str, int] = {}

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        part, of = cells["part"], cells["of"]
        if of:
            self._first_row.setdefault(of, number)
        if part in LEGS:
            self._amounts(number, part, cells)
        elif part == "tariff" and not of:
            self._field(number, cells, self._tariff, TARIFF_FIELDS)
        elif part == "programme":
            if self._value(number, "of", of, read_key) is not None:
                known = self._programmes.setdefault(of, {})
                self._field(number, cells, known, PROGRAMME_FIELDS)
        elif part == "relief" and not of:
            self._relief(number, cells)
        else:
            self._wrong(number, "part", "tariff_part_unknown")

    def document(self) -> dict[str, Any]:
        """What was taken, of the shape of `config/tariffs/tt22-2017.toml`."""
        found: dict[str, Any] = {}
        if self._tariff or any(not of for of, _ in self._cells) or self._reliefs:
            found = self._base()
        found["overlays"] = [self._programme(of) for of in self._programmes]
        for of in {of for of, _ in self._cells if of} - set(self._programmes):
            self._wrong(self._first_row[of], "of", "tariff_programme_unknown")
        if not found.get("id") and not found["overlays"] and not self.faults:
            self._wrong(1, _WHOLE_ROW, "import_empty")
        return found

    def _base(self) -> dict[str, Any]:
        for name, kind in TARIFF_FIELDS.items():
            if kind.is_required and name not in self._tariff:
                self._wrong(1, _WHOLE_ROW, "tariff_field_missing", field=name)
        given = {name: kind.default for name, kind in TARIFF_FIELDS.items() if not kind.is_required}
        document = {**given, **self._tariff}
        steps: set[tuple[tuple[int, ...], int]] = set()
        for leg in LEGS:
            limits, further_g, columns = self._table("", leg)
            if len(columns) == 5:
                steps.add((limits, further_g))
                document[leg] = columns
        if len(steps) == 1:
            ((document["steps_g"], document["further_g"]),) = steps
        elif not self.faults:
            self._wrong(1, _WHOLE_ROW, "tariff_steps_differ")
        if self._reliefs:
            document["reliefs"] = self._reliefs
        if document.get("vat_mode") == "excluded" and not document.get("vat_percent"):
            self._wrong(1, _WHOLE_ROW, "tariff_field_missing", field="vat_percent")
        return document

    def _table(self, of: str, leg: str) -> tuple[tuple[int, ...], int, dict[str, list[int]]]:
        """Weight steps, the further step, and each column's amounts in their order."""
        rows = self._cells.get((of, leg), {})
        limits = sorted(int(name) for name in rows if not name.startswith(FURTHER))
        further = [name for name in rows if name.startswith(FURTHER)]
        names = [*map(str, limits), *further]
        if not of and (not limits or len(further) != 1):
            self._wrong(1, _WHOLE_ROW, "tariff_table_missing", leg=leg)
            return (), 0, {}
        columns: dict[str, list[int]] = {}
        for column in "ABCDE":
            row = [rows[name][1].get(column) for name in names]
            held = [vnd for vnd in row if vnd is not None]
            if row[: len(held)] != held or (not of and len(held) < len(names)):
                empty = names[row.index(None)]
                self._wrong(rows[empty][0], column, "import_value_missing")
            elif held:
                columns[column] = held
                self._rising(rows, names, column, held[: len(limits)])
        return tuple(limits), int(further[0][len(FURTHER) :]) if further else 0, columns

    def _rising(
        self, rows: Mapping[str, Any], names: list[str], column: str, held: list[int]
    ) -> None:
        """A heavier item that costs less is a slip of the pen; what could not be read is named."""
        named = {(fault.row, fault.column) for fault in self.faults}
        for before, name, vnd in zip(held, names[1:], held[1:], strict=False):
            if vnd < before and (rows[name][0], column) not in named:
                self._wrong(rows[name][0], column, "tariff_falls_with_weight")

    def _programme(self, of: str) -> dict[str, Any]:
        given = self._programmes[of]
        for name, kind in PROGRAMME_FIELDS.items():
            if kind.is_required and name not in given:
                self._wrong(self._first_row[of], _WHOLE_ROW, "tariff_field_missing", field=name)
        plain = {name: value for name, value in given.items() if not name.startswith(_SPLIT)}
        split = {n[len(_SPLIT) :]: v for n, v in given.items() if n.startswith(_SPLIT) and v}
        split = split or {"citizen": 100}
        if sum(split.values()) != 100:
            self._wrong(self._first_row[of], _WHOLE_ROW, "tariff_split_wrong")
        if given.get("has_budget") and "budget" not in split:
            self._wrong(self._first_row[of], _WHOLE_ROW, "tariff_split_wrong")
        until = given.get("valid_until")
        if until and until < given.get("valid_from", until):
            self._wrong(self._first_row[of], _WHOLE_ROW, "import_dates_reversed")
        cells = {leg: self._table(of, leg) for leg in LEGS}
        longest = max(cells.values(), key=lambda table: len(table[0]))
        return {
            "id": of,
            **plain,
            "split": split,
            "cells": {leg: columns for leg, (_, _, columns) in cells.items() if columns},
            "steps_g": list(longest[0]),
            "further_g": max(further_g for _, further_g, _ in cells.values()),
        }

    def _amounts(self, number: int, leg: str, cells: Mapping[str, str]) -> None:
        name, of = cells["name"], cells["of"]
        digits = name.removeprefix(FURTHER)
        if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) <= 1_000_000):
            self._wrong(number, "name", "tariff_weight_wrong")
            return
        row: dict[str, int] = {}
        for column in "ABCDE":
            if cells[column]:
                vnd = self._value(number, column, cells[column], read_amount)
                if vnd is not None:
                    row[column] = vnd
                else:
                    row[column] = 0  # its own fault is enough
        table = self._cells.setdefault((of, leg), {})
        if name in table:
            self._wrong(number, "name", "import_key_twice")
        table[name] = (number, row)

    def _relief(self, number: int, cells: Mapping[str, str]) -> None:
        code = self._value(number, "name", cells["name"], read_key)
        percent = self._value(number, "value", cells["value"], read_percent)
        proof = self._value(number, "proof", cells["proof"], read_key)
        if code is None or percent is None or proof is None:
            return
        if code in self._reliefs:
            self._wrong(number, "name", "import_key_twice")
        self._reliefs[code] = {"percent": percent, "proof": proof}

    def _field(
        self, number: int, cells: Mapping[str, str], into: dict[str, Any], known: Mapping[str, Any]
    ) -> None:
        name = cells["name"]
        if name not in known:
            self._wrong(number, "name", "tariff_field_unknown")
        elif name in into:
            self._wrong(number, "name", "import_key_twice")
        else:
            value = self._value(number, "value", cells["value"], known[name].read)
            if value is not None:
                into[name] = value

    def _value(self, number: int, column: str, cell: str, read: Any) -> Any:
        """The cell's value, or None and a fault."""
        if not cell:
            self._wrong(number, column, "import_value_missing")
            return None
        try:
            return read(cell)
        except CellWrong as wrong:
            self._wrong(number, column, wrong.code)
            return None

    def _wrong(self, number: int, column: str, code: str, /, **params: str | int) -> None:
        self.faults.append(Fault(number, column, code, params))
