"""Clerks, couriers, quotes and payments for tests of the money room and those above it."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import (
    DrawerView,
    FareAsk,
    FeeDue,
    OnlinePayment,
    OpenDrawer,
    QuoteView,
    ReceiptView,
    RequestOnline,
    TakeAtCounter,
    drawer_view,
    open_drawer,
    quote,
    request_online,
    take_at_counter,
)

# Communes of the day below, as the register knows them: two of one old district in Hà Nội.
HERE, NEAR = "00004", "00008"
ON = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
MACHINE = Actor.job("money.settle_bank")
STAMP = FeeDue(code="LP01", name="Lệ phí cấp giấy", kind="le_phi", amount_vnd=15_000)


def staff(unit_id: UUID, *roles: Role, also: tuple[UUID, ...] = ()) -> Actor:
    """A member of staff who sees one unit (and some more)."""
    scope = Scope(units=frozenset({unit_id, *also}))
    return Actor(ActorKind.STAFF, str(new_id()), scope, unit_id, roles=frozenset(roles))


def clerk(unit_id: UUID | None = None) -> Actor:
    return staff(unit_id or new_id(), Role.CLERK)


def courier(unit_id: UUID) -> Actor:
    return staff(unit_id, Role.COURIER)


def supervisor(unit_id: UUID, *also: UUID) -> Actor:
    return staff(unit_id, Role.SUPERVISOR, also=also)


def with_drawer(units: Units, actor: Actor, *, float_vnd: int = 500_000) -> DrawerView:
    """The clerk's working drawer: opened with this float where tests of one home left none."""
    working = drawer_view(actor=actor, units=units)
    return working or open_drawer(OpenDrawer(float_vnd), actor=actor, units=units)


def make_quote(units: Units, actor: Actor, **given: Any) -> QuoteView:
    """A result leg of 80 g; any field of FareAsk may be given otherwise."""
    ask: dict[str, Any] = {
        "dossier_id": new_id(),
        "leg": "result",
        "from_commune": HERE,
        "to_commune": NEAR,
        "on": ON,
        "grams_result": 80,
        **given,
    }
    with units.write() as uow:
        made = quote(uow, FareAsk(**ask), actor=actor)
        uow.commit()
    return made


def pay_at_counter(
    units: Units,
    actor: Actor,
    priced: QuoteView,
    *,
    fees: tuple[FeeDue, ...] = (),
    section_id: UUID | None = None,
    method: str = "cash",
    amount_vnd: int | None = None,
) -> ReceiptView:
    due_vnd = priced.citizen_vnd + sum(fee.amount_vnd for fee in fees)
    taken = TakeAtCounter(
        priced.dossier_id,
        priced.id,
        fees,
        due_vnd if amount_vnd is None else amount_vnd,
        method,
        section_id,
    )
    with units.write() as uow:
        receipt = take_at_counter(uow, taken, actor=actor)
        uow.commit()
    return receipt


def ask_online(units: Units, actor: Actor | None = None) -> OnlinePayment:
    """26,000 đồng of fare and 15,000 of fee wait for a provider's word."""
    asking = actor or clerk()
    priced = make_quote(units, asking)
    wanted = RequestOnline(priced.dossier_id, priced.id, (STAMP,), new_id())
    with units.write() as uow:
        online = request_online(uow, wanted, actor=asking)
        uow.commit()
    return online


def notice(reference: str | None, amount: int, **given: Any) -> ProviderNotice:
    """What the bank says; a transaction number of its own unless one is given."""
    said: dict[str, Any] = {
        "provider": "bank",
        "transaction": f"FT{new_id().hex}",
        "account_key": receiving_account().key,
        "amount": amount,
        "currency": "VND",
        "reference": reference,
        "occurred_at": NOON,
        **given,
    }
    content = repr(sorted((name, str(value)) for name, value in said.items()))
    return ProviderNotice(**said, body_sha256=hashlib.sha256(content.encode()).hexdigest())
