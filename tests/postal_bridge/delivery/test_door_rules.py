"""When hand-overs agree on a door, and which words name the same one."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import great_circle_m
from geo.point import Point
from postal_bridge.delivery.door_rules import (
    AGREE_M,
    LEAST_RADIUS_M,
    Spot,
    agreed,
    door_key,
    teaches,
)
from postal_bridge.delivery.types import Fix

DAY = date(2026, 11, 2)
METRE = 1 / 111_195  # degrees of latitude


def spot(north_m: float = 0, day: int = 0, accuracy_m: int = 10) -> Spot:
    return Spot(9.7 + north_m * METRE, 105.6, accuracy_m, DAY + timedelta(days=day))


@pytest.mark.parametrize(
    ("spots", "is_known"),
    [
        ([], False),
        ([spot()], False),
        ([spot(), spot(day=1)], True),
        ([spot(), spot(40)], False),  # one round, perhaps at the market
        ([spot(), spot(AGREE_M + 1, 1)], False),
        ([spot(), spot(50, 1), spot(500, 2)], True),
        ([spot(), spot(50, 1), spot(500, 2), spot(510, 3)], False),  # half is not most
    ],
)
def test_most_hand_overs_must_lie_together_on_different_days(
    spots: list[Spot], is_known: bool
) -> None:
    assert (agreed(spots) is not None) is is_known


def test_the_door_lies_amid_them_and_says_how_far_it_may_be_wrong() -> None:
    found = agreed([spot(0, 0, 10), spot(50, 1, 45), spot(3_000, 2)])
    assert found is not None
    assert found.lat == pytest.approx(9.7 + 25 * METRE)
    assert found.radius_m == LEAST_RADIUS_M
    wide = agreed([spot(0, 0, 50), spot(59, 1, 50), spot(-59, 2, 50)])
    assert wide is not None
    assert wide.radius_m == 109


few = st.builds(spot, st.sampled_from([0, 30, 60, 100, 900]), st.integers(0, 2), st.integers(1, 50))


@given(st.lists(few, max_size=6), st.randoms())
def test_order_never_matters_and_every_agreeing_spot_is_covered(
    spots: list[Spot], chance: Random
) -> None:
    found = agreed(spots)
    shuffled = agreed(chance.sample(spots, len(spots)))
    assert (found is None) == (shuffled is None)
    if found is not None:
        middle = Point(found.lat, found.lon)
        covered = [one for one in spots if great_circle_m(middle, one.point) <= found.radius_m]
        assert 2 * len(covered) > len(spots)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Số 12, Trần Phú", "12 tran phu", True),
        ("12 Trần Phú", "14 Trần Phú", False),
        ("số 5, ấp 3", "5 ấp 3", True),
    ],
)
def test_a_house_is_known_by_its_words_whoever_receives(one: str, other: str, same: bool) -> None:
    keys = {door_key("31471", one, "Nguyễn Văn An"), door_key("31471", other, "Lê Thị Bé")}
    assert (len(keys) == 1) is same


@pytest.mark.parametrize(
    "words", ["ấp 3", "khu vực Bình Hòa", "đường 3 tháng 2", "hẻm 7, tổ 4", "đường 30/4"]
)
def test_words_that_name_no_house_belong_to_one_person(words: str) -> None:
    assert door_key("31471", words, "Y Blăk") == door_key("31471", words.upper(), "y blak")
    assert door_key("31471", words, "Y Blăk") != door_key("31471", words, "H'Hen")


def test_the_same_words_in_another_commune_are_another_door() -> None:
    assert door_key("31471", "12 Trần Phú", "") != door_key("31473", "12 Trần Phú", "")
    assert door_key(None, "12 Trần Phú", "") is None
    assert door_key("31471", " ", "An") is None


@pytest.mark.parametrize(
    ("fix", "is_good"),
    [
        (None, False),
        (Fix(9.7, 105.6, 50), True),
        (Fix(9.7, 105.6, 51), False),
        (Fix(9.7, 105.6, 10, is_mock=True), False),
    ],
)
def test_only_an_exact_fix_teaches(fix: Fix | None, is_good: bool) -> None:
    assert teaches(fix) is is_good
