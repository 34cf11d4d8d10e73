"""A fee that changes after acceptance, for officer, clerk and citizen: thu thêm, hoàn lại.

The officer states the fee; the dossier waits for the rest, or the courier takes it with the result;
the clerk takes it or gives back what is too much. Money, dossier and delivery say so together.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.delivery.door_fee import charge_fee_at_door
from postal_bridge.directory.rules import FeeChannel
from postal_bridge.directory.service import link_view, procedure_view, section_view
from postal_bridge.directory.views import SectionView
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import ask_payment, dossier_view, payment_done
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Conflict, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.dues import FeeDue
from postal_bridge.money.fee_change_rules import FeeChangeReason, FeeChangeStatus
from postal_bridge.money.fee_changes import (
    FeeChangeView,
    FeeRefundView,
    FeeStated,
    fee_change,
    fee_changes_of,
    fee_changes_waiting,
    fees_paid,
    state_fee,
)
from postal_bridge.money.fee_settling import (
    GiveBackFee,
    TakeMore,
    ask_more_online,
    fees_due_at_door,
    give_back_fee,
    take_more_at_counter,
)
from postal_bridge.money.service import OnlinePayment, ReceiptView, payments_of_dossier

_D = DossierStatus
STATED_IN = frozenset(_D) - {_D.DRAFT, _D.CANCELLED}
TAKEN_IN = frozenset({_D.PROCESSING, _D.PAYMENT_DUE, _D.RESULT_READY})
AT_DOOR_IN = frozenset({_D.RECEIVED, _D.PROCESSING, _D.RESULT_READY})
FINDER = Actor.job("counter.known_fees")


class FeeNotOfDossier(RuleViolation):
    """This procedure has no such fee that the post collects."""

    code = "fee_not_of_dossier"


class FeeChangeTooLate(Conflict):
    """The dossier waits for no money any more, or for another. Params: number."""

    code = "fee_change_too_late"


@dataclass(frozen=True, slots=True)
class StateFee:
    """`new_vnd`: the whole fee from now on, not the difference."""

    dossier_id: UUID
    fee_code: str
    new_vnd: int
    reason: FeeChangeReason
    legal_ground: str
    at_door: bool = False


@dataclass(frozen=True, slots=True)
class FeeStanding:
    """`change` is None where the fee is again what was paid."""

    dossier_id: UUID
    status: DossierStatus
    change: FeeChangeView | None


@dataclass(frozen=True, slots=True)
class FeeChoice:
    """A fee of the dossier, and what is paid of it now."""

    code: str
    name: str
    paid_vnd: int


@dataclass(frozen=True, slots=True)
class FeeChangePage:
    """One changed fee as its clerk sees it; nothing of a person is in it."""

    change: FeeChangeView
    dossier: DossierView
    section: SectionView
    may_take: bool


def state_fee_of_dossier(
    command: StateFee, *, actor: Actor, once: Once[FeeStanding], units: Units
) -> bytes:
    """The agency has said what the fee is; the citizen is told what follows.

    Raises
    ------
    FeeNotOfDossier, FeeChangeTooLate, FeeUnchanged, GroundMissing, NoDoorToPayAt, NotFound
    """
    return once.answer(
        lambda uow: _state(uow, command, actor),
        actor=actor, units=units, about=lambda standing: standing.dossier_id,
    )  # fmt: skip


def take_rest(command: TakeMore, *, actor: Actor, once: Once[ReceiptView], units: Units) -> bytes:
    """The rest is in the clerk's drawer, and the dossier goes on.

    Raises FeeChangeTooLate, FeePaidWithResult, DrawerNotOpen, AmountDiffers, MoveNotOpen.
    """

    def act(uow: UnitOfWork) -> ReceiptView:
        change = fee_change(uow, command.change_id, actor=actor)
        _check_taken(uow, change, actor)
        receipt = take_more_at_counter(uow, command, actor=actor)
        go_on_if_paid(uow, change.dossier_id, actor=actor)
        return receipt

    return once.answer(act, actor=actor, units=units)


def ask_rest_online(
    change_id: UUID, *, actor: Actor, once: Once[OnlinePayment], units: Units
) -> bytes:
    """The rest can be paid by transfer, at the counter or from the citizen's own page."""

    def act(uow: UnitOfWork) -> OnlinePayment:
        _check_taken(uow, fee_change(uow, change_id, actor=actor), actor)
        return ask_more_online(uow, change_id, actor=actor)

    return once.answer(act, actor=actor, units=units)


def give_back(
    command: GiveBackFee, *, actor: Actor, once: Once[FeeRefundView], units: Units
) -> bytes:
    """What was too much is paid out, with its slip. Raises SecondPersonNeeded, DrawerNotOpen."""
    return once.answer(
        lambda uow: give_back_fee(uow, command, actor=actor), actor=actor, units=units
    )


def go_on_if_paid(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> None:
    """The work goes on once nothing it waited for is due any more."""
    dossier = dossier_view(uow, dossier_id, actor.scope)
    if dossier.status is _D.PAYMENT_DUE and not _waits(fee_changes_of(uow, dossier_id)):
        payment_done(uow, dossier_id, actor=actor)


def fee_choices(uow: ReadUnit, dossier: DossierView) -> tuple[FeeChoice, ...]:
    """The fees that can be stated anew: those the post collects, and those paid already."""
    paid = fees_paid(uow, dossier.id)
    return tuple(
        FeeChoice(fee.code, fee.name, paid.get(fee.code, 0))
        for fee in _known_fees(uow, dossier).values()
    )


def fee_change_page(change_id: UUID, *, actor: Actor, units: Units) -> FeeChangePage:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        change = fee_change(uow, change_id, actor=actor)
        dossier = dossier_view(uow, change.dossier_id, actor.scope)
        section = section_view(uow, change.section_id)
        may_take = dossier.status in TAKEN_IN and not change.at_door
        return FeeChangePage(change, dossier, section, may_take)


def waiting_changes(*, actor: Actor, units: Units) -> tuple[tuple[FeeChangeView, str], ...]:
    """What is to be taken or given back at these offices, with the dossier's number."""
    with units.read() as uow:
        return tuple(
            (one, dossier_view(uow, one.dossier_id, actor.scope).number_shown)
            for one in fee_changes_waiting(uow, actor=actor)
        )


def changes_of_dossier(
    dossier_id: UUID, *, actor: Actor, units: Units
) -> tuple[FeeChangeView, ...]:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        return fee_changes_of(uow, dossier_view(uow, dossier_id, actor.scope).id)


def _state(uow: UnitOfWork, command: StateFee, actor: Actor) -> FeeStanding:
    dossier = dossier_view(uow, command.dossier_id, actor.scope)
    fee = _known_fees(uow, dossier).get(command.fee_code)
    if fee is None:
        raise FeeNotOfDossier(fee=command.fee_code[:40])
    if dossier.status not in STATED_IN:
        raise FeeChangeTooLate(number=dossier.number_shown)
    waited = _waits(fee_changes_of(uow, dossier.id))
    stated = FeeStated(
        dossier_id=dossier.id,
        unit_id=dossier.unit_id,
        section_id=dossier.section_id,
        fee=FeeDue(fee.code, fee.name, fee.kind, command.new_vnd),
        reason=command.reason,
        legal_ground=command.legal_ground,
        at_door=command.at_door,
    )
    change = state_fee(uow, stated, actor=actor)
    if change is not None and change.is_more:
        _check_place(dossier, change, waited=waited)
    charge_fee_at_door(uow, dossier.id, fees_due_at_door(uow, dossier.id), actor=actor)
    waits = _waits(fee_changes_of(uow, dossier.id))
    if waits and dossier.status is _D.PROCESSING and change is not None:
        ask_payment(uow, dossier.id, change.amount_vnd, actor=actor)
    elif waited and not waits and dossier.status is _D.PAYMENT_DUE:
        payment_done(uow, dossier.id, actor=actor)
    after = dossier_view(uow, dossier.id, actor.scope)
    return FeeStanding(after.id, after.status, change)


def _check_place(dossier: DossierView, change: FeeChangeView, *, waited: bool) -> None:
    """The dossier is where this way of paying is open; a tax it waits for is not ours to end."""
    if change.at_door:
        is_open = dossier.status in AT_DOOR_IN
    else:
        is_open = dossier.status is _D.PROCESSING or (dossier.status is _D.PAYMENT_DUE and waited)
    if not is_open:
        raise FeeChangeTooLate(number=dossier.number_shown)


def _check_taken(uow: ReadUnit, change: FeeChangeView, actor: Actor) -> None:
    dossier = dossier_view(uow, change.dossier_id, actor.scope)
    if dossier.status not in TAKEN_IN:
        raise FeeChangeTooLate(number=dossier.number_shown)


def _waits(changes: tuple[FeeChangeView, ...]) -> bool:
    return any(one.status is FeeChangeStatus.DUE and not one.at_door for one in changes)


def _known_fees(uow: ReadUnit, dossier: DossierView) -> dict[str, FeeDue]:
    day = local(dossier.opened_at).date()
    is_ours = link_view(uow, dossier.link_id, day).fee_channel is FeeChannel.POST_ACCOUNT
    fees = procedure_view(uow, dossier.procedure_id, day).fees if is_ours else ()
    known = {
        fee.code: FeeDue(fee.code, fee.name_vi, fee.kind.value, fee.amount_vnd) for fee in fees
    }
    for payment in payments_of_dossier(uow, dossier.id, actor=FINDER):  # found within the scope
        for due in payment.dues:
            if due.fee_kind and due.code not in known:
                known[due.code] = FeeDue(due.code, due.name, due.fee_kind, due.amount_vnd)
    return known
