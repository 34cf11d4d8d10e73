"""A dossier is accepted: parties, papers, signatures, envelope, money, delivery, in one unit."""

from uuid import UUID

from postal_bridge.counter.commands import (
    AcceptDossier,
    Accepted,
)
from postal_bridge.counter.drafts import DraftState, close_draft
from postal_bridge.counter.envelope import keep_scans, seal_envelope, sign_list
from postal_bridge.counter.paying import (
    Settling,
    fees_at_post,
    journey,
    recipient_of,
    settle_money,
)
from postal_bridge.counter.rules import check_door, check_wish
from postal_bridge.counter.visits import shared_visit
from postal_bridge.counter.wishes import add_delivery, add_person
from postal_bridge.custody.types import (
    ItemView,
)
from postal_bridge.directory.rules import AcceptanceMode, narrowest
from postal_bridge.directory.service import (
    link_view,
    procedure_view,
)
from postal_bridge.dossiers.scan_intake import CleanScan
from postal_bridge.dossiers.service import (
    accept,
    due_of,
    open_dossier,
    receive_at_agency,
    start_processing,
    tally,
)
from postal_bridge.dossiers.types import (
    DossierView,
    NewDossier,
    PaperTally,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.service import ReceiptView
from postal_bridge.people.rules import PartyRole, Power, check_may
from postal_bridge.people.service import mint_citizen_link


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
        widest = narrowest(procedure.who_may_receive, link.who_may_receive)
        check_wish(command.delivery, command.service_form, widest, command.pay)
        check_door(command.delivery, is_recipient_here=command.submitter is None)
        shared = shared_visit(
            uow, command.joins_dossier, recipient_of(command.delivery, command.owner), actor=actor
        )
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
        keep_scans(uow, dossier.id, scans, blobs, actor)
        signed = sign_list(uow, dossier.id, command.signature, blobs, actor)
        item = seal_envelope(uow, dossier, papers, submitter_id, signed, command.weight_g, actor)
        delivery_id = (
            add_delivery(
                uow, dossier, command.delivery, owner_id, procedure, link, on=on, actor=actor
            )
            if command.delivery
            else None
        )
        receipt = settle_money(
            uow,
            journey(
                uow,
                link,
                command.delivery,
                command.owner,
                form=command.service_form,
                weight_g=command.weight_g,
                channel="direct",
                on=on,
            ),
            Settling(
                command.pay,
                command.amount_vnd,
                command.relief_code,
                command.is_relief_proof_seen,
                shared,
                procedure.key in link.fare_borne,
                command.second_staff_id,
                command.borne_reason,
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
