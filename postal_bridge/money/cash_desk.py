"""Use cases of couriers' cash: offered, counted, accepted; its differences answered and settled."""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import courier_gaps, hand_ins
from postal_bridge.money.hand_in_types import (
    AnswerGap,
    CountOffer,
    HandInView,
    OfferCash,
    RefuseOffer,
    SettleGap,
)


def offer_cash(command: OfferCash, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """The courier lays his counted cash on the counter. Raises CashOnCounter."""
    return once.answer(
        lambda uow: hand_ins.lay_on_counter(uow, command, actor=actor), actor=actor, units=units
    )


def count_offered(
    command: CountOffer, *, actor: Actor, once: Once[HandInView], units: Units
) -> bytes:
    """The clerk has counted it, blind. Raises DrawerNotOpen, ReasonMissing, NotFound."""
    return once.answer(
        lambda uow: hand_ins.count_as_clerk(uow, command, actor=actor), actor=actor, units=units
    )


def agree_count(hand_in_id: UUID, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """The courier takes the clerk's count as his own. Raises MoveNotOpen, NotFound."""
    return once.answer(
        lambda uow: hand_ins.agree_with_clerk(uow, hand_in_id, actor=actor),
        actor=actor,
        units=units,
    )


def accept_cash(hand_in_id: UUID, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """The agreed sum is in the clerk's drawer. Raises CountsDiffer, DrawerNotOpen."""
    return once.answer(
        lambda uow: hand_ins.take_into_drawer(uow, hand_in_id, actor=actor),
        actor=actor,
        units=units,
    )


def withdraw_cash(hand_in_id: UUID, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """The courier has his cash back. Raises MoveNotOpen, NotFound."""
    return once.answer(
        lambda uow: hand_ins.take_back(uow, hand_in_id, actor=actor), actor=actor, units=units
    )


def refuse_cash(
    command: RefuseOffer, *, actor: Actor, once: Once[HandInView], units: Units
) -> bytes:
    """The clerk has not taken it and says why. Raises ReasonMissing, MoveNotOpen."""
    return once.answer(
        lambda uow: hand_ins.turn_away(uow, command, actor=actor), actor=actor, units=units
    )


def answer_gap(command: AnswerGap, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """The courier accepts the difference or doubts it. Raises MoveNotOpen, ReasonMissing."""
    return once.answer(
        lambda uow: courier_gaps.answer_as_courier(uow, command, actor=actor),
        actor=actor,
        units=units,
    )


def settle_gap(command: SettleGap, *, actor: Actor, once: Once[HandInView], units: Units) -> bytes:
    """Two people have decided about the difference. Raises SecondPersonNeeded, ReasonMissing."""
    return once.answer(
        lambda uow: courier_gaps.settle_gap_of_courier(uow, command, actor=actor),
        actor=actor,
        units=units,
    )
