"""Queries and locks of dossiers. Rows or NotFound; never commits."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from postal_bridge.dossiers.papers_store import papers_key
from postal_bridge.dossiers.rules import TERMINAL, DossierStatus
from postal_bridge.dossiers.tables import (
    DossierRow,
    LegalHoldRow,
    NoteRow,
)
from postal_bridge.dossiers.types import DossierFilter, ListOrder
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import held, hold, hold_new
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

CLOSED = (*TERMINAL, DossierStatus.RETURNED)
MARK = sum_of(DossierRow.version, where=DossierRow.id == DOSSIER_ID)


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition that keeps a query inside the scope.

    The post's units see their dossiers; a section sees those it took in, decides or returns.
    """
    if scope.everything:
        return true()
    inside: list[ColumnElement[bool]] = [
        DossierRow.unit_id.in_(scope.units),
        DossierRow.section_id.in_(scope.sections),
        DossierRow.competent_section_id.in_(scope.sections),
        DossierRow.returning_section_id.in_(scope.sections),
    ]
    if scope.dossier_id is not None:
        inside.append(DossierRow.id == scope.dossier_id)
    return or_(*inside)


def add(uow: UnitOfWork, row: DossierRow) -> None:
    """A dossier is there, with no papers counted, and is ours until the unit of work ends."""
    uow.session.add(row)
    hold_new(uow.session, row)
    uow.remember(papers_key(row.id), tuple)


def dossier(session: Session, dossier_id: UUID, scope: Scope | None = None) -> DossierRow:
    row = held(session, DossierRow, dossier_id)
    if row is not None and (scope is None or _covers(scope, row)):
        return row
    return _one(session, select(DossierRow).where(DossierRow.id == dossier_id), scope)


def seen(uow: ReadUnit, dossier_id: UUID, scope: Scope | None = None) -> DossierRow:
    """The row; a reading unit asks for it once. Raises NotFound outside the scope."""
    row = uow.asked_once(("dossier", dossier_id), lambda: dossier(uow.session, dossier_id))
    if scope is not None and not _covers(scope, row):
        raise NotFound
    return row


def lock(uow: UnitOfWork, dossier_id: UUID) -> DossierRow:
    """The row, ours until the unit of work ends."""
    row = held(uow.session, DossierRow, dossier_id)
    if row is None:
        query = select(DossierRow).where(DossierRow.id == dossier_id).with_for_update()
        row = _one(uow.session, query.execution_options(populate_existing=True), None)
        hold(uow.session, row)
        uow.drop(papers_key(dossier_id))
    return row


def by_number(session: Session, text: str, scope: Scope) -> DossierRow | None:
    """The dossier of an agency's code or of our acceptance number."""
    return session.scalars(
        select(DossierRow).where(
            or_(DossierRow.dossier_code == text, DossierRow.acceptance_number == text),
            within(scope),
        )
    ).one_or_none()


def has_code(session: Session, code: str) -> bool:
    return session.scalar(select(DossierRow.id).where(DossierRow.dossier_code == code)) is not None


def by_ids(session: Session, ids: Iterable[UUID], scope: Scope) -> Sequence[DossierRow]:
    return session.scalars(
        select(DossierRow)
        .where(DossierRow.id.in_(list(ids)), within(scope))
        .order_by(DossierRow.opened_at.desc(), DossierRow.acceptance_number)
    ).all()


def open_ids(session: Session, scope: Scope, limit: int) -> Sequence[UUID]:
    """The office's open work, newest first."""
    return session.scalars(
        select(DossierRow.id)
        .where(within(scope), DossierRow.status.not_in(CLOSED))
        .order_by(DossierRow.opened_at.desc(), DossierRow.acceptance_number)
        .limit(limit)
    ).all()


def ending(session: Session, ids: Sequence[UUID], digits: str) -> set[UUID]:
    """Those of the dossiers whose code or acceptance number ends in these digits."""
    ends = or_(
        DossierRow.dossier_code.endswith(digits), DossierRow.acceptance_number.endswith(digits)
    )
    return set(session.scalars(select(DossierRow.id).where(DossierRow.id.in_(ids), ends)))


def listed(
    session: Session,
    scope: Scope,
    wanted: DossierFilter,
    *,
    order: ListOrder,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[DossierRow]:
    """A page of rows after a key. In order of due date those without one come not at all."""
    query = select(DossierRow).where(within(scope), *_narrowed(wanted))
    number = DossierRow.acceptance_number
    if order == ListOrder.DUE:
        moment = DossierRow.due_at
        query = query.where(moment.is_not(None)).order_by(moment, number)
        if after:
            query = query.where(or_(moment > after[0], and_(moment == after[0], number > after[1])))
    else:
        opened = DossierRow.opened_at
        query = query.order_by(opened.desc(), number.desc())
        if after:
            query = query.where(or_(opened < after[0], and_(opened == after[0], number < after[1])))
    return session.scalars(query.limit(limit)).all()


def received(
    session: Session, scope: Scope, wanted: DossierFilter, *, limit: int
) -> Sequence[DossierRow]:
    """What agencies received, in order of receiving."""
    return session.scalars(
        select(DossierRow)
        .where(within(scope), DossierRow.received_at.is_not(None), *_narrowed(wanted))
        .order_by(DossierRow.received_at, DossierRow.acceptance_number)
        .limit(limit)
    ).all()


def promised(session: Session, since: datetime) -> Sequence[DossierRow]:
    """Unfinished dossiers with a date at this moment or later, the earliest first."""
    return session.scalars(
        select(DossierRow)
        .where(
            DossierRow.due_at >= since,
            DossierRow.finished_at.is_(None),
            DossierRow.status.not_in(CLOSED),
        )
        .order_by(DossierRow.due_at, DossierRow.acceptance_number)
    ).all()


def mistakes_told(
    session: Session, scope: Scope, told: str, about: Collection[str]
) -> Sequence[DossierRow]:
    """Whose last note about a mistake is of the kind `told`, the oldest such note first."""
    later = aliased(NoteRow)
    answered = exists().where(
        later.dossier_id == NoteRow.dossier_id,
        later.kind.in_(about),
        or_(later.at > NoteRow.at, and_(later.at == NoteRow.at, later.kind != told)),
    )
    return session.scalars(
        select(DossierRow)
        .join(NoteRow, NoteRow.dossier_id == DossierRow.id)
        .where(NoteRow.kind == told, within(scope), ~answered)
        .order_by(NoteRow.at, DossierRow.acceptance_number)
    ).all()


def all_dossiers(session: Session) -> Iterable[DossierRow]:
    return session.scalars(select(DossierRow).order_by(DossierRow.acceptance_number)).yield_per(500)


def ended_page(
    session: Session, before: datetime, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Row[UUID, datetime | None, str]]:
    """Id, end and number of those not erased yet, the earliest first, after a key."""
    closed, number = DossierRow.closed_at, DossierRow.acceptance_number
    query = select(DossierRow.id, closed, number).where(
        DossierRow.status.in_(CLOSED), closed < before, DossierRow.erased_at.is_(None)
    )
    if after:
        query = query.where(or_(closed > after[0], and_(closed == after[0], number > after[1])))
    return session.execute(query.order_by(closed, number).limit(limit)).all()


def acceptance_numbers(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(DossierRow.id, DossierRow.acceptance_number).where(DossierRow.id.in_(ids))
    return {row.id: row.acceptance_number for row in session.execute(query)}


def held_ids(session: Session, ids: Collection[UUID]) -> Sequence[UUID]:
    return session.scalars(
        select(LegalHoldRow.dossier_id).where(
            LegalHoldRow.dossier_id.in_(ids), LegalHoldRow.lifted_at.is_(None)
        )
    ).all()


def standing_hold(session: Session, dossier_id: UUID) -> LegalHoldRow | None:
    return session.scalars(
        select(LegalHoldRow).where(
            LegalHoldRow.dossier_id == dossier_id, LegalHoldRow.lifted_at.is_(None)
        )
    ).one_or_none()


def _covers(scope: Scope, row: DossierRow) -> bool:
    """What `within` asks of the database."""
    return scope.covers(
        row.unit_id,
        row.section_id,
        row.competent_section_id,
        row.returning_section_id,
        dossier_id=row.id,
    )


def _narrowed(wanted: DossierFilter) -> list[ColumnElement[bool]]:
    """One condition for each field that is given."""
    row = DossierRow
    asked: list[tuple[object, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.statuses, lambda them: row.status.in_([one.value for one in them])),
        (wanted.open_only, lambda _: row.status.not_in(CLOSED)),
        (wanted.point_id, lambda one: row.point_id == one),
        (wanted.section_id, lambda one: row.section_id == one),
        (wanted.procedure_id, lambda one: row.procedure_id == one),
        (wanted.due_before, lambda at: row.due_at < at),
        (wanted.accepted_from, lambda at: row.accepted_at >= at),
        (wanted.accepted_before, lambda at: row.accepted_at < at),
        (wanted.received_from, lambda at: row.received_at >= at),
        (wanted.received_before, lambda at: row.received_at < at),
    ]
    return [condition(value) for value, condition in asked if value]


def _one(session: Session, query: Select[DossierRow], scope: Scope | None) -> DossierRow:
    if scope is not None:
        query = query.where(within(scope))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    return row
