"""The second program's look at what bearers paid: money that was parked, two people, the chain.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

from postal_bridge.money.verify_rows import Rows, key_of

SAID = ("bearer", "month", "amount_vnd", "actor", "second_person")


def statement_payments_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(payment of a statement, what does not hold)."""
    said = {}
    for row in rows("SELECT body FROM stream_events WHERE kind = 'statement.paid'"):
        body = json.loads(row["body"])
        said[key_of(body["id"])] = body
    posted: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    sql = (
        "SELECT entry_id, debit_account, credit_account, amount_vnd FROM postings"
        " WHERE about = 'statement_paid'"
    )
    for row in rows(sql):
        line = (row["debit_account"], row["credit_account"].partition(":")[0], row["amount_vnd"])
        posted[key_of(row["entry_id"])].append(line)
    sql = (
        "SELECT p.*, e.amount, e.account_key, coalesce(o.amount, 0) AS too_much FROM"
        " statement_payments p JOIN provider_events e ON e.id = p.event_id"
        " LEFT JOIN provider_events o ON o.id = p.over_event_id"
    )
    for row in rows(sql):
        payment = key_of(row["id"])
        owes = "contract" if row["bearer"].startswith("agency:") else "authority"
        wanted = [(f"unidentified:{row['account_key']}", owes, row["amount_vnd"])]
        if (found := posted.pop(key_of(row["entry_id"]), [])) != wanted:
            yield payment, f"posted as {found}"
        if row["amount_vnd"] + row["too_much"] != row["amount"]:
            yield payment, f"{row['amount']} came, {row['amount_vnd']} and {row['too_much']} over"
        body = said.pop(payment, {})
        if any(str(body.get(name)) != str(row[name]) for name in SAID):
            yield payment, "not as the chain says"
    yield from ((entry, "paid, and no row says of what") for entry in posted)
    yield from ((payment, "in the chain only") for payment in said)
