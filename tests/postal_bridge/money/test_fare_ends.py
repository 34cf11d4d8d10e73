"""A fare for a way nobody goes: owed no more, owed back to who bore it, fetched once, restored."""

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.budgets import budgets
from postal_bridge.money.errors import (
    AlreadyReversed,
    DrawerShort,
    FareCalledOff,
    FareGivenBack,
    NothingOwedBack,
    SecondPersonNeeded,
)
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.redirecting import dearer_by_vnd
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    FareEndKind,
    QuoteView,
    RequestOnline,
    bear_by_authority,
    call_off_fare,
    drawer_of_clerk,
    due_at_door,
    fare_ends_of,
    pay_back_fare,
    payment_status_of_quote,
    request_online,
    restore_fare,
    reverse_entry,
    settle,
    settle_borne,
    verify_ledger,
)
from postal_bridge.money.verify_fare_ends import fare_ends_that_differ
from tests.builders.money import (
    MACHINE,
    NEAR,
    STAMP,
    clerk,
    make_quote,
    notice,
    pay_at_counter,
    supervisor,
    with_drawer,
)
from tests.postal_bridge.money.test_budgets import give, online

SECTION = new_id()
whose_books_hold = pytest.mark.usefixtures("books_hold")


@pytest.fixture
def books_hold(units: Units) -> Iterator[None]:
    yield
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []


def both_ways(units: Units, actor: Actor) -> QuoteView:
    """26,000 đ there, 27,000 đ back, 8,000 đ for remitting the agency's fee."""
    return make_quote(
        units, actor, leg="both", grams_dossier=80, grams_result=180,
        collects_agency_fee=True, section_id=SECTION,
    )  # fmt: skip


def call_off(units: Units, priced: QuoteView, actor: Actor, why: str = "withdrawn") -> int:
    with units.write() as uow:
        owed_vnd = call_off_fare(uow, priced.id, why, actor=actor)
        uow.commit()
    return owed_vnd


def fetch(units: Units, priced: QuoteView, actor: Actor, second: Actor | None = None) -> int:
    with units.write() as uow:
        second_id = None if second is None else UUID(second.id)
        paid_vnd = pay_back_fare(uow, priced.id, actor=actor, second_staff_id=second_id)
        uow.commit()
    return paid_vnd


def drawer_vnd(units: Units, actor: Actor) -> int:
    with units.read() as uow:
        drawer = drawer_of_clerk(uow, actor=actor)
        assert drawer is not None
        return balance_vnd(uow, accounts.drawer_cash(drawer.id, drawer.unit_id))


@whose_books_hold
def test_the_way_back_is_owed_back_and_fetched_once_from_the_drawer_of_whoever_pays_it(
    units: Units,
) -> None:
    taker = clerk()
    assert taker.unit_id is not None
    payer = clerk(taker.unit_id)
    with_drawer(units, taker)
    with_drawer(units, payer, float_vnd=100_000)
    priced = both_ways(units, taker)
    paid = pay_at_counter(units, taker, priced, fees=(STAMP,), section_id=SECTION)
    before = drawer_vnd(units, taker)
    assert call_off(units, priced, taker) == 27_000  # not the way there, the charge or the fee
    assert call_off(units, priced, taker) == 27_000  # said twice, posted once
    assert drawer_vnd(units, taker) == before  # nobody's drawer is touched (M7)
    assert paid.entry_id is not None
    with units.write() as uow, pytest.raises(AlreadyReversed):
        reverse_entry(uow, paid.entry_id, "Hồ sơ rút", actor=taker, second=payer)
    with pytest.raises(SecondPersonNeeded):
        fetch(units, priced, taker)  # who called it off does not pay it out alone
    assert fetch(units, priced, payer) == 27_000
    assert drawer_vnd(units, payer) == 73_000
    with pytest.raises(NothingOwedBack):
        fetch(units, priced, payer)
    with units.write() as uow, pytest.raises(FareGivenBack):
        restore_fare(uow, priced.id, actor=payer, second_person=taker.ref)
    with units.read() as uow:
        (end,) = fare_ends_of(uow, priced.dossier_id, actor=payer)
        assert (end.kind, end.owed_vnd, end.paid_back_vnd) == (FareEndKind.PAID_BACK, 0, 27_000)


@whose_books_hold
def test_who_called_it_off_pays_it_out_beside_another_and_never_more_than_the_drawer_holds(
    units: Units,
) -> None:
    taker = clerk()
    with_drawer(units, taker, float_vnd=0)
    priced = make_quote(units, taker)
    pay_at_counter(units, taker, priced, method="card")  # the terminal has it, not the drawer
    call_off(units, priced, taker)
    with pytest.raises(SecondPersonNeeded):
        fetch(units, priced, taker, taker)
    with pytest.raises(DrawerShort):
        fetch(units, priced, taker, clerk(taker.unit_id))


@whose_books_hold
def test_what_was_not_paid_is_owed_no_more_and_money_that_still_comes_is_parked(
    units: Units,
) -> None:
    actor = clerk()
    at_door, by_bank = make_quote(units, actor), make_quote(units, actor)
    with units.write() as uow:
        due_at_door(uow, at_door.id, actor=actor)
        wanted = RequestOnline(by_bank.dossier_id, by_bank.id)
        first = request_online(uow, wanted, actor=actor)
        asked = request_online(uow, wanted, actor=actor)  # the first expires
        uow.commit()
    assert call_off(units, at_door, actor) == call_off(units, by_bank, actor) == 0
    with units.read() as uow:
        for one in (at_door, by_bank):
            payment = payment_status_of_quote(uow, one.id)
            assert payment is not None
            assert payment.status is PaymentStatus.FAILED
    for sent in (asked, first):
        late = settle(notice(sent.reference, sent.amount_vnd), actor=MACHINE, units=units)
        assert (late.fate, late.why) == ("mismatch", "not_waiting")
    with units.write() as uow, pytest.raises(FareCalledOff):
        due_at_door(uow, at_door.id, actor=actor)


@whose_books_hold
def test_whoever_bore_it_owes_it_no_more_and_the_budget_has_its_share_again(units: Units) -> None:
    actor = clerk()
    give(units, 26_000)
    by_budget, by_authority = online(units, actor), make_quote(units, actor)
    with units.write() as uow:
        settle_borne(uow, by_budget.id, actor=actor)
        bear_by_authority(uow, by_authority.id, "so-lao-dong", actor=actor)
        uow.commit()
    assert call_off(units, by_budget, actor) == call_off(units, by_authority, actor) == 0
    with units.read() as uow:
        assert budgets(uow)[0].left_vnd == 26_000
        for who in ("budget", "so-lao-dong"):
            assert balance_vnd(uow, accounts.authority(who)) == 0
    with units.write() as uow, pytest.raises(FareGivenBack):
        restore_fare(uow, by_budget.id, actor=actor, second_person="staff:other")


@whose_books_hold
def test_a_fare_restored_stands_as_before_and_may_be_called_off_again(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    pay_at_counter(units, actor, priced)
    call_off(units, priced, actor)
    with units.write() as uow:
        restore_fare(uow, priced.id, actor=actor, second_person=supervisor(new_id()).ref)
        restore_fare(uow, priced.id, actor=actor, second_person="")  # it stands already
        uow.commit()
    with units.read() as uow:
        assert fare_ends_of(uow, priced.dossier_id, actor=actor) == ()
        payment = payment_status_of_quote(uow, priced.id)
        assert payment is not None
        assert payment.status is PaymentStatus.PAID
    with pytest.raises(NothingOwedBack):
        fetch(units, priced, actor, replace(actor, id=str(new_id())))
    assert call_off(units, priced, actor) == 26_000


@pytest.mark.parametrize(
    ("facts", "owed_vnd", "said"),
    [
        ([("paid_back", 5)], 0, [("paid_back", 5)]),  # nothing was called off
        ([("called_off", 5)], 0, [("called_off", 5)]),  # and nothing is owed
        ([("called_off", 5)], 6, [("called_off", 5)]),
        ([("called_off", 5)], 5, []),  # not in the chain
        ([("called_off", 5), ("paid_back", 5)], 5, [("called_off", 5), ("paid_back", 5)]),
        ([], 5, []),
        ([], 0, [("called_off", 5)]),
    ],
)
def test_the_second_program_names_ends_that_do_not_hold(
    facts: list[tuple[str, int]], owed_vnd: int, said: list[tuple[str, int]]
) -> None:
    def rows(sql: str) -> list[dict[str, object]]:
        if "fare_ends" in sql:
            made = enumerate(facts, start=1)
            return [{"quote_id": "q", "no": n, "kind": k, "amount_vnd": v} for n, (k, v) in made]
        if "credit_account" in sql and owed_vnd:
            return [{"account": "owed_back:q", "amount_vnd": owed_vnd}]
        if "stream_events" not in sql:
            return []
        bodies = [(f"fare_{kind}", {"quote_id": "q", "amount_vnd": vnd}) for kind, vnd in said]
        return [{"kind": kind, "body": json.dumps(body)} for kind, body in bodies]

    assert list(fare_ends_that_differ(rows))


def test_a_redirect_is_measured_by_the_result_leg_of_the_stored_quote(units: Units) -> None:
    actor = clerk()
    priced = both_ways(units, actor)
    with units.read() as uow:
        assert dearer_by_vnd(uow, priced.id, NEAR, actor=actor) == 0
        # From zone 1 to zone 3, 180 g: 39,000 đ instead of 27,000 đ (Circular 22/2017).
        assert dearer_by_vnd(uow, priced.id, "31471", actor=actor) == 12_000
