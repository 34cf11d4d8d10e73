"""A file of reference data as rows of values, or everything that is wrong with it. Pure.

Every fault is named by row and column, all of them at once. Row 1 is the heading. Semicolons are
fine (Vietnamese spreadsheets write them); a byte-order mark and another encoding than UTF-8 are
faults with their place (`marks.py` takes the mark off a file of which that is wanted).
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from postal_bridge.directory.cells import CellFault
from postal_bridge.directory.columns import COLUMNS, Column, ImportKind
from postal_bridge.directory.marks import MARKED, has_mark, unmarked
from postal_bridge.directory.views import RowProblem

MOST_ROWS = 50_000
WHOLE_ROW = "*"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file that could be read; `number` counts from 1, the heading is 1."""

    number: int
    values: Mapping[str, Any]


def read_file(kind: ImportKind, content: bytes) -> tuple[list[FileRow], list[RowProblem]]:
    """The rows, and everything that is wrong with the file."""
    return read_columns(COLUMNS[kind], content)


def read_columns(
    columns: Mapping[str, Column], content: bytes
) -> tuple[list[FileRow], list[RowProblem]]:
    """The same for a file of these columns."""
    lines, problem = cut_lines(content)
    if problem is not None:
        return [], [problem]
    if len(lines) > MOST_ROWS:
        return [], [RowProblem(MOST_ROWS, WHOLE_ROW, "import_too_many_rows")]
    heading = [cell.strip() for cell in lines[0]]
    problems = _heading_problems(columns, heading)
    if problems:
        return [], problems
    rows: list[FileRow] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            problems.append(RowProblem(number, WHOLE_ROW, "import_row_shape"))
            continue
        values, faults = _read_row(columns, number, dict(zip(heading, cells, strict=True)))
        problems += faults
        rows.append(FileRow(number, values))
    return rows, problems


def cut_lines(content: bytes) -> tuple[list[list[str]], RowProblem | None]:
    """The cells of every line, or what keeps the file from being cut; the heading is not empty.

    A quotation mark that is never closed would take the rows after it into its cell.
    """
    if has_mark(content) and unmarked(content).strip():
        return [], RowProblem(1, _first_column(unmarked(content)), MARKED)
    decoded, problem = _decode(content)
    if problem is not None:
        return [], problem
    lines: list[list[str]] = []
    delimiter = _delimiter(decoded.partition("\n")[0])
    try:
        for cells in csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, strict=True):
            lines.append(cells)
    except csv.Error:
        return [], RowProblem(len(lines) + 1, WHOLE_ROW, "import_quotes")
    if not lines or not any(cell.strip() for cell in lines[0]):
        return [], RowProblem(1, WHOLE_ROW, "import_empty")
    return lines, None


def read_cells(
    kind: ImportKind, given: Iterable[tuple[int, Mapping[str, str]]]
) -> tuple[list[FileRow], list[RowProblem]]:
    """The numbered rows of something that is no CSV file; a column it lacks reads as empty."""
    rows: list[FileRow] = []
    problems: list[RowProblem] = []
    for number, cells in given:
        unknown = [name for name in cells if name not in COLUMNS[kind]]
        problems += [RowProblem(number, name, "import_column_unknown") for name in unknown]
        whole = {
            name: cells.get(name, "")
            for name, column in COLUMNS[kind].items()
            if name in cells or not column.is_optional
        }
        values, faults = _read_row(COLUMNS[kind], number, whole)
        problems += faults
        rows.append(FileRow(number, values))
    return rows, problems


def _read_row(
    columns: Mapping[str, Column], number: int, cells: Mapping[str, str]
) -> tuple[dict[str, Any], list[RowProblem]]:
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for name, raw in cells.items():
        column, cell = columns[name], raw.strip()
        if not cell:
            if column.is_required:
                problems.append(RowProblem(number, name, "import_value_missing"))
            values[name] = column.empty
            continue
        try:
            values[name] = column.read(cell)
        except CellFault as fault:
            problems.append(RowProblem(number, name, fault.code))
    begins, ends = values.get("valid_from"), values.get("valid_to")
    if begins and ends and ends < begins:
        problems.append(RowProblem(number, "valid_to", "import_dates_reversed"))
    return values, problems


def _heading_problems(known: Mapping[str, Column], heading: list[str]) -> list[RowProblem]:
    return [
        *(
            RowProblem(1, name, "import_column_missing")
            for name, column in known.items()
            if name not in heading and not column.is_optional
        ),
        *(RowProblem(1, name, "import_column_unknown") for name in heading if name not in known),
        *(
            RowProblem(1, name, "import_column_twice")
            for name in sorted(set(heading))
            if heading.count(name) > 1 and name in known
        ),
    ]


def _first_column(content: bytes) -> str:
    """The column that a byte-order mark would have become a part of."""
    heading = content.partition(b"\n")[0].decode("utf-8", errors="replace")
    return heading.split(_delimiter(heading))[0].strip().strip('"') or WHOLE_ROW


def _delimiter(heading: str) -> str:
    return ";" if ";" in heading and "," not in heading else ","


def _decode(content: bytes) -> tuple[str, RowProblem | None]:
    """The text, or the row and column whose bytes are not UTF-8."""
    body = unmarked(content)
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError as exc:
        before = body[: exc.start]
        row = before.count(b"\n") + 1
        first = body.partition(b"\n")[0].decode("ascii", errors="replace")
        delimiter = _delimiter(first)
        place = before.rpartition(b"\n")[2].count(delimiter.encode())
        heading = first.split(delimiter)
        is_named = row > 1 and place < len(heading)
        column = heading[place].strip() if is_named else WHOLE_ROW
        return "", RowProblem(row, column, "import_not_utf8")
