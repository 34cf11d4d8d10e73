"""More cash than the limit puts the bank on a courier's way."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from postal_bridge.kernel import streams
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts, cash_limit
from postal_bridge.money.accounts import Posting
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.service import BankCourierCash, bank_cash
from postal_bridge.runs.banking import bankings_that_differ
from postal_bridge.runs.errors import CashNotBanked, CashStillOverLimit
from postal_bridge.runs.rules import StopAction, StopKind, StopStatus
from postal_bridge.runs.service import (
    answer_delivery_stop,
    answer_other_stop,
    run_view,
    verify_runs,
)
from postal_bridge.runs.tables import RunRow, StopRow
from postal_bridge.runs.types import AnswerStop, RunView
from tests.builders.delivery import Scene, a_scene
from tests.builders.delivery_acts import packed
from tests.builders.runs import on_road, published


def kinds(run: RunView) -> list[StopKind]:
    return [stop.kind for stop in run.stops]


def carries(uow: UnitOfWork, scene: Scene, amount_vnd: int) -> None:
    """Cash of some earlier door."""
    assert scene.courier.unit_id is not None
    cash = accounts.courier_cash(scene.courier.id, scene.courier.unit_id)
    line = Posting(cash, accounts.fare_revenue(scene.courier.unit_id), amount_vnd, "result")
    post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), [line], actor=scene.courier)


def row_of(uow: UnitOfWork, run: RunView) -> RunRow:
    return uow.session.get_one(RunRow, run.id)


def test_a_run_that_would_carry_too_much_passes_the_bank(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        doors = [packed(uow, scene) for _ in range(2)]
        calm = published(uow, scene, doors[0])
        assert kinds(calm) == [StopKind.DELIVER]
        carries(uow, scene, cash_limit.cash_limit_vnd() + 1)
        rich = published(uow, scene, doors[1])
        assert kinds(rich) == [StopKind.DELIVER, StopKind.BANK]
        assert [stop.position for stop in rich.stops] == [1, 2]


def test_the_bank_is_the_next_stop_once_the_limit_is_passed_on_the_road(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        doors = [packed(uow, scene) for _ in range(3)]
        run = on_road(uow, scene, *doors)
        assert StopKind.BANK not in kinds(run)
        first, second, _ = (stop.delivery_id for stop in run.stops)
        assert first is not None
        assert second is not None
        carries(uow, scene, cash_limit.cash_limit_vnd())
        answer_delivery_stop(uow, first, StopAction.FINISH, actor=scene.courier)
        assert StopKind.BANK not in kinds(run_view(uow, run.id, scene.clerk.scope))
        carries(uow, scene, 1)
        answer_delivery_stop(uow, second, StopAction.FINISH, actor=scene.courier)
        seen = run_view(uow, run.id, scene.clerk.scope)
        assert kinds(seen) == [
            StopKind.DELIVER, StopKind.DELIVER, StopKind.BANK, StopKind.DELIVER,
        ]  # fmt: skip
        assert [stop.position for stop in seen.stops] == [1, 2, 3, 4]


def test_a_bank_planned_for_later_does_not_wait_until_then(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        carries(uow, scene, cash_limit.cash_limit_vnd() + 1)
        run = on_road(uow, scene, *(packed(uow, scene) for _ in range(3)))
        assert kinds(run)[1] == StopKind.BANK
        stops = uow.session.scalars(select(StopRow).where(StopRow.run_id == run.id)).all()
        for stop in stops:  # the plan had him there after his last door
            stop.position = 4 if stop.kind == StopKind.BANK else stop.position - (stop.position > 2)
        uow.session.flush()
        first = run_view(uow, run.id, scene.clerk.scope).stops[0].delivery_id
        assert first is not None
        answer_delivery_stop(uow, first, StopAction.FINISH, actor=scene.courier)
        seen = kinds(run_view(uow, run.id, scene.clerk.scope))
        assert seen == [StopKind.DELIVER, StopKind.BANK, *[StopKind.DELIVER] * 2, StopKind.BANK]


def test_a_banking_stop_is_done_by_the_ledger_alone(units: Units) -> None:
    scene = a_scene(units)
    limit_vnd = cash_limit.cash_limit_vnd()
    with units.write() as uow:
        carries(uow, scene, limit_vnd + 10)
        run = on_road(uow, scene, packed(uow, scene), packed(uow, scene))
        bank = next(stop.id for stop in run.stops if stop.kind == StopKind.BANK)

        def done(stop_id: UUID = bank) -> RunView:
            return answer_other_stop(uow, AnswerStop(stop_id, True), actor=scene.courier)

        def pay_in(amount_vnd: int) -> None:
            bank_cash(uow, BankCourierCash(amount_vnd, f"GNT{amount_vnd}"), actor=scene.courier)

        with pytest.raises(CashNotBanked) as refused:
            done()
        assert refused.value.params == {"held_vnd": limit_vnd + 10}
        pay_in(9)
        with pytest.raises(CashStillOverLimit):
            done()
        pay_in(1)
        stop = next(one for one in done().stops if one.kind == StopKind.BANK)
        assert stop.status is StopStatus.DONE
        assert not list(verify_runs(uow))
        # The same paper of the bank answers no second stop.
        carries(uow, scene, limit_vnd)
        first = next(one.delivery_id for one in run.stops if one.delivery_id)
        answer_delivery_stop(uow, first, StopAction.FINISH, actor=scene.courier)
        again = run_view(uow, run.id, scene.clerk.scope).stops
        second = next(one.id for one in again if one.kind == StopKind.BANK and one.id != bank)
        pay_in(limit_vnd)
        done(second)
        carries(uow, scene, limit_vnd + 1)
        with pytest.raises(MoveNotOpen):
            done(second)
        facts = streams.read(uow, f"run:{run.id}")
        assert not list(bankings_that_differ(uow, row_of(uow, run), facts))
        assert list(bankings_that_differ(uow, row_of(uow, run), [*facts, facts[-1]])) == [
            "banking_unknown"
        ]


def test_a_limit_that_is_none_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "cash_on_road.toml"
    wrong.write_text("limit_vnd = 0\n")
    with pytest.raises(ValueError, match="limit_vnd"):
        cash_limit.cash_limit_vnd(wrong)
