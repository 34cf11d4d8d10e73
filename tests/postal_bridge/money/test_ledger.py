"""What both databases refuse, and what the second program finds (M1 to M4)."""

from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from postal_bridge.kernel import streams
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts
from postal_bridge.money.accounts import AccountKind, MoneyWouldMix, Posting, check_allowed
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.service import verify_ledger
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import JournalEntry, PostingRow
from tests.builders.money import MACHINE, STAMP, clerk, make_quote, pay_at_counter, with_drawer

UNIT = new_id()
BANK, OPEN = accounts.bank("970436-1"), accounts.unidentified("970436-1")


def entry(uow: UnitOfWork, **given: Any) -> dict[str, Any]:
    store = MoneyStore(uow.session)
    store.ensure_accounts({BANK, OPEN})
    return {
        "id": new_id(),
        "line_count": 2,
        "journal": "remittance:x",
        "kind": "test",
        "at": uow.now,
        "recorded_at": uow.now,
        "actor": "staff:x",
        "actor_kind": "staff",
        **given,
    }


def line(values: dict[str, Any], number: int, **given: Any) -> dict[str, Any]:
    return {
        "entry_id": values["id"],
        "line_no": number,
        "line_count": values["line_count"],
        "prev_line_no": number - 1 or None,
        "debit_account": BANK.code,
        "credit_account": OPEN.code,
        "amount_vnd": 1,
        "about": "test",
        **given,
    }


@pytest.mark.parametrize("there", [(), (1,)])
def test_commit_fails_when_a_line_of_an_entry_is_missing(
    units: Units, there: tuple[int, ...]
) -> None:
    with units.write() as uow:
        values = entry(uow)
        uow.session.execute(insert(JournalEntry).values(**values))
        for number in there:
            uow.session.execute(insert(PostingRow).values(**line(values, number)))
        with pytest.raises(Conflict):
            uow.commit()
    with units.read() as view:
        assert view.session.scalar(text("SELECT count(*) FROM journal_entries")) == 0


def test_a_line_in_the_middle_cannot_be_missing(units: Units) -> None:
    with units.write() as uow:
        values = entry(uow, line_count=3)
        uow.session.execute(insert(JournalEntry).values(**values))
        uow.session.execute(insert(PostingRow).values(**line(values, 1)))
        with pytest.raises(IntegrityError):
            uow.session.execute(insert(PostingRow).values(**line(values, 3)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_vnd": 0},
        {"amount_vnd": -1},
        {"credit_account": BANK.code},
        {"line_no": 3, "prev_line_no": 2},  # beyond the entry's own count
        {"line_no": 2, "prev_line_no": None},
        {"line_count": 1},  # not what the entry says
        {"debit_account": "cash:nowhere"},
    ],
)
def test_a_line_that_breaks_a_rule_is_refused(units: Units, wrong: dict[str, Any]) -> None:
    with units.write() as uow:
        values = entry(uow)
        uow.session.execute(insert(JournalEntry).values(**values))
        for number in (1, 2) if wrong.get("line_no") == 3 else (1,):
            if wrong.get("line_no"):
                uow.session.execute(insert(PostingRow).values(**line(values, number)))
        with pytest.raises(IntegrityError):
            uow.session.execute(insert(PostingRow).values(**{**line(values, 1), **wrong}))


def test_a_machine_without_a_cause_and_a_reversal_without_a_reason_are_refused(
    units: Units,
) -> None:
    for wrong in ({"actor_kind": "system"}, {"reverses_id": new_id()}):
        with units.write() as uow:
            values = entry(uow, **wrong)
            with pytest.raises(IntegrityError):
                uow.session.execute(insert(JournalEntry).values(**values))


@pytest.mark.parametrize(
    "table",
    ["quotes", "journal_entries", "postings", "receipts", "drawer_counts", "provider_events"],
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_nothing_posted_is_changed_or_deleted(units: Units, table: str, verb: str) -> None:
    actor = clerk()
    with_drawer(units, actor)
    pay_at_counter(units, actor, make_quote(units, actor))
    column = {"postings": "about", "provider_events": "why"}.get(table, "actor")
    statement = verb.format(table).replace("actor", column)
    if table in ("drawer_counts", "provider_events"):
        statement += " WHERE 1 = 1"
        with units.write() as uow:
            triggers = "sqlite_master" if units.engine.dialect.name == "sqlite" else "pg_trigger"
            name = "name" if triggers == "sqlite_master" else "tgname"
            found = uow.session.scalar(
                text(f"SELECT count(*) FROM {triggers} WHERE {name} LIKE '{table}_no_%'")  # noqa: S608
            )
            assert found is not None
            assert found >= 2
        return
    with units.write() as uow, pytest.raises(DBAPIError, match="insert_only"):
        uow.session.execute(text(statement))


KINDS = {kind: accounts.Account(kind, str(new_id())) for kind in AccountKind}
EARNED = [AccountKind.FEE_PAYABLE, AccountKind.FARE_REVENUE, AccountKind.REMITTANCE_REVENUE]


@pytest.mark.parametrize("debit", EARNED)
@pytest.mark.parametrize("credit", EARNED)
def test_fee_fare_and_remittance_charge_never_meet(debit: AccountKind, credit: AccountKind) -> None:
    with pytest.raises(MoneyWouldMix):
        check_allowed(Posting(KINDS[debit], KINDS[credit], 1, "x"))


def test_an_agencys_fee_is_never_borne_lent_or_kept(units: Units) -> None:
    fee = KINDS[AccountKind.FEE_PAYABLE]
    for kind in set(AccountKind) - {
        AccountKind.DRAWER,
        AccountKind.COURIER,
        AccountKind.CARD,
        AccountKind.BANK,
        AccountKind.GATEWAY,  # paid at a provider
        AccountKind.UNIDENTIFIED,  # paid by transfer, and placed by two people later
        AccountKind.REFUND_OWED,  # on its way back to who paid it
    }:
        lines = [Posting(fee, KINDS[kind], 1, "x")]
        with units.write() as uow, pytest.raises(MoneyWouldMix):
            post(uow, EntryHead("dossier:x", "test"), lines, actor=clerk())


def test_a_machine_posts_in_its_own_name_and_says_why(units: Units) -> None:
    with units.write() as uow:
        head = EntryHead("remittance:x", "parked_notice", cause="bank:FT1")
        entry_id = post(uow, head, [Posting(BANK, OPEN, 5, "amount")], actor=MACHINE)
        uow.commit()
    with units.read() as view:
        row = view.session.get_one(JournalEntry, entry_id)
        fact = streams.read(view, "journal:remittance:x")[-1]
    assert (row.actor, row.actor_kind, row.cause) == (
        "system:money.settle_bank", "system", "bank:FT1",
    )  # fmt: skip
    assert fact.body["lines"] == [[BANK.code, OPEN.code, 5, "amount"]]


SABOTAGE = {
    "complete": "DELETE FROM postings WHERE line_no = 2",
    "chain": "UPDATE postings SET about = 'other'",
    "mixing": "UPDATE accounts SET kind = 'fare_revenue' WHERE kind IN ('fee_payable', 'drawer')",
    "drawer": "UPDATE drawers SET status = 'closed'",
    "owed": "UPDATE drawers SET owed_vnd = 1",
    "unseen": "UPDATE journal_entries SET actor = 'staff:other'",
    "credited_full": "UPDATE payments SET amount_vnd = amount_vnd + 1",
    "credited_once": "UPDATE payments SET status = 'pending'",
    "gapless": "UPDATE receipts SET number = 7 WHERE kind = 'fee'",
    "receipt": "UPDATE receipts SET total_vnd = total_vnd + 1",
    "quote": "UPDATE quotes SET total_vnd = total_vnd - 100",
    "refunded": "UPDATE payments SET status = 'refunded'",
}


@pytest.mark.parametrize("check", SABOTAGE)
def test_the_second_program_finds_what_somebody_changed_behind_our_back(
    units: Units, check: str
) -> None:
    actor = clerk()
    with_drawer(units, actor)
    pay_at_counter(
        units, actor, make_quote(units, actor, collects_agency_fee=True),
        fees=(STAMP,), section_id=new_id(),
    )  # fmt: skip
    with units.read() as view:
        assert list(verify_ledger(view)) == []
    with units.engine.execution_options(writes=True).connect() as owner:
        if units.engine.dialect.name == "sqlite":
            names = owner.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.all():
                owner.exec_driver_sql(f"DROP TRIGGER {name}")
            owner.exec_driver_sql("COMMIT")
            owner.exec_driver_sql("PRAGMA foreign_keys = OFF")
            owner.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            owner.exec_driver_sql("SET session_replication_role = replica")
        owner.exec_driver_sql(SABOTAGE[check])
        owner.commit()
        owner.detach()
    with units.read() as view:
        assert check in {finding.check for finding in verify_ledger(view)}
