"""An envelope is written off while its run is under way: the run goes on and ends without it."""

from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.runs.rules import RunStatus
from postal_bridge.runs.service import close, leave_out_delivery, start, verify_runs
from tests.builders.delivery import a_scene, number_on
from tests.builders.delivery_acts import act, packed
from tests.builders.runs import closing, loaded


def test_what_is_lost_before_and_after_the_start_keeps_no_run_open(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        before, after, kept = (packed(uow, scene) for _ in range(3))
        run = loaded(uow, scene, before, after, kept)
        act(uow, scene, before, DeliveryAction.LOSE)
        start(uow, run.id, actor=scene.courier)
        act(uow, scene, after, DeliveryAction.LOSE)
        for one in (after, kept):
            leave_out_delivery(uow, one.id, actor=scene.courier)
        number = number_on(uow, kept)  # the lost two are asked back from nobody
        ended = close(uow, closing(run.id, number), actor=scene.clerk)
        assert ended.status is RunStatus.CLOSED
        for lost in (before, after):
            seen = delivery_view(uow, lost.id, scene.clerk.scope)
            assert seen.status is DeliveryStatus.LOST
        assert list(verify_runs(uow)) == []
