"""What is taken to be in Vietnam, and the plane on which it is drawn."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import great_circle_m
from geo.land import NotInVietnam, assumed_land, centres, place_in_vietnam
from geo.plane import flat, from_plane, to_plane
from geo.point import Point

IN_THE_BOX = st.tuples(st.floats(102, 118), st.floats(6, 24))
INSIDE = [
    ("Hà Nội", 21.0285, 105.8542), ("Lũng Cú", 23.36, 105.32), ("A Pa Chải", 22.40, 102.14),
    ("Đất Mũi", 8.60, 104.72), ("Phú Quốc", 10.20, 103.85), ("Bạch Long Vĩ", 20.13, 107.73),
    ("Hoàng Sa", 16.53, 111.61), ("Trường Sa", 8.64, 111.92), ("Côn Đảo", 8.69, 106.60),
]  # fmt: skip
OUTSIDE = [
    ("Phnom Penh", 11.55, 104.92), ("Vientiane", 17.97, 102.60), ("Bangkok", 13.75, 100.50),
    ("Nam Ninh", 22.80, 108.37), ("Tam Á", 18.25, 109.50), ("Pakse", 15.12, 105.80),
    ("0, 0", 0.0, 0.0), ("Washington", 38.9, -77.0), ("no number", math.nan, 105.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lat", "lon"), INSIDE)
def test_places_of_vietnam_are_taken(name: str, lat: float, lon: float) -> None:
    assert place_in_vietnam(lat, lon) == Point(lat, lon)


@pytest.mark.parametrize(("name", "lat", "lon"), OUTSIDE)
def test_places_elsewhere_are_refused(name: str, lat: float, lon: float) -> None:
    with pytest.raises(NotInVietnam) as refused:
        place_in_vietnam(lat, lon)
    assert not refused.value.is_swapped


@pytest.mark.parametrize(("name", "lat", "lon"), INSIDE)
def test_longitude_first_is_said_to_be_swapped(name: str, lat: float, lon: float) -> None:
    with pytest.raises(NotInVietnam) as refused:
        place_in_vietnam(lon, lat)
    assert refused.value.is_swapped


def test_the_assumed_land_holds_every_centre_and_both_archipelagos() -> None:
    land = assumed_land()
    assert land.is_valid
    assert shapely.contains_xy(land, *np.array([c.lon_lat for c in centres()]).T).all()
    assert shapely.contains_xy(land, [112.135, 114.45], [16.568, 9.71]).all()
    # The country has some 331,000 km²; the rim of fifteen kilometres explains the rest.
    assert 331_000 < flat(land).area / 1e6 < 450_000


CORNERS = np.array([(lon, lat) for lon in (102.0, 118.0) for lat in (6.0, 24.0)])


@given(st.integers(0, 2**32 - 1))
def test_the_plane_and_back_again_is_the_same_place(seed: int) -> None:
    anywhere = np.random.default_rng(seed).uniform((102.0, 6.0), (118.0, 24.0), (1000, 2))
    places = np.vstack((CORNERS, anywhere))
    assert np.abs(from_plane(to_plane(places)) - places).max() < 1e-9


@given(IN_THE_BOX, st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_short_ways_are_as_long_on_the_plane_to_two_in_a_hundred(
    at: tuple[float, float], east: float, north: float
) -> None:
    there = (at[0] + east, at[1] + north)
    a, b = to_plane(np.array([at, there]))
    metres = great_circle_m(Point.from_lon_lat(at), Point.from_lon_lat(there))
    assert math.hypot(*(b - a)) == pytest.approx(metres, rel=0.02, abs=0.01)
