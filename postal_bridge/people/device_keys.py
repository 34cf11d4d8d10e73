"""Keys that devices make themselves: enrolled by the courier who has the device, ended, kept.

The private half never leaves the phone. The enrolment is itself the first row that the new key
signs, so whoever enrols has the key, and the device's stream goes on under it.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.said_rows import say_row
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people import device_store as store
from postal_bridge.people.device_receipts import answer_row, take_row
from postal_bridge.people.device_rows import (
    ENROLLED,
    ChainState,
    DeviceHeadMoved,
    DeviceLocked,
    Fate,
    KeyEnd,
    RowUnreadable,
    SentRow,
    chain_state,
    check_public_key,
    fingerprint,
    is_signed,
    read_row,
)
from postal_bridge.people.device_tables import DeviceKeyRow
from postal_bridge.people.reach import check_in_scope
from postal_bridge.people.rules import DeviceState, Power, check_may
from postal_bridge.people.store import PeopleStore

AREA = "device_key"
_SAID = ("device_id", "public_key", "created_by", "ended_at", "ended_by", "end_reason")


@dataclass(frozen=True, slots=True)
class EnrolKey:
    """`row` is the first of the new key's; it names the key by its fingerprint."""

    device_id: str
    public_key: str
    row: SentRow


def enrol_key_once(command: EnrolKey, *, actor: Actor, once: Once[UUID], units: Units) -> bytes:
    """The device has this key and no other. As `enrol_key`; a repeat enrols no second one."""
    return once.answer(lambda uow: enrol_key(uow, command, actor=actor), actor=actor, units=units)


def enrol_key(uow: UnitOfWork, command: EnrolKey, *, actor: Actor) -> UUID:
    """The key signs for the device from now on; the one before is replaced and kept.

    Raises
    ------
    NotFound
        No device of the actor's offices.
    DeviceLocked
        The office has locked it.
    PublicKeyWrong, RowUnreadable
        No key on P-256, or a row that this key did not sign as the first of its own.
    DeviceHeadMoved
        The row does not follow the device's last one.
    """
    check_may(actor, Power.DELIVER)
    device = store.locked_device(uow, command.device_id)
    if device is None:
        raise NotFound
    check_in_scope(actor, device.unit_id)
    if device.state != DeviceState.ACTIVE:
        raise DeviceLocked
    check_public_key(command.public_key)
    fact = read_row(command.row.text)
    is_of_key = (
        (fact.device_id, fact.kind, fact.staff_id) == (device.id, ENROLLED, actor.id)
        and fact.body == {"key": fingerprint(command.public_key)}
        and is_signed(command.row.text, command.row.signature, command.public_key)
    )
    if not is_of_key:
        raise RowUnreadable
    if chain_state(fact, store.neighbours_of(uow, fact)) is not ChainState.IN_ORDER:
        raise DeviceHeadMoved
    for before in store.active_keys(uow, [device.id]):
        _end(uow, before, KeyEnd.REPLACED, actor)
    key = DeviceKeyRow(
        id=command.row.key_id,
        device_id=device.id,
        public_key=command.public_key,
        created_at=uow.now,
        created_by=actor.ref,
    )
    PeopleStore(uow.session).add(key)
    uow.session.flush()
    say_row(uow, f"{AREA}:{key.id}", "device_key.enrolled", key, _SAID, actor=actor)
    taken = take_row(uow, fact, command.row, is_of_act=True, actor=actor)
    answer_row(uow, taken, Fate.DONE, actor=taken.actor)
    return key.id


def revoke_key_once(device_id: str, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """What the device signs from now on proves nothing; a repeat ends no later key."""
    return once.answer(
        lambda uow: revoke_key(uow, device_id, actor=actor), actor=actor, units=units
    )


def revoke_key(uow: UnitOfWork, device_id: str, *, actor: Actor) -> None:
    """The device has no key; without one nothing happens. Raises Forbidden, NotFound."""
    check_may(actor, Power.MANAGE_PEOPLE)
    device = store.locked_device(uow, device_id)
    if device is None:
        raise NotFound
    check_in_scope(actor, device.unit_id)
    for key in store.active_keys(uow, [device.id]):
        _end(uow, key, KeyEnd.REVOKED, actor)


def _end(uow: UnitOfWork, key: DeviceKeyRow, reason: KeyEnd, actor: Actor) -> None:
    key.ended_at, key.ended_by, key.end_reason = uow.now, actor.ref, reason.value
    uow.session.flush()
    say_row(uow, f"{AREA}:{key.id}", f"device_key.{reason.value}", key, _SAID, actor=actor)
