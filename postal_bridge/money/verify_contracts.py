"""The second program's look at contracts: lines, amounts, ledger, chain and files agree.

Plain SQL and arithmetic of its own, like `verify.py`; only the schema's names are common.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from postal_bridge.kernel.snapshots import SnapshotDamaged, SnapshotMissing
from postal_bridge.money.verify_rows import Rows, key_of

Wrong = tuple[str, str]
EACH = {"remote": "remote_vnd", "redelivery": "redelivery_vnd", "return": "return_vnd"}


def contracts_that_differ(rows: Rows, content: Callable[[str], bytes] | None) -> Iterator[Wrong]:
    """(line or set, what does not hold). `content`: a published file; None without a folder."""
    known: dict[str, Any] = {}
    sets = rows("SELECT number, snapshot_id FROM contract_sets ORDER BY number")
    for expected, one in enumerate(sets, start=1):
        if one["number"] != expected:
            yield f"set {expected}", "left out"
            break
    for one in sets:
        if content is not None:
            try:
                known |= {row["key"]: row for row in json.loads(content(one["snapshot_id"]))}
            except (SnapshotMissing, SnapshotDamaged, ValueError):
                yield one["snapshot_id"], "cannot be read"
    lines = rows("SELECT * FROM contract_lines ORDER BY delivery_id, item, cause, no")
    yield from _order(lines)
    for line in lines:
        if content is not None:
            yield from _amount(line, known)
    yield from _heavier(rows, lines)
    yield from _posted(rows, lines)
    yield from _said(rows, lines)


def _order(lines: list[dict[str, Any]]) -> Iterator[Wrong]:
    """A cause is written and taken back by turns, đồng by đồng."""
    before: dict[str, Any] | None = None
    for line in lines:
        follows = before is not None and _cause(before) == _cause(line)
        if line["no"] != (before["no"] + 1 if follows and before else 1):
            yield key_of(line["id"]), f"number {line['no']} of its cause"
        if line["no"] % 2 == 0 and before and line["amount_vnd"] != -before["amount_vnd"]:
            yield key_of(line["id"]), f"takes back {line['amount_vnd']}"
        before = line


def _amount(line: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Wrong]:
    """What the contract it names says of the facts it holds."""
    said, facts = known.get(line["contract"] or ""), json.loads(line["facts"])
    if line["contract"] and said is None:
        yield key_of(line["id"]), f"contract {line['contract']} is not published"
        return
    owed = 0
    if said is not None:
        day = str(line["at"])[:10]
        if line["no"] % 2 and said["valid_to"] and day > said["valid_to"]:
            yield key_of(line["id"]), "after the end of its contract"
        if line["item"] == "heavier":
            owed = facts["difference_vnd"] * said["heavier_percent"] // 100
        elif line["item"] == "storage":
            charged = facts["days"] - said["storage_free_days"]
            owed = charged * said["storage_vnd"] if charged > 0 else 0
        else:
            owed = said[EACH[line["item"]]]
        if line["item"] == "remote" and facts["commune"] not in said["remote_communes"]:
            yield key_of(line["id"]), f"{facts['commune']} is no remote commune of the contract"
    if line["amount_vnd"] != (owed if line["no"] % 2 else -owed):
        yield key_of(line["id"]), f"{line['amount_vnd']}, by its contract {owed}"


def _heavier(rows: Rows, lines: list[dict[str, Any]]) -> Iterator[Wrong]:
    """A heavier result is heavier than its own quote, by its own tariff."""
    wanted = [line for line in lines if line["item"] == "heavier"]
    if not wanted:
        return
    quotes = {
        key_of(row["id"]): row
        for row in rows("SELECT id, delivery_id, dossier_id, tariff, lines FROM quotes")
    }
    for line in wanted:
        facts = json.loads(line["facts"])
        quote = quotes.get(key_of(facts["quote_id"]))
        if quote is None or key_of(quote["dossier_id"]) != key_of(line["dossier_id"]):
            yield key_of(line["id"]), "names a quote of no such dossier"
            continue
        grams = {one["grams"] for one in json.loads(quote["lines"]) if one["kind"] == "result"}
        if grams != {facts["quoted_g"]} or facts["tariff"] != quote["tariff"]:
            yield key_of(line["id"]), "another weight or tariff than its quote's"
        if facts["weight_g"] <= facts["quoted_g"] or facts["difference_vnd"] < 0:
            yield key_of(line["id"]), "is no heavier"


def _posted(rows: Rows, lines: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Each amount is one posting between its agency and its office, and there are no others."""
    posted: dict[str, list[Any]] = defaultdict(list)
    sql = (
        "SELECT entry_id, debit_account, credit_account, amount_vnd, about FROM postings"
        " WHERE about <> 'statement_paid' AND"
        " (debit_account LIKE 'contract:%' OR credit_account LIKE 'contract:%')"
    )
    for row in rows(sql):
        sides = (key_of(row["debit_account"]), key_of(row["credit_account"]))
        posted[key_of(row["entry_id"])].append((*sides, row["amount_vnd"], row["about"]))
    for line in lines:
        if line["entry_id"] is None:
            continue
        owes = f"contract:{key_of(line['agency_id'])}"
        earns = f"fare_revenue:{key_of(line['unit_id'])}"
        sides = (owes, earns) if line["amount_vnd"] > 0 else (earns, owes)
        wanted = [(*sides, abs(line["amount_vnd"]), line["item"])]
        if (found := posted.pop(key_of(line["entry_id"]), [])) != wanted:
            yield key_of(line["id"]), f"posted as {found}"
    for entry in posted:
        yield entry, "posted without a line"


def _said(rows: Rows, lines: list[dict[str, Any]]) -> Iterator[Wrong]:
    """The dossier's journal says every line as it stands."""
    said: dict[str, Any] = {}
    for row in rows("SELECT body FROM stream_events WHERE kind = 'contract_line'"):
        body = json.loads(row["body"])
        said[key_of(body["line_id"])] = body
    for line in lines:
        body = said.pop(key_of(line["id"]), {})
        names = ("item", "cause", "no", "contract", "amount_vnd")
        if any(name not in body or body[name] != line[name] for name in names):
            yield key_of(line["id"]), "not as the chain says"
    yield from ((line_id, "in the chain only") for line_id in said)


def _cause(line: Mapping[str, Any]) -> tuple[str, str, str]:
    return key_of(line["delivery_id"]), line["item"], line["cause"]
