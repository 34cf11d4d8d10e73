"""The agency's notices on paper; opening one is a look at the person."""

from uuid import UUID

from postal_bridge.dossiers.agency_notices import agency_notice_of
from postal_bridge.dossiers.form_views import AgencyNoticeView
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import record_look


def print_agency_notice(
    dossier_id: UUID, note_id: UUID, *, actor: Actor, units: Units
) -> AgencyNoticeView:
    """Form 02, 03 or 05 as the agency said it. Raises NotFound outside the scope."""
    with units.write() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        record_look(uow, dossier_id, actor=actor, reason="print_agency_notice")
        notice = agency_notice_of(uow, dossier_id, note_id, actor.scope)
        uow.commit()
    return notice
