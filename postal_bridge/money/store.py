"""Queries and locks of the money room. Never commits; what lies outside the scope is NotFound."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import has_none, held, held_of
from postal_bridge.kernel.inserting import add_unless_there
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.tables import Base
from postal_bridge.kernel.unit_session import UnitSession
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.tables import (
    AccountRow,
    JournalEntry,
    PaymentRow,
    PostingRow,
    ProviderEvent,
    QuoteRow,
)

Row = TypeVar("Row")
LIVE = ("pending", "paid")
PAYMENTS_MARK = sum_of(PaymentRow.version, where=PaymentRow.dossier_id == DOSSIER_ID)


_KNOWN_ACCOUNTS = select(AccountRow.code).where(
    AccountRow.code.in_(bindparam("codes", expanding=True))
)


def seen_by(scope: Scope, table: Any) -> ColumnElement[bool]:
    """The rows of an office-bound table that the scope covers."""
    if scope.everything:
        return true()
    conditions = [table.unit_id.in_(scope.units)]
    if hasattr(table, "section_id"):
        conditions.append(table.section_id.in_(scope.sections))
    if hasattr(table, "dossier_id") and scope.dossier_id is not None:
        conditions.append(table.dossier_id == scope.dossier_id)
    return or_(*conditions)


class MoneyStore:
    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, row: object) -> None:
        self.session.add(row)

    def add_unless_twin(self, row: Base) -> bool:
        """False when a unique key says that a twin was faster; the transaction lives on."""
        return add_unless_there(self.session, row)

    def quote(self, quote_id: UUID, scope: Scope) -> QuoteRow:
        row = held(self.session, QuoteRow, quote_id)
        if row is not None and scope.covers(row.unit_id, row.section_id, dossier_id=row.dossier_id):
            return row
        return self._one(select(QuoteRow).where(QuoteRow.id == quote_id, seen_by(scope, QuoteRow)))

    def known_quote(self, quote_id: UUID) -> QuoteRow:
        """The row, not asked for again where this session has it."""
        return held(self.session, QuoteRow, quote_id) or self.session.get_one(QuoteRow, quote_id)

    def quotes_of_visit(self, visit_id: UUID) -> Sequence[QuoteRow]:
        """The first quote of a visit and all that joined it, oldest first."""
        wanted = select(QuoteRow).where((QuoteRow.id == visit_id) | (QuoteRow.visit_id == visit_id))
        return self.session.scalars(wanted.order_by(QuoteRow.made_at, QuoteRow.id)).all()

    def quotes_since(self, since: datetime, most: int, scope: Scope) -> Sequence[QuoteRow]:
        """Quotes made since then, the latest first."""
        wanted = select(QuoteRow).where(QuoteRow.made_at >= since, seen_by(scope, QuoteRow))
        return self.session.scalars(wanted.order_by(QuoteRow.made_at.desc()).limit(most)).all()

    def quote_inputs_since(self, since: datetime, most: int, scope: Scope) -> Sequence[Any]:
        """Inputs of the quotes made since then, the latest first."""
        wanted = select(QuoteRow.inputs).where(QuoteRow.made_at >= since, seen_by(scope, QuoteRow))
        return self.session.scalars(wanted.order_by(QuoteRow.made_at.desc()).limit(most)).all()

    def live_payment_of_quote(self, quote_id: UUID, *, lock: bool = False) -> PaymentRow | None:
        for row in held_of(self.session, PaymentRow):
            if row.quote_id == quote_id and row.status in LIVE:
                return row  # there is never a second one
        if has_none(self.session, PaymentRow, quote_id):
            return None
        query = select(PaymentRow).where(
            PaymentRow.quote_id == quote_id, PaymentRow.status.in_(LIVE)
        )
        return self._maybe(query.with_for_update() if lock else query)

    def lock_unpaid_transfers(self, quote_id: UUID) -> Sequence[PaymentRow]:
        unpaid = PaymentRow.status.in_(("pending", "expired", "mismatch"))
        transfers = PaymentRow.method == "vietqr"
        wanted = select(PaymentRow).where(PaymentRow.quote_id == quote_id, transfers, unpaid)
        return self.session.scalars(wanted.order_by(PaymentRow.id).with_for_update()).all()

    def last_payment_of_quote(self, quote_id: UUID) -> PaymentRow | None:
        """The live payment, else the one made last."""
        return (
            self.live_payment_of_quote(quote_id)
            or self.session.scalars(
                select(PaymentRow)
                .where(PaymentRow.quote_id == quote_id)
                .order_by(PaymentRow.created_at.desc())
                .limit(1)
            ).one_or_none()
        )

    def payments_of_quotes(self, quote_ids: Collection[UUID]) -> Sequence[PaymentRow]:
        """Of each quote the one that counts comes last: the live one, else the one made last."""
        is_live = PaymentRow.status.in_(LIVE)
        return self.session.scalars(
            select(PaymentRow)
            .where(PaymentRow.quote_id.in_(quote_ids))
            .order_by(is_live, PaymentRow.created_at)
        ).all()

    def payment(self, payment_id: UUID, scope: Scope, *, lock: bool = False) -> PaymentRow:
        query = select(PaymentRow).where(PaymentRow.id == payment_id, seen_by(scope, PaymentRow))
        return self._one(query.with_for_update() if lock else query)

    def payments_of_dossier(self, dossier_id: UUID, scope: Scope) -> Sequence[PaymentRow]:
        return self.session.scalars(
            select(PaymentRow)
            .where(PaymentRow.dossier_id == dossier_id, seen_by(scope, PaymentRow))
            .order_by(PaymentRow.created_at)
        ).all()

    def payment_statuses_of(
        self, dossier_ids: Collection[UUID], scope: Scope
    ) -> list[tuple[UUID, str]]:
        query = select(PaymentRow.dossier_id, PaymentRow.status).where(
            PaymentRow.dossier_id.in_(dossier_ids), seen_by(scope, PaymentRow)
        )
        return [(of, status) for of, status in self.session.execute(query.distinct())]

    def lock_payment(self, payment_id: UUID) -> PaymentRow:
        return self.session.get_one(PaymentRow, payment_id, with_for_update=True)

    def lock_payment_by_reference(self, reference: str) -> PaymentRow | None:
        return self._maybe(
            select(PaymentRow).where(PaymentRow.reference == reference).with_for_update()
        )

    def provider_event(self, provider: str, transaction: str) -> ProviderEvent | None:
        return self._maybe(
            select(ProviderEvent).where(
                ProviderEvent.provider == provider,
                ProviderEvent.provider_transaction == transaction,
            )
        )

    def ensure_accounts(self, accounts: Collection[Account]) -> None:
        """Each has its row; made in the order of codes, so that two who make some never cross."""
        codes = [account.code for account in accounts]
        known = set(self.session.connection().scalars(_KNOWN_ACCOUNTS, {"codes": codes}))
        for account in sorted(accounts, key=lambda account: account.code):
            if account.code not in known:
                self.add_unless_twin(
                    AccountRow(
                        code=account.code,
                        kind=account.kind.value,
                        unit_id=account.unit_id,
                        section_id=account.section_id,
                    )
                )

    def entry(self, entry_id: UUID, scope: Scope) -> JournalEntry:
        return self._one(
            select(JournalEntry).where(JournalEntry.id == entry_id, seen_by(scope, JournalEntry))
        )

    def is_reversed(self, entry_id: UUID) -> bool:
        query = select(JournalEntry.id).where(JournalEntry.reverses_id == entry_id)
        return self.session.scalar(query) is not None

    def lines(self, entry_id: UUID) -> Sequence[PostingRow]:
        return self.session.scalars(
            select(PostingRow).where(PostingRow.entry_id == entry_id).order_by(PostingRow.line_no)
        ).all()

    def account(self, code: str) -> AccountRow:
        return self.session.get_one(AccountRow, code)

    def balance_vnd(self, code: str) -> int:
        """Debits less credits of one account, straight from its postings."""
        into = select(func.coalesce(func.sum(PostingRow.amount_vnd), 0)).where(
            PostingRow.debit_account == code
        )
        out = select(func.coalesce(func.sum(PostingRow.amount_vnd), 0)).where(
            PostingRow.credit_account == code
        )
        return int(self.session.scalar(into) or 0) - int(self.session.scalar(out) or 0)

    def postings_touching(self, code: str) -> Sequence[tuple[JournalEntry, PostingRow]]:
        rows = self.session.execute(
            select(JournalEntry, PostingRow)
            .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
            .where((PostingRow.debit_account == code) | (PostingRow.credit_account == code))
            .order_by(JournalEntry.recorded_at, JournalEntry.id, PostingRow.line_no)
        )
        return [(entry, posting) for entry, posting in rows]

    def is_cause(self, cause: str, unit_id: UUID) -> bool:
        """Some entry of the office was made for it."""
        own = JournalEntry.unit_id == unit_id  # indexed, as causes are not
        wanted = select(JournalEntry.id).where(own, JournalEntry.cause == cause).limit(1)
        return self.session.scalar(wanted) is not None

    def lock_account(self, code: str) -> None:
        """Those who would spend the same balance queue here."""
        self.session.scalars(
            select(AccountRow).where(AccountRow.code == code).with_for_update()
        ).one_or_none()

    def _one(self, query: Select[Row]) -> Row:
        return one(self.session, query)

    def _maybe(self, query: Select[Row]) -> Row | None:
        return maybe(self.session, query)


def one(session: Session, query: Select[Row]) -> Row:
    """Raises NotFound."""
    row = maybe(session, query)
    if row is None:
        raise NotFound
    return row


def maybe(session: Session, query: Select[Row]) -> Row | None:
    return session.scalars(query).one_or_none()


def put_entry(session: UnitSession, values: dict[str, Any], postings: Sequence[Posting]) -> None:
    """The entry and its lines; the deferred key lets COMMIT pass only with all of them."""
    count = len(postings)
    session.put(JournalEntry, line_count=count, **values)
    for number, posting in enumerate(postings, start=1):
        session.put(
            PostingRow,
            entry_id=values["id"],
            line_no=number,
            line_count=count,
            prev_line_no=number - 1 or None,
            debit_account=posting.debit.code,
            credit_account=posting.credit.code,
            amount_vnd=posting.amount_vnd,
            about=posting.about,
        )
