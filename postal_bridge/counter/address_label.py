"""The envelope's labels are printed from the record; the look at the person comes first."""

from uuid import UUID

from config.register import UnknownUnit
from postal_bridge.counter.desk_packing import NotReadyToPack
from postal_bridge.custody.service import item_view, open_results
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.address_label import LabelView
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import PartyView, party_view, record_look

REASON = "address_label"
PACKING = frozenset({DeliveryStatus.CLEARED, DeliveryStatus.PACKED})


def address_label(dossier_id: UUID, *, actor: Actor, units: Units) -> LabelView:
    """What stands on the result's envelope; no procedure is on it.

    Raises
    ------
    NotReadyToPack
        No envelope is prepared, or it has left the section.
    """
    check_may(actor, Power.DECIDE_AS_AGENCY)
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        delivery = delivery_of_dossier(uow, dossier.id)
        envelope = open_results(uow, [dossier.id]).get(dossier.id)
        if delivery is not None and delivery.item_id is not None:
            envelope = item_view(uow, delivery.item_id)
        if delivery is None or delivery.status not in PACKING or envelope is None:
            raise NotReadyToPack(number=dossier.number_shown)
        record_look(uow, dossier.id, actor=actor, reason=REASON)
        person = party_view(uow, delivery.recipient_party_id)
        section = section_view(uow, dossier.returning_section_id)
        made = LabelView(
            item_number=envelope.number,
            label=delivery.label,
            name=person.full_name,
            address=_address(uow, person),
            sender=section.name,
            sender_address=section.address,
            hotline=section.hotline,
            is_sandbox=uow.is_sandbox,
        )
        uow.commit()
    return made


def _address(uow: ReadUnit, person: PartyView) -> str:
    """As it was written; the commune is added where the writer left it out."""
    written = person.address_text or ""
    if person.commune_code is None:
        return written
    try:
        commune = register_of(uow).last_known(person.commune_code, local(uow.now).date()).name
    except UnknownUnit:
        return written
    if commune.casefold() in written.casefold():
        return written
    return ", ".join(part for part in (written, commune) if part)
