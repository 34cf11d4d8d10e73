"""The second program's look at what books refer to: their chain, accounts, quotes, receipts.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

import json
from collections.abc import Iterator
from typing import Any

from postal_bridge.money.verify_rows import Rows, key_of

Wrong = tuple[str, str, str]
"""What was checked, at which row, what stands there."""


def books_that_differ(rows: Rows) -> Iterator[Wrong]:
    """Everything that a posting, a payment or a receipt leans on and that is not there or so."""
    for check in (_heads, _accounts, _quotes, _payments, _receipts, _shifts):
        yield from check(rows)


def _heads(rows: Rows) -> Iterator[Wrong]:
    """An entry is of the kind, journal, time and author that its chain says (M3)."""
    said: dict[str, tuple[Any, ...]] = {}
    also: dict[str, dict[str, Any]] = {}
    sql = (
        "SELECT stream, kind, occurred_at, actor, body FROM stream_events"
        " WHERE stream LIKE 'journal:%' AND kind LIKE 'money_%'"
    )
    for row in rows(sql):
        body, actor = json.loads(row["body"]), json.loads(row["actor"])
        entry, by = key_of(body["entry_id"]), f"{actor['kind']}:{actor['id']}"
        journal, kind = row["stream"].partition(":")[2], row["kind"].partition("_")[2]
        said[entry] = (journal, kind, row["occurred_at"], by, key_of(body["reverses_id"]))
        also[entry] = {name: body[name] for name in ("cause", "second_person") if name in body}
    sql = (
        "SELECT id, journal, kind, at, actor, reverses_id, cause, second_person"
        " FROM journal_entries"
    )
    for row in rows(sql):
        stands = (row["journal"], row["kind"], row["at"], row["actor"], key_of(row["reverses_id"]))
        entry = key_of(row["id"])
        if said.get(entry) not in (None, stands):  # one without a chain is named by `_chain`
            yield "entry", entry, "another kind, journal, time or author than the chain's"
        if any(row[name] != value for name, value in also.get(entry, {}).items()):
            yield "entry", entry, "another cause or second person than the chain's"


def _accounts(rows: Rows) -> Iterator[Wrong]:
    """Every account that was posted to is there, and is of the kind its code begins with."""
    codes = set()
    for row in rows("SELECT code, kind FROM accounts"):
        codes.add(row["code"])
        if row["code"].partition(":")[0] != row["kind"]:
            yield "account", row["code"], row["kind"]
    for side in ("debit_account", "credit_account"):
        for row in rows(f"SELECT DISTINCT {side} AS code FROM postings"):  # noqa: S608  (names above)
            if row["code"] not in codes:
                yield "account", row["code"], "not there"


def _quotes(rows: Rows) -> Iterator[Wrong]:
    """What was priced is there; the citizen's part is what its lines give him (M5)."""
    quotes = {}
    for row in rows("SELECT id, dossier_id, citizen_vnd, lines FROM quotes"):
        quotes[key_of(row["id"])] = key_of(row["dossier_id"])
        lines = json.loads(row["lines"])
        own = sum(line["amount_vnd"] for line in lines if line["payer"] == "citizen")
        if own != row["citizen_vnd"]:
            yield "quote", key_of(row["id"]), f"citizen {row['citizen_vnd']}, lines {own}"
    for row in rows("SELECT id, quote_id, dossier_id FROM payments WHERE quote_id IS NOT NULL"):
        if quotes.get(key_of(row["quote_id"])) != key_of(row["dossier_id"]):
            yield "quote", key_of(row["quote_id"]), f"not there for payment {key_of(row['id'])}"
    for row in rows("SELECT body FROM stream_events WHERE kind = 'delivery.quoted'"):
        named = json.loads(row["body"])["quote_id"]
        if named is not None and key_of(named) not in quotes:
            yield "quote", key_of(named), "not there"


def _payments(rows: Rows) -> Iterator[Wrong]:
    """A payment is the sum of what was due, and names the entry that names it (M6)."""
    entries = {
        key_of(row["id"]): (key_of(row["payment_id"]), key_of(row["dossier_id"]), row["at"])
        for row in rows("SELECT id, payment_id, dossier_id, at FROM journal_entries")
    }
    for row in rows("SELECT id, dossier_id, entry_id, amount_vnd, dues, paid_at FROM payments"):
        payment = key_of(row["id"])
        due = sum(one["amount_vnd"] for one in json.loads(row["dues"]))
        if due != row["amount_vnd"]:
            yield "payment", payment, f"{row['amount_vnd']}, due {due}"
        entry = entries.get(key_of(row["entry_id"]))
        if row["entry_id"] and entry != (payment, key_of(row["dossier_id"]), row["paid_at"]):
            yield "payment", payment, "its entry is another's, or of another time"


def _receipts(rows: Rows) -> Iterator[Wrong]:
    """A receipt is the sum of its lines, for the payment and dossier of its entry (M8)."""
    sql = (
        "SELECT r.id, r.lines, r.total_vnd, r.payment_id, r.dossier_id,"
        " e.payment_id AS paid, e.dossier_id AS about, r.actor, e.actor AS author"
        " FROM receipts r LEFT JOIN journal_entries e ON e.id = r.entry_id"
    )
    for row in rows(sql):
        total = sum(line["amount_vnd"] for line in json.loads(row["lines"]))
        if total != row["total_vnd"]:
            yield "receipt", key_of(row["id"]), f"{row['total_vnd']}, lines {total}"
        stands = (row["payment_id"], row["dossier_id"], row["actor"])
        if stands != (row["paid"], row["about"], row["author"]):
            yield "receipt", key_of(row["id"]), "of another payment or author than its entry"


def _shifts(rows: Rows) -> Iterator[Wrong]:
    """A drawer was counted, and closed beside whom, as its journal says (M7)."""
    counted: dict[str, tuple[Any, ...]] = {}
    second: dict[str, Any] = {}
    sql = (
        "SELECT stream, kind, body FROM stream_events WHERE stream LIKE 'journal:shift:%'"
        " AND kind LIKE 'drawer_%' ORDER BY stream, seq"
    )
    for row in rows(sql):
        drawer, body = key_of(row["stream"].rpartition(":")[2]), json.loads(row["body"])
        if row["kind"] == "drawer_counted":
            counted[drawer] = (body["expected_vnd"], body["counted_vnd"], body.get("other_vnd"))
        if row["kind"] in ("drawer_closed", "drawer_contested"):
            second[drawer] = body.get("second")
    for row in rows("SELECT * FROM drawers"):
        drawer = key_of(row["id"])
        stands = (row["expected_vnd"], row["counted_vnd"], row["other_vnd"])
        if stands != counted.get(drawer, (None, None, None)):
            yield "drawer", drawer, f"{stands}, not as it was counted"
        if row["second_person"] != second.get(drawer):
            yield "drawer", drawer, "another second person than the journal's"
