from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.text import Texts
from postal_bridge.money.ceiling import AboveCeiling
from postal_bridge.money.fare_column import Column
from postal_bridge.money.fare_text import explanation
from postal_bridge.money.pricing import best_relief, price
from postal_bridge.money.tariff import (
    Leg,
    Quote,
    QuoteRequest,
    ReliefUnknown,
    TariffBook,
    TariffUnknown,
    WeightNotPositive,
    WeightTooLarge,
)
from postal_bridge.money.tariff_files import SHIPPED, load_tariffs

TODAY = date(2026, 11, 21)
GRAMS = (1, 100, 101, 250, 251, 500, 501, 1000, 1001, 1500, 2000)

# Recomputed by hand from the two tables of Circular 22/2017/TT-BTTTT, one figure per weight.
VECTORS = {
    "dossier A": "26000 26000 26000 26000 26500 26500 28700 28700 30900 30900 33100",
    "dossier B": "30000 30000 30000 30000 30500 30500 33400 33400 36300 36300 39200",
    "dossier C": "30500 30500 31000 31000 32500 32500 36100 36100 39700 39700 43300",
    "dossier D": "31000 31000 34000 34000 38000 38000 44300 44300 50600 50600 56900",
    "dossier E": "31500 31500 38000 38000 51000 51000 60700 60700 70400 70400 80100",
    "result A": "26000 26000 27000 27000 28500 28500 30700 30700 32900 32900 35100",
    "result B": "30000 30000 31000 31000 32500 32500 35400 35400 38300 38300 41200",
    "result C": "30500 30500 32000 32000 34500 34500 38100 38100 41700 41700 45300",
    "result D": "31000 31000 35000 35000 40000 40000 46300 46300 52600 52600 58900",
    "result E": "31500 31500 39000 39000 53000 53000 62700 62700 72400 72400 82100",
}


def quote(request: QuoteRequest, book: TariffBook | None = None) -> Quote:
    return price(request, book or load_tariffs())


def asked(leg: str, column: str, grams: int, on: date = TODAY, **more: object) -> QuoteRequest:
    return QuoteRequest(Leg(leg), Column(column), grams, on, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", VECTORS)
def test_every_cell_of_the_circular(row: str) -> None:
    leg, column = row.split()
    totals = [quote(asked(leg, column, grams)).total_vnd for grams in GRAMS]
    assert totals == [int(figure) for figure in VECTORS[row].split()]


def test_both_legs_are_added_each_on_its_own_weight() -> None:
    assert quote(asked("both", "C", 250)).total_vnd == 63_000
    assert quote(asked("both", "A", 80)).total_vnd == 52_000
    assert quote(asked("both", "B", 900, result_grams=80)).total_vnd == 33_400 + 30_000


def test_weights_out_of_range_and_unknown_inputs_are_refused() -> None:
    for grams in (0, -1):
        with pytest.raises(WeightNotPositive):
            quote(asked("result", "A", grams))
    with pytest.raises(WeightNotPositive):
        quote(asked("both", "A", 1, result_grams=0))
    with pytest.raises(WeightTooLarge):
        quote(asked("result", "A", 10**9))
    with pytest.raises(ReliefUnknown):
        quote(asked("result", "A", 1, relief="nobody"))
    with pytest.raises(TariffUnknown):
        quote(asked("result", "A", 1, on=date(2017, 12, 31)))


def test_relief_touches_the_fare_and_not_the_remittance_charge() -> None:
    half = quote(asked("both", "A", 80, relief="poor_household", remits_agency_money=True))
    assert half.payers == {"citizen": 26_000 + 8_000}
    free = quote(asked("both", "A", 80, relief="heroic_mother", remits_agency_money=True))
    assert free.payers == {"citizen": 8_000}


def test_of_two_reliefs_the_better_one_is_taken_alone() -> None:
    tariff = load_tariffs().tariff_on(TODAY)
    assert best_relief(tariff, ["poor_household", "heroic_mother", "hero"]) == "heroic_mother"
    assert best_relief(tariff, []) is None


@pytest.mark.parametrize(
    ("column", "on", "grams", "total_vnd"),
    [
        ("A", "2020-03-01", 100, 15_000),
        ("B", "2020-04-30", 100, 20_000),
        ("A", "2020-04-30", 101, 27_000),
        ("C", "2020-03-15", 100, 30_500),
        ("A", "2020-02-29", 100, 26_000),
        ("A", "2020-05-01", 100, 26_000),
    ],
)
def test_quang_ngai_lowered_the_lightest_fares_for_two_months(
    column: str, on: str, grams: int, total_vnd: int
) -> None:
    request = asked("result", column, grams, date.fromisoformat(on), province="51")
    assert quote(request).total_vnd == total_vnd
    if on >= "2020-03-01" and on <= "2020-04-30" and total_vnd < 25_000:
        elsewhere = asked("result", column, grams, date.fromisoformat(on), province="48")
        assert quote(elsewhere).total_vnd > total_vnd


def test_in_hue_post_and_budget_shared_what_citizens_who_filed_online_owed() -> None:
    spring = date(2020, 4, 1)
    shared = quote(asked("both", "B", 80, spring, province="46", channel="online"))
    assert shared.payers == {"citizen": 0, "post": 30_000, "budget": 30_000}
    assert shared.total_vnd == 60_000
    at_counter = quote(asked("both", "B", 80, spring, province="46", channel="direct"))
    assert at_counter.payers == {"citizen": 60_000}


def test_what_sharing_leaves_over_is_borne_by_the_first_named(tmp_path: Path) -> None:
    for name in ("tt22-2017.toml", "overlays.toml"):
        text = (SHIPPED / name).read_text(encoding="utf-8")
        uneven = text.replace("{ post = 50, budget = 50 }", "{ post = 33, budget = 67 }")
        (tmp_path / name).write_text(uneven, encoding="utf-8")
    request = asked(
        *("result", "C", 80, date(2020, 4, 1)),
        province="46",
        channel="online",
        relief="poor_household",
    )
    priced = quote(request, load_tariffs(tmp_path))
    # 15,250 đ: 33 % is 5,032.5 and 67 % is 10,217.5.
    assert priced.payers == {"citizen": 0, "post": 5_033, "budget": 10_217}
    assert priced.total_vnd == 15_250


def test_ha_noi_pays_for_results_only_while_its_budget_lasts() -> None:
    request = asked("both", "A", 80, province="01", channel="online")
    assert quote(request).payers == {"citizen": 26_000, "budget": 26_000}
    spent = asked(
        *("both", "A", 80),
        province="01",
        channel="online",
        spent_out=frozenset({"ha-noi-2026"}),
    )
    assert quote(spent).payers == {"citizen": 52_000}
    before = asked("both", "A", 80, date(2025, 12, 31), province="01", channel="online")
    assert quote(before).payers == {"citizen": 52_000}


def test_in_khanh_hoa_the_listed_persons_were_free() -> None:
    then = date(2019, 6, 1)
    free = asked("result", "A", 80, then, province="56", relief="war_invalid")
    assert quote(free).total_vnd == 0
    assert quote(asked("result", "A", 80, then, province="56")).total_vnd == 26_000


@pytest.mark.parametrize("row", [row for row in VECTORS if not row.endswith("E")])
def test_da_nang_agreed_on_the_ceilings_themselves(row: str) -> None:
    leg, column = row.split()
    for grams in GRAMS:
        local = quote(asked(leg, column, grams, date(2021, 5, 1), province="48"))
        assert local.total_vnd == quote(asked(leg, column, grams, date(2021, 5, 1))).total_vnd
        assert local.lines[0].overlay == "da-nang-2021"


def test_a_local_table_above_the_ceiling_is_refused(tmp_path: Path) -> None:
    for name in ("tt22-2017.toml", "overlays.toml"):
        text = (SHIPPED / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("A = [15000]", "A = [26100]"), encoding="utf-8")
    with pytest.raises(AboveCeiling):
        load_tariffs(tmp_path)


def test_a_quote_explains_itself_in_both_languages() -> None:
    request = asked("result", "B", 501, relief="poor_household", remits_agency_money=True)
    texts, priced = Texts.load(), quote(request)
    vietnamese = explanation(priced, texts, "vi")
    for part in ("Cột B (liên huyện)", "35.400 đ", "hộ nghèo", "17.700 đ", "8.000 đ", "22/2017"):
        assert part in vietnamese
    english = explanation(priced, texts, "en")
    for part in ("Column B", "35,400 đ", "poor households", "17,700 đ", "Circular 22/2017"):
        assert part in english


columns = st.sampled_from(list(Column))
single_legs = st.sampled_from([Leg.DOSSIER, Leg.RESULT])
# Weights near the steps, where the mistakes are.
weights = st.builds(
    lambda step, off: max(1, step + off),
    st.sampled_from([1, 100, 250, 500, 1000, 1500, 5000]),
    st.integers(-2, 2),
)
provinces = st.sampled_from([None, "01", "46", "48", "51", "56"])
days = st.sampled_from([date(2019, 6, 1), date(2020, 4, 1), date(2021, 5, 1), TODAY])
reliefs = st.sampled_from([None, "poor_household", "heroic_mother"])


@given(single_legs, columns, weights, weights)
def test_more_weight_never_costs_less(leg: Leg, column: Column, a: int, b: int) -> None:
    light, heavy = sorted([a, b])
    cheap = quote(QuoteRequest(leg, column, light, TODAY))
    dear = quote(QuoteRequest(leg, column, heavy, TODAY))
    assert cheap.total_vnd <= dear.total_vnd


@given(single_legs, weights)
def test_a_farther_column_never_costs_less(leg: Leg, grams: int) -> None:
    totals = [quote(QuoteRequest(leg, column, grams, TODAY)).total_vnd for column in Column]
    assert totals == sorted(totals)


@given(columns, weights, weights, provinces, days, reliefs, st.booleans())
def test_both_is_the_sum_of_its_legs(
    column: Column,
    grams: int,
    result_grams: int,
    province: str | None,
    on: date,
    relief: str | None,
    is_online: bool,
) -> None:
    def priced(leg: Leg, weight_g: int, other_g: int | None = None) -> int:
        request = QuoteRequest(
            leg=leg,
            column=column,
            grams=weight_g,
            on=on,
            result_grams=other_g,
            relief=relief,
            province=province,
            channel="online" if is_online else "direct",
        )
        answer = quote(request)
        assert sum(answer.payers.values()) == answer.total_vnd
        assert all(amount >= 0 for amount in answer.payers.values())
        return answer.total_vnd

    legs = priced(Leg.DOSSIER, grams) + priced(Leg.RESULT, result_grams)
    assert priced(Leg.BOTH, grams, result_grams) == legs


@given(single_legs, columns, weights)
def test_half_a_fare_is_a_whole_number_of_dong(leg: Leg, column: Column, grams: int) -> None:
    whole = quote(QuoteRequest(leg, column, grams, TODAY)).total_vnd
    half = quote(QuoteRequest(leg, column, grams, TODAY, relief="hero")).total_vnd
    assert half * 2 == whole
