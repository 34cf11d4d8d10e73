"""A citizen says that the result he was given has a mistake; the agency answers.

What he says moves nothing: the officer opens the correction (`moving.correct_result`) or says
why there is none. Parts.
"""

from collections.abc import Iterable
from uuid import UUID

from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers import store
from postal_bridge.dossiers.errors import MistakeNotTold, MistakeTold, ReasonMissing
from postal_bridge.dossiers.events import KIND_OF
from postal_bridge.dossiers.looking import view, views
from postal_bridge.dossiers.notes import put_note
from postal_bridge.dossiers.rules import DossierAction, DossierStatus, next_move
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

TOLD, DECLINED = "dossier.mistake_told", "dossier.mistake_declined"
CORRECTED = KIND_OF[DossierAction.REPORT_MISTAKE]
ABOUT_MISTAKES = (TOLD, DECLINED, CORRECTED)


def is_mistake_told(kinds: Iterable[str]) -> bool:
    """Whether the last word about a mistake is the citizen's. `kinds` in order of recording."""
    return next((kind for kind in reversed([*kinds]) if kind in ABOUT_MISTAKES), None) == TOLD


def tell_mistake(
    uow: UnitOfWork, dossier_id: UUID, reason: str, text: str, *, actor: Actor
) -> DossierView:
    """The agency is asked to look at the result again.

    Raises
    ------
    MoveNotOpen
        No result was given out.
    MistakeTold
        The agency has not answered the last time yet.
    """
    row = store.lock(uow, dossier_id)
    next_move(DossierStatus(row.status), DossierAction.REPORT_MISTAKE, AcceptanceMode(row.mode))
    if _is_told(uow, row):
        raise MistakeTold(number=row.acceptance_number)
    return _said(uow, row, TOLD, reason, text, actor)


def decline_mistake(
    uow: UnitOfWork, dossier_id: UUID, reason: str, text: str, *, actor: Actor
) -> DossierView:
    """The agency has looked and the result stands; the citizen reads why. Raises
    MistakeNotTold."""
    row = store.lock(uow, dossier_id)
    if not _is_told(uow, row):
        raise MistakeNotTold(number=row.acceptance_number)
    return _said(uow, row, DECLINED, reason, text, actor)


def mistakes_told(uow: ReadUnit, scope: Scope) -> tuple[DossierView, ...]:
    """Dossiers of the scope whose citizens wait for an answer, the longest wait first."""
    return views(uow, store.mistakes_told(uow.session, scope, TOLD, ABOUT_MISTAKES))


def _is_told(uow: ReadUnit, row: DossierRow) -> bool:
    facts = streams.read(uow, streams.dossier_stream(row.id))
    return is_mistake_told(fact.kind for fact in facts)


def _said(
    uow: UnitOfWork, row: DossierRow, kind: str, reason: str, text: str, actor: Actor
) -> DossierView:
    if not reason.strip():
        raise ReasonMissing(action=kind)
    body = put_note(uow, row.id, kind, reason, text)
    streams.append(uow, streams.dossier_stream(row.id), kind, body, actor=actor)
    uow.session.flush()
    return view(uow, row)
