"""Personal data of ended dossiers: what holds them, and their end.

Parts, and the use cases of a legal hold. Whether money, deliveries or items still stand in the
way is decided above, in `counter/retention.py`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.custody.whereabouts import item_ids_of_dossiers
from postal_bridge.dossiers import store
from postal_bridge.dossiers.errors import HeldAlready, NotHeld, ReasonMissing
from postal_bridge.dossiers.retention import RetentionRule
from postal_bridge.dossiers.tables import LegalHoldRow
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.kernel.vault import Erased

ERASED = "dossier.erased"
HOLD_PUT, HOLD_LIFTED = "dossier.hold_put", "dossier.hold_lifted"
HOLDS = frozenset({HOLD_PUT, HOLD_LIFTED})
"""They stop the end and do not put it off."""
SHORTEST_REASON, LONGEST_REASON = 5, 1_000


@dataclass(frozen=True, slots=True)
class EndedDossier:
    """`last_fact_at`: when anything of it was last recorded in its streams, but for holds."""

    id: UUID
    number: str
    last_fact_at: datetime


def put_hold(number: str, reason: str, *, actor: Actor, units: Units) -> None:
    """Nothing of the dossier is erased until the hold is lifted.

    Raises
    ------
    NotFound, ReasonMissing, HeldAlready
    Erased
        It was erased before.
    """
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise ReasonMissing(action="hold")
    with units.write() as uow:
        row = store.lock(uow, _id_of(uow, number, actor))
        if row.erased_at is not None:
            raise Erased
        if is_held(uow, row.id):
            raise HeldAlready
        hold_id = new_id()
        sealed = uow.vault.seal(row.id, reason.strip().encode(), place=_place(hold_id))
        uow.session.add(
            LegalHoldRow(
                id=hold_id, dossier_id=row.id, reason=sealed, put_by=actor.ref, put_at=uow.now
            )
        )
        _say(uow, row.id, HOLD_PUT, hold_id, actor)
        uow.commit()


def lift_hold(number: str, *, actor: Actor, units: Units) -> None:
    """The table of lengths decides again. Raises NotFound or NotHeld."""
    with units.write() as uow:
        row = store.lock(uow, _id_of(uow, number, actor))
        hold = store.standing_hold(uow.session, row.id)
        if hold is None:
            raise NotHeld
        hold.lifted_by, hold.lifted_at = actor.ref, uow.now
        _say(uow, row.id, HOLD_LIFTED, hold.id, actor)
        uow.commit()


def held_among(uow: ReadUnit, dossier_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of which nothing may be erased."""
    return frozenset(store.held_ids(uow.session, dossier_ids))


def is_held(uow: ReadUnit, dossier_id: UUID) -> bool:
    return store.standing_hold(uow.session, dossier_id) is not None


def ended_before(uow: ReadUnit, before: datetime, *, at_once: int) -> Iterator[tuple[UUID, ...]]:
    """Dossiers that ended before this moment and are not erased, the earliest first, in pages."""
    after: tuple[datetime, str] | None = None
    while page := store.ended_page(uow.session, before, after, at_once):
        yield tuple(dossier_id for dossier_id, _, _ in page)
        _, closed_at, number = page[-1]
        after = (closed_at or before, number)


def ended_dossiers(uow: ReadUnit, dossier_ids: Collection[UUID]) -> tuple[EndedDossier, ...]:
    """These, in the order given: a few statements however many they are."""
    numbers = store.acceptance_numbers(uow.session, dossier_ids)
    whose: dict[str, UUID] = {}
    for dossier_id in dossier_ids:
        whose[streams.dossier_stream(dossier_id)] = dossier_id
        whose[streams.journal_stream(f"dossier:{dossier_id}")] = dossier_id
    for item_id, dossier_id in item_ids_of_dossiers(uow, dossier_ids):
        whose[streams.item_stream(item_id)] = dossier_id
    last: dict[UUID, datetime] = {}
    for name, at in streams.last_recorded(uow, whose, but_for=HOLDS).items():
        last[whose[name]] = max(at, last.get(whose[name], at))
    return tuple(EndedDossier(one, numbers[one], last[one]) for one in dossier_ids)


def erase(uow: UnitOfWork, dossier_id: UUID, rule: RetentionRule, *, actor: Actor) -> None:
    """The dossier's key is destroyed, and the stream says by which rule.

    The chain, the amounts and the dates stay: they name nobody. Searches and links are the
    people's room to end. Raises Erased when it was done before.
    """
    row = store.lock(uow, dossier_id)
    if row.erased_at is not None:
        raise Erased
    row.erased_at = uow.now
    uow.vault.destroy(dossier_id)
    body = {
        "class": rule.retention_class.value,
        "rule_from": rule.valid_from.isoformat(),
        "months": rule.months,
    }
    streams.append(uow, streams.dossier_stream(dossier_id), ERASED, body, actor=actor)
    uow.session.flush()


def _id_of(uow: ReadUnit, number: str, actor: Actor) -> UUID:
    row = store.by_number(uow.session, number.strip(), actor.scope)
    if row is None:
        raise NotFound
    return row.id


def _say(uow: UnitOfWork, dossier_id: UUID, kind: str, hold_id: UUID, actor: Actor) -> None:
    body = {"hold_id": str(hold_id)}
    streams.append(uow, streams.dossier_stream(dossier_id), kind, body, actor=actor)


def _place(hold_id: UUID) -> str:
    return f"legal_holds.reason:{hold_id}"
