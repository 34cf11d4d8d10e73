"""Reasons, counts and answers about cash cannot be put otherwise afterwards (H-01, M7)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.cash_desk import count_offered, offer_cash, refuse_cash
from postal_bridge.money.drawers import end_shift
from postal_bridge.money.hand_in_types import CountOffer, HandInView, OfferCash, RefuseOffer
from postal_bridge.money.hand_in_views import hand_ins_of_courier
from postal_bridge.money.service import (
    AnswerCorrection,
    ContestDifference,
    CountDrawer,
    answer_correction,
    contest_difference,
    count_drawer,
    due_at_door,
    reverse_entry,
    see_corrections,
    take_at_door,
    verify_ledger,
)
from tests.builders.money import clerk, courier, make_quote, pay_at_counter, supervisor, with_drawer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHERWISE = {
    "drawer_counts": (
        "UPDATE drawer_counts SET reason = 'Không có lý do' WHERE reason IS NOT NULL",
        "UPDATE drawer_counts SET counted_vnd = 1 WHERE count_no = 1",
        "DELETE FROM drawer_counts WHERE count_no = 1",
    ),
    "drawers": (
        "UPDATE drawers SET reason = 'Tôi nhận' WHERE status = 'contested'",
        "UPDATE drawers SET explanation = NULL WHERE explanation IS NOT NULL",
    ),
    "hand_ins": ("UPDATE hand_ins SET ended_reason = 'Bưu tá đòi lại'",),
    "journal_entries": (
        "UPDATE journal_entries SET reason = 'Khách đổi ý' WHERE reason IS NOT NULL",
        "UPDATE journal_entries SET section_id = id",
    ),
    "corrections": (
        "UPDATE corrections SET reason = 'Khách đổi ý'",
        "UPDATE corrections SET second_person = 'staff:x'",
        "UPDATE corrections SET answer = 'disputed'",
        "UPDATE corrections SET shown_at = NULL",
        "UPDATE corrections SET posted_entry_id = NULL",
        "DELETE FROM corrections",
    ),
}


@pytest.fixture
def told(units: Units) -> Units:
    """Two drawers, one contested and one explained, a fare given back, cash not taken."""
    doubting, agreeing = clerk(), clerk()
    with_drawer(units, doubting)
    refused_cash(units, doubting)
    for counted_vnd, why in ((450_000, None), (460_000, "Đếm sót một tờ")):
        count_drawer(CountDrawer(counted_vnd, why), actor=doubting, units=units)
    contest_difference(ContestDifference("Máy đếm tiền hỏng"), actor=doubting, units=units)
    with_drawer(units, agreeing)
    given_back(units, agreeing)
    count_drawer(CountDrawer(490_000), actor=agreeing, units=units)
    with units.write() as uow:
        end_shift(uow, actor=agreeing, explanation="Trả nhầm tiền thừa")
        uow.commit()
    return units


def refused_cash(units: Units, taking: Actor) -> None:
    assert taking.unit_id is not None
    rider = courier(taking.unit_id)
    fare = make_quote(units, taking).id
    with units.write() as uow:
        due_at_door(uow, fare, actor=taking)
        take_at_door(uow, fare, 26_000, actor=rider)
        uow.commit()
    offer_cash(OfferCash(26_000, 0), actor=rider, once=_once("o"), units=units)
    with units.read() as uow:
        (offered,) = hand_ins_of_courier(uow, actor=rider)
    counted = CountOffer(offered.id, 20_000, None)
    count_offered(counted, actor=taking, once=_once("c"), units=units)
    refusal = RefuseOffer(offered.id, "Thiếu sáu nghìn")
    refuse_cash(refusal, actor=taking, once=_once("r"), units=units)


def _once(key: str) -> Once[HandInView]:
    return Once(key, "POST /x", "0" * 64, lambda view: str(view.id).encode())


def given_back(units: Units, paying: Actor) -> None:
    assert paying.unit_id is not None
    paid = pay_at_counter(units, paying, make_quote(units, paying))
    assert paid.entry_id is not None
    chief, other = supervisor(paying.unit_id), supervisor(paying.unit_id)
    with units.write() as uow:
        reverse_entry(uow, paid.entry_id, "Thu trùng", actor=chief, second=other)
        uow.commit()
    (shown,) = see_corrections(actor=paying, units=units)
    answer_correction(AnswerCorrection(shown.id, True), actor=paying, units=units)


def wrong(units: Units) -> Iterator[object]:
    with units.read() as uow:
        yield from verify_ledger(uow)


def test_verify_names_what_was_put_otherwise(told: Units) -> None:
    assert list(wrong(told)) == []
    unseen = []
    with closing(sqlite3.connect(str(told.engine.url.database), isolation_level=None)) as file:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in file.execute(triggers).fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        file.execute("PRAGMA ignore_check_constraints = on")
        for table, changes in OTHERWISE.items():
            file.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")  # noqa: S608  (a name above)
            for change in changes:
                if not file.execute(change).rowcount or next(wrong(told), None) is None:
                    unseen.append(change)
                file.execute(f"DELETE FROM {table}")  # noqa: S608  (as above)
                file.execute(f"INSERT INTO {table} SELECT * FROM kept")  # noqa: S608  (as above)
            file.execute("DROP TABLE kept")
    assert unseen == []
    assert list(wrong(told)) == []
