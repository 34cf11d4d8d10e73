"""The same fault in three offices: the system is suspected, and nobody owes meanwhile."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import SystemSuspected
from postal_bridge.money.service import (
    ContestDifference,
    CountDrawer,
    ResolveDifference,
    close_drawer,
    contest_difference,
    count_drawer,
    drawer_view,
    resolve_difference,
)
from postal_bridge.money.suspicion import Counted, chance_of, suspicions
from postal_bridge.money.watching import system_suspicions
from tests.builders.money import clerk, supervisor, with_drawer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OFFICES = [new_id() for _ in range(500)]
CHANGE = [-500, -1_000, -2_000, -5_000, -10_000, -20_000, -50_000, 1_000, 2_000, 5_000, 10_000]


def clean_days(seed: int, days: int) -> list[Counted]:
    """Five hundred counters that miscount small change now and then: 6 % of shifts."""
    rng = random.Random(seed)
    return [
        Counted(
            office, rng.choice(CHANGE) if rng.random() < 0.7 else rng.randrange(-90, 90) * 500,
            NOW - timedelta(days=day, minutes=rng.randrange(600)),
        )
        for day in range(days)
        for office in OFFICES
        if rng.random() < 0.06
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_an_identical_fault_in_three_of_five_hundred_offices_is_seen_within_a_day(
    seed: int,
) -> None:
    fault = [Counted(office, -76_090, NOW - timedelta(hours=3)) for office in OFFICES[:3]]
    found = suspicions([*clean_days(seed, 63), *fault], NOW)
    assert (-76_090, 3) in [(one.difference_vnd, one.offices) for one in found]


def test_two_offices_or_one_office_three_times_are_no_pattern() -> None:
    fault = [Counted(OFFICES[0], -76_090, NOW - timedelta(hours=n)) for n in range(5)]
    fault.append(Counted(OFFICES[1], -76_090, NOW))
    assert suspicions(fault, NOW) == ()
    old = [Counted(office, -76_090, NOW - timedelta(days=8)) for office in OFFICES[:9]]
    assert suspicions(old, NOW) == ()


def test_clean_counters_raise_no_more_than_one_alarm_a_month() -> None:
    alarms: set[tuple[int, int]] = set()
    for seed in range(3):  # three months, looked at every day
        counted = clean_days(100 + seed, 93)
        for day in range(30):
            now = NOW - timedelta(days=day)
            alarms |= {(seed, one.difference_vnd) for one in suspicions(counted, now)}
    assert len(alarms) <= 3


def test_the_chance_is_poissons() -> None:
    assert chance_of(0, 2.0) == 1.0
    assert chance_of(1, 2.0) == pytest.approx(0.8646647)
    assert chance_of(3, 0.1) == pytest.approx(0.000154653, rel=1e-4)


def contested(units: Units, actor: Actor, counted_vnd: int) -> ResolveDifference:
    opened = with_drawer(units, actor, float_vnd=100_000)
    count_drawer(CountDrawer(counted_vnd), actor=actor, units=units)
    contest_difference(ContestDifference("Máy treo"), actor=actor, units=units)
    return ResolveDifference(opened.id, True, "BB-1", new_id())


def test_while_the_system_is_suspected_nobody_owes(units: Units) -> None:
    clerks = [clerk() for _ in range(3)]
    debts = [contested(units, actor, 91_300) for actor in clerks]
    with units.read() as uow:
        (found,) = system_suspicions(uow)
    assert (found.difference_vnd, found.offices) == (-8_700, 3)
    unit = clerks[0].unit_id
    assert unit is not None
    judge = supervisor(new_id(), unit)
    with pytest.raises(SystemSuspected):
        resolve_difference(debts[0], actor=judge, units=units)
    freed = ResolveDifference(debts[0].drawer_id, False, "BB-1", new_id())
    assert resolve_difference(freed, actor=judge, units=units).owed_vnd == 0


def test_a_clerk_is_told_and_cannot_take_a_suspected_difference_upon_himself(units: Units) -> None:
    for actor in (clerk(), clerk(), clerk()):
        contested(units, actor, 91_300)
    alone = clerk()
    opened = with_drawer(units, alone, float_vnd=100_000)
    count_drawer(CountDrawer(91_300), actor=alone, units=units)
    seen = drawer_view(actor=alone, units=units)
    assert seen is not None
    assert seen.offices_alike == 4
    with pytest.raises(SystemSuspected):
        close_drawer(actor=alone, units=units)
    ended = contest_difference(ContestDifference("Như các bưu cục khác"), actor=alone, units=units)
    assert (ended.id, ended.owed_vnd) == (opened.id, 0)
    other = clerk()
    with_drawer(units, other, float_vnd=100_000)
    count_drawer(CountDrawer(99_000), actor=other, units=units)
    assert close_drawer(actor=other, units=units).owed_vnd == 1_000  # nobody else has this one


def test_the_second_program_shares_no_code_with_the_service() -> None:
    """What checks the books imports nothing that keeps them."""
    import ast

    from postal_bridge.money import verify

    reading = ("postal_bridge.kernel.unit_of_work", "postal_bridge.kernel.snapshots")
    allowed = (*reading, "postal_bridge.money.verify")
    for path in sorted(Path(verify.__file__).parent.glob("verify*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            ours = [name for name in names if name.startswith(("postal_bridge", "geo", "config"))]
            assert all(name.startswith(allowed) for name in ours), (path.name, ours)
