"""The bank accounts that transfers go to: dated, published by two people, kept for ever.

A payment keeps the account its payer was shown. What comes to an account of ours that payers are
no longer shown is still ours.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.receiving import ReceivingAccount, receiving_account
from postal_bridge.money.receiving_store import account_rows
from postal_bridge.money.receiving_tables import ReceivingAccountRow
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.two_people import second_of
from postal_bridge.money.vietqr import QrInputWrong, Transfer, payload
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import actor_of_staff

AREA = "receiving"
SAID = (
    "number", "bank_bin", "account", "holder", "bank_name", "valid_from", "at", "actor",
    "second_person",
)  # fmt: skip
_Known = tuple[tuple[date, int, ReceivingAccount], ...]
_HOLDER = re.compile(r"[A-Z0-9][A-Z0-9 .&-]{1,59}", re.ASCII)


class ReceivingAccountWrong(RuleViolation):
    """`fault`: bin, account, again (typed otherwise the second time), holder, bank or day."""

    code = "receiving_account_wrong"


class SecondNotEntitled(RuleViolation):
    """Whoever stands beside is neither a supervisor nor an operator."""

    code = "receiving_second_not_entitled"


@dataclass(frozen=True, slots=True)
class PublishAccount:
    """Attributes
    ----------
    account_again : the number typed a second time
    holder : as the bank spells it, in capitals without diacritics
    words : on what grounds, as a decision's number
    """

    bank_bin: str
    account: str
    account_again: str
    holder: str
    bank_name: str
    valid_from: date
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PublishedAccount:
    """Attributes
    ----------
    number : 0 is the release's own
    people : the two who published it
    qr : a code without an amount: a bank's app shows whose account it is
    """

    number: int
    account: ReceivingAccount
    valid_from: date | None
    words: str
    at: datetime | None
    people: tuple[str, ...]
    qr: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """`accounts`: the one published last first; `current`: its number."""

    on: date
    current: int
    accounts: tuple[PublishedAccount, ...]


def account_of_day(uow: ReadUnit) -> ReceivingAccount:
    """What payers are shown today: of those that have begun the latest, and of one day the last."""
    return _current(_known(uow), local(uow.now).date())[1]


def account_named(uow: ReadUnit, key: str | None) -> ReceivingAccount:
    """One of ours by its key; the release's where a payment is from before accounts were kept.

    Raises NotFound.
    """
    if key is None:
        return receiving_account()
    for account in _ours(uow):
        if account.key == key:
            return account
    raise NotFound


def is_ours(uow: ReadUnit, key: str) -> bool:
    """Whether money that came there came to us, now or in former days."""
    return any(account.key == key for account in _ours(uow))


def account_numbered(uow: ReadUnit, number: str) -> ReceivingAccount:
    """The one of ours that has this number. Raises NotFound."""
    found = {account.key: account for account in _ours(uow) if account.account == number.strip()}
    if len(found) != 1:
        raise NotFound
    return found.popitem()[1]


def account_of_payment(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> ReceivingAccount:
    """What its payer was shown. Raises NotFound outside the scope."""
    return account_named(uow, MoneyStore(uow.session).payment(payment_id, actor.scope).account_key)


def accounts_page(*, actor: Actor, units: Units) -> AccountsPage:
    """Every account there was, and which one payers are shown today."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        today, rows = local(uow.now).date(), account_rows(uow.session)
        shipped = PublishedAccount(
            0, receiving_account(), None, "", None, (), _qr(receiving_account())
        )
        found = [_published(row) for row in reversed(rows)]
        return AccountsPage(today, _current(_known(uow), today)[0], (*found, shipped))


def publish_account(
    command: PublishAccount, *, actor: Actor, once: Once[int], units: Units
) -> bytes:
    """Payers are shown this account from its first day on; returns its number.

    Raises
    ------
    ReceivingAccountWrong
    SecondPersonNeeded, SecondNotEntitled, ReasonMissing
        Money goes there, so two people publish it, and both answer for such things.
    """
    check_may(actor, Power.OPERATE)
    return once.answer(lambda uow: _publish(uow, command, actor), actor=actor, units=units)


def _publish(uow: UnitOfWork, command: PublishAccount, actor: Actor) -> int:
    uow.queue_for_home()
    second = second_of(command.words, command.second_staff_id, actor)
    _check_entitled(uow, command.second_staff_id)
    _check(command, local(uow.now).date())
    row = ReceivingAccountRow(
        id=new_id(),
        number=1 + len(account_rows(uow.session)),
        bank_bin=command.bank_bin,
        account=command.account,
        holder=command.holder,
        bank_name=command.bank_name.strip(),
        valid_from=command.valid_from,
        words=command.words.strip()[:200],
        at=uow.now,
        actor=actor.ref,
        second_person=second,
    )
    uow.session.add(row)
    uow.session.flush()
    say_row(uow, f"{AREA}:accounts", "receiving.published", row, SAID, actor=actor)
    uow.forget()
    return row.number


def _check(command: PublishAccount, today: date) -> None:
    try:
        payload(Transfer(command.bank_bin, command.account, None, ""))
    except QrInputWrong as wrong:
        raise ReceivingAccountWrong(fault=str(wrong.params["field"])) from wrong
    if command.account_again != command.account:
        raise ReceivingAccountWrong(fault="again")
    if not _HOLDER.fullmatch(command.holder):
        raise ReceivingAccountWrong(fault="holder")
    if not 0 < len(command.bank_name.strip()) <= 80:
        raise ReceivingAccountWrong(fault="bank")
    if command.valid_from < today:
        raise ReceivingAccountWrong(fault="day")


def _check_entitled(uow: ReadUnit, staff_id: UUID | None) -> None:
    second = None if staff_id is None else actor_of_staff(uow, staff_id)
    if second is None or not second.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise SecondNotEntitled


def _known(uow: ReadUnit) -> _Known:
    """First day, number and account of each, the release's own first; read once in a process."""

    def read() -> _Known:
        rows = account_rows(uow.session)
        return (
            (date.min, 0, receiving_account()),
            *((row.valid_from, row.number, _account(row)) for row in rows),
        )

    return uow.reference("receiving_accounts", read)


def _ours(uow: ReadUnit) -> tuple[ReceivingAccount, ...]:
    return tuple(account for _, _, account in _known(uow))


def _current(known: _Known, on: date) -> tuple[int, ReceivingAccount]:
    _, number, account = max((one for one in known if one[0] <= on), key=lambda one: one[:2])
    return number, account


def _account(row: ReceivingAccountRow) -> ReceivingAccount:
    return ReceivingAccount(row.bank_bin, row.account, row.holder, row.bank_name)


def _published(row: ReceivingAccountRow) -> PublishedAccount:
    return PublishedAccount(
        row.number, _account(row), row.valid_from, row.words, row.at,
        (row.actor, row.second_person), _qr(_account(row)),
    )  # fmt: skip


def _qr(account: ReceivingAccount) -> str:
    return payload(Transfer(account.bank_bin, account.account, None, ""))
