"""`plan solve` plans published instances; `slip verify` tells a true slip from a false one."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from config.settings import Settings
from postal_bridge.dossiers.slip_link import SlipMark, slip_link
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.home import HomeFolder, HomeKind
from postal_bridge.kernel.keys import KeyRing
from routes.commands.entry import bridge

# A square of side 3 with its depot in one corner: the way round is 12.
SQUARE = """NAME : square
TYPE : CVRP
DIMENSION : 4
VEHICLES : 2
CAPACITY : {capacity}
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
DEPOT_SECTION
1
-1
EOF
"""
MARK = SlipMark("BC-261121-001-0007", "RZ978910009VN", datetime(2026, 11, 21, 2, tzinfo=UTC), "tok")


def said(*words: str, home: Path | None = None) -> tuple[int, Any]:
    env = {"POSTAL_BRIDGE_HOME": str(home)} if home else {}
    done = CliRunner().invoke(bridge, [*words, "--json"], env=env, catch_exceptions=False)
    return done.exit_code, json.loads(done.output)


def square(folder: Path, capacity: int) -> str:
    path = folder / "square.vrp"
    path.write_text(SQUARE.format(capacity=capacity), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    prepare_home(Settings(home=folder), kind=HomeKind.SANDBOX)
    return folder


@pytest.fixture
def link(home: Path) -> str:
    ring = KeyRing.load(HomeFolder(home).keys)
    return slip_link(ring, "https://hoso.example/h", MARK)


def test_an_instance_is_planned_at_the_cost_of_its_published_convention(tmp_path: Path) -> None:
    status, plan = said("plan", "solve", square(tmp_path, 20), "--iterations", "30", "--seed", "3")
    assert (status, plan["cost"], plan["feasible"]) == (0, 12, True)
    assert plan["routes"] in ([[1, 2, 3]], [[3, 2, 1]])


def test_the_same_seed_and_iterations_give_the_same_routes(tmp_path: Path) -> None:
    asked = ("plan", "solve", square(tmp_path, 11), "--iterations", "40", "--seed", "5")
    first, again = said(*asked)[1], said(*asked)[1]
    assert len(first["routes"]) == 2
    assert (first["routes"], first["cost"]) == (again["routes"], again["cost"])


def test_what_fits_in_no_vehicle_is_a_failed_check_that_names_it(tmp_path: Path) -> None:
    status, plan = said("plan", "solve", square(tmp_path, 5), "--iterations", "5")
    assert status == 1
    assert plan == {
        "cost": None, "feasible": False, "routes": [], "is_certain": True, "visits": [3],
    }  # fmt: skip


def test_seconds_are_kept(tmp_path: Path) -> None:
    began = time.monotonic()
    status, plan = said("plan", "solve", square(tmp_path, 20), "--seconds", "0.3")
    assert (status, plan["cost"]) == (0, 12)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--seconds", "1", "--iterations", "1"), "input_wrong"),
        (("--iterations", "-1"), "usage"),
        (("--seed", "-1"), "usage"),
    ],
)
def test_bad_options_of_a_plan_are_bad_input(
    tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    status, answer = said("plan", "solve", square(tmp_path, 20), *words)
    assert (status, answer["error"]["code"]) == (2, code)


@pytest.mark.parametrize(
    "content", [b"", b"TYPE : SOP\nEOF\n", b"\xff\xfe\x00", b"TYPE : CVRP\nDEMAND_SECTION\n1 x\n"]
)
def test_a_file_that_is_no_instance_is_bad_input(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.vrp"
    path.write_bytes(content)
    status, answer = said("plan", "solve", str(path))
    assert (status, answer["error"]["code"]) == (2, "instance_unreadable")


def test_planning_loads_no_web_application_and_no_database() -> None:
    probe = (
        "import sys; import routes.commands.plans; "
        "print(sorted({'flask', 'sqlalchemy', 'redis', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_true_slip_is_genuine_and_its_token_is_not_repeated(home: Path, link: str) -> None:
    status, answer = said("slip", "verify", link, home=home)
    assert (status, answer["genuine"], answer["site"]) == (0, True, "hoso.example")
    assert answer["acceptance_number"] == MARK.acceptance_number
    assert answer["item_number"] == MARK.item_number
    assert answer["accepted_at"] == "2026-11-21T09:00:00+07:00"
    assert "tok" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ("001-0007", "001-0008"),
        ("RZ978910009VN", "RZ978910012VN"),
        ("/tok?", "/tik?"),
        ("&s=", "&s=AAAA"),
        ("&s=", "&z="),
    ],
)
def test_a_slip_changed_in_one_place_is_not_genuine(
    home: Path, link: str, was: str, is_now: str
) -> None:
    assert was in link
    status, answer = said("slip", "verify", link.replace(was, is_now), home=home)
    assert (status, answer) == (1, {"genuine": False})


def test_another_offices_slip_is_not_genuine(link: str, tmp_path: Path) -> None:
    prepare_home(Settings(home=tmp_path), kind=HomeKind.SANDBOX)
    assert said("slip", "verify", link, home=tmp_path)[0] == 1


def test_without_keys_the_set_up_lacks_something(link: str, tmp_path: Path) -> None:
    assert said("slip", "verify", link, home=tmp_path / "nothing")[0] == 3
