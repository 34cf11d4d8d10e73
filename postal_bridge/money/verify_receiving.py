"""The second program's look at accounts of ours: two people each, and every payment knows its own.

Plain SQL of its own, like `verify.py`; only the schema's names are common.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from postal_bridge.money.verify_rows import Rows, key_of

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "receiving.toml"
SAID = (
    "number", "bank_bin", "account", "holder", "bank_name", "valid_from", "actor", "second_person",
)  # fmt: skip


def accounts_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(account or payment, what does not hold)."""
    shipped = tomllib.loads(SHIPPED.read_text("utf-8"))
    ours = {f"{shipped['bank_bin']}-{shipped['account']}"}
    said = {}
    for row in rows("SELECT body FROM stream_events WHERE kind = 'receiving.published'"):
        body = json.loads(row["body"])
        said[key_of(body["id"])] = body
    stored = rows("SELECT * FROM receiving_accounts ORDER BY number")
    for expected, row in enumerate(stored, start=1):
        key = f"{row['bank_bin']}-{row['account']}"
        ours.add(key)
        if row["number"] != expected:
            yield key, f"number {row['number']}, should be {expected}"
        if row["second_person"] in (None, "", row["actor"]):
            yield key, "published by one person"
        body = said.pop(key_of(row["id"]), {})
        if any(str(body.get(name)) != str(row[name]) for name in SAID):
            yield key, "not as the chain says"
    yield from (
        (f"{one['bank_bin']}-{one['account']}", "in the chain only") for one in said.values()
    )
    shown = "SELECT id, account_key FROM payments WHERE account_key IS NOT NULL"
    for row in rows(shown):
        if row["account_key"] not in ours:
            yield key_of(row["id"]), f"its payer was shown {row['account_key']}, which is not ours"
