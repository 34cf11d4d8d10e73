"""Addresses with what is right for them, and how often an answer was: the bench's arithmetic."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from config.register import Register
from geo.address_answer import MOST_CANDIDATES, Answer, Status
from routes.commands.speech import FileUnreadable

COLUMNS = frozenset({"kind", "input", "era", "status", "old_code", "new_code"})
Expected = Literal["resolved", "candidates", "none", "either"]
_EXPECTED: tuple[Expected, ...] = ("resolved", "candidates", "none")


@dataclass(frozen=True, slots=True)
class Row:
    """One address; `expected` either: one place or several, as long as the truth is among them."""

    kind: str
    text: str
    era: str
    expected: Expected
    old: frozenset[str]
    new: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool said: codes of the old and the new communes, and whether it named one place."""

    old: frozenset[str]
    new: frozenset[str]
    is_single: bool


@dataclass(slots=True)
class Tally:
    """Counts of one tool over some rows."""

    rows: int = 0
    dated: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, row: Row, said: Outcome) -> None:
        self.rows += 1
        counts = self.counts
        counts["new_right"] += is_right(row, said, row.new, said.new)
        if row.old:
            self.dated += 1
            counts["old_right"] += is_right(row, said, row.old, said.old)
        is_wrong = said.is_single and not said.new <= row.new
        counts["confidently_wrong"] += is_wrong
        is_several = row.expected == "candidates" or len(row.new) > 1
        counts["single_on_ambiguous"] += said.is_single and is_several and not is_wrong
        counts["nothing"] += not said.new

    def document(self) -> dict[str, float | int | None]:
        shares: dict[str, float | int | None] = {
            "rows": self.rows,
            "new_right": _share(self.counts["new_right"], self.rows),
            "old_right": _share(self.counts["old_right"], self.dated),
        }
        for name in ("confidently_wrong", "single_on_ambiguous", "nothing"):
            shares[name] = self.counts[name]
        shares["per_s"] = round(self.rows / self.seconds) if self.seconds else None
        return shares


def is_right(row: Row, said: Outcome, wanted: frozenset[str], got: frozenset[str]) -> bool:
    """One place where there is one, at most ten with the truth among them where there are more.

    Source: the rule by which address tools are compared, docs/addresses.md.
    """
    if row.expected == "none":
        return not got
    if row.expected == "resolved":
        return said.is_single and got == wanted
    has_truth = wanted <= got and len(got) <= MOST_CANDIDATES
    return has_truth and not (said.is_single and len(wanted) > 1)


def outcome(answer: Answer) -> Outcome:
    """Our answer as codes."""
    places = [(answer.old, answer.new), *((c.old, c.new) for c in answer.candidates)]
    return Outcome(
        frozenset(old.code for old, _ in places if old),
        frozenset(new.code for _, new in places if new),
        answer.status == Status.RESOLVED,
    )


def people_went_to(register: Register, old_code: str) -> frozenset[str]:
    """The new communes in which the people of an old one may live now."""
    found = register.successors(old_code)
    return frozenset(s.new_code for s in ([s for s in found if s.takes_people] or found))


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file with the columns of `tests/geo/addresses/`. Raises FileUnreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not set(reader.fieldnames or ()) >= COLUMNS:
                raise FileUnreadable
            for cells in reader:
                yield Row(
                    cells["kind"],
                    cells["input"],
                    cells["era"],
                    _expected(cells["status"]),
                    _codes(cells["old_code"]),
                    _codes(cells["new_code"]),
                )
    except (OSError, UnicodeDecodeError, csv.Error):
        raise FileUnreadable from None


def by_kind(rows: Iterable[tuple[Row, Outcome]]) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for row, said in rows:
        tallies.setdefault(row.kind, Tally()).add(row, said)
    return tallies


def _expected(cell: str) -> Expected:
    for one in _EXPECTED:
        if cell == one:
            return one
    raise FileUnreadable


def _codes(cell: str | None) -> frozenset[str]:
    return frozenset((cell or "").split("|")) - {""}


def _share(count: int, of: int) -> float | None:
    return round(100 * count / of, 2) if of else None
