"""The people of a dossier and how they want its result, in the open unit of work."""

from datetime import date
from uuid import UUID

from config.register import Unit
from postal_bridge.counter.commands import DeliveryWish, Person
from postal_bridge.counter.communes import check_commune_stands, known_commune
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver
from postal_bridge.delivery.service import allow_door, known_door, register_delivery
from postal_bridge.delivery.types import COMMUNE_RADIUS_M, NewDelivery, Place, Position
from postal_bridge.directory.views import LinkView, ProcedureView
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.rules import IdKind, PartyRole
from postal_bridge.people.service import NewParty, add_party, party_view


def add_person(
    uow: UnitOfWork, dossier_id: UUID, role: PartyRole, person: Person, actor: Actor
) -> UUID:
    """The person stands in the dossier under this role. Raises CommuneEnded, CommuneNotKnown."""
    check_commune_stands(uow, person.commune_code, local(uow.now).date())
    party = NewParty(
        dossier_id=dossier_id,
        role=role,
        full_name=person.full_name,
        phone=person.phone,
        is_phone_shared=person.is_phone_shared,
        id_number=person.id_number,
        id_kind=IdKind(person.id_kind) if person.id_kind else None,
        email=person.email,
        address_text=person.address_text,
        commune_code=person.commune_code,
        relation=person.relation,
        authority_until=person.authority_until,
        authority_scope=person.authority_scope,
    )
    return add_party(uow, party, actor=actor)


def add_delivery(
    uow: UnitOfWork,
    dossier: DossierView,
    wish: DeliveryWish,
    owner_id: UUID,
    procedure: ProcedureView,
    link: LinkView,
    *,
    on: date,
    actor: Actor,
) -> UUID:
    """How the result is given out stands registered, with everyone who may receive it."""
    recipient_id = owner_id
    if wish.recipient is not None:
        recipient_id = add_person(uow, dossier.id, PartyRole.RECIPIENT, wish.recipient, actor)
    role = PartyRole.PROXY if wish.who_may_receive is Receiver.PROXY else PartyRole.MAY_RECEIVE
    for person in wish.may_receive:
        add_person(uow, dossier.id, role, person, actor)
    new = NewDelivery(
        dossier_id=dossier.id,
        unit_id=dossier.unit_id,
        point_id=dossier.point_id,
        section_id=dossier.returning_section_id,
        recipient_party_id=recipient_id,
        place=wish.place,
        who_may_receive=wish.who_may_receive,
        document_class=DocumentClass(procedure.document_class),
        proof_demanded=ProofLevel[link.proof_demanded.upper()] if link.proof_demanded else None,
        fare_refused=link.fare_refused,
        take_back_papers=wish.take_back_papers,
        position=place_of(uow, recipient_id, on) if wish.place is Place.DOOR else None,
        note=wish.note,
    )
    if wish.is_door_remembered:
        allow_door(uow, dossier.id, recipient_id, "counter", actor=actor)
    return register_delivery(uow, new, actor=actor).id


def place_of(uow: ReadUnit, party_id: UUID, on: date) -> Position | None:
    """The person's door where hand-overs agree on it, else the commune's centre.

    Raises CommuneNotKnown.
    """
    commune = known_commune(uow, party_view(uow, party_id).commune_code, on)
    return known_door(uow, party_id) or _centre(commune)


def _centre(unit: Unit) -> Position | None:
    if unit.lat is None or unit.lon is None:
        return None
    return Position(unit.lat, unit.lon, COMMUNE_RADIUS_M)
