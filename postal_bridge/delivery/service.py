"""Deliveries: use cases for routes, jobs and commands, and the parts other rooms call.

The parts live in files named for what they do and are handed on here.
"""

from collections.abc import Iterable
from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.acting import (
    AnswerDispute,
    GiveUp,
    OpenDispute,
    PackResult,
    ParkDelivery,
    ParkPoint,
    RefuteReport,
    ReturnToIssuer,
    SendBack,
    accept_doubtful_proof,
    answer_dispute,
    confirm_received,
    give_up_delivery,
    hold_delivery,
    invite_recipient,
    open_dispute,
    pack_result,
    park_delivery,
    park_point,
    refute_reported,
    report_lost,
    report_recovered,
    return_to_issuer,
    send_back_to_issuer,
    unpark_delivery,
    unpark_point,
)
from postal_bridge.delivery.anew import GIVEN, deliver_anew, take_old_result
from postal_bridge.delivery.carrying import (
    bring_back,
    give_to_courier,
    lose,
    not_reached,
    park,
    recover,
    set_out,
    unpark,
)
from postal_bridge.delivery.checks import blobs_named, verify_delivery
from postal_bridge.delivery.clearing import (
    clear,
    new_hand_over_code,
    pack,
    quote_delivery,
    redirect,
    register_delivery,
    set_position,
)
from postal_bridge.delivery.confirming import (
    ReportedProof,
    accept_proof,
    confirm_receipt,
    reported_proof,
)
from postal_bridge.delivery.disputes import confirm, dispute, swap_candidates
from postal_bridge.delivery.doors import (
    allow_door,
    door_consent,
    door_of,
    door_rule,
    drop_doors,
    forget_door,
    forget_old_doors,
    known_door,
    rewrite_door_forms,
    verify_doors,
)
from postal_bridge.delivery.ending import (
    cancel,
    cancel_deliveries_of,
    fetch_at_section,
)
from postal_bridge.delivery.failing import (
    fail,
    give_up,
    hold,
    invite,
    returned_to_issuer,
    send_back,
)
from postal_bridge.delivery.handing_over import hand_over_to, report_delivered
from postal_bridge.delivery.looking import (
    attempts_of,
    deliveries_by_id,
    deliveries_for,
    delivery_of_dossier,
    delivery_of_item,
    delivery_of_label,
    delivery_outline,
    delivery_view,
    disputes_for,
    fare_at_door,
    newest_deliveries,
    newest_statuses,
    unverified_attempts,
)
from postal_bridge.delivery.proofs_kept import proofs_of, visit_pictures_of
from postal_bridge.delivery.receivers import named
from postal_bridge.delivery.refused_reports import (
    keep_report,
    refused_report,
    refused_reports_of,
    refused_reports_since,
)
from postal_bridge.delivery.rules import CLOSED_WHILE_PARKED, MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.store import MARK as DELIVERY_MARK
from postal_bridge.delivery.undoing import (
    approve_undo_of_delivery,
    ask_undo_of_delivery,
    reopen_deliveries_of,
    undoable_of_delivery,
)
from postal_bridge.delivery.views import DeliveryView, DisputeView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units

__all__ = [
    "DELIVERY_MARK",
    "GIVEN",
    "AnswerDispute",
    "GiveUp",
    "OpenDispute",
    "PackResult",
    "ParkDelivery",
    "ParkPoint",
    "RefuteReport",
    "ReportedProof",
    "ReturnToIssuer",
    "SendBack",
    "accept_doubtful_proof",
    "accept_proof",
    "allow_door",
    "answer_dispute",
    "approve_undo_of_delivery",
    "ask_undo_of_delivery",
    "attempts_of",
    "blobs_named",
    "bring_back",
    "cancel",
    "cancel_deliveries_of",
    "clear",
    "confirm",
    "confirm_receipt",
    "confirm_received",
    "deliver_anew",
    "deliveries_by_id",
    "deliveries_for",
    "delivery_of_dossier",
    "delivery_of_item",
    "delivery_of_label",
    "delivery_outline",
    "delivery_view",
    "dispute",
    "disputes_for",
    "door_consent",
    "door_of",
    "door_rule",
    "drop_doors",
    "fail",
    "fare_at_door",
    "fetch_at_section",
    "forget_door",
    "forget_old_doors",
    "give_to_courier",
    "give_up",
    "give_up_delivery",
    "hand_over_to",
    "hold",
    "hold_delivery",
    "invite",
    "invite_recipient",
    "keep_report",
    "known_door",
    "lose",
    "named",
    "new_hand_over_code",
    "newest_deliveries",
    "newest_statuses",
    "not_reached",
    "open_dispute",
    "pack",
    "pack_result",
    "park",
    "park_delivery",
    "park_point",
    "proofs_of",
    "quote_delivery",
    "recover",
    "redirect",
    "refused_report",
    "refused_reports_of",
    "refused_reports_since",
    "refute_reported",
    "register_delivery",
    "reopen_deliveries_of",
    "report_delivered",
    "report_lost",
    "report_recovered",
    "reported_proof",
    "return_to_issuer",
    "returned_to_issuer",
    "rewrite_door_forms",
    "send_back",
    "send_back_to_issuer",
    "set_out",
    "set_position",
    "swap_candidates",
    "take_old_result",
    "undoable_of_delivery",
    "unpark",
    "unpark_delivery",
    "unpark_point",
    "unverified_attempts",
    "verify_delivery",
    "verify_doors",
    "visit_pictures_of",
]


def find_delivery(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        return delivery_view(uow, delivery_id, actor.scope)


def find_delivery_of_dossier(
    dossier_id: UUID, *, actor: Actor, units: Units
) -> DeliveryView | None:
    """The newest delivery of a dossier; None where none was bought or none is in scope."""
    with units.read() as uow:
        found = delivery_of_dossier(uow, dossier_id)
        return None if found is None else delivery_view(uow, found.id, actor.scope)


def list_deliveries(
    statuses: Iterable[DeliveryStatus], *, actor: Actor, units: Units, point_id: UUID | None = None
) -> tuple[DeliveryView, ...]:
    """Deliveries of the scope in these states, those that wait longest first."""
    with units.read() as uow:
        return deliveries_for(uow, actor.scope, frozenset(statuses), point_id=point_id)


def list_disputes(*, actor: Actor, units: Units) -> tuple[DisputeView, ...]:
    """Open disputes of the scope, the one due first before the others."""
    with units.read() as uow:
        return disputes_for(uow, actor.scope)


def open_actions(delivery_id: UUID, *, actor: Actor, units: Units) -> frozenset[DeliveryAction]:
    """Which actions the table leaves open for a delivery as it stands."""
    with units.read() as uow:
        row = store.find(uow, delivery_id, actor.scope)
        closed = CLOSED_WHILE_PARKED if row.parked_reason is not None else frozenset()
        status = DeliveryStatus(row.status)
    return frozenset(action for (at, action) in MOVES if at is status) - closed
