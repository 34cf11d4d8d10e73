"""The month's statement for whoever bears fares and contract amounts. All only look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.directory.service import agency_by_key
from postal_bridge.dossiers.arrivals import acceptance_numbers
from postal_bridge.insight.names import UNKNOWN, Names
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.bearer_payments import StatementPaid, paid_of_month, statement_payments
from postal_bridge.money.month_of_bearers import (
    AGENCY,
    POST,
    BearerLine,
    lines_of_month,
    month_bounds,
)


@dataclass(frozen=True, slots=True)
class BearerSum:
    """What one of them owes of a month. `name`: the agency's; else empty, and the key says it."""

    bearer: str
    kind: str
    key: str
    name_vi: str
    name_en: str
    lines: int
    amount_vnd: int
    paid_vnd: int

    @property
    def left_vnd(self) -> int:
        """What is still to be paid of it; the post pays itself nothing."""
        return 0 if self.kind == POST else self.amount_vnd - self.paid_vnd


@dataclass(frozen=True, slots=True)
class MonthOfBearers:
    """Attributes
    ----------
    is_closed : the month is past, and its lines are what they will always be
    total_vnd : what others owe the post; what the post bears itself is `by_post_vnd`
    """

    month: date
    is_closed: bool
    bearers: tuple[BearerSum, ...]
    total_vnd: int
    by_post_vnd: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`number`: the post's own of the dossier."""

    line: BearerLine
    number: str
    office: str


@dataclass(frozen=True, slots=True)
class ItemSum:
    item: str
    lines: int
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class MonthStatement:
    month: date
    is_closed: bool
    bearer: BearerSum
    items: tuple[ItemSum, ...]
    lines: tuple[StatementLine, ...]
    payments: tuple[StatementPaid, ...]


def month_of_bearers(month: date | None, *, actor: Actor, units: Units) -> MonthOfBearers:
    """Who owes what of the month (this one when None), for the actor's offices.

    Raises Forbidden.
    """
    _check(actor)
    with units.read() as uow:
        chosen = (month or local(uow.now).date()).replace(day=1)
        lines = lines_of_month(uow, actor.scope, chosen)
        found = [_sum(uow, name, lines, chosen) for name in sorted({one.bearer for one in lines})]
        by_post_vnd = sum(one.amount_vnd for one in found if one.kind == POST)
        total_vnd = sum(one.amount_vnd for one in found) - by_post_vnd
        return MonthOfBearers(chosen, _is_closed(uow, chosen), tuple(found), total_vnd, by_post_vnd)


def month_statement(
    bearer: str, month: date | None, *, actor: Actor, units: Units
) -> MonthStatement:
    """Every line of one of them, by item. Raises Forbidden, NotFound where there is none."""
    _check(actor)
    with units.read() as uow:
        chosen = (month or local(uow.now).date()).replace(day=1)
        own = [one for one in lines_of_month(uow, actor.scope, chosen) if one.bearer == bearer]
        if not own:
            raise NotFound
        numbers = acceptance_numbers(uow, {one.dossier_id for one in own if one.dossier_id})
        names = Names(uow)
        items = dict.fromkeys(one.item for one in sorted(own, key=lambda one: one.item))
        return MonthStatement(
            month=chosen,
            is_closed=_is_closed(uow, chosen),
            bearer=_sum(uow, bearer, own, chosen),
            items=tuple(_item(item, own) for item in items),
            lines=tuple(
                StatementLine(one, _number(numbers, one.dossier_id), names.unit(one.unit_id))
                for one in own
            ),
            payments=statement_payments(uow, bearer, chosen),
        )


def _sum(uow: ReadUnit, bearer: str, lines: Sequence[BearerLine], month: date) -> BearerSum:
    own = [one for one in lines if one.bearer == bearer]
    kind, _, key = bearer.partition(":")
    name_vi = name_en = ""
    if kind == AGENCY:
        agency = agency_by_key(uow, key)
        name_vi, name_en = agency.name, agency.name_en or agency.name
    amount_vnd = sum(one.amount_vnd for one in own)
    paid_vnd = paid_of_month(uow, month).get(bearer, 0)
    return BearerSum(bearer, kind, key, name_vi, name_en, len(own), amount_vnd, paid_vnd)


def _item(item: str, lines: Sequence[BearerLine]) -> ItemSum:
    own = [one for one in lines if one.item == item]
    return ItemSum(item, len(own), sum(one.amount_vnd for one in own))


def _number(numbers: dict[UUID, str], dossier_id: UUID | None) -> str:
    return UNKNOWN if dossier_id is None else numbers.get(dossier_id, UNKNOWN)


def _is_closed(uow: ReadUnit, month: date) -> bool:
    return month_bounds(month)[1] <= uow.now


def _check(actor: Actor) -> None:
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
