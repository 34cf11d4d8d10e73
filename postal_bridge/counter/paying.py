"""Quote, payment and clearance of one dossier, in the open unit of work."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from postal_bridge.counter.commands import DeliveryWish, PayHow, Person
from postal_bridge.counter.communes import known_commune
from postal_bridge.counter.rules import (
    AuthorityNotAgreed,
    BorneReasonMissing,
    NothingToPay,
    VisitNeedsDoor,
    charged_leg,
)
from postal_bridge.counter.visits import SharedVisit
from postal_bridge.delivery.service import clear, quote_delivery
from postal_bridge.delivery.types import Clearance
from postal_bridge.directory.rules import FeeChannel, ServiceForm
from postal_bridge.directory.service import point_view, section_view
from postal_bridge.directory.views import LinkView, PointView, ProcedureView, SectionView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.service import (
    FareAsk,
    FeeDue,
    QuoteView,
    ReceiptView,
    Standing,
    TakeAtCounter,
    bear_by_authority,
    quote,
    settle_borne,
    take_at_counter,
)

USUAL_RESULT_G = 100


@dataclass(frozen=True, slots=True)
class Journey:
    """From where to where, on which day, by which agreement.

    Attributes
    ----------
    recipient_commune : where the result goes; None where nobody brings it
    channel : "direct", "online" or "post", for local programmes
    """

    on: date
    link: LinkView
    point: PointView
    section: SectionView
    leg: str | None
    recipient_commune: str | None
    weight_g: int
    result_weight_g: int
    channel: str


def journey(
    uow: ReadUnit,
    link: LinkView,
    wish: DeliveryWish | None,
    owner: Person,
    *,
    form: ServiceForm,
    weight_g: int,
    channel: str,
    on: date,
) -> Journey:
    """What travels over this link as the citizen wishes it."""
    return Journey(
        on=on,
        link=link,
        point=point_view(uow, link.point_id),
        section=section_view(uow, link.section_id),
        leg=charged_leg(link.acceptance_mode, form, wish.place if wish else None),
        recipient_commune=recipient_of(wish, owner).commune_code,
        weight_g=weight_g,
        result_weight_g=wish.result_weight_g if wish else USUAL_RESULT_G,
        channel=channel,
    )


def recipient_of(wish: DeliveryWish | None, owner: Person) -> Person:
    """Whoever the result goes to."""
    return wish.recipient if wish and wish.recipient else owner


@dataclass(frozen=True, slots=True)
class Settling:
    """What the citizen chose, and who answers for it.

    Attributes
    ----------
    shared : the visit on which the result comes along; None: a visit of its own
    is_borne_agreed : the agreement says that the section bears the fare of this procedure
    second_staff_id, borne_reason : who stands beside the clerk, and why, where it does not
    """

    pay: PayHow
    amount_vnd: int
    relief_code: str | None
    is_relief_proof_seen: bool
    shared: SharedVisit | None = None
    is_borne_agreed: bool = False
    second_staff_id: UUID | None = None
    borne_reason: str = field(repr=False, default="")


def fees_at_post(link: LinkView, procedure: ProcedureView) -> tuple[FeeDue, ...]:
    """The agency's fees that the post collects: those paid into the post's account."""
    if link.fee_channel is not FeeChannel.POST_ACCOUNT:
        return ()
    return tuple(
        FeeDue(fee.code, fee.name_vi, fee.kind.value, fee.amount_vnd)
        for fee in procedure.fees
        if fee.amount_vnd > 0
    )


def fare_ask(
    uow: ReadUnit, journey: Journey, dossier_id: UUID, settling: Settling, *, has_fees: bool,
    delivery_id: UUID | None = None,
) -> FareAsk | None:  # fmt: skip
    """What the fare is asked for; None where nothing is charged.

    Raises
    ------
    CommuneNotKnown
        A place of the journey has no commune of the day.
    VisitNeedsDoor
        It is to come along with another result, and nothing but a result is carried home.
    """
    if settling.shared is not None and journey.leg != "result":
        raise VisitNeedsDoor
    if journey.leg is None:
        return None
    agency = known_commune(uow, journey.section.commune_code, journey.on).code
    citizen = known_commune(
        uow,
        journey.point.commune_code if journey.leg == "dossier" else journey.recipient_commune,
        journey.on,
    ).code
    is_result = journey.leg == "result"
    return FareAsk(
        dossier_id=dossier_id,
        leg=journey.leg,
        from_commune=agency if is_result else citizen,
        to_commune=citizen if is_result else agency,
        on=journey.on,
        grams_dossier=None if is_result else journey.weight_g,
        grams_result=None if journey.leg == "dossier" else journey.result_weight_g,
        delivery_id=delivery_id,
        relief_code=settling.relief_code,
        relief_proof_seen=settling.is_relief_proof_seen,
        province_overlay_channel=journey.channel,
        collects_agency_fee=has_fees,
        unit_id=journey.link.unit_id,
        section_id=journey.section.id,
        visit=settling.shared.visit if settling.shared else None,
        joins_quote_id=settling.shared.quote_id if settling.shared else None,
    )


def settle_money(
    uow: UnitOfWork,
    journey: Journey,
    settling: Settling,
    *,
    dossier_id: UUID,
    delivery_id: UUID | None,
    fees: tuple[FeeDue, ...],
    actor: Actor,
) -> ReceiptView | None:
    """The fare is quoted and settled as wished, and the delivery may be packed.

    Agency fees are state money and are paid at once, whoever bears the fare.

    Raises
    ------
    AuthorityNotAgreed, BorneReasonMissing
        An authority is to bear what no agreement of its own names.
    NothingToPay
        Money was counted where nothing is due, or "nothing" was chosen where something is.
    """
    ask = fare_ask(uow, journey, dossier_id, settling, has_fees=bool(fees), delivery_id=delivery_id)
    quoted = None if ask is None else quote(uow, ask, actor=actor)
    fare_now = quoted if settling.pay in (PayHow.CASH, PayHow.CARD) else None
    due_vnd = (fare_now.citizen_vnd if fare_now else 0) + sum(fee.amount_vnd for fee in fees)
    receipt = None
    if due_vnd or settling.amount_vnd:
        receipt = _take(uow, settling, dossier_id, fare_now, fees, journey.section.id, actor)
    if delivery_id is not None:
        quote_delivery(uow, delivery_id, quoted.id if quoted else None, actor=actor)
    how = _clearance(uow, settling, quoted, journey.section, actor)
    if delivery_id is not None:
        clear(uow, delivery_id, how, actor=actor)
    return receipt


def _take(
    uow: UnitOfWork,
    settling: Settling,
    dossier_id: UUID,
    quoted: QuoteView | None,
    fees: tuple[FeeDue, ...],
    section_id: UUID,
    actor: Actor,
) -> ReceiptView:
    if quoted is None and not fees:
        raise NothingToPay
    taken = TakeAtCounter(
        dossier_id=dossier_id,
        quote_id=quoted.id if quoted else None,
        agency_fees=fees,
        amount_vnd=settling.amount_vnd,
        method="card" if settling.pay is PayHow.CARD else "cash",
        section_id=section_id,
    )
    return take_at_counter(uow, taken, actor=actor)


def _clearance(
    uow: UnitOfWork,
    settling: Settling,
    quoted: QuoteView | None,
    section: SectionView,
    actor: Actor,
) -> Clearance:
    if quoted is None:
        return Clearance.NOTHING_DUE
    if quoted.citizen_vnd == 0:
        settle_borne(uow, quoted.id, actor=actor)  # what post and budget bear is owed by them
        return Clearance.NOTHING_DUE
    if settling.pay is PayHow.NOTHING:
        raise NothingToPay
    if settling.pay is PayHow.AT_DOOR:
        return Clearance.AT_DOOR
    if settling.pay is PayHow.AUTHORITY:
        standing = _standing(settling, actor)
        bear_by_authority(uow, quoted.id, section.key, standing=standing, actor=actor)
        return Clearance.BORNE
    return Clearance.PREPAID


def _standing(settling: Settling, actor: Actor) -> Standing:
    """Who stands by it that an authority pays: its own agreement, or a second person.

    Raises
    ------
    AuthorityNotAgreed
        The agreement does not name the procedure, and the clerk alone says so.
    BorneReasonMissing
        The second person is there, and no ground is named.
    """
    if settling.is_borne_agreed:
        return Standing()
    second = settling.second_staff_id
    if second is None or str(second) == actor.id:
        raise AuthorityNotAgreed
    if not settling.borne_reason.strip():
        raise BorneReasonMissing
    return Standing(settling.borne_reason.strip(), f"staff:{second}")
