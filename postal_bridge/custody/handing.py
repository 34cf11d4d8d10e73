"""Hand-overs: offered by one side, accepted by the other, or made with both present (C2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.errors import AlreadyAnswered, NothingToHandOver, OneSided
from postal_bridge.custody.handing_checks import check_free, check_seals, speaks_for
from postal_bridge.custody.items import advance
from postal_bridge.custody.line import Step
from postal_bridge.custody.tables import HandOverItem, HandOverRow, ItemRow
from postal_bridge.custody.types import (
    HandOver,
    HandOverStatus,
    HandOverView,
    Holder,
    HolderKind,
    Offer,
    SecondPerson,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def hand_over(uow: UnitOfWork, move: HandOver, *, actor: Actor) -> HandOverView:
    """The items are with the receiver, by the word of both sides.

    The word of the side that is not the actor is a signature, a fingerprint before a witness
    or a code. Where one person speaks for both sides the hand-over is marked as such.

    Raises
    ------
    OneSided
        The word of a side is missing.
    NotHeldByGiver, OfferOpen, InPouch, CustodyForked
        The item is not the giver's to give.
    SealDiffers
        Another seal than recorded was read, and no second person confirmed it.
    """
    rows = _locked(uow, move.item_ids)
    receiving_unit = move.to_unit_id or rows[0].unit_id
    dossier_id = rows[0].dossier_id
    gives = speaks_for(actor, move.giver, unit_id=rows[0].unit_id, dossier_id=dossier_id)
    takes = speaks_for(actor, move.receiver, unit_id=receiving_unit, dossier_id=dossier_id)
    if not (gives or move.giver_signed) or not (takes or move.receiver_signed):
        raise OneSided(giver=move.giver.kind.value, receiver=move.receiver.kind.value)
    for row in rows:
        if move.follows.get(row.id, row.step_id) == row.step_id:
            check_free(row, move.giver)
    if move.seen_seals is not None:
        check_seals(uow, rows, move.seen_seals, move.second, actor=actor)
    signed = bool(move.giver_signed or move.receiver_signed)
    record = _record(
        uow, Offer(move.item_ids, move.giver, move.receiver, move.place, move.to_unit_id), rows,
        id=move.id or new_id(), actor=actor,
    )  # fmt: skip
    _answer(uow, record, HandOverStatus.ACCEPTED, actor)
    record.is_to_self = gives and takes and not signed
    lines = _lines(record, rows, move.follows)
    signatures = {
        "giver_signed": move.giver_signed.as_fact() if move.giver_signed else None,
        "receiver_signed": move.receiver_signed.as_fact() if move.receiver_signed else None,
    }
    for row in rows:
        if signed:
            body = {"hand_over_id": str(record.id), **signatures}
            _note(uow, row, "item.signed_for", body, actor)
        follows = move.follows.get(row.id, row.step_id)
        _move(uow, row, record, follows, move.occurred_at or uow.now, actor=actor)
    return _written(uow, record, lines)


def offer(uow: UnitOfWork, offered: Offer, *, actor: Actor) -> HandOverView:
    """The giver's word stands; nothing has moved. Raises as `hand_over` does."""
    rows = _locked(uow, offered.item_ids)
    if not speaks_for(actor, offered.giver, unit_id=rows[0].unit_id, dossier_id=rows[0].dossier_id):
        raise OneSided(giver=offered.giver.kind.value, receiver=offered.receiver.kind.value)
    for row in rows:
        check_free(row, offered.giver)
    record = _record(uow, offered, rows, id=new_id(), actor=actor)
    view = _written(uow, record, _lines(record, rows, {}))
    for row in rows:
        row.offered_in = record.id
        body = {
            "hand_over_id": str(record.id),
            "follows": str(row.step_id),
            "giver": offered.giver.as_fact(),
            "receiver": offered.receiver.as_fact(),
            "to_unit_id": str(offered.to_unit_id) if offered.to_unit_id else None,
        }
        _note(uow, row, "item.offered", body, actor)
    uow.session.flush()
    return view


def accept(
    uow: UnitOfWork,
    hand_over_id: UUID,
    *,
    actor: Actor,
    seen_seals: Mapping[UUID, str],
    second: SecondPerson | None = None,
) -> HandOverView:
    """The items are with the receiver, who has read the seal of each sealed one.

    Of two who accept at once one wins and the other gets AlreadyAnswered.

    Raises
    ------
    NotFound
        No such offer to somebody the actor speaks for.
    SealDiffers
        A seal is missing or another one, and no second person confirmed it (C5).
    """
    record = _offered(uow, hand_over_id, actor)
    lines = store.hand_over_items(uow.session, hand_over_id)
    rows = store.lock_items(uow.session, [line.item_id for line in lines])
    seen = {row.id: seen_seals.get(row.id, "") for row in rows if row.seal_number}
    check_seals(uow, rows, seen, second, actor=actor)
    _answer(uow, record, HandOverStatus.ACCEPTED, actor)
    record.is_to_self = record.offered_by == actor.ref
    follows = {line.item_id: line.follows for line in lines}
    for row in rows:
        row.offered_in = None
        _move(uow, row, record, follows[row.id], uow.now, actor=actor)
    uow.session.flush()
    return _view(record, lines)


def decline(uow: UnitOfWork, hand_over_id: UUID, *, actor: Actor, reason: str = "") -> HandOverView:
    """The offer is off and everything stays with the giver.

    Either side may end it: the receiver refuses, or the giver takes the offer back.
    """
    record = store.hand_over(uow.session, hand_over_id, lock=True)
    giver = Holder(HolderKind(record.giver_kind), record.giver_id)
    if not speaks_for(actor, giver, unit_id=record.unit_id):
        _check_receives(record, actor)
    if record.status != HandOverStatus.OFFERED:
        raise AlreadyAnswered(hand_over_id=str(hand_over_id))
    _answer(uow, record, HandOverStatus.DECLINED, actor)
    lines = store.hand_over_items(uow.session, hand_over_id)
    for row in store.lock_items(uow.session, [line.item_id for line in lines]):
        row.offered_in = None
        body = {"hand_over_id": str(hand_over_id), "reason": reason}
        _note(uow, row, "item.declined", body, actor)
    uow.session.flush()
    return _view(record, lines)


def hand_over_view(uow: ReadUnit, hand_over_id: UUID) -> HandOverView:
    row = store.hand_over(uow.session, hand_over_id)
    return _view(row, store.hand_over_items(uow.session, hand_over_id))


def _view(row: HandOverRow, lines: Sequence[HandOverItem]) -> HandOverView:
    return HandOverView(
        id=row.id,
        status=HandOverStatus(row.status),
        item_ids=tuple(line.item_id for line in lines),
        giver=Holder(HolderKind(row.giver_kind), row.giver_id),
        receiver=Holder(HolderKind(row.receiver_kind), row.receiver_id),
        place=row.place,
        offered_at=row.offered_at,
        answered_at=row.answered_at,
        is_to_self=row.is_to_self,
    )


def offers_to(uow: ReadUnit, receivers: Iterable[Holder]) -> tuple[HandOverView, ...]:
    """What waits for the word of any of these, oldest first."""
    return tuple(hand_over_view(uow, row.id) for row in store.offers_to(uow.session, receivers))


def _locked(uow: UnitOfWork, item_ids: tuple[UUID, ...]) -> list[ItemRow]:
    if not item_ids:
        raise NothingToHandOver
    return store.lock_items(uow.session, item_ids)


def _offered(uow: UnitOfWork, hand_over_id: UUID, actor: Actor) -> HandOverRow:
    record = store.hand_over(uow.session, hand_over_id, lock=True)
    _check_receives(record, actor)
    if record.status != HandOverStatus.OFFERED:
        raise AlreadyAnswered(hand_over_id=str(hand_over_id))
    return record


def _check_receives(record: HandOverRow, actor: Actor) -> None:
    """An offer to somebody else is not there (S5)."""
    receiver = Holder(HolderKind(record.receiver_kind), record.receiver_id)
    if not speaks_for(actor, receiver, unit_id=record.to_unit_id or record.unit_id):
        raise NotFound


def _record(
    uow: UnitOfWork,
    offered: Offer,
    rows: Sequence[ItemRow],
    *,
    id: UUID,
    actor: Actor,
) -> HandOverRow:
    return HandOverRow(
        id=id,
        status=HandOverStatus.OFFERED,
        giver_kind=offered.giver.kind,
        giver_id=offered.giver.id,
        receiver_kind=offered.receiver.kind,
        receiver_id=offered.receiver.id,
        place=offered.place,
        unit_id=rows[0].unit_id,
        to_unit_id=offered.to_unit_id,
        section_id=rows[0].section_id,
        is_to_self=False,
        offered_by=actor.ref,
        offered_at=uow.now,
    )


def _lines(
    record: HandOverRow, rows: Sequence[ItemRow], follows: Mapping[UUID, UUID]
) -> list[HandOverItem]:
    """What each item's hand-over follows, as it stood before this one."""
    return [
        HandOverItem(
            hand_over_id=record.id, item_id=row.id, follows=follows.get(row.id, row.step_id)
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def _written(uow: UnitOfWork, record: HandOverRow, lines: Sequence[HandOverItem]) -> HandOverView:
    uow.session.add_all((record, *lines))
    hold_new(uow.session, record)
    return _view(record, lines)


def _answer(uow: UnitOfWork, record: HandOverRow, status: HandOverStatus, actor: Actor) -> None:
    record.status, record.answered_at, record.answered_by = status, uow.now, actor.ref


def _move(
    uow: UnitOfWork,
    row: ItemRow,
    record: HandOverRow,
    follows: UUID,
    occurred_at: datetime,
    *,
    actor: Actor,
) -> None:
    step = Step(
        id=record.id,
        follows=follows,
        kind="handed_over",
        giver=Holder(HolderKind(record.giver_kind), record.giver_id),
        receiver=Holder(HolderKind(record.receiver_kind), record.receiver_id),
        pouch_id=None,
        occurred_at=occurred_at,
        recorded_at=uow.now,
        hand_over_id=record.id,
        is_to_self=record.is_to_self,
        to_unit_id=record.to_unit_id,
    )
    advance(uow, row, step, actor=actor)


def _note(
    uow: UnitOfWork, row: ItemRow, kind: str, body: Mapping[str, object], actor: Actor
) -> None:
    streams.append(uow, streams.item_stream(row.id), kind, body, actor=actor)
