"""A quote said in a stream of its own, so that no term of a price is changed unseen (M5).

What a quote costs is also computed again from its tariff (`verify_quotes.py`); until when it
holds, whose it is and what it was asked for stand nowhere else.
"""

from collections.abc import Iterator

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.said_rows import rows_that_differ, say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.tables import QuoteRow

AREA = "quote"
_SAID = ("dossier_id", "delivery_id", "unit_id", "section_id", "made_at", "valid_until", "actor",
         "tariff", "fare_column", "total_vnd", "citizen_vnd", "visit_id")  # fmt: skip
_DIGESTS = ("inputs", "lines")


def say_quote(uow: UnitOfWork, row: QuoteRow, *, actor: Actor) -> None:
    """The quote's own stream has it, as it stays: quoting again is another quote."""
    stream = f"{AREA}:{row.id}"
    say_row(uow, stream, "quote.made", row, _SAID, digests=_DIGESTS, is_first=True, actor=actor)


def verify_terms(uow: ReadUnit) -> Iterator[Finding]:
    """Every quote that a stream tells of stands as it was; quotes from before are passed."""
    for quote_id, why in rows_that_differ(uow, AREA, QuoteRow):
        yield Finding(f"quote:{quote_id}", f"quote_{why}")
