"""Money that goes back by transfer: owed until the bank says it left, ordered by two, sent once."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError, Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.errors import NothingOwedBack, SecondPersonNeeded
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.refund_accounts import RefundAccountWrong
from postal_bridge.money.refund_debts import RefundDebt, refund_debts_of
from postal_bridge.money.refund_files import (
    NoRefundsOrdered,
    RefundFile,
    fetch_file,
    make_file,
    refunds_page,
)
from postal_bridge.money.refund_orders import (
    OrderRefund,
    RefuseRefund,
    WithdrawRefund,
    order_refund,
    refuse_refund,
    withdraw_refund,
)
from postal_bridge.money.refund_returns import TakeRefundBack, take_refund_back
from postal_bridge.money.service import (
    OnlinePayment,
    RequestOnline,
    call_off_fare,
    fare_ends_of,
    pay_back_by_transfer,
    payment_view,
    request_online,
    reverse_entry,
    settle,
    verify_ledger,
)
from postal_bridge.money.statement_import import import_statement
from tests.builders.money import MACHINE, clerk, make_quote, notice

BANK = accounts.bank(receiving_account().key)
OPERATOR = Actor.operator()
FARE_VND = 26_000


def once(render: Callable[[Any], bytes] = lambda _: b"{}") -> Once[Any]:
    return Once(new_id().hex, "POST /test", "0" * 64, render)


@dataclass
class Back:
    """A fare paid by transfer and given back."""

    units: Units
    who: Actor
    dossier_id: UUID
    payment: OnlinePayment

    def debt(self) -> RefundDebt:
        with self.units.read() as uow:
            return refund_debts_of(uow, self.dossier_id)[self.payment.payment_id]

    def order(self, **given: Any) -> None:
        asked = OrderRefund(
            self.dossier_id, self.payment.payment_id, "970415", "1010 2030 40", "1010203040",
            "Nguyễn Thị Đào", second_staff_id=new_id(),
        )  # fmt: skip
        order_refund(replace(asked, **given), actor=self.who, once=once(), units=self.units)

    def line(self, transaction: str, amount_vnd: int) -> list[tuple[str, str | None]]:
        """What a statement's debit line with the order's reference becomes."""
        reference = self.debt().reference
        content = (
            "transaction,at,amount,note\n"
            f"{transaction},02/03/2026,-{amount_vnd},{reference} HOAN TIEN toi 99\n"
        )
        lines = import_statement(content.encode(), actor=OPERATOR, units=self.units)
        return [(one.fate, one.why) for one in lines]

    def owed_vnd(self) -> int:
        with self.units.read() as uow:
            of = accounts.refund_owed(self.payment.payment_id, self.debt().unit_id)
            return -balance_vnd(uow, of)


def given_back(units: Units) -> Back:
    who = clerk()
    priced = make_quote(units, who)
    with units.write() as uow:
        uow.vault.create(priced.dossier_id)
        online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=who)
        uow.commit()
    settle(notice(online.reference, FARE_VND), actor=MACHINE, units=units)
    with units.write() as uow:
        paid = payment_view(uow, online.payment_id, actor=who)
        assert paid.entry_id is not None
        reverse_entry(uow, paid.entry_id, "thu nhầm", actor=who, second=clerk(who.unit_id))
        uow.commit()
    return Back(units, who, priced.dossier_id, online)


def bank_vnd(units: Units) -> int:
    with units.read() as uow:
        return balance_vnd(uow, BANK)


def faults(units: Units) -> list[Any]:
    with units.read() as uow:
        return list(verify_ledger(uow))


def new_file(units: Units) -> tuple[RefundFile, bytes]:
    def render(file: RefundFile) -> bytes:
        return json.dumps({"id": str(file.id)}).encode()

    made = json.loads(make_file(actor=OPERATOR, once=once(render), units=units))
    return fetch_file(UUID(made["id"]), actor=OPERATOR, units=units)


def test_it_is_owed_until_the_banks_statement_says_it_left(units: Units) -> None:
    back = given_back(units)
    assert (back.debt().status, back.owed_vnd(), bank_vnd(units)) == ("owed", FARE_VND, FARE_VND)
    back.order()
    file, content = new_file(units)
    assert (file.number, file.orders, file.total_vnd) == (1, 1, FARE_VND)
    [row] = csv.DictReader(io.StringIO(content.decode()))
    assert row["reference"] == back.debt().reference
    assert (row["account"], row["holder"]) == ("1010203040", "NGUYEN THI DAO")
    assert (row["bank_bin"], row["amount"], row["currency"]) == ("970415", "26000", "VND")
    assert fetch_file(file.id, actor=OPERATOR, units=units)[1] == content
    assert bank_vnd(units) == FARE_VND  # a file moves nothing
    assert faults(units) == []
    assert back.line("FT77", FARE_VND - 1) == [("wrong", "statement_order_amount")]
    assert back.line("FT77", FARE_VND) == [("refund_left", None)]
    assert back.line("FT77", FARE_VND) == [("repeat", None)]
    assert back.line("FT78", FARE_VND) == [("wrong", "statement_order")]  # paid twice: look
    assert (back.debt().status, back.owed_vnd(), bank_vnd(units)) == ("paid", 0, 0)
    assert faults(units) == []


def test_each_order_stands_in_one_file(units: Units) -> None:
    first, second = given_back(units), given_back(units)
    first.order()
    new_file(units)
    second.order()
    file, content = new_file(units)
    assert (file.number, file.orders) == (2, 1)
    reference = first.debt().reference
    assert reference is not None
    assert reference not in content.decode()
    with pytest.raises(NoRefundsOrdered):
        new_file(units)


def test_what_was_never_sent_is_not_closed_by_a_line(units: Units) -> None:
    back = given_back(units)
    back.order()
    assert back.line("FT9", FARE_VND) == [("wrong", "statement_order")]
    assert (back.debt().status, bank_vnd(units)) == ("ordered", FARE_VND)


def test_what_the_bank_refuses_or_sends_back_is_owed_again(units: Units) -> None:
    back = given_back(units)
    back.order()
    withdraw_refund(
        WithdrawRefund(back.dossier_id, back.payment.payment_id),
        actor=back.who, once=once(), units=units,
    )  # fmt: skip
    back.order(account="2020", account_again="2020")
    new_file(units)
    refused = RefuseRefund(back.payment.payment_id, "sai tên người hưởng", new_id())
    refuse_refund(refused, actor=OPERATOR, once=once(), units=units)
    assert (back.debt().status, back.debt().why_again) == ("owed", "refuse")
    back.order(account="3030", account_again="3030")
    reference = back.debt().reference
    new_file(units)
    back.line("FT80", FARE_VND)
    word = notice(None, FARE_VND)
    came = settle(word, actor=MACHINE, units=units)
    taken = TakeRefundBack(came.event_id, reference or "", "tài khoản đã đóng", new_id())
    with pytest.raises(NotFound):
        take_refund_back(replace(taken, reference="HT0"), actor=OPERATOR, once=once(), units=units)
    take_refund_back(taken, actor=OPERATOR, once=once(), units=units)
    assert (back.debt().status, back.debt().why_again) == ("owed", "come_back")
    assert (back.owed_vnd(), bank_vnd(units)) == (FARE_VND, FARE_VND)
    assert faults(units) == []
    back.order()  # and once more, to another account
    assert faults(units) == []


def test_a_fare_that_was_called_off_goes_by_transfer_to_who_cannot_come(units: Units) -> None:
    back = given_back(units)
    who = back.who
    priced = make_quote(units, who)
    with units.write() as uow:
        uow.vault.create(priced.dossier_id)
        online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=who)
        uow.commit()
    settle(notice(online.reference, FARE_VND), actor=MACHINE, units=units)
    with units.write() as uow:
        call_off_fare(uow, priced.id, "cancelled", actor=who)
        assert pay_back_by_transfer(uow, priced.id, actor=who) == FARE_VND
        uow.commit()
    with units.write() as uow, pytest.raises(NothingOwedBack):
        pay_back_by_transfer(uow, priced.id, actor=who)
    owed = Back(units, who, priced.dossier_id, online)
    assert (owed.debt().status, owed.owed_vnd()) == ("owed", FARE_VND)
    with units.read() as uow:
        [end] = fare_ends_of(uow, priced.dossier_id, actor=who)
    assert (end.owed_vnd, end.is_by_transfer) == (0, True)
    assert faults(units) == []
    owed.order()
    new_file(units)
    assert owed.line("FT90", FARE_VND) == [("refund_left", None)]
    assert faults(units) == []


WRONG: tuple[tuple[dict[str, Any], type[AppError]], ...] = (
    ({"bank_bin": "97041"}, RefundAccountWrong),
    ({"account": "12-34"}, RefundAccountWrong),
    ({"account": "123", "account_again": "123"}, RefundAccountWrong),
    ({"account_again": "1010203041"}, RefundAccountWrong),
    ({"holder": "=CMD()"}, RefundAccountWrong),
    ({"second_staff_id": None}, SecondPersonNeeded),
    ({"dossier_id": new_id()}, NotFound),
)


def test_a_wrong_order_is_refused_whole(units: Units) -> None:
    back = given_back(units)
    for given, error in WRONG:
        with pytest.raises(error):
            back.order(**given)
    with pytest.raises(SecondPersonNeeded):
        back.order(second_staff_id=UUID(back.who.id))
    assert back.debt().status == "owed"


def test_who_has_no_part_in_it_sees_and_orders_nothing(units: Units) -> None:
    back = given_back(units)
    stranger = replace(back, who=clerk())
    with pytest.raises(NotFound):
        stranger.order()
    with pytest.raises(Forbidden):
        refunds_page(actor=back.who, units=units)
    with pytest.raises(Forbidden):
        make_file(actor=back.who, once=once(), units=units)
    back.order()
    with pytest.raises(MoveNotOpen):
        back.order()
    kept = "SELECT account, holder FROM refund_orders"
    with units.read() as uow:
        row = uow.session.execute(text(kept)).one()
    assert b"1010203040" not in bytes(row.account)
    assert b"DAO" not in bytes(row.holder)


def test_the_second_program_sees_what_was_changed_behind_its_back(units: Units) -> None:
    back = given_back(units)
    back.order()
    new_file(units)
    back.line("FT81", FARE_VND)
    assert faults(units) == []
    with units.engine.begin() as connection:
        connection.execute(text("UPDATE refund_debts SET status = 'owed'"))
    assert {one.check for one in faults(units)} == {"refund"}


def test_an_order_to_another_bank_than_was_signed_is_seen(units: Units) -> None:
    back = given_back(units)
    back.order()
    is_sqlite = units.engine.dialect.name == "sqlite"
    with units.engine.begin() as connection:
        connection.execute(
            text(
                "DROP TRIGGER refund_orders_no_update"
                if is_sqlite
                else "ALTER TABLE refund_orders DISABLE TRIGGER USER"
            )
        )
        connection.execute(text("UPDATE refund_orders SET bank_bin = '970436'"))
    assert [one.detail for one in faults(units)] == ["ordered otherwise than the chain says"]
