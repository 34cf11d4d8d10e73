"""How a cell of a file is read and written: a value, or a fault with a code. Pure."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

_KEY = re.compile(r"[a-z0-9][a-z0-9._:-]{0,78}[a-z0-9]?")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class CellFault(ValueError):
    """`code` names the text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Read = Callable[[str], Any]


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
            raise CellFault("import_not_degrees")
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


def cell_of(value: Any) -> str:
    """A value as a file writes it; reading it again gives the value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list | tuple):
        return " ".join(cell_of(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)
