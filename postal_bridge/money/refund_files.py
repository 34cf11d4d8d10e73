"""The file of orders that a bank takes, and the page behind it. Use cases.

A file is made of everything that is ordered and stands in no file yet. It can be fetched again
as often as a browser loses it: the same orders, the same bytes.

The columns are a sample: banks' own layouts for many transfers at once differ, so a bank that
wants another gets it by renaming columns, never by ordering anew.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import refund_debts, refund_orders, refund_store
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.refund_accounts import named_by_citizen
from postal_bridge.money.refund_debts import RefundDebt
from postal_bridge.money.refund_file_debits import file_reference
from postal_bridge.money.refund_rules import RefundStatus
from postal_bridge.money.refund_tables import RefundFileRow, RefundOrderRow
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import record_look

COLUMNS = ("reference", "bank_bin", "account", "holder", "amount", "currency", "note")
LOOK = "refund_file"
MOST, MOST_FILES = 200, 20


class NoRefundsOrdered(RuleViolation):
    """Nothing waits for a file."""

    code = "refunds_none_ordered"


@dataclass(frozen=True, slots=True)
class RefundFile:
    """Attributes
    ----------
    reference : what the bank's statement names when it books the file as one line
    waiting, waiting_vnd : what of it the bank has neither carried out nor refused
    """

    id: UUID
    number: int
    orders: int
    total_vnd: int
    at: datetime
    reference: str
    waiting: int
    waiting_vnd: int


@dataclass(frozen=True, slots=True)
class RefundsPage:
    """`ordered` wait for a file, `sent` for the bank's statement.

    `account` is the one the bank takes refunds from today; empty to who makes no files. `named`:
    the payments whose citizen has named his account and waits for two people.
    """

    owed: tuple[RefundDebt, ...]
    ordered: tuple[RefundDebt, ...]
    sent: tuple[RefundDebt, ...]
    files: tuple[RefundFile, ...]
    account: str
    named: frozenset[UUID]

    @property
    def ordered_vnd(self) -> int:
        return sum(one.amount_vnd for one in self.ordered)


def refunds_page(*, actor: Actor, units: Units) -> RefundsPage:
    """What goes back by transfer at the actor's offices. Raises Forbidden."""
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
    with units.read() as uow:
        by_status = {
            status: refund_debts.views(
                uow, refund_store.debts_for(uow, actor.scope, (status,), most=MOST)
            )
            for status in (RefundStatus.OWED, RefundStatus.ORDERED, RefundStatus.SENT)
        }
        is_operator = Role.OPERATOR in actor.roles
        files = refund_store.files(uow, most=MOST_FILES) if is_operator else ()
        account = account_of_day(uow).account if is_operator else ""
        return RefundsPage(
            owed=by_status[RefundStatus.OWED],
            ordered=by_status[RefundStatus.ORDERED],
            sent=by_status[RefundStatus.SENT],
            files=_views(uow, files),
            account=account,
            named=named_by_citizen(uow, [one.payment_id for one in by_status[RefundStatus.OWED]]),
        )


def make_file(*, actor: Actor, once: Once[RefundFile], units: Units) -> bytes:
    """Everything that is ordered stands in one file, and in no other. Raises NoRefundsOrdered."""
    check_may(actor, Power.OPERATE)
    return once.answer(lambda uow: _make(uow, actor), actor=actor, units=units)


def fetch_file(file_id: UUID, *, actor: Actor, units: Units) -> tuple[RefundFile, bytes]:
    """The file's bytes; that its accounts were opened is said in each dossier. Raises NotFound."""
    check_may(actor, Power.OPERATE)
    with units.write() as uow:
        row = refund_store.file(uow, file_id)
        orders = refund_store.orders_in_file(uow, file_id)
        content = _content(uow, orders)
        for dossier_id in {order.dossier_id for order in orders}:
            record_look(uow, dossier_id, actor=actor, reason=LOOK)
        view = _view(uow, row)
        uow.commit()
    return view, content


def _make(uow: UnitOfWork, actor: Actor) -> RefundFile:
    number = refund_store.next_file_number(uow)
    rows = refund_store.lock_ordered(uow)
    if not rows:
        raise NoRefundsOrdered
    file = RefundFileRow(
        id=new_id(),
        number=number,
        orders=len(rows),
        total_vnd=sum(row.amount_vnd for row in rows),
        at=uow.now,
        actor=actor.ref,
    )
    uow.session.add(file)
    uow.session.flush()
    for row in rows:
        refund_orders.send(uow, row, file.id, actor=actor)
    return _view(uow, file)


def _content(uow: UnitOfWork, orders: Sequence[RefundOrderRow]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for order in orders:
        account, holder = (
            uow.vault.open(
                order.dossier_id, sealed, place=refund_orders.place_of(name, order.id)
            ).decode()
            for name, sealed in (("account", order.account), ("holder", order.holder))
        )
        note = f"{order.reference} HOAN TIEN"
        writer.writerow(
            (order.reference, order.bank_bin, account, holder, order.amount_vnd, "VND", note)
        )
    return out.getvalue().encode()


def _view(uow: ReadUnit, row: RefundFileRow) -> RefundFile:
    return _views(uow, [row])[0]


def _views(uow: ReadUnit, rows: Sequence[RefundFileRow]) -> tuple[RefundFile, ...]:
    left = {file.id: (n, vnd) for file, n, vnd in refund_store.waiting_files(uow)} if rows else {}
    return tuple(
        RefundFile(
            row.id, row.number, row.orders, row.total_vnd, row.at, file_reference(row.number),
            *left.get(row.id, (0, 0)),
        )
        for row in rows
    )  # fmt: skip
