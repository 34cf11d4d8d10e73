"""A bank's statement as CSV: each credit matched by our reference, like the bank's own word.

Columns `transaction,at,amount,note` and, where given, `bin,account,currency`: the account that
payers are shown today where a line names none. A line of a
transfer the bank has already told of changes nothing: both name the same transaction. A debit
that names an order of ours, or a whole file of them, closes it. One that takes back a credit, of
the bank or of a gateway's list, waits for a person. Other debits are left out, but one that may be
a file without its name is shown. A bad line is named and stops no other.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.errors import AppError, MoveNotOpen, NotFound, RuleViolation
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import fee_change_store
from postal_bridge.money.bank import BankNotices, find_reference
from postal_bridge.money.errors import AmountDiffers
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.receiving import ReceivingAccount
from postal_bridge.money.receiving_accounts import account_of_day
from postal_bridge.money.refund_file_debits import (
    close_file_by_debit,
    days_of_files,
    find_file_number,
    is_near,
    was_booked,
)
from postal_bridge.money.refund_orders import BankDebit, close_by_debit, find_order_reference
from postal_bridge.money.service import settle
from postal_bridge.money.taken_back import note_debit

LARGEST_FILE = 5_000_000
MOST_LINES = 20_000
NEEDED = ("transaction", "at", "amount", "note")
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
LARGEST_AMOUNT = 10**15
REFERENCE_LENGTH = 14


class StatementUnreadable(RuleViolation):
    """Params: problem; columns that such a file has."""

    code = "bank_statement_unreadable"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Whose list of charges it is, where it is not the bank's statement."""

    provider: str
    account_key: str


@dataclass(frozen=True, slots=True)
class LineFate:
    """`fate`: credited, mismatch, repeat, debit, refund_left, file_left, file_unnamed, taken_back
    or wrong.

    `why` says more of mismatch and wrong.
    """

    line_no: int
    transaction: str
    amount: int | None
    fate: str
    why: str | None


def import_statement(
    content: bytes, *, actor: Actor, units: Units, gateway: Gateway | None = None
) -> tuple[LineFate, ...]:
    """Every line with its fate; each is settled in a unit of its own, so twice is harmless.

    Raises
    ------
    StatementUnreadable
        No UTF-8, no such columns, too long: nothing was taken in.
    """
    with units.read() as uow:
        into = account_of_day(uow)
    return tuple(
        _fate(no, row, into, gateway, actor, units)
        for no, row in csv_rows(content, NEEDED, MOST_LINES)
    )


def csv_rows(
    content: bytes, needed: Sequence[str], most_lines: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number and its cells by column. Raises StatementUnreadable."""
    columns = ", ".join(needed)
    if len(content) > LARGEST_FILE:
        raise StatementUnreadable(problem="size", columns=columns)
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := [name for name in needed if name not in names]:
            raise StatementUnreadable(problem=", ".join(missing), columns=columns)
        reader.fieldnames = names
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as exc:
        raise StatementUnreadable(problem="csv", columns=columns) from exc
    if len(rows) > most_lines:
        raise StatementUnreadable(problem="lines", columns=columns)
    for number, row in enumerate(rows, start=2):
        yield number, {name: (row.get(name) or "").strip() for name in names}


def _fate(
    line_no: int,
    row: dict[str, str],
    into: ReceivingAccount,
    gateway: Gateway | None,
    actor: Actor,
    units: Units,
) -> LineFate:
    transaction = row["transaction"][:80]
    try:
        amount = written_amount(row["amount"])
        if amount <= 0 and (gateway is not None or not _is_named(row["note"])):
            fate = _unordered(row, amount, into, gateway, units)
            return LineFate(line_no, transaction, amount, fate, None)
        notice = _notice(row, amount, into, gateway)
        if amount < 0:
            fate = _debit(notice, row["note"], actor, units)
            return LineFate(line_no, transaction, amount, fate, None)
    except ValueError as exc:
        return LineFate(line_no, transaction, None, "wrong", exc.args[0])
    except (NotFound, MoveNotOpen):
        return LineFate(line_no, transaction, amount, "wrong", "statement_order")
    except AmountDiffers:
        return LineFate(line_no, transaction, amount, "wrong", "statement_order_amount")
    try:
        settled = settle(notice, actor=actor, units=units)
    except AppError as exc:
        return LineFate(line_no, transaction, amount, "wrong", exc.code)
    fate = "repeat" if settled.is_repeat else settled.fate
    return LineFate(line_no, transaction, amount, fate, settled.why)


def _is_named(note: str) -> bool:
    """It names an order of ours, or a file of them."""
    return find_order_reference(note) is not None or find_file_number(note) is not None


def _unordered(
    row: dict[str, str],
    amount: int,
    into: ReceivingAccount,
    gateway: Gateway | None,
    units: Units,
) -> str:
    """What left without an order of ours: taken back, a fee given back, or none of our concern.

    Raises AmountDiffers where a clerk gave back another amount under the bank's number.
    """
    if amount < 0:
        with suppress(ValueError):  # a debit that cannot be read as ours is left out like any other
            said = replace(_notice(row, -amount, into, gateway), is_charge=False)
            if (noted := note_debit(said, units=units)) is not None:
                return "repeat" if noted.is_repeat else "taken_back"
    if gateway or not amount:
        return "debit"
    with units.read() as uow:
        fee = fee_change_store.refund_by_transfer(uow, row["transaction"])
    if fee is None:
        return _unnamed(row, amount, units)
    if fee.amount_vnd != -amount:
        raise AmountDiffers(received_vnd=-amount, quoted_vnd=fee.amount_vnd)
    return "refund_left"


def _unnamed(row: dict[str, str], amount: int, units: Units) -> str:
    """What left names nothing of ours; it may be a file of refunds all the same."""
    with units.read() as uow:
        if was_booked(uow, row["transaction"]):
            return "repeat"
        made = days_of_files(uow, -amount)
    if not made:
        return "debit"
    day = local(written_moment(row["at"])).date()
    return "file_unnamed" if any(is_near(day, one) for one in made) else "debit"


def _debit(line: ProviderNotice, note: str, actor: Actor, units: Units) -> str:
    """What left is money that goes back to a citizen, or to all the citizens of a file."""
    if line.currency != "VND":
        raise ValueError("statement_currency")
    reference, number = find_order_reference(note), find_file_number(note)
    debit = BankDebit(line.account_key, line.transaction, -line.amount, reference or "")
    with units.write() as uow:
        if reference is None and number is not None:
            fate, is_new = "file_left", close_file_by_debit(uow, number, debit, actor=actor)
        else:
            fate, is_new = "refund_left", close_by_debit(uow, debit, actor=actor)
        uow.commit()
    return fate if is_new else "repeat"


def _notice(
    row: dict[str, str], amount: int, into: ReceivingAccount, gateway: Gateway | None
) -> ProviderNotice:
    if not 0 < len(row["transaction"]) <= 80:
        raise ValueError("statement_no_transaction")
    bank_bin, number = row.get("bin") or into.bank_bin, row.get("account") or into.account
    currency = (row.get("currency") or "VND").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError("statement_currency")
    plain = "\x1f".join(f"{name}={value}" for name, value in sorted(row.items()))
    return ProviderNotice(
        provider=gateway.provider if gateway else BankNotices.name,
        transaction=row["transaction"],
        account_key=gateway.account_key if gateway else f"{bank_bin}-{number}"[:40],
        amount=amount,
        currency=currency,
        reference=_reference(row["note"]),
        occurred_at=written_moment(row["at"]),
        body_sha256=hashlib.sha256(plain.encode()).hexdigest(),
    )


def _reference(note: str) -> str | None:
    """Ours, also where a gateway's own digits follow it."""
    return find_reference(note) or find_reference(note[:REFERENCE_LENGTH])


def written_amount(written: str) -> int:
    """ "41.000", "41,000", "41000.00" and "+41 000" are 41000; a half đồng is none."""
    digits = re.sub(r"[ \u00a0+]", "", written)
    if re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        raise ValueError("statement_amount") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError("statement_amount")
    if abs(amount) >= LARGEST_AMOUNT:
        raise ValueError("statement_amount")
    return int(amount)


def written_moment(written: str) -> datetime:
    """ISO, or the day first as banks here write it; without a zone it is Vietnam's."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = _day_first(written)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def _day_first(written: str) -> datetime:
    for shape in DAY_FIRST:
        try:
            return datetime.strptime(written, shape).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    raise ValueError("statement_time")
