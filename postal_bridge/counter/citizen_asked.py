"""What the agency said when it asked for more, refused or stopped, as the citizen reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from postal_bridge.directory.service import procedure_view
from postal_bridge.directory.views import PaperSpec
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import notes_of
from postal_bridge.dossiers.types import DossierView, NoteView
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit

SAID_AT: Mapping[DossierStatus, str] = MappingProxyType(
    {
        DossierStatus.SUPPLEMENT_REQUESTED: "supplement_requested",
        DossierStatus.REFUSED: "refused",
        DossierStatus.STOPPED: "stopped",
    }
)


@dataclass(frozen=True, slots=True)
class AgencySaid:
    """The agency's last word about a dossier that waits or ended. `papers`: those it named."""

    note: NoteView
    papers: tuple[PaperSpec, ...]


def said_by_agency(uow: ReadUnit, dossier: DossierView) -> AgencySaid | None:
    """None where nothing of the kind holds now."""
    kind = SAID_AT.get(dossier.status)
    if kind is None:
        return None
    said = [note for note in notes_of(uow, dossier.id) if note.kind == kind]
    if not said:
        return None
    listed = procedure_view(uow, dossier.procedure_id, local(dossier.opened_at).date()).papers
    return AgencySaid(said[-1], tuple(one for one in listed if one.no in said[-1].paper_nos))
