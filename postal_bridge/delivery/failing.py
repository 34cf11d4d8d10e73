"""A delivery that did not reach its person: failed, held, invited, given up, sent home."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID

from postal_bridge.custody.service import hand_over
from postal_bridge.custody.types import HandOver, Holder, HolderKind
from postal_bridge.delivery import contract_causes, store, topics
from postal_bridge.delivery.attempt_evidence import (
    consumes_attempt,
    distance_m,
    missing_evidence,
)
from postal_bridge.delivery.carrying import check_at_office, check_number
from postal_bridge.delivery.errors import ItemElsewhere, NoReturnInstruction, ReceiptMissing
from postal_bridge.delivery.looking import fare_due_vnd, holder_of, refusal_of, view
from postal_bridge.delivery.refused_fare import check_after_refusal
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus, next_move
from postal_bridge.delivery.tables import AttemptRow, DeliveryRow, InvitationRow
from postal_bridge.delivery.telling import remind, tell
from postal_bridge.delivery.types import Failure, IssuerReceipt
from postal_bridge.delivery.undeliverable import (
    INVITATIONS_NEEDED,
    Article17Case,
    FailureReason,
    ReasonGivesNoCase,
    check_undeliverable,
    earliest_next_invitation,
    invitations_suffice,
)
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.calendar import VIETNAM, WorkingCalendar
from postal_bridge.directory.calendars import AGENCY, POST, working_calendar
from postal_bridge.dossiers.service import undone_records
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.service import call_off_fare

HOLD_WORKING_DAYS = 10
"""How long it waits at the point. Ours: no statutory number was found; contracts set theirs."""

INVITED_FROM = time(8, 0)


def fail(uow: UnitOfWork, delivery_id: UUID, failure: Failure, *, actor: Actor) -> DeliveryView:
    """The visit is on record; it uses up an attempt only with its evidence."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    position = store.position_of(uow, row)
    missing = missing_evidence(failure, position)
    is_counted = consumes_attempt(failure, missing)
    attempt_id = new_id()
    body = {
        "attempt_id": str(attempt_id),
        "reason": failure.reason.value,
        "next_step": failure.next_step.value,
        "is_verified": not missing,
        "is_counted": is_counted,
    }
    at = failure.occurred_at
    store.move(uow, row, DeliveryAction.FAIL, actor=actor, body=body, occurred_at=at)
    row.attempts_used += is_counted
    fix = store.fix_as_json(failure.fix)
    uow.session.add(
        AttemptRow(
            id=attempt_id,
            delivery_id=row.id,
            at=at or uow.now,
            recorded_at=uow.now,
            actor=actor.ref,
            reason=failure.reason,
            next_step=failure.next_step,
            is_verified=not missing,
            is_counted=is_counted,
            missing=list(missing),
            distance_m=distance_m(failure.fix, position) if failure.fix and position else None,
            dwell_s=failure.dwell_s,
            was_called=failure.was_called,
            no_fix_reason=failure.no_fix_reason,
            fix_sealed=store.seal_json(uow, row, f"delivery_attempts.fix_sealed:{attempt_id}", fix),
            photo_blob_id=failure.photo_blob_id,
        )
    )
    uow.session.flush()
    tell(uow, topics.FAILED, row, attempt_id=str(attempt_id), reason=failure.reason.value)
    return view(uow, row)


def hold(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """It waits at the point, and the recipient is invited for the first time.

    Raises
    ------
    ItemElsewhere
        The courier still has it.
    RefusedGoesBack
        Its fare was refused, and the contract wants it back at once.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    is_parked = row.parked_reason is not None
    status = DeliveryStatus(row.status)
    next_move(status, DeliveryAction.HOLD, is_parked=is_parked)
    check_after_refusal(refusal_of(uow, row), status, DeliveryAction.HOLD)
    check_at_office(uow, row)
    until = hold_ends(uow, row)
    body = {"until": until.isoformat()}
    store.move(uow, row, DeliveryAction.HOLD, actor=actor, body=body)
    row.held_until, row.courier_id = until, None
    tell(uow, topics.HELD, row)
    remind(uow, topics.HOLD_ENDED, row, until)
    return invite(uow, delivery_id, actor=actor)


def invite(uow: UnitOfWork, delivery_id: UUID, *, actor: Actor) -> DeliveryView:
    """The recipient is invited once more, on a date that the law counts."""
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    if row.status != DeliveryStatus.HELD_AT_POINT or row.parked_reason is not None:
        raise MoveNotOpen(machine="delivery", status=str(row.status), action="invite")
    number = len(store.invitations(uow.session, row.id)) + 1
    today = local(uow.now).date()
    uow.session.add(
        InvitationRow(
            id=new_id(),
            delivery_id=row.id,
            no=number,
            invited_at=uow.now,
            invited_on=today,
            actor=actor.ref,
        )
    )
    uow.session.flush()
    streams.append(
        uow,
        streams.dossier_stream(row.dossier_id),
        "delivery.invited",
        {"delivery_id": str(row.id), "no": number},
        actor=actor,
    )
    tell(uow, topics.INVITED, row, no=number)
    if not has_invited_enough(uow, row):
        next_day = earliest_next_invitation(today, calendars(uow, row))
        due_at = datetime.combine(next_day, INVITED_FROM, VIETNAM).astimezone(UTC)
        remind(uow, topics.INVITATION_DUE, row, due_at)
    return view(uow, row)


def give_up(
    uow: UnitOfWork, delivery_id: UUID, reason: FailureReason, *, actor: Actor
) -> DeliveryView:
    """It is undeliverable, under a case of Postal Law art. 17(1) that its record bears out.

    After a visit only (a), (b), (c) and (đ), each with a verified visit for that reason; from
    the point only (d), after two invitations at least two working days apart. A fare that was
    still to be paid at the door is called off: nobody comes there any more.

    Raises
    ------
    ReasonGivesNoCase, EvidenceMissing, InvitationsMissing
    RefusedIsHeld
        The fare alone was refused, and by contract it is held for the citizen.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    is_parked = row.parked_reason is not None
    next_move(DeliveryStatus(row.status), DeliveryAction.GIVE_UP, is_parked=is_parked)
    undone = undone_records(uow, row.dossier_id)
    attempts = store.attempts(uow.session, row.id, undone)
    case = check_undeliverable(
        reason,
        has_evidence=any(a.is_verified and a.reason == reason for a in attempts),
        invited_on=[i.invited_on for i in store.invitations(uow.session, row.id)],
        calendars=calendars(uow, row),
    )
    is_held = row.status == DeliveryStatus.HELD_AT_POINT
    if is_held is not (case is Article17Case.NOT_COLLECTED):
        raise ReasonGivesNoCase(reason=reason.value)
    if reason is FailureReason.FEE_REFUSED:
        check_after_refusal(
            refusal_of(uow, row), DeliveryStatus(row.status), DeliveryAction.GIVE_UP
        )
    body = {"reason": reason.value, "case": case.value}
    store.move(uow, row, DeliveryAction.GIVE_UP, actor=actor, body=body)
    row.held_until = None
    if is_held:
        contract_causes.after_storage(uow, row, actor=actor)
    if row.quote_id is not None and fare_due_vnd(uow, row):
        call_off_fare(uow, row.quote_id, DeliveryStatus.UNDELIVERABLE.value, actor=actor)
    tell(uow, topics.UNDELIVERABLE, row, case=case.value)
    return view(uow, row)


def send_back(
    uow: UnitOfWork, delivery_id: UUID, seen_number: str, *, actor: Actor
) -> DeliveryView:
    """It is on its way to the issuer, who asked for that and pays.

    Raises
    ------
    NoReturnInstruction
        The issuer did not ask for it back.
    ItemDiffers
        Another envelope was scanned.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.SEND_BACK)
    if not row.is_return_wanted:
        raise NoReturnInstruction(delivery=row.label)
    check_number(uow, row, seen_number)
    store.move(uow, row, DeliveryAction.SEND_BACK, actor=actor)
    row.courier_id = None
    tell(uow, topics.RETURNING, row)
    return view(uow, row)


def returned_to_issuer(
    uow: UnitOfWork, delivery_id: UUID, receipt: IssuerReceipt, *, actor: Actor
) -> DeliveryView:
    """The issuer has it again and signed for it: its officer acts himself, or his signature
    is given.

    Raises
    ------
    ReceiptMissing
        Nobody of the issuing section stands for having received it.
    """
    row = store.find(uow, delivery_id, actor.scope, lock=True)
    next_move(DeliveryStatus(row.status), DeliveryAction.RETURN)
    is_officer = actor.section_id == receipt.section_id
    if receipt.section_id != row.section_id or not (is_officer or receipt.signed):
        raise ReceiptMissing(delivery=row.label)
    issuer = Holder(HolderKind.SECTION, str(receipt.section_id))
    holder = holder_of(uow, row)
    if row.item_id is None or holder is None:
        raise ItemElsewhere(delivery=row.label)
    if holder != issuer:  # it may have come in a pouch that the section has taken over
        hand_over(
            uow,
            HandOver(
                item_ids=(row.item_id,),
                giver=holder,
                receiver=issuer,
                place="section",
                receiver_signed=receipt.signed,
            ),
            actor=actor,
        )
    store.move(
        uow, row, DeliveryAction.RETURN, actor=actor,
        body={"section_id": str(receipt.section_id), "is_signed": True},
    )  # fmt: skip
    contract_causes.after_return(uow, row, actor=actor)
    return view(uow, row)


def calendars(uow: ReadUnit, row: DeliveryRow) -> Sequence[WorkingCalendar]:
    """Whose working days are counted between two invitations: the stricter of both decides."""
    return tuple(working_calendar(uow, one, row.unit_id) for one in (AGENCY, POST))


def has_invited_enough(uow: ReadUnit, row: DeliveryRow) -> bool:
    """Whether the invitations bear out case (d)."""
    days = [invitation.invited_on for invitation in store.invitations(uow.session, row.id)]
    return len(days) >= INVITATIONS_NEEDED and invitations_suffice(days, calendars(uow, row))


def hold_ends(uow: ReadUnit, row: DeliveryRow) -> datetime:
    """Until when what is held from now on waits."""
    calendar = working_calendar(uow, POST, row.unit_id)
    return calendar.due_after_working_days(uow.now, HOLD_WORKING_DAYS)
