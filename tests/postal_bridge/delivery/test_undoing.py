"""A visit recorded on the wrong delivery does not count: asked by one, answered by another."""

from uuid import UUID

import pytest

from postal_bridge.custody.service import who_holds
from postal_bridge.delivery.rules import MOVES, TERMINAL, UNDOS, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    approve_undo_of_delivery,
    ask_undo_of_delivery,
    attempts_of,
    delivery_view,
    fail,
    give_up,
    undoable_of_delivery,
    verify_delivery,
)
from postal_bridge.delivery.undeliverable import EvidenceMissing, FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.errors import (
    NotUndoable,
    ReasonMissing,
    UndoAnswered,
    UndoAsked,
    UndoNeedsAnother,
)
from postal_bridge.dossiers.service import decline_undo, timeline, verify_dossiers
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.delivery import Scene, a_failure, a_scene, carry
from tests.builders.delivery_acts import act, held, invited_again, out, packed
from tests.builders.people import a_courier

WORDS = "Ghi nhầm nhà bên cạnh, chưa đến nơi này"


def failed(uow: UnitOfWork, scene: Scene) -> DeliveryView:
    made = out(uow, scene)
    fail(uow, made.id, a_failure(FailureReason.REFUSED), actor=scene.courier)
    return made


def asked(uow: UnitOfWork, made: DeliveryView, actor: Actor) -> UUID:
    return ask_undo_of_delivery(uow, made.id, WORDS, actor=actor).id


def now(uow: UnitOfWork, scene: Scene, made: DeliveryView) -> DeliveryView:
    return delivery_view(uow, made.id, scene.clerk.scope)


def check_clean(uow: UnitOfWork) -> None:
    assert [*verify_delivery(uow), *verify_dossiers(uow)] == []


def test_an_undone_visit_uses_up_no_attempt_and_is_no_evidence(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = failed(uow, scene)
        undo = asked(uow, made, scene.courier)
        before = now(uow, scene, made)
        assert (before.status, before.attempts_used) == (DeliveryStatus.ATTEMPT_FAILED, 1)
        approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        after = now(uow, scene, made)
        assert after.status is DeliveryStatus.WITH_COURIER  # he has it in hand
        assert (after.attempts_used, after.attempts_made) == (0, 0)
        assert attempts_of(uow, made.id, scene.clerk.scope) == ()
        check_clean(uow)
        act(uow, scene, made, DeliveryAction.SET_OUT)
        fail(uow, made.id, a_failure(FailureReason.ABSENT), actor=scene.courier)
        with pytest.raises(EvidenceMissing):  # the refusal did not happen
            give_up(uow, made.id, FailureReason.REFUSED, actor=scene.clerk)
        assert [one.reason for one in attempts_of(uow, made.id, scene.clerk.scope)] == [
            FailureReason.ABSENT
        ]
        check_clean(uow)


def test_what_came_back_to_the_office_is_packed_again(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = failed(uow, scene)
        undo = asked(uow, made, scene.courier)
        item_id = now(uow, scene, made).item_id
        assert item_id is not None
        carry(uow, scene, item_id, to=scene.at.point)
        approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        assert now(uow, scene, made).status is DeliveryStatus.PACKED
        assert who_holds(uow, item_id) == scene.at.point
        check_clean(uow)


def test_nobody_answers_himself_and_nobody_asks_for_a_colleagues_visit(units: Units) -> None:
    scene = a_scene(units)
    colleague = a_courier(units, "binh-thanh")
    with units.write() as uow:
        made = failed(uow, scene)
        with pytest.raises(NotFound):
            asked(uow, made, colleague)
        with pytest.raises(ReasonMissing):
            ask_undo_of_delivery(uow, made.id, "  x ", actor=scene.courier)
        undo = asked(uow, made, scene.supervisor)
        with pytest.raises(UndoAsked):
            asked(uow, made, scene.courier)
        for answer in (approve_undo_of_delivery, decline_undo):
            with pytest.raises(UndoNeedsAnother):
                answer(uow, undo, actor=scene.supervisor)
        decline_undo(uow, undo, actor=scene.at.staff("second", next(iter(scene.supervisor.roles))))
        assert now(uow, scene, made).status is DeliveryStatus.ATTEMPT_FAILED
        assert now(uow, scene, made).attempts_used == 1
        with pytest.raises(UndoAnswered):
            approve_undo_of_delivery(uow, undo, actor=scene.clerk)
        check_clean(uow)


def test_only_the_last_move_is_undone(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = failed(uow, scene)
        undo = asked(uow, made, scene.courier)
        act(uow, scene, made, DeliveryAction.SET_OUT)
        with pytest.raises(NotUndoable):
            approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        assert undoable_of_delivery(uow, made.id, scene.supervisor) is None
        fail(uow, made.id, a_failure(FailureReason.ABSENT), actor=scene.courier)
        with pytest.raises(NotUndoable):  # another visit than the one in question
            approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        assert now(uow, scene, made).attempts_used == 2


def test_a_hand_over_is_disputed_and_not_undone(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        act(uow, scene, made, DeliveryAction.HAND_OVER)
        with pytest.raises(NotUndoable):
            asked(uow, made, scene.clerk)


def test_giving_up_at_the_point_is_undone_and_the_hold_begins_anew(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    invited_again(units, scene, made, 4)
    with units.write() as uow:
        give_up(uow, made.id, FailureReason.ABSENT, actor=scene.clerk)
        undo = asked(uow, made, scene.clerk)
        approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        again = now(uow, scene, made)
        assert again.status is DeliveryStatus.HELD_AT_POINT
        assert again.held_until is not None
        assert again.held_until > uow.now
        check_clean(uow)
        assert act(uow, scene, made, DeliveryAction.HAND_OVER).status is DeliveryStatus.HANDED_OVER


def test_a_cancelled_delivery_stands_where_it_stood(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        act(uow, scene, made, DeliveryAction.CANCEL)
        approve_undo_of_delivery(uow, asked(uow, made, scene.clerk), actor=scene.supervisor)
        assert now(uow, scene, made).status is DeliveryStatus.PACKED
        check_clean(uow)


def test_both_acts_are_shown_and_the_words_are_in_no_chain(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = failed(uow, scene)
        undo = asked(uow, made, scene.courier)
        approve_undo_of_delivery(uow, undo, actor=scene.supervisor)
        steps = timeline(uow, made.dossier_id)
        shown = [step for step in steps if "undo_id" in step.params]
        assert [step.kind for step in shown] == ["undo.asked", "delivery.undone"]
        assert [step.actor_id for step in shown] == [scene.courier.id, scene.supervisor.id]
        assert WORDS not in str([step.params for step in steps])


def test_every_row_undoes_a_row_of_the_table_and_leads_back_to_it() -> None:
    for (before, action), undo in UNDOS.items():
        assert (before, action) in MOVES
        assert undo.to is before or (before, action) == (
            DeliveryStatus.OUT_FOR_DELIVERY, DeliveryAction.FAIL
        )  # fmt: skip
        assert undo.to not in TERMINAL
    assert not {action for _, action in UNDOS} & {DeliveryAction.HAND_OVER, DeliveryAction.RETURN}
