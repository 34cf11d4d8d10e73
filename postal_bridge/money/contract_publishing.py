"""Contracts from an operator's CSV file: looked at first, then published for ever.

A contract begins today at the earliest, so no line that was written is ever another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.service import agency_by_key, unit_by_key
from postal_bridge.directory.views import RowProblem
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.published import folder_of
from postal_bridge.kernel.snapshots import Snapshot, SnapshotFolder
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import contract_store
from postal_bridge.money.contract_csv import packed, read_contracts, unpacked
from postal_bridge.money.contract_tables import ContractSetRow
from postal_bridge.money.contracts import Contract, ContractBook
from postal_bridge.people.rules import Power, check_may

KIND = "contract"


class ContractFileWrong(RuleViolation):
    """The file has faults; they were named when it was looked at."""

    code = "contract_file_wrong"


@dataclass(frozen=True, slots=True)
class ContractChange:
    """`before`: the contract of the same unit and agency that holds on the new one's first day."""

    contract: Contract
    before: Contract | None


@dataclass(frozen=True, slots=True)
class ContractLook:
    """A file as it would be published; with `faults` nothing else counts.

    `names`: of units and agencies, by "unit:KEY" and "agency:KEY".
    """

    faults: tuple[RowProblem, ...]
    changes: tuple[ContractChange, ...] = ()
    valid_from: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContractsPublished:
    snapshot: Snapshot
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractsPage:
    """`contracts`: all there ever were, the one published last first."""

    on: date
    contracts: tuple[Contract, ...]
    published: tuple[Snapshot, ...]
    names: Mapping[str, str]


def contract_book(uow: ReadUnit) -> ContractBook:
    """Every contract of this home. Raises SnapshotMissing, SnapshotDamaged."""
    return uow.reference("contract_book", lambda: _book(uow))


def are_communes_named(uow: ReadUnit) -> bool:
    """Whether any contract names a commune as remote: else nobody need ask where a door is."""
    return any(one.remote_communes for one in contract_book(uow).contracts)


def look_at_contracts(content: bytes, *, actor: Actor, units: Units) -> ContractLook:
    """What the file would change, and every fault by row and column. Nothing is kept."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        return _look(uow, content)


def publish_contracts(
    content: bytes, *, actor: Actor, once: Once[ContractsPublished], units: Units
) -> bytes:
    """The contracts hold from their own first days on.

    Raises
    ------
    ContractFileWrong
        It has faults; nothing was published.
    """
    check_may(actor, Power.OPERATE)

    def act(uow: UnitOfWork) -> ContractsPublished:
        uow.queue_for_home()  # two that publish at once see each other's keys
        look = _look(uow, content)
        if look.faults or look.valid_from is None:
            raise ContractFileWrong(count=len(look.faults))
        made = [one.contract for one in look.changes]
        # On disk before the row that names it commits; a file without a row does no harm.
        snapshot_id = folder_of(uow).write(KIND, packed(made))
        before = contract_store.sets(uow.session)
        row = ContractSetRow(
            number=1 + len(before),
            snapshot_id=snapshot_id,
            valid_from=look.valid_from,
            published_at=uow.now,
            actor=actor.ref,
        )
        uow.session.add(row)
        uow.session.flush()
        uow.forget()
        return ContractsPublished(_snapshot(row), tuple(one.key for one in made))

    return once.answer(act, actor=actor, units=units)


def contracts_page(*, actor: Actor, units: Units) -> ContractsPage:
    """What holds, what comes and what is past, and when it was published."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        book = contract_book(uow)
        made = tuple(_snapshot(row) for row in contract_store.sets(uow.session))
        names = _names(uow, book.contracts)
        return ContractsPage(local(uow.now).date(), book.contracts, made, names)


def _look(uow: ReadUnit, content: bytes) -> ContractLook:
    rows, faults = read_contracts(content)
    faults = faults or _unfit(uow, rows)
    if faults:
        return ContractLook(tuple(faults))
    book = contract_book(uow)
    return ContractLook(
        faults=(),
        changes=tuple(
            ContractChange(one, book.of([one.unit], one.agency, one.valid_from)) for _, one in rows
        ),
        valid_from=min(one.valid_from for _, one in rows),
        names=_names(uow, [one for _, one in rows]),
    )


def _names(uow: ReadUnit, contracts: Sequence[Contract]) -> dict[str, str]:
    units, agencies = {one.unit for one in contracts}, {one.agency for one in contracts}
    names = {f"unit:{key}": unit_by_key(uow, key).name for key in units}
    return names | {f"agency:{key}": agency_by_key(uow, key).name for key in agencies}


def _unfit(uow: ReadUnit, rows: Sequence[tuple[int, Contract]]) -> list[RowProblem]:
    """Days that are past, keys that are taken, and what the directory does not know."""
    taken = {one.key for one in contract_book(uow).contracts}
    today, register = local(uow.now).date(), register_of(uow)
    faults = []
    for number, one in rows:
        if one.valid_from < today:
            faults.append(RowProblem(number, "valid_from", "contract_backdated"))
        if one.key in taken:
            faults.append(RowProblem(number, "key", "contract_key_taken"))
        for column, find in (("unit", unit_by_key), ("agency", agency_by_key)):
            try:
                find(uow, getattr(one, column))
            except NotFound:
                faults.append(RowProblem(number, column, "import_unknown_reference"))
        communes = {unit.code for unit in register.communes(one.valid_from)}
        if not communes.issuperset(one.remote_communes):
            faults.append(RowProblem(number, "remote_communes", "import_unknown_unit_code"))
    return faults


def _book(uow: ReadUnit) -> ContractBook:
    made = tuple(row.snapshot_id for row in contract_store.sets(uow.session))
    return _book_of(folder_of(uow), made) if made else ContractBook(())


def _snapshot(row: ContractSetRow) -> Snapshot:
    return Snapshot(KIND, row.number, row.snapshot_id, row.valid_from, row.published_at, row.actor)


@lru_cache(maxsize=64)
def _book_of(folder: SnapshotFolder, snapshot_ids: tuple[str, ...]) -> ContractBook:
    """Published files never change, so each list of them is read once in a process."""
    return ContractBook(
        tuple(one for made in reversed(snapshot_ids) for one in unpacked(folder.content(made)))
    )
