"""The account a citizen names himself: sealed, shown by its end, his to change till it is sent."""

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.errors import Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.banks import banks
from postal_bridge.money.errors import SecondPersonNeeded
from postal_bridge.money.refund_accounts import GivenAccount, RefundAccountWrong, given_accounts
from postal_bridge.money.refund_files import refunds_page
from postal_bridge.money.refund_given import (
    GiveRefundAccount,
    OrderToGiven,
    RefundAccountChanged,
    give_refund_account,
    order_to_given,
)
from postal_bridge.money.refund_orders import RefuseRefund, refuse_refund
from tests.builders.clock import pass_days
from tests.builders.money import clerk
from tests.postal_bridge.money.test_refund_orders import (
    OPERATOR,
    Back,
    faults,
    given_back,
    new_file,
    once,
)

WRONG: tuple[dict[str, Any], ...] = ({"account_again": "1"}, {"bank_bin": ""}, {"holder": "<b>"})


def citizen(dossier_id: UUID) -> Actor:
    return Actor(ActorKind.CITIZEN, str(dossier_id), Scope(dossier_id=dossier_id))


def give(
    back: Back, account: str = "1010 2030 40", *, by: Actor | None = None, **typed: Any
) -> None:
    named = GiveRefundAccount(back.payment.payment_id, "970415", account, account, "Nguyễn Thị Đào")
    who = by or citizen(back.dossier_id)
    give_refund_account(replace(named, **typed), actor=who, once=once(), units=back.units)


def given(back: Back) -> GivenAccount | None:
    with back.units.read() as uow:
        found = given_accounts(uow, [back.payment.payment_id])
    return found.get(back.payment.payment_id)


def sign(back: Back, no: int, *, who: Actor | None = None, second: UUID | None = None) -> None:
    command = OrderToGiven(back.dossier_id, back.payment.payment_id, no, second or new_id())
    order_to_given(command, actor=who or back.who, once=once(), units=back.units)


def file_rows(units: Units) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(new_file(units)[1].decode())))


def test_what_he_names_is_where_two_people_send_it(units: Units) -> None:
    back = given_back(units)
    assert given(back) is None
    give(back)
    shown = given(back)
    assert shown is not None
    assert (shown.no, shown.bank, shown.ending) == (1, "VietinBank", "040")
    assert refunds_page(actor=OPERATOR, units=units).named == {back.payment.payment_id}
    with units.read() as uow:
        row = uow.session.execute(text("SELECT account, holder FROM refund_accounts")).one()
        said = uow.session.execute(text("SELECT body FROM stream_events")).scalars().all()
    assert b"1010203040" not in bytes(row.account)
    assert b"DAO" not in bytes(row.holder)
    assert not [body for body in said if "1010203040" in str(body)]
    sign(back, 1)
    [line] = file_rows(units)
    assert (line["bank_bin"], line["account"]) == ("970415", "1010203040")
    assert line["holder"] == "NGUYEN THI DAO"
    assert faults(units) == []


def test_he_may_name_another_until_the_bank_has_it(units: Units) -> None:
    back = given_back(units)
    give(back)
    give(back, "20203030")
    with pytest.raises(RefundAccountChanged):  # two people sign for what they have seen
        sign(back, 1)
    sign(back, 2)
    give(back, "9090")  # what was ordered is no order any more
    assert (back.debt().status, back.debt().reference) == ("owed", None)
    with pytest.raises(RefundAccountChanged):
        sign(back, 2)
    sign(back, 3)
    [line] = file_rows(units)
    assert line["account"] == "9090"
    with pytest.raises(MoveNotOpen):
        give(back, "1234567")
    assert faults(units) == []


def test_what_the_bank_refused_is_named_anew_whatever_the_clock_says(units: Units) -> None:
    back = given_back(units)
    give(back)
    sign(back, 1)
    new_file(units)
    refused = RefuseRefund(back.payment.payment_id, "sai tên người hưởng", new_id())
    refuse_refund(refused, actor=OPERATOR, once=once(), units=units)
    assert given(back) is None
    with pytest.raises(RefundAccountChanged):
        sign(back, 1)
    pass_days(units, -1)
    give(back, "20203030")
    assert given(back) is not None
    sign(back, 2)
    assert faults(units) == []


def test_only_he_names_it_and_only_two_people_of_the_office_sign(units: Units) -> None:
    back = given_back(units)
    with pytest.raises(NotFound):
        give(back, by=citizen(new_id()))
    with pytest.raises(Forbidden):
        give(back, by=back.who)
    for typed in WRONG:
        with pytest.raises(RefundAccountWrong):
            give(back, **typed)
    assert given(back) is None
    give(back)
    with pytest.raises(NotFound):
        sign(back, 1, who=clerk())
    with pytest.raises(Forbidden):
        sign(back, 1, who=citizen(back.dossier_id))
    with pytest.raises(SecondPersonNeeded):
        sign(back, 1, second=UUID(back.who.id))
    assert back.debt().status == "owed"


def test_the_second_program_sees_another_bank_than_was_named(units: Units) -> None:
    back = given_back(units)
    give(back)
    assert faults(units) == []
    is_sqlite = units.engine.dialect.name == "sqlite"
    off = "DROP TRIGGER refund_accounts_no_update"
    with units.engine.begin() as connection:
        connection.execute(
            text(off if is_sqlite else "ALTER TABLE refund_accounts DISABLE TRIGGER USER")
        )
        connection.execute(text("UPDATE refund_accounts SET bank_bin = '970436'"))
    assert [one.check for one in faults(units)] == ["refund"]


def test_banks_are_told_apart_by_name() -> None:
    names = list(banks().values())
    assert len(set(names)) == len(names) > 20
    assert names == sorted(names, key=str.casefold)
