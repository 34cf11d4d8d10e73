"""Queries of what lies in a dossier: papers tallied, signatures, scans, notes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    func,
    select,
)
from sqlalchemy.orm import Session

from postal_bridge.dossiers.tables import (
    DossierPaper,
    NoteRow,
    ScanDay,
    ScanRow,
    SignatureRow,
)
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def papers(uow: ReadUnit, dossier_id: UUID) -> Sequence[DossierPaper]:
    """The lines of the newest round of tallying."""
    return uow.remember(papers_key(dossier_id), lambda: _newest_papers(uow.session, dossier_id))


def add_papers(uow: UnitOfWork, dossier_id: UUID, lines: Sequence[DossierPaper]) -> None:
    """The lines of one more round of a dossier that is held."""
    uow.session.add_all(lines)
    newest = sorted(lines, key=lambda line: (line.paper_no, line.tally))
    uow.drop(papers_key(dossier_id))
    uow.remember(papers_key(dossier_id), lambda: newest)


def last_round(uow: ReadUnit, dossier_id: UUID) -> int:
    """0 before anything was counted."""
    return next((line.round for line in papers(uow, dossier_id)), 0)


def every_paper(session: Session, dossier_id: UUID) -> Sequence[DossierPaper]:
    """The lines of all tallies, not of the newest alone."""
    return session.scalars(select(DossierPaper).where(DossierPaper.dossier_id == dossier_id)).all()


def signatures(session: Session, dossier_id: UUID) -> Sequence[SignatureRow]:
    return session.scalars(
        select(SignatureRow).where(SignatureRow.dossier_id == dossier_id).order_by(SignatureRow.at)
    ).all()


def scans(session: Session, dossier_id: UUID) -> Sequence[ScanRow]:
    return session.scalars(
        select(ScanRow)
        .where(ScanRow.dossier_id == dossier_id)
        .order_by(ScanRow.paper_no, ScanRow.at)
    ).all()


def notes(session: Session, dossier_id: UUID) -> Sequence[NoteRow]:
    return session.scalars(
        select(NoteRow).where(NoteRow.dossier_id == dossier_id).order_by(NoteRow.at)
    ).all()


def scan_day(session: Session, uploaded_by: str, day: date) -> ScanDay:
    """The person's count of the day, locked; a fresh one at the first upload."""
    query = select(ScanDay).where(ScanDay.uploaded_by == uploaded_by, ScanDay.day == day)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is not None:
        return found
    fresh = {"uploaded_by": uploaded_by, "day": day, "scans": 0, "size_bytes": 0}
    insert_unless_there(session, ScanDay, fresh)
    return session.scalars(query.with_for_update()).one()


def papers_key(dossier_id: UUID) -> tuple[str, UUID]:
    """Under what a unit of work remembers the newest round."""
    return ("dossier_papers", dossier_id)


def _newest_papers(session: Session, dossier_id: UUID) -> Sequence[DossierPaper]:
    newest = (
        select(func.max(DossierPaper.round))
        .where(DossierPaper.dossier_id == dossier_id)
        .scalar_subquery()
    )
    return session.scalars(
        select(DossierPaper)
        .where(DossierPaper.dossier_id == dossier_id, DossierPaper.round == newest)
        .order_by(DossierPaper.paper_no, DossierPaper.tally)
    ).all()
