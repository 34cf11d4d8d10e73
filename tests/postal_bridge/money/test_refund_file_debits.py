"""A bank that books a whole file of refunds as one line: its orders close one by one, or none."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError, Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import AmountDiffers, ReasonMissing, SecondPersonNeeded
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.refund_file_debits import BookFile, book_file, find_file_number
from postal_bridge.money.refund_files import refunds_page
from postal_bridge.money.refund_orders import RefuseRefund, refuse_refund
from postal_bridge.money.refund_returns import TakeRefundBack, take_refund_back
from postal_bridge.money.service import settle
from postal_bridge.money.statement_import import import_statement
from tests.builders.money import MACHINE, notice
from tests.postal_bridge.money.test_refund_orders import (
    FARE_VND,
    OPERATOR,
    Back,
    bank_vnd,
    faults,
    given_back,
    new_file,
    once,
)


def test_a_file_is_found_in_a_banks_note() -> None:
    assert find_file_number("CHI LO HTTEP00012 tu 99") == 12
    assert find_file_number("httep00012/lan 2") == 12
    for note in ("", "XHTTEP00012", "HTTEP12", "HTTEP000123456", "HTTEP00012 HTTEP00013"):
        assert find_file_number(note) is None


def sent_together(units: Units, n: int) -> list[Back]:
    backs = [given_back(units) for _ in range(n)]
    for back in backs:
        back.order()
    new_file(units)
    return backs


def line(units: Units, amount_vnd: int, note: str, at: datetime, transaction: str = "FT1") -> str:
    content = f"transaction,at,amount,note\n{transaction},{at.isoformat()},-{amount_vnd},{note}\n"
    [one] = import_statement(content.encode(), actor=OPERATOR, units=units)
    return one.why or one.fate


def statuses(backs: list[Back]) -> list[str]:
    return [one.debt().status.value for one in backs]


def now(units: Units) -> datetime:
    with units.read() as uow:
        return local(uow.now)


def test_a_line_that_names_the_file_closes_every_order_of_it(units: Units) -> None:
    backs, day = sent_together(units, 2), now(units)
    total, reference = 2 * FARE_VND, backs[0].debt().reference or ""
    assert line(units, total - 1, "HTTEP00001", day) == "statement_order_amount"
    assert line(units, FARE_VND, "HTTEP00001", day) == "statement_order_amount"
    assert line(units, total, "HTTEP00002", day) == "statement_order"
    assert statuses(backs) == ["sent"] * 2
    assert line(units, total, "CHI LO HTTEP00001", day) == "file_left"
    assert statuses(backs) == ["paid"] * 2
    assert ([one.owed_vnd() for one in backs], bank_vnd(units)) == ([0] * 2, 0)
    assert line(units, total, "CHI LO HTTEP00001", day) == "repeat"
    assert line(units, total + 1, "HTTEP00001", day) == "statement_order_amount"
    assert line(units, total, "HTTEP00001", day, "FT2") == "statement_order"  # paid twice: look
    assert bank_vnd(units) == 0
    came = settle(notice(None, FARE_VND), actor=MACHINE, units=units)
    taken = TakeRefundBack(came.event_id, reference, "tài khoản đã đóng", new_id())
    take_refund_back(taken, actor=OPERATOR, once=once(), units=units)
    assert statuses(backs) == ["owed", "paid"]  # what comes back comes back alone
    assert faults(units) == []


def test_what_the_bank_refused_or_booked_singly_is_no_part_of_the_line(units: Units) -> None:
    backs, day = sent_together(units, 3), now(units)
    refused = RefuseRefund(backs[0].payment.payment_id, "sai tên người hưởng", new_id())
    refuse_refund(refused, actor=OPERATOR, once=once(), units=units)
    assert backs[1].line("FT7", FARE_VND) == [("refund_left", None)]
    assert line(units, 3 * FARE_VND, "HTTEP00001", day) == "statement_order_amount"
    assert line(units, FARE_VND, "HTTEP00001", day) == "file_left"
    assert statuses(backs) == ["owed", "paid", "paid"]
    assert bank_vnd(units) == FARE_VND
    assert faults(units) == []


def test_a_line_without_a_name_is_a_question_for_two_people(units: Units) -> None:
    backs, day = sent_together(units, 2), now(units)
    total = 2 * FARE_VND
    later = [day + timedelta(days=days) for days in (-1, 0, 5, 6)]
    said = [line(units, total, "chi luong", at) for at in later]
    assert said == ["debit", "file_unnamed", "file_unnamed", "debit"]
    assert line(units, total - 1, "chi luong", day) == "debit"
    assert statuses(backs) == ["sent"] * 2
    [file] = refunds_page(actor=OPERATOR, units=units).files
    assert (file.reference, file.waiting, file.waiting_vnd) == ("HTTEP00001", 2, total)
    number = receiving_account().account
    found = BookFile(file.id, "FT1", number, total, "sao kê 02/03, trang 1", new_id())
    wrong: tuple[tuple[dict[str, Any], type[AppError]], ...] = (
        ({"amount_vnd": total - 1}, AmountDiffers),
        ({"account": "999"}, NotFound),
        ({"second_staff_id": None}, SecondPersonNeeded),
        ({"words": " "}, ReasonMissing),
        ({"file_id": new_id()}, NotFound),
    )
    for given, error in wrong:
        with pytest.raises(error):
            book_file(replace(found, **given), actor=OPERATOR, once=once(), units=units)
    with pytest.raises(Forbidden):
        book_file(found, actor=backs[0].who, once=once(), units=units)
    assert statuses(backs) == ["sent"] * 2
    book_file(found, actor=OPERATOR, once=once(), units=units)
    assert (statuses(backs), bank_vnd(units)) == (["paid"] * 2, 0)
    with pytest.raises(MoveNotOpen):
        book_file(replace(found, transaction="FT2"), actor=OPERATOR, once=once(), units=units)
    assert line(units, total, "chi luong", day) == "repeat"
    [file] = refunds_page(actor=OPERATOR, units=units).files
    assert (file.waiting, file.waiting_vnd) == (0, 0)
    assert faults(units) == []


def test_the_second_program_sees_another_line_than_the_chain_names(units: Units) -> None:
    sent_together(units, 2)
    line(units, 2 * FARE_VND, "HTTEP00001", now(units))
    assert faults(units) == []
    is_sqlite = units.engine.dialect.name == "sqlite"
    off = "DROP TRIGGER refund_steps_no_update"
    with units.engine.begin() as connection:
        connection.execute(
            text(off if is_sqlite else "ALTER TABLE refund_steps DISABLE TRIGGER USER")
        )
        connection.execute(
            text("UPDATE refund_steps SET bank_transaction = 'FT2' WHERE kind = 'pay'")
        )
    assert [one.check for one in faults(units)] == ["refund"] * 2
