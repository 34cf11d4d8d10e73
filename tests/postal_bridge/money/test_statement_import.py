"""A bank's statement: matched by reference, told twice without harm, bad lines named."""

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.text import LANGUAGES, Language, Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.errors import NoticeContradicts
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.refund_debts import refund_debts_of
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    parked_notices,
    payment_view,
    reverse_entry,
    settle,
    verify_ledger,
)
from postal_bridge.money.statement_import import StatementUnreadable, import_statement
from tests.builders.money import MACHINE, ask_online, notice

OPERATOR = Actor.operator()
HEAD = "transaction,at,amount,note\n"


def take_in(units: Units, lines: str) -> list[tuple[str, str | None]]:
    content = (HEAD + lines).encode()
    return [(one.fate, one.why) for one in import_statement(content, actor=MACHINE, units=units)]


def held_vnd(units: Units) -> int:
    with units.read() as uow:
        return balance_vnd(uow, accounts.bank(receiving_account().key))


def test_each_line_has_one_fate_and_no_line_stops_another(units: Units) -> None:
    first, short, over = (ask_online(units) for _ in range(3))
    lines = "".join(
        [
            f'FT1,02/03/2026 14:05,"41.000",NGUYEN VAN A CK {first.reference.lower()}\n',
            f"FT2,2026-03-02T14:05:00+07:00,40999,{short.reference}\n",
            f"FT3,02/03/2026,82000,{over.reference}\n",
            "FT4,02/03/2026,41000,khong ghi gi\n",
            f"FT5,02/03/2026,41000,{first.reference} lan hai\n",
            "FT6,02/03/2026,-5000,phi\n",
            "FT7,hom qua,41000,x\n",
            "FT8,02/03/2026,1.5,x\n",
            ",02/03/2026,1000,x\n",
        ]
    )
    expected = [
        ("credited", None), ("mismatch", "amount"), ("mismatch", "amount"),
        ("mismatch", "unknown_reference"), ("mismatch", "not_waiting"), ("debit", None),
        ("wrong", "statement_time"), ("wrong", "statement_amount"),
        ("wrong", "statement_no_transaction"),
    ]  # fmt: skip
    assert take_in(units, lines) == expected
    money = 41_000 + 40_999 + 82_000 + 41_000 + 41_000
    assert held_vnd(units) == money
    again = take_in(units, lines)
    assert [fate for fate, _ in again] == [
        "repeat", "repeat", "repeat", "repeat", "repeat", "debit", "wrong", "wrong", "wrong",
    ]  # fmt: skip
    assert held_vnd(units) == money
    with units.read() as uow:
        assert payment_view(uow, first.payment_id, actor=MACHINE).status is PaymentStatus.PAID
        assert list(verify_ledger(uow)) == []


def test_a_credit_that_the_bank_takes_back_waits_for_a_person(units: Units) -> None:
    """A fee for the transfer, or somebody's own debit, takes nothing back."""
    online, other = ask_online(units), ask_online(units)
    lines = (
        f"FT1,02/03/2026,41000,{online.reference}\n"
        f"FT2,02/03/2026,-1100,phi chuyen tien {online.reference}\n"
        f"FT3,03/03/2026,-41000,HOAN LAI {online.reference}\n"
        f"FT4,03/03/2026,-41000,{other.reference}\n"
    )
    fates = ["credited", "debit", "taken_back", "debit"]
    assert [fate for fate, _ in take_in(units, lines)] == fates
    again = ["repeat", "debit", "repeat", "debit"]
    assert [fate for fate, _ in take_in(units, lines)] == again
    with units.read() as uow:
        (parked,) = parked_notices(uow, actor=MACHINE)
        paid = payment_view(uow, online.payment_id, actor=MACHINE)
    assert (parked.why, parked.amount, parked.is_held) == ("taken_back", 41_000, False)
    assert (paid.status, held_vnd(units)) == (PaymentStatus.PAID, 41_000)
    assert paid.entry_id is not None
    with units.write() as uow:
        second = Actor.operator("second")
        reverse_entry(uow, paid.entry_id, "ngân hàng lấy lại", actor=OPERATOR, second=second)
        uow.commit()
    with units.read() as uow:
        assert refund_debts_of(uow, paid.dossier_id) == {}
        assert list(verify_ledger(uow)) == []
    assert held_vnd(units) == 0


def test_what_the_bank_pushed_before_is_not_credited_again(units: Units) -> None:
    online = ask_online(units)
    settle(notice(online.reference, 41_000, transaction="FT9"), actor=MACHINE, units=units)
    lines = f"FT9,02/03/2026,41000,{online.reference}\nFT9,02/03/2026,99000,{online.reference}\n"
    assert take_in(units, lines) == [("repeat", None), ("wrong", "provider_notice_contradicts")]
    assert held_vnd(units) == 41_000


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"\xff\xfe", b"transaction,at,amount\n1,2,3\n", b"x" * 5_000_001],
)
def test_a_file_that_is_no_statement_is_refused_whole(units: Units, content: bytes) -> None:
    with pytest.raises(StatementUnreadable):
        import_statement(content, actor=MACHINE, units=units)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "why",
    [
        "amount", "not_waiting", "unknown_reference", "foreign_account", "currency", "taken_back",
        "statement_amount", "statement_time", "statement_no_transaction", "statement_currency",
        NoticeContradicts.code,
    ],
)  # fmt: skip
def test_a_lines_fate_is_said_in_words(why: str, language: Language) -> None:
    said = Texts.load().render("parked_line_says", {"fate": "wrong", "why": why}, language)
    assert why not in said.split(": ")
