"""An undo is an event too: asked by one, answered by another, shown (design section 4).

Parts. The same steps serve a dossier's own moves and, through `postal_bridge.delivery`, those of
its deliveries. Who is asked may be the one who made the move; who asks never answers.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from postal_bridge.custody.service import items_of_dossier
from postal_bridge.custody.types import ItemKind, ItemStatus
from postal_bridge.dossiers import store, undo_store
from postal_bridge.dossiers.errors import (
    NotUndoable,
    ReasonMissing,
    ResultUnderWay,
    UndoAnswered,
    UndoAsked,
    UndoNeedsAnother,
)
from postal_bridge.dossiers.events import (
    UNDO_ASKED,
    UNDO_DECLINED,
    UNDONE,
    dates_now,
    moves_that_count,
    put_dates,
)
from postal_bridge.dossiers.rules import UNDOS, DossierAction, DossierStatus
from postal_bridge.dossiers.tables import DossierRow, UndoRow
from postal_bridge.dossiers.types import UndoStatus, UndoView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Undone:
    """Under this a reading unit keeps what was undone of a dossier."""

    dossier_id: UUID


SHORTEST_WORDS, LONGEST_WORDS = 5, 1_000
MOST_SHOWN = 200


def ask_undo(uow: UnitOfWork, dossier_id: UUID, words: str, *, actor: Actor) -> UndoView:
    """It is asked that the dossier's last move did not count; nothing has changed.

    Raises
    ------
    NotFound
    NotUndoable
        The table has no row for the last move.
    ResultUnderWay
        The result is packed or gone: it is corrected, or its delivery is.
    """
    row = store.lock(uow, store.dossier(uow.session, dossier_id, actor.scope).id)
    last = _last(uow, row)
    return open_undo(uow, row.id, last, words, actor=actor)


def open_undo(
    uow: UnitOfWork,
    dossier_id: UUID,
    last: Fact,
    words: str,
    *,
    actor: Actor,
    delivery_id: UUID | None = None,
    record_id: UUID | None = None,
) -> UndoView:
    """The question stands in the dossier's stream, its words under the dossier's key.

    Parameters
    ----------
    record_id : the record that counts no more when it is approved

    Raises
    ------
    ReasonMissing, UndoAsked
    """
    if not SHORTEST_WORDS <= len(words.strip()) <= LONGEST_WORDS:
        raise ReasonMissing(action="undo")
    if is_undo_asked(uow, dossier_id, delivery_id):
        raise UndoAsked
    undo_id = new_id()
    action = str(last.body["action"])
    row = UndoRow(
        id=undo_id,
        dossier_id=dossier_id,
        delivery_id=delivery_id,
        record_id=record_id,
        action=action,
        seq=last.seq,
        status=UndoStatus.ASKED,
        words=uow.vault.seal_text(dossier_id, words.strip(), place=_place(undo_id)),
        asked_by=actor.ref,
        asked_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _say(uow, row, UNDO_ASKED, {}, actor)
    return undo_view(uow, row)


def approve_undo(uow: UnitOfWork, undo_id: UUID, *, actor: Actor) -> UndoView:
    """The dossier stands where it stood, and its dates with it.

    Raises
    ------
    NotFound, UndoAnswered
    UndoNeedsAnother
        Whoever asked does not answer.
    NotUndoable
        Something came after the move meanwhile.
    """
    asked = find_undo(uow, undo_id, actor.scope, lock=True)
    row = store.lock(uow, asked.dossier_id)

    def undone() -> dict[str, str]:
        last = _last(uow, row)
        if last.seq != asked.seq:
            raise NotUndoable(action=asked.action)
        to = UNDOS[DossierStatus(last.body["from"]), DossierAction(last.body["action"])]
        came_from, row.status = row.status, to
        if asked.action == DossierAction.FINISH:
            row.result_number = None
        return {"from": came_from, "to": to.value}

    seen = settle_undo(uow, asked, UNDONE, undone, actor=actor)
    put_dates(row, dates_now(uow, row, streams.read(uow, streams.dossier_stream(row.id))))
    uow.session.flush()
    return seen


def settle_undo(
    uow: UnitOfWork,
    row: UndoRow,
    kind: str,
    undone: Callable[[], dict[str, str]],
    *,
    actor: Actor,
) -> UndoView:
    """`undone` puts things back and says from where to where; the event says so."""
    _check_answerable(row, actor)
    body = undone()
    row.status, row.answered_by, row.answered_at = UndoStatus.APPROVED, actor.ref, uow.now
    _say(uow, row, kind, body, actor)
    uow.session.flush()
    return undo_view(uow, row)


def decline_undo(uow: UnitOfWork, undo_id: UUID, *, actor: Actor) -> UndoView:
    """The move stands. Raises NotFound, UndoAnswered, UndoNeedsAnother."""
    row = find_undo(uow, undo_id, actor.scope, lock=True)
    _check_answerable(row, actor)
    row.status, row.answered_by, row.answered_at = UndoStatus.DECLINED, actor.ref, uow.now
    _say(uow, row, UNDO_DECLINED, {}, actor)
    uow.session.flush()
    return undo_view(uow, row)


def find_undo(uow: ReadUnit, undo_id: UUID, scope: Scope, *, lock: bool = False) -> UndoRow:
    """Raises NotFound outside the scope."""
    return undo_store.undo(uow.session, undo_id, scope, lock=lock)


def undos_for(uow: ReadUnit, scope: Scope) -> tuple[UndoView, ...]:
    """What waits for an answer within the scope, the oldest first."""
    rows = undo_store.open_undos(uow.session, scope, limit=MOST_SHOWN)
    return tuple(undo_view(uow, row) for row in rows)


def is_undo_asked(uow: ReadUnit, dossier_id: UUID, delivery_id: UUID | None) -> bool:
    """Whether an undo of the dossier itself (None) or of this delivery waits for an answer."""
    return any(
        row.status == UndoStatus.ASKED and row.delivery_id == delivery_id
        for row in undo_store.undos_of(uow.session, dossier_id)
    )


def undone_records(uow: ReadUnit, dossier_id: UUID) -> frozenset[UUID]:
    """Records of the dossier that count no more."""
    return uow.asked_once(
        _Undone(dossier_id), lambda: undo_store.undone(uow.session, [dossier_id])[dossier_id]
    )


def read_undone_ahead(uow: ReadUnit, dossier_ids: Collection[UUID]) -> None:
    """Whoever asks for these in this reading unit is answered without asking the database."""
    if isinstance(uow, UnitOfWork) or not dossier_ids:
        return
    for dossier_id, records in undo_store.undone(uow.session, dossier_ids).items():
        uow.asked_once(_Undone(dossier_id), partial(frozenset[UUID], records))


def undoable(uow: ReadUnit, dossier_id: UUID, scope: Scope) -> str | None:
    """The dossier's last move by its action, if somebody may ask to undo it now."""
    try:
        return str(_last(uow, store.dossier(uow.session, dossier_id, scope)).body["action"])
    except (NotUndoable, ResultUnderWay):
        return None


def undo_view(uow: ReadUnit, row: UndoRow) -> UndoView:
    return UndoView(
        id=row.id,
        dossier_id=row.dossier_id,
        delivery_id=row.delivery_id,
        action=row.action,
        status=UndoStatus(row.status),
        words=uow.vault.open_text(row.dossier_id, row.words, place=_place(row.id)) or "",
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )


def _last(uow: ReadUnit, row: DossierRow) -> Fact:
    """The move that counts last, if the table lets it be undone."""
    moves = moves_that_count(streams.read(uow, streams.dossier_stream(row.id)))
    last = moves[-1] if moves else None
    if last is None or not _is_row(last):
        raise NotUndoable(action=str(last.body["action"]) if last else "")
    if last.body["action"] == DossierAction.FINISH and _has_left(uow, row.id):
        raise ResultUnderWay(number=row.acceptance_number)
    return last


def _is_row(fact: Fact) -> bool:
    return (DossierStatus(fact.body["from"]), DossierAction(fact.body["action"])) in UNDOS


def _has_left(uow: ReadUnit, dossier_id: UUID) -> bool:
    """Whether a result is sealed in its envelope; one that came home is opened first."""
    return any(
        item.kind == ItemKind.RESULT_ENVELOPE and item.status == ItemStatus.SEALED
        for item in items_of_dossier(uow, dossier_id)
    )


def _check_answerable(row: UndoRow, actor: Actor) -> None:
    if row.status != UndoStatus.ASKED:
        raise UndoAnswered
    if row.asked_by == actor.ref:
        raise UndoNeedsAnother


def _say(uow: UnitOfWork, row: UndoRow, kind: str, body: dict[str, str], actor: Actor) -> None:
    said = {"undo_id": str(row.id), "undoes": row.action, "seq": row.seq, **body}
    if row.delivery_id is not None:
        said["delivery_id"] = str(row.delivery_id)
    if row.record_id is not None:
        said["record_id"] = str(row.record_id)
    streams.append(uow, streams.dossier_stream(row.dossier_id), kind, said, actor=actor)


def _place(undo_id: UUID) -> str:
    return f"undos.words:{undo_id}"
