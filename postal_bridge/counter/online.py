"""A dossier that was filed online: only its paper result travels, because the citizen asks."""

from postal_bridge.counter.accept import slip_of
from postal_bridge.counter.commands import Accepted, CompleteOnlineFiling
from postal_bridge.counter.paying import Settling, journey, recipient_of, settle_money
from postal_bridge.counter.rules import check_door, check_wish
from postal_bridge.counter.visits import shared_visit
from postal_bridge.counter.wishes import add_delivery, add_person
from postal_bridge.directory.rules import Channel, ServiceForm, narrowest
from postal_bridge.directory.service import (
    link_view,
    procedure_view,
)
from postal_bridge.dossiers.service import (
    accept,
    open_dossier,
    receive_at_agency,
    start_processing,
)
from postal_bridge.dossiers.types import NewDossier
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import PartyRole, Power, check_may


def complete_online_filing(
    command: CompleteOnlineFiling, *, actor: Actor, once: Once[Accepted], units: Units
) -> bytes:
    """The result of an online filing will be brought; the fare is settled.

    The agency has the dossier already: its code is linked and nothing is carried there. The
    agency's own fees were paid online and are not collected again.

    Raises
    ------
    DossierCodeWrong, DossierCodeTaken, LinkNotActive, ProcedureNotInLink
    AmountDiffers, DrawerNotOpen, CounterError, PeopleError
    """
    check_may(actor, Power.ACCEPT_DOSSIERS)
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        on = local(uow.now).date()
        link = link_view(uow, command.link_id, on)
        procedure = procedure_view(uow, command.procedure_id, on)
        widest = narrowest(procedure.who_may_receive, link.who_may_receive)
        check_wish(command.delivery, ServiceForm.RECEIVE, widest, command.pay)
        check_door(command.delivery, is_recipient_here=True)
        shared = shared_visit(
            uow, command.joins_dossier, recipient_of(command.delivery, command.owner), actor=actor
        )
        new = NewDossier(
            procedure_id=command.procedure_id,
            link_id=command.link_id,
            channel=Channel.ONLINE,
            service_form=ServiceForm.RECEIVE,
        )
        dossier = open_dossier(uow, new, actor=actor)
        owner_id = add_person(uow, dossier.id, PartyRole.OWNER, command.owner, actor)
        delivery_id = add_delivery(
            uow, dossier, command.delivery, owner_id, procedure, link, on=on, actor=actor
        )
        receipt = settle_money(
            uow,
            journey(
                uow,
                link,
                command.delivery,
                command.owner,
                form=ServiceForm.RECEIVE,
                weight_g=0,
                channel="online",
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
            fees=(),
            actor=actor,
        )
        accept(uow, dossier.id, actor=actor)
        receive_at_agency(
            uow, dossier.id, command.dossier_code, actor=actor, at=command.received_at
        )
        dossier = start_processing(uow, dossier.id, actor=actor)
        accepted = slip_of(uow, dossier, None, delivery_id, receipt)
        answer = once.keep(uow, actor, accepted, dossier_id=dossier.id)
        uow.commit()
    return answer
