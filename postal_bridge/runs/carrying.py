"""A run on its day: loaded scan by scan, on the road, answered stop by stop, closed."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from postal_bridge.custody.service import hand_over, item_view, items_held_by
from postal_bridge.custody.types import HandOver, Holder, HolderKind, ItemKind, SignatureRef
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    attempts_of,
    bring_back,
    delivery_view,
    give_to_courier,
    hold,
    not_reached,
    set_out,
)
from postal_bridge.delivery.undeliverable import NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.service import BankCourierCash, bank_cash
from postal_bridge.runs import store, topics
from postal_bridge.runs.banking import BY_ENTRY, bank_if_over, banked_by
from postal_bridge.runs.errors import StopsOpen
from postal_bridge.runs.looking import EVERYTHING, own_stop, view
from postal_bridge.runs.rules import (
    STOP_ANSWERED,
    RunAction,
    RunStatus,
    StopAction,
    StopKind,
    StopStatus,
    next_run_move,
    next_stop_status,
)
from postal_bridge.runs.scanning import check_complete, check_known, check_labels, normal
from postal_bridge.runs.tables import RunRow, StopRow
from postal_bridge.runs.types import AnswerStop, CloseRun, LoadRun, RunView

LOADING, CLOSING = "run_loading", "run_closing"
BACK_WITH_HIM = frozenset({DeliveryStatus.WITH_COURIER, DeliveryStatus.ATTEMPT_FAILED})


def load(uow: UnitOfWork, command: LoadRun, *, actor: Actor) -> RunView:
    """The courier holds every envelope that was scanned, and answers for it.

    Raises
    ------
    ItemNotOnRun, ItemsMissing, EnvelopesCrossed, LabelDiffers
        Nothing is loaded.
    """
    row = store.find(uow, command.run_id, actor.scope, lock=True)
    next_run_move(RunStatus(row.status), RunAction.LOAD)
    stops = _by_number(uow, row)
    scanned = [normal(scan.item_number) for scan in command.scanned]
    left = {normal(number) for number in command.left_behind}
    check_known([*scanned, *left], stops)
    check_labels(command.scanned, {n: delivery.label for n, (_, delivery) in stops.items()})
    check_complete([*scanned, *left], stops)
    taken = set(scanned) - left
    items = [delivery.item_id for number, (_, delivery) in stops.items() if number in taken]
    courier = Holder(HolderKind.STAFF, str(row.courier_id))
    _move_items(uow, [one for one in items if one], courier, LOADING, actor, command.courier_signed)
    for number, (stop, delivery) in stops.items():
        if number not in taken:
            store.answer(uow, stop, StopAction.LEAVE_OUT, actor=actor)
            continue
        stop.is_loaded = True
        if delivery.status is DeliveryStatus.PACKED:
            give_to_courier(uow, delivery.id, row.courier_id, actor=actor)
    loaded = [stop.id for stop, _ in stops.values() if stop.is_loaded]
    store.move(uow, row, RunAction.LOAD, said={"loaded": loaded}, actor=actor)
    row.loaded_at = uow.now
    return view(uow, row)


def start(uow: UnitOfWork, run_id: UUID, *, actor: Actor) -> RunView:
    """The courier is on the road, and everything loaded is out for delivery.

    What was parked since it was loaded stays in his bag and is not reached today, and what was
    reported lost since is nowhere.
    """
    row = store.find(uow, run_id, actor.scope, lock=True)
    store.move(uow, row, RunAction.SET_OUT, actor=actor)
    row.started_at = uow.now
    for stop in store.stops(uow, row.id):
        if stop.delivery_id is None or not stop.is_loaded:
            continue
        seen = delivery_view(uow, stop.delivery_id, EVERYTHING)
        if seen.is_parked or seen.status is DeliveryStatus.LOST:
            store.answer(uow, stop, StopAction.LEAVE_OUT, actor=actor)
        else:
            set_out(uow, stop.delivery_id, row.courier_id, actor=actor)
    uow.session.flush()
    return view(uow, row)


def answer_delivery_stop(
    uow: UnitOfWork, delivery_id: UUID, action: StopAction, *, actor: Actor
) -> None:
    """The stop of the courier's own run says what came of its delivery. Raises NotFound.

    Cash above the limit makes the bank the next stop.
    """
    stop, run = own_stop(uow, delivery_id, actor=actor)
    store.answer(uow, stop, action, actor=actor)
    bank_if_over(uow, run, stop, actor=actor)


def check_own_stop(uow: ReadUnit, delivery_id: UUID, *, actor: Actor) -> None:
    """Raises NotFound unless the delivery is on the courier's own run, on the road."""
    own_stop(uow, delivery_id, actor=actor)


def leave_out_delivery(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> None:
    """Not reached today: no attempt was made.

    What was parked meanwhile is back in the bag already; what was reported lost stays lost.
    """
    stop, _ = own_stop(uow, delivery_id, actor=actor)
    store.answer(uow, stop, StopAction.LEAVE_OUT, actor=actor)
    seen = delivery_view(uow, delivery_id, actor.scope)
    if not seen.is_parked and seen.status is not DeliveryStatus.LOST:
        not_reached(uow, delivery_id, actor=actor)


def note_call(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> None:
    """The courier tried to reach the person; the first try's time stands."""
    stop, _ = own_stop(uow, delivery_id, actor=actor)
    if stop.called_at is None:
        stop.called_at = uow.now
        uow.session.flush()
        store.tell_stream(uow, stop.run_id, "run.stop_called", {"stop_id": stop.id}, actor)


def was_called(uow: ReadUnit, delivery_id: UUID, *, actor: Actor) -> bool:
    """Whether a try to reach the person is on record for this stop."""
    return own_stop(uow, delivery_id, actor=actor)[0].called_at is not None


def answer_other_stop(uow: UnitOfWork, command: AnswerStop, *, actor: Actor) -> RunView:
    """A stop that delivers nothing is done or was not reached.

    Raises
    ------
    NotFound
        No such stop of his own run on the road.
    CashNotBanked, CashStillOverLimit
        The bank is passed by word alone.
    """
    stop, row = store.stop(uow, command.stop_id, actor.scope)
    is_own = str(row.courier_id) == actor.id and row.status == RunStatus.ON_ROAD
    if stop.kind == StopKind.DELIVER or not is_own:
        raise NotFound
    action = StopAction.FINISH if command.is_done else StopAction.LEAVE_OUT
    next_stop_status(StopStatus(stop.status), action)
    is_banked = command.is_done and stop.kind == StopKind.BANK
    said = {BY_ENTRY: banked_by(uow, row)} if is_banked else {}
    store.answer(uow, stop, action, said=said, actor=actor)
    return view(uow, row)


def close(uow: UnitOfWork, command: CloseRun, *, actor: Actor) -> RunView:
    """Everything not delivered lies at the point again, and the cash is banked where he says.

    Raises
    ------
    StopsOpen
        A stop has no answer.
    ItemNotOnRun, ItemsMissing
        What he brought back is not what he must have.
    AmountAboveHeld
        More cash than he holds.
    """
    row = store.find(uow, command.run_id, actor.scope, lock=True)
    next_run_move(RunStatus(row.status), RunAction.CLOSE)
    stops = store.stops(uow, row.id)
    unanswered = [stop for stop in stops if StopStatus(stop.status) not in STOP_ANSWERED]
    if unanswered:
        raise StopsOpen(count=len(unanswered))
    expected = _must_bring(uow, row)
    scanned = [normal(number) for number in command.scanned_back]
    check_known(scanned, expected)
    check_complete(scanned, expected)
    point = Holder(HolderKind.POINT, str(row.point_id))
    _move_items(uow, expected.values(), point, CLOSING, actor, command.courier_signed)
    for stop in stops:
        if stop.delivery_id is not None and stop.is_loaded:
            _come_back(uow, stop.delivery_id, actor)
    if command.cash_vnd:
        _bank(uow, row, command, actor)
    said = {"cash_banked_vnd": row.cash_banked_vnd}
    store.move(uow, row, RunAction.CLOSE, said=said, actor=actor)
    row.closed_at = uow.now
    uow.outbox.add(Message(topics.RUN_CLOSED, {"run_id": str(row.id)}, order_key=str(row.id)))
    return view(uow, row)


def _bank(uow: UnitOfWork, row: RunRow, command: CloseRun, actor: Actor) -> None:
    """Nobody but the courier banks what the courier holds."""
    if actor.id != str(row.courier_id):
        raise Forbidden
    cash = BankCourierCash(command.cash_vnd or 0, command.bank_reference)
    bank_cash(uow, cash, actor=actor)
    row.cash_banked_vnd = command.cash_vnd


def _come_back(uow: UnitOfWork, delivery_id: UUID, actor: Actor) -> None:
    delivery = delivery_view(uow, delivery_id, EVERYTHING)
    if delivery.status is DeliveryStatus.WITH_COURIER:
        bring_back(uow, delivery_id, actor=actor)
    elif delivery.status is DeliveryStatus.ATTEMPT_FAILED:
        last = attempts_of(uow, delivery_id, EVERYTHING)[-1]
        by_contract = delivery.after_refusal  # above what the courier proposes
        is_held = by_contract is FareRefused.HOLD
        if is_held or (by_contract is None and last.next_step is NextStep.HOLD_NOTIFY):
            hold(uow, delivery_id, actor=actor)


def _by_number(uow: ReadUnit, row: RunRow) -> dict[str, tuple[StopRow, DeliveryView]]:
    """Item number -> stop and delivery, for every stop that delivers."""
    found: dict[str, tuple[StopRow, DeliveryView]] = {}
    for stop in store.stops(uow, row.id):
        if stop.delivery_id is None:
            continue
        delivery = delivery_view(uow, stop.delivery_id, EVERYTHING)
        if delivery.item_id is not None:
            found[item_view(uow, delivery.item_id).number] = (stop, delivery)
    return found


def _must_bring(uow: ReadUnit, row: RunRow) -> Mapping[str, UUID]:
    """Number -> item of what the courier still holds of this run, old papers included.

    What is only reported as delivered is with its person, whoever answers for it.
    """
    on_run = _by_number(uow, row)
    mine = {
        number: delivery
        for number, (stop, delivery) in on_run.items()
        if stop.is_loaded and delivery.status in BACK_WITH_HIM
    }
    dossiers = {delivery.dossier_id for _, delivery in on_run.values()}
    held = items_held_by(uow, Holder(HolderKind.STAFF, str(row.courier_id)))
    old_papers = {
        item.number: item.id
        for item in held
        if item.kind is ItemKind.RETURNED_PAPERS and item.dossier_id in dossiers
    }
    back = {number: d.item_id for number, d in mine.items() if d.item_id is not None}
    return {**back, **old_papers}


def _move_items(
    uow: UnitOfWork,
    item_ids: Iterable[UUID],
    receiver: Holder,
    place: str,
    actor: Actor,
    courier_signed: SignatureRef | None,
) -> None:
    """Each giver hands his items to the receiver; reading a number is reading its seal."""
    by_giver: dict[Holder, list[UUID]] = {}
    seals: dict[UUID, str] = {}
    for item_id in item_ids:
        item = item_view(uow, item_id)
        if item.holder is None:
            raise NotFound  # it lies in a pouch: nobody could have scanned it
        by_giver.setdefault(item.holder, []).append(item_id)
        seals[item_id] = item.number
    is_loading = place == LOADING
    for giver, ids in by_giver.items():
        if giver == receiver:
            continue
        hand_over(
            uow,
            HandOver(
                item_ids=tuple(ids),
                giver=giver,
                receiver=receiver,
                place=place,
                giver_signed=None if is_loading else courier_signed,
                receiver_signed=courier_signed if is_loading else None,
                seen_seals={one: seals[one] for one in ids if _is_sealed(uow, one)},
            ),
            actor=actor,
        )


def _is_sealed(uow: ReadUnit, item_id: UUID) -> bool:
    return item_view(uow, item_id).seal_number is not None
