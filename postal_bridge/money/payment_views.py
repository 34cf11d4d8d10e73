"""Payments as they are shown, and the one of a quote that counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.dues import Due
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow


@dataclass(frozen=True, slots=True)
class _PaymentsOf:
    dossier_id: UUID
    scope: Scope


@dataclass(frozen=True, slots=True)
class PaymentView:
    id: UUID
    reference: str
    dossier_id: UUID
    quote_id: UUID | None
    unit_id: UUID
    section_id: UUID | None
    method: str
    status: PaymentStatus
    amount_vnd: int
    dues: tuple[Due, ...]
    created_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    entry_id: UUID | None


def payment_view(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> PaymentView:
    """Raises NotFound outside the actor's scope."""
    return payment_view_of(MoneyStore(uow.session).payment(payment_id, actor.scope))


def payments_of_dossier(
    uow: ReadUnit, dossier_id: UUID, *, actor: Actor
) -> tuple[PaymentView, ...]:
    return tuple(payment_view_of(row) for row in payment_rows(uow, dossier_id, actor.scope))


def payment_rows(uow: ReadUnit, dossier_id: UUID, scope: Scope) -> Sequence[PaymentRow]:
    """The rows behind; a reading unit asks for them once."""
    return uow.asked_once(
        _PaymentsOf(dossier_id, scope),
        lambda: MoneyStore(uow.session).payments_of_dossier(dossier_id, scope),
    )


def payment_statuses_of(
    uow: ReadUnit, dossier_ids: Collection[UUID], *, actor: Actor
) -> Mapping[UUID, frozenset[PaymentStatus]]:
    """How the payments of each of these dossiers stand; those without one are left out."""
    found: dict[UUID, frozenset[PaymentStatus]] = {}
    asked = MoneyStore(uow.session).payment_statuses_of(dossier_ids, actor.scope)
    for dossier_id, status in asked:
        found[dossier_id] = found.get(dossier_id, frozenset()) | {PaymentStatus(status)}
    return found


def payment_status_of_quote(uow: ReadUnit, quote_id: UUID) -> PaymentView | None:
    """The payment that counts for the quote, or None when none was ever asked for."""

    def stored() -> PaymentView | None:
        row = MoneyStore(uow.session).last_payment_of_quote(quote_id)
        return None if row is None else payment_view_of(row)

    return uow.asked_once(_StatusOf(quote_id), stored)


def read_payments_ahead(uow: ReadUnit, quote_ids: Collection[UUID]) -> None:
    """Whoever asks for the status of these quotes in this reading unit asks no more."""
    if isinstance(uow, UnitOfWork) or not quote_ids:
        return
    counts: dict[UUID, PaymentView | None] = dict.fromkeys(quote_ids)
    for row in MoneyStore(uow.session).payments_of_quotes(quote_ids):
        counts[row.quote_id or row.id] = payment_view_of(row)
    for quote_id, payment in counts.items():
        uow.asked_once(_StatusOf(quote_id), partial(_same, payment))


@dataclass(frozen=True, slots=True)
class _StatusOf:
    """Under this a reading unit keeps the payment that counts."""

    quote_id: UUID


def _same(payment: PaymentView | None) -> PaymentView | None:
    return payment


def payment_view_of(row: PaymentRow) -> PaymentView:
    return PaymentView(
        id=row.id,
        reference=row.reference,
        dossier_id=row.dossier_id,
        quote_id=row.quote_id,
        unit_id=row.unit_id,
        section_id=row.section_id,
        method=row.paid_by or row.method,
        status=PaymentStatus(row.status),
        amount_vnd=row.amount_vnd,
        dues=tuple(Due.from_stored(due) for due in row.dues),
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        entry_id=row.entry_id,
    )
