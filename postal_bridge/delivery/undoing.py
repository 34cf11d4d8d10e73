"""The last move of a delivery is undone: asked by one, answered by another (design section 4).

Parts. A visit that was recorded by mistake stays on record and counts no more.
"""

from uuid import UUID

from postal_bridge.custody.types import HolderKind
from postal_bridge.delivery import contract_causes, store, topics
from postal_bridge.delivery.ending import cancel, put_fare_back, wait_at_section
from postal_bridge.delivery.failing import hold_ends
from postal_bridge.delivery.looking import holder_of
from postal_bridge.delivery.rules import MOVES, UNDOS, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.tables import AttemptRow, DeliveryRow
from postal_bridge.delivery.telling import remind
from postal_bridge.delivery.types import CancelReason
from postal_bridge.dossiers.errors import NotUndoable
from postal_bridge.dossiers.rules import NO_RESULT_COMES
from postal_bridge.dossiers.service import dossier_view, find_undo, open_undo, settle_undo
from postal_bridge.dossiers.types import UndoView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.errors import FareGivenBack
from postal_bridge.people.rules import Power, may

EVERYTHING = Scope(everything=True)
CALL_THE_FARE_OFF = frozenset({DeliveryAction.CANCEL, DeliveryAction.GIVE_UP})


def ask_undo_of_delivery(
    uow: UnitOfWork, delivery_id: UUID, words: str, *, actor: Actor
) -> UndoView:
    """It is asked that the delivery's last move did not count; nothing has changed.

    Raises
    ------
    NotFound
        Outside the scope; a courier asks for what he recorded himself.
    NotUndoable, ReasonMissing, UndoAsked
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    last = _last(uow, row)
    if not _may_ask(last, actor):
        raise NotFound
    visit = last.body.get("attempt_id")
    return open_undo(
        uow, row.dossier_id, last, words,
        actor=actor, delivery_id=row.id, record_id=UUID(visit) if visit else None,
    )  # fmt: skip


def approve_undo_of_delivery(uow: UnitOfWork, undo_id: UUID, *, actor: Actor) -> UndoView:
    """The delivery stands where it stood; an attempt that was used up is given back.

    Raises
    ------
    NotFound, UndoAnswered, UndoNeedsAnother
    NotUndoable
        Something came after the move meanwhile.
    FareGivenBack
        What was paid for a cancelled delivery is out of our hands.
    """
    asked = find_undo(uow, undo_id, actor.scope, lock=True)
    if asked.delivery_id is None:
        raise NotFound
    row = store.find(uow, asked.delivery_id, actor.scope, lock=True)

    def undone() -> dict[str, str]:
        last = _last(uow, row)
        if last.seq != asked.seq:
            raise NotUndoable(action=asked.action)
        if asked.action == DeliveryAction.CANCEL:
            _go_on_instead(uow, row, actor)
        if asked.action in CALL_THE_FARE_OFF:
            put_fare_back(uow, row, actor=actor, second_person=asked.asked_by)
        moved = _put_back(uow, row, last)
        contract_causes.after_undoing(uow, row, last, actor=actor)
        return moved

    return settle_undo(uow, asked, store.UNDONE, undone, actor=actor)


def reopen_deliveries_of(uow: UnitOfWork, undo: UndoView, *, actor: Actor) -> None:
    """The end of the dossier was undone: what was cancelled with it waits for its result again.

    Where the fare was given back meanwhile, the result is given out at the section.
    """
    for row in store.of_dossier(uow, undo.dossier_id):
        row = store.find(uow, row.id, EVERYTHING, lock=True)
        moves = _moves(uow, row)
        last = moves[-1] if moves else None
        if last is None or last.body.get("why") not in NO_RESULT_COMES:
            continue
        try:
            put_fare_back(uow, row, actor=actor, second_person=undo.asked_by)
        except FareGivenBack:
            wait_at_section(uow, row, actor=actor)
            continue
        moved = _put_back(uow, row, last)
        contract_causes.after_undoing(uow, row, last, actor=actor)
        said = {"undo_id": str(undo.id), "undoes": last.body["action"], "seq": last.seq}
        streams.append(
            uow,
            streams.dossier_stream(row.dossier_id),
            store.UNDONE,
            {**said, "delivery_id": str(row.id), **moved},
            actor=actor,
        )


def undoable_of_delivery(uow: ReadUnit, delivery_id: UUID, actor: Actor) -> str | None:
    """The delivery's last move by its action, if this person may ask to undo it now."""
    row = store.find(uow, delivery_id, actor.scope)
    try:
        last = _last(uow, row)
    except NotUndoable:
        return None
    return str(last.body["action"]) if _may_ask(last, actor) else None


def _go_on_instead(uow: UnitOfWork, row: DeliveryRow, actor: Actor) -> None:
    """Only one delivery of a dossier waits for its result.

    Raises NotUndoable where no result comes, or the other one is on its way already.
    """
    action = DeliveryAction.CANCEL
    if dossier_view(uow, row.dossier_id, EVERYTHING).status in NO_RESULT_COMES:
        raise NotUndoable(action=action.value)
    newest = store.of_dossier(uow, row.dossier_id)[0]
    if newest.id == row.id or newest.status == DeliveryStatus.CANCELLED:
        return
    if (DeliveryStatus(newest.status), action) not in MOVES:
        raise NotUndoable(action=action.value)
    cancel(uow, newest.id, CancelReason.BROUGHT_AFTER_ALL, actor=actor)


def _put_back(uow: UnitOfWork, row: DeliveryRow, last: Fact) -> dict[str, str]:
    before = DeliveryStatus(last.body["from"])
    rule = UNDOS[before, DeliveryAction(last.body["action"])]
    holder = holder_of(uow, row)
    is_carried = holder is not None and holder.kind is HolderKind.STAFF
    to = rule.with_courier if rule.with_courier and is_carried else rule.to
    came_from, row.status, row.status_at = row.status, to, uow.now
    if visit := last.body.get("attempt_id"):
        row.attempts_used -= uow.session.get_one(AttemptRow, UUID(visit)).is_counted
    if to is DeliveryStatus.HELD_AT_POINT:
        row.held_until = hold_ends(uow, row)
        remind(uow, topics.HOLD_ENDED, row, row.held_until)
    uow.session.flush()
    return {"from": came_from, "to": to.value}


def _last(uow: ReadUnit, row: DeliveryRow) -> Fact:
    """The move that counts last, if the table lets it be undone."""
    moves = _moves(uow, row)
    last = moves[-1] if moves else None
    if last is None or not _is_row(last):
        raise NotUndoable(action=str(last.body["action"]) if last else "")
    return last


def _moves(uow: ReadUnit, row: DeliveryRow) -> list[Fact]:
    facts = streams.read(uow, streams.dossier_stream(row.dossier_id))
    return store.moves_that_count(fact for fact in facts if store.is_of(fact, row.id))


def _is_row(fact: Fact) -> bool:
    return (DeliveryStatus(fact.body["from"]), DeliveryAction(fact.body["action"])) in UNDOS


def _may_ask(last: Fact, actor: Actor) -> bool:
    if may(actor, Power.GIVE_OUT_RESULTS) or may(actor, Power.SUPERVISE):
        return True
    is_own = last.actor["id"] == actor.id and actor.kind is ActorKind.STAFF
    return may(actor, Power.DELIVER) and is_own
