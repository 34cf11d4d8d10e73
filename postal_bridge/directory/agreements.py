"""Proposing, activating, suspending and ending links; editing rows by hand. Use cases.

Whatever is typed goes the way a row of a file goes: the same columns, the same refusals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.history import write_history
from postal_bridge.directory.importing import take_in_row
from postal_bridge.directory.links import link_view
from postal_bridge.directory.rules import LinkAction, LinkStatus, next_link_status
from postal_bridge.directory.standing_terms import check_no_contradiction
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import LinkRow
from postal_bridge.directory.views import LinkView, RowChange, RowProblem
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Conflict, Forbidden, NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

EDITED = (ImportKind.SERVICE_POINTS, ImportKind.SECTIONS)


class KeyTaken(Conflict):
    """There is a row of this key already."""

    code = "directory_key_taken"


class RowRefused(RuleViolation):
    """What was typed is no row of the directory; `problems` names each column."""

    code = "directory_row_refused"

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        super().__init__(column=problems[0].column, problems=len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ProposeLink:
    """An agreement in the columns of `links.csv`, but for its state."""

    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MoveLink:
    link_id: UUID
    action: LinkAction


@dataclass(frozen=True, slots=True)
class EditRow:
    """New cells of one service point or section; columns left out stay as they are."""

    kind: ImportKind
    key: str
    cells: Mapping[str, str]


def propose_link(
    command: ProposeLink, *, actor: Actor, once: Once[LinkView], units: Units
) -> bytes:
    """The agreement stands as proposed: nothing is taken in over it until it is agreed on.

    Raises
    ------
    Forbidden, KeyTaken, RowRefused
    """
    _check(actor)

    def act(uow: UnitOfWork) -> LinkView:
        key = command.cells.get("key", "")
        store = DirectoryStore(uow.session)
        if key in store.keys(LinkRow):
            raise KeyTaken(key=key)
        cells = {**command.cells, "state": LinkStatus.PROPOSED.value, "status": "entered"}
        _take_in(uow, ImportKind.LINKS, cells, actor)
        row = store.by_key(LinkRow, LinkRow.key, key)
        return link_view(uow, row.id, local(uow.now).date())

    return once.answer(act, actor=actor, units=units)


def move_link(command: MoveLink, *, actor: Actor, units: Units) -> LinkView:
    """The link is agreed on, suspended, resumed or ended, from now on.

    Raises
    ------
    Forbidden, NotFound, MoveNotOpen
    LinkContradicts
        It would be active beside one of the same section and point that says otherwise.
    """
    _check(actor)
    with units.write() as uow:
        store = DirectoryStore(uow.session)
        uow.queue_for_home()  # two that begin at once see each other
        row = store.get(LinkRow, command.link_id)
        before = row.status
        after = next_link_status(LinkStatus(before), command.action)
        if after is LinkStatus.ACTIVE:
            check_no_contradiction(store, row)
        row.status = after
        row.origin = "imported"
        moved = RowChange(row.key, "moved", (("state", before, after.value),))
        write_history(uow, ImportKind.LINKS.value, [moved], actor=actor.ref)
        uow.forget()
        view = link_view(uow, row.id, local(uow.now).date())
        uow.commit()
    return view


def edit_row(command: EditRow, *, actor: Actor, units: Units) -> None:
    """The row holds the new cells, and its history who wrote them.

    Raises
    ------
    Forbidden
    NotFound
        No service point or section of this key.
    RowRefused
    """
    _check(actor)
    if command.kind not in EDITED:
        raise NotFound
    with units.write() as uow:
        rows = {cells["key"]: cells for cells in rows_of(uow, command.kind)}
        if command.key not in rows:
            raise NotFound
        _take_in(uow, command.kind, {**rows[command.key], **command.cells}, actor)
        uow.commit()


def _take_in(uow: UnitOfWork, kind: ImportKind, cells: Mapping[str, str], actor: Actor) -> None:
    problems = take_in_row(uow, kind, cells, register_of(uow), actor=actor.ref).errors
    if problems:
        raise RowRefused(problems)


def _check(actor: Actor) -> None:
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
