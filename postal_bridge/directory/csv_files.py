"""Files of reference data: which columns each kind has, and how a cell is read. Pure.

Every fault is named by row and column, all of them at once. Row 1 is the heading. A byte-order
mark is fine, semicolons are fine (Vietnamese spreadsheets write them); another encoding than
UTF-8 is a fault with its place.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from postal_bridge.directory.rules import (
    AcceptanceMode,
    FeeChannel,
    FeeKind,
    LinkStatus,
    ResultKind,
    ServiceForm,
    UnitLevel,
    WhoMayReceive,
)
from postal_bridge.directory.views import RowProblem

MOST_ROWS = 50_000
WHOLE_ROW = "*"
_DOCUMENTS = ("identity", "certificate", "decision", "ordinary")
_TALLIES = (
    "original_kept", "original_seen", "certified_copy", "photocopy", "electronic",
    "state_database",
)  # fmt: skip
_KEY = re.compile(r"[a-z0-9][a-z0-9._:-]{0,78}[a-z0-9]?")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class ImportKind(StrEnum):
    """In the order in which files lean on one another."""

    OPERATING_UNITS = "operating_units"
    AGENCIES = "agencies"
    SECTIONS = "sections"
    SERVICE_POINTS = "service_points"
    PROCEDURES = "procedures"
    PAPER_LISTS = "paper_lists"
    COMPETENCES = "competences"
    LINKS = "links"


class CellFault(ValueError):
    """`code` names the text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`read` turns a filled cell into a value; an empty one gives `empty` or is a fault.

    `refers_to`: the value is the key of a row of that kind. `is_optional`: the column itself
    may be left out of the file.
    """

    read: Read
    is_required: bool = False
    empty: Any = None
    refers_to: ImportKind | None = None
    is_optional: bool = False


def key(cell: str) -> str:
    if not _KEY.fullmatch(cell):
        raise CellFault("import_key_wrong")
    return cell


def text(longest: int) -> Read:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise CellFault("import_too_long")
        return cell

    return read


def whole(cell: str) -> int:
    if not re.fullmatch(r"\d{1,12}", cell, re.ASCII):
        raise CellFault("import_not_a_number")
    return int(cell)


def degrees(limit: int) -> Read:
    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise CellFault("import_not_a_number") from None
        if not -limit <= value <= limit:
            raise CellFault("import_not_a_number")
        return value

    return read


def flag(cell: str) -> bool:
    if cell not in ("0", "1"):
        raise CellFault("import_not_a_flag")
    return cell == "1"


def day(cell: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007  (a day, no moment)
        except ValueError:
            continue
    raise CellFault("import_not_a_date")


def one_of(values: Collection[str]) -> Read:
    def read(cell: str) -> str:
        if cell not in values:
            raise CellFault("import_unknown_value")
        return cell

    return read


def words(read_word: Read) -> Read:
    def read(cell: str) -> list[Any]:
        return [read_word(word) for word in cell.split()]

    return read


def clock(cell: str) -> str:
    if not _TIME.fullmatch(cell):
        raise CellFault("import_not_a_time")
    return cell


def weekday(cell: str) -> int:
    if cell not in "1234567" or len(cell) != 1:
        raise CellFault("import_not_a_weekday")
    return int(cell)


_K = ImportKind
_NAME = Column(text(200), is_required=True)
_LONG_NAME = Column(text(400), is_required=True)
_UNIT_CODE = Column(text(10))
_DAY = Column(day)
_COUNT = Column(whole, empty=0)
_FLAG = Column(flag, empty=False)

_SOURCED = {
    "source": Column(text(400), empty="", is_optional=True),
    "status": Column(text(20), empty="sample", is_optional=True),
}
_DATED = {"valid_from": _DAY, "valid_to": _DAY}
_NAMED = {"name_vi": _NAME, "name_en": _NAME}
_SUCCEEDS = {"succeeds": Column(key)}
_UNIT_CODES = {"old_unit_code": _UNIT_CODE, "new_unit_code": _UNIT_CODE}
_PLACE = {
    "old_commune_code": _UNIT_CODE,
    "new_commune_code": _UNIT_CODE,
    "lat": Column(degrees(90)),
    "lon": Column(degrees(180)),
    "precision": Column(text(20), empty=""),
    "hours": Column(text(200), empty=""),
    "hotline": Column(text(40), empty=""),
}


def _key_of(kind: ImportKind, *, is_required: bool = True) -> Column:
    return Column(key, is_required=is_required, refers_to=kind)


COLUMNS: Mapping[ImportKind, Mapping[str, Column]] = MappingProxyType(
    {
        _K.OPERATING_UNITS: {
            "key": Column(key, is_required=True),
            "parent_key": _key_of(_K.OPERATING_UNITS, is_required=False),
            "level": Column(one_of(list(UnitLevel)), is_required=True),
            **_NAMED, **_UNIT_CODES, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.AGENCIES: {
            "key": Column(key, is_required=True),
            "level": Column(text(20), is_required=True),
            **_NAMED, **_UNIT_CODES, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.SECTIONS: {
            "key": Column(key, is_required=True),
            "agency": _key_of(_K.AGENCIES),
            "address": Column(text(400), empty=""),
            "mailbox": Column(text(200), empty=""),
            "code_prefix": Column(text(40), is_optional=True),
            "first_number": Column(whole, empty=1, is_optional=True),
            **_NAMED, **_PLACE, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.SERVICE_POINTS: {
            "key": Column(key, is_required=True),
            "kind": Column(text(20), is_required=True),
            "operating_unit": _key_of(_K.OPERATING_UNITS),
            "address": Column(text(400), empty="", is_optional=True),
            **_NAMED, **_PLACE, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.PROCEDURES: {
            "key": Column(key, is_required=True),
            "national_code": Column(text(60), is_required=True),
            "code_status": Column(text(20), is_optional=True),
            "name_vi": _LONG_NAME,
            "name_en": _LONG_NAME,
            "sector": _NAME,
            "sector_en": Column(text(200), is_optional=True),
            "agency_level_old": Column(text(20), is_required=True),
            "agency_level_new": Column(text(20), is_required=True),
            "time_limit_working_days": _COUNT,
            "time_limit_working_hours": _COUNT,
            "fee_kind": Column(one_of(["none", *FeeKind]), is_required=True),
            "fee_vnd": _COUNT,
            "fee_per": Column(text(20), empty="dossier"),
            "bcci_allowed": _FLAG,
            "online_only_from": _DAY,
            "result_kind": Column(one_of(list(ResultKind)), is_required=True),
            "who_may_receive": Column(one_of(list(WhoMayReceive)), is_required=True),
            "document_class": Column(one_of(_DOCUMENTS), is_required=True),
            "same_day": _FLAG,
            **_SOURCED,
        },
        _K.PAPER_LISTS: {
            "procedure": _key_of(_K.PROCEDURES),
            "line": Column(whole, is_required=True),
            "name_vi": _LONG_NAME,
            "name_en": _LONG_NAME,
            "required": _FLAG,
            "originals": _COUNT,
            "certified_copies": _COUNT,
            "photocopies": _COUNT,
            "tally_default": Column(one_of(_TALLIES), is_required=True),
            **_SOURCED,
        },
        _K.COMPETENCES: {
            "section": _key_of(_K.SECTIONS),
            "procedure": _key_of(_K.PROCEDURES),
            "agency": _key_of(_K.AGENCIES),
            **_DATED, **_SOURCED,
        },
        _K.LINKS: {
            "key": Column(key, is_required=True),
            "section": _key_of(_K.SECTIONS),
            "service_point": _key_of(_K.SERVICE_POINTS),
            "acceptance_mode": Column(one_of(list(AcceptanceMode)), is_required=True),
            "state": Column(one_of(list(LinkStatus)), empty="active", is_optional=True),
            "procedures": Column(words(key), is_required=True, refers_to=_K.PROCEDURES),
            "service_forms": Column(words(one_of(list(ServiceForm))), is_required=True),
            "transport_days": Column(words(weekday), empty=()),
            "transport_departures": Column(words(clock), empty=()),
            "transit_h": Column(whole),
            "proof_demanded": Column(text(40), is_required=True),
            "who_may_receive": Column(one_of(list(WhoMayReceive)), is_optional=True),
            "return_instruction": Column(text(400), empty="", is_optional=True),
            "fee_channel": Column(one_of(list(FeeChannel)), is_required=True),
            **_DATED, **_SOURCED,
        },
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file that could be read; `number` counts from 1, the heading is 1."""

    number: int
    values: Mapping[str, Any]


def read_file(kind: ImportKind, content: bytes) -> tuple[list[FileRow], list[RowProblem]]:
    """The rows, and everything that is wrong with the file."""
    decoded, problem = _decode(content)
    if problem is not None:
        return [], [problem]
    lines = list(csv.reader(io.StringIO(decoded, newline=""), delimiter=_delimiter(decoded)))
    if not lines or not any(lines[0]):
        return [], [RowProblem(1, WHOLE_ROW, "import_empty")]
    if len(lines) > MOST_ROWS:
        return [], [RowProblem(MOST_ROWS, WHOLE_ROW, "import_too_many_rows")]
    heading = [cell.strip() for cell in lines[0]]
    problems = _heading_problems(kind, heading)
    if problems:
        return [], problems
    rows: list[FileRow] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            problems.append(RowProblem(number, WHOLE_ROW, "import_row_shape"))
            continue
        values, faults = _read_row(kind, number, dict(zip(heading, cells, strict=True)))
        problems += faults
        rows.append(FileRow(number, values))
    return rows, problems


def _read_row(
    kind: ImportKind, number: int, cells: Mapping[str, str]
) -> tuple[dict[str, Any], list[RowProblem]]:
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for name, raw in cells.items():
        column, cell = COLUMNS[kind][name], raw.strip()
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


def _heading_problems(kind: ImportKind, heading: list[str]) -> list[RowProblem]:
    known = COLUMNS[kind]
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


def _delimiter(decoded: str) -> str:
    heading = decoded.partition("\n")[0]
    return ";" if ";" in heading and "," not in heading else ","


def _decode(content: bytes) -> tuple[str, RowProblem | None]:
    """The text, or the row and column whose bytes are not UTF-8."""
    body = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError as exc:
        before = body[: exc.start]
        row = before.count(b"\n") + 1
        place = before.rpartition(b"\n")[2].count(b",")
        heading = body.partition(b"\n")[0].decode("ascii", errors="replace").split(",")
        column = heading[place].strip() if place < len(heading) else WHOLE_ROW
        return "", RowProblem(row, column, "import_not_utf8")
