"""The second program's look at money that goes back by transfer: debts, orders, bank, chain.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from postal_bridge.money.verify_rows import Rows, key_of

SAID = ("reference", "amount_vnd", "second_person", "bank_bin")
ACCOUNT_SAID = ("no", "orders_before", "bank_bin")
AFTER = {
    "owed": "owed",
    "order": "ordered",
    "withdraw": "owed",
    "send": "sent",
    "pay": "paid",
    "refuse": "owed",
    "come_back": "owed",
}


def refunds_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(payment id, what does not hold) of everything that goes back by transfer."""
    said, stands = _said(rows), _stands(rows)
    owed, left = _balances(rows), _left(rows)
    for row in rows("SELECT payment_id, amount_vnd, status, entry_id FROM refund_debts"):
        payment = key_of(row["payment_id"])
        steps = said.pop(payment, [])
        if not steps or AFTER[steps[-1]] != row["status"]:
            yield payment, f"{row['status']}, its chain says {steps}"
        if sorted(stands.pop(payment, [])) != sorted(one for one in steps if one != "owed"):
            yield payment, "other orders and steps than the chain's"
        should = 0 if row["status"] == "paid" else row["amount_vnd"]
        if (found := owed.pop(payment, 0)) != should:
            yield payment, f"{found} owed, not {should}"
        if left.pop(key_of(row["entry_id"]), 0) != row["amount_vnd"]:
            yield payment, "another amount than was given back"
    yield from ((payment, f"{vnd} owed and no debt") for payment, vnd in owed.items() if vnd)
    yield from ((payment, "in the chain only") for payment in said)
    for entry in left:
        yield entry, "given back by transfer, and no debt says so"
    ordered = _bodies(rows, "refund_order")
    for row in rows("SELECT * FROM refund_orders"):
        if row["second_person"] in (None, "", row["actor"]):
            yield key_of(row["payment_id"]), "ordered by one person"
        body = ordered.get(key_of(row["id"]), {})
        if any(name not in body or body[name] != row[name] for name in SAID):
            yield key_of(row["payment_id"]), "ordered otherwise than the chain says"
    yield from _paid_otherwise(rows)
    yield from _accounts_otherwise(rows)


def _accounts_otherwise(rows: Rows) -> Iterator[tuple[str, str]]:
    """What citizens have named, compared with the chains: another bank, one more, one less."""
    sql = "SELECT body FROM stream_events WHERE kind = 'refund_account'"
    bodies = [json.loads(row["body"]) for row in rows(sql)]
    said = {key_of(body["account_id"]): body for body in bodies}
    for row in rows("SELECT * FROM refund_accounts"):
        body = said.pop(key_of(row["id"]), {})
        if any(body.get(name) != row[name] for name in ACCOUNT_SAID):
            yield key_of(row["payment_id"]), "another account named than the chain says"
    yield from ((key_of(body["payment_id"]), "a named account is gone") for body in said.values())


def _paid_otherwise(rows: Rows) -> Iterator[tuple[str, str]]:
    """Closed by another line of the bank's statement than the chain names.

    Chains of before files were closed by one line name none.
    """
    paid = _bodies(rows, "refund_pay")
    for row in rows("SELECT order_id, bank_transaction FROM refund_steps WHERE kind = 'pay'"):
        body, found = paid.get(key_of(row["order_id"]), {}), row["bank_transaction"]
        if body.get("bank_transaction", found) != found:
            yield key_of(body["payment_id"]), f"paid by {found}, its chain says otherwise"


def _bodies(rows: Rows, kind: str) -> dict[str, dict[str, Any]]:
    """What the chain says of each order by such an event; an order has one of a kind."""
    sql = f"SELECT body FROM stream_events WHERE kind = '{kind}'"  # noqa: S608  (named above)
    bodies = [json.loads(row["body"]) for row in rows(sql)]
    return {key_of(body["order_id"]): body for body in bodies}


def _stands(rows: Rows) -> dict[str, list[str]]:
    """Every order and every step that is stored, by payment."""
    found: dict[str, list[str]] = defaultdict(list)
    payment_of = {}
    for row in rows("SELECT id, payment_id FROM refund_orders"):
        payment_of[key_of(row["id"])] = key_of(row["payment_id"])
        found[key_of(row["payment_id"])].append("order")
    for row in rows("SELECT order_id, kind FROM refund_steps"):
        found[payment_of.get(key_of(row["order_id"]), "-")].append(row["kind"])
    return found


def _balances(rows: Rows) -> dict[str, int]:
    """What each account of such a debt still owes."""
    owed: dict[str, int] = defaultdict(int)
    for side, sign in (("credit", 1), ("debit", -1)):
        sql = (
            f"SELECT {side}_account AS account, amount_vnd FROM postings"  # noqa: S608  (names above)
            f" WHERE {side}_account LIKE 'refund_owed:%'"
        )
        for row in rows(sql):
            owed[key_of(row["account"].removeprefix("refund_owed:"))] += sign * row["amount_vnd"]
    return owed


def _left(rows: Rows) -> dict[str, int]:
    """What each reversal, or fare that was called off, gave back by transfer."""
    left: dict[str, int] = defaultdict(int)
    sql = (
        "SELECT p.entry_id, p.amount_vnd FROM postings p JOIN journal_entries e"
        " ON e.id = p.entry_id WHERE e.kind IN ('reversal', 'fare_by_transfer')"
        " AND p.credit_account LIKE 'refund_owed:%'"
    )
    for row in rows(sql):
        left[key_of(row["entry_id"])] += row["amount_vnd"]
    return left


def _said(rows: Rows) -> dict[str, list[str]]:
    said: dict[str, list[str]] = defaultdict(list)
    kinds = ", ".join(f"'refund_{kind}'" for kind in AFTER)
    sql = (
        "SELECT kind, body FROM stream_events"  # noqa: S608  (kinds above)
        f" WHERE kind IN ({kinds}) ORDER BY stream, seq"
    )
    for row in rows(sql):
        payment = key_of(json.loads(row["body"])["payment_id"])
        said[payment].append(row["kind"].removeprefix("refund_"))
    return said
