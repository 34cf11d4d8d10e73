"""When the personal data of an ended dossier go, and what stands in the way.

A dry run and the destruction ask the same questions; each dossier is erased in a unit of work of
its own, which asks again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from postal_bridge.custody.whereabouts import dossiers_with_open_case
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import drop_doors, newest_statuses
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
    ended_dossiers,
    erase,
    held_among,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import owing_money, payment_statuses_of
from postal_bridge.people.service import forget_people, revoke_citizen_links

AT_ONCE = 500
"""Dossiers judged by one round of statements."""
OF_DOSSIERS = (RetentionClass.WITH_MONEY, RetentionClass.WITHOUT_MONEY)
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
    MONEY_OWED = "money_owed"


@dataclass(frozen=True, slots=True)
class KeptLongEnough:
    """A dossier whose time is over.

    Attributes
    ----------
    ended_on : Vietnam's date of the last fact
    due_on : from when its data may go
    obstacles : empty where they may go now
    """

    dossier_id: UUID
    number: str
    rule: RetentionRule
    ended_on: date
    due_on: date
    obstacles: tuple[Obstacle, ...]


def kept_long_enough(*, actor: Actor, units: Units) -> tuple[KeptLongEnough, ...]:
    """The dry run: every dossier whose time is over, and what stands in the way of its end."""
    with units.read() as uow:
        pages = ended_before(uow, _soonest(uow), at_once=AT_ONCE)
        return tuple(one for page in pages for one in _judged(uow, page, actor))


def erase_kept_long_enough(*, actor: Actor, units: Units) -> Iterator[KeptLongEnough]:
    """Destroys the keys of all that the dry run shows without an obstacle, one after the other.

    Whoever stops in between has erased whole dossiers only, and begins again where he stopped.
    """
    for due in kept_long_enough(actor=actor, units=units):
        if due.obstacles:
            continue
        with units.write() as uow:
            judged = _judged(uow, [due.dossier_id], actor)
            if not judged or judged[0].obstacles:
                continue
            revoke_citizen_links(uow, due.dossier_id)
            forget_people(uow, due.dossier_id)
            drop_doors(uow, due.dossier_id)
            erase(uow, due.dossier_id, judged[0].rule, actor=actor)
            uow.commit()
        yield judged[0]


def _soonest(uow: ReadUnit) -> datetime:
    """Nothing that ended later is kept long enough: by today's shortest length of a dossier."""
    today = local(uow.now).date()
    in_force = [rule_in_force(of_class, today, retention_rules()) for of_class in OF_DOSSIERS]
    months = min((rule.months for rule in in_force if rule), default=SHORTEST_MONTHS)
    return uow.now - timedelta(days=months * DAYS_OF_A_MONTH)


def _judged(uow: ReadUnit, dossier_ids: Sequence[UUID], actor: Actor) -> tuple[KeptLongEnough, ...]:
    """Those whose time is over, in the order given."""
    today, rules = local(uow.now).date(), retention_rules()
    payments = payment_statuses_of(uow, dossier_ids, actor=actor)
    due = []
    for ended in ended_dossiers(uow, dossier_ids):
        has_paid = ended.id in payments
        of_class = RetentionClass.WITH_MONEY if has_paid else RetentionClass.WITHOUT_MONEY
        rule = rule_in_force(of_class, today, rules)
        if rule is not None and rule.ends_on(local(ended.last_fact_at).date()) <= today:
            due.append((ended, rule))
    in_the_way = _obstacles(uow, [ended.id for ended, _ in due], payments)
    return tuple(_told(ended, rule, in_the_way[ended.id]) for ended, rule in due)


def _told(
    ended: EndedDossier, rule: RetentionRule, obstacles: tuple[Obstacle, ...]
) -> KeptLongEnough:
    ended_on = local(ended.last_fact_at).date()
    return KeptLongEnough(ended.id, ended.number, rule, ended_on, rule.ends_on(ended_on), obstacles)


def _obstacles(
    uow: ReadUnit, due: Sequence[UUID], payments: Mapping[UUID, frozenset[PaymentStatus]]
) -> dict[UUID, tuple[Obstacle, ...]]:
    if not due:
        return {}
    newest = newest_statuses(uow, due)  # one delivery at a time is open, the newest
    in_the_way: dict[Obstacle, Collection[UUID]] = {
        Obstacle.HELD: held_among(uow, due),
        Obstacle.DELIVERY_OPEN: {of for of, at in newest.items() if at not in DELIVERED},
        Obstacle.CASE_OPEN: dossiers_with_open_case(uow, due),
        Obstacle.MONEY_OPEN: {of for of, states in payments.items() if states - MONEY_AT_REST},
        Obstacle.MONEY_OWED: owing_money(uow, due),
    }
    return {one: tuple(o for o, ids in in_the_way.items() if one in ids) for one in due}
