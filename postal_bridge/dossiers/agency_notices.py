"""Forms 02 to 05, filled in: what the agency tells the citizen on paper.

Source: Circular 03/2025/TT-VPCP, Annex I, for the set since 15 September 2025; before it Circular
01/2018/TT-VPCP, which has no notice of stopping. Fields: facts of law and forms, section 5.2.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from postal_bridge.custody.types import TallyKind
from postal_bridge.directory.service import procedure_view, section_view
from postal_bridge.dossiers.extending import extension_of
from postal_bridge.dossiers.form_views import AgencyNoticeView, Office, PaperLine
from postal_bridge.dossiers.looking import dossier_view, notes_of
from postal_bridge.dossiers.printing import address_on, paper_lines
from postal_bridge.dossiers.types import DossierView, NoteView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of, staff_name

APOLOGY = "extension_asked"
NEW_SET_FROM = date(2025, 9, 15)
NEW_SET: Mapping[str, str] = MappingProxyType(
    {"supplement_requested": "02", "refused": "03", "extension_asked": "04", "stopped": "05"}
)
OLD_SET: Mapping[str, str] = MappingProxyType(
    {"supplement_requested": "02", "refused": "03", "extension_asked": "04"}
)


def agency_notice_of(
    uow: ReadUnit, dossier_id: UUID, note_id: UUID, scope: Scope
) -> AgencyNoticeView:
    """What the agency said then, with today's tally. Raises NotFound, also for other notes.

    Whoever shows it to staff records a look first.
    """
    seen = dossier_view(uow, dossier_id, scope)
    note = next((one for one in notes_of(uow, dossier_id) if one.id == note_id), None)
    if note is None or note.kind not in NEW_SET:
        raise NotFound
    said_on = local(note.at).date()
    section = section_view(uow, seen.competent_section_id)
    people = {party.role: party for party in reversed(parties_of(uow, dossier_id))}
    owner = people.get(PartyRole.OWNER)
    submitter = people.get(PartyRole.SUBMITTER) or owner
    is_new_set = said_on >= NEW_SET_FROM or note.kind != APOLOGY
    form_set = NEW_SET if said_on >= NEW_SET_FROM else OLD_SET
    return AgencyNoticeView(
        kind=note.kind,
        form_number=form_set.get(note.kind),
        is_new_set=is_new_set,
        header=section.agency_header,
        section=Office(section.name, section.agency_name, section.address, section.hotline),
        dossier_code=seen.dossier_code or seen.acceptance_number,
        procedure_name=seen.procedure_name_vi,
        said_at=note.at,
        reason=note.reason,
        papers=_asked(uow, seen, note),
        officer_name=_officer(uow, dossier_id, note_id),
        words=note.text,
        owner_name=owner.full_name if owner else "",
        submitter_name=submitter.full_name if submitter else "",
        address=address_on(uow, owner, said_on),
        phone=(owner.phone or "") if owner else "",
        email=(owner.email or "") if owner else "",
        received_at=seen.received_at,
        extension=extension_of(uow, dossier_id, note_id),
        is_sandbox=uow.is_sandbox,
    )


def _asked(uow: ReadUnit, seen: DossierView, note: NoteView) -> tuple[PaperLine, ...]:
    """The papers named, as counted so far; what was never handed in stands with empty counts."""
    procedure = procedure_view(uow, seen.procedure_id, local(seen.opened_at).date())
    counted = paper_lines(uow, seen)
    asked: list[PaperLine] = []
    for paper in procedure.papers:
        if paper.no in note.paper_nos:
            lines = [line for line in counted if line.no == paper.no]
            asked += lines or [PaperLine(paper.no, paper.name_vi, TallyKind.ORIGINAL_KEPT, 0, 0)]
    return tuple(asked)


def _officer(uow: ReadUnit, dossier_id: UUID, note_id: UUID) -> str:
    """Who said it, as the stream has him; a system of the agency has no name of its own."""
    said = next(
        fact
        for fact in streams.read(uow, streams.dossier_stream(dossier_id))
        if fact.body.get("note_id") == str(note_id)
    )
    return staff_name(uow, UUID(said.actor["id"])) if said.actor["kind"] == "staff" else ""
