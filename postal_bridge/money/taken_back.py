"""Money that a provider had given us and took back: written down for a person, never forgotten.

Nothing is posted by a machine: the books say what was said to them until two people give the
payment back, and then it leaves the place it was taken from, and is owed to nobody.
"""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import parked_store
from postal_bridge.money.accounts import Account
from postal_bridge.money.errors import PaymentDeclined
from postal_bridge.money.online import Settled, place_of
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, ProviderEvent

BACK = "/back"
"""Behind the provider's own number of the charge, which may be the same as that of its return."""


def note_failed_charge(uow: UnitOfWork, notice: ProviderNotice, *, actor: Actor) -> Settled:
    """A gateway says of a charge that it is none: it waits for a person if it had been one.

    Raises PaymentDeclined where it never was: nothing came, and nothing is to be done.
    """
    known = MoneyStore(uow.session).provider_event(notice.provider, notice.transaction)
    if known is None or known.entry_id is None:
        raise PaymentDeclined(provider=notice.provider)
    return _noted(uow, known, notice)


def note_debit(notice: ProviderNotice, *, units: Units) -> Settled | None:
    """A statement's debit takes back what the same account was credited with; None, another one.

    It bears the number of the credit, or our reference and just its amount: a bank's charge for
    the transfer names the reference too. Nothing waits for the writer but what is written.
    """
    with units.read() as uow:
        if _credit_of(uow, notice) is None:
            return None
    with units.write() as uow:
        known = _credit_of(uow, notice)
        noted = None if known is None else _noted(uow, known, notice)
        uow.commit()
    return noted


def place_taken_from(uow: UnitOfWork, payment: PaymentRow) -> Account | None:
    """Where the payment's money is gone from already; None while it is with us."""
    taken = parked_store.taken_back(uow, payment.id)
    if taken is None or taken.amount != payment.amount_vnd:
        return None
    return place_of(taken.provider, taken.account_key)


def _credit_of(uow: ReadUnit, debit: ProviderNotice) -> ProviderEvent | None:
    known = MoneyStore(uow.session).provider_event(debit.provider, debit.transaction)
    if known is None and debit.reference is not None:
        known = parked_store.charge_of(uow, debit.provider, debit.reference, debit.amount)
    if known is None or known.entry_id is None or known.account_key != debit.account_key:
        return None
    return known


def _noted(uow: UnitOfWork, known: ProviderEvent, notice: ProviderNotice) -> Settled:
    row = ProviderEvent(
        id=new_id(),
        provider=known.provider,
        provider_transaction=notice.transaction[: 80 - len(BACK)] + BACK,
        body_sha256=notice.body_sha256,
        account_key=known.account_key,
        amount=notice.amount,
        currency=notice.currency,
        reference=known.reference,
        occurred_at=notice.occurred_at,
        received_at=uow.now,
        payment_id=known.payment_id,
        unit_id=known.unit_id,
        section_id=known.section_id,
        entry_id=None,
        fate="mismatch",
        why=parked_store.TAKEN_BACK,
    )
    event_id: UUID = row.id
    is_new = MoneyStore(uow.session).add_unless_twin(row)
    return Settled(event_id, "mismatch", parked_store.TAKEN_BACK, known.payment_id, not is_new)
