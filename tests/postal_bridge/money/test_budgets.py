"""A budget is granted by month, booked under a lock, never overdrawn, and given back once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.budgets import BudgetView, GrantBudget, budgets, grant
from postal_bridge.money.errors import AmountDiffers, GrantWrong, QuoteExpired, VisitDiffers
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.quotes import VALID_DAYS
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    QuoteView,
    due_at_door,
    explained_quote,
    lapse_quote,
    reverse_entry,
    settle_borne,
    tariff_book,
    verify_ledger,
)
from postal_bridge.money.tariff import TariffUnknown, WeightTooLarge
from tests.builders.clock import pass_days
from tests.builders.money import MACHINE, NEAR, ON, clerk, make_quote, supervisor

PROGRAMME = "ha-noi-2026"
DAY_US = 86_400_000_000
OPERATOR = Actor.operator()


def give(units: Units, amount_vnd: Any, month: date = ON, **more: Any) -> BudgetView:
    given = GrantBudget(**{"programme": PROGRAMME, "instrument": "QĐ 1/QĐ-UBND", **more,
                           "month": month, "amount_vnd": amount_vnd})  # fmt: skip
    with units.write() as uow:
        made = grant(uow, given, tariff_book(uow), actor=OPERATOR)
        uow.commit()
    return made


def online(units: Units, actor: Actor, **more: Any) -> QuoteView:
    """A result of 26,000 đ in Hà Nội, filed on-line."""
    return make_quote(units, actor, **{"province_overlay_channel": "online", **more})


@pytest.fixture(autouse=True)
def books_hold(units: Units) -> Iterator[None]:
    yield
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []


def test_the_budget_runs_out_in_mid_month_and_then_the_citizen_pays(units: Units) -> None:
    actor = clerk()
    give(units, 60_000)
    first, second, third = (online(units, actor) for _ in range(3))
    assert [one.citizen_vnd for one in (first, second, third)] == [0, 0, 26_000]
    assert third.payers == {"citizen": 26_000}
    source = "Báo Lao Động 1634558"
    assert f"không còn đủ cho cước này: {source}" in third.explanation_vi
    assert f"trong phạm vi ngân sách được cấp: {source}" in first.explanation_vi
    assert not any(PROGRAMME in one.explanation_vi for one in (first, second, third))
    with units.read() as uow:
        assert budgets(uow) == (BudgetView(PROGRAMME, date(2026, 3, 1), 60_000, 52_000),)
    give(units, 18_000)  # the authority adds what makes one more share
    assert online(units, actor).citizen_vnd == 0
    assert online(units, actor).citizen_vnd == 26_000


def test_a_share_is_borne_whole_or_not_at_all(units: Units) -> None:
    give(units, 25_999)
    assert online(units, clerk()).payers == {"citizen": 26_000}


def test_each_month_has_its_own_grant_and_none_means_nothing_to_spend(units: Units) -> None:
    actor = clerk()
    assert online(units, actor).citizen_vnd == 26_000
    give(units, 26_000, date(2026, 3, 31))
    assert online(units, actor, on=date(2026, 4, 1)).citizen_vnd == 26_000
    assert online(units, actor, on=date(2026, 3, 1)).citizen_vnd == 0


def test_a_quote_that_lapses_gives_its_share_back_once_and_a_settled_one_keeps_it(
    units: Units,
) -> None:
    actor = clerk()
    give(units, 52_000)
    left, taken = online(units, actor), online(units, actor)
    with units.write() as uow:
        settle_borne(uow, taken.id, actor=actor)
        before = budgets(uow)
        lapse_quote(uow, left.id, actor=MACHINE)  # too early: it still stands
        uow.session.flush()
        assert budgets(uow) == before
        uow.commit()
    pass_days(units, VALID_DAYS + 1)
    for _ in range(2):
        with units.write() as uow:
            lapse_quote(uow, left.id, actor=MACHINE)
            lapse_quote(uow, taken.id, actor=MACHINE)
            uow.commit()
    with units.read() as uow:
        (month,) = budgets(uow)
        assert (month.booked_vnd, month.left_vnd) == (26_000, 26_000)


def give_back(units: Units, actor: Actor, entry_id: UUID | None) -> None:
    assert entry_id is not None
    with units.write() as uow:
        reverse_entry(uow, entry_id, "Hồ sơ rút", actor=actor, second=supervisor(new_id()))
        uow.commit()


def test_a_fare_that_is_given_back_gives_its_share_back_once(units: Units) -> None:
    actor = clerk()
    give(units, 52_000)
    made, kept = online(units, actor), online(units, actor)
    with units.write() as uow:
        paid = settle_borne(uow, made.id, actor=actor)
        settle_borne(uow, kept.id, actor=actor)
        uow.commit()
    give_back(units, actor, paid.entry_id)
    pass_days(units, VALID_DAYS + 1)
    with units.write() as uow:
        lapse_quote(uow, made.id, actor=MACHINE)  # it stands in the budget already
        uow.commit()
    with units.read() as uow:
        assert budgets(uow)[0].left_vnd == 26_000
        whys = uow.session.scalars(text("SELECT why FROM fare_budget_bookings ORDER BY why")).all()
    assert whys == ["quoted", "quoted", "refunded"]


def test_a_fare_that_was_given_back_is_not_settled_out_of_the_budget_again(units: Units) -> None:
    actor = clerk()
    give(units, 26_000)
    made = online(units, actor)
    with units.write() as uow:
        paid = settle_borne(uow, made.id, actor=actor)
        uow.commit()
    give_back(units, actor, paid.entry_id)
    assert online(units, actor).citizen_vnd == 0  # somebody else has the share now
    with units.write() as uow, pytest.raises(QuoteExpired):
        settle_borne(uow, made.id, actor=actor)
    with units.read() as uow:
        assert balance_vnd(uow, accounts.authority("budget")) == 0


def test_many_quotes_at_once_never_overdraw(units: Units) -> None:
    actor = clerk()
    give(units, 26_000 * 5)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: online(units, actor), range(12)))
    assert sorted(one.citizen_vnd for one in made) == [0] * 5 + [26_000] * 7
    with units.read() as uow:
        assert budgets(uow)[0].left_vnd == 0


def test_the_database_itself_refuses_an_overdraft(units: Units) -> None:
    give(units, 10)
    with units.write() as uow, pytest.raises(IntegrityError):
        uow.session.execute(text("UPDATE fare_budgets SET booked_vnd = 11"))


def test_a_grant_that_makes_no_sense_is_refused(units: Units) -> None:
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"amount_vnd": 0}, GrantWrong),
        ({"amount_vnd": -5}, GrantWrong),
        ({"amount_vnd": 10.5}, GrantWrong),
        ({"amount_vnd": 10**18}, GrantWrong),
        ({"instrument": "  "}, GrantWrong),
        ({"programme": "thua-thien-hue-2020"}, GrantWrong),
        ({"programme": "nowhere"}, TariffUnknown),
    ]
    for given, error in wrong:
        with pytest.raises(error):
            give(units, **{"amount_vnd": 1_000, **given})
    with units.read() as uow:
        assert budgets(uow) == ()


def test_what_a_budget_bears_of_a_free_fare_is_owed_by_it(units: Units) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    give(units, 26_000)
    made = online(units, actor)
    for _ in range(2):  # the second time changes nothing
        with units.write() as uow:
            assert settle_borne(uow, made.id, actor=actor).status is PaymentStatus.PAID
            uow.commit()
    with units.read() as uow:
        assert balance_vnd(uow, accounts.authority("budget")) == 26_000
        assert balance_vnd(uow, accounts.fare_revenue(actor.unit_id)) == -26_000


def test_what_the_citizen_owes_is_not_settled_as_borne(units: Units) -> None:
    actor = clerk()
    made = make_quote(units, actor)
    with units.write() as uow, pytest.raises(AmountDiffers):
        settle_borne(uow, made.id, actor=actor)


def at_door(units: Units, actor: Actor, made: QuoteView) -> QuoteView:
    with units.write() as uow:
        due_at_door(uow, made.id, actor=actor)
        uow.commit()
    return made


def test_the_results_of_a_household_come_on_one_visit_for_one_fare(units: Units) -> None:
    actor = clerk()
    first = at_door(units, actor, make_quote(units, actor))
    joins = {"visit": "household", "joins_quote_id": first.id}
    second = at_door(units, actor, make_quote(units, actor, **joins))
    third = make_quote(units, actor, grams_result=400, visit="household", joins_quote_id=second.id)
    assert [one.total_vnd for one in (first, second, third)] == [26_000, 1_000, 3_700]
    with units.read() as uow:
        said = explained_quote(uow, third.id, "en", actor=actor)
    assert any("the whole visit of 560 g costs 30,700 đ" in reason for reason in said.reasons)


def test_two_that_join_a_visit_at_once_see_each_other(units: Units) -> None:
    actor = clerk()
    first = at_door(units, actor, make_quote(units, actor, grams_result=90))

    def join(_: int) -> int:
        joins = {"visit": "household", "joins_quote_id": first.id, "grams_result": 90}
        return make_quote(units, actor, **joins).total_vnd

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(join, range(4))) == [0, 0, 1_000, 1_500]
    with units.read() as uow:
        total = uow.session.scalar(text("SELECT sum(total_vnd) FROM quotes"))
    assert total == 28_500  # 450 g in column A


def test_what_cannot_come_on_the_visit_is_refused(units: Units) -> None:
    actor = clerk()
    first = at_door(units, actor, make_quote(units, actor))
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"to_commune": "00166"}, "place"),
        ({"on": date(2026, 3, 3)}, "day"),
        ({"leg": "dossier", "from_commune": NEAR, "grams_dossier": 80}, "leg"),
        ({"visit": "street"}, "leg"),
    ]
    for given, fault in wrong:
        joins = {"visit": "household", "joins_quote_id": first.id, **given}
        with pytest.raises(VisitDiffers) as refused:
            make_quote(units, actor, **joins)
        assert refused.value.params["fault"] == fault


def test_a_visit_carries_no_more_than_the_tariff_knows(units: Units) -> None:
    actor = clerk()
    first = at_door(units, actor, make_quote(units, actor, grams_result=60_000))
    with pytest.raises(WeightTooLarge) as refused:
        make_quote(units, actor, grams_result=40_001, visit="household", joins_quote_id=first.id)
    assert refused.value.params == {"grams": 100_001, "heaviest_grams": 100_000}


def test_nobody_joins_a_visit_that_nobody_settled(units: Units) -> None:
    actor = clerk()
    first = make_quote(units, actor)
    with pytest.raises(VisitDiffers) as refused:
        make_quote(units, actor, visit="household", joins_quote_id=first.id)
    assert refused.value.params["fault"] == "unsettled"


def test_a_foreign_dossiers_visit_is_not_there(units: Units) -> None:
    actor = clerk()
    first = at_door(units, actor, make_quote(units, actor))
    with pytest.raises(NotFound):
        make_quote(units, clerk(), visit="household", joins_quote_id=first.id)
