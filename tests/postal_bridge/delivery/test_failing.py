"""Visits that count and visits that do not; invitations; giving up."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.delivery.attempt_evidence import consumes_attempt, missing_evidence
from postal_bridge.delivery.errors import (
    ItemElsewhere,
)
from postal_bridge.delivery.handlers import EndHold, InviteAgain
from postal_bridge.delivery.refused_fare import RefusedIsHeld
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_view,
    fail,
    give_up,
    hold,
    unverified_attempts,
    verify_delivery,
)
from postal_bridge.delivery.types import Failure, NoFixReason
from postal_bridge.delivery.undeliverable import (
    CONSUMES_NO_ATTEMPT,
    EvidenceMissing,
    FailureReason,
    InvitationsMissing,
    ReasonGivesNoCase,
)
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.calendar import VIETNAM
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.clock import pass_days, set_business_time
from tests.builders.delivery import AT_HOME, FAR_AWAY, HOME, a_failure, a_scene
from tests.builders.delivery_acts import act, held, invited_again, out

MONDAY = date(2026, 12, 7)  # a week without a day off on either calendar


def on(units: Units, day: date, at: time = time(9, 0)) -> None:
    """The sandbox's business clock stands at this time of this day in Vietnam."""
    set_business_time(units, datetime.combine(day, at, VIETNAM))


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"fix": None, "no_fix_reason": None, "photo_blob_id": None}, {"fix", "photo"}),
        ({"fix": None, "no_fix_reason": None}, {"fix"}),
        ({"fix": None, "no_fix_reason": NoFixReason.NO_SIGNAL}, set()),
        ({"fix": None, "no_fix_reason": NoFixReason.NO_SIGNAL, "photo_blob_id": None}, {"photo"}),
        ({"fix": replace(AT_HOME, is_mock=True)}, {"fix_implausible"}),
        ({"fix": replace(AT_HOME, lat=0.0, lon=0.0)}, {"fix_implausible"}),
        ({"fix": replace(AT_HOME, accuracy_m=0)}, {"fix_implausible"}),
        ({"fix": replace(AT_HOME, accuracy_m=201)}, {"fix_implausible"}),
        ({"fix": FAR_AWAY}, {"far_away"}),
        ({"dwell_s": 59}, {"dwell"}),
        ({"was_called": False}, {"call"}),
        ({"photo_blob_id": None}, set()),
    ],
)
def test_a_visit_lacks_what_it_lacks(changes: dict[str, Any], missing: set[str]) -> None:
    assert set(missing_evidence(a_failure(**changes), HOME)) == missing


failures = st.builds(
    Failure,
    reason=st.sampled_from(FailureReason),
    next_step=st.just(a_failure().next_step),
    fix=st.sampled_from([None, AT_HOME, FAR_AWAY, replace(AT_HOME, is_mock=True)]),
    no_fix_reason=st.sampled_from([None, NoFixReason.INDOORS]),
    dwell_s=st.sampled_from([0, 59, 60, 600]),
    was_called=st.booleans(),
    photo_blob_id=st.sampled_from([None, UUID(int=1)]),
)


@given(failures)
def test_only_a_verified_visit_for_a_reason_of_the_recipient_uses_up_an_attempt(
    failure: Failure,
) -> None:
    missing = missing_evidence(failure, HOME)
    counts = consumes_attempt(failure, missing)
    assert counts == (not missing and failure.reason not in CONSUMES_NO_ATTEMPT)
    if failure.fix in (FAR_AWAY, replace(AT_HOME, is_mock=True)):
        assert not counts


def test_an_unverified_visit_uses_up_nothing_and_is_shown_to_the_supervisor(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        failed = fail(uow, made.id, a_failure(fix=FAR_AWAY), actor=scene.courier)
        assert (failed.status, failed.attempts_used) == (DeliveryStatus.ATTEMPT_FAILED, 0)
        shown = unverified_attempts(uow, scene.supervisor.scope)
        assert [(one.delivery_id, one.missing) for one in shown] == [(made.id, ("far_away",))]
        act(uow, scene, made, DeliveryAction.SET_OUT)
        again = fail(uow, made.id, a_failure(), actor=scene.courier)
        assert (again.attempts_used, again.attempts_made) == (1, 2)
        assert len(unverified_attempts(uow, scene.supervisor.scope)) == 1
        assert list(verify_delivery(uow)) == []


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (FailureReason.BAD_ADDRESS, None),
        (FailureReason.MOVED, None),
        (FailureReason.NOT_FOUND, None),
        (FailureReason.REFUSED, None),
        (FailureReason.FEE_REFUSED, RefusedIsHeld),
        (FailureReason.ABSENT, InvitationsMissing),
        (FailureReason.NO_ID, InvitationsMissing),
        (FailureReason.RESCHEDULED, ReasonGivesNoCase),
        (FailureReason.FORCE_MAJEURE, ReasonGivesNoCase),
    ],
)
def test_after_a_visit_it_is_given_up_only_for_the_reason_the_visit_proved(
    units: Units, reason: FailureReason, error: type[Exception] | None
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        fail(uow, made.id, a_failure(reason, fix=FAR_AWAY), actor=scene.courier)
        with pytest.raises((EvidenceMissing, InvitationsMissing, ReasonGivesNoCase)):
            give_up(uow, made.id, reason, actor=scene.clerk)  # unverified
        act(uow, scene, made, DeliveryAction.SET_OUT)
        fail(uow, made.id, a_failure(reason), actor=scene.courier)
        if error is None:
            given_up = give_up(uow, made.id, reason, actor=scene.clerk)
            assert given_up.status is DeliveryStatus.UNDELIVERABLE
            return
        with pytest.raises(error):
            give_up(uow, made.id, reason, actor=scene.clerk)


@pytest.mark.parametrize(("days_later", "is_enough"), [(0, False), (1, False), (2, True)])
def test_case_d_needs_two_invitations_two_working_days_apart(
    units: Units, days_later: int, is_enough: bool
) -> None:
    scene = a_scene(units)
    on(units, MONDAY)
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    invited_again(units, scene, made, days_later)
    with units.write() as uow:
        if is_enough:
            given_up = give_up(uow, made.id, FailureReason.ABSENT, actor=scene.clerk)
            assert given_up.status is DeliveryStatus.UNDELIVERABLE
            return
        with pytest.raises(InvitationsMissing):
            give_up(uow, made.id, FailureReason.ABSENT, actor=scene.clerk)


def test_a_weekend_between_counts_by_the_stricter_calendar(units: Units) -> None:
    scene = a_scene(units)
    on(units, MONDAY + timedelta(days=4))  # Friday; the post works on Saturday, agencies do not
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    invited_again(units, scene, made, 3)  # Monday: two postal working days, one of the agency
    with units.write() as uow, pytest.raises(InvitationsMissing):
        give_up(uow, made.id, FailureReason.ABSENT, actor=scene.clerk)


def test_from_the_point_only_case_d_counts_whatever_a_visit_proved(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        act(uow, scene, made, DeliveryAction.FAIL)  # refused, with its evidence
        act(uow, scene, made, DeliveryAction.HOLD)
        with pytest.raises(ReasonGivesNoCase):
            give_up(uow, made.id, FailureReason.REFUSED, actor=scene.clerk)


def run(units: Units, handler: InviteAgain | EndHold, made: DeliveryView) -> None:
    work = Work(new_id(), 1, handler.name, {"delivery_id": str(made.id)})
    with units.read() as look:
        order = handler.prepare(look, work)
    if order is None:
        return
    result = handler.call(order)
    with units.write() as uow:
        handler.settle(uow, work, result)
        uow.commit()


def test_the_reminders_alone_lead_to_a_lawful_end_and_running_them_twice_changes_nothing(
    units: Units,
) -> None:
    scene = a_scene(units)
    on(units, MONDAY)
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    run(units, InviteAgain(), made)  # early: nothing more today
    pass_days(units, 2)
    run(units, InviteAgain(), made)
    run(units, InviteAgain(), made)
    run(units, EndHold(), made)  # too early
    with units.read() as look:
        waiting = delivery_view(look, made.id, scene.clerk.scope)
    assert (waiting.status, len(waiting.invited_at)) == (DeliveryStatus.HELD_AT_POINT, 2)
    pass_days(units, 20)
    run(units, EndHold(), made)
    run(units, EndHold(), made)
    with units.read() as look:
        ended = delivery_view(look, made.id, scene.clerk.scope)
        assert ended.status is DeliveryStatus.UNDELIVERABLE
        assert list(verify_delivery(look)) == []


def test_a_hold_does_not_end_while_the_law_lacks_an_invitation(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    pass_days(units, 40)
    run(units, EndHold(), made)
    with units.read() as look:
        status = delivery_view(look, made.id, scene.clerk.scope).status
        assert status is DeliveryStatus.HELD_AT_POINT


def test_holding_invites_at_once_and_needs_the_envelope_at_the_office(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        fail(uow, made.id, a_failure(), actor=scene.courier)
        with pytest.raises(ItemElsewhere):
            hold(uow, made.id, actor=scene.clerk)
        waiting = act(uow, scene, made, DeliveryAction.HOLD)
        assert len(waiting.invited_at) == 1
        assert waiting.held_until is not None
        assert local(waiting.held_until).date() > local(uow.now).date()
