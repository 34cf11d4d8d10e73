"""A step of a dossier that was recorded by mistake never counted: state and dates follow."""

from collections.abc import Callable

import pytest

from postal_bridge.custody.service import register_item, seal_item
from postal_bridge.custody.types import ItemKind, NewItem
from postal_bridge.dossiers.errors import NotUndoable, ResultUnderWay, UndoNeedsAnother
from postal_bridge.dossiers.rules import MOVES, UNDOS, DossierAction, DossierStatus
from postal_bridge.dossiers.service import (
    approve_undo,
    ask_undo,
    correct_result,
    decline_undo,
    dossier_view,
    mark_returned,
    promise,
    refuse,
    result_ready,
    send_to_agency,
    stop,
    timeline,
    undos_for,
    verify_dossiers,
    withdraw,
)
from postal_bridge.dossiers.types import DossierView, Result
from postal_bridge.kernel.actor import Actor, Role, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.clock import pass_days
from tests.builders.dossiers import Counter, accepted, brought, counter, processing

WORDS = "Bấm nhầm hồ sơ của người khác"


def ready(uow: UnitOfWork, at: Counter, made: DossierView) -> None:
    result_ready(uow, made.id, Result("GP-01/2026", local(uow.now).date()), actor=at.officer)


def another(at: Counter) -> Actor:
    scope = Scope(sections=at.officer.scope.sections)
    return Actor(at.officer.kind, "second-officer", scope, roles=frozenset({Role.OFFICER}))


def undone(uow: UnitOfWork, at: Counter, made: DossierView) -> DossierView:
    undo = ask_undo(uow, made.id, WORDS, actor=at.officer)
    approve_undo(uow, undo.id, actor=another(at))
    return dossier_view(uow, made.id, at.officer.scope)


def refused(uow: UnitOfWork, at: Counter) -> DossierView:
    made, item = accepted(uow, at)
    send_to_agency(uow, made.id, actor=at.clerk)
    brought(uow, at, item.id)
    refuse(uow, made.id, "wrong_office", actor=at.officer)
    return made


def stopped(uow: UnitOfWork, at: Counter) -> DossierView:
    made, _ = processing(uow, at)
    stop(uow, made.id, "no_answer", actor=at.officer)
    return made


def withdrawn(uow: UnitOfWork, at: Counter) -> DossierView:
    made, _ = processing(uow, at)
    withdraw(uow, made.id, actor=at.officer)
    return made


def finished(uow: UnitOfWork, at: Counter) -> DossierView:
    made, _ = processing(uow, at)
    ready(uow, at, made)
    return made


@pytest.mark.parametrize(
    ("play", "wrong", "right"),
    [
        (refused, DossierStatus.REFUSED, DossierStatus.TO_AGENCY),
        (stopped, DossierStatus.STOPPED, DossierStatus.PROCESSING),
        (withdrawn, DossierStatus.WITHDRAWN, DossierStatus.PROCESSING),
        (finished, DossierStatus.RESULT_READY, DossierStatus.PROCESSING),
    ],
)
def test_the_dossier_stands_where_it_stood_and_its_dates_with_it(
    units: Units,
    play: Callable[[UnitOfWork, Counter], DossierView],
    wrong: DossierStatus,
    right: DossierStatus,
) -> None:
    at = counter(units)
    with units.write() as uow:
        made = play(uow, at)
        assert dossier_view(uow, made.id, at.officer.scope).status is wrong
        again = undone(uow, at, made)
        assert again.status is right
        assert (again.finished_at, again.closed_at, again.result_number) == (None, None, None)
        assert list(verify_dossiers(uow)) == []


def test_the_time_of_an_undone_result_is_the_agencys_again(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = finished(uow, at)
        due_at = dossier_view(uow, made.id, at.officer.scope).due_at
        uow.commit()
    pass_days(units, 30)
    with units.write() as uow:
        assert not promise(uow, made.id).is_overdue
        undone(uow, at, made)
        assert dossier_view(uow, made.id, at.officer.scope).due_at == due_at
        assert promise(uow, made.id).is_overdue
        ready(uow, at, made)
        assert dossier_view(uow, made.id, at.officer.scope).finished_at == uow.now
        assert list(verify_dossiers(uow)) == []


def test_who_asks_does_not_answer_and_a_declined_one_changes_nothing(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = finished(uow, at)
        undo = ask_undo(uow, made.id, WORDS, actor=at.officer)
        assert [one.id for one in undos_for(uow, at.officer.scope)] == [undo.id]
        for answer in (approve_undo, decline_undo):
            with pytest.raises(UndoNeedsAnother):
                answer(uow, undo.id, actor=at.officer)
        decline_undo(uow, undo.id, actor=another(at))
        assert undos_for(uow, at.officer.scope) == ()
        now = dossier_view(uow, made.id, at.officer.scope)
        assert now.status is DossierStatus.RESULT_READY
        assert list(verify_dossiers(uow)) == []
        shown = [step.kind for step in timeline(uow, made.id) if step.kind.startswith("undo.")]
        assert shown == ["undo.asked", "undo.declined"]


def test_a_result_that_is_packed_is_not_undone(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = finished(uow, at)
        undo = ask_undo(uow, made.id, WORDS, actor=at.officer)
        envelope = register_item(
            uow,
            NewItem(
                ItemKind.RESULT_ENVELOPE, made.id, made.unit_id, made.section_id, 80, at.section
            ),
            actor=at.officer,
        )
        seal_item(uow, envelope.id, witness=at.section, actor=at.officer)
        with pytest.raises(ResultUnderWay):
            approve_undo(uow, undo.id, actor=another(at))


def test_an_answer_that_comes_late_undoes_nothing_later(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = finished(uow, at)
        undo = ask_undo(uow, made.id, WORDS, actor=at.officer)
        mark_returned(uow, made.id, "hand_over", actor=at.clerk)
        correct_result(uow, made.id, "misspelt_name", actor=at.officer)
        ready(uow, at, made)  # a result again, and another one than was asked about
        with pytest.raises(NotUndoable):
            approve_undo(uow, undo.id, actor=another(at))
        assert dossier_view(uow, made.id, at.officer.scope).result_number == "GP-01/2026"


def test_what_is_no_row_is_not_undone_and_another_office_sees_nothing(units: Units) -> None:
    at = counter(units)
    stranger = Actor(at.officer.kind, "x", Scope(sections=frozenset({new_id()})))
    with units.write() as uow:
        made, _ = processing(uow, at)
        with pytest.raises(NotUndoable):
            ask_undo(uow, made.id, WORDS, actor=at.officer)
        ready(uow, at, made)
        undo = ask_undo(uow, made.id, WORDS, actor=at.officer)
        with pytest.raises(NotFound):
            approve_undo(uow, undo.id, actor=stranger)
        with pytest.raises(NotFound):
            ask_undo(uow, made.id, WORDS, actor=stranger)
        assert undos_for(uow, stranger.scope) == ()


def test_every_row_undoes_a_row_of_the_table() -> None:
    for (before, action), to in UNDOS.items():
        assert (before, action) in MOVES
        assert to is before
    kept = {DossierAction.REGISTER, DossierAction.ACCEPT, DossierAction.RETURN_BY_HAND}
    assert not {action for _, action in UNDOS} & kept
