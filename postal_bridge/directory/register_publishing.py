"""A newer register from an operator's CSV file: looked at first, then published for ever.

Nothing that is stored is rewritten: an address keeps the commune it was resolved to, and whoever
asks for a day gets the units of that day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from config.register import Register, load_register
from config.register_changes import Change, ChangeRow, changed, packed, unpacked
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.naming_store import NamingStore
from postal_bridge.directory.register_checks import problems_alone, problems_of
from postal_bridge.directory.register_csv import read_changes
from postal_bridge.directory.register_files import KIND, build_register
from postal_bridge.directory.register_words import SaidChange, said_changes
from postal_bridge.directory.views import RowProblem, RowsInUse
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.published import folder_of, list_published, publish, published
from postal_bridge.kernel.snapshots import Snapshot
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units


class RegisterFileWrong(RuleViolation):
    """The file has faults; they were named when it was looked at."""

    code = "register_file_wrong"


@dataclass(frozen=True, slots=True)
class RegisterLook:
    """A file as it would be published.

    Attributes
    ----------
    faults : everything wrong with it; then there is nothing else
    changes : what it changes, in the file's order
    valid_from : the first of its days
    ended : codes of units that are no more
    """

    faults: tuple[RowProblem, ...]
    changes: tuple[SaidChange, ...] = ()
    valid_from: date | None = None
    ended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterPublished:
    snapshot: Snapshot
    changes: tuple[SaidChange, ...]


def look_at_changes(uow: ReadUnit, content: bytes) -> RegisterLook:
    """What the file would do, and every fault by row and column. Nothing is kept."""
    return _look(uow, content)[0]


def publish_register(
    content: bytes, *, actor: Actor, once: Once[RegisterPublished], units: Units
) -> bytes:
    """The file holds from its own days on, for everyone who asks from now on.

    Raises
    ------
    Forbidden
        Reference data is the operator's.
    RegisterFileWrong
        It has faults; nothing was published.
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")

    def act(uow: UnitOfWork) -> RegisterPublished:
        look, rows = _look(uow, content)
        if look.faults or look.valid_from is None:
            raise RegisterFileWrong(count=len(look.faults))
        snapshot = publish(uow, KIND, packed(rows), valid_from=look.valid_from, actor=actor)
        return RegisterPublished(snapshot, look.changes)

    answer = once.answer(act, actor=actor, units=units)
    list_published(units, KIND)
    return answer


def rows_naming(uow: ReadUnit, codes: Collection[str]) -> tuple[RowsInUse, ...]:
    """Rows of the directory that name one of these units today or later, and their links."""
    if not codes:
        return ()
    found = NamingStore(uow.session).rows(codes, local(uow.now).date())
    return tuple(one for one in found if one.keys)


def published_registers(uow: ReadUnit) -> tuple[RegisterPublished, ...]:
    """Every publication with what it changed, oldest first."""
    register, found = load_register(), []
    for one in published(uow, KIND):
        rows = unpacked(folder_of(uow).content(one.id))
        before, register = register, changed(register, rows)
        found.append(RegisterPublished(one, said_changes(rows, before, register)))
    return tuple(found)


def register_numbered(uow: ReadUnit, number: int) -> Register:
    """The register as it was after so many publications; 0 is the release's. Raises NotFound."""
    made = published(uow, KIND)
    if not 0 <= number <= len(made):
        raise NotFound
    return build_register(folder_of(uow), [one.id for one in made[:number]])


def _look(uow: ReadUnit, content: bytes) -> tuple[RegisterLook, Sequence[ChangeRow]]:
    numbered, faults = read_changes(content)
    faults = faults or problems_alone(numbered, local(uow.now).date())
    if faults:
        return RegisterLook(tuple(faults)), ()
    rows = [row for _, row in numbered]
    before = register_of(uow)
    after = changed(before, rows)
    faults = problems_of(numbered, before, after)
    if faults:
        return RegisterLook(tuple(faults)), ()
    return RegisterLook(
        faults=(),
        changes=said_changes(rows, before, after),
        valid_from=min(row.valid_from for row in rows),
        ended=tuple(sorted({row.code for row in rows if row.change is Change.END})),
    ), rows
