"""The table as it is lived: every row can be walked with its proof, and nothing else can."""

from collections import deque

import pytest

from postal_bridge.delivery.rules import MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_view, give_up, verify_delivery
from postal_bridge.delivery.store import find
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel import streams
from postal_bridge.kernel.errors import AppError, MoveNotOpen
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.clock import pass_days
from tests.builders.delivery import Scene, a_scene, registered
from tests.builders.delivery_acts import act

Path = tuple[DeliveryAction, ...]


# Two invitations on two days stand before this row: its own tests walk it.
SPACED_BY_LAW = (DeliveryStatus.HELD_AT_POINT, DeliveryAction.GIVE_UP)


def paths() -> dict[DeliveryStatus, Path]:
    """The shortest way to each state by rows of the table."""
    found: dict[DeliveryStatus, Path] = {DeliveryStatus.REGISTERED: ()}
    queue = deque([DeliveryStatus.REGISTERED])
    while queue:
        status = queue.popleft()
        for (at, action), move in MOVES.items():
            if (at, action) == SPACED_BY_LAW:
                continue
            if at is status and move.to not in found:
                found[move.to] = (*found[status], action)
                queue.append(move.to)
    return found


PATHS = paths()


def walk(uow: UnitOfWork, scene: Scene, path: Path) -> DeliveryView:
    made = registered(uow, scene)
    for action in path:
        made = act(uow, scene, made, action)
    return made


def test_every_state_is_reached_by_a_real_delivery(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        reached = {status: walk(uow, scene, PATHS[status]).id for status in DeliveryStatus}
        uow.commit()
    with units.read() as look:
        for status, delivery_id in reached.items():
            assert delivery_view(look, delivery_id, scene.clerk.scope).status is status
        assert list(verify_delivery(look)) == []


def test_what_is_no_row_cannot_happen_and_changes_nothing(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        for status in DeliveryStatus:
            made = walk(uow, scene, PATHS[status])
            closed = [action for action in DeliveryAction if (status, action) not in MOVES]
            assert closed
            for action in closed:
                before = len(streams.read(uow, streams.dossier_stream(made.dossier_id)))
                with pytest.raises(AppError), uow.session.begin_nested():
                    act(uow, scene, made, action)
                after = len(streams.read(uow, streams.dossier_stream(made.dossier_id)))
                now = delivery_view(uow, made.id, scene.clerk.scope)
                assert (now.status, after) == (status, before)


def test_each_move_is_one_event_of_the_dossiers_stream(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = walk(uow, scene, PATHS[DeliveryStatus.HANDED_OVER])
        facts = streams.read(uow, streams.dossier_stream(made.dossier_id))
        uow.commit()
    kinds = [fact.kind for fact in facts if fact.kind.startswith("delivery.")]
    assert kinds == [
        "delivery.registered",
        "delivery.quoted",
        "delivery.cleared",
        "delivery.packed",
        "delivery.held",
        "delivery.invited",
        "delivery.handed_over",
    ]


def test_a_changed_status_column_is_found_by_verification(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = walk(uow, scene, PATHS[DeliveryStatus.PACKED])
        uow.commit()
    with units.write() as uow:
        find(uow, made.id, scene.clerk.scope).status = "handed_over"
        uow.commit()
    with units.read() as look:
        found = {finding.why for finding in verify_delivery(look)}
    assert found == {"status_differs", "proof_below_level"}


def test_a_parked_delivery_uses_up_nothing_and_goes_on_afterwards(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = walk(uow, scene, PATHS[DeliveryStatus.HELD_AT_POINT])
        before = act(uow, scene, made, DeliveryAction.PARK).held_until
        uow.commit()
    pass_days(units, 5)
    with units.write() as uow:
        for closed in (DeliveryAction.SET_OUT, DeliveryAction.GIVE_UP):
            with pytest.raises(MoveNotOpen):
                act(uow, scene, made, closed)
        gone_on = act(uow, scene, made, DeliveryAction.UNPARK)
        assert before is not None
        assert gone_on.held_until is not None
        assert 4.9 < (gone_on.held_until - before).total_seconds() / 86_400 < 5.1
        assert gone_on.attempts_used == 0


def test_a_failed_visit_alone_never_makes_it_undeliverable(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = walk(uow, scene, PATHS[DeliveryStatus.ATTEMPT_FAILED])  # refused, verified
        for reason in FailureReason:
            if reason is FailureReason.REFUSED:
                continue
            with pytest.raises(AppError):
                give_up(uow, made.id, reason, actor=scene.clerk)
        assert give_up(uow, made.id, FailureReason.REFUSED, actor=scene.clerk)
