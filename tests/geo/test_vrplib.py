"""Published instances are read with the whole numbers of their kind, and planned."""

from pathlib import Path

import pytest

from geo.planner import Iterations, plan
from geo.problem import Quality
from geo.vrplib import BadInstance, read_instance

# A square of side 3 with its depot in one corner; the diagonal is 4.2426….
SQUARE = """NAME : square
TYPE : {kind}
DIMENSION : 4
VEHICLES : 2
{fields}
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 3
3 3 3
4 3 0
DEMAND_SECTION
1 0
2 4
3 5
4 6
{sections}
DEPOT_SECTION
1
-1
EOF
"""


def write(folder: Path, kind: str, *, fields: str = "CAPACITY : 20", sections: str = "") -> Path:
    path = folder / "square.vrp"
    lines = SQUARE.format(kind=kind, fields=fields, sections=sections).splitlines()
    path.write_text("\n".join(line for line in lines if line), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "side", "diagonal"),
    [
        ("CVRP", 3, 4),
        ("VRPTW", 30, 42),
        ("PCVRPTW", 30, 42),
        ("HFVRP", 3_000, 4_243),
        ("MDVRPTW", 3_000, 4_243),
    ],
)
def test_each_kind_has_its_convention_of_whole_numbers(
    tmp_path: Path, kind: str, side: int, diagonal: int
) -> None:
    problem = read_instance(write(tmp_path, kind))
    assert (problem.distance_m[0, 1], problem.distance_m[0, 2]) == (side, diagonal)
    found = plan(problem, stop=Iterations(20), seed=1)
    assert found.cost_vnd == 4 * side


def test_windows_service_and_prizes_are_scaled_and_demand_is_not(tmp_path: Path) -> None:
    sections = "\n".join(
        [
            "TIME_WINDOW_SECTION", "1 0 99", "2 1 50", "3 2 60", "4 3 70",
            "PRIZE_SECTION", "1 0", "2 7.58", "3 0", "4 1",
        ]
    )  # fmt: skip
    fields = "CAPACITY : 20\nSERVICE_TIME : 2\nVEHICLES_MAX_DURATION : 45"
    problem = read_instance(write(tmp_path, "PCVRPTW", fields=fields, sections=sections))
    assert [v.window_s for v in problem.visits] == [(10, 500), (20, 600), (30, 700)]
    assert [v.service_s for v in problem.visits] == [20, 20, 20]
    assert [v.prize_vnd for v in problem.visits] == [75, None, 10]
    assert [v.deliver_g for v in problem.visits] == [4, 5, 6]
    (vehicle,) = problem.vehicles
    assert (vehicle.count, vehicle.shift_s, vehicle.longest_s) == (2, (0, 990), 450)


def test_unequal_vehicles_become_types_and_dear_ways_are_still_planned(tmp_path: Path) -> None:
    sections = "\n".join(
        [
            "CAPACITY_SECTION", "1 10", "2 15",
            "VEHICLES_FIXED_COST_SECTION", "1 9000000", "2 100",
            "VEHICLES_UNIT_DISTANCE_COST_SECTION", "1 77", "2 90000",
        ]
    )  # fmt: skip
    problem = read_instance(write(tmp_path, "HFVRP", fields="COMMENT : dear", sections=sections))
    small, large = problem.vehicles
    assert (small.capacity_g, small.fixed_vnd, small.vnd_per_km) == (10, 9_000_000_000, 77_000)
    assert (large.capacity_g, large.count) == (15, 1)
    found = plan(problem, stop=Iterations(200), seed=1)
    assert found.quality is Quality.SOLVER
    assert found.cost_vnd == 100_000 + 12_000 * 90_000


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("TYPE : CVRP", "TYPE : TSP", "TYPE"),
        ("EUC_2D", "GEO", "EUC_2D"),
        ("DEMAND_SECTION", "BACKHAUL_SECTION", "BACKHAUL"),
        ("2 0 3", "2 zero 3", "zero"),
        ("DEPOT_SECTION\n1", "DEPOT_SECTION\n3", "depots"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = write(tmp_path, "CVRP")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BadInstance, match=reason):
        read_instance(path)
