"""A card terminal's list of a day beside an office's card rows, for a supervisor. Use cases."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.directory.service import unit_by_key
from postal_bridge.dossiers.arrivals import arrivals
from postal_bridge.insight.names import UNKNOWN, Names
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.terminal_day import (
    CardRow,
    Differing,
    card_rows_of,
    compare_terminal_day,
    offices_with_terminal,
    read_terminal_day,
)


@dataclass(frozen=True, slots=True)
class Terminal:
    unit_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NamedRow:
    """`number`: of the dossier; `clerk_name`: who took or gave it back."""

    row: CardRow
    number: str
    clerk_name: str


@dataclass(frozen=True, slots=True)
class NamedTerminalDifference:
    differing: Differing
    ours: NamedRow | None


@dataclass(frozen=True, slots=True)
class TerminalDay:
    """`lines`: how many the list has; None while none was given. Without differences they agree."""

    day: date
    terminals: tuple[Terminal, ...]
    unit_id: UUID | None
    rows: tuple[NamedRow, ...]
    lines: int | None = None
    differences: tuple[NamedTerminalDifference, ...] = ()

    @property
    def taken_vnd(self) -> int:
        return sum(one.row.amount_vnd for one in self.rows if not one.row.is_void)

    @property
    def voided_vnd(self) -> int:
        return sum(one.row.amount_vnd for one in self.rows if one.row.is_void)


def terminal_day(
    unit_id: UUID | None,
    day: date | None,
    content: bytes | None = None,
    *,
    actor: Actor,
    units: Units,
) -> TerminalDay:
    """The office's card rows of the day (today when None), compared with the terminal's list.

    Raises
    ------
    Forbidden, NotFound
        Not a supervisor's or operator's look, or an office without a terminal he sees.
    StatementUnreadable
        The list is no such file.
    """
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
    with units.read() as uow:
        names = Names(uow)
        offices = offices_with_terminal(uow, actor.scope)
        terminals = tuple(Terminal(one, names.unit(one)) for one in offices)
        if unit_id is not None and unit_id not in offices:
            raise NotFound
        chosen = unit_id or (offices[0] if offices else None)
        on = day or local(uow.now).date()
        if chosen is None:
            return TerminalDay(on, terminals, None, ())
        rows = card_rows_of(uow, chosen, on, actor.scope)
        named = {one.row.entry_id: one for one in _named(uow, names, rows)}
        found = TerminalDay(on, terminals, chosen, tuple(named.values()))
        if content is None:
            return found
        lines = read_terminal_day(content)
        differences = tuple(
            NamedTerminalDifference(one, named[one.row.entry_id] if one.row else None)
            for one in compare_terminal_day(lines, rows, on)
        )
        return TerminalDay(on, terminals, chosen, found.rows, len(lines), differences)


def unit_of_key(key: str, *, units: Units) -> UUID:
    """Raises NotFound."""
    with units.read() as uow:
        return unit_by_key(uow, key).id


def _named(uow: ReadUnit, names: Names, rows: tuple[CardRow, ...]) -> tuple[NamedRow, ...]:
    known = arrivals(uow, sorted({one.dossier_id for one in rows if one.dossier_id}))
    return tuple(
        NamedRow(
            one,
            known[one.dossier_id].number if one.dossier_id in known else UNKNOWN,
            names.staff(one.actor.partition(":")[2]),
        )
        for one in rows
    )
