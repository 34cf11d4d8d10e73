"""Queries of what authorities, budgets and the post itself bear of fares. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.tables import JournalEntry, PaymentRow, PostingRow, QuoteRow
from postal_bridge.money.tariff import Payer

PAID = "statement_paid"  # on these accounts, a payment and no fare
_AUTHORITY, _POST = f"{AccountKind.AUTHORITY}:", f"{AccountKind.PROMOTION}:"


@dataclass(frozen=True, slots=True)
class BornePosting:
    """One posting on an account of theirs; `amount_vnd` < 0 lowers what is borne.

    `owner`: the account's. `is_post`: the post itself bears it. `programme`: of the quote's line
    a budget or the post bears. `about`: the leg. `why`: the code of what took it back.
    """

    owner: str
    is_post: bool
    about: str
    amount_vnd: int
    at: datetime
    why: str | None
    unit_id: UUID | None
    dossier_id: UUID | None
    tariff: str | None
    programme: str | None


def borne_between(
    session: Session, scope: Scope, since: datetime, until: datetime
) -> Sequence[BornePosting]:
    """From `since` up to and without `until`, of these offices."""
    inside = true() if scope.everything else JournalEntry.unit_id.in_(scope.units)
    wanted = (
        select(JournalEntry, PostingRow)
        .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(
            inside,
            JournalEntry.at >= since,
            JournalEntry.at < until,
            PostingRow.about != PAID,
            or_(
                *(
                    side.startswith(prefix)
                    for side in (PostingRow.debit_account, PostingRow.credit_account)
                    for prefix in (_AUTHORITY, _POST)
                )
            ),
        )
        .order_by(JournalEntry.at, JournalEntry.id, PostingRow.line_no)
    )
    rows = session.execute(wanted).all()
    quotes = _quotes(session, [entry for entry, _ in rows])
    return [_posting(entry, line, quotes.get(entry.id)) for entry, line in rows]


def _posting(entry: JournalEntry, line: PostingRow, quote: QuoteRow | None) -> BornePosting:
    is_owed = line.debit_account.startswith((_AUTHORITY, _POST))
    account = line.debit_account if is_owed else line.credit_account
    is_post = account.startswith(_POST)
    payer = Payer.POST if is_post else Payer.BUDGET
    return BornePosting(
        owner=account.partition(":")[2],
        is_post=is_post,
        about=line.about,
        amount_vnd=line.amount_vnd if is_owed else -line.amount_vnd,
        at=entry.at,
        why=None if is_owed else _why(entry),
        unit_id=entry.unit_id,
        dossier_id=entry.dossier_id,
        tariff=None if quote is None else quote.tariff,
        programme=None if quote is None else _programme(quote.lines, line.about, payer),
    )


def _why(entry: JournalEntry) -> str:
    """A call-off holds its code as its reason; of a reversal the reason is somebody's own words."""
    return entry.kind if entry.reason is None or entry.reverses_id else entry.reason


def _programme(lines: Sequence[dict[str, Any]], about: str, payer: Payer) -> str | None:
    return next(
        (one["overlay"] for one in lines if one["kind"] == about and one["payer"] == payer), None
    )


def _quotes(session: Session, entries: Sequence[JournalEntry]) -> dict[UUID, QuoteRow]:
    """The quote each entry is about: its payment's, or the fare's that was called off."""
    of_payment = {entry.payment_id for entry in entries if entry.payment_id is not None}
    paid = dict(
        session.execute(
            select(PaymentRow.id, PaymentRow.quote_id).where(PaymentRow.id.in_(of_payment))
        ).all()
    )
    named: dict[UUID, UUID] = {}
    for entry in entries:
        cause = (entry.cause or "").partition("fare:")[2]
        quote_id = paid.get(entry.payment_id) if entry.payment_id else None
        if quote_id is not None:
            named[entry.id] = quote_id
        elif cause:
            named[entry.id] = UUID(cause)
    rows = session.scalars(select(QuoteRow).where(QuoteRow.id.in_(set(named.values()))))
    found = {row.id: row for row in rows}
    return {entry_id: found[quote_id] for entry_id, quote_id in named.items() if quote_id in found}
