"""Devices and what they recorded, as people see it: couriers, supervisors, a dossier's staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.chains import GENESIS
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people import device_store as store
from postal_bridge.people.device_rows import (
    ChainState,
    Fate,
    Fault,
    KeyEnd,
    fingerprint,
    missing_before,
)
from postal_bridge.people.device_tables import DeviceFactRow, DeviceReceiptRow
from postal_bridge.people.reach import check_in_scope, is_over_all
from postal_bridge.people.reading import device_from
from postal_bridge.people.rules import DeviceState, Power, check_may
from postal_bridge.people.staffing import name_behind
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import DeviceRow
from postal_bridge.people.views import DeviceView

MOST_ROWS = 60
CLOCK_MAY_DIFFER_S = 120
PHONE = "phone"


@dataclass(frozen=True, slots=True)
class OwnPhone:
    """A phone of the courier's office. A new key's first row follows `head_hash`."""

    device: DeviceView
    key_id: UUID | None
    next_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device with how far its stream has come. `doubted`: rows that are no evidence, forks."""

    device: DeviceView
    has_key: bool
    last_seq: int
    missing: int
    doubted: int


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of a device with who enrolled and who ended it."""

    fingerprint: str
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    ended_by: str
    end_reason: KeyEnd | None


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row and what we said of it.

    Attributes
    ----------
    recorded_at : the phone's clock, when it happened
    clock_ahead_s : how far that clock was ahead of ours when the row was sent
    act : stream and number of the fact that the act made
    """

    seq: int
    kind: str
    recorded_at: datetime
    received_at: datetime
    state: ChainState
    faults: tuple[Fault, ...]
    fate: Fate
    refused_code: str | None
    clock_ahead_s: int | None
    label: str
    by: str
    act: tuple[str, int] | None

    @property
    def is_evidence(self) -> bool:
        """Signed by the device's key, of this act, and contradicted by no other row."""
        return not self.faults and self.state is not ChainState.FORK

    @property
    def is_clock_wrong(self) -> bool:
        """The phone's clock was not ours, when it sent the row, by more than two minutes."""
        return abs(self.clock_ahead_s or 0) > CLOCK_MAY_DIFFER_S


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """One device with its keys, the numbers that did not come, and its newest rows."""

    device: DeviceView
    keys: tuple[KeyLine, ...]
    last_seq: int
    missing: tuple[tuple[int, int], ...]
    rows: tuple[SeenRow, ...]


def phones_of_office(*, actor: Actor, units: Units) -> tuple[OwnPhone, ...]:
    """Phones that the courier may enrol, by label. Raises Forbidden."""
    check_may(actor, Power.DELIVER)
    with units.read() as uow:
        rows = [
            row
            for row in PeopleStore(uow.session).devices_of(actor.scope.units)
            if row.kind == PHONE and row.state == DeviceState.ACTIVE
        ]
        keys = {key.device_id: key.id for key in store.active_keys(uow, [row.id for row in rows])}
        return tuple(_own_phone(uow, row, keys.get(row.id)) for row in rows)


def _own_phone(uow: ReadUnit, row: DeviceRow, key_id: UUID | None) -> OwnPhone:
    head = store.head_of(uow, row.id)
    seq, last_hash = (head.seq, head.hash) if head else (0, GENESIS)
    return OwnPhone(device_from(row), key_id, seq + 1, last_hash)


def active_key_ids(*, actor: Actor, units: Units) -> tuple[UUID, ...]:
    """Keys that sign for phones of the courier's office now."""
    with units.read() as uow:
        devices = PeopleStore(uow.session).devices_of(actor.scope.units)
        usable = [row.id for row in devices if row.state == DeviceState.ACTIVE]
        return tuple(key.id for key in store.active_keys(uow, usable))


def device_lines(*, actor: Actor, units: Units) -> tuple[DeviceLine, ...]:
    """The devices of the actor's scope by label. Raises Forbidden."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        within = None if is_over_all(actor) else actor.scope.units
        rows = PeopleStore(uow.session).devices_of(within)
        ids = [row.id for row in rows]
        keyed = {key.device_id for key in store.active_keys(uow, ids)}
        heads, doubted = store.heads_of(uow, ids), store.doubted(uow, ids)
        return tuple(_line(row, keyed, heads, doubted) for row in rows)


def _line(
    row: DeviceRow,
    keyed: set[str],
    heads: Mapping[str, tuple[int, int]],
    doubted: Mapping[str, int],
) -> DeviceLine:
    last, count = heads.get(row.id, (0, 0))
    return DeviceLine(device_from(row), row.id in keyed, last, last - count, doubted.get(row.id, 0))


def phones_in_doubt(uow: ReadUnit, scope: Scope, since: datetime) -> tuple[DeviceLine, ...]:
    """Devices whose rows since then do not hold, or came after rows that are still missing."""
    rows = PeopleStore(uow.session).devices_of(None if scope.everything else scope.units)
    ids = [row.id for row in rows]
    doubted, heads = store.doubted(uow, ids, since), store.heads_of(uow, ids)
    gaps = store.came_after_gap(uow, ids, since)
    keyed = {key.device_id for key in store.active_keys(uow, ids)}
    lines = (_line(row, keyed, heads, doubted) for row in rows)
    return tuple(
        line for line in lines if line.doubted or (line.missing and line.device.id in gaps)
    )


def device_record(device_id: str, *, actor: Actor, units: Units) -> DeviceRecord:
    """Raises Forbidden, NotFound."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        row = uow.session.get(DeviceRow, device_id)
        if row is None:
            raise NotFound
        check_in_scope(actor, row.unit_id)
        seqs = store.seqs_of(uow, device_id)
        return DeviceRecord(
            device=device_from(row),
            keys=tuple(
                KeyLine(
                    fingerprint(key.public_key)[:16],
                    key.created_at,
                    name_behind(uow, key.created_by) or key.created_by,
                    key.ended_at,
                    name_behind(uow, key.ended_by) or key.ended_by or "",
                    None if key.end_reason is None else KeyEnd(key.end_reason),
                )
                for key in store.keys_of(uow, device_id)
            ),
            last_seq=max(seqs, default=0),
            missing=missing_before(seqs),
            rows=tuple(
                _seen(uow, receipt, fact, row.label)
                for receipt, fact in store.receipts_of(uow, device_id, MOST_ROWS)
            ),
        )


def rows_of_dossier(uow: ReadUnit, dossier_id: UUID) -> tuple[SeenRow, ...]:
    """What phones recorded of acts that were done for this dossier, as it was received."""
    return tuple(
        _seen(uow, receipt, fact, label or receipt.device_id[:8])
        for receipt, fact, label in store.of_dossier(uow, dossier_id)
    )


def row_by_hash(uow: ReadUnit, row_hash: str) -> SeenRow | None:
    """What we said last of the row that stands under this hash; None where it never came."""
    found = store.last_said(uow, row_hash)
    if found is None:
        return None
    receipt, fact, label = found
    return _seen(uow, receipt, fact, label or receipt.device_id[:8])


def _seen(uow: ReadUnit, receipt: DeviceReceiptRow, fact: DeviceFactRow, label: str) -> SeenRow:
    act = None
    if receipt.act_stream is not None and receipt.act_seq is not None:
        act = (receipt.act_stream, receipt.act_seq)
    return SeenRow(
        seq=fact.seq,
        kind=fact.kind,
        recorded_at=fact.occurred_at,
        received_at=receipt.received_at,
        state=ChainState(receipt.chain_state),
        faults=tuple(Fault(one) for one in receipt.faults),
        fate=Fate(receipt.fate),
        refused_code=receipt.refused_code,
        clock_ahead_s=receipt.clock_ahead_s,
        label=label,
        by=name_behind(uow, receipt.actor) or receipt.actor or "",
        act=act,
    )
