"""Queries, locks and the one place where a delivery changes its state. Never commits."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, Move, next_move
from postal_bridge.delivery.tables import (
    AttemptRow,
    DeliveryRow,
    DisputeRow,
    InvitationRow,
    ProofRow,
)
from postal_bridge.delivery.types import Fix, Position
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import held, hold
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

_A = DeliveryAction

EVENT = {
    _A.QUOTE: "delivery.quoted",
    _A.CLEAR: "delivery.cleared",
    _A.PACK: "delivery.packed",
    _A.GIVE_TO_COURIER: "delivery.given_to_courier",
    _A.BRING_BACK: "delivery.brought_back",
    _A.SET_OUT: "delivery.set_out",
    _A.NOT_REACHED: "delivery.not_reached",
    _A.HAND_OVER: "delivery.handed_over",
    _A.REPORT_DELIVERED: "delivery.reported_delivered",
    _A.FAIL: "delivery.attempt_failed",
    _A.HOLD: "delivery.held",
    _A.GIVE_UP: "delivery.given_up",
    _A.SEND_BACK: "delivery.sent_back",
    _A.RETURN: "delivery.returned",
    _A.LOSE: "delivery.lost",
    _A.RECOVER: "delivery.recovered",
    _A.DISPUTE: "delivery.disputed",
    _A.CONFIRM: "delivery.confirmed",
    _A.CANCEL: "delivery.cancelled",
    _A.REDIRECT: "delivery.redirected",
    _A.PARK: "delivery.parked",
    _A.UNPARK: "delivery.unparked",
}
"""The kind of event each move leaves in its dossier's stream."""

REGISTERED = "delivery.registered"
MARK = sum_of(DeliveryRow.version, where=DeliveryRow.dossier_id == DOSSIER_ID)
UNDONE = "delivery.undone"


def is_of(fact: Fact, delivery_id: UUID) -> bool:
    """Whether a fact of the dossier's stream is about this delivery."""
    return bool(fact.body.get("delivery_id") == str(delivery_id))


def moves_that_count(facts: Iterable[Fact]) -> list[Fact]:
    """The moves of one delivery in order of recording, without those undone since."""
    standing: list[Fact] = []
    for fact in facts:
        if fact.kind == UNDONE:
            standing = [one for one in standing if one.seq != fact.body["seq"]]
        elif "action" in fact.body:
            standing.append(fact)
    return standing


def inside(scope: Scope) -> ColumnElement[bool]:
    """What of the deliveries this scope sees."""
    if scope.everything:
        return true()
    return or_(
        DeliveryRow.unit_id.in_(scope.units),
        DeliveryRow.section_id.in_(scope.sections),
        DeliveryRow.dossier_id == scope.dossier_id,
    )


def find(uow: ReadUnit, delivery_id: UUID, scope: Scope, *, lock: bool = False) -> DeliveryRow:
    """Raises NotFound outside the scope. With `lock` it is ours until the unit of work ends."""
    row = held(uow.session, DeliveryRow, delivery_id)
    if row is not None and scope.covers(row.unit_id, row.section_id, dossier_id=row.dossier_id):
        return row
    query = select(DeliveryRow).where(DeliveryRow.id == delivery_id, inside(scope))
    row = uow.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    if lock:
        hold(uow.session, row)
    return row


def by_ids(uow: ReadUnit, ids: Collection[UUID]) -> Sequence[DeliveryRow]:
    return uow.session.scalars(select(DeliveryRow).where(DeliveryRow.id.in_(ids))).all()


def every(uow: ReadUnit) -> Iterator[DeliveryRow]:
    """All of them, for verification."""
    yield from uow.session.scalars(select(DeliveryRow).order_by(DeliveryRow.label))


def by_label(uow: ReadUnit, label: str, scope: Scope) -> DeliveryRow | None:
    query = select(DeliveryRow).where(DeliveryRow.label == label, inside(scope))
    return uow.session.scalars(query).one_or_none()


def by_item(uow: ReadUnit, item_id: UUID, scope: Scope) -> DeliveryRow | None:
    """The newest delivery of an envelope: one that was recovered has only one."""
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.item_id == item_id, inside(scope))
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.label)
        .limit(1)
    )
    return uow.session.scalars(query).one_or_none()


def of_dossier(uow: ReadUnit, dossier_id: UUID) -> Sequence[DeliveryRow]:
    """The dossier's deliveries, newest first (a corrected result has a second one)."""
    return uow.session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.dossier_id == dossier_id)
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.label)
    ).all()


def of_dossiers(uow: ReadUnit, dossier_ids: Collection[UUID]) -> Sequence[DeliveryRow]:
    """The deliveries of all these dossiers, newest first."""
    return uow.session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.dossier_id.in_(dossier_ids))
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.label)
    ).all()


def listed(
    uow: ReadUnit,
    scope: Scope,
    statuses: frozenset[DeliveryStatus],
    *,
    point_id: UUID | None,
    courier_id: UUID | None,
    limit: int,
) -> Sequence[DeliveryRow]:
    """Deliveries in these states, those that wait longest first."""
    query = select(DeliveryRow).where(inside(scope))
    if statuses:
        query = query.where(DeliveryRow.status.in_(statuses))
    if point_id is not None:
        query = query.where(DeliveryRow.point_id == point_id)
    if courier_id is not None:
        query = query.where(DeliveryRow.courier_id == courier_id)
    return uow.session.scalars(
        query.order_by(DeliveryRow.status_at, DeliveryRow.label).limit(limit)
    ).all()


def move(
    uow: UnitOfWork,
    row: DeliveryRow,
    action: DeliveryAction,
    *,
    actor: Actor,
    body: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Move:
    """The delivery stands where the table says, and its dossier's stream has the event.

    Raises MoveNotOpen.
    """
    found = next_move(DeliveryStatus(row.status), action, is_parked=row.parked_reason is not None)
    came_from, row.status, row.status_at = row.status, found.to, uow.now
    streams.append(
        uow,
        streams.dossier_stream(row.dossier_id),
        EVENT[action],
        {
            "delivery_id": str(row.id),
            "action": action.value,
            "from": str(came_from),
            "to": found.to.value,
            "payer": found.payer.value,
            **(body or {}),
        },
        actor=actor,
        occurred_at=occurred_at,
    )
    return found


def attempts(
    session: Session, delivery_id: UUID, without: Collection[UUID] = ()
) -> Sequence[AttemptRow]:
    """The visits in order of time, but for those that were undone."""
    query = select(AttemptRow).where(AttemptRow.delivery_id == delivery_id)
    if without:
        query = query.where(AttemptRow.id.not_in(without))
    return session.scalars(query.order_by(AttemptRow.at)).all()


def unverified_attempts(uow: ReadUnit, scope: Scope, *, limit: int) -> Sequence[AttemptRow]:
    """Visits that do not count, newest first: a supervisor looks at them."""
    return uow.session.scalars(
        select(AttemptRow)
        .join(DeliveryRow, DeliveryRow.id == AttemptRow.delivery_id)
        .where(AttemptRow.is_verified.is_(False), inside(scope))
        .order_by(AttemptRow.at.desc())
        .limit(limit)
    ).all()


def invitations(session: Session, delivery_id: UUID) -> Sequence[InvitationRow]:
    return session.scalars(
        select(InvitationRow)
        .where(InvitationRow.delivery_id == delivery_id)
        .order_by(InvitationRow.no)
    ).all()


def proofs(session: Session, delivery_id: UUID) -> Sequence[ProofRow]:
    return session.scalars(
        select(ProofRow).where(ProofRow.delivery_id == delivery_id).order_by(ProofRow.at)
    ).all()


def labels_near(uow: ReadUnit, proof: ProofRow, within: timedelta, scope: Scope) -> list[str]:
    """Other deliveries that the same person handed over about then, nearest in time first."""
    rows = uow.session.execute(
        select(DeliveryRow.label, ProofRow.at)
        .join(DeliveryRow, DeliveryRow.id == ProofRow.delivery_id)
        .where(
            ProofRow.actor == proof.actor,
            ProofRow.delivery_id != proof.delivery_id,
            ProofRow.at.between(proof.at - within, proof.at + within),
            inside(scope),
        )
    ).all()
    return [label for label, at in sorted(rows, key=lambda found: abs(found[1] - proof.at))]


def disputes(session: Session, delivery_id: UUID) -> Sequence[DisputeRow]:
    return session.scalars(
        select(DisputeRow)
        .where(DisputeRow.delivery_id == delivery_id)
        .order_by(DisputeRow.opened_at)
    ).all()


def close_disputes(uow: UnitOfWork, row: DeliveryRow, outcome: str, actor: Actor) -> None:
    """Open disputes of the delivery have this outcome."""
    for contested in disputes(uow.session, row.id):
        if contested.outcome is None:
            contested.outcome = outcome
            contested.closed_at, contested.closed_by = uow.now, actor.ref
    uow.session.flush()


def open_disputes(
    uow: ReadUnit, scope: Scope, *, limit: int
) -> Sequence[tuple[DisputeRow, DeliveryRow]]:
    """Disputes without an outcome, the one due first before the others."""
    rows = uow.session.execute(
        select(DisputeRow, DeliveryRow)
        .join(DeliveryRow, DeliveryRow.id == DisputeRow.delivery_id)
        .where(DisputeRow.outcome.is_(None), inside(scope))
        .order_by(DisputeRow.answer_due_at)
        .limit(limit)
    ).all()
    return [(dispute, delivery) for dispute, delivery in rows]


def seal_json(
    uow: UnitOfWork, row: DeliveryRow, place: str, value: Mapping[str, Any] | None
) -> bytes | None:
    """`value` under the dossier's key; `place` is "table.column:row"."""
    if value is None:
        return None
    return uow.vault.seal(row.dossier_id, json.dumps(value).encode(), place=place)


def open_json(
    uow: ReadUnit, row: DeliveryRow, place: str, sealed: bytes | None
) -> dict[str, Any] | None:
    if sealed is None:
        return None
    opened: dict[str, Any] = json.loads(uow.vault.open(row.dossier_id, sealed, place=place))
    return opened


def position_of(uow: ReadUnit, row: DeliveryRow) -> Position | None:
    """Where the address was resolved to."""
    found = open_json(uow, row, f"deliveries.position_sealed:{row.id}", row.position_sealed)
    return None if found is None else Position(**found)


def set_position(uow: UnitOfWork, row: DeliveryRow, position: Position | None) -> None:
    plain = None
    if position is not None:
        plain = {"lat": position.lat, "lon": position.lon, "radius_m": position.radius_m}
    row.position_sealed = seal_json(uow, row, f"deliveries.position_sealed:{row.id}", plain)


def fix_as_json(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {"lat": fix.lat, "lon": fix.lon, "accuracy_m": fix.accuracy_m, "mock": fix.is_mock}
