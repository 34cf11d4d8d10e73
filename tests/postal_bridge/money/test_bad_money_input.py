"""Bad input of the money room: one outcome each, a code, a trace, and books that sum to nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.delivery.service import cancel
from postal_bridge.delivery.types import CancelReason
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.quotes import VALID_DAYS
from postal_bridge.money.service import (
    OnlinePayment,
    RequestOnline,
    parked_notices,
    payment_view,
    request_online,
    settle,
    verify_ledger,
)
from tests.builders.clock import pass_days
from tests.builders.doors import post_office, waiting
from tests.builders.money import (
    MACHINE,
    NOON,
    STAMP,
    clerk,
    make_quote,
    notice,
    pay_at_counter,
    with_drawer,
)

DAY_US = 86_400_000_000
KEPT = ("quotes", "payments", "journal_entries", "postings", "provider_events", "receipts")


@dataclass(frozen=True)
class Bad:
    """What is tried, with which quote, and the one code it ends in."""

    code: str
    act: Callable[[Units, Actor], object]


def quoting(**given: Any) -> Callable[[Units, Actor], object]:
    return lambda units, actor: make_quote(units, actor, **given)


def online(units: Units, actor: Actor, quote_id: UUID, dossier_id: UUID) -> OnlinePayment:
    with units.write() as uow:
        asked = RequestOnline(dossier_id, quote_id, (STAMP,), new_id())
        made = request_online(uow, asked, actor=actor)
        uow.commit()
    return made


QUOTES: dict[str, Bad] = {
    "weight 0": Bad("weight_not_positive", quoting(grams_result=0)),
    "weight below 0": Bad("weight_not_positive", quoting(grams_result=-1)),
    "weight 1e9": Bad("weight_too_large", quoting(grams_result=10**9)),
    "weight NaN": Bad("weight_not_whole", quoting(grams_result=float("nan"))),
    "weight 250g": Bad("weight_not_whole", quoting(grams_result="250g")),
    "unknown commune": Bad("fare_commune_unknown", quoting(to_commune="99999")),
    "relief without proof": Bad("relief_proof_missing", quoting(relief_code="poor_household")),
    "relief that is none": Bad(
        "relief_unknown", quoting(relief_code="x", relief_proof_seen=True)
    ),
    "relief that is none, without proof": Bad("relief_unknown", quoting(relief_code="x")),
}  # fmt: skip


def kept(units: Units) -> list[int]:
    """How many rows stand in each table of money."""
    with units.read() as uow:
        return [uow.session.scalar(text(f"SELECT count(*) FROM {one}")) or 0 for one in KEPT]  # noqa: S608  (our own names)


def assert_books_sum_to_nothing(units: Units) -> None:
    side = "SELECT coalesce(sum(amount_vnd), 0) FROM postings JOIN accounts ON code = "
    with units.read() as uow:
        debit, credit = (
            uow.session.scalar(text(side + column))
            for column in ("debit_account", "credit_account")
        )
        assert debit == credit
        assert list(verify_ledger(uow)) == []


def test_a_bad_quote_has_one_code_and_leaves_nothing(units: Units) -> None:
    actor = clerk()
    for name, bad in QUOTES.items():
        with pytest.raises(AppError) as refused:
            bad.act(units, actor)
        assert refused.value.code == bad.code, name
        assert kept(units) == [0] * len(KEPT), name


def test_a_bad_payment_has_one_code_and_leaves_nothing(units: Units) -> None:
    actor, other = clerk(), clerk()
    with_drawer(units, actor)
    mine, foreign = make_quote(units, actor), make_quote(units, other)
    paid = make_quote(units, actor)
    pay_at_counter(units, actor, paid)
    before = kept(units)
    bad: dict[str, Bad] = {
        "a đồng too little": Bad(
            "amount_differs", lambda u, a: pay_at_counter(u, a, mine, amount_vnd=25_999)
        ),
        "a quote of another office at the counter": Bad(
            "not_found", lambda u, a: pay_at_counter(u, a, foreign)
        ),
        "a quote of another office online": Bad(
            "not_found", lambda u, a: online(u, a, foreign.id, foreign.dossier_id)
        ),
        "a quote of another dossier at the counter": Bad(
            "not_found", lambda u, a: pay_at_counter(u, a, replace(mine, dossier_id=new_id()))
        ),
        "a quote of another dossier online": Bad(
            "not_found", lambda u, a: online(u, a, mine.id, new_id())
        ),
        "twice at the counter": Bad(
            "quote_already_settled", lambda u, a: pay_at_counter(u, a, paid)
        ),
        "online what is paid": Bad(
            "quote_already_settled", lambda u, a: online(u, a, paid.id, paid.dossier_id)
        ),
    }  # fmt: skip
    for name, one in bad.items():
        with pytest.raises(AppError) as refused:
            one.act(units, actor)
        assert refused.value.code == one.code, name
        assert kept(units) == before, name
    assert_books_sum_to_nothing(units)


def test_an_old_quote_is_paid_neither_at_the_counter_nor_online_but_its_transfer_counts(
    units: Units,
) -> None:
    actor = clerk()
    with_drawer(units, actor)
    old, asked = make_quote(units, actor), make_quote(units, actor)
    sent = online(units, actor, asked.id, asked.dossier_id)
    pass_days(units, VALID_DAYS + 1)
    before = kept(units)
    for pay in (
        lambda: pay_at_counter(units, actor, old),
        lambda: online(units, actor, old.id, old.dossier_id),
    ):
        with pytest.raises(AppError) as refused:
            pay()
        assert refused.value.code == "quote_expired"
    assert kept(units) == before
    assert settle(notice(sent.reference, 41_000), actor=MACHINE, units=units).fate == "credited"
    assert_books_sum_to_nothing(units)


def test_a_bad_notice_is_parked_or_refused_with_its_trace(units: Units) -> None:
    actor = clerk()
    priced = make_quote(units, actor)
    waits = online(units, actor, priced.id, priced.dossier_id)
    whys = {
        "currency": notice(waits.reference, 41_000, currency="USD"),
        "foreign_account": notice(waits.reference, 41_000, account_key="970436-999"),
        "unknown_reference": notice("PB000000000000", 41_000),
    }
    for why, word in whys.items():
        assert settle(word, actor=MACHINE, units=units).why == why
    with units.read() as uow:
        assert {one.why for one in parked_notices(uow, actor=MACHINE)} == set(whys)
    again = whys["unknown_reference"]
    assert settle(again, actor=MACHINE, units=units).is_repeat
    with pytest.raises(AppError) as refused:
        settle(replace(again, amount=1), actor=MACHINE, units=units)
    assert refused.value.code == "provider_notice_contradicts"
    assert_books_sum_to_nothing(units)


def test_a_clock_that_is_wrong_refuses_no_payment(units: Units) -> None:
    actor = clerk()
    for off in (timedelta(days=-400), timedelta(hours=-7), timedelta(days=2)):
        priced = make_quote(units, actor)
        waits = online(units, actor, priced.id, priced.dossier_id)
        word = notice(waits.reference, 41_000, occurred_at=NOON + off)
        assert settle(word, actor=MACHINE, units=units).fate == "credited"
    assert_books_sum_to_nothing(units)


def test_a_transfer_for_a_cancelled_delivery_is_parked_for_a_person(units: Units) -> None:
    office = post_office(units)
    with units.write() as uow:
        made = waiting(uow, office, 9_911, is_quoted_only=True).delivery
        uow.commit()
    assert made.quote_id is not None
    with units.write() as uow:
        asked = RequestOnline(made.dossier_id, made.quote_id)
        sent = request_online(uow, asked, actor=office.clerk)
        uow.commit()
    with units.write() as uow:
        cancel(uow, made.id, CancelReason.FETCHED_AT_SECTION, actor=office.clerk)
        uow.commit()
    word = notice(sent.reference, sent.amount_vnd)
    settled = settle(word, actor=MACHINE, units=units)
    assert (settled.fate, settled.why) == ("mismatch", "not_waiting")
    with units.read() as uow:
        assert payment_view(uow, sent.payment_id, actor=MACHINE).status == "failed"
        assert [one.amount for one in parked_notices(uow, actor=MACHINE)] == [sent.amount_vnd]
    assert_books_sum_to_nothing(units)


def test_many_words_of_one_payment_at_once_credit_it_once(units: Units) -> None:
    """The full size, 10,000, is `bin/bridge bench notices`."""
    actor = clerk()
    priced = make_quote(units, actor)
    waits = online(units, actor, priced.id, priced.dossier_id)
    word: ProviderNotice = notice(waits.reference, 41_000)
    with ThreadPoolExecutor(8) as pool:
        fates = list(pool.map(lambda _: settle(word, actor=MACHINE, units=units), range(200)))
    assert sum(not one.is_repeat for one in fates) == 1
    assert_books_sum_to_nothing(units)
