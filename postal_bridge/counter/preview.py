"""The running slip: what would be printed and paid if the form were accepted as it stands.

Nothing is stored. What is still missing is said, never guessed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.commands import PayHow, Person
from postal_bridge.counter.drafts import seat_of
from postal_bridge.counter.paying import Journey, Settling, fare_ask, fees_at_post
from postal_bridge.counter.rules import charged_leg
from postal_bridge.counter.visits import shared_visit, visits_to_same_door
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import (
    AcceptanceMode,
    ServiceForm,
    WhoMayReceive,
    narrowest,
)
from postal_bridge.directory.service import (
    link_view,
    links_of_point,
    point_view,
    procedure_view,
    procedures_of_link,
    section_view,
)
from postal_bridge.directory.views import PointView, ProcedureView
from postal_bridge.dossiers.service import expected_due
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.service import drawer_of_clerk, preview_quote, tariff_book
from postal_bridge.money.tariff import LineKind, Payer, Quote, TariffBook


@dataclass(frozen=True, slots=True)
class SlipAsk:
    """The form so far; None for what is not filled in or cannot be read yet.

    Attributes
    ----------
    is_filed_online : only the result travels; the agency's fees were paid on-line
    joins_dossier : number of the dossier on whose visit the result is to come along
    recipient : as far as typed; whoever shares his door is offered
    """

    link_id: UUID
    procedure_id: UUID
    service_form: ServiceForm | None = None
    place: Place | None = None
    recipient_commune: str | None = None
    weight_g: int = 100
    result_weight_g: int = 100
    relief_code: str | None = None
    is_relief_proof_seen: bool = False
    pay: PayHow = PayHow.CASH
    is_filed_online: bool = False
    joins_dossier: str | None = None
    recipient: Person | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class SlipPreview:
    """Attributes
    ----------
    fare_vnd, remittance_vnd : the citizen's share
    refusal : why no fare can be said yet, as the counter would say it
    quote, book : the whole fare with its lines, and the tables that explain it
    same_door : numbers of the dossiers whose results wait for the same door
    """

    procedure: ProcedureView
    section_name: str
    mode: AcceptanceMode
    agency_fee_vnd: int
    fare_vnd: int
    remittance_vnd: int
    payable_now_vnd: int
    due_at: datetime | None
    is_expected_only: bool
    quote: Quote | None
    book: TariffBook
    refusal: AppError | None
    same_door: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One procedure that this counter takes in, over one of its links.

    `who_may_receive`: the narrower of what procedure and link allow. `digitised_at`: where the
    agreement has the papers scanned, "" where it does not say.
    """

    link_id: UUID
    section_name: str
    mode: AcceptanceMode
    procedure: ProcedureView
    service_forms: frozenset[str]
    who_may_receive: WhoMayReceive
    digitised_at: str = ""


@dataclass(frozen=True, slots=True)
class CounterSeat:
    """Where the clerk sits today and what is taken in there."""

    point: PointView
    offers: tuple[Offer, ...]
    has_open_drawer: bool
    now: datetime


def seat(*, actor: Actor, units: Units) -> CounterSeat:
    """The clerk's counter of the day. Raises NoSeat."""
    with units.read() as uow:
        on = local(uow.now).date()
        point = point_view(uow, seat_of(uow, actor))
        offers = tuple(
            Offer(
                link.id,
                section_view(uow, link.section_id).name,
                link.acceptance_mode,
                procedure,
                link.service_forms,
                narrowest(procedure.who_may_receive, link.who_may_receive),
                link.digitised_at,
            )
            for link in links_of_point(uow, point.id, on)
            for procedure in procedures_of_link(uow, link.id, on)
        )
        drawer = drawer_of_clerk(uow, actor=actor)
        is_open = drawer is not None and drawer.status == "open"
        return CounterSeat(point, offers, is_open, uow.now)


def preview_slip(ask: SlipAsk, *, actor: Actor, units: Units) -> SlipPreview:
    """The slip as far as the form allows. Raises NotFound for a foreign link or procedure."""
    with units.read() as uow:
        return _preview(uow, ask, actor)


def _preview(uow: ReadUnit, ask: SlipAsk, actor: Actor) -> SlipPreview:
    on = local(uow.now).date()
    link = link_view(uow, ask.link_id, on)
    procedure = procedure_view(uow, ask.procedure_id, on)
    section = section_view(uow, link.section_id)
    fees = () if ask.is_filed_online else fees_at_post(link, procedure)
    journey = Journey(
        on=on,
        link=link,
        point=point_view(uow, link.point_id),
        section=section,
        leg=(
            charged_leg(link.acceptance_mode, ask.service_form, ask.place)
            if ask.service_form
            else None
        ),
        recipient_commune=ask.recipient_commune,
        weight_g=ask.weight_g,
        result_weight_g=ask.result_weight_g,
        channel="online" if ask.is_filed_online else "direct",
    )
    quote, refusal = _fare(uow, journey, ask, has_fees=bool(fees), actor=actor)
    fare_vnd = _share(quote, (LineKind.DOSSIER, LineKind.RESULT))
    remittance_vnd = _share(quote, (LineKind.REMITTANCE,))
    fee_vnd = sum(fee.amount_vnd for fee in fees)
    pays_now = ask.pay in (PayHow.CASH, PayHow.CARD)
    return SlipPreview(
        procedure=procedure,
        section_name=section.name,
        mode=link.acceptance_mode,
        agency_fee_vnd=fee_vnd,
        fare_vnd=fare_vnd,
        remittance_vnd=remittance_vnd,
        payable_now_vnd=fee_vnd + (fare_vnd + remittance_vnd if pays_now else 0),
        due_at=expected_due(uow, link.id, procedure.id),
        is_expected_only=link.acceptance_mode is AcceptanceMode.CARRIER,
        quote=quote,
        book=tariff_book(uow),
        refusal=refusal,
        same_door=(
            visits_to_same_door(uow, ask.recipient, actor=actor) if journey.leg == "result" else ()
        ),
    )


def _fare(
    uow: ReadUnit, journey: Journey, ask: SlipAsk, *, has_fees: bool, actor: Actor
) -> tuple[Quote | None, AppError | None]:
    try:
        shared = shared_visit(uow, ask.joins_dossier, ask.recipient, actor=actor)
        settling = Settling(ask.pay, 0, ask.relief_code, ask.is_relief_proof_seen, shared)
        wanted = fare_ask(uow, journey, journey.link.id, settling, has_fees=has_fees)
        return (None if wanted is None else preview_quote(uow, wanted, actor=actor)), None
    except AppError as refusal:
        return None, refusal


def _share(quote: Quote | None, kinds: tuple[LineKind, ...]) -> int:
    if quote is None:
        return 0
    return sum(
        line.amount_vnd
        for line in quote.lines
        if line.kind in kinds and line.payer is Payer.CITIZEN
    )
