"""A payment ordered at the National Payment Platform, with the dossier it is for."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.ports import PlatformGateway, PlatformOrder
from postal_bridge.money.receiving_accounts import account_of_payment
from postal_bridge.money.service import PaymentView, online_payment, payment_view
from postal_bridge.money.topics import NATIONAL_QUERY_DUE
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import PartyView, parties_of

ASKED_AFTER = timedelta(minutes=15)
ASKED_LAST = timedelta(hours=1)  # after the payment has expired: nothing later is expected
PAYER_FIRST = (PartyRole.PAYER, PartyRole.SUBMITTER, PartyRole.OWNER)


def order_at_platform(
    payment_id: UUID, ip: str, *, actor: Actor, units: Units, platform: PlatformGateway
) -> str:
    """The platform's page for this payment; the same one however often it is asked for.

    That the platform is asked what it charged is promised before it is told of the payment, so
    no charge whose notice is lost stays unknown.

    Raises
    ------
    NotFound, MoveNotOpen
    PlatformAway, PlatformRefused, PlatformUnclear
        The payment still waits and can be made in another way.
    """
    with units.write() as uow:
        payment = payment_view(uow, payment_id, actor=actor)
        if not online_payment(uow, payment_id, actor=actor).is_payable:
            raise MoveNotOpen(machine="payment", status=payment.status.value, action="pay")
        order = _order(uow, payment, ip, actor)
        last = (payment.expires_at or uow.now) + ASKED_LAST
        for due_at in (uow.now + ASKED_AFTER, last):
            body = {"payment_id": str(payment.id), "dossier_id": str(payment.dossier_id)}
            uow.outbox.add(Message(NATIONAL_QUERY_DUE, body, due_at=due_at))
        uow.commit()
    return platform.order(order)


def _order(uow: ReadUnit, payment: PaymentView, ip: str, actor: Actor) -> PlatformOrder:
    dossier = dossier_view(uow, payment.dossier_id, actor.scope)
    section = section_view(uow, dossier.section_id)
    payer = _payer(parties_of(uow, dossier.id))
    return PlatformOrder(
        reference=payment.reference,
        amount_vnd=payment.amount_vnd,
        asked_at=payment.created_at,
        ip=ip,
        dues=payment.dues,
        procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name_vi,
        agency_code=section.code_prefix,
        agency_name=section.agency_name,
        dossier_number=dossier.number_shown,
        payer_name=payer.full_name if payer else "",
        payer_id_number=(payer.id_number or "") if payer else "",
        payer_address=(payer.address_text or "") if payer else "",
        into=account_of_payment(uow, payment.id, actor=actor),
    )


def _payer(parties: Sequence[PartyView]) -> PartyView | None:
    """Who pays, else who handed in, else whose dossier it is."""
    known = {party.role: party for party in reversed(parties) if not party.is_revoked}
    return next((known[role] for role in PAYER_FIRST if role in known), None)
