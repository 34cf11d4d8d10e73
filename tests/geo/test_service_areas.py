"""Who serves a place: what is drawn, then what is ruled, then the nearest; and what is amiss."""

import json
from typing import Any

import numpy as np
import pytest
import shapely

from config.register import NEW_FROM, load_register
from geo.area_files import AreaFault, read_areas, read_land
from geo.distance import great_circle_m
from geo.land import assumed_land
from geo.plane import flat
from geo.point import Point
from geo.service_areas import DrawnArea, ServedBy, ServiceAreas, islands_of
from geo.synthetic_network import synthetic_network

WEST, EAST = Point(9.70, 105.60), Point(9.70, 105.70)
MIDDLE_WEST = Point(9.70, 105.64)
PLACES = {"west": WEST, "east": EAST}
LAND = shapely.box(105.50, 9.60, 105.80, 9.80)
PHU_QUOC = "31078"


def square(lon: float, lat: float, half: float = 0.02) -> Any:
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


def collection(*features: tuple[str | None, Any]) -> bytes:
    rows = [
        {"type": "Feature", "properties": {"point": key} if key else None, "geometry": geometry}
        for key, geometry in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_the_nearest_serves_where_nobody_said_otherwise() -> None:
    served = ServiceAreas(PLACES, land=LAND).serving(MIDDLE_WEST)
    assert (served.keys, served.by) == (("west",), ServedBy.NEAREST)
    assert served.distance_m == pytest.approx(great_circle_m(MIDDLE_WEST, WEST), abs=1e-3)


def test_a_rule_wins_over_the_nearest_and_a_drawn_area_over_both() -> None:
    drawn = [DrawnArea("west", square(105.60, 9.70))]
    areas = ServiceAreas(PLACES, land=LAND, drawn=drawn, rules={"31471": "east"})
    assert areas.serving(MIDDLE_WEST, "31471").keys == ("east",)
    assert areas.serving(MIDDLE_WEST, "31471").by is ServedBy.RULE
    assert areas.serving(MIDDLE_WEST).by is ServedBy.NEAREST
    assert areas.serving(WEST, "31471").keys == ("west",)
    assert areas.serving(WEST, "31471").by is ServedBy.DRAWN


def test_where_drawn_areas_overlap_both_are_answered_and_the_overlap_is_reported() -> None:
    drawn = [DrawnArea("west", square(105.64, 9.7)), DrawnArea("east", square(105.66, 9.7))]
    areas = ServiceAreas(PLACES, land=LAND, drawn=drawn)
    assert areas.serving(Point(9.70, 105.65)).keys == ("east", "west")
    ((one, other, km2),) = areas.report().overlaps
    assert (one, other) == ("east", "west")
    assert km2 == pytest.approx(2.19 * 4.45, rel=0.05)  # 0.02 by 0.04 degrees
    assert areas.report().gaps == ()


def test_two_parts_of_one_points_area_may_overlap() -> None:
    drawn = [DrawnArea("west", square(105.64, 9.7)), DrawnArea("west", square(105.66, 9.7))]
    assert ServiceAreas(PLACES, land=LAND, drawn=drawn).report().overlaps == ()


def test_land_that_nobody_serves_is_a_gap_with_a_place_inside() -> None:
    drawn = [DrawnArea("west", shapely.box(105.50, 9.60, 105.65, 9.80))]
    areas = ServiceAreas(PLACES, land=LAND, drawn=drawn, fills_with_nearest=False)
    ((inside, km2),) = areas.report().gaps
    assert areas.serving(inside).by is ServedBy.NOBODY
    assert km2 == pytest.approx(flat(shapely.box(105.65, 9.60, 105.80, 9.80)).area / 1e6, rel=0.01)
    assert ServiceAreas(PLACES, land=LAND, drawn=drawn).report().gaps == ()


def test_keys_that_are_no_points_and_points_at_one_spot_are_reported() -> None:
    places = {**PLACES, "twin": WEST}
    areas = ServiceAreas(
        places, land=LAND, drawn=[DrawnArea("gone", square(105.6, 9.7))], rules={"31471": "away"}
    )
    report = areas.report()
    assert report.unknown == ("away", "gone")
    assert report.coincident == (("west", "twin"),)
    assert areas.serving(WEST).keys == ("west",)


def test_an_island_reached_only_across_the_sea_waits_for_a_rule() -> None:
    islands = islands_of(load_register(), NEW_FROM)
    assert len(islands) == 13
    found = ServiceAreas(PLACES, land=LAND, islands=islands).report().across_sea
    assert set(found) == set(islands)
    ruled = ServiceAreas(PLACES, land=LAND, islands=islands, rules={PHU_QUOC: "west"})
    assert set(ruled.report().across_sea) == set(islands) - {PHU_QUOC}


def test_the_nearest_over_water_is_called_so_unless_the_operator_ruled() -> None:
    islands = islands_of(load_register(), NEW_FROM)
    communes = {"west": "31471", "east": PHU_QUOC}
    areas = ServiceAreas(PLACES, land=LAND, islands=islands, communes=communes)
    assert areas.serving(WEST, PHU_QUOC).by is ServedBy.ACROSS_WATER
    assert areas.serving(EAST, PHU_QUOC).by is ServedBy.NEAREST
    assert areas.serving(EAST, "31471").by is ServedBy.ACROSS_WATER
    assert areas.serving(WEST, "31471").by is ServedBy.NEAREST
    assert areas.serving(WEST).by is ServedBy.NEAREST, "nothing is known of a bare position"
    rules = {PHU_QUOC: "west"}
    ruled = ServiceAreas(PLACES, land=LAND, islands=islands, communes=communes, rules=rules)
    assert ruled.serving(WEST, PHU_QUOC).by is ServedBy.RULE


def test_cells_fill_the_land_once_and_each_lies_about_its_point() -> None:
    network = {one.key: one.point for one in synthetic_network(1_500, seed=5)}
    areas = ServiceAreas(network)
    cells = {key: flat(cell) for key, cell in areas.cells().items()}
    land = flat(assumed_land()).area
    assert sum(cell.area for cell in cells.values()) == pytest.approx(land, rel=1e-6)
    assert areas.report().gaps == ()
    for key, cell in list(cells.items())[:200]:
        assert cell.distance(flat(shapely.Point(network[key].lon_lat))) < 1.0


def test_a_cell_is_where_its_point_is_nearest_to_a_few_metres() -> None:
    network = {one.key: one.point for one in synthetic_network(1_500, seed=5)}
    areas = ServiceAreas(network)
    cells = areas.cells()
    chance = np.random.default_rng(6)
    for key in list(cells)[:150]:
        west, south, east, north = cells[key].bounds
        place = Point(float(chance.uniform(south, north)), float(chance.uniform(west, east)))
        served = areas.serving(place)
        assert served.distance_m is not None
        if cells[key].contains(shapely.Point(place.lon_lat)):
            assert great_circle_m(place, network[key]) - served.distance_m < 20.0


GOOD = polygon((105.6, 9.7), (105.7, 9.7), (105.7, 9.8), (105.6, 9.8))
BOW_TIE = polygon((105.6, 9.7), (105.7, 9.8), (105.7, 9.7), (105.6, 9.8))
SWAPPED = polygon((9.7, 105.6), (9.7, 105.7), (9.8, 105.7), (9.8, 105.6))
PHNOM_PENH = polygon((104.9, 11.5), (105.0, 11.5), (105.0, 11.6), (104.9, 11.6))


def test_areas_are_read() -> None:
    areas, faults = read_areas(collection(("west", GOOD)))
    assert faults == ()
    assert [area.key for area in areas] == ["west"]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (BOW_TIE, "area_self_crossing"),
        (SWAPPED, "place_swapped"),
        (PHNOM_PENH, "place_not_in_vietnam"),
        (polygon((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)), "place_not_in_vietnam"),
        ({"type": "Point", "coordinates": [105.6, 9.7]}, "area_no_polygon"),
        ({"type": "Polygon", "coordinates": []}, "area_no_polygon"),
        ({"type": "Polygon", "coordinates": [[[105.6, 9.7]]]}, "area_no_polygon"),
        ({"type": "Polygon", "coordinates": [[["x", 9.7]]]}, "area_no_polygon"),
        ({"type": "Polygon", "coordinates": 7}, "area_no_polygon"),
        (None, "area_no_polygon"),
    ],
)
def test_what_is_no_area_of_vietnam_is_refused_by_row_and_column(geometry: Any, code: str) -> None:
    areas, faults = read_areas(collection(("west", GOOD), ("east", geometry)))
    assert areas == ()
    assert faults == (AreaFault(2, "geometry", code),)


def test_an_area_must_name_its_point_and_land_need_not() -> None:
    assert read_areas(collection((None, GOOD)))[1] == (AreaFault(1, "point", "area_point_missing"),)
    land, faults = read_land(collection((None, GOOD)))
    assert faults == ()
    assert land is not None
    assert land.area == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (1, "1", "area_file_unreadable")),
        (b'{\n  "a": ?}', (2, "8", "area_file_unreadable")),
        (b"\xff\xfe", (1, "1", "area_file_not_utf8")),
        ('{\n"Đồng'.encode() + b"\xf2", (2, "6", "area_file_not_utf8")),
        (b"\xef\xbb\xbf{}", (1, "1", "area_file_unreadable")),
        (b"[" * 100_000, (1, "1", "area_file_unreadable")),
        (b"{}", (0, "type", "area_no_collection")),
        (b'{"type": "FeatureCollection", "features": []}', (0, "features", "area_feature_count")),
        (b'{"type": "FeatureCollection", "features": [7]}', (1, "type", "area_no_feature")),
    ],
)
def test_a_file_that_is_no_collection_is_refused_by_its_place(
    content: bytes, fault: tuple[int, str, str]
) -> None:
    areas, faults = read_areas(content)
    assert areas == ()
    assert faults == (AreaFault(*fault),)
