"""No table is dearer than the law at any weight, and none gives a smaller relief."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.money.ceiling import excesses, reliefs_below
from postal_bridge.money.pricing import fare_of
from postal_bridge.money.tariff import Relief, Tariff
from postal_bridge.money.tariff_files import load_tariffs

LAW = load_tariffs().ceiling_on(date(2026, 11, 21))


def with_row(leg: str, column: str, row: tuple[int, ...], **more: object) -> Tariff:
    cells: dict[str, Mapping[str, tuple[int, ...]]] = dict(LAW.cells)
    cells[leg] = {**cells[leg], column: row}
    return replace(LAW, cells=cells, **more)  # type: ignore[arg-type]


def test_the_law_does_not_exceed_itself() -> None:
    assert list(excesses(LAW, LAW)) == []
    assert list(reliefs_below(LAW, LAW)) == []


@pytest.mark.parametrize(
    ("row", "grams"),
    [
        ((26_100, 27_000, 28_500, 2_200), 1),
        ((26_000, 27_100, 28_500, 2_200), 101),
        ((26_000, 27_000, 28_600, 2_200), 251),
        ((26_000, 27_000, 28_500, 2_300), 501),
        ((20_000, 20_000, 20_000, 2_300), 43_001),  # cheap at first, too dear for the heavy
    ],
)
def test_each_cell_and_the_further_step_are_compared(row: tuple[int, ...], grams: int) -> None:
    (found,) = excesses(with_row("result", "A", row), LAW)
    assert (found.leg, found.column, found.grams) == ("result", "A", grams)
    assert found.fare_vnd > found.most_vnd


def test_a_table_with_other_weight_steps_is_compared_gram_by_gram() -> None:
    one_price = with_row("result", "A", (26_500, 2_200), steps_g=(500,))
    others = {leg: dict.fromkeys("ABCDE", (20000, 2000)) for leg in LAW.cells}
    other = replace(
        one_price, cells={**others, "result": {**others["result"], "A": (26_500, 2_200)}}
    )
    (found,) = excesses(other, LAW)
    assert (found.grams, found.fare_vnd, found.most_vnd) == (1, 26_500, 26_000)


def test_vat_counts_towards_the_maximum() -> None:
    taxed = replace(LAW, vat_mode="excluded", vat_percent=8)
    assert len(list(excesses(taxed, LAW))) == 10


def test_a_relief_that_is_missing_or_cut_is_named() -> None:
    reliefs = {**LAW.reliefs, "hero": Relief("hero", 40, "certificate_of_merit")}
    del reliefs["heroic_mother"]
    assert set(reliefs_below(replace(LAW, reliefs=reliefs), LAW)) == {
        ("hero", 40, 50),
        ("heroic_mother", 0, 100),
    }


@given(
    st.tuples(*[st.integers(26_000, 29_000)] * 3, st.integers(2_000, 2_400)),
    st.integers(1, 100_000),
)
def test_what_is_dearer_anywhere_does_not_pass(row: tuple[int, ...], grams: int) -> None:
    tariff = with_row("result", "A", row)
    is_dearer = (
        fare_of(tariff, None, "result", "A", grams)[0] > fare_of(LAW, None, "result", "A", grams)[0]
    )
    assert not is_dearer or list(excesses(tariff, LAW))
