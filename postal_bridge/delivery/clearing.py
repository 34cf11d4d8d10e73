"""A delivery before it sets out: registered, quoted, cleared, packed, redirected."""

from uuid import UUID

from postal_bridge.custody.service import item_view
from postal_bridge.custody.types import ItemKind
from postal_bridge.delivery import contract_causes, door_fee, store, topics
from postal_bridge.delivery.errors import (
    FareUnpaid,
    ItemDiffers,
    NoteTooLong,
    ResultNotReady,
    SharedPhoneProvesNothing,
    TripleDiffers,
)
from postal_bridge.delivery.looking import view
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.telling import tell
from postal_bridge.delivery.types import (
    Clearance,
    IdentityCheck,
    NewDelivery,
    Position,
    Redirect,
    Triple,
)
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id, random_signs
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import due_at_door, payment_status_of_quote, quote_view
from postal_bridge.people.service import mint_hand_over_code, party_view

LABEL_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
LABEL_LENGTH = 10
AT_DOOR_METHOD = "door"
LONGEST_NOTE = 300


def register_delivery(uow: UnitOfWork, new: NewDelivery, *, actor: Actor) -> DeliveryView:
    """The result will be given out in this way; nothing is quoted or paid yet.

    Raises
    ------
    NoteTooLong
        More than 300 signs for whoever comes.
    """
    row = DeliveryRow(
        id=new_id(),
        dossier_id=new.dossier_id,
        unit_id=new.unit_id,
        point_id=new.point_id,
        section_id=new.section_id,
        item_id=new.item_id,
        recipient_party_id=new.recipient_party_id,
        label=random_signs(LABEL_SIGNS, LABEL_LENGTH),
        place=new.place,
        status=DeliveryStatus.REGISTERED,
        status_at=uow.now,
        who_may_receive=new.who_may_receive,
        document_class=new.document_class,
        proof_demanded=None if new.proof_demanded is None else int(new.proof_demanded),
        fare_refused=new.fare_refused,
        window_from=new.window_from,
        window_until=new.window_until,
        take_back_papers=new.take_back_papers,
        door_fee_vnd=0,
        is_return_wanted=new.is_return_wanted,
        created_at=uow.now,
    )
    store.set_position(uow, row, new.position)
    _set_note(uow, row, new.note)
    uow.session.add(row)
    hold_new(uow.session, row)
    streams.append(
        uow,
        streams.dossier_stream(new.dossier_id),
        store.REGISTERED,
        {
            "delivery_id": str(row.id),
            "to": row.status,
            "place": row.place,
            "recipient_party_id": str(row.recipient_party_id),
            "who_may_receive": row.who_may_receive,
            "document_class": row.document_class,
            "proof_demanded": row.proof_demanded,
            "fare_refused": row.fare_refused,
            "unit_id": row.unit_id,
            "point_id": row.point_id,
            "section_id": row.section_id,
            "take_back_papers": row.take_back_papers,
            "is_return_wanted": row.is_return_wanted,
            door_fee.SAID: 0,
        },
        actor=actor,
    )
    return view(uow, row)


def quote_delivery(
    uow: UnitOfWork, delivery_id: UUID, quote_id: UUID | None, *, actor: Actor
) -> DeliveryView:
    """The fare is known; None where giving out at a point or section costs nothing."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    body = {"quote_id": str(quote_id) if quote_id else None}
    store.move(uow, row, DeliveryAction.QUOTE, actor=actor, body=body)
    row.quote_id = quote_id
    return view(uow, row)


def clear(uow: UnitOfWork, delivery_id: UUID, how: Clearance, *, actor: Actor) -> DeliveryView:
    """It may be packed: prepaid, due at the door, borne by an authority, or free.

    Raises
    ------
    FareUnpaid
        Called prepaid while the quote is not paid, or free while there is a quote to pay.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.CLEAR)
    _check_clearance(uow, row, how, actor)
    store.move(uow, row, DeliveryAction.CLEAR, actor=actor, body={"how": how.value})
    row.clearance = how
    return view(uow, row)


def pack(
    uow: UnitOfWork, delivery_id: UUID, item_id: UUID, scanned: Triple, *, actor: Actor
) -> DeliveryView:
    """The right result lies in the right envelope under the right label.

    Raises
    ------
    TripleDiffers
        `piece` names the first of the three that belongs elsewhere, `belongs_to` the label
        of the delivery it belongs to, where that is one of this office's.
    ResultNotReady
        The agency has not decided, or the application was withdrawn.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.PACK)
    _check_triple(uow, row, item_id, scanned, actor)
    row.item_id = item_id
    store.move(
        uow, row, DeliveryAction.PACK, actor=actor,
        body={"item_id": str(item_id), "item_number": scanned.item_number, "label": row.label},
    )  # fmt: skip
    row.courier_id = None
    contract_causes.after_packing(uow, row, actor=actor)
    return view(uow, row)


def redirect(uow: UnitOfWork, delivery_id: UUID, wish: Redirect, *, actor: Actor) -> DeliveryView:
    """It goes elsewhere, and the old one-time code is dead; a quoted one is quoted anew.

    The address itself is changed in `people`, in the same unit of work.

    Raises
    ------
    SharedPhoneProvesNothing
        Whoever redirects was known only by a code sent to a shared phone.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    recipient = party_view(uow, row.recipient_party_id)
    if wish.check is IdentityCheck.ONE_TIME_CODE and recipient.is_phone_shared:
        raise SharedPhoneProvesNothing
    body = {"check": wish.check.value, "place": wish.place.value}
    move = store.move(uow, row, DeliveryAction.REDIRECT, actor=actor, body=body)
    if move.to is DeliveryStatus.REGISTERED:
        row.quote_id = row.clearance = None
    row.place = wish.place
    row.window_from, row.window_until = wish.window_from, wish.window_until
    store.set_position(uow, row, wish.position)
    if wish.note is not None:
        _set_note(uow, row, wish.note)
    if row.item_id is not None:
        mint_hand_over_code(uow, row.dossier_id, row.item_id)
    tell(uow, topics.REDIRECTED, row)
    return view(uow, row)


def set_position(
    uow: UnitOfWork, delivery_id: UUID, position: Position | None, *, actor: Actor
) -> DeliveryView:
    """The address stands where a person, or a better source, says it does."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    store.set_position(uow, row, position)
    uow.session.flush()
    return view(uow, row)


def new_hand_over_code(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> str | None:
    """A fresh one-time code for slip or text; the one before is dead. None before packing."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    return None if row.item_id is None else mint_hand_over_code(uow, row.dossier_id, row.item_id)


def _set_note(uow: UnitOfWork, row: DeliveryRow, note: str | None) -> None:
    if note is not None and len(note) > LONGEST_NOTE:
        raise NoteTooLong(longest=LONGEST_NOTE)
    place = f"deliveries.note_sealed:{row.id}"
    row.note_sealed = uow.vault.seal_text(row.dossier_id, note, place=place)


def _check_clearance(uow: UnitOfWork, row: DeliveryRow, how: Clearance, actor: Actor) -> None:
    if row.quote_id is None:
        if how is not Clearance.NOTHING_DUE:
            raise FareUnpaid(how=how.value)
        return
    payment = payment_status_of_quote(uow, row.quote_id)
    is_paid = payment is not None and payment.status is PaymentStatus.PAID
    if how is Clearance.AT_DOOR:
        if payment is None:
            due_at_door(uow, row.quote_id, actor=actor)
        elif is_paid or payment.method != AT_DOOR_METHOD:
            raise FareUnpaid(how=how.value)
    elif how is Clearance.NOTHING_DUE:
        if quote_view(uow, row.quote_id, actor=actor).citizen_vnd:
            raise FareUnpaid(how=how.value)
    elif not is_paid:
        raise FareUnpaid(how=how.value)


def _check_triple(
    uow: UnitOfWork, row: DeliveryRow, item_id: UUID, scanned: Triple, actor: Actor
) -> None:
    if scanned.label.strip().upper() != row.label:
        other = store.by_label(uow, scanned.label.strip().upper(), actor.scope)
        raise TripleDiffers(piece="label", belongs_to=other.label if other else "–")
    item = item_view(uow, item_id)
    is_result = item.kind is ItemKind.RESULT_ENVELOPE and item.dossier_id == row.dossier_id
    if not is_result or item.number != scanned.item_number.replace(" ", ""):
        raise TripleDiffers(piece="item", belongs_to=_label_of(uow, item.dossier_id))
    if row.item_id not in (None, item_id):
        raise ItemDiffers(number=item.number)
    dossier = dossier_view(uow, row.dossier_id, actor.scope)
    if dossier.status not in (DossierStatus.RESULT_READY, DossierStatus.RETURNED):
        raise ResultNotReady(number=dossier.acceptance_number)  # returned: lost and found again
    known = (dossier.dossier_code, dossier.acceptance_number, dossier.result_number)
    if not scanned.result_number or scanned.result_number not in known:
        raise TripleDiffers(piece="result", belongs_to="–")


def _label_of(uow: UnitOfWork, dossier_id: UUID | None) -> str:
    rows = store.of_dossier(uow, dossier_id) if dossier_id else ()
    return rows[0].label if rows else "–"
