"""Points, distances, names and the offline geocoder."""

import math
from datetime import date

import numpy as np
import pytest
from geopy.distance import great_circle
from geopy.extra.rate_limiter import RateLimiter
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import OfflineDistance, great_circle_m
from geo.folding import fold, nfc, sort_key
from geo.geocoder import (
    CommuneAddress,
    Location,
    NetworkRefused,
    OfflineGeocoder,
    Precision,
    house_key,
)
from geo.point import BadPoint, Point

VIETNAM = st.builds(Point, lat=st.floats(7, 24), lon=st.floats(102, 116))
HA_NOI, LONG_MY = Point(21.0285, 105.8542), Point(9.6862, 105.609)


@given(VIETNAM)
def test_a_point_survives_both_orders(point: Point) -> None:
    assert Point.from_lat_lon(point.lat_lon) == point
    assert Point.from_lon_lat(point.lon_lat) == point
    assert point.lat_lon == point.lon_lat[::-1]


@given(VIETNAM)
def test_a_swapped_point_of_vietnam_is_always_refused(point: Point) -> None:
    with pytest.raises(BadPoint) as refused:
        Point.from_lat_lon(point.lon_lat)
    assert refused.value.is_swapped


@pytest.mark.parametrize("lat_lon", [(math.nan, 105.0), (10.0, math.inf), (95.0, 200.0)])
def test_what_is_no_place_is_refused(lat_lon: tuple[float, float]) -> None:
    with pytest.raises(BadPoint) as refused:
        Point.from_lat_lon(lat_lon)
    assert not refused.value.is_swapped


@given(VIETNAM, VIETNAM)
def test_the_great_circle_is_geopys(a: Point, b: Point) -> None:
    assert great_circle_m(a, b) == pytest.approx(
        great_circle(a.lat_lon, b.lat_lon).meters, rel=1e-6, abs=0.01
    )


@given(st.lists(VIETNAM, max_size=6))
def test_matrices_agree_with_the_pairs_and_are_whole(points: list[Point]) -> None:
    ways = OfflineDistance().matrices(points)
    assert ways.distance_m.shape == ways.duration_s.shape == (len(points), len(points))
    assert ways.distance_m.dtype == ways.duration_s.dtype == np.int64
    assert not np.diagonal(ways.distance_m).any()
    assert (ways.distance_m == ways.distance_m.T).all()
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            assert abs(int(ways.distance_m[i, j]) - great_circle_m(a, b) * 1.35) <= 1


def test_a_kilometre_of_air_takes_221_seconds_of_road() -> None:
    there = Point(LONG_MY.lat + 1 / 111.195, LONG_MY.lon)
    ways = OfflineDistance().matrices([LONG_MY, there])
    assert int(ways.distance_m[0, 1]) == pytest.approx(1_350, abs=1)
    assert int(ways.duration_s[0, 1]) == 221  # 1.35 km at 22 km/h


@pytest.mark.parametrize(
    ("source", "condition"), [((0.9, 22.0), "detour_factor"), ((1.35, 0.0), "speed_kmh")]
)
def test_a_distance_shorter_than_the_air_is_refused(
    source: tuple[float, float], condition: str
) -> None:
    with pytest.raises(ValueError, match=condition):
        OfflineDistance(*source)


def test_folding_drops_marks_and_keeps_apostrophes() -> None:
    assert fold("  Thị Xã  ĐỨC Phổ ") == "thi xa duc pho"
    assert fold("Ea H’Leo") == fold("Ea H'leo") == "ea h'leo"
    assert nfc("Lạc Thủy") == "Lạc Thủy"


@given(st.text(alphabet="aàăâđ ơƯỹ'1\u0301\u0323", max_size=12))
def test_folding_twice_changes_nothing_and_the_unicode_form_does_not_matter(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(nfc(text)) == fold(text)


@pytest.mark.parametrize(
    "ordered",
    [
        ["An", "Ăn", "Ân", "Ba", "Da", "Đa", "E", "Ê", "O", "Ô", "Ơ", "U", "Ư", "Y"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "man", "mẫn"],
        ["Phường 2", "Phường 10", "Phường An Hòa"],
        ["Long", "Long Bình", "Long Mỹ", "Long Trị", "Lộng"],
        ["Bình", "Bình Thạnh", "Bính An"],
    ],
)
def test_names_sort_as_in_a_vietnamese_dictionary(ordered: list[str]) -> None:
    keys = [sort_key(name) for name in ordered]
    assert keys == sorted(set(keys))


def test_capitals_and_unicode_form_do_not_change_the_order() -> None:
    assert sort_key("LẠC THỦY") == sort_key("Lạc Thủy") == sort_key("lạc thủy")


def test_the_offline_geocoder_answers_with_the_commune_of_that_day() -> None:
    geocoder = OfflineGeocoder()
    here = geocoder.locate("31471", date(2026, 1, 5), street="12 Trần Hưng Đạo")
    assert here is not None
    assert here.precision is Precision.COMMUNE
    assert great_circle_m(here.point, LONG_MY) < 50


def test_a_house_of_the_gazetteer_comes_before_its_commune() -> None:
    there = Location(Point(9.6875, 105.6101), Precision.POINT)
    geocoder = OfflineGeocoder(houses={house_key("31471", "12 Trần Hưng Đạo"): there})
    assert geocoder.locate("31471", date(2026, 1, 5), "12 TRẦN HƯNG ĐẠO") == there
    other = geocoder.locate("31471", date(2026, 1, 5), "14 Trần Hưng Đạo")
    assert other is not None
    assert other.precision is Precision.COMMUNE


def test_the_offline_geocoder_is_one_of_geopys_and_asks_nobody() -> None:
    day = date(2026, 1, 5)
    geocode = RateLimiter(OfflineGeocoder().geocode, min_delay_seconds=0)
    found = geocode(CommuneAddress("31471", day, "12 Trần Hưng Đạo"))
    assert found.raw == {"code": "31471", "precision": "commune"}
    assert found.address == "12 Trần Hưng Đạo, Phường Long Mỹ"
    (back,) = OfflineGeocoder().reverse(
        (found.latitude, found.longitude), on=day, exactly_one=False
    )
    assert back.raw["code"] == "31471"
    with pytest.raises(NetworkRefused):
        OfflineGeocoder().adapter.get_json("https://x", timeout=1, headers={})


@pytest.mark.parametrize("code", ["937", "92", "99999"])
def test_the_offline_geocoder_does_not_guess(code: str) -> None:
    assert OfflineGeocoder().locate(code, date(2026, 1, 5)) is None
