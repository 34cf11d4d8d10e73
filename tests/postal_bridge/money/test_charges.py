"""A gateway's list of a day against what it told us of: nothing charged stays unknown."""

from datetime import date, timedelta

from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.charges import ChargesOfDay, compare_charges
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import (
    OnlinePayment,
    payment_view,
    settle,
    verify_ledger,
)
from postal_bridge.money.statement_import import Gateway
from postal_bridge.money.verify_providers import payouts_that_differ
from tests.builders.money import MACHINE, NOON, ask_online, notice

OURS = Gateway("national", "national-PB01")
DAY = date(2026, 3, 2)


def told(units: Units, online: OnlinePayment, transaction: str, *, days_ago: int = 0) -> None:
    word = notice(
        online.reference, 41_000, provider=OURS.provider, account_key=OURS.account_key,
        transaction=transaction, occurred_at=NOON - timedelta(days=days_ago),
    )  # fmt: skip
    settle(word, actor=MACHINE, units=units)


def compared(units: Units, lines: str) -> ChargesOfDay:
    content = f"transaction,at,amount,note\n{lines}".encode()
    return compare_charges(content, DAY, OURS, actor=MACHINE, units=units)


def test_each_charge_is_known_settled_now_or_named(units: Units) -> None:
    known, never_told, not_listed, before = (ask_online(units) for _ in range(4))
    told(units, known, "QG1")
    told(units, not_listed, "QG3")
    told(units, before, "QG4", days_ago=2)
    lines = (
        f"QG1,2026-03-02T12:00:00+07:00,41000,{known.reference}20260302120000\n"
        f"QG2,2026-03-02T13:00:00+07:00,41000,{never_told.reference}20260302130000\n"
    )
    found = compared(units, lines)
    assert [line.fate for line in found.lines] == ["repeat", "credited"]
    assert [one.transaction for one in found.unlisted] == ["QG3"]
    with units.read() as uow:
        assert payment_view(uow, never_told.payment_id, actor=MACHINE).method == "national"
        assert balance_vnd(uow, accounts.gateway(OURS.account_key)) == 4 * 41_000
        assert list(verify_ledger(uow)) == []
    again = compared(units, lines)
    assert [line.fate for line in again.lines] == ["repeat", "repeat"]


def test_a_list_that_says_another_amount_than_the_notice_is_named(units: Units) -> None:
    online = ask_online(units)
    told(units, online, "QG1")
    found = compared(units, f"QG1,2026-03-02T12:00:00+07:00,40000,{online.reference}\n")
    assert [line.why for line in found.lines] == ["provider_notice_contradicts"]


def test_the_second_program_finds_a_commission_that_was_changed() -> None:
    said = {
        "entry_id": "e", "payout_of": "gateway:x", "commission_vnd": 400, "amount": 25_600,
        "account_key": "k",
    }  # fmt: skip
    paid = {"entry_id": "e", "debit_account": "unidentified:k", "credit_account": "gateway:x"}
    kept = {"entry_id": "e", "debit_account": "commission:gateway:x", "credit_account": "gateway:x"}
    posted = [{**paid, "amount_vnd": 25_600}, {**kept, "amount_vnd": 400}]

    def found(lines: list[dict[str, object]], words: list[dict[str, object]]) -> int:
        tables = {"FROM postings": lines, "FROM parked_answers": words}
        return len(
            list(
                payouts_that_differ(
                    lambda sql: next(rows for name, rows in tables.items() if name in sql)
                )
            )
        )

    assert found(posted, [said]) == 0
    assert found(posted, [{**said, "commission_vnd": 300}]) == 1
    assert found(posted, [{**said, "commission_vnd": None}]) == 1
    assert found(posted, []) == 1
    assert found([], [said]) == 1
