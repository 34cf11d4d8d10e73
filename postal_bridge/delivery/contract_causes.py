"""What of a delivery its quote does not cover, said to the contract in one unit of work. Parts.

The citizen pays what was quoted; each of these is between the issuing agency and the post.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from postal_bridge.custody.service import item_view
from postal_bridge.delivery import store
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, Payer
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import Place
from postal_bridge.directory.administrative import register_of
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.contract_lines import (
    ContractCause,
    take_back_contract_lines,
    write_contract_line,
)
from postal_bridge.money.contract_publishing import are_communes_named
from postal_bridge.money.contracts import ContractItem
from postal_bridge.money.heavier import heavier_by
from postal_bridge.people.service import party_view

CALLED_OFF_WITH_THE_FARE = (ContractItem.HEAVIER, ContractItem.REMOTE)
"""They add to a fare for a way that nobody goes; rides and days that were are owed all the same."""


def after_packing(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor) -> None:
    """It was weighed in its envelope: what is more than quoted is the contract's."""
    if row.item_id is None or row.quote_id is None:
        return
    found = heavier_by(uow, row.quote_id, item_view(uow, row.item_id).weight_g)
    if found is not None:
        _write(uow, row, ContractItem.HEAVIER, "packed", found, actor)


def after_setting_out(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor) -> None:
    """A ride to a remote door, once; and each ride after a visit that counted.

    A ride on which the door was not reached is the same ride when it is made again.
    """
    if row.place == Place.DOOR and are_communes_named(uow):
        commune = party_view(uow, row.recipient_party_id).commune_code
        if commune is not None:
            name = register_of(uow).last_known(commune, local(uow.now).date()).full_name
            found = {"commune": commune, "commune_name": name}
            _write(uow, row, ContractItem.REMOTE, "door", found, actor)
    if row.attempts_used:
        ride = row.attempts_used + 1
        _write(uow, row, ContractItem.REDELIVERY, f"ride:{ride}", {"ride": ride}, actor)


def after_storage(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor) -> None:
    """It has just left the point: the days it lay there, without those its area was closed."""
    moves = _moves(uow, row)
    held = _last_hold(moves)
    days = (_day(moves[-1]) - _day(held)).days
    lay = max(0, days - _parked_days(moves, held.seq))
    found = {"days": lay, "parked_days": days - lay}
    _write(uow, row, ContractItem.STORAGE, f"hold:{held.seq}", found, actor)


def after_return(uow: UnitOfWork, row: DeliveryRow, *, actor: Actor) -> None:
    """The issuer has it again, and pays for that; not where we had lost it."""
    sent = [one for one in _moves(uow, row) if one.body["action"] == DeliveryAction.SEND_BACK]
    if sent and sent[-1].body["payer"] == Payer.ISSUER:
        _write(uow, row, ContractItem.RETURN, "returned", {}, actor)


def after_cancelling(uow: UnitOfWork, row: DeliveryRow, why: str, *, actor: Actor) -> None:
    """Nobody goes this way any more; nothing is added to a fare that is called off."""
    if row.item_id is not None:
        take_back_contract_lines(uow, row.id, CALLED_OFF_WITH_THE_FARE, why, actor=actor)


def after_undoing(uow: UnitOfWork, row: DeliveryRow, undone: Fact, *, actor: Actor) -> None:
    """The move did not count, so neither does what it caused, or what it took back."""
    if row.status == DeliveryStatus.HELD_AT_POINT:
        cause = f"hold:{_last_hold(_moves(uow, row)).seq}"
        take_back_contract_lines(
            uow, row.id, (ContractItem.STORAGE,), "undone", actor=actor, cause=cause
        )
    if undone.body["action"] == DeliveryAction.CANCEL:
        after_packing(uow, row, actor=actor)


def _write(
    uow: UnitOfWork,
    row: DeliveryRow,
    item: ContractItem,
    cause: str,
    facts: Mapping[str, str | int],
    actor: Actor,
) -> None:
    """Without a section there is no issuer and no contract."""
    if row.section_id is None:
        return
    uow.session.flush()
    made = ContractCause(
        row.id, row.dossier_id, row.unit_id, row.section_id, item, cause, dict(facts)
    )
    write_contract_line(uow, made, actor=actor)


def _moves(uow: UnitOfWork, row: DeliveryRow) -> Sequence[Fact]:
    facts = streams.read(uow, streams.dossier_stream(row.dossier_id))
    return store.moves_that_count(fact for fact in facts if store.is_of(fact, row.id))


def _last_hold(moves: Sequence[Fact]) -> Fact:
    return next(one for one in reversed(moves) if one.body["action"] == DeliveryAction.HOLD)


def _parked_days(moves: Sequence[Fact], since_seq: int) -> int:
    """Days between the closing and the opening of the area while it lay there."""
    days, closed = 0, None
    for one in moves:
        if one.seq < since_seq:
            continue
        if one.body["action"] == DeliveryAction.PARK:
            closed = closed or _day(one)
        elif closed is not None and one.body["action"] != DeliveryAction.REDIRECT:
            days, closed = days + (_day(one) - closed).days, None
    return days


def _day(fact: Fact) -> date:
    return local(fact.occurred_at).date()
