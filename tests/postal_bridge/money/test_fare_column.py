from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.register import load_register
from postal_bridge.money.fare_column import (
    Column,
    ColumnReason,
    CommuneUnknown,
    FarePlace,
    column_between,
    fare_place,
)

OLD, NEW = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("origin", "target", "on", "column", "why"),
    [
        (FarePlace("1", "01", 1), FarePlace("1", "01", 1), OLD, "A", "same_district"),
        (FarePlace("1", "01", 1), FarePlace("1", "01", 1), NEW, "A", "same_fare_area"),
        (FarePlace("1", "01", 1), FarePlace("2", "01", 1), OLD, "B", "same_province"),
        # New Khánh Hòa straddles two zones and is one province all the same.
        (FarePlace("568", "56", 2), FarePlace("582", "56", 3), NEW, "B", "same_province"),
        (FarePlace("568", "56", 2), FarePlace("582", "58", 3), OLD, "D", "next_zone"),
        (FarePlace("1", "01", 1), FarePlace("9", "38", 1), NEW, "C", "same_zone"),
        (FarePlace("1", "01", 1), FarePlace("9", "48", 2), NEW, "D", "next_zone"),
        (FarePlace("1", "01", 1), FarePlace("9", "79", 3), NEW, "E", "far_zone"),
    ],
)
def test_the_column_of_two_places(
    origin: FarePlace, target: FarePlace, on: date, column: str, why: str
) -> None:
    assert column_between(origin, target, on) == (Column(column), ColumnReason(why))


places = st.builds(
    FarePlace, st.sampled_from("123"), st.sampled_from(["01", "48", "79"]), st.integers(1, 3)
)


@given(places, places, st.sampled_from([OLD, NEW]))
def test_there_and_back_stand_in_one_column(a: FarePlace, b: FarePlace, on: date) -> None:
    assert column_between(a, b, on) == column_between(b, a, on)


def test_communes_are_looked_up_by_code_and_day() -> None:
    register = load_register()
    ha_noi, ho_chi_minh = register.communes(NEW, "01")[0], register.communes(NEW, "79")[0]
    here, there = (fare_place(register, one.code, NEW) for one in (ha_noi, ho_chi_minh))
    assert (here.province, here.zone, there.province, there.zone) == ("01", 1, "79", 3)
    assert column_between(here, there, NEW)[0] is Column.E
    with pytest.raises(CommuneUnknown):
        fare_place(register, "99999", NEW)
