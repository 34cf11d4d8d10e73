"""Whatever clerks do in whatever order, the books hold: checked by the second program."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Handler
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import (
    AnswerCorrection,
    ContestDifference,
    CountDrawer,
    OpenDrawer,
    RequestOnline,
    answer_correction,
    close_drawer,
    contest_difference,
    count_drawer,
    drawers_for,
    open_drawer,
    request_online,
    reverse_entry,
    see_corrections,
    settle,
    verify_ledger,
)
from postal_bridge.money.topics import TOPICS
from tests.builders.money import (
    MACHINE,
    STAMP,
    make_quote,
    notice,
    pay_at_counter,
    staff,
)

WIRING: dict[str, tuple[Handler, ...]] = dict.fromkeys(TOPICS, ())


@dataclass
class SlowClock:
    """The machine's, which somebody may put back in the midst of work."""

    behind: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind


@dataclass
class Office:
    """Two clerks of one unit and their chief, and what they have taken so far."""

    units: Units
    machine: SlowClock
    unit_id: UUID = field(default_factory=new_id)
    section_id: UUID = field(default_factory=new_id)
    entries: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clerks = [staff(self.unit_id), staff(self.unit_id)]
        self.chief = staff(self.unit_id)

    def open(self, who: Actor, amount: int) -> None:
        open_drawer(OpenDrawer(amount), actor=who, units=self.units)

    def take(self, who: Actor, amount: int) -> None:
        fees = (STAMP,) if amount % 2 else ()
        priced = make_quote(self.units, who, collects_agency_fee=bool(fees))
        method = "card" if amount % 3 == 0 else "cash"
        paid = pay_at_counter(
            self.units, who, priced, fees=fees, section_id=self.section_id, method=method
        )
        assert paid.entry_id is not None
        self.entries.append(paid.entry_id)

    def transfer(self, who: Actor, amount: int) -> None:
        priced = make_quote(self.units, who)
        with self.units.write() as uow:
            online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=who)
            uow.commit()
        for _ in range(2):
            word = notice(online.reference, 26_000 + amount % 2, transaction=str(amount % 4))
            settle(word, actor=MACHINE, units=self.units)

    def undo(self, who: Actor, amount: int) -> None:
        if self.entries:
            entry_id = self.entries[amount % len(self.entries)]
            with self.units.write() as uow:
                slip = new_id().hex[:20]  # of the terminal, where it was paid by card
                reverse_entry(
                    uow, entry_id, "Nhầm", actor=who, second=self.chief, terminal_slip=slip
                )
                uow.commit()

    def look(self, who: Actor, amount: int) -> None:
        for shown in see_corrections(actor=who, units=self.units):
            answer = AnswerCorrection(shown.id, agrees=amount % 2 == 0)
            answer_correction(answer, actor=who, units=self.units)

    def count(self, who: Actor, amount: int) -> None:
        count_drawer(CountDrawer(amount, "đếm lại"), actor=who, units=self.units)

    def close(self, who: Actor, amount: int) -> None:
        close_drawer(actor=who, units=self.units)

    def contest(self, who: Actor, amount: int) -> None:
        contest_difference(ContestDifference("chưa rõ"), actor=who, units=self.units)

    def clock(self, who: Actor, amount: int) -> None:
        """The machine's clock is put an hour back, or right again."""
        self.machine.behind = timedelta(hours=amount % 2)


ACTS: list[Callable[[Office, Actor, int], None]] = [
    Office.open,
    Office.take,
    Office.take,
    Office.take,
    Office.transfer,
    Office.undo,
    Office.undo,
    Office.look,
    Office.count,
    Office.close,
    Office.contest,
    Office.clock,
]
# Few amounts and two clerks, so that the same entry is undone twice and drawers cross.
steps = st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 7))


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(steps, min_size=6, max_size=24))
def test_random_days_leave_books_that_hold(
    sqlite_template: Path,
    key_ring: KeyRing,
    acts: list[tuple[Callable[[Office, Actor, int], None], int, int]],
) -> None:
    machine = SlowClock()
    with TemporaryDirectory() as folder:
        database = Path(folder) / "books.sqlite3"
        shutil.copy(sqlite_template, database)
        units = Units(
            f"sqlite:///{database}",
            home_id=None,
            ring=key_ring,
            machine=machine,
            wiring=WIRING,
        )
        office = Office(units, machine)
        for who in office.clerks:
            office.open(who, 100_000)
        for act, index, amount in acts:
            try:
                act(office, office.clerks[index], amount)
            except AppError:  # refused: whatever it was, nothing may be left behind
                continue
        with units.read() as uow:
            assert list(verify_ledger(uow)) == []
            everything = Actor.operator()
            for drawer in drawers_for(uow, actor=everything):
                cash = accounts.drawer_cash(drawer.id, drawer.unit_id)
                lines_vnd = sum(line.amount_vnd for line in drawer.lines)
                assert lines_vnd == balance_vnd(uow, cash)
                if drawer.status in ("closed", "contested"):
                    assert lines_vnd == 0
        units.engine.dispose()
