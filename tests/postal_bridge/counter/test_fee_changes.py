"""Thu thêm, hoàn lại: a fee changes after acceptance, and money, dossier and papers follow."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.counter.ending import Withdraw, withdraw_dossier
from postal_bridge.counter.fee_changes import (
    FeeChangeTooLate,
    FeeNotOfDossier,
    StateFee,
    ask_rest_online,
    changes_of_dossier,
    give_back,
    state_fee_of_dossier,
    take_rest,
)
from postal_bridge.counter.handlers import ResumePaidDossier
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import ask_payment, dossier_view
from postal_bridge.insight.matching import differences_of
from postal_bridge.insight.reconciliation import sides_of
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import (
    AmountDiffers,
    EntryNotReversible,
    FeeUnchanged,
    GroundMissing,
    RefundReferenceMissing,
    RefundReferenceUsed,
    SecondPersonNeeded,
)
from postal_bridge.money.fee_change_rules import FeeChangeReason, FeeChangeStatus, RefundWay
from postal_bridge.money.fee_changes import FeeChangeView, fee_changes_of
from postal_bridge.money.fee_remitting import NothingToRemit, open_fees, remit_section_fees
from postal_bridge.money.fee_settling import GiveBackFee, TakeMore
from postal_bridge.money.service import (
    FeeDue,
    OpenDrawer,
    RemitFees,
    TakeAtCounter,
    drawer_view,
    open_drawer,
    receipts_of_dossier,
    reverse_entry,
    settle,
    take_at_counter,
    verify_ledger,
)
from postal_bridge.money.statement_import import import_statement
from tests.builders.dossiers import Counter, counter, processing
from tests.builders.money import MACHINE, notice

FEE = FeeDue("LP-DKKD", "Lệ phí đăng ký hộ kinh doanh", "le_phi", 100_000)
GROUND = "Nghị quyết 05/2026/NQ-HĐND"
EVERYONE = Actor.operator()


def once(key: str) -> Once[object]:
    return Once(key, "POST /x", "0" * 64, lambda view: b"{}")


ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Desk:
    """A dossier in processing whose fee of 100.000 đ was paid at the counter."""

    units: Units
    at: Counter
    dossier_id: UUID
    entry_id: UUID

    def state(self, new_vnd: int, **given: object) -> None:
        asked = {"reason": FeeChangeReason.ASSESSED_ANEW, "legal_ground": GROUND, **given}
        command = StateFee(self.dossier_id, FEE.code, new_vnd, **asked)  # type: ignore[arg-type]
        kept = once(str(new_id()))
        state_fee_of_dossier(command, actor=self.at.officer, once=kept, units=self.units)  # type: ignore[arg-type]

    def take(self, amount_vnd: int) -> None:
        command = TakeMore(self.last.id, amount_vnd)
        take_rest(command, actor=self.at.clerk, once=once(str(new_id())), units=self.units)  # type: ignore[arg-type]

    def back(self, way: RefundWay = RefundWay.CASH, **given: object) -> None:
        command = GiveBackFee(self.last.id, way, **given)  # type: ignore[arg-type]
        give_back(command, actor=self.at.clerk, once=once(str(new_id())), units=self.units)  # type: ignore[arg-type]

    def statement(self, line: str) -> tuple[str, str | None]:
        """What the bank's statement says of it."""
        content = f"transaction,at,amount,note\n{line}".encode()
        (read,) = import_statement(content, actor=EVERYONE, units=self.units)
        return read.fate, read.why

    def remit(self) -> int:
        with self.units.write() as uow:
            today = local(uow.now).date()
            section_id = self.at.link.section_id
            open_vnd = open_fees(uow, section_id, today, actor=self.at.clerk).amount_vnd
            command = RemitFees(section_id, today, open_vnd, f"UNC-{new_id()}")
            paid_on = remit_section_fees(uow, command, actor=self.at.clerk)
            uow.commit()
        return paid_on.amount_vnd

    @property
    def changes(self) -> tuple[FeeChangeView, ...]:
        return changes_of_dossier(self.dossier_id, actor=self.at.officer, units=self.units)

    @property
    def last(self) -> FeeChangeView:
        return self.changes[-1]

    def stands(self) -> DossierStatus:
        with self.units.read() as uow:
            return dossier_view(uow, self.dossier_id, EVERYONE.scope).status

    @property
    def receipts(self) -> list[tuple[str, int]]:
        with self.units.read() as uow:
            found = receipts_of_dossier(uow, self.dossier_id, actor=EVERYONE)
        return [(one.kind, one.total_vnd) for one in found]

    @property
    def differences(self) -> list[str]:
        with self.units.read() as uow:
            sides = sides_of(uow, Scope(everything=True), local(uow.now).date())
        return [one.kind.value for one in differences_of(sides)]

    def books_hold(self) -> None:
        with self.units.read() as uow:
            assert list(verify_ledger(uow)) == []


@pytest.fixture
def desk(units: Units) -> Desk:
    at = counter(units)
    open_drawer(OpenDrawer(500_000), actor=at.clerk, units=units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        paid = TakeAtCounter(made.id, None, (FEE,), FEE.amount_vnd, "cash", at.link.section_id)
        receipt = take_at_counter(uow, paid, actor=at.clerk)
        uow.commit()
    assert receipt.entry_id is not None
    return Desk(units, at, made.id, receipt.entry_id)


def test_more_is_paid_at_the_counter_under_a_receipt_of_its_own(desk: Desk) -> None:
    desk.state(150_000)
    assert desk.stands() is DossierStatus.PAYMENT_DUE
    assert desk.differences == ["not_remitted", "counted_not_paid"]
    with pytest.raises(AmountDiffers):
        desk.take(49_000)
    desk.take(50_000)
    assert desk.stands() is DossierStatus.PROCESSING
    assert desk.receipts == [("fee", 100_000), ("fee", 50_000)]
    assert len(desk.last.corrects) == 1
    assert desk.remit() == 150_000
    assert desk.differences == []
    with pytest.raises(MoveNotOpen):
        desk.take(50_000)
    desk.books_hold()


def test_less_is_given_back_and_taken_off_what_the_agency_is_sent(desk: Desk) -> None:
    desk.state(40_000, reason=FeeChangeReason.EXEMPT)
    assert desk.stands() is DossierStatus.PROCESSING  # nothing waits for the citizen
    desk.back()
    refund = desk.last.refund
    assert refund is not None
    assert (refund.amount_vnd, refund.number[-7:]) == (60_000, "0000001")
    assert desk.receipts == [("fee", 100_000)]  # the first is never changed
    drawer = drawer_view(actor=desk.at.clerk, units=desk.units)
    assert drawer is not None
    assert [line.amount_vnd for line in drawer.lines][-1] == -60_000
    assert desk.differences == ["not_remitted"]
    assert desk.remit() == 40_000
    assert desk.differences == []
    with pytest.raises(MoveNotOpen):
        desk.back()
    with desk.units.write() as uow, pytest.raises(EntryNotReversible):
        reverse_entry(uow, desk.entry_id, "nhầm", actor=desk.at.clerk, second=EVERYONE)
    desk.books_hold()


@ONE_DATABASE
def test_what_was_remitted_already_comes_off_the_next_remittance(desk: Desk) -> None:
    assert desk.remit() == 100_000
    desk.state(0, reason=FeeChangeReason.EXEMPT)
    with pytest.raises(RefundReferenceMissing):
        desk.back(RefundWay.TRANSFER)
    desk.back(RefundWay.TRANSFER, bank_reference="FT26-1")
    assert desk.statement("FT26-1,02/03/2026,-100000,HOAN PHI\n") == ("refund_left", None)
    wrong = desk.statement("FT26-1,02/03/2026,-90000,HOAN PHI\n")
    assert wrong == ("wrong", "statement_order_amount")
    with pytest.raises(NothingToRemit):  # no fees to take it off yet
        desk.remit()
    assert desk.differences == ["amount_differs"]
    with desk.units.write() as uow:
        more = FeeDue("LP-KHAC", "Lệ phí khác", "le_phi", 130_000)
        paid = TakeAtCounter(
            desk.dossier_id, None, (more,), 130_000, "cash", desk.at.link.section_id
        )
        take_at_counter(uow, paid, actor=desk.at.clerk)
        uow.commit()
    assert desk.remit() == 30_000
    assert desk.differences == []
    command = StateFee(desk.dossier_id, "LP-KHAC", 0, FeeChangeReason.EXEMPT, GROUND)
    state_fee_of_dossier(command, actor=desk.at.officer, once=once("more"), units=desk.units)  # type: ignore[arg-type]
    with pytest.raises(RefundReferenceUsed):
        desk.back(RefundWay.TRANSFER, bank_reference="FT26-1")
    desk.books_hold()


@ONE_DATABASE
def test_above_the_limit_two_people_give_back(desk: Desk) -> None:
    with desk.units.write() as uow:
        big = FeeDue("LP-LON", "Lệ phí lớn", "le_phi", 300_000)
        paid = TakeAtCounter(
            desk.dossier_id, None, (big,), 300_000, "cash", desk.at.link.section_id
        )
        take_at_counter(uow, paid, actor=desk.at.clerk)
        uow.commit()
    command = StateFee(desk.dossier_id, "LP-LON", 0, FeeChangeReason.EXEMPT, GROUND)
    state_fee_of_dossier(command, actor=desk.at.officer, once=once("big"), units=desk.units)  # type: ignore[arg-type]
    with pytest.raises(SecondPersonNeeded):
        desk.back()
    second = new_id()
    desk.back(second_staff_id=second)
    assert desk.last.refund is not None
    assert desk.last.refund.second_person == f"staff:{second}"
    desk.books_hold()


@ONE_DATABASE
def test_a_fee_stated_again_replaces_what_waited_and_late_money_still_counts(desk: Desk) -> None:
    desk.state(150_000)
    ask_rest_online(desk.last.id, actor=desk.at.clerk, once=once("qr"), units=desk.units)  # type: ignore[arg-type]
    asked = desk.last.payment_id
    desk.state(100_000)  # it was right after all
    assert desk.stands() is DossierStatus.PROCESSING
    assert [one.status for one in desk.changes] == [FeeChangeStatus.REPLACED]
    with desk.units.read() as uow:
        row = uow.session.execute(
            text("SELECT reference, status FROM payments WHERE amount_vnd = 50000")
        ).one()
    assert row.status == "expired"
    settle(notice(row.reference, 50_000), actor=MACHINE, units=desk.units)
    assert [one.status for one in desk.changes] == [FeeChangeStatus.PAID]
    desk.state(100_000)  # what came too much is owed back
    assert (desk.last.status, desk.last.amount_vnd) == (FeeChangeStatus.OWED, 50_000)
    assert asked is not None
    desk.books_hold()


@ONE_DATABASE
def test_a_dossier_goes_on_by_itself_when_the_bank_says_so(desk: Desk) -> None:
    desk.state(150_000)
    ask_rest_online(desk.last.id, actor=desk.at.clerk, once=once("qr2"), units=desk.units)  # type: ignore[arg-type]
    payment_id = desk.last.payment_id
    with desk.units.read() as uow:
        reference = uow.session.scalar(
            text("SELECT reference FROM payments WHERE amount_vnd = 50000")
        )
    settle(notice(reference, 50_000), actor=MACHINE, units=desk.units)
    handler = ResumePaidDossier()
    body = {"dossier_id": str(desk.dossier_id), "payment_id": str(payment_id)}
    work = Work(new_id(), 1, handler.name, body)
    for _ in range(2):  # a job may run twice
        with desk.units.read() as uow:
            found = handler.prepare(uow, work)
        assert found == desk.dossier_id
        with desk.units.write() as uow:
            handler.settle(uow, work, found)
            uow.commit()
    assert desk.stands() is DossierStatus.PROCESSING
    desk.books_hold()


@ONE_DATABASE
def test_nothing_is_stated_without_ground_change_scope_or_its_step(desk: Desk) -> None:
    with pytest.raises(GroundMissing):
        desk.state(150_000, legal_ground="   ")
    with pytest.raises(FeeUnchanged):
        desk.state(100_000)
    foreign = StateFee(desk.dossier_id, "KHONG-CO", 1, FeeChangeReason.EXEMPT, GROUND)
    with pytest.raises(FeeNotOfDossier):
        state_fee_of_dossier(foreign, actor=desk.at.officer, once=once("f"), units=desk.units)  # type: ignore[arg-type]
    own = StateFee(desk.dossier_id, FEE.code, 1, FeeChangeReason.EXEMPT, GROUND)
    elsewhere = Actor.job("x")
    stranger = type(elsewhere)(elsewhere.kind, "y", Scope())
    with pytest.raises(NotFound):
        state_fee_of_dossier(own, actor=stranger, once=once("g"), units=desk.units)  # type: ignore[arg-type]
    assert desk.changes == ()
    with desk.units.write() as uow:
        ask_payment(uow, desk.dossier_id, 9_000_000, actor=desk.at.officer)
        uow.commit()
    with pytest.raises(FeeChangeTooLate):  # it waits for a tax, which a fee must not end
        desk.state(150_000)
    desk.state(90_000)  # less is owed back whatever it waits for
    assert desk.stands() is DossierStatus.PAYMENT_DUE


@ONE_DATABASE
def test_an_ended_dossier_asks_for_no_rest_and_owes_what_it_owed(desk: Desk) -> None:
    desk.state(150_000)
    ask_rest_online(desk.last.id, actor=desk.at.clerk, once=once("qr3"), units=desk.units)  # type: ignore[arg-type]
    ended = Withdraw(desk.dossier_id)
    withdraw_dossier(ended, actor=desk.at.officer, once=once("w"), units=desk.units)  # type: ignore[arg-type]
    assert desk.last.status.value == "replaced"
    with pytest.raises(FeeChangeTooLate):
        desk.take(50_000)
    desk.state(0, reason=FeeChangeReason.EXEMPT)
    desk.back()
    assert desk.last.status is FeeChangeStatus.GIVEN_BACK
    desk.books_hold()


@ONE_DATABASE
def test_the_second_program_sees_a_change_that_was_tampered_with(desk: Desk) -> None:
    desk.state(150_000)
    with desk.units.write() as uow:
        uow.session.execute(text("UPDATE fee_changes SET new_vnd = 160000"))
        found = [one.check for one in verify_ledger(uow)]
    assert "fee_change" in found
    with desk.units.read() as uow:
        assert fee_changes_of(uow, desk.dossier_id)[0].fee.amount_vnd == 150_000
