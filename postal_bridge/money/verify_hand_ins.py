"""The second program's look at couriers' cash: both counts, the lines, the difference.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from postal_bridge.money.verify_rows import Rows, key_of

OPEN_GAPS = ("set_aside", "contested")


def hand_ins_that_differ(rows: Rows) -> Iterator[tuple[str, str]]:
    """(id, what does not hold) of every hand-in of a courier's cash."""
    last_counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows("SELECT * FROM hand_in_counts ORDER BY hand_in_id, count_no"):
        last_counts[key_of(row["hand_in_id"])][row["side"]] = row["counted_vnd"]
    flows, aside = _flows(rows), _aside(rows)
    for row in rows("SELECT * FROM hand_ins"):
        found = key_of(row["id"])
        counts = last_counts.pop(found, {})
        if row["status"] == "accepted":
            into = flows.get(key_of(row["entry_id"] or ""), (0, 0))
            for wrong in _of_accepted(row, counts, into, aside.pop(found, 0)):
                yield found, wrong
        elif row["entry_id"] is not None or row["gap_status"] != "none":
            yield found, f"posted while {row['status']}"
    for stray in (*last_counts, *aside):
        yield stray, "no hand-in"


def _of_accepted(
    row: dict[str, Any], counts: dict[str, int], into: tuple[int, int], left: int
) -> Iterator[str]:
    """`into`: what its entry put into the drawer and set aside; `left`: what still is aside."""
    into_drawer, into_gap = into
    is_open = row["gap_status"] in OPEN_GAPS
    if set(counts.values()) != {row["counted_vnd"]} or len(counts) != 2:
        yield f"taken {row['counted_vnd']}, counted {sorted(counts.items())}"
    if into_drawer != row["counted_vnd"]:
        yield f"taken {row['counted_vnd']}, in the drawer {into_drawer}"
    if into_gap != -row["gap_vnd"]:
        yield f"difference {row['gap_vnd']}, set aside {into_gap}"
    if left != (into_gap if is_open else 0):
        yield f"{left} left set aside, {row['gap_status']}"
    if row["owed_vnd"] > (0 if is_open else max(0, -row["gap_vnd"])):
        yield f"owed {row['owed_vnd']}"


def _flows(rows: Rows) -> dict[str, tuple[int, int]]:
    """Entry -> (into the drawer, set aside) of the entries that took couriers' cash."""
    found: dict[str, tuple[int, int]] = {}
    sql = (
        "SELECT p.entry_id, p.debit_account, p.credit_account, p.amount_vnd FROM postings p"
        " JOIN journal_entries e ON e.id = p.entry_id WHERE e.kind = 'courier_cash_taken'"
    )
    for row in rows(sql):
        drawer, gap = found.get(key_of(row["entry_id"]), (0, 0))
        if row["debit_account"].startswith("drawer:"):
            drawer += row["amount_vnd"]
        if row["debit_account"].startswith("courier_gap:"):
            gap += row["amount_vnd"]
        if row["credit_account"].startswith("courier_gap:"):
            gap -= row["amount_vnd"]
        found[key_of(row["entry_id"])] = drawer, gap
    return found


def _aside(rows: Rows) -> dict[str, int]:
    """Hand-in -> what is still set aside of its difference."""
    sums: dict[str, int] = defaultdict(int)
    for side, sign in (("debit_account", 1), ("credit_account", -1)):
        sql = f"SELECT {side} AS code, amount_vnd FROM postings WHERE {side} LIKE 'courier_gap:%'"  # noqa: S608  (names above)
        for row in rows(sql):
            sums[key_of(row["code"].partition(":")[2])] += sign * row["amount_vnd"]
    return sums
