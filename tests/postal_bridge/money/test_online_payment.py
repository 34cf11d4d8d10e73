"""A bank says "paid": credited once, parked when it does not fit, never refused for its age."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts, vietqr
from postal_bridge.money.bank import BankNotices, find_reference, sign
from postal_bridge.money.errors import BadSignature, NoticeContradicts, NoticeUnreadable
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.payments import move_payment
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.rules import PaymentAction, PaymentStatus
from postal_bridge.money.service import (
    OnlinePayment,
    RequestOnline,
    online_payment,
    parked_notices,
    payment_view,
    request_online,
    settle,
    verify_ledger,
)
from postal_bridge.money.store import MoneyStore
from tests.builders.money import (
    MACHINE,
    NOON,
    ask_online,
    clerk,
    make_quote,
    notice,
    pay_at_counter,
    with_drawer,
)

KEY = receiving_account().key


def bank_holds_vnd(units: Units) -> int:
    with units.read() as uow:
        return balance_vnd(uow, accounts.bank(KEY))


def status(units: Units, online: OnlinePayment) -> PaymentStatus:
    with units.read() as uow:
        return payment_view(uow, online.payment_id, actor=MACHINE).status


def assert_books_hold(units: Units) -> None:
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []


def test_the_code_asks_for_the_amount_under_our_reference(units: Units) -> None:
    online = ask_online(units, clerk())
    read = vietqr.read(online.payload)
    assert (read.amount_vnd, read.note) == (41_000, online.reference)
    assert f"{read.bank_bin}-{read.account}" == KEY
    assert status(units, online) is PaymentStatus.PENDING  # showing a code pays nothing


def test_a_notice_is_credited_once_however_often_it_comes(units: Units) -> None:
    online = ask_online(units, clerk())
    word = notice(online.reference, 41_000)
    first = settle(word, actor=MACHINE, units=units)
    again = settle(word, actor=MACHINE, units=units)
    assert (first.fate, first.is_repeat) == ("credited", False)
    assert (again.event_id, again.fate, again.is_repeat) == (first.event_id, "credited", True)
    assert bank_holds_vnd(units) == 41_000
    assert_books_hold(units)


@pytest.mark.parametrize("knows_payment", [True, False])
def test_parallel_notices_of_one_transfer_credit_once(units: Units, knows_payment: bool) -> None:
    online = ask_online(units, clerk())
    word = notice(online.reference if knows_payment else None, 41_000)
    with ThreadPoolExecutor(8) as pool:
        fates = list(pool.map(lambda _: settle(word, actor=MACHINE, units=units), range(40)))
    assert len({fate.event_id for fate in fates}) == 1
    assert sum(not fate.is_repeat for fate in fates) == 1
    assert bank_holds_vnd(units) == 41_000
    assert_books_hold(units)


def test_two_transfers_for_one_payment_credit_one_and_park_the_other(units: Units) -> None:
    online = ask_online(units, clerk())
    with ThreadPoolExecutor(4) as pool:
        fates = list(
            pool.map(
                lambda word: settle(word, actor=MACHINE, units=units),
                [notice(online.reference, 41_000) for _ in range(4)],
            )
        )
    assert sorted(fate.why or "" for fate in fates) == ["", *["not_waiting"] * 3]
    assert status(units, online) is PaymentStatus.PAID
    assert bank_holds_vnd(units) == 4 * 41_000  # all of it is there, three parts of it unplaced
    assert_books_hold(units)


def test_a_transfer_three_days_late_still_counts(units: Units) -> None:
    online = ask_online(units, clerk())
    with units.write() as uow:
        row = MoneyStore(uow.session).payment(online.payment_id, MACHINE.scope)
        move_payment(uow, row, PaymentAction.EXPIRE, actor=MACHINE)
        uow.commit()
    old = notice(online.reference, 41_000, occurred_at=NOON - timedelta(days=300))
    assert settle(old, actor=MACHINE, units=units).fate == "credited"
    assert status(units, online) is PaymentStatus.PAID


def test_money_that_comes_after_the_counter_was_paid_is_parked(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    with units.write() as uow:
        online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=actor)
        uow.commit()
    pay_at_counter(units, actor, priced)
    late = settle(notice(online.reference, 26_000), actor=MACHINE, units=units)
    assert (late.fate, late.why) == ("mismatch", "not_waiting")
    assert bank_holds_vnd(units) == 26_000
    assert_books_hold(units)


@pytest.mark.parametrize(
    ("wrong", "why", "held_vnd"),
    [
        ({"amount": 40_999}, "amount", 40_999),
        ({"amount": 4_100_000}, "amount", 4_100_000),
        ({"currency": "USD"}, "currency", 0),
        ({"account_key": "970436-999"}, "foreign_account", 0),
        ({"reference": "PB000000000000"}, "unknown_reference", 41_000),
        ({"reference": None}, "unknown_reference", 41_000),
    ],
)
def test_what_does_not_fit_is_parked_with_its_money(
    units: Units, wrong: dict[str, Any], why: str, held_vnd: int
) -> None:
    online = ask_online(units, clerk())
    word = replace(notice(online.reference, 41_000), **wrong)
    settled = settle(word, actor=MACHINE, units=units)
    assert (settled.fate, settled.why) == ("mismatch", why)
    expected = PaymentStatus.MISMATCH if why == "amount" else PaymentStatus.PENDING
    assert status(units, online) is expected
    assert bank_holds_vnd(units) == held_vnd
    with units.read() as uow:
        assert [parked.why for parked in parked_notices(uow, actor=MACHINE)] == [why]
    assert_books_hold(units)


def test_a_strangers_word_takes_no_way_of_paying_away(units: Units) -> None:
    """A transfer of 1 đồng, then the whole amount: paid, and the 1 đồng still waits for two."""
    online = ask_online(units, clerk())
    for wrong in ({"amount": 1}, {"currency": "USD"}, {"account_key": "970436-999"}):
        settle(replace(notice(online.reference, 41_000), **wrong), actor=MACHINE, units=units)
    with units.read() as uow:
        assert online_payment(uow, online.payment_id, actor=MACHINE).is_payable
    whole = settle(notice(online.reference, 41_000), actor=MACHINE, units=units)
    assert (whole.fate, status(units, online)) == ("credited", PaymentStatus.PAID)
    assert bank_holds_vnd(units) == 41_001
    assert_books_hold(units)


def test_what_is_paid_elsewhere_meanwhile_is_not_paid_twice(units: Units) -> None:
    """Another amount came, a clerk took the fare in cash, then the whole amount came too."""
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    with units.write() as uow:
        online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=actor)
        uow.commit()
    settle(notice(online.reference, 1), actor=MACHINE, units=units)
    pay_at_counter(units, actor, priced)
    with units.read() as uow:
        assert not online_payment(uow, online.payment_id, actor=MACHINE).is_payable
    late = settle(notice(online.reference, 26_000), actor=MACHINE, units=units)
    assert (late.fate, late.why) == ("mismatch", "not_waiting")
    assert_books_hold(units)


def test_one_transaction_with_two_contents_is_refused(units: Units) -> None:
    online = ask_online(units, clerk())
    word = notice(online.reference, 41_000)
    settle(word, actor=MACHINE, units=units)
    with pytest.raises(NoticeContradicts):
        settle(replace(word, amount=1), actor=MACHINE, units=units)
    assert bank_holds_vnd(units) == 41_000


def test_a_credit_is_the_machines_own_posting(units: Units) -> None:
    online = ask_online(units, clerk())
    word = notice(online.reference, 41_000)
    settle(word, actor=MACHINE, units=units)
    with units.read() as uow:
        row = uow.session.execute(
            text("SELECT actor, actor_kind, cause FROM journal_entries WHERE kind = :kind"),
            {"kind": "online_payment"},
        ).one()
    assert tuple(row) == ("system:money.settle_bank", "system", f"bank:{word.transaction}")


def body(**given: Any) -> bytes:
    said = {
        "transaction": "FT1",
        "bin": "970436",
        "account": "0123456789",
        "amount": 41_000,
        "currency": "VND",
        "note": "MBVCB.123.pb7k2m9qx4zd0a.CT tu 99 toi BUU DIEN",
        "at": "2026-03-02T12:00:00+07:00",
        **given,
    }
    return json.dumps(said).encode()


def test_a_signed_message_is_read_and_our_reference_found_in_the_banks_words() -> None:
    ring = KeyRing.fresh()
    read = BankNotices().read(body(), {"x-signature": sign(ring, body())}, ring=ring)
    assert read.reference == "PB7K2M9QX4ZD0A"
    assert (read.amount, read.currency, read.account_key) == (41_000, "VND", KEY)


def test_a_wrong_missing_or_foreign_signature_is_refused() -> None:
    ring = KeyRing.fresh()
    good = sign(ring, body())
    for headers, sent in (
        ({}, body()),
        ({"X-Signature": good}, body(amount=1)),
        ({"X-Signature": good[:-1] + ("0" if good[-1] != "0" else "1")}, body()),
        ({"X-Signature": sign(KeyRing.fresh(), body())}, body()),
        ({"X-Signature": f"{next(iter(ring.keys))}:é"}, body()),
    ):
        with pytest.raises(BadSignature):
            BankNotices().read(sent, headers, ring=ring)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{}",
        body(amount="41000"),
        body(amount=1.5),
        body(amount=True),
        body(amount=0),
        body(amount=-1),
        body(currency="đồng"),
        body(at="2026-03-02T12:00:00"),
        body(transaction=""),
        body(transaction=7),
        b'{"note": "' + b"a" * 20_000 + b'"}',
    ],
)
def test_a_signed_message_out_of_shape_is_unreadable(sent: bytes) -> None:
    ring = KeyRing.fresh()
    with pytest.raises(NoticeUnreadable):
        BankNotices().read(sent, {"X-Signature": sign(ring, sent)}, ring=ring)


def test_a_note_with_two_references_names_none() -> None:
    assert find_reference("PB7K2M9QX4ZD0A PB7K2M9QX4ZD0B") is None
    assert find_reference("PB7K2M9QX4ZD0A again PB7K2M9QX4ZD0A") == "PB7K2M9QX4ZD0A"
    assert find_reference("XPB7K2M9QX4ZD0A99") is None
