"""What a citizen sees of his own dossier: one sentence, the way so far, what he can do now.

The citizen acts by the link of the slip or by a one-time code; either opens one dossier only.
His own page writes no look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from postal_bridge.counter.citizen_asked import AgencySaid, said_by_agency
from postal_bridge.counter.citizen_way import WayStep, way
from postal_bridge.counter.correcting import may_tell_mistake, mistake_shown
from postal_bridge.counter.holders import NamedHolder
from postal_bridge.delivery.proof import POLICY, Signature
from postal_bridge.delivery.rules import BEFORE_PACKING, MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_outline
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryOutline
from postal_bridge.directory.calendar import WorkingCalendar
from postal_bridge.directory.calendars import POST, working_calendar
from postal_bridge.directory.rules import FareRefused
from postal_bridge.directory.service import point_view, section_view
from postal_bridge.directory.views import PointView, SectionView
from postal_bridge.dossiers.rules import CLOCK_RUNS, DossierStatus
from postal_bridge.dossiers.service import dossier_outline, due_date, extension_of, timeline
from postal_bridge.dossiers.types import DossierView, DueDate, NoteView
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Language
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_changes import FeeChangeView, fee_changes_of
from postal_bridge.money.refund_accounts import GivenAccount, accounts_given
from postal_bridge.money.refund_debts import RefundDebt, refunds_by_transfer
from postal_bridge.money.service import (
    FareEnd,
    FeeReceipt,
    PaymentView,
    QuoteView,
    fare_ends_of,
    payments_of_dossier,
    quote_view,
    receipts_of_dossier,
)
from postal_bridge.people.service import LookView, looks_of

DELIVERED_WITHIN_WORKING_DAYS = 2
"""What the page expects from packing to the door. Ours: contracts set theirs."""
CLOSES = time(17)
DISPUTE_DAYS = 10
DAYS_OFFERED = 3
HALVES = ((time(8), time(12)), (time(13), time(17)))

_S, _A, _D = DeliveryStatus, DeliveryAction, DossierStatus
LATE_SAID = frozenset({_D.PROCESSING, _D.CORRECTION})
BORNE = "authority"
REDIRECTABLE = frozenset({_S.CLEARED, _S.PACKED, _S.WITH_COURIER})
CODE_SHOWN = frozenset(
    {_S.PACKED, _S.WITH_COURIER, _S.OUT_FOR_DELIVERY, _S.ATTEMPT_FAILED, _S.HELD_AT_POINT}
)
GOING_BACK = frozenset({_S.ATTEMPT_FAILED, _S.UNDELIVERABLE, _S.RETURNING})
STILL_TO_FETCH = frozenset({_S.ATTEMPT_FAILED, _S.HELD_AT_POINT})
AHEAD: Mapping[DossierStatus, tuple[str, ...]] = MappingProxyType(
    {
        _D.ACCEPTED: ("received", "decided", "given"),
        _D.TO_AGENCY: ("received", "decided", "given"),
        _D.RECEIVED: ("decided", "given"),
        _D.PROCESSING: ("decided", "given"),
        _D.SUPPLEMENT_REQUESTED: ("decided", "given"),
        _D.PAYMENT_DUE: ("decided", "given"),
        _D.RESULT_READY: ("given",),
        _D.CORRECTION: ("decided", "given"),
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class CitizenPage:
    """Everything the citizen's page says.

    Attributes
    ----------
    sentence : code of the first sentence; filled from the other fields
    holder : who has the papers, or the result, now
    expected_by : when the page expects the next thing that matters to the citizen
    ahead : steps still to come, as codes
    may : pay, ask_price (the price is too old), dispute, confirm, window, redirect, street,
        section, code, mistake
    windows : what may be chosen, as long as `window` is among `may`
    asked_until : how long the agency asks to wait, where it is late
    is_borne : the agency pays the fare shown
    refund_accounts : by payment, what the citizen has named for money that comes back
    said : why the agency asked for more, refused or stopped, as long as that holds
    mistake : the last word about a mistake in the result, as long as it matters
    looks : members of staff who opened the personal data
    holds_until : until then all of this stays true while nothing is recorded; None where it
        moves with the clock
    """

    dossier: DossierView
    delivery: DeliveryOutline | None
    promise: DueDate
    sentence: str
    holder: NamedHolder | None
    expected_by: datetime | None
    steps: tuple[WayStep, ...]
    ahead: tuple[str, ...]
    may: frozenset[str]
    windows: tuple[Window, ...]
    point: PointView
    section: SectionView
    quote: QuoteView | None
    explanation: str
    asked_until: datetime | None
    is_borne: bool
    said: AgencySaid | None
    mistake: NoteView | None
    receipts: tuple[FeeReceipt, ...]
    payments: tuple[PaymentView, ...]
    fare_ends: tuple[FareEnd, ...]
    refunds: tuple[RefundDebt, ...]
    refund_accounts: Mapping[UUID, GivenAccount]
    fee_changes: tuple[FeeChangeView, ...]
    looks: tuple[LookView, ...]
    now: datetime
    holds_until: datetime | None


def citizen_of(dossier_id: UUID) -> Actor:
    """The citizen of one dossier, who sees nothing else."""
    return Actor(ActorKind.CITIZEN, str(dossier_id), Scope(dossier_id=dossier_id))


def citizen_page(language: Language, *, actor: Actor, units: Units) -> CitizenPage:
    """Raises NotFound for an actor who is no dossier's citizen."""
    if actor.scope.dossier_id is None:
        raise NotFound
    with units.read() as uow:
        return page_of(uow, actor.scope.dossier_id, language, actor=actor)


def page_of(uow: ReadUnit, dossier_id: UUID, language: Language, *, actor: Actor) -> CitizenPage:
    """What the page says in this unit of work.

    Whatever is read here beyond reference data and streams has its mark in `citizen_look`.
    """
    dossier = dossier_outline(uow, dossier_id, actor.scope)
    delivery = delivery_outline(uow, dossier_id)
    line = timeline(uow, dossier_id)
    steps = way(uow, line)
    given = due_date(uow, dossier_id)
    quote_id = delivery.quote_id if delivery else None
    quoted = quote_view(uow, quote_id, actor=actor) if quote_id else None
    may = what_may_be_done(delivery, quoted, uow.now)
    if may_tell_mistake(dossier, delivery, line):
        may |= {"mistake"}
    payments = payments_of_dossier(uow, dossier_id, actor=actor)
    ends = fare_ends_of(uow, dossier_id, actor=actor)
    refunds = refunds_by_transfer(uow, dossier_id, payments, has_ended=bool(ends))
    post = working_calendar(uow, POST, dossier.unit_id)
    return CitizenPage(
        dossier=dossier,
        delivery=delivery,
        promise=given,
        sentence=sentence(dossier, delivery, given),
        holder=steps[-1].holder if steps else None,
        expected_by=expected_by(dossier, delivery, given, post),
        steps=steps,
        ahead=AHEAD.get(dossier.status, ()),
        may=may,
        windows=windows_from(uow.now, post) if "window" in may else (),
        point=point_view(uow, delivery.point_id if delivery else dossier.point_id),
        section=section_view(uow, dossier.section_id),
        quote=quoted,
        explanation=_explained(quoted, language),
        asked_until=_asked_until(uow, dossier),
        is_borne=any(one.quote_id == quote_id and one.method == BORNE for one in payments),
        said=said_by_agency(uow, dossier),
        mistake=mistake_shown(uow, dossier, line),
        receipts=receipts_of_dossier(uow, dossier_id, actor=actor),
        payments=payments,
        fare_ends=ends,
        refunds=refunds,
        refund_accounts=accounts_given(uow, refunds),
        fee_changes=fee_changes_of(uow, dossier_id),
        looks=looks_of(uow, dossier_id),
        now=uow.now,
        holds_until=_holds_until(delivery, quoted, given, uow.now),
    )


def _asked_until(uow: ReadUnit, dossier: DossierView) -> datetime | None:
    asked = extension_of(uow, dossier.id) if dossier.status in CLOCK_RUNS else None
    return asked.asked_until if asked else None


def _explained(quoted: QuoteView | None, language: Language) -> str:
    if quoted is None:
        return ""
    return quoted.explanation_en if language == "en" else quoted.explanation_vi


def _holds_until(
    delivery: DeliveryOutline | None, quoted: QuoteView | None, given: DueDate, now: datetime
) -> datetime | None:
    """The date, today's windows, the price's last moment, the days of a dispute."""
    if given.holds_until is None or delivery is None:
        return given.holds_until
    ends = [delivery.status_at + timedelta(days=DISPUTE_DAYS)]
    if quoted is not None:
        ends.append(quoted.valid_until)
    return min([given.holds_until, *(end for end in ends if end > now)])


def sentence(dossier: DossierView, delivery: DeliveryOutline | None, given: DueDate) -> str:
    """The code of the one sentence that answers: where is it, what now."""
    if dossier.status is not _D.RESULT_READY and dossier.status is not _D.RETURNED:
        late = "_late" if given.is_overdue and dossier.status in LATE_SAID else ""
        return f"citizen_says_{dossier.status.value}{late}"
    if delivery is None:
        return f"citizen_says_{dossier.status.value}"
    if delivery.is_parked:
        return "citizen_says_parked"
    if delivery.status in BEFORE_PACKING:
        return "citizen_says_result_ready"
    if refused := _refused(delivery):
        return refused
    return f"citizen_says_{delivery.status.value}{_where(delivery)}"


def _refused(delivery: DeliveryOutline) -> str | None:
    """What follows where the fare was refused; what is paid for since, or back, says no more."""
    status = delivery.status
    if delivery.after_refusal is FareRefused.RETURN and status in GOING_BACK:
        return "citizen_says_fare_refused_return"
    if delivery.after_refusal and delivery.refused_vnd and status in STILL_TO_FETCH:
        return f"citizen_says_{status.value}_hold"
    return None


def _where(delivery: DeliveryOutline) -> str:
    """What waits is fetched where it waits; a result held at a point is so by its state."""
    is_packed = delivery.status is _S.PACKED
    if delivery.place is Place.SECTION and (is_packed or delivery.status is _S.HELD_AT_POINT):
        return "_section"
    return "_point" if is_packed and delivery.place is Place.POINT else ""


def expected_by(
    dossier: DossierView,
    delivery: DeliveryOutline | None,
    given: DueDate,
    post: WorkingCalendar,
) -> datetime | None:
    """When the citizen may expect the result: what he chose, else what the post sets itself."""
    if dossier.status is not _D.RESULT_READY:
        return given.due_at
    if delivery is None or delivery.status in BEFORE_PACKING:
        return None
    if delivery.status is _S.HELD_AT_POINT:
        return delivery.held_until
    within = post.due_after_working_days(delivery.status_at, DELIVERED_WITHIN_WORKING_DAYS)
    end_of_day = datetime.combine(local(within).date(), CLOSES, VIETNAM).astimezone(UTC)
    return delivery.window_until or end_of_day


def has_windows(status: DeliveryStatus) -> bool:
    """Whether a half day can be promised: not before there is an envelope to bring."""
    return status in REDIRECTABLE and status not in BEFORE_PACKING


def what_may_be_done(
    delivery: DeliveryOutline | None, quoted: QuoteView | None, now: datetime
) -> frozenset[str]:
    """The buttons of the page: only what the state tables leave open now."""
    if delivery is None:
        return frozenset()
    status, may = delivery.status, set()
    if status is _S.QUOTED and quoted is not None and quoted.citizen_vnd:
        may.add("pay" if now <= quoted.valid_until else "ask_price")
    if delivery.door_fare_vnd:
        may.add("pay")
    is_fresh = now - delivery.status_at < timedelta(days=DISPUTE_DAYS)
    if (status, _A.DISPUTE) in MOVES and is_fresh:
        may.add("dispute")
    if status is _S.REPORTED_DELIVERED:
        may.add("confirm")
    if status in REDIRECTABLE and delivery.place is Place.DOOR:
        may |= {"redirect", "street"}
        may |= {"window"} if has_windows(delivery.status) else set()
    if status in BEFORE_PACKING and delivery.place is not Place.SECTION:
        may.add("section")
    if status in CODE_SHOWN and delivery.item_id is not None:
        forms = POLICY[delivery.document_class].evidence
        may |= {"code"} if Signature.CODE in forms else set()
    return frozenset(may)


def windows_from(now: datetime, post: WorkingCalendar) -> tuple[Window, ...]:
    """Mornings and afternoons of the next working days of the post."""
    day = local(now).date()
    found = []
    for _ in range(DAYS_OFFERED):
        day = post.add_working_days(day, 1)
        for since, until in HALVES:
            begin, end = (datetime.combine(day, at, VIETNAM) for at in (since, until))
            found.append(Window(begin.astimezone(UTC), end.astimezone(UTC)))
    return tuple(found)
