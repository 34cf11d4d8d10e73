"""What the lines of a drawer are called on paper, and on which: for the clerk who answers for them.

The words are looked up when the lines are read. They are no part of the ledger, nor of a signed
statement: its bytes stay what they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import fee_change_store, receipt_store
from postal_bridge.money.dues import Due
from postal_bridge.money.ledger import PostedLine

Words = tuple[str, str]
"""The name of what was paid, empty where the catalogue of texts names it; the paper's number."""


def with_words(uow: ReadUnit, lines: Iterable[PostedLine]) -> tuple[PostedLine, ...]:
    """Each line under the name and number of the receipt, or refund slip, it was given.

    What takes an entry back stands under the receipt of that entry.
    """
    found = tuple(lines)
    entries = {line.reverses_id or line.entry_id for line in found}
    words = _of_receipts(uow, entries) | _of_refunds(uow, entries)
    return tuple(_named(line, words) for line in found)


def _named(line: PostedLine, words: Mapping[tuple[UUID, str], Words]) -> PostedLine:
    name, number = words.get((line.reverses_id or line.entry_id, line.about), ("", ""))
    return replace(line, name=name, receipt_no=number)


def _of_receipts(uow: ReadUnit, entries: set[UUID]) -> dict[tuple[UUID, str], Words]:
    return {
        (row.entry_id, due.code): (due.name, f"{row.series}-{row.number:07d}")
        for row in receipt_store.receipts_of_entries(uow.session, entries)
        for due in map(Due.from_stored, row.lines)
    }


def _of_refunds(uow: ReadUnit, entries: set[UUID]) -> dict[tuple[UUID, str], Words]:
    return {
        (refund.entry_id, change.fee_code): (
            change.fee_name,
            f"{refund.series}-{refund.number:07d}",
        )
        for refund, change in fee_change_store.refunds_of_entries(uow, entries)
    }
