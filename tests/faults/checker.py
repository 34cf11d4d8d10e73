"""Reads the database and the clients' list, and nothing of the service's code.

    python -m tests.faults.checker DATABASE DIARY MESSAGES

Prints one line for each thing that was lost or done twice; exit status 1 if there is any. SQLite
keeps ids as 32 hexadecimal digits.
"""

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CLOSED = ("accepted", "refused", "needs_person")


class Books:
    """The database, opened for reading only."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        (row,) = self.rows(statement, *values)
        return row[0]


def check(
    books: Books, told: list[dict[str, Any]], messages: list[dict[str, Any]]
) -> Iterator[str]:
    yield from lost_or_doubled(books, told)
    yield from wrong_money(books, told)
    yield from wrong_custody(books)
    yield from unfinished(books)
    yield from doubled_messages(books, messages)


def lost_or_doubled(books: Books, told: list[dict[str, Any]]) -> Iterator[str]:
    """Each acknowledged call has its effect, and there is no effect nobody was told of."""
    slips = [line["answer"] for line in told if line["path"] == "/dossiers"]
    known = {
        row[0]: row[1:]
        for row in books.rows("SELECT id, acceptance_number, dossier_code, status FROM dossiers")
    }
    for slip in slips:
        row = known.get(slip["dossier_id"].replace("-", ""))
        if row is None or row[:2] != (slip["acceptance_number"], slip["dossier_code"]):
            yield f"lost: the dossier {slip['acceptance_number']}"
    if len(known) != len(slips):
        yield f"{len(known)} dossiers, {len(slips)} slips"
    given = [line["answer"] for line in told if line["path"] == "/give-outs"]
    proofs = Counter(row[0] for row in books.rows("SELECT delivery_id FROM delivery_proofs"))
    for answer in given:
        delivery = answer["id"].replace("-", "")
        status = books.rows("SELECT status FROM deliveries WHERE id = ?", delivery)
        if status != [("handed_over",)] or proofs[delivery] != 1:
            yield f"delivery {answer['id']}: {status}, {proofs[delivery]} proofs"
    returned = sum(row[2] == "returned" for row in known.values())
    if returned != len(given) or sum(proofs.values()) != len(given):
        yield f"{returned} dossiers returned, {sum(proofs.values())} proofs, {len(given)} told"
    kept = {row[0] for row in books.rows('SELECT "key" FROM kept_answers')}
    for line in told:
        if line["key"] not in kept:
            yield f"lost: the answer to {line['path']} under {line['key']}"
    if len(kept) != len(told):
        yield f"{len(kept)} kept answers, {len(told)} acknowledged calls"


def wrong_money(books: Books, told: list[dict[str, Any]]) -> Iterator[str]:
    """What clerks were told was paid is what stands in drawers, and each entry is whole."""
    paid = sum(line["answer"]["paid_vnd"] for line in told if line["path"] == "/dossiers")
    in_drawers = books.one(
        "SELECT coalesce(sum(amount_vnd), 0) FROM postings WHERE debit_account LIKE 'drawer:%'"
        " AND entry_id IN (SELECT id FROM journal_entries WHERE kind = 'counter_payment')"
    )
    if paid != in_drawers:
        yield f"paid {paid}, in drawers {in_drawers}"
    for entry, wanted, has in books.rows(
        "SELECT e.id, e.line_count, count(p.line_no) FROM journal_entries e"
        " LEFT JOIN postings p ON p.entry_id = e.id GROUP BY e.id, e.line_count"
    ):
        if wanted != has:
            yield f"entry {entry}: {has} of {wanted} lines"
    numbers = [row[0] for row in books.rows("SELECT kind || series || number FROM receipts")]
    if len(numbers) != len(set(numbers)):
        yield "a receipt number was given twice"


def wrong_custody(books: Books) -> Iterator[str]:
    """Numbers are given once, streams have no gap and no fork."""
    numbers = [row[0] for row in books.rows("SELECT number FROM items")]
    if len(numbers) != len(set(numbers)):
        yield "an item number was given twice"
    for stream, count, last, head in books.rows(
        "SELECT h.stream, count(e.seq), max(e.seq), h.seq FROM stream_heads h"
        " LEFT JOIN stream_events e ON e.stream = h.stream GROUP BY h.stream, h.seq"
    ):
        if not count == last == head:
            yield f"{stream}: {count} events, last {last}, head {head}"
    handed = books.rows(
        "SELECT stream, count(*) FROM stream_events WHERE kind = 'delivery.handed_over'"
        " GROUP BY stream HAVING count(*) > 1"
    )
    for stream, count in handed:
        yield f"{stream}: handed over {count} times"


def unfinished(books: Books) -> Iterator[str]:
    """Every action that is due is over, or visibly with a person."""
    for state, handler, reason, count in books.rows(
        "SELECT a.state, a.handler, a.reason, count(*) FROM actions a"
        " WHERE a.due_at <= datetime('now') GROUP BY 1, 2, 3"
    ):
        if state not in CLOSED:
            yield f"{count} of {handler} still {state} ({reason})"


def doubled_messages(books: Books, messages: list[dict[str, Any]]) -> Iterator[str]:
    """One message for each notice and one notice for each message."""
    keys = Counter(message["key"].replace("-", "") for message in messages)
    noted = Counter(row[0] for row in books.rows("SELECT action_id FROM notices"))
    for key, count in (keys + noted).items():
        if (keys[key], noted[key]) != (1, 1):
            yield f"action {key}: {keys[key]} messages, {noted[key]} notices ({count})"
    told_of = books.rows(
        "SELECT dossier_id, template, count(*) FROM notices"
        " GROUP BY dossier_id, template HAVING count(*) > 1"
    )
    for dossier, template, count in told_of:
        yield f"dossier {dossier}: told {template} {count} times"


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def main(database: str, diary: str, messages: str) -> int:
    wrong = list(check(Books(Path(database)), read_lines(Path(diary)), read_lines(Path(messages))))
    sys.stdout.write("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
