"""The nearest place is the nearest along the sphere, however many are asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import EARTH_RADIUS_M, great_circle_m
from geo.nearest import NearestPlaces, unit_vectors
from geo.point import Point
from geo.synthetic_network import synthetic_network

SAME_M = 1e-3
# A few degrees and few decimals, so that places coincide, crowd together and tie.
CROWDED = st.builds(
    Point,
    lat=st.integers(90, 94).map(lambda n: n / 10),
    lon=st.integers(1050, 1054).map(lambda n: n / 10),
)
ANYWHERE = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
NEAR_BY = st.builds(Point, lat=st.floats(8, 11), lon=st.floats(104, 107))


def asked(places: NearestPlaces, *points: Point) -> list[tuple[int, float]]:
    found = places.nearest(np.array([p.lat for p in points]), np.array([p.lon for p in points]))
    return [(int(i), float(m)) for i, m in zip(found.index, found.distance_m, strict=True)]


@given(
    st.lists(CROWDED | NEAR_BY, min_size=1, max_size=60), st.lists(NEAR_BY | ANYWHERE, min_size=1)
)
def test_no_other_place_is_nearer(places: list[Point], asks: list[Point]) -> None:
    answers = asked(NearestPlaces(places), *asks)
    for ask, (index, metres) in zip(asks, answers, strict=True):
        least = min(great_circle_m(ask, place) for place in places)
        assert metres == pytest.approx(least, abs=0.2)  # arcsin near the far side of the earth
        assert great_circle_m(ask, places[index]) == pytest.approx(least, abs=0.2)


@given(st.lists(CROWDED, min_size=1, max_size=40))
def test_of_places_at_one_spot_the_first_answers(places: list[Point]) -> None:
    answers = asked(NearestPlaces(places), *places)
    assert answers == [(places.index(place), 0.0) for place in places]


def test_ten_thousand_asks_over_a_national_network_agree_with_trying_every_point() -> None:
    network = [one.point for one in synthetic_network(13_000, seed=3)]
    chance = np.random.default_rng(4)
    lat, lon = _around_communes(network, 10_000, chance)
    found = NearestPlaces(network).nearest(lat, lon)

    every = unit_vectors(np.array([p.lat for p in network]), np.array([p.lon for p in network]))
    vectors = unit_vectors(lat, lon)
    best = np.concatenate([(part @ every.T).argmax(axis=1) for part in np.split(vectors, 20)])
    least_m = _metres(vectors, every[best])
    assert np.abs(_metres(vectors, every[found.index]) - least_m).max() < SAME_M
    assert np.abs(found.distance_m - least_m).max() < SAME_M


def test_degrees_would_have_named_other_points() -> None:
    """Two hundred metres further north beat a whole degree's worth of a shorter parallel."""
    ask, east, north = Point(23.0, 105.0), Point(23.0, 105.0105), Point(23.01, 105.0)
    assert asked(NearestPlaces([north, east]), ask)[0][0] == 1
    assert abs(east.lon - ask.lon) > abs(north.lat - ask.lat)


def test_a_crowd_on_a_few_metres_is_told_apart() -> None:
    crowd = [Point(10.0 + i * 1e-6, 106.0) for i in range(200)]
    assert asked(NearestPlaces(crowd), *crowd) == [(i, 0.0) for i in range(200)]


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 90.1, -91.0])
def test_what_is_no_place_is_refused(lat: float) -> None:
    places = NearestPlaces([Point(10, 106)])
    with pytest.raises(ValueError, match="out of range"):
        places.nearest(np.array([lat]), np.array([106.0]))


def test_no_places_and_rows_of_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        NearestPlaces([])
    with pytest.raises(ValueError, match="same length"):
        NearestPlaces([Point(10, 106)]).nearest(np.zeros(2), np.zeros(3))


def _around_communes(
    network: list[Point], count: int, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Places about points of the network: many in towns, some far out."""
    chosen = [network[i] for i in chance.integers(0, len(network), count)]
    spread = chance.choice([0.001, 0.02, 0.3], count)
    lat = np.array([p.lat for p in chosen]) + chance.normal(0, 1, count) * spread
    lon = np.array([p.lon for p in chosen]) + chance.normal(0, 1, count) * spread
    return lat, lon


def _metres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.linalg.norm(a - b, axis=1) / 2))


def test_the_corner_of_the_box_is_answered_like_any_place() -> None:
    places = [Point(9.0 + i * 0.1, 105.0 + i * 0.1) for i in range(40)]
    corner = Point(places[0].lat - 1.0, places[0].lon - 1.0)
    assert asked(NearestPlaces(places), corner)[0][0] == 0
