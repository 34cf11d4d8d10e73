"""The second program for fees that changed: each against its payment, its refund and its journal.

Plain SQL and arithmetic of its own, as in `verify`.
"""

import json
from collections.abc import Iterator

from postal_bridge.money.verify_rows import Rows, key_of

STATED = ("fee_code", "paid_vnd", "new_vnd", "reason", "at_door")


def fee_changes_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(change or refund, what does not hold)."""
    yield from _stated(rows)
    yield from _settled(rows)
    yield from _refunds(rows)


def _stated(rows: Rows) -> Iterator[tuple[str, str]]:
    """What stands was stated so, and what was stated is there."""
    said = {}
    for row in rows("SELECT body FROM stream_events WHERE kind = 'fee_stated'"):
        body = json.loads(row["body"])
        said[key_of(body["change_id"])] = [body[name] for name in STATED]
    for row in rows("SELECT * FROM fee_changes"):
        found = [bool(row[name]) if name == "at_door" else row[name] for name in STATED]
        if said.pop(key_of(row["id"]), None) != found:
            yield key_of(row["id"]), "not as it was stated"
    for stray in said:
        yield stray, "stated, and not there"


def _settled(rows: Rows) -> Iterator[tuple[str, str]]:
    """Paid means: the payment is paid and holds the rest under this fee, and so the other way."""
    sql = (
        "SELECT c.id, c.status, c.fee_code, c.paid_vnd, c.new_vnd, p.status AS payment, p.dues"
        " FROM fee_changes c LEFT JOIN payments p ON p.id = c.payment_id"
        " WHERE c.new_vnd > c.paid_vnd"
    )
    for row in rows(sql):
        if (row["status"] == "paid") != (row["payment"] == "paid"):
            yield key_of(row["id"]), f"{row['status']}, its payment {row['payment']}"
        rest = row["new_vnd"] - row["paid_vnd"]
        dues = json.loads(row["dues"]) if row["dues"] else []
        fees = [one["amount_vnd"] for one in dues if one["code"] == row["fee_code"]]
        if row["payment"] == "paid" and fees != [rest]:
            yield key_of(row["id"]), f"{rest}, its payment {fees}"


def _refunds(rows: Rows) -> Iterator[tuple[str, str]]:
    """A refund gives back the difference, once, out of what was owed to the section."""
    sql = (
        "SELECT c.id, c.status, c.paid_vnd - c.new_vnd AS too_much, c.section_id, r.amount_vnd,"
        " r.entry_id, r.section_id AS of_section FROM fee_changes c"
        " LEFT JOIN fee_refunds r ON r.change_id = c.id WHERE c.new_vnd < c.paid_vnd"
    )
    posted = {
        key_of(row["entry_id"]): (row["debit_account"], row["amount_vnd"])
        for row in rows(
            "SELECT p.entry_id, p.debit_account, p.amount_vnd FROM postings p"
            " JOIN journal_entries e ON e.id = p.entry_id WHERE e.kind = 'fee_refund'"
        )
    }
    for row in rows(sql):
        if (row["status"] == "given_back") != (row["amount_vnd"] is not None):
            yield key_of(row["id"]), f"{row['status']}, given back {row['amount_vnd']}"
        if row["amount_vnd"] is None:
            continue
        account, amount_vnd = posted.pop(key_of(row["entry_id"]), ("", 0))
        is_own = key_of(account.partition(":")[2]) == key_of(row["section_id"])
        if row["amount_vnd"] != row["too_much"] or amount_vnd != row["too_much"] or not is_own:
            yield key_of(row["id"]), f"{row['too_much']}, posted {amount_vnd} from {account}"
    for stray in posted:
        yield stray, "given back without a slip"
