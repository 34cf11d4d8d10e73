"""What a courier's phone does while it has signal. Each act is one unit of work.

Only deliveries on the courier's own run on the road are his to act on; all others are not
there for him. Photographs and signatures arrive as bytes and are sealed under the dossier's
key before the act that names them.
"""

from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from couriers.recorded import Recorded, done_as_recorded, refused_as_recorded
from postal_bridge.delivery.errors import CodeWrong
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.service import delivery_view, fail, hand_over_to
from postal_bridge.delivery.types import Failure, Fix, HandOverTo, NoFixReason, ProofGiven
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import try_hand_over_code
from postal_bridge.runs.rules import StopAction
from postal_bridge.runs.service import (
    answer_delivery_stop,
    check_own_stop,
    leave_out_delivery,
    note_call,
    was_called,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn signature, a fingerprint or a photograph; never of an identity card."""

    content: bytes = field(repr=False)
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class HandOverAtDoor:
    """What the courier's page sends when the envelope leaves his hand.

    Attributes
    ----------
    seen_number : the number on the envelope, scanned
    paid_vnd : what he took at the door, where something was due
    """

    delivery_id: UUID
    seen_number: str
    receiver: Receiver
    party_id: UUID
    signature: Signature
    relation: str = field(repr=False, default="")
    id_kind: str = ""
    id_last4: str = field(repr=False, default="")
    mark: Picture | None = None
    witness_name: str = field(repr=False, default="")
    witness_mark: Picture | None = None
    photo: Picture | None = None
    code: str | None = field(repr=False, default=None)
    is_authority_seen: bool = False
    fix: Fix | None = None
    no_fix_reason: NoFixReason | None = None
    papers_taken_back: int = 0
    paid_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class FailAtDoor:
    """Nobody could take it. `dwell_s`: how long he stood there, in seconds."""

    delivery_id: UUID
    reason: FailureReason
    next_step: NextStep
    fix: Fix | None = None
    no_fix_reason: NoFixReason | None = None
    dwell_s: int = 0
    photo: Picture | None = None


def hand_over_at_door(
    command: HandOverAtDoor,
    *,
    actor: Actor,
    once: Once[DeliveryView],
    units: Units,
    blobs: Blobs,
    recorded: Recorded | None = None,
) -> bytes:
    """The person has it: custody, dossier, money and stop say so together, or nothing does.

    Raises
    ------
    NotFound
        Not on the courier's own run on the road.
    CodeWrong
        The one-time code does not fit; the try is counted although nothing else is kept.
    ItemDiffers, NotNamed, ProofIncomplete, PaymentMissing, ...
        See `delivery.handing_over.hand_over_to`; nothing was handed over.
    """
    check_may(actor, Power.DELIVER)
    _check_code(command, actor=actor, once=once, units=units)
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        act = partial(_hand_over, uow, command, blobs)
        handed = done_as_recorded(uow, recorded, act, actor=actor)
        answer = once.keep(uow, actor, handed, dossier_id=handed.dossier_id)
        uow.commit()
    return answer


def _hand_over(
    uow: UnitOfWork, command: HandOverAtDoor, blobs: Blobs, actor: Actor
) -> DeliveryView:
    check_own_stop(uow, command.delivery_id, actor=actor)
    handed = hand_over_to(uow, _with_pictures(uow, command, blobs, actor), actor=actor)
    answer_delivery_stop(uow, command.delivery_id, StopAction.FINISH, actor=actor)
    return handed


def fail_at_door(
    command: FailAtDoor,
    *,
    actor: Actor,
    once: Once[DeliveryView],
    units: Units,
    blobs: Blobs,
    recorded: Recorded | None = None,
) -> bytes:
    """The visit is on record; it counts with its evidence only. Raises NotFound."""
    check_may(actor, Power.DELIVER)
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        act = partial(_fail, uow, command, blobs)
        failed = done_as_recorded(uow, recorded, act, actor=actor)
        answer = once.keep(uow, actor, failed, dossier_id=failed.dossier_id)
        uow.commit()
    return answer


def _fail(uow: UnitOfWork, command: FailAtDoor, blobs: Blobs, actor: Actor) -> DeliveryView:
    check_own_stop(uow, command.delivery_id, actor=actor)
    dossier_id = delivery_view(uow, command.delivery_id, actor.scope).dossier_id
    failure = Failure(
        reason=command.reason,
        next_step=command.next_step,
        fix=command.fix,
        no_fix_reason=command.no_fix_reason,
        dwell_s=command.dwell_s,
        was_called=was_called(uow, command.delivery_id, actor=actor),
        photo_blob_id=_kept(uow, dossier_id, command.photo, "door_photo", blobs),
    )
    failed = fail(uow, command.delivery_id, failure, actor=actor)
    answer_delivery_stop(uow, command.delivery_id, StopAction.FAIL, actor=actor)
    return failed


def call_recorded(
    delivery_id: UUID, *, actor: Actor, units: Units, recorded: Recorded | None = None
) -> None:
    """A try to reach the person is on record, the first one's time stands. Raises NotFound."""
    check_may(actor, Power.DELIVER)
    with units.write() as uow:
        act = partial(_call, uow, delivery_id)
        done_as_recorded(uow, recorded, act, actor=actor)
        uow.commit()


def _call(uow: UnitOfWork, delivery_id: UUID, actor: Actor) -> None:
    note_call(uow, delivery_id, actor=actor)


def not_reached_today(
    delivery_id: UUID,
    *,
    actor: Actor,
    once: Once[None],
    units: Units,
    recorded: Recorded | None = None,
) -> bytes:
    """The courier does not get there today; no attempt is used up. Raises NotFound."""
    check_may(actor, Power.DELIVER)

    def act(uow: UnitOfWork) -> None:
        leave_out = partial(_leave_out, uow, delivery_id)
        done_as_recorded(uow, recorded, leave_out, actor=actor)

    return once.answer(act, actor=actor, units=units)


def _leave_out(uow: UnitOfWork, delivery_id: UUID, actor: Actor) -> None:
    leave_out_delivery(uow, delivery_id, actor=actor)


def keep_refused(recorded: Recorded, code: str, *, actor: Actor, units: Units) -> None:
    """The phone recorded an act and nothing came of it; its row stands with the reason.

    In a unit of its own, because the refusal undid the act's.
    """
    with units.write() as uow:
        refused_as_recorded(uow, recorded, code, actor=actor)
        uow.commit()


def _check_code(
    command: HandOverAtDoor, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> None:
    """A wrong code is counted in a unit of its own, which no later refusal undoes. A request
    that was answered before is not asked again: its code is used up."""
    if command.code is None:
        return
    with units.write() as uow:  # never committed: it only asks
        if once.kept(uow, actor) is not None:
            return
        check_own_stop(uow, command.delivery_id, actor=actor)
        delivery = delivery_view(uow, command.delivery_id, actor.scope)
    item_id = delivery.item_id
    if item_id is None or not try_hand_over_code(item_id, command.code, actor=actor, units=units):
        raise CodeWrong(delivery=delivery.label)


def _with_pictures(
    uow: UnitOfWork, command: HandOverAtDoor, blobs: Blobs, actor: Actor
) -> HandOverTo:
    dossier_id = delivery_view(uow, command.delivery_id, actor.scope).dossier_id
    proof = ProofGiven(
        receiver=command.receiver,
        party_id=command.party_id,
        signature=command.signature,
        relation=command.relation,
        id_kind=command.id_kind,
        id_last4=command.id_last4,
        witness_name=command.witness_name,
        code=command.code,
        is_authority_seen=command.is_authority_seen,
        fix=command.fix,
        no_fix_reason=command.no_fix_reason,
    )
    return HandOverTo(
        delivery_id=command.delivery_id,
        proof=replace(
            proof,
            signature_blob_id=_kept(uow, dossier_id, command.mark, "receipt_mark", blobs),
            witness_blob_id=_kept(uow, dossier_id, command.witness_mark, "witness_mark", blobs),
            photo_blob_id=_kept(uow, dossier_id, command.photo, "door_photo", blobs),
        ),
        seen_number=command.seen_number,
        papers_taken_back=command.papers_taken_back,
        paid_vnd=command.paid_vnd,
    )


def _kept(
    uow: UnitOfWork, dossier_id: UUID, picture: Picture | None, kind: str, blobs: Blobs
) -> UUID | None:
    if picture is None or not picture.content:
        return None
    blob = blobs.put(uow, dossier_id, picture.content, kind=kind, media_type=picture.media_type)
    return blob.id
