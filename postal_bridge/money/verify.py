"""The second program: rebuilds the ledger from its rows and says what does not hold.

Plain SQL and arithmetic of its own. It shares no code with the service, so that one mistake is
not made twice (facts: H-06, H-30); only the schema's names are common.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import text

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.verify_books import books_that_differ
from postal_bridge.money.verify_contracts import contracts_that_differ
from postal_bridge.money.verify_fare_ends import fare_ends_that_differ
from postal_bridge.money.verify_fee_changes import fee_changes_that_differ
from postal_bridge.money.verify_hand_ins import hand_ins_that_differ
from postal_bridge.money.verify_providers import (
    payouts_that_differ,
    transfers_that_differ,
    unplaced_that_differ,
)
from postal_bridge.money.verify_quotes import quotes_that_differ, tariff_documents
from postal_bridge.money.verify_receiving import accounts_that_differ
from postal_bridge.money.verify_refunds import refunds_that_differ
from postal_bridge.money.verify_rows import key_of
from postal_bridge.money.verify_statement_payments import statement_payments_that_differ
from postal_bridge.money.verify_words import words_that_differ


@dataclass(frozen=True, slots=True)
class Finding:
    """Attributes
    ----------
    check : what was checked
    subject : the row it was found at
    detail : what stands there and what should
    """

    check: str
    subject: str
    detail: str


def verify_ledger(uow: ReadUnit) -> Iterator[Finding]:
    """Everything the money tables can show about M1 to M8; yields what does not hold."""
    for own in (_entries, _chain, _mixing, _drawers, _payments, _receipts, _reversals, _paid_on):
        yield from own(uow)
    published = _rows(uow, "SELECT snapshot_id FROM published WHERE kind = 'tariff'")
    documents = tariff_documents(
        uow.snapshots.content(row["snapshot_id"]) for row in published if uow.snapshots
    )
    for row in _rows(uow, "SELECT id, tariff, fare_column, inputs, lines, total_vnd FROM quotes"):
        for wrong in quotes_that_differ(row, documents):
            yield Finding("quote", key_of(row["id"]), wrong)
    yield from _budgets(uow)
    for check in (books_that_differ, words_that_differ):
        for check_name, subject, wrong in check(partial(_rows, uow)):
            yield Finding(check_name, subject, wrong)
    content = uow.snapshots.content if uow.snapshots else None
    for named, found in (
        ("hand_in", hand_ins_that_differ(partial(_rows, uow))),
        ("fare_end", fare_ends_that_differ(partial(_rows, uow))),
        ("contract", contracts_that_differ(partial(_rows, uow), content)),
        ("receiving", accounts_that_differ(partial(_rows, uow))),
        ("fee_change", fee_changes_that_differ(partial(_rows, uow))),
        ("refund", refunds_that_differ(partial(_rows, uow))),
        ("statement_payment", statement_payments_that_differ(partial(_rows, uow))),
    ):
        for subject, wrong in found:
            yield Finding(named, subject, wrong)


def _budgets(uow: ReadUnit) -> Iterator[Finding]:
    """Each month's row is the sum of its grants and of what quotes took and gave back."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, table in enumerate(("fare_budget_grants", "fare_budget_bookings")):
        for row in _rows(uow, f"SELECT programme, month, amount_vnd FROM {table}"):  # noqa: S608  (names above)
            sums[row["programme"], str(row["month"])][place] += row["amount_vnd"]
    for row in _rows(uow, "SELECT programme, month, granted_vnd, booked_vnd FROM fare_budgets"):
        key = (row["programme"], str(row["month"]))
        found = [row["granted_vnd"], row["booked_vnd"]]
        if found != sums.pop(key, [0, 0]):
            yield Finding("budget", " ".join(key), f"{found}, not what was granted and booked")
    for key in sums:
        yield Finding("budget", " ".join(key), "granted or booked without its row")


def _rows(uow: ReadUnit, sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in uow.session.execute(text(sql)).mappings()]


def _entries(uow: ReadUnit) -> Iterator[Finding]:
    """Every entry has exactly its lines, every amount is above zero (M1, M2)."""
    lines = defaultdict(list)
    for row in _rows(uow, "SELECT entry_id, line_no, amount_vnd FROM postings"):
        lines[key_of(row["entry_id"])].append(row["line_no"])
        if row["amount_vnd"] <= 0:
            yield Finding("amount", key_of(row["entry_id"]), str(row["amount_vnd"]))
    for row in _rows(uow, "SELECT id, line_count FROM journal_entries"):
        found = sorted(lines.pop(key_of(row["id"]), []))
        if found != list(range(1, row["line_count"] + 1)):
            yield Finding("complete", key_of(row["id"]), f"{len(found)} of {row['line_count']}")
    for stray in lines:
        yield Finding("complete", stray, "no entry")


def _chain(uow: ReadUnit) -> Iterator[Finding]:
    """What the journals' chains say was posted is what stands in the ledger."""
    posted = defaultdict(list)
    sql = (
        "SELECT entry_id, debit_account, credit_account, amount_vnd, about"
        " FROM postings ORDER BY entry_id, line_no"
    )
    for row in _rows(uow, sql):
        line = [row["debit_account"], row["credit_account"], row["amount_vnd"], row["about"]]
        posted[key_of(row["entry_id"])].append(line)
    sql = "SELECT body FROM stream_events WHERE stream LIKE 'journal:%' AND kind LIKE 'money_%'"
    for row in _rows(uow, sql):
        body = json.loads(row["body"])
        if posted.pop(key_of(body["entry_id"]), None) != body["lines"]:
            yield Finding("chain", key_of(body["entry_id"]), "other lines than the chain's")
    for stray in posted:
        yield Finding("chain", stray, "not in any chain")


def _mixing(uow: ReadUnit) -> Iterator[Finding]:
    """No posting joins two kinds of earned money, and fees end only at their section (M4)."""
    earned = "('fee_payable', 'fare_revenue', 'remittance_revenue')"
    sql = (
        "SELECT p.entry_id, d.kind AS debit, c.kind AS credit FROM postings p"  # noqa: S608  (kinds above)
        " JOIN accounts d ON d.code = p.debit_account"
        " JOIN accounts c ON c.code = p.credit_account"
        f" WHERE (d.kind IN {earned} AND c.kind IN {earned})"
        " OR d.code <> d.kind || substr(d.code, length(d.kind) + 1)"
        " OR ('fee_payable' IN (d.kind, c.kind) AND 'authority' IN (d.kind, c.kind))"
    )
    for row in _rows(uow, sql):
        yield Finding("mixing", key_of(row["entry_id"]), f"{row['debit']} and {row['credit']}")


def _drawers(uow: ReadUnit) -> Iterator[Finding]:
    """Each drawer rebuilt from its lines; each line by its clerk or shown to him (M7)."""
    shown = {
        f"correction:{key_of(row['id'])}"
        for row in _rows(uow, "SELECT id FROM corrections WHERE shown_at IS NOT NULL")
    }
    sums: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    actors: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    sql = (
        "SELECT e.id, e.kind, e.actor, e.cause, p.debit_account, p.credit_account, p.amount_vnd"
        " FROM postings p JOIN journal_entries e ON e.id = p.entry_id"
        " WHERE p.debit_account LIKE 'drawer:%' OR p.credit_account LIKE 'drawer:%'"
    )
    for row in _rows(uow, sql):
        into = row["debit_account"].startswith("drawer:")
        drawer = key_of((row["debit_account"] if into else row["credit_account"])[7:])
        amount = row["amount_vnd"] if into else -row["amount_vnd"]
        sums[drawer] += amount
        before[drawer] += 0 if row["kind"] == "drawer_closed" else amount
        actors[drawer].add((key_of(row["id"]), row["actor"], key_of(row["cause"] or "")))
    for row in _rows(uow, "SELECT * FROM drawers"):
        drawer = key_of(row["id"])
        if row["status"] in ("closed", "contested") and sums[drawer]:
            yield Finding("drawer", drawer, f"ended with {sums[drawer]}")
        if row["status"] != "open" and row["expected_vnd"] != before[drawer]:
            yield Finding("drawer", drawer, f"{row['expected_vnd']}, lines {before[drawer]}")
        short = max(0, (row["expected_vnd"] or 0) - (row["counted_vnd"] or 0))
        if row["owed_vnd"] > (0 if row["status"] == "contested" else short):
            yield Finding("owed", drawer, str(row["owed_vnd"]))
        for entry, actor, cause in sorted(actors[drawer]):
            if actor != f"staff:{row['clerk']}" and cause not in shown:
                yield Finding("unseen", entry, actor)
    yield from _opened(uow)


def _opened(uow: ReadUnit) -> Iterator[Finding]:
    """Every drawer that was opened is there, with the float it was opened with."""
    floats = {
        key_of(row["id"]): row["float_vnd"]
        for row in _rows(uow, "SELECT id, float_vnd FROM drawers")
    }
    sql = "SELECT stream, body FROM stream_events WHERE kind = 'drawer_opened'"
    for row in _rows(uow, sql):
        drawer, said = (
            key_of(row["stream"].rpartition(":")[2]),
            json.loads(row["body"])["float_vnd"],
        )
        if floats.pop(drawer, None) != said:
            yield Finding("drawer", drawer, f"not opened with {said}")
    for stray in floats:
        yield Finding("drawer", stray, "never opened")


def _payments(uow: ReadUnit) -> Iterator[Finding]:
    """A payment is credited once and in full, however often a provider said so (M6)."""
    entries, undone = _entries_of_payments(uow)
    taken = _taken_in(uow)
    for row in _rows(uow, "SELECT id, status, amount_vnd FROM payments"):
        payment, found = key_of(row["id"]), entries.pop(key_of(row["id"]), [])
        settled = row["status"] in ("paid", "refunded")
        if len(found) > 1 or (found and not settled):
            yield Finding("credited_once", payment, f"{len(found)} entries, {row['status']}")
        if settled and row["amount_vnd"] != sum(taken[entry] for entry in found):
            yield Finding("credited_full", payment, f"{row['amount_vnd']}")
        if (row["status"] == "refunded") != any(entry in undone for entry in found):
            yield Finding("refunded", payment, row["status"])
    for stray in entries:
        yield Finding("credited_once", stray, "no such payment")
    yield from _settled_quotes(uow)
    for payment, wrong in transfers_that_differ(partial(_rows, uow)):
        yield Finding("provider", payment, wrong)
    for account, wrong in unplaced_that_differ(partial(_rows, uow)):
        yield Finding("unplaced", account, wrong)
    for place, wrong in payouts_that_differ(partial(_rows, uow)):
        yield Finding("payout", place, wrong)
    yield from _said_of_payments(uow)


def _said_of_payments(uow: ReadUnit) -> Iterator[Finding]:
    """How a payment was made, and that it is there, is what its dossier's journal says."""
    methods = {
        key_of(row["id"]): row["method"] for row in _rows(uow, "SELECT id, method FROM payments")
    }
    sql = "SELECT body FROM stream_events WHERE kind = 'payment_settle'"
    for said in (json.loads(row["body"]) for row in _rows(uow, sql)):
        payment = key_of(said["payment_id"])
        if methods.get(payment) != said["method"]:
            yield Finding("payment", payment, f"was made by {said['method']}")


def _entries_of_payments(uow: ReadUnit) -> tuple[dict[str, list[str]], set[str]]:
    entries: dict[str, list[str]] = defaultdict(list)
    undone = set()
    for row in _rows(uow, "SELECT id, payment_id, reverses_id FROM journal_entries"):
        if row["reverses_id"] is not None:
            undone.add(key_of(row["reverses_id"]))
        elif row["payment_id"] is not None:
            entries[key_of(row["payment_id"])].append(key_of(row["id"]))
    return entries, undone


def _taken_in(uow: ReadUnit) -> dict[str, int]:
    """Per entry what came from the citizen or his authority, not from post or budget."""
    taken: dict[str, int] = defaultdict(int)
    sql = (
        "SELECT entry_id, amount_vnd FROM postings"
        " WHERE debit_account NOT LIKE 'promotion:%' AND debit_account <> 'authority:budget'"
    )
    for row in _rows(uow, sql):
        taken[key_of(row["entry_id"])] += row["amount_vnd"]
    return taken


def _settled_quotes(uow: ReadUnit) -> Iterator[Finding]:
    sql = (
        "SELECT quote_id, count(*) AS payments FROM payments"
        " WHERE status IN ('pending', 'paid') AND quote_id IS NOT NULL"
        " GROUP BY quote_id HAVING count(*) > 1"
    )
    for row in _rows(uow, sql):
        yield Finding("quote_once", key_of(row["quote_id"]), f"{row['payments']} payments")


def _receipts(uow: ReadUnit) -> Iterator[Finding]:
    """Numbers run 1 to n without a gap; each receipt says what was posted for it."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    sql = (
        "SELECT unit_id, series, number FROM receipts"
        " UNION ALL SELECT unit_id, series, number FROM fee_refunds"
    )
    for row in _rows(uow, sql):
        numbers[key_of(row["unit_id"]), row["series"]].append(row["number"])
    for row in _rows(uow, "SELECT unit_id, series, last_number FROM receipt_series"):
        unit, series = key_of(row["unit_id"]), row["series"]
        if sorted(numbers.pop((unit, series), [])) != list(range(1, row["last_number"] + 1)):
            yield Finding("gapless", f"{unit}:{series}", f"up to {row['last_number']}")
    for unit, series in numbers:
        yield Finding("gapless", f"{unit}:{series}", "unknown series")
    sql = (
        "SELECT r.id, r.kind, r.total_vnd, sum(p.amount_vnd) AS posted FROM receipts r"
        " LEFT JOIN postings p ON p.entry_id = r.entry_id"
        " AND p.debit_account NOT LIKE 'promotion:%' AND p.debit_account <> 'authority:budget' AND"
        " (p.credit_account LIKE 'fee_payable:%') = (r.kind = 'fee')"
        " GROUP BY r.id, r.kind, r.total_vnd"
    )
    for row in _rows(uow, sql):
        if row["posted"] != row["total_vnd"]:
            yield Finding(
                "receipt", key_of(row["id"]), f"{row['total_vnd']}, posted {row['posted']}"
            )


def _where(account: str) -> str:
    """What lay unplaced under a bank's account goes back from that account itself."""
    kind, _, owner = account.partition(":")
    return f"at:{owner}" if kind in ("unidentified", "bank", "gateway") else account


def _owed_instead(first: dict[str, int], undo: dict[str, int]) -> int:
    """What came to a bank or gateway may be owed by transfer: that side of both is gone then."""
    owed = [account for account in undo if account.startswith("refund_owed:")]
    left_vnd = sum(undo.pop(account) for account in owed)
    places = [account for account in first if account.startswith("at:")] if owed else []
    return left_vnd + sum(first.pop(account) for account in places)


def _reversals(uow: ReadUnit) -> Iterator[Finding]:
    """A reversal takes back exactly what was earned, by two people, with a reason (M3)."""
    earned: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sql = "SELECT entry_id, debit_account, credit_account, amount_vnd FROM postings"
    for row in _rows(uow, sql):
        for side, sign in (("debit_account", 1), ("credit_account", -1)):
            if not row[side].startswith(("drawer:", "courier:")):
                earned[key_of(row["entry_id"])][_where(row[side])] += sign * row["amount_vnd"]
    sql = (
        "SELECT id, reverses_id, reason, actor, second_person FROM journal_entries"
        " WHERE reverses_id IS NOT NULL"
    )
    for row in _rows(uow, sql):
        first, undo = earned[key_of(row["reverses_id"])], earned[key_of(row["id"])]
        is_short = _owed_instead(first, undo) != 0
        if is_short or first != {account: -amount for account, amount in undo.items()}:
            yield Finding("reversal", key_of(row["id"]), "not the mirror of what it undoes")
        if not row["reason"] or row["second_person"] in (None, "", row["actor"]):
            yield Finding("reversal", key_of(row["id"]), "reason or second person")


def _paid_on(uow: ReadUnit) -> Iterator[Finding]:
    """A remittance is the sum of its receipts less refunds; no courier banked too much (M8)."""
    sql = (
        "SELECT r.id, r.kind, r.amount_vnd, sum(i.amount_vnd) - coalesce((SELECT"
        " sum(b.amount_vnd) FROM remittance_refunds b WHERE b.remittance_id = r.id), 0) AS items"
        " FROM remittances r"
        " LEFT JOIN remittance_items i ON i.remittance_id = r.id"
        " GROUP BY r.id, r.kind, r.amount_vnd"
    )
    for row in _rows(uow, sql):
        if row["kind"] == "agency_fees" and row["items"] != row["amount_vnd"]:
            yield Finding("remittance", key_of(row["id"]), f"{row['amount_vnd']}: {row['items']}")
    sql = (
        "SELECT code, coalesce((SELECT sum(amount_vnd) FROM postings WHERE debit_account = code),"
        " 0) - coalesce((SELECT sum(amount_vnd) FROM postings WHERE credit_account = code), 0)"
        " AS held FROM accounts WHERE kind = 'courier'"
    )
    for row in _rows(uow, sql):
        if row["held"] < 0:
            yield Finding("courier", row["code"], str(row["held"]))
