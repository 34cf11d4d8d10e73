"""The made-up network stands on real communes, and is the same for the same seed."""

from collections import Counter
from datetime import date

import pytest

from config.register import load_register
from geo.distance import great_circle_m
from geo.land import place_in_vietnam
from geo.point import Point
from geo.synthetic_network import SyntheticPoint, synthetic_network

ON = date(2026, 11, 1)


@pytest.fixture(scope="module")
def network() -> tuple[SyntheticPoint, ...]:
    return synthetic_network(13_000, seed=1)


def test_thirteen_thousand_points_with_keys_and_places_of_their_own(
    network: tuple[SyntheticPoint, ...],
) -> None:
    assert len({one.key for one in network}) == len({one.point for one in network}) == 13_000


def test_every_commune_has_its_post_office_and_its_counter(
    network: tuple[SyntheticPoint, ...],
) -> None:
    communes = {unit.code for unit in load_register().communes(ON)}
    offices = Counter(o.commune.code for o in network if o.kind.startswith("level"))
    counters = Counter(o.commune.code for o in network if o.kind == "center_counter")
    assert set(offices) == set(counters) == communes
    assert set(offices.values()) == set(counters.values()) == {1}
    assert Counter(one.kind for one in network)["level1"] == 34


def test_points_lie_near_the_centre_they_are_named_after(
    network: tuple[SyntheticPoint, ...],
) -> None:
    for one in network[::10]:
        assert one.named_after.lat is not None
        assert one.named_after.lon is not None
        centre = Point(one.named_after.lat, one.named_after.lon)
        assert great_circle_m(centre, one.point) < 12_000
        place_in_vietnam(*one.point.lat_lon)


def test_the_seed_decides() -> None:
    assert synthetic_network(50, seed=2) == synthetic_network(50, seed=2)
    assert synthetic_network(50, seed=2) != synthetic_network(50, seed=3)


@pytest.mark.parametrize("count", [0, 10**6])
def test_a_number_that_cannot_be_made_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        synthetic_network(count, seed=0)
