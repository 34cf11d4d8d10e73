"""A dossier is accepted: parties, papers, signatures, envelope, money, delivery, in one unit."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from config.register import Unit, load_register
from postal_bridge.counter.commands import (
    AcceptDossier,
    Accepted,
    DeliveryWish,
    Person,
    SignatureGiven,
)
from postal_bridge.counter.drafts import DraftState, close_draft
from postal_bridge.counter.paying import (
    Journey,
    Settling,
    fees_at_post,
    known_commune,
    result_weight,
    settle_money,
)
from postal_bridge.counter.rules import charged_leg, check_wish
from postal_bridge.custody.service import hand_over, register_item, seal_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewItem,
    SignatureRef,
)
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver
from postal_bridge.delivery.service import register_delivery
from postal_bridge.delivery.types import NewDelivery, Place, Position
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.directory.service import (
    link_view,
    point_view,
    procedure_view,
    section_view,
)
from postal_bridge.directory.views import LinkView, ProcedureView
from postal_bridge.dossiers.scan_intake import CleanScan
from postal_bridge.dossiers.service import (
    accept,
    add_scan,
    due_of,
    open_dossier,
    receive_at_agency,
    sign,
    start_processing,
    tally,
)
from postal_bridge.dossiers.types import (
    DossierView,
    NewDossier,
    PaperTally,
    SignatureForm,
    SignerRole,
    envelope_papers,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.service import ReceiptView
from postal_bridge.people.rules import IdKind, PartyRole, Power, check_may
from postal_bridge.people.service import NewParty, add_party, mint_citizen_link, party_view

COMMUNE_RADIUS_M = 5_000  # how far a commune's centroid may be from a house in it


def accept_dossier(
    command: AcceptDossier,
    *,
    scans: tuple[CleanScan, ...],
    actor: Actor,
    once: Once[Accepted],
    units: Units,
    blobs: Blobs,
) -> bytes:
    """The post answers for the dossier; the slip may be printed. Returns the answer's bytes.

    In *seated* mode the agency's code and date are given at once; in *carrier* mode the
    agency registers later and the date is only expected.

    Parameters
    ----------
    scans : the command's scans, checked and cleaned before any transaction was open

    Raises
    ------
    OnlineOnly, NotByPost, LinkNotActive, ProcedureNotInLink
        This procedure is not taken in here, today, in this way.
    PapersMissing, PaperNotOnList, WitnessMissing
        The papers or signatures are not what the published list demands.
    AmountDiffers, DrawerNotOpen, NothingToPay
        The money is not right; nothing at all was recorded.
    CounterError, PeopleError
    """
    check_may(actor, Power.ACCEPT_DOSSIERS)
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        on = local(uow.now).date()
        link = link_view(uow, command.link_id, on)
        procedure = procedure_view(uow, command.procedure_id, on)
        check_wish(command.delivery, command.service_form, procedure.who_may_receive, command.pay)
        new = NewDossier(
            procedure_id=command.procedure_id,
            link_id=command.link_id,
            service_form=command.service_form,
            sets=command.sets,
        )
        dossier = open_dossier(uow, new, actor=actor)
        owner_id, submitter_id = _people(uow, dossier.id, command, actor)
        papers = tuple(
            PaperTally(one.paper_no, one.tally, one.originals, one.copies, one.sheets)
            for one in command.papers
        )
        tally(uow, dossier.id, papers, actor=actor)
        _keep_scans(uow, dossier.id, scans, blobs, actor)
        signed = _sign(uow, dossier.id, command.signature, blobs, actor)
        item = _envelope(uow, dossier, papers, submitter_id, signed, command.weight_g, actor)
        delivery_id = (
            add_delivery(
                uow, dossier, command.delivery, owner_id, procedure, link, on=on, actor=actor
            )
            if command.delivery
            else None
        )
        receipt = settle_money(
            uow,
            _journey(uow, command, link, on),
            Settling(
                command.pay,
                command.amount_vnd,
                command.relief_code,
                command.is_relief_proof_seen,
            ),
            dossier_id=dossier.id,
            delivery_id=delivery_id,
            fees=fees_at_post(link, procedure),
            actor=actor,
        )
        dossier = accept(uow, dossier.id, actor=actor)
        if link.acceptance_mode is AcceptanceMode.SEATED:
            receive_at_agency(uow, dossier.id, None, actor=actor)
            dossier = start_processing(uow, dossier.id, actor=actor)
        if command.draft_id is not None:
            close_draft(uow, command.draft_id, DraftState.ACCEPTED, dossier.id, actor=actor)
        accepted = slip_of(uow, dossier, item, delivery_id, receipt)
        answer = once.keep(uow, actor, accepted, dossier_id=dossier.id)
        uow.commit()
    return answer


def slip_of(
    uow: UnitOfWork,
    dossier: DossierView,
    item: ItemView | None,
    delivery_id: UUID | None,
    receipt: ReceiptView | None,
) -> Accepted:
    """What the citizen takes home, with a link of its own."""
    due_at, is_expected_only = due_of(uow, dossier.id)
    return Accepted(
        dossier_id=dossier.id,
        acceptance_number=dossier.acceptance_number,
        dossier_code=dossier.dossier_code,
        item_number=item.number if item else None,
        delivery_id=delivery_id,
        due_at=due_at,
        is_expected_only=is_expected_only,
        paid_vnd=receipt.total_vnd if receipt else 0,
        payment_id=receipt.payment_id if receipt else None,
        fare_receipt_no=receipt.fare_receipt_no if receipt else None,
        fee_receipt_no=receipt.fee_receipt_no if receipt else None,
        citizen_link=mint_citizen_link(uow, dossier.id),
    )


def _people(
    uow: UnitOfWork, dossier_id: UUID, command: AcceptDossier, actor: Actor
) -> tuple[UUID, UUID]:
    owner_id = add_person(uow, dossier_id, PartyRole.OWNER, command.owner, actor)
    if command.submitter is None:
        return owner_id, owner_id
    return owner_id, add_person(uow, dossier_id, PartyRole.SUBMITTER, command.submitter, actor)


def add_person(
    uow: UnitOfWork, dossier_id: UUID, role: PartyRole, person: Person, actor: Actor
) -> UUID:
    """The person stands in the dossier under this role."""
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


def _keep_scans(
    uow: UnitOfWork, dossier_id: UUID, scans: tuple[CleanScan, ...], blobs: Blobs, actor: Actor
) -> None:
    for scan in scans:
        blob = blobs.put(uow, dossier_id, scan.content, kind="scan", media_type=scan.media_type)
        add_scan(uow, dossier_id, scan.paper_no, blob.id, scan.pages, actor=actor)


def _sign(
    uow: UnitOfWork, dossier_id: UUID, given: SignatureGiven, blobs: Blobs, actor: Actor
) -> SignatureRef:
    """Both have signed the list: the citizen by hand or finger, the clerk by his credential."""
    blob_id = None
    if given.image:
        blob_id = blobs.put(
            uow, dossier_id, given.image, kind="signature", media_type="image/png"
        ).id
    form = SignatureForm(given.how.value)
    if form is SignatureForm.HANDWRITTEN and blob_id is None:
        form = SignatureForm.ON_PAPER
    signed = sign(
        uow,
        dossier_id,
        SignerRole.SUBMITTER,
        form,
        actor=actor,
        blob_id=blob_id,
        witness=given.witness_name,
    )
    sign(uow, dossier_id, SignerRole.CLERK, SignatureForm.CODE, actor=actor)
    return signed


def _envelope(
    uow: UnitOfWork,
    dossier: DossierView,
    papers: tuple[PaperTally, ...],
    submitter_id: UUID,
    signed: SignatureRef,
    weight_g: int,
    actor: Actor,
) -> ItemView | None:
    """What is kept of the papers is sealed in the citizen's presence and changes hands.

    In *seated* mode it is the section's at once; in *carrier* mode the clerk answers for it.
    """
    kept = envelope_papers(papers)
    is_seated = dossier.mode == AcceptanceMode.SEATED
    if is_seated and not kept:
        return None
    citizen = Holder(HolderKind.PARTY, str(submitter_id))
    new = NewItem(
        kind=ItemKind.DOSSIER_ENVELOPE,
        dossier_id=dossier.id,
        unit_id=dossier.unit_id,
        section_id=dossier.section_id,
        weight_g=weight_g,
        holder=citizen,
        papers=kept,
    )
    item = register_item(uow, new, actor=actor)
    item = seal_item(uow, item.id, witness=citizen, actor=actor)
    receiver = (
        Holder(HolderKind.SECTION, str(dossier.section_id))
        if is_seated
        else Holder(HolderKind.STAFF, actor.id)
    )
    move = HandOver(
        item_ids=(item.id,),
        giver=citizen,
        receiver=receiver,
        place=f"point:{dossier.point_id}",
        giver_signed=signed,
    )
    hand_over(uow, move, actor=_as_one_stop_staff(actor, dossier) if is_seated else actor)
    return item


def _as_one_stop_staff(actor: Actor, dossier: DossierView) -> Actor:
    """Place of work is not employer: over a *seated* link postal staff act for the section."""
    section = dossier.section_id
    scope = replace(actor.scope, sections=actor.scope.sections | {section})
    return replace(actor, scope=scope, section_id=section, on_behalf_of=f"section:{section}")


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
    commune = _recipient_commune(uow, dossier.id, recipient_id)
    unit = (
        load_register().unit(known_commune(commune, on), on) if wish.place is Place.DOOR else None
    )
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
        take_back_papers=wish.take_back_papers,
        position=_centroid(unit) if unit else None,
        note=wish.note,
    )
    return register_delivery(uow, new, actor=actor).id


def _centroid(unit: Unit) -> Position | None:
    """The commune's centre, until somebody has been at the door."""
    if unit.lat is None or unit.lon is None:
        return None
    return Position(unit.lat, unit.lon, COMMUNE_RADIUS_M)


def _recipient_commune(uow: UnitOfWork, dossier_id: UUID, recipient_id: UUID) -> str | None:
    return party_view(uow, recipient_id).commune_code


def _journey(uow: UnitOfWork, command: AcceptDossier, link: LinkView, on: date) -> Journey:
    wish = command.delivery
    recipient = wish.recipient if wish and wish.recipient else command.owner
    return Journey(
        on=on,
        link=link,
        point=point_view(uow, link.point_id),
        section=section_view(uow, link.section_id),
        leg=charged_leg(link.acceptance_mode, command.service_form, wish.place if wish else None),
        recipient_commune=recipient.commune_code,
        weight_g=command.weight_g,
        result_weight_g=result_weight(wish),
        channel="direct",
    )
