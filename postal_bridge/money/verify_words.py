"""The second program's look at reasons, and at what was proposed, shown and answered.

Of free words a chain has a digest bound to their row; chains from before have none and are
passed. Plain SQL and arithmetic of its own, like `verify.py`; only names are common.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from postal_bridge.money.verify_rows import Rows, key_of

Wrong = tuple[str, str, str]
"""What was checked, at which row, what stands there."""

# Event of a journal -> the table whose row its stream is about, and (word in the body, column).
_DRAWER = ("drawers", (("reason", "reason"), ("explanation", "explanation")))
_GAP = ("hand_ins", (("reason", "gap_reason"),))
OF_ROW = {
    "drawer_closed": _DRAWER,
    "drawer_contested": _DRAWER,
    "cash_refused": ("hand_ins", (("reason", "ended_reason"),)),
    "cash_gap_accepted": _GAP,
    "cash_gap_contested": _GAP,
}
ANSWERS = ("agreed", "disputed", "unanswered")


def words_that_differ(rows: Rows) -> Iterator[Wrong]:
    """Every reason is the one that was given, and every proposal has come as far as is said."""
    yield from _of_rows(rows)
    yield from _of_entries(rows)
    yield from _of_counts(rows)
    yield from _corrections(rows)
    yield from _of_answers(rows)


def _of_rows(rows: Rows) -> Iterator[Wrong]:
    """What was given last counts: whoever contests may say it in other words."""
    said: dict[tuple[str, str, str], Any] = {}
    kinds = ", ".join(f"'{kind}'" for kind in OF_ROW)
    sql = (
        "SELECT stream, kind, body FROM stream_events"  # noqa: S608  (kinds above)
        f" WHERE kind IN ({kinds}) ORDER BY stream, seq"
    )
    for row in rows(sql):
        table, columns = OF_ROW[row["kind"]]
        about, body = key_of(row["stream"].rpartition(":")[2]), json.loads(row["body"])
        said |= {(table, about, column): body[word] for word, column in columns if word in body}
    for table in ("drawers", "hand_ins"):
        for row in rows(f"SELECT * FROM {table}"):  # noqa: S608  (names above)
            about = key_of(row["id"])
            for column, words in row.items():
                given = said.get((table, about, column), "")
                if given != "" and given != _digest(about, words):
                    yield table.removesuffix("s"), about, f"another {column} than was given"


def _of_entries(rows: Rows) -> Iterator[Wrong]:
    """An entry's reason, and the offices that see it."""
    sql = "SELECT body FROM stream_events WHERE stream LIKE 'journal:%' AND kind LIKE 'money_%'"
    said = {key_of(body["entry_id"]): body for body in _bodies(rows, sql)}
    for row in rows("SELECT id, reason, unit_id, section_id FROM journal_entries"):
        entry = key_of(row["id"])
        body = said.get(entry, {})
        if "reason" in body and body["reason"] != _digest(entry, row["reason"]):
            yield "entry", entry, "another reason than was given"
        if any(name in body and key_of(body[name]) != key_of(row[name])
               for name in ("unit_id", "section_id")):  # fmt: skip
            yield "entry", entry, "of another office than the chain's"


def _of_counts(rows: Rows) -> Iterator[Wrong]:
    """Each time a drawer was counted: how much, beside what, and why again."""
    stand = {
        (key_of(row["drawer_id"]), row["count_no"]): row
        for row in rows("SELECT * FROM drawer_counts")
    }
    for row in rows("SELECT stream, body FROM stream_events WHERE kind = 'drawer_counted'"):
        drawer, body = key_of(row["stream"].rpartition(":")[2]), json.loads(row["body"])
        count = stand.pop((drawer, body["count_no"]), {})
        sums = ("counted_vnd", "expected_vnd", "other_vnd")
        if not count or any(name in body and body[name] != count[name] for name in sums):
            yield "count", f"{drawer}:{body['count_no']}", "not as it was counted"
        elif "reason" in body and body["reason"] != _digest(drawer, count["reason"]):
            yield "count", f"{drawer}:{body['count_no']}", "another reason than was given"
    for drawer, count_no in stand:
        yield "count", f"{drawer}:{count_no}", "never counted"


def _corrections(rows: Rows) -> Iterator[Wrong]:
    """What a clerk was shown and answered is what his shift's journal says (M7)."""
    steps: dict[str, list[str]] = {}
    given: dict[str, dict[str, Any]] = {}
    sql = "SELECT kind, body FROM stream_events WHERE kind LIKE 'correction_%' ORDER BY stream, seq"
    for row in rows(sql):
        body = json.loads(row["body"])
        steps.setdefault(key_of(body["correction_id"]), []).append(row["kind"].partition("_")[2])
        given[key_of(body["correction_id"])] = body
    for row in rows("SELECT * FROM corrections"):
        found = key_of(row["id"])
        done, body = steps.pop(found, []), given.get(found, {})
        answer = next((step for step in done if step in ANSWERS), None)
        if (row["shown_at"] is not None) != ("shown" in done):
            yield "correction", found, "not shown when it is said to be"
        if row["answer"] != answer:
            yield "correction", found, f"{row['answer']}, not as it was answered"
        is_posted = row["status"] == "posted"
        if is_posted != (row["posted_entry_id"] is not None):
            yield "correction", found, f"{row['status']}, and its entry says otherwise"
        if is_posted and answer not in ("agreed", "unanswered"):
            yield "correction", found, "posted without the clerk's answer"
        if "reason" in body and body["reason"] != _digest(found, row["reason"]):
            yield "correction", found, "another reason than was given"
        if "second_person" in body and body["second_person"] != row["second_person"]:
            yield "correction", found, "another second person than was named"
    yield from (("correction", gone, "not there") for gone in steps)


def _of_answers(rows: Rows) -> Iterator[Wrong]:
    """What two people said of parked money, and on what grounds."""
    stand = {key_of(row["event_id"]): row for row in rows("SELECT * FROM parked_answers")}
    sql = "SELECT body FROM stream_events WHERE kind = 'parked_answered'"
    for body in _bodies(rows, sql):
        event = key_of(body["event_id"])
        row = stand.get(event)
        if row is None:
            yield "answer", event, "not there"
        elif body["words"] != _digest(event, row["words"]):
            yield "answer", event, "other words than were given"
        elif any(key_of(body[name]) != key_of(row[name]) for name in body if name != "words"):
            yield "answer", event, "another answer than was given"


def _bodies(rows: Rows, sql: str) -> Iterator[dict[str, Any]]:
    return (json.loads(row["body"]) for row in rows(sql))


def _digest(of: str, words: str | None) -> str | None:
    """SHA-256 of ["id","words"] in its one byte form."""
    if words is None:
        return None
    pair = json.dumps([str(UUID(of)), words], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(pair.encode()).hexdigest()
