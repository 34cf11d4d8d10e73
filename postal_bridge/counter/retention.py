"""When the personal data of an ended dossier go, and what stands in the way.

A dry run and the destruction ask the same questions; each dossier is erased in a unit of work of
its own, which asks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.service import cases_for
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier, drop_doors
from postal_bridge.dossiers.retention import (
    SHORTEST_MONTHS,
    RetentionClass,
    RetentionRule,
    retention_rules,
    rule_in_force,
)
from postal_bridge.dossiers.service import (
    EndedDossier,
    ended_before,
    ended_dossier,
    erase,
    is_held,
)
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import payments_of_dossier
from postal_bridge.people.service import forget_people, revoke_citizen_links

DAYS_OF_A_MONTH = 28  # of the shortest: no candidate is missed
DELIVERED = frozenset(
    {
        DeliveryStatus.HANDED_OVER,
        DeliveryStatus.CONFIRMED,
        DeliveryStatus.RETURNED_TO_ISSUER,
        DeliveryStatus.CANCELLED,
        DeliveryStatus.LOST,
    }
)
MONEY_AT_REST = frozenset(
    {
        PaymentStatus.PAID,
        PaymentStatus.EXPIRED,
        PaymentStatus.FAILED,
        PaymentStatus.REFUNDED,
    }
)


class Obstacle(StrEnum):
    """Why data stay although their time is over."""

    HELD = "held"
    DELIVERY_OPEN = "delivery_open"
    CASE_OPEN = "case_open"
    MONEY_OPEN = "money_open"


@dataclass(frozen=True, slots=True)
class KeptLongEnough:
    """A dossier whose time is over.

    Attributes
    ----------
    ended_on : Vietnam's date of the last fact
    due_on : from when its data may go
    obstacles : empty where they may go now
    """

    number: str
    rule: RetentionRule
    ended_on: date
    due_on: date
    obstacles: tuple[Obstacle, ...]


def kept_long_enough(*, actor: Actor, units: Units) -> tuple[KeptLongEnough, ...]:
    """The dry run: every dossier whose time is over, and what stands in the way of its end."""
    with units.read() as uow:
        judged = (_judged(uow, one, actor) for one in _candidates(uow))
        return tuple(one for one in judged if one is not None)


def erase_kept_long_enough(*, actor: Actor, units: Units) -> Iterator[KeptLongEnough]:
    """Destroys the keys of all that the dry run shows without an obstacle, one after the other.

    Whoever stops in between has erased whole dossiers only, and begins again where he stopped.
    """
    with units.read() as uow:
        candidates = _candidates(uow)
    for dossier_id in candidates:
        with units.write() as uow:
            judged = _judged(uow, dossier_id, actor)
            if judged is None or judged.obstacles:
                continue
            revoke_citizen_links(uow, dossier_id)
            forget_people(uow, dossier_id)
            drop_doors(uow, dossier_id)
            erase(uow, dossier_id, judged.rule, actor=actor)
            uow.commit()
        yield judged


def _candidates(uow: ReadUnit) -> tuple[UUID, ...]:
    return ended_before(uow, uow.now - timedelta(days=SHORTEST_MONTHS * DAYS_OF_A_MONTH))


def _judged(uow: ReadUnit, dossier_id: UUID, actor: Actor) -> KeptLongEnough | None:
    """None before its time."""
    ended = ended_dossier(uow, dossier_id)
    payments = payments_of_dossier(uow, dossier_id, actor=actor)
    of_class = RetentionClass.WITH_MONEY if payments else RetentionClass.WITHOUT_MONEY
    today = local(uow.now).date()
    rule = rule_in_force(of_class, today, retention_rules())
    ended_on = local(ended.last_fact_at).date()
    if rule is None or rule.ends_on(ended_on) > today:
        return None
    money_open = any(payment.status not in MONEY_AT_REST for payment in payments)
    obstacles = tuple(_obstacles(uow, ended, money_open=money_open))
    return KeptLongEnough(ended.number, rule, ended_on, rule.ends_on(ended_on), obstacles)


def _obstacles(uow: ReadUnit, ended: EndedDossier, *, money_open: bool) -> Iterator[Obstacle]:
    if is_held(uow, ended.id):
        yield Obstacle.HELD
    delivery = delivery_of_dossier(uow, ended.id)  # one at a time is open, the newest
    if delivery is not None and delivery.status not in DELIVERED:
        yield Obstacle.DELIVERY_OPEN
    if cases_for(uow, Scope(dossier_id=ended.id)):
        yield Obstacle.CASE_OPEN
    if money_open:
        yield Obstacle.MONEY_OPEN
