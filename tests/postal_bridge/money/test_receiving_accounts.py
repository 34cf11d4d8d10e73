"""The account payers are shown: two people change it, old payments and old accounts stay ours."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.errors import ReasonMissing, SecondPersonNeeded
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.receiving_accounts import (
    PublishAccount,
    ReceivingAccountWrong,
    SecondNotEntitled,
    account_of_day,
    accounts_page,
    publish_account,
)
from postal_bridge.money.service import (
    RequestOnline,
    due_at_door,
    online_payment,
    request_online,
    settle,
)
from postal_bridge.money.service import verify_ledger as verify
from postal_bridge.money.verify_receiving import accounts_that_differ
from postal_bridge.money.vietqr import read
from tests.builders.doors import post_office, staff
from tests.builders.money import MACHINE, clerk, make_quote, notice

OPERATOR = Actor.operator()
TODAY = date(2000, 1, 1)  # a test puts the home's own day in its place
GIVEN = PublishAccount(
    "970415", "113366668888", "113366668888", "BUU DIEN TINH CAN THO", "VietinBank", TODAY, "QĐ 7"
)


def publish(units: Units, command: PublishAccount) -> bytes:
    once: Once[int] = Once(
        str(new_id()), "test", hashlib.sha256(repr(command).encode()).hexdigest(),
        lambda number: str(number).encode(),
    )  # fmt: skip
    return publish_account(command, actor=OPERATOR, once=once, units=units)


def test_a_published_account_is_shown_from_its_day_and_old_payments_keep_theirs(
    units: Units,
) -> None:
    post_office(units, "binh-thanh")
    beside = staff(units, "gs.can-tho")
    paying = clerk()
    with units.read() as uow:
        today = local(uow.now).date()
    given = replace(GIVEN, valid_from=today, second_staff_id=_id(beside))

    def asked() -> Any:
        priced = make_quote(units, paying)
        with units.write() as uow:
            online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=paying)
            uow.commit()
        return online

    before = asked()
    later = replace(given, valid_from=today + timedelta(days=30), account="1", account_again="1")
    publish(units, later)
    with units.read() as uow:
        assert account_of_day(uow) == receiving_account()  # the new one is yet to come
    assert publish(units, given) == b"2"
    after = asked()
    priced = make_quote(units, paying)
    with units.write() as uow:
        at_door = due_at_door(uow, priced.id, actor=paying)
        uow.commit()
    with units.read() as uow:
        door = online_payment(uow, at_door.id, actor=paying)
    assert door.account == after.account
    assert (after.account, after.holder) == ("113366668888", "BUU DIEN TINH CAN THO")
    assert read(after.payload).account == "113366668888"
    with units.read() as uow:
        again = online_payment(uow, before.payment_id, actor=paying)
    assert (again.account, again.payload) == (before.account, before.payload)
    for online, key in ((before, receiving_account().key), (after, "970415-113366668888")):
        said = notice(online.reference, online.amount_vnd, account_key=key)
        assert settle(said, actor=MACHINE, units=units).fate == "credited"
        with units.read() as uow:
            assert balance_vnd(uow, accounts.bank(key)) == online.amount_vnd
    foreign = notice(None, 5_000, account_key="970436-999")
    assert settle(foreign, actor=MACHINE, units=units).why == "foreign_account"
    page = accounts_page(actor=OPERATOR, units=units)
    assert (page.current, [one.number for one in page.accounts]) == (2, [2, 1, 0])
    for wrong, error in (
        (replace(given, second_staff_id=None), SecondPersonNeeded),
        (replace(given, second_staff_id=_id(staff(units, "gdv.long-tri"))), SecondNotEntitled),
        (replace(given, words=" "), ReasonMissing),
        (replace(given, account_again="113366668889"), ReceivingAccountWrong),
        (replace(given, bank_bin="97041"), ReceivingAccountWrong),
        (replace(given, holder="Bưu điện"), ReceivingAccountWrong),
        (replace(given, valid_from=today - timedelta(days=1)), ReceivingAccountWrong),
    ):
        with pytest.raises(error):
            publish(units, wrong)
    with units.read() as uow:
        assert list(verify(uow)) == []


def test_the_second_program_finds_an_account_that_was_changed() -> None:
    row = {
        "id": "i", "number": 1, "bank_bin": "970415", "account": "11", "holder": "BUU DIEN",
        "bank_name": "B", "valid_from": "2027-01-01", "actor": "operator:a",
        "second_person": "staff:b",
    }  # fmt: skip
    payment = {"id": "p", "account_key": "970415-11"}

    def found(rows: list[dict[str, Any]], body: str, payments: list[dict[str, Any]]) -> list[str]:
        tables = {
            "FROM stream_events": [{"body": body}],
            "FROM receiving_accounts": rows,
            "FROM payments": payments,
        }
        return [
            wrong
            for _, wrong in accounts_that_differ(
                lambda sql: next(rows for name, rows in tables.items() if name in sql)
            )
        ]

    said = json.dumps(row)
    assert found([row], said, [payment]) == []
    assert found([{**row, "account": "12"}], said, []) == ["not as the chain says"]
    assert found([{**row, "second_person": "operator:a"}], said, [])[0] == "published by one person"
    assert found([], said, []) == ["in the chain only"]
    assert "which is not ours" in found([row], said, [{**payment, "account_key": "9-9"}])[0]


def _id(actor: Actor) -> UUID:
    return UUID(actor.id)
