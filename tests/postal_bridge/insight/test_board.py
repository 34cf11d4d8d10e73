"""The board counts what happened: silent, late, contested and parked, within the scope only."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from postal_bridge.counter.cases import (
    CaseNeedsAnother,
    CaseOutcome,
    CloseCase,
    close_case,
    open_case_page,
)
from postal_bridge.counter.commands import PayHow
from postal_bridge.custody.service import items_of_dossier, recount
from postal_bridge.custody.types import PaperCount
from postal_bridge.insight.service import Board, board, map_for
from postal_bridge.jobs.attention import try_again
from postal_bridge.jobs.figures import ServiceFigures, service_figures
from postal_bridge.kernel import actions
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import ActionState, Message, Policy, Work
from postal_bridge.kernel.tables import ActionRow
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import (
    ContestDifference,
    CountDrawer,
    ResolveDifference,
    contest_difference,
    count_drawer,
    resolve_difference,
)
from tests.builders.clock import set_business_time
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, SEATED_LINK, a_place
from tests.builders.people import a_clerk, a_person, a_supervisor, placed
from tests.conftest import MakeUnits

PROCEDURE = "social-allowance"
DAY = timedelta(days=1)


class Parcel:
    """A handler nothing reaches."""

    name = "test.parcel"
    policy = Policy(queue="calls", timeout_s=5, retry_after_s=())

    def prepare(self, uow: Any, work: Work) -> Any: ...
    def call(self, order: Any) -> Any: ...
    def settle(self, uow: Any, work: Work, result: Any) -> None: ...


def filed(units: Units, folder: Path, clerk: Actor, link: str = CARRIER_LINK) -> UUID:
    """A dossier whose envelope is with the clerk (or the section, where seated)."""
    filing = a_filing(
        a_place(units, link), PROCEDURE, delivery=to_the_door("31471"), pay=PayHow.AT_DOOR
    )
    return UUID(hand_in(units, folder, filing, clerk=clerk)["dossier_id"])


def later(units: Units, by: timedelta) -> None:
    with units.read() as uow:
        now = uow.now
    set_business_time(units, now + by)


def of(actor: Actor, units: Units) -> Board:
    return board(actor=actor, units=units)


def of_service(units: Units) -> ServiceFigures:
    """What a scraper is told at the same moment."""
    return service_figures(actor=Actor.operator(), units=units)


@pytest.fixture
def clerk(units: Units) -> Actor:
    a_place(units)
    actor = a_clerk(units)
    open_shift(units, actor)
    return actor


def test_an_envelope_left_lying_is_silent_after_a_day(
    units: Units, clerk: Actor, tmp_path: Path
) -> None:
    supervisor = a_supervisor(units)
    dossier_id = filed(units, tmp_path, clerk)
    assert of(supervisor, units).silent.now == 0
    later(units, 3 * DAY)
    found = of(supervisor, units)
    assert (found.silent.now, found.silent.trend[-1]) == (1, 1)
    assert found.silent.trend[0] == 0
    (item,) = found.silent_items
    assert item.dossier_id == dossier_id
    assert item.still_for >= 3 * DAY
    assert item.holder is not None
    assert item.holder.id == clerk.id
    assert of_service(units).silent_items == 1


def test_another_province_sees_nothing_of_it(units: Units, clerk: Actor, tmp_path: Path) -> None:
    stranger = a_supervisor(units, "dong-nai")
    filed(units, tmp_path, clerk)
    later(units, 3 * DAY)
    found = of(stranger, units)
    assert (found.silent.now, found.late.now, len(found.drawers)) == (0, 0, 0)
    assert not found.evening.drawers


def test_a_dossier_past_its_date_is_late_and_says_whose_time_it_was(
    units: Units, tmp_path: Path
) -> None:
    a_place(units)
    supervisor, clerk = a_supervisor(units), a_clerk(units, "long-my")
    open_shift(units, clerk)
    dossier_id = filed(units, tmp_path, clerk, SEATED_LINK)
    assert of(supervisor, units).late.now == 0
    later(units, 90 * DAY)
    found = of(supervisor, units)
    assert found.late.now == 1
    assert found.late_dossiers[0].dossier.id == dossier_id
    assert [owner.value for owner, _ in found.time_by_owner] == ["agency"]


def test_a_contested_drawer_is_decided_by_a_second_person(units: Units, clerk: Actor) -> None:
    supervisor = a_supervisor(units)
    count_drawer(CountDrawer(450_000), actor=clerk, units=units)
    contest_difference(ContestDifference("Máy đếm tiền hỏng"), actor=clerk, units=units)
    found = of(supervisor, units)
    assert (found.contested.now, found.contested.trend[-1]) == (1, 1)
    (line,) = found.contested_things.drawers
    assert line.drawer.difference_vnd == -50_000
    assert of_service(units).drawer_differences == 1
    decision = ResolveDifference(line.drawer.id, False, "BB-12/2026", new_id())
    resolve_difference(decision, actor=supervisor, units=units)
    assert of(supervisor, units).contested.now == 0
    assert of_service(units).drawer_differences == 0


def test_an_open_shift_stands_on_the_evening_list(units: Units, clerk: Actor) -> None:
    found = of(a_supervisor(units), units)
    assert [one.drawer.clerk for one in found.evening.drawers] == [clerk.id]
    assert [one.drawer.clerk for one in found.drawers] == [clerk.id]


def test_a_case_is_closed_by_somebody_who_never_had_it_in_hand(
    units: Units, clerk: Actor, tmp_path: Path
) -> None:
    supervisor = a_supervisor(units)
    dossier_id = filed(units, tmp_path, clerk)
    with units.write() as uow:
        item = items_of_dossier(uow, dossier_id)[0]
        counts = (PaperCount(1, "original_kept", 9, 0),)
        case_id = recount(uow, item.id, counts, actor=clerk).case_id
        uow.commit()
    assert case_id is not None
    assert [one.id for one in of(supervisor, units).contested_things.cases] == [case_id]
    promoted = placed(
        units, UUID(clerk.id), Role.SUPERVISOR, scope_unit_id=supervisor.unit_id, is_move=True
    )
    assert not open_case_page(case_id, actor=promoted, units=units).may_close
    command = CloseCase(case_id, CaseOutcome.COUNTED_WRONG, "Đếm lại cùng bưu cục: đủ")
    with pytest.raises(CaseNeedsAnother):
        close_case(command, actor=promoted, units=units)
    assert open_case_page(case_id, actor=supervisor, units=units).may_close
    close_case(command, actor=supervisor, units=units)
    assert of(supervisor, units).contested.now == 0


def parked_action(units: Units, dossier_id: UUID) -> UUID:
    """Later work about a dossier that ended with a person."""
    with units.write() as uow:
        uow.outbox.add(Message("test.said", {"dossier_id": str(dossier_id)}))
        uow.outbox.write()
        (offered,) = actions.offer(
            uow.session, {Parcel.name: Parcel()}, now=uow.machine_now, business_now=uow.now,
            offer_lease_s=30, limit=9,
        )  # fmt: skip
        (work,) = actions.claim(
            uow.session, offered.action_id, {Parcel.name: Parcel()},
            now=uow.machine_now, business_now=uow.now,
        )  # fmt: skip
        actions.put_back(uow.session, work, Parcel.policy, reason="away", now=uow.machine_now)
        uow.commit()
    return offered.action_id


def test_parked_work_runs_again_by_the_supervisor_it_concerns_and_no_other(
    units_with: MakeUnits, tmp_path: Path
) -> None:
    class Wired(dict[str, tuple[Parcel, ...]]):
        def __missing__(self, topic: str) -> tuple[()]:
            return ()

    units = units_with(Wired({"test.said": (Parcel(),)}))
    a_place(units)
    clerk, supervisor = a_clerk(units), a_supervisor(units)
    open_shift(units, clerk)
    stranger = a_supervisor(units, "dong-nai")
    action_id = parked_action(units, filed(units, tmp_path, clerk))
    assert [one.action_id for one in of(supervisor, units).parked_actions] == [action_id]
    assert of_service(units).actions["needs_person"] == 1
    assert of_service(units).oldest_waiting_s == 0.0
    assert of(stranger, units).parked.now == 0
    with pytest.raises(NotFound):
        try_again(action_id, actor=stranger, units=units)
    with pytest.raises(Forbidden):
        try_again(action_id, actor=clerk, units=units)
    try_again(action_id, actor=supervisor, units=units)
    later(units, DAY)
    assert of_service(units).oldest_waiting_s >= DAY.total_seconds()
    with units.read() as uow:
        row = uow.session.get_one(ActionRow, action_id)
        assert (row.state, row.tries) == (ActionState.WAITING, 0)
    assert of(supervisor, units).parked.now == 0


def test_the_board_is_for_supervisors_and_operators(units: Units, clerk: Actor) -> None:
    with pytest.raises(Forbidden):
        of(clerk, units)
    with pytest.raises(Forbidden):
        map_for(actor=clerk, units=units)
    with pytest.raises(Forbidden):
        service_figures(actor=clerk, units=units)


def test_the_map_shows_the_points_of_the_scope_only(units: Units) -> None:
    a_place(units)
    here = map_for(actor=a_supervisor(units), units=units)
    there = map_for(actor=a_supervisor(units, "dong-nai"), units=units)
    names = {one.name for one in here.spots if one.kind == "point"}
    assert "Bưu cục Long Mỹ" in names
    assert not names & {one.name for one in there.spots if one.kind == "point"}


def test_a_person_without_a_place_sees_no_board(units: Units) -> None:
    a_place(units)
    nobody = placed(units, a_person(units), Role.COURIER, scope_unit_id=a_supervisor(units).unit_id)
    with pytest.raises(Forbidden):
        of(nobody, units)
