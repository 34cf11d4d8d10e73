"""A result is given out at the counter, with the same proof as at a door."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from postal_bridge.custody.service import item_view
from postal_bridge.delivery.door_fee import door_fee_taken
from postal_bridge.delivery.errors import CodeWrong
from postal_bridge.delivery.proof import POLICY, Receiver, Signature
from postal_bridge.delivery.refused_reports import ReportLine
from postal_bridge.delivery.rules import MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    ReportedProof,
    attempts_of,
    delivery_view,
    hand_over_to,
    hold,
    named,
    refused_reports_of,
    reported_proof,
)
from postal_bridge.delivery.types import HandOverTo, Place, ProofGiven
from postal_bridge.delivery.undeliverable import earliest_next_invitation
from postal_bridge.delivery.views import AttemptView, DeliveryView
from postal_bridge.directory.calendars import AGENCY, POST, working_calendar
from postal_bridge.directory.service import link_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.fee_settling import take_with_result
from postal_bridge.people.device_looking import SeenRow
from postal_bridge.people.rules import Power, check_may, may
from postal_bridge.people.service import (
    PartyView,
    check_hand_over_code,
    name_behind,
    party_view,
    record_look,
    rows_of_dossier,
)

REASON = "giving_out"


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn signature or the picture of a fingerprint; never of an identity paper."""

    content: bytes = field(repr=False)
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class GiveOut:
    """The person stands at the counter. `paid_vnd`: what was laid down, where something is due."""

    delivery_id: UUID
    seen_number: str
    receiver: Receiver
    party_id: UUID
    signature: Signature
    relation: str = field(repr=False, default="")
    id_kind: str = ""
    id_last4: str = field(repr=False, default="")
    mark: Mark | None = None
    witness_name: str = field(repr=False, default="")
    witness_mark: Mark | None = None
    code: str | None = field(repr=False, default=None)
    is_authority_seen: bool = False
    papers_taken_back: int = 0
    paid_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class HeldResult:
    """A result at the counter with the people who may take it.

    Attributes
    ----------
    next_invitation_on : the first day on which another invitation counts; None without one yet
    is_offered : the envelope waits for the word of whoever it was offered to
    reported : what "delivered" rests on while it is only reported, and by whom
    may_lose : it can be written off from here
    return_instruction : what the agreement says of results that go back; "" where nothing
    may_park : it can wait by decision, or go on
    recorded : what the courier's own phone recorded at the door, as it was received
    refused : reports of couriers that were refused
    """

    delivery: DeliveryView
    item_number: str
    recipient: PartyView = field(repr=False)
    receivers: tuple[tuple[Receiver, PartyView], ...] = field(repr=False)
    signatures: tuple[Signature, ...]
    attempts: tuple[AttemptView, ...]
    next_invitation_on: str | None
    is_offered: bool
    reported: ReportedProof | None
    reported_by: str
    may_lose: bool
    return_instruction: str
    may_park: bool
    recorded: tuple[SeenRow, ...]
    refused: tuple[ReportLine, ...]


def held_result(delivery_id: UUID, *, actor: Actor, units: Units) -> HeldResult:
    """The look stands in the record before the page does. Raises NotFound."""
    with units.write() as uow:
        delivery = delivery_view(uow, delivery_id, actor.scope)
        record_look(uow, delivery.dossier_id, actor=actor, reason=REASON)
        shown = _held(uow, delivery, actor)
        uow.commit()
    return shown


def give_out(
    command: GiveOut, *, actor: Actor, once: Once[DeliveryView], units: Units, blobs: Blobs
) -> bytes:
    """The person has it: custody, dossier and money say so together, or nothing does.

    A section's own officers give out what waits there; the post's clerks all else.

    A result that lies ready and was not shelved yet is shelved in passing. Money that was due
    at the door goes into the clerk's own drawer.

    Raises
    ------
    CodeWrong
        The one-time code does not fit; the try is counted although nothing else is kept.
    DrawerNotOpen, AmountDiffers, ItemDiffers, NotNamed, ProofIncomplete, ...
        Nothing was handed over.
    """
    if not any(may(actor, power) for power in (Power.GIVE_OUT_RESULTS, Power.GIVE_OUT_AT_SECTION)):
        raise Forbidden(power=Power.GIVE_OUT_RESULTS.value)
    try:
        with units.write() as uow:
            if (answer := once.kept(uow, actor)) is not None:
                return answer
            given = _give(uow, command, blobs, actor)
            answer = once.keep(uow, actor, given, dossier_id=given.dossier_id)
            uow.commit()
    except CodeWrong:
        _count_wrong_code(command, actor=actor, units=units)
        raise
    return answer


def _count_wrong_code(command: GiveOut, *, actor: Actor, units: Units) -> None:
    """The refusal undid everything; the wrong try stays, in a unit of its own."""
    with units.write() as uow:
        item_id = delivery_view(uow, command.delivery_id, actor.scope).item_id
        if item_id is not None:
            check_hand_over_code(uow, item_id, command.code or "")
        uow.commit()


def _give(uow: UnitOfWork, command: GiveOut, blobs: Blobs, actor: Actor) -> DeliveryView:
    delivery = delivery_view(uow, command.delivery_id, actor.scope)
    if delivery.place is not Place.SECTION:
        check_may(actor, Power.GIVE_OUT_RESULTS)
    if delivery.status is DeliveryStatus.PACKED:
        hold(uow, delivery.id, actor=actor)
    if delivery.collect_vnd:
        has_fare = delivery.collect_vnd > delivery.door_fee_vnd
        take_with_result(
            uow, delivery.dossier_id, delivery.quote_id if has_fare else None,
            command.paid_vnd or 0, section_id=delivery.section_id, actor=actor,
        )  # fmt: skip
        door_fee_taken(uow, delivery.id, actor=actor)
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
    )
    dossier_id = delivery.dossier_id
    kept = replace(
        proof,
        signature_blob_id=_kept(uow, dossier_id, command.mark, "receipt_mark", blobs),
        witness_blob_id=_kept(uow, dossier_id, command.witness_mark, "witness_mark", blobs),
    )
    move = HandOverTo(delivery.id, kept, command.seen_number, command.papers_taken_back)
    return hand_over_to(uow, move, actor=actor)


def _held(uow: UnitOfWork, delivery: DeliveryView, actor: Actor) -> HeldResult:
    last = max(delivery.invited_at, default=None)
    calendars = [working_calendar(uow, one, delivery.unit_id) for one in (AGENCY, POST)]
    item = item_view(uow, delivery.item_id) if delivery.item_id else None
    link_id = dossier_view(uow, delivery.dossier_id, actor.scope).link_id
    link = link_view(uow, link_id, local(uow.now).date())
    reported = reported_proof(uow, delivery.id, actor.scope)
    is_contested = delivery.status is DeliveryStatus.DISPUTED  # that is lost by its answer
    return HeldResult(
        delivery=delivery,
        item_number=item.number if item else "",
        recipient=party_view(uow, delivery.recipient_party_id),
        receivers=named(
            uow, delivery.dossier_id, delivery.who_may_receive, delivery.document_class
        ),
        signatures=tuple(POLICY[delivery.document_class].evidence),
        attempts=attempts_of(uow, delivery.id, actor.scope),
        next_invitation_on=None
        if last is None
        else earliest_next_invitation(local(last).date(), calendars).isoformat(),
        is_offered=item is not None and item.offered_in is not None,
        reported=reported,
        reported_by=name_behind(uow, reported.actor) if reported else "",
        may_lose=(delivery.status, DeliveryAction.LOSE) in MOVES and not is_contested,
        return_instruction=link.return_instruction,
        may_park=(delivery.status, DeliveryAction.PARK) in MOVES,
        recorded=rows_of_dossier(uow, delivery.dossier_id),
        refused=refused_reports_of(uow, delivery.id),
    )


def _kept(
    uow: UnitOfWork, dossier_id: UUID, mark: Mark | None, kind: str, blobs: Blobs
) -> UUID | None:
    if mark is None or not mark.content:
        return None
    return blobs.put(uow, dossier_id, mark.content, kind=kind, media_type=mark.media_type).id
