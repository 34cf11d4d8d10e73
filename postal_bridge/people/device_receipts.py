"""A row of a device's own stream comes with its act: checked, kept, and what we said of it. Parts.

A row that does not hold never stops its act: it is kept with what is wrong, and shown. Only a
row without a fault lends the act the device's name.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.said_rows import say_row
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people import device_store as store
from postal_bridge.people.device_rows import (
    ChainState,
    DeviceFact,
    Fate,
    Fault,
    SentRow,
    chain_state,
    is_signed,
)
from postal_bridge.people.device_tables import DeviceFactRow, DeviceReceiptRow
from postal_bridge.people.rules import DeviceState
from postal_bridge.people.store import PeopleStore

AREA = "device_receipt"
SAID = (
    "row_id", "device_id", "received_at", "clock_ahead_s", "chain_state", "faults", "fate",
    "refused_code", "actor", "dossier_id", "act_stream", "act_seq",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that came, before its act is done.

    Attributes
    ----------
    actor : who does the act; in the device's name where the row has no fault
    """

    fact: DeviceFact
    sent: SentRow
    row_id: str
    state: ChainState
    faults: tuple[Fault, ...]
    actor: Actor


def take_row(
    uow: UnitOfWork, fact: DeviceFact, sent: SentRow, *, is_of_act: bool, actor: Actor
) -> Taken:
    """The row is kept, and what it is worth is known; the same row again is the same row.

    Parameters
    ----------
    is_of_act : the row tells of the act that it came with
    """
    device = store.locked_device(uow, fact.device_id)
    key = store.key_of(uow, fact.device_id, sent.key_id)
    has_signed = key is not None and is_signed(sent.text, sent.signature, key.public_key)
    found = (
        (Fault.KEY_UNKNOWN, key is None),
        (Fault.SIGNATURE_WRONG, key is not None and not has_signed),
        (Fault.KEY_ENDED, key is not None and key.ended_at is not None),
        (Fault.DEVICE_LOCKED, device is not None and device.state != DeviceState.ACTIVE),
        (Fault.OTHER_PERSON, fact.staff_id != actor.id),
        (Fault.ACT_DIFFERS, not is_of_act),
    )
    faults = tuple(fault for fault, is_found in found if is_found)
    state = _state(uow, fact) if has_signed else ChainState.UNSIGNED
    row_id = keep_row(uow, fact, sent, has_signed=has_signed)
    by = actor if faults else replace(actor, device_id=fact.device_id)
    return Taken(fact, sent, row_id, state, faults, by)


def _state(uow: UnitOfWork, fact: DeviceFact) -> ChainState:
    """Where the row stands; one that is here already does not contradict itself."""
    known = store.neighbours_of(uow, fact)
    return chain_state(fact, replace(known, beside=known.beside - {fact.hash}))


def keep_row(uow: UnitOfWork, fact: DeviceFact, sent: SentRow, *, has_signed: bool) -> str:
    """The row stands as it was sent; once, however often it comes. Returns its id."""
    if has_signed and (kept := store.signed_row(uow, fact)) is not None:
        return kept.id
    row_id = digest([fact.hash, sent.signature])
    row = {
        "id": row_id,
        "hash": fact.hash,
        "device_id": fact.device_id,
        "seq": fact.seq,
        "kind": fact.kind,
        "prev_hash": fact.prev_hash,
        "occurred_at": fact.occurred_at,
        "text": sent.text,
        "signature": sent.signature[:100],
        "key_id": sent.key_id,
        "is_signed": has_signed,
    }
    insert_unless_there(uow.session, DeviceFactRow, row)
    return row_id


def answer_row(
    uow: UnitOfWork,
    taken: Taken,
    fate: Fate,
    *,
    refused_code: str | None = None,
    dossier_id: UUID | None = None,
    act: tuple[str, int] | None = None,
    actor: Actor,
) -> None:
    """The receipt stands beside the row, and the server's own chain has it.

    Parameters
    ----------
    refused_code : why nothing came of what the phone recorded
    dossier_id : under whose key the salt is sealed
    act : stream and number of the fact that the act made
    """
    if store.has_receipt(uow, taken.row_id, fate, taken.faults):
        return
    receipt_id, sent = new_id(), taken.sent
    place = f"device_receipts.salt_sealed:{receipt_id}"
    row = DeviceReceiptRow(
        id=receipt_id,
        row_id=taken.row_id,
        device_id=taken.fact.device_id,
        received_at=uow.now,
        clock_ahead_s=_ahead_s(sent, uow.machine_now),
        chain_state=taken.state.value,
        faults=[fault.value for fault in taken.faults],
        fate=fate.value,
        refused_code=refused_code,
        actor=actor.ref,
        dossier_id=dossier_id,
        act_stream=act[0] if act else None,
        act_seq=act[1] if act else None,
        salt_sealed=uow.vault.seal_text(dossier_id, sent.salt, place=place) if dossier_id else None,
    )
    PeopleStore(uow.session).add(row)
    uow.session.flush()
    stream = f"{AREA}:{taken.fact.device_id}"
    say_row(uow, stream, f"device.row_{fate.value}", row, SAID, actor=actor)


def _ahead_s(sent: SentRow, now: datetime) -> int | None:
    """How far the phone's clock is ahead of ours, in seconds; behind is negative."""
    return None if sent.sent_at is None else round((sent.sent_at - now).total_seconds())
