"""A dossier ends without a result: what was bought for that result ends with it, in one unit.

Refused, withdrawn, stopped: the way of the result is called off and what was paid for it is owed
back. Cancelled before anything left the counter: every payment is given back whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.delivery.service import cancel_deliveries_of
from postal_bridge.delivery.types import CancelReason
from postal_bridge.dossiers.service import cancel, dossier_view, refuse, stop, withdraw
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.errors import DrawerOfAnother, SecondPersonNeeded
from postal_bridge.money.fee_changes import ask_no_rest
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import payments_of_dossier, reverse_entry
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import actor_of_staff

GIVEN_BACK = "acceptance_cancelled"  # the clerk's own words may name people: they stay a note


@dataclass(frozen=True, slots=True)
class Refuse:
    dossier_id: UUID
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    dossier_id: UUID
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    dossier_id: UUID


@dataclass(frozen=True, slots=True)
class CancelAcceptance:
    """`second_staff_id`: who stands by while money is given back."""

    dossier_id: UUID
    reason: str
    second_staff_id: UUID | None = None


def refuse_dossier(
    command: Refuse, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency does not take the dossier."""
    return _ended(
        command.dossier_id,
        CancelReason.REFUSED,
        lambda uow: refuse(uow, command.dossier_id, command.reason, actor=actor, text=command.text),
        actor=actor,
        once=once,
        units=units,
    )


def stop_dossier(command: Stop, *, actor: Actor, once: Once[DossierView], units: Units) -> bytes:
    """The agency stops."""
    return _ended(
        command.dossier_id,
        CancelReason.STOPPED,
        lambda uow: stop(uow, command.dossier_id, command.reason, actor=actor, text=command.text),
        actor=actor,
        once=once,
        units=units,
    )


def withdraw_dossier(
    command: Withdraw, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The citizen has taken the application back."""
    return _ended(
        command.dossier_id,
        CancelReason.WITHDRAWN,
        lambda uow: withdraw(uow, command.dossier_id, actor=actor),
        actor=actor,
        once=once,
        units=units,
    )


def cancel_acceptance(
    command: CancelAcceptance, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """As if it had never been accepted: the money is back too, out of the clerk's own drawer.

    Raises
    ------
    MoveNotOpen
        It has left the counter: it is withdrawn instead.
    SecondPersonNeeded
        Money is given back, and nobody stands by.
    SupervisorNeeded
        Two clerks alone, above the limit.
    DrawerOfAnother
        It lies in a colleague's open drawer: he cancels it.
    TerminalSlipMissing
        It was paid by card: that is voided and given back first, on the page of refunds.
    DrawerNotOpen, ReasonMissing, NotFound
    """
    check_may(actor, Power.ACCEPT_DOSSIERS)

    def act(uow: UnitOfWork) -> DossierView:
        seen = cancel(uow, command.dossier_id, command.reason, actor=actor)
        _give_all_back(uow, command, actor)
        return seen

    return _ended(
        command.dossier_id, CancelReason.CANCELLED, act, actor=actor, once=once, units=units
    )


def _give_all_back(uow: UnitOfWork, command: CancelAcceptance, actor: Actor) -> None:
    for payment in payments_of_dossier(uow, command.dossier_id, actor=actor):
        if payment.status is not PaymentStatus.PAID or payment.entry_id is None:
            continue
        second = command.second_staff_id and actor_of_staff(uow, command.second_staff_id)
        if not second:
            raise SecondPersonNeeded
        done = reverse_entry(uow, payment.entry_id, GIVEN_BACK, actor=actor, second=second)
        if done.entry_id is None:
            raise DrawerOfAnother


def _ended(
    dossier_id: UUID,
    why: CancelReason,
    act: Callable[[UnitOfWork], DossierView],
    *,
    actor: Actor,
    once: Once[DossierView],
    units: Units,
) -> bytes:
    def done(uow: UnitOfWork) -> DossierView:
        dossier_view(uow, dossier_id, actor.scope)
        seen = act(uow)
        ask_no_rest(uow, dossier_id, actor=actor)
        cancel_deliveries_of(uow, dossier_id, why, actor=actor)
        return seen

    return once.answer(done, actor=actor, units=units, about=lambda view: view.id)
