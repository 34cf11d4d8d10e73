"""Whether rows of changes fit the register they are laid over, and one another. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from config.register import NEW_FROM, Era, Register, Unit, UnknownUnit, era_on
from config.register_changes import Change, ChangeRow, Part
from postal_bridge.directory.csv_files import WHOLE_ROW
from postal_bridge.directory.views import RowProblem

FURTHEST = timedelta(days=3 * 366)
_EVE = timedelta(days=1)
Numbered = Sequence[tuple[int, ChangeRow]]


def problems_alone(rows: Numbered, today: date) -> list[RowProblem]:
    """What is wrong whatever the register says: days, and things said twice."""
    found = []
    said: set[tuple[str, ...]] = set()
    for number, row in rows:
        if row.valid_from < NEW_FROM:
            found.append(RowProblem(number, "valid_from", "register_before_reform"))
        if row.valid_from > today + FURTHEST:
            found.append(RowProblem(number, "valid_from", "register_day_too_far"))
        on = "" if row.change is Change.END else row.valid_from.isoformat()  # a unit ends once
        what = (row.change.value, row.code, on, row.to)
        if what in said:
            found.append(RowProblem(number, "code", "import_key_twice"))
        said.add(what)
    return found


def problems_of(rows: Numbered, before: Register, after: Register) -> list[RowProblem]:
    """Everything about units that are not there, or that would be left without a place.

    `after` has the rows in it, so they may lean on one another in any order.
    """
    checks = _Checks(rows, before, after)
    return sorted([*checks.row_by_row(), *checks.together()])


class _Checks:
    def __init__(self, rows: Numbered, before: Register, after: Register) -> None:
        self._rows = rows
        self._before = before
        self._after = after
        self._ends = {(r.code, r.valid_from) for _, r in rows if r.change is Change.END}

    def row_by_row(self) -> Iterator[RowProblem]:
        for number, row in self._rows:
            column, code = self._fault(row)
            if code:
                yield RowProblem(number, column, code)

    def _fault(self, row: ChangeRow) -> tuple[str, str]:
        """The row's first fault: column and code, empty without one."""
        if row.parent and _unit(self._after, row.parent, row.valid_from) is None:
            return "parent", "import_unknown_unit_code"
        if row.fare_as and not self._has_fares(row):
            return "fare_as", "import_unknown_unit_code"
        if row.change is Change.ADD:
            is_known = any(u.code == row.code for h in self._new_histories() for u in h)
            return ("code", "register_code_exists") if is_known else ("", "")
        if row.change is Change.BECOMES:
            return self._becoming(row)
        if row.change is Change.RESTORE:
            ended = self._before_unit(row.code, row.valid_from - _EVE)
            is_last = ended is not None and ended.valid_to == row.valid_from - _EVE
            gone = _unit(self._before, row.code, row.valid_from) is None
            return ("", "") if is_last and gone else ("valid_from", "register_not_ended")
        if row.change is Change.END:
            return self._ending(row)
        known = _unit(self._after, row.code, row.valid_from)
        if known is None:
            return "code", "import_unknown_unit_code"
        if _says_nothing(row, self._before):
            return "code", "register_nothing_changes"
        return "", ""

    def _new_histories(self) -> Iterator[tuple[Unit, ...]]:
        return (h for h in self._before.histories() if h and h[0].era == "new")

    def _before_unit(self, code: str, on: date) -> Unit | None:
        return _unit(self._before, code, on)

    def _has_fares(self, row: ChangeRow) -> bool:
        if row.fare_as == row.code:
            return False
        try:
            self._before.fare_area(row.fare_as, row.valid_from)
        except UnknownUnit:
            return False
        return True

    def _ending(self, row: ChangeRow) -> tuple[str, str]:
        known = _unit(self._before, row.code, row.valid_from)
        if known is None:
            added = any(r.change is Change.ADD and r.code == row.code for _, r in self._rows)
            return "code", "register_code_exists" if added else "import_unknown_unit_code"
        if known.valid_to is not None and not self._is_restored(row.code):
            return "valid_from", "register_ends_already"
        never_was = _begins(self._before, row.code) == row.valid_from
        if never_was and self._after.predecessors(row.code):
            return "code", "register_has_predecessors"
        has_heir = any(
            r.change is Change.BECOMES and (r.code, r.valid_from) == (row.code, row.valid_from)
            for _, r in self._rows
        )
        if known.level == "commune" and not has_heir and not never_was:
            return "code", "register_no_successor"
        return "", ""

    def _is_restored(self, code: str) -> bool:
        return any(r.change is Change.RESTORE and r.code == code for _, r in self._rows)

    def _becoming(self, row: ChangeRow) -> tuple[str, str]:
        eve = row.valid_from - _EVE
        known = _unit(self._before, row.code, eve)
        if known is None or known.level != "commune":
            return "code", "import_unknown_unit_code"
        if era_on(eve) == "new" and (row.code, row.valid_from) not in self._ends:
            return "code", "register_not_ended"
        heir = _unit(self._after, row.to, row.valid_from)
        if heir is None or heir.level != "commune":
            return "to", "import_unknown_unit_code"
        return "", ""

    def together(self) -> Iterator[RowProblem]:
        """Parts that do not fit, provinces left with communes, names borne twice."""
        for number, rows in self._by_origin():
            parts = Counter(row.part for row in rows)
            if (parts[Part.WHOLE] and len(rows) > 1) or parts[Part.PEOPLE] > 1 or (
                parts[Part.PEOPLE] and parts[Part.SOME]
            ):  # fmt: skip
                yield RowProblem(number, "part", "register_parts_wrong")
            elif parts[Part.LAND] == len(rows):
                yield RowProblem(number, "part", "register_nobody_moves")
        for number, row in self._rows:
            if row.change is Change.END and len(row.code) == 2:
                if self._after.communes(row.valid_from, row.code):
                    yield RowProblem(number, "code", "register_province_in_use")
            elif row.name or row.unit_type or row.parent:
                yield from self._namesake(number, row)

    def _by_origin(self) -> Iterator[tuple[int, list[ChangeRow]]]:
        """Rows of successors of one unit, with the number of the last."""
        found: dict[tuple[str, date], tuple[int, list[ChangeRow]]] = {}
        for number, row in self._rows:
            if row.change is Change.BECOMES:
                _, rows = found.get((row.code, row.valid_from), (0, []))
                found[row.code, row.valid_from] = (number, [*rows, row])
        yield from found.values()

    def _namesake(self, number: int, row: ChangeRow) -> Iterator[RowProblem]:
        """Two units of one name in one province: no address could tell them apart."""
        own = _unit(self._after, row.code, row.valid_from)
        if own is None:
            return
        siblings = (
            self._after.provinces(row.valid_from)
            if own.parent_code is None
            else self._after.communes(row.valid_from, own.parent_code)
        )
        if any(one.code != own.code and one.full_name == own.full_name for one in siblings):
            yield RowProblem(number, "name" if row.name else WHOLE_ROW, "register_name_taken")


def _unit(register: Register, code: str, on: date) -> Unit | None:
    try:
        unit = register.unit(code, on)
    except UnknownUnit:
        return None
    return unit if unit.code == code else None  # a code once corrected is not to be used


def _begins(register: Register, code: str, era: Era = "new") -> date | None:
    for history in register.histories():
        if history and (history[0].era, history[0].code) == (era, code):
            return history[0].valid_from
    return None


def _says_nothing(row: ChangeRow, before: Register) -> bool:
    """Whether the register says so already, from that day on."""
    known = _unit(before, row.code, row.valid_from)
    if known is None:
        return False
    if row.change is Change.FARE:
        own = before.fare_area(row.code, row.valid_from)
        like = before.fare_area(row.fare_as, row.valid_from)
        return (own.district_code, own.zone) == (like.district_code, like.zone)
    said = {
        "name": row.name,
        "unit_type": row.unit_type,
        "parent_code": row.parent,
        "lat": row.lat,
        "lon": row.lon,
    }
    return all(getattr(known, name) == value for name, value in said.items() if value)
