"""The engine's rules by table: reliefs, dates, programmes, VAT, one visit; and its laws."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.text import Texts
from postal_bridge.money.cheaper import savings
from postal_bridge.money.fare_column import Column
from postal_bridge.money.fare_text import explain, explanation
from postal_bridge.money.pricing import price
from postal_bridge.money.tariff import (
    Leg,
    Overlay,
    Payer,
    Quote,
    QuoteRequest,
    ShareOrder,
    TariffBook,
    WeightNotPositive,
    WeightNotWhole,
    WeightTooLarge,
)
from postal_bridge.money.tariff_files import load_tariffs

BOOK = load_tariffs()
BASE = BOOK.tariff_on(date(2026, 11, 21))
TODAY = date(2026, 11, 21)
# Circular 22/2017/TT-BTTTT, article on exemption and reduction.
FREE = ("revolutionary_before_1945", "heroic_mother")
HALF = (
    "hero",
    "war_invalid",
    "sick_soldier",
    "toxic_chemicals",
    "imprisoned_activist",
    "martyr_family",
    "poor_household",
    "difficult_area",
)


def asked(leg: str, column: str, grams: Any, on: date = TODAY, **more: Any) -> QuoteRequest:
    return QuoteRequest(Leg(leg), Column(column), grams, on, **more)


def programme(**given: Any) -> Overlay:
    """A programme of Hà Nội from 2026 on; any field may be given otherwise."""
    fields: dict[str, Any] = {
        "id": "test",
        "province": "01",
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
        "source": "một văn bản",
        "source_en": "an instrument",
        "channel": None,
        "legs": frozenset(),
        "has_budget": False,
        "relief_percent": None,
        "cells": {},
        "split": ((Payer.CITIZEN, 50), (Payer.BUDGET, 50)),
        **given,
    }
    return Overlay(**fields)


def in_ha_noi(request: QuoteRequest, overlay: Overlay) -> Quote:
    return price(replace(request, province="01"), TariffBook(BOOK.tariffs, (overlay,)))


@pytest.mark.parametrize("relief", [*FREE, *HALF])
@pytest.mark.parametrize("column", list("ABCDE"))
def test_each_relief_in_each_column_leaves_nothing_or_half(relief: str, column: str) -> None:
    whole = price(asked("both", column, 260, result_grams=501), BOOK).total_vnd
    eased = price(asked("both", column, 260, result_grams=501, relief=relief), BOOK).total_vnd
    assert eased * (2 if relief in HALF else 1) == (whole if relief in HALF else 0)


def test_the_circular_lists_these_reliefs_and_no_others() -> None:
    assert {code: one.percent for code, one in BASE.reliefs.items()} == {
        **dict.fromkeys(FREE, 100),
        **dict.fromkeys(HALF, 50),
    }
    assert all(one.proof for one in BASE.reliefs.values())


@pytest.mark.parametrize(
    ("province", "channel", "first", "last", "overlay"),
    [
        ("48", None, date(2021, 4, 20), date(2025, 6, 30), "da-nang-2021"),
        ("56", None, date(2019, 1, 1), date(2020, 12, 31), "khanh-hoa-2019"),
        ("51", None, date(2020, 3, 1), date(2020, 4, 30), "quang-ngai-2020"),
        ("46", "online", date(2020, 3, 14), date(2020, 6, 30), "thua-thien-hue-2020"),
        ("01", "online", date(2026, 1, 1), None, "ha-noi-2026"),
    ],
)
def test_a_programme_holds_from_its_first_day_to_its_last(
    province: str, channel: str | None, first: date, last: date | None, overlay: str
) -> None:
    def name(on: date) -> str | None:
        request = asked("result", "A", 80, on, province=province, channel=channel)
        return price(request, BOOK).lines[0].overlay

    day = timedelta(days=1)
    assert [name(first - day), name(first)] == [None, overlay]
    if last is not None:
        assert [name(last), name(last + day)] == [overlay, None]


@pytest.mark.parametrize("grams", ["250g", "250", 80.5, float("nan"), float("inf"), True, None])
def test_a_weight_that_is_no_whole_number_is_refused(grams: Any) -> None:
    with pytest.raises(WeightNotWhole):
        price(asked("result", "A", grams), BOOK)


@pytest.mark.parametrize(
    ("grams", "error"),
    [(0, WeightNotPositive), (-1, WeightNotPositive), (100_001, WeightTooLarge),
     (10**9, WeightTooLarge), (10**30, WeightTooLarge)],
)  # fmt: skip
def test_a_weight_out_of_range_is_refused(grams: int, error: type[Exception]) -> None:
    for leg in ("dossier", "result", "both"):
        with pytest.raises(error):
            price(asked(leg, "E", grams), BOOK)


def test_the_contract_decides_whether_relief_or_funders_come_first() -> None:
    request = asked("result", "A", 80, relief="poor_household")
    relief_first = in_ha_noi(request, programme())
    assert relief_first.payers == {"citizen": 6_500, "budget": 6_500}
    funders_first = in_ha_noi(request, programme(order=ShareOrder.FUNDERS_FIRST))
    assert funders_first.payers == {"citizen": 6_500, "budget": 13_000}
    assert funders_first.total_vnd == 19_500


@pytest.mark.parametrize(
    ("stands_in", "payers"),
    [
        (Payer.CITIZEN, {"citizen": 26_000}),  # as without the programme
        (Payer.POST, {"citizen": 13_000, "post": 13_000}),
    ],
)
def test_who_pays_when_the_budget_is_gone_is_the_programmes_rule(
    stands_in: Payer, payers: dict[str, int]
) -> None:
    overlay = programme(has_budget=True, when_exhausted=stands_in)
    request = asked("result", "A", 80, spent_out=frozenset({"test"}))
    assert in_ha_noi(request, overlay).payers == payers


def test_a_programme_never_lowers_a_relief() -> None:
    request = asked("result", "A", 80, relief="heroic_mother")
    assert in_ha_noi(request, programme(relief_percent=60)).total_vnd == 0


@pytest.mark.parametrize(
    ("mode", "percent", "total_vnd", "vat_vnd"),
    [("unknown", 8, 26_000, 0), ("included", 8, 26_000, 0), ("excluded", 8, 28_080, 2_080)],
)
def test_vat_is_added_only_where_the_table_excludes_it(
    mode: str, percent: int, total_vnd: int, vat_vnd: int
) -> None:
    tariff = replace(BASE, vat_mode=mode, vat_percent=percent)
    made = price(asked("result", "A", 80), TariffBook((tariff,), ()))
    assert (made.total_vnd, made.lines[0].vat_vnd, made.vat_mode) == (total_vnd, vat_vnd, mode)


def test_results_for_one_door_are_one_visit_and_one_fare() -> None:
    first = price(asked("result", "A", 80), BOOK)
    second = price(asked("result", "A", 80, visit="household", visit_grams=80), BOOK)
    third = price(asked("result", "A", 341, visit="household", visit_grams=160), BOOK)
    together = price(asked("result", "A", 80 + 80 + 341), BOOK)
    assert [one.total_vnd for one in (first, second, third)] == [26_000, 1_000, 3_700]
    assert first.total_vnd + second.total_vnd + third.total_vnd == together.total_vnd
    said = explanation(second, Texts.load(), "vi", BOOK)
    assert "đi cùng chuyến với một kết quả khác về cùng nhà (một chuyến, một cước)" in said
    assert "cả lần đến 160 g là 27.000 đ, đã tính 26.000 đ, còn 1.000 đ" in said


def test_the_dossier_on_its_way_to_the_agency_shares_no_visit_to_the_door() -> None:
    request = asked("both", "A", 80, visit="household", visit_grams=80)
    assert [line.amount_vnd for line in price(request, BOOK).lines] == [26_000, 1_000]


def test_an_explanation_says_why_who_pays_and_what_would_be_cheaper() -> None:
    request = asked("result", "B", 501, province="01", channel="direct")
    said = explain(price(request, BOOK), Texts.load(), "vi", BOOK)
    assert said.because == "Tổng cộng 35.400 đ, vì:"
    assert said.reasons[1].startswith("Chuyển trả kết quả, 501 g: 32.500 đ cho 500 g đầu")
    assert said.payers == ()
    assert "22/2017" in said.source
    heads = ("trực tuyến", "19/8/1945", "Tự đến nhận", "Anh hùng Lực lượng", "không quá 500 g")
    assert len(said.cheaper) == len(heads)
    assert all(head in sentence for head, sentence in zip(heads, said.cheaper, strict=True))
    assert said.cheaper[-1].endswith("Ông/Bà trả 32.500 đ, bớt 2.900 đ.")
    free = explain(price(replace(request, channel="online"), BOOK), Texts.load(), "vi", BOOK)
    assert free.payers == ("Ông/Bà trả: 0 đ.", "Ngân sách chịu: 35.400 đ.")
    assert free.cheaper == ()
    assert any("trong phạm vi ngân sách được cấp" in reason for reason in free.reasons)


weights = st.builds(
    lambda step, off: max(1, step + off),
    st.sampled_from([1, 100, 250, 500, 1000, 1500, 5000]),
    st.integers(-2, 2),
)
columns = st.sampled_from(list(Column))
splits = st.sampled_from(
    [
        ((Payer.CITIZEN, 100),),
        ((Payer.POST, 33), (Payer.BUDGET, 67)),
        ((Payer.CITIZEN, 1), (Payer.POST, 49), (Payer.BUDGET, 50)),
    ]
)


@given(columns, st.lists(weights, min_size=2, max_size=5))
def test_a_visit_costs_what_its_whole_weight_costs_and_nobody_more_than_alone(
    column: Column, grams: list[int]
) -> None:
    carried, total_vnd = 0, 0
    for one in grams:
        visit = "hamlet" if carried else None
        request = QuoteRequest(Leg.RESULT, column, one, TODAY, visit=visit, visit_grams=carried)
        made = price(request, BOOK).total_vnd
        assert made <= price(replace(request, visit=None, visit_grams=0), BOOK).total_vnd
        total_vnd += made
        carried += one
    assert total_vnd == price(QuoteRequest(Leg.RESULT, column, carried, TODAY), BOOK).total_vnd


@given(
    columns,
    weights,
    splits,
    st.sampled_from(ShareOrder),
    st.sampled_from([None, "hero", "heroic_mother"]),
    st.booleans(),
    st.sampled_from([Payer.CITIZEN, Payer.POST]),
)
def test_shares_are_whole_dong_add_up_and_never_pass_the_fare(
    column: Column,
    grams: int,
    split: tuple[tuple[Payer, int], ...],
    order: ShareOrder,
    relief: str | None,
    is_spent: bool,
    stands_in: Payer,
) -> None:
    overlay = programme(split=split, order=order, has_budget=True, when_exhausted=stands_in)
    request = QuoteRequest(
        Leg.RESULT,
        column,
        grams,
        TODAY,
        relief=relief,
        spent_out=frozenset({"test"} if is_spent else ()),
    )
    made = in_ha_noi(request, overlay)
    fare = price(replace(request, relief=None), BOOK).total_vnd
    assert sum(made.payers.values()) == made.total_vnd <= fare
    assert all(type(vnd) is int and vnd >= 0 for vnd in made.payers.values())
    if is_spent:
        assert made.payers.get("budget", 0) == 0


@given(columns, weights, st.sampled_from(["dossier", "result", "both"]), st.booleans())
def test_advice_is_true_and_really_cheaper(
    column: Column, grams: int, leg: str, is_in_ha_noi: bool
) -> None:
    request = asked(leg, column.value, grams, province="01" if is_in_ha_noi else None)
    now_vnd = price(request, BOOK).payers["citizen"]
    found = savings(price(request, BOOK), BOOK)
    assert all(0 <= one.citizen_vnd < now_vnd for one in found)
    assert all(one.citizen_vnd + one.saved_vnd == now_vnd for one in found)
    if leg != "both" and column is not Column.A and grams > 500:
        lighter = next(one for one in found if one.how == "weight")
        assert lighter.grams is not None
        assert lighter.grams < grams
        assert price(replace(request, grams=lighter.grams), BOOK).total_vnd == lighter.citizen_vnd
