"""Words about a dossier: the code of a reason in its stream, the words under the dossier's key."""

import re
from uuid import UUID

from postal_bridge.dossiers.tables import NoteRow
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork

LONGEST_NOTE = 2_000
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def has_words(reason: str, text: str) -> bool:
    """Whether more is said than a reason's code."""
    return bool(text.strip()) or _CODE.fullmatch(reason.strip()) is None


def put_note(
    uow: UnitOfWork,
    dossier_id: UUID,
    kind: str,
    reason: str,
    text: str,
    papers: tuple[int, ...] = (),
) -> dict[str, object]:
    """The note stands; returns what the event that names it says."""
    if _CODE.fullmatch(reason) is None:  # words may name people: they are never in an event
        reason, text = "other", "\n".join(part for part in (reason, text) if part)
    note_id = new_id()
    place = f"dossier_notes.text:{note_id}"
    uow.session.add(
        NoteRow(
            id=note_id,
            dossier_id=dossier_id,
            kind=kind,
            reason=reason,
            papers=list(papers),
            text=uow.vault.seal_text(dossier_id, text[:LONGEST_NOTE] or None, place=place),
            at=uow.now,
        )
    )
    return {"reason": reason, "papers": list(papers), "note_id": str(note_id)}
