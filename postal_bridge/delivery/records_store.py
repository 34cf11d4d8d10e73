"""What was recorded of deliveries, for one or for many at once: visits, calls, proofs, disputes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from postal_bridge.delivery.tables import AttemptRow, DisputeRow, InvitationRow, ProofRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

R = TypeVar("R", AttemptRow, DisputeRow, InvitationRow, ProofRow)


@dataclass(frozen=True, slots=True)
class Records:
    """Of one delivery, each kind in order of time; visits with those that were undone."""

    attempts: list[AttemptRow] = field(default_factory=list)
    disputes: list[DisputeRow] = field(default_factory=list)
    invitations: list[InvitationRow] = field(default_factory=list)
    proofs: list[ProofRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Under this a reading unit keeps the records of a delivery."""

    delivery_id: UUID


def records(uow: ReadUnit, delivery_id: UUID) -> Records:
    return uow.asked_once(
        _Asked(delivery_id), lambda: _read(uow.session, [delivery_id])[delivery_id]
    )


def read_ahead(uow: ReadUnit, delivery_ids: Iterable[UUID]) -> None:
    """Whoever reads the records of these in this reading unit finds them without asking again."""
    ids = set(delivery_ids)
    if isinstance(uow, UnitOfWork) or not ids:
        return
    for delivery_id, found in _read(uow.session, ids).items():
        uow.asked_once(_Asked(delivery_id), partial(lambda one: one, found))


def _read(session: Session, ids: Collection[UUID]) -> Mapping[UUID, Records]:
    found = {delivery_id: Records() for delivery_id in ids}
    for visit in _of(session, AttemptRow, ids, AttemptRow.at):
        found[visit.delivery_id].attempts.append(visit)
    for dispute in _of(session, DisputeRow, ids, DisputeRow.opened_at):
        found[dispute.delivery_id].disputes.append(dispute)
    for call in _of(session, InvitationRow, ids, InvitationRow.no):
        found[call.delivery_id].invitations.append(call)
    for proof in _of(session, ProofRow, ids, ProofRow.at):
        found[proof.delivery_id].proofs.append(proof)
    return found


def _of(
    session: Session, table: type[R], ids: Collection[UUID], order: InstrumentedAttribute[object]
) -> Iterable[R]:
    return session.scalars(select(table).where(table.delivery_id.in_(ids)).order_by(order))
