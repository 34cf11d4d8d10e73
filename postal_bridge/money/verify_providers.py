"""The second program's look at money that providers told of: credited, placed, still waiting.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

from collections import defaultdict
from collections.abc import Iterator

from postal_bridge.money.verify_rows import Rows, key_of


def transfers_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """A paid transfer has the providers' words that credit it, of just its amount."""
    sql = (
        "SELECT p.id, p.amount_vnd, sum(e.amount) AS said, p.method"
        " FROM payments p LEFT JOIN (SELECT id, payment_id, amount FROM provider_events"
        " WHERE fate = 'credited' AND currency = 'VND' UNION ALL"
        " SELECT o.id, a.payment_id, coalesce(a.placed_vnd, o.amount) FROM parked_answers a"
        " JOIN provider_events o ON o.id = a.event_id WHERE a.answer = 'placed') e"
        " ON e.payment_id = p.id"
        " WHERE p.status IN ('paid', 'refunded') GROUP BY p.id, p.amount_vnd, p.method"
    )
    for row in rows(sql):
        if row["said"] != (row["amount_vnd"] if row["method"] == "vietqr" else None):
            yield key_of(row["id"]), f"{row['amount_vnd']}, said {row['said']}"


def unplaced_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """What lies unplaced is what no two people have answered for yet, đồng by đồng."""
    waits: dict[str, int] = defaultdict(int)
    sql = (
        "SELECT e.account_key, e.amount FROM provider_events e"
        " LEFT JOIN parked_answers a ON a.event_id = e.id"
        " WHERE e.fate = 'mismatch' AND e.entry_id IS NOT NULL AND a.event_id IS NULL"
    )
    for row in rows(sql):
        waits[f"unidentified:{row['account_key']}"] += row["amount"]
    lies: dict[str, int] = defaultdict(int)
    sql = (
        "SELECT debit_account, credit_account, amount_vnd FROM postings"
        " WHERE debit_account LIKE 'unidentified:%' OR credit_account LIKE 'unidentified:%'"
    )
    for row in rows(sql):
        lies[row["credit_account"]] += row["amount_vnd"]
        lies[row["debit_account"]] -= row["amount_vnd"]
    for account in {*waits, *lies}:
        if account.startswith("unidentified:") and lies[account] != waits[account]:
            yield account, f"{lies[account]}, waiting {waits[account]}"


def payouts_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """A pay-out is posted as two people said; nothing else is an expense, or gone from a place."""
    posted: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    sql = (
        "SELECT entry_id, debit_account, credit_account, amount_vnd FROM postings"
        " WHERE about = 'gateway_payout' OR debit_account LIKE 'commission:%'"
        " OR credit_account LIKE 'commission:%' ORDER BY entry_id, line_no"
    )
    for row in rows(sql):
        line = (row["debit_account"], row["credit_account"], row["amount_vnd"])
        posted[str(row["entry_id"])].append(line)
    sql = (
        "SELECT a.entry_id, a.payout_of, a.commission_vnd, e.amount, e.account_key"
        " FROM parked_answers a JOIN provider_events e ON e.id = a.event_id"
        " WHERE a.payout_of IS NOT NULL"
    )
    for row in rows(sql):
        place = row["payout_of"]
        wanted = [(f"unidentified:{row['account_key']}", place, row["amount"])]
        if row["commission_vnd"]:
            wanted.append((f"commission:{place}", place, row["commission_vnd"]))
        if (found := posted.pop(str(row["entry_id"]), [])) != wanted:
            yield place, f"paid out as {found}, said {wanted}"
    yield from ((key_of(entry), "a pay-out that nobody said") for entry in posted)
