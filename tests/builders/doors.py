"""Results that wait at a point for their door, with the sample people of a sandbox around them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.custody.service import hand_over, item_view, register_item, seal_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    NewItem,
    SignatureRef,
)
from postal_bridge.delivery.proof import DocumentClass, Receiver
from postal_bridge.delivery.service import clear, pack, quote_delivery, register_delivery
from postal_bridge.delivery.types import Clearance, NewDelivery, Place, Position, Triple
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import point_by_key
from postal_bridge.dossiers.service import (
    accept,
    open_dossier,
    receive_at_agency,
    result_ready,
    send_to_agency,
    sign,
    start_processing,
    tally,
)
from postal_bridge.dossiers.types import NewDossier, Result, SignatureForm, SignerRole
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.service import FareAsk, quote
from postal_bridge.people.parties import NewParty
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.samples import SANDBOX_PASSWORD
from postal_bridge.people.service import (
    SignIn,
    actor_of_token,
    add_party,
    mint_citizen_link,
    seed_sample_people,
    sign_in,
)
from tests.builders.dossiers import Counter, brought, counter, full_tally
from tests.builders.reference import with_places

PASSWORD = SANDBOX_PASSWORD
ADDRESS = "Số 12, đường 3 Tháng 2, ấp Bình Hiếu, xã Bình Thành"
ISSUED_ON = date(2026, 11, 20)


@dataclass(frozen=True)
class Waiting:
    """A packed result, and the citizen's link to its dossier."""

    delivery: DeliveryView
    number: str
    link: str
    owner_id: UUID


@dataclass(frozen=True)
class PostOffice:
    """One shipped point with its sample clerk, courier and officer as they sign in."""

    at: Counter
    key: str
    clerk: Actor
    courier: Actor
    commune: str


def post_office(units: Units, key: str = "binh-thanh") -> PostOffice:
    """The places are loaded and the sample people may sign in with PASSWORD."""
    with_places(units)
    seed_sample_people(units)
    at = counter(units, key)
    with units.read() as uow:
        commune = point_by_key(uow, key).commune_code
    assert commune is not None
    return PostOffice(at, key, staff(units, f"gdv.{key}"), staff(units, f"phat.{key}"), commune)


def staff(units: Units, login: str) -> Actor:
    """Whoever signs in under this name."""
    asked = SignIn(login=login, password=PASSWORD, device_id=None)
    signed = sign_in(asked, units=units, machine=units.machine)
    actor = actor_of_token(signed.token, units=units)
    assert actor is not None
    return actor


def waiting(
    uow: UnitOfWork,
    office: PostOffice,
    number: int,
    *,
    owner: str = "Nguyễn Thị Hồng Nhung",
    phone: str | None = "0912345678",
    is_phone_shared: bool = False,
    address: str = ADDRESS,
    note: str | None = None,
    member: str | None = None,
    take_back: int = 0,
    is_paid_at_door: bool = False,
    place: Place = Place.DOOR,
    document: DocumentClass = DocumentClass.CERTIFICATE,
    position: Position | None = None,
    is_quoted_only: bool = False,
) -> Waiting:
    """A result of its own dossier, packed at the point."""
    at, clerk = office.at, office.at.clerk
    made = open_dossier(uow, NewDossier(at.procedure.id, at.link.id), actor=clerk)
    owner_id, *_ = [
        add_party(
            uow,
            NewParty(
                dossier_id=made.id,
                role=role,
                full_name=name,
                phone=phone,
                is_phone_shared=is_phone_shared,
                address_text=address,
                commune_code=office.commune,
                relation="vợ" if role is PartyRole.MAY_RECEIVE else None,
            ),
            actor=clerk,
        )
        for role, name in (
            (PartyRole.OWNER, owner),
            (PartyRole.SUBMITTER, owner),
            *(((PartyRole.MAY_RECEIVE, member),) if member else ()),
        )
    ]
    counted = tally(uow, made.id, full_tally(at.procedure), actor=clerk)
    citizen = Holder(HolderKind.PARTY, str(owner_id))
    papers = register_item(
        uow,
        NewItem(ItemKind.DOSSIER_ENVELOPE, made.id, made.unit_id, made.section_id, 250, citizen),
        actor=clerk,
    )
    seal_item(uow, papers.id, witness=citizen, actor=clerk)
    _move(uow, papers.id, citizen, at.point, clerk)
    for role in SignerRole:
        sign(uow, made.id, role, SignatureForm.ON_PAPER, actor=clerk)
    accept(uow, made.id, actor=clerk)
    send_to_agency(uow, made.id, actor=clerk)
    brought(uow, at, papers.id)
    receive_at_agency(uow, made.id, f"H12.34-261121-{number:04d}", actor=at.officer)
    start_processing(uow, made.id, actor=at.officer)
    result = f"{number:02d}/GCN-{number}"
    result_ready(uow, made.id, Result(result, ISSUED_ON), actor=at.officer)
    envelope = register_item(
        uow,
        NewItem(ItemKind.RESULT_ENVELOPE, made.id, made.unit_id, made.section_id, 80, at.section),
        actor=at.officer,
    )
    seal_item(uow, envelope.id, witness=at.section, actor=at.officer)
    _move(uow, envelope.id, at.section, at.point, clerk)
    registered = register_delivery(
        uow,
        NewDelivery(
            dossier_id=made.id,
            unit_id=made.unit_id,
            point_id=made.point_id,
            section_id=made.section_id,
            recipient_party_id=owner_id,
            place=place,
            who_may_receive=Receiver.HOUSEHOLD_MEMBER if member else Receiver.OWNER,
            document_class=document,
            take_back_papers=take_back,
            note=note,
            position=position,
        ),
        actor=clerk,
    )
    is_fare_due = is_paid_at_door or is_quoted_only
    quote_id = _fare(uow, office, made.id, registered.id) if is_fare_due else None
    quoted = quote_delivery(uow, registered.id, quote_id, actor=clerk)
    if is_quoted_only:
        return Waiting(quoted, envelope.number, mint_citizen_link(uow, made.id), owner_id)
    how = Clearance.AT_DOOR if is_paid_at_door else Clearance.NOTHING_DUE
    clear(uow, registered.id, how, actor=clerk)
    sealed = item_view(uow, envelope.id)
    packed = pack(
        uow, registered.id, envelope.id, Triple(result, sealed.number, registered.label),
        actor=clerk,
    )  # fmt: skip
    assert counted.id == packed.dossier_id
    return Waiting(packed, sealed.number, mint_citizen_link(uow, made.id), owner_id)


def _fare(uow: UnitOfWork, office: PostOffice, dossier_id: UUID, delivery_id: UUID) -> UUID:
    commune = office.commune
    ask = FareAsk(
        dossier_id=dossier_id,
        leg="result",
        from_commune=commune,
        to_commune=commune,
        on=ISSUED_ON,
        grams_result=80,
        delivery_id=delivery_id,
        unit_id=office.at.link.unit_id,
        section_id=office.at.link.section_id,
    )
    return quote(uow, ask, actor=office.at.clerk).id


def _move(uow: UnitOfWork, item_id: UUID, giver: Holder, receiver: Holder, actor: Actor) -> None:
    signed = SignatureRef("handwritten")
    hand_over(uow, HandOver((item_id,), giver, receiver, "point", giver_signed=signed), actor=actor)
