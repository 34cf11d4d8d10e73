"""Couriers' cash as their page, the clerk's and the supervisor's show it: with names."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.courier_cash import cash_lines_of
from postal_bridge.money.hand_in_rules import HandInStatus
from postal_bridge.money.hand_in_types import HandInView
from postal_bridge.money.hand_in_views import hand_in_view, hand_ins_of_courier, hand_ins_waiting
from postal_bridge.money.ledger import PostedLine
from postal_bridge.money.service import courier_cash_vnd
from postal_bridge.people.service import staff_view

ON_COUNTER = (HandInStatus.OFFERED, HandInStatus.COUNTED)


@dataclass(frozen=True, slots=True)
class NamedHandIn:
    hand_in: HandInView
    courier_name: str
    clerk_name: str


@dataclass(frozen=True, slots=True)
class CourierCashPage:
    """A courier's cash: every line, what lies on a counter, what was handed in before.

    What the lines come to is not said: he counts blind.
    """

    lines: tuple[PostedLine, ...]
    on_counter: NamedHandIn | None
    before: tuple[NamedHandIn, ...]
    limit_vnd: int
    is_over_limit: bool


def courier_cash_page(*, actor: Actor, units: Units) -> CourierCashPage:
    with units.read() as uow:
        mine = [_named(uow, one) for one in hand_ins_of_courier(uow, actor=actor)]
        return CourierCashPage(
            lines=cash_lines_of(uow, actor=actor)[::-1],
            on_counter=next((one for one in mine if one.hand_in.status in ON_COUNTER), None),
            before=tuple(one for one in mine if one.hand_in.status not in ON_COUNTER),
            limit_vnd=cash_limit_vnd(),
            is_over_limit=courier_cash_vnd(uow, actor.id) > cash_limit_vnd(),
        )


def cash_waiting(*, actor: Actor, units: Units) -> tuple[NamedHandIn, ...]:
    """What couriers have laid on the counters of the clerk's office."""
    with units.read() as uow:
        return tuple(_named(uow, one) for one in hand_ins_waiting(uow, actor=actor))


def hand_in_page(hand_in_id: UUID, *, actor: Actor, units: Units) -> NamedHandIn:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        return _named(uow, hand_in_view(uow, hand_in_id, actor=actor))


def _named(uow: ReadUnit, one: HandInView) -> NamedHandIn:
    clerk_name = "" if one.clerk is None else _name(uow, one.clerk)
    return NamedHandIn(one, _name(uow, one.courier), clerk_name)


def _name(uow: ReadUnit, staff_id: str) -> str:
    return staff_view(uow, UUID(staff_id)).display_name
