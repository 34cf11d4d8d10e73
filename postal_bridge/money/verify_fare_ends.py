"""The second program's look at fares that were called off: facts, chain and debts agree.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from postal_bridge.money.verify_rows import Rows, key_of

FOLLOWS = {
    "": ("called_off",),
    "called_off": ("restored", "paid_back"),
    "restored": ("called_off",),
}


def fare_ends_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(quote id, what does not hold) of every fare that ended."""
    owed, said = _owed(rows), _said(rows)
    ends: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows("SELECT quote_id, no, kind, amount_vnd FROM fare_ends ORDER BY quote_id, no"):
        ends[key_of(row["quote_id"])].append(row)
    for quote, facts in ends.items():
        before = ""
        for fact in facts:
            if fact["kind"] not in FOLLOWS.get(before, ()):
                yield quote, f"{fact['kind']} after {before or 'nothing'}"
            before = fact["kind"]
        should = facts[-1]["amount_vnd"] if before == "called_off" else 0
        if (found := owed.pop(quote, 0)) != should:
            yield quote, f"{found} owed back, not {should}"
        if said.pop(quote, []) != [[fact["kind"], fact["amount_vnd"]] for fact in facts]:
            yield quote, "other facts than the chain's"
    yield from (
        (quote, f"{vnd} owed back and never called off") for quote, vnd in owed.items() if vnd
    )
    yield from ((quote, "in the chain only") for quote in said)


def _owed(rows: Rows) -> dict[str, int]:
    owed: dict[str, int] = defaultdict(int)
    for side, sign in (("credit", 1), ("debit", -1)):
        sql = (
            f"SELECT {side}_account AS account, amount_vnd FROM postings"  # noqa: S608  (names above)
            f" WHERE {side}_account LIKE 'owed_back:%'"
        )
        for row in rows(sql):
            owed[key_of(row["account"].removeprefix("owed_back:"))] += sign * row["amount_vnd"]
    return owed


def _said(rows: Rows) -> dict[str, list[list[Any]]]:
    said: dict[str, list[list[Any]]] = defaultdict(list)
    sql = (
        "SELECT kind, body FROM stream_events WHERE kind IN"
        " ('fare_called_off', 'fare_restored', 'fare_paid_back') ORDER BY stream, seq"
    )
    for row in rows(sql):
        body = json.loads(row["body"])
        kind = row["kind"].removeprefix("fare_")
        said[key_of(body["quote_id"])].append([kind, body["amount_vnd"]])
    return said
