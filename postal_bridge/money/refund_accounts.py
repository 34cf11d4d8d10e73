"""The account that a citizen names for money that goes back to him. Checks, rows and views. Parts.

It is sealed under the dossier's key and shown by its last digits only. What he names again
replaces what he named before, as long as no file has it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.marks import DOSSIER_ID, count_of
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import refund_store
from postal_bridge.money.banks import bank_name
from postal_bridge.money.refund_debts import RefundDebt, say
from postal_bridge.money.refund_rules import ACCOUNT_MAY_BE_GIVEN
from postal_bridge.money.refund_tables import RefundAccountRow, RefundDebtRow
from postal_bridge.money.vietqr import QrInputWrong, Transfer, payload, plain

SHORTEST_ACCOUNT = 4
SHOWN_DIGITS = 3
SAID = ("no", "orders_before", "bank_bin")
_HOLDER = re.compile(r"[A-Z0-9][A-Z0-9 .&-]{1,59}", re.ASCII)
REFUND_ACCOUNTS_MARK = count_of(
    RefundAccountRow.no, where=RefundAccountRow.dossier_id == DOSSIER_ID
)


class RefundAccountWrong(RuleViolation):
    """`fault`: bin, account, again (typed otherwise the second time) or holder."""

    code = "refund_account_wrong"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes back to, as the bank's file spells it."""

    bank_bin: str
    account: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """Attributes
    ----------
    no : counts what the citizen has named for this payment
    ending : the account's last digits
    """

    no: int
    bank_bin: str
    bank: str
    ending: str
    at: datetime


def checked_account(bank_bin: str, account: str, again: str, holder: str) -> BankAccount:
    """As the bank spells it: without blanks and diacritics. Raises RefundAccountWrong."""
    number = account.replace(" ", "").upper()
    name = " ".join(plain(holder).upper().split())
    try:
        payload(Transfer(bank_bin, number, None, ""))
    except QrInputWrong as wrong:
        raise RefundAccountWrong(fault=str(wrong.params["field"])) from wrong
    if len(number) < SHORTEST_ACCOUNT:
        raise RefundAccountWrong(fault="account")
    if again.replace(" ", "").upper() != number:
        raise RefundAccountWrong(fault="again")
    if not _HOLDER.fullmatch(name):
        raise RefundAccountWrong(fault="holder")
    return BankAccount(bank_bin, number, name)


def keep_account(uow: UnitOfWork, row: RefundDebtRow, given: BankAccount, *, actor: Actor) -> None:
    """The citizen has named this one; who keeps it has locked the debt."""
    newest = refund_store.newest_accounts(uow, [row.payment_id]).get(row.payment_id)
    ordered = refund_store.orders_of(uow, [row.payment_id]).get(row.payment_id)
    account_id, vault, of = new_id(), uow.vault, row.dossier_id
    made = RefundAccountRow(
        id=account_id,
        payment_id=row.payment_id,
        no=1 if newest is None else newest.no + 1,
        orders_before=0 if ordered is None else ordered.no,
        dossier_id=of,
        bank_bin=given.bank_bin,
        account=vault.seal(of, given.account.encode(), place=_place("account", account_id)),
        holder=vault.seal(of, given.holder.encode(), place=_place("holder", account_id)),
        at=uow.now,
        actor=actor.ref,
    )
    uow.session.add(made)
    uow.session.flush()
    said = {name: getattr(made, name) for name in SAID}
    say(uow, row, "account", {"account_id": str(account_id), **said}, actor)


def given_accounts(uow: ReadUnit, payment_ids: Collection[UUID]) -> dict[UUID, GivenAccount]:
    """What each payment's citizen named last, unless the bank refused or returned it since."""
    return {payment_id: _view(uow, row) for payment_id, row in _standing(uow, payment_ids).items()}


def accounts_given(uow: ReadUnit, debts: Iterable[RefundDebt]) -> dict[UUID, GivenAccount]:
    """By payment, as long as another may be named; nobody's is opened after that."""
    open_ones = [one.payment_id for one in debts if one.status in ACCOUNT_MAY_BE_GIVEN]
    return given_accounts(uow, open_ones) if open_ones else {}


def named_by_citizen(uow: ReadUnit, payment_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those payments whose citizen has named an account; none is opened for that."""
    return frozenset(_standing(uow, payment_ids))


def open_account(uow: ReadUnit, row: RefundAccountRow) -> BankAccount:
    """The whole of it, for an order."""
    account, holder = (
        uow.vault.open(row.dossier_id, sealed, place=_place(name, row.id)).decode()
        for name, sealed in (("account", row.account), ("holder", row.holder))
    )
    return BankAccount(row.bank_bin, account, holder)


def _standing(uow: ReadUnit, payment_ids: Collection[UUID]) -> dict[UUID, RefundAccountRow]:
    failed = refund_store.last_failed(uow, payment_ids)
    return {
        payment_id: row
        for payment_id, row in refund_store.newest_accounts(uow, payment_ids).items()
        if row.orders_before >= failed.get(payment_id, 0)
    }


def _view(uow: ReadUnit, row: RefundAccountRow) -> GivenAccount:
    ending = open_account(uow, row).account[-SHOWN_DIGITS:]
    return GivenAccount(row.no, row.bank_bin, bank_name(row.bank_bin), ending, row.at)


def _place(name: str, account_id: UUID) -> str:
    return f"refund_accounts.{name}:{account_id}"
