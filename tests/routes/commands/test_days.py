"""`plan day`: the runs of one post office, told by item numbers and nobody's name."""

from pathlib import Path

from app import create_container
from config.settings import Settings
from postal_bridge.directory.service import point_view
from tests.builders.delivery import a_scene
from tests.builders.delivery_acts import packed
from tests.builders.runs import drafted
from tests.routes.commands.test_operating import Bridge


def test_the_runs_of_a_day_are_told_in_their_order(tmp_path: Path) -> None:
    bridge = Bridge(tmp_path / "home")
    bridge.json("migrate")
    units = create_container(Settings(home=bridge.home)).units
    scene = a_scene(units)
    with units.write() as uow:
        packed(uow, scene)
        run = drafted(uow, scene)
        point = point_view(uow, run.point_id)
        uow.commit()
    units.engine.dispose()

    said = bridge.json("plan", "day", "--point", point.key, "--date", run.day.isoformat())
    (told,) = said["runs"]
    assert (told["id"], told["no"], told["status"]) == (str(run.id), 1, "draft")
    assert [stop["item"] for stop in told["stops"]] == [stop.item_number for stop in run.stops]
    assert told["stops"], "a run without a stop tells nothing"

    other = bridge.json("plan", "day", "--point", point.key, "--date", "2020-01-01")
    assert other["runs"] == []
    unknown = bridge.error("plan", "day", "--point", "nowhere", "--date", "2020-01-01", status=2)
    assert unknown == "not_found"
