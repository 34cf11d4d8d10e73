"""Quotes: made once, stored with everything they depend on, explained from that for ever (M5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from config.register import Register
from postal_bridge.directory.administrative import register_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.books import tariff_book
from postal_bridge.money.budgets import book_shares, give_back_shares, price_within_budgets
from postal_bridge.money.errors import (
    QuoteExpired,
    ReliefProofMissing,
    UnitMissing,
    VisitDiffers,
)
from postal_bridge.money.fare_column import column_between, fare_place
from postal_bridge.money.fare_end_store import is_called_off
from postal_bridge.money.fare_text import Explained, explain, explanation
from postal_bridge.money.pricing import VISITS, relief_of
from postal_bridge.money.quote_checks import say_quote
from postal_bridge.money.quote_rows import as_quote, columns_of, request_of, stored_request
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import QuoteRow
from postal_bridge.money.tariff import (
    Leg,
    LineKind,
    Payer,
    Quote,
    QuoteLine,
    QuoteRequest,
    TariffBook,
)
from postal_bridge.money.topics import QUOTE_LAPSE_DUE

VALID_DAYS = 30  # how long a counter honours a quote; a transfer already sent is never too late


@dataclass(frozen=True, slots=True)
class FareAsk:
    """What a fare is asked for.

    Attributes
    ----------
    leg : "dossier", "result" or "both"
    from_commune, to_commune : codes of the day `on`; the agency's is the target of a dossier
        leg and of both, the origin of a result leg
    grams_dossier, grams_result : sealed weight per leg; the leg not asked for may be None
    relief_proof_seen : the paper that proves the relief was seen
    province_overlay_channel : "direct", "online", "post", or None to leave local programmes out
    unit_id : the office that answers for the money; the actor's when left out
    visit : "household" or "hamlet": the result comes along on the visit of another quote
    joins_quote_id : that quote
    """

    dossier_id: UUID
    leg: str
    from_commune: str
    to_commune: str
    on: date
    grams_dossier: int | None = None
    grams_result: int | None = None
    delivery_id: UUID | None = None
    relief_code: str | None = None
    relief_proof_seen: bool = False
    province_overlay_channel: str | None = None
    collects_agency_fee: bool = False
    unit_id: UUID | None = None
    section_id: UUID | None = None
    visit: str | None = None
    joins_quote_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """`total_vnd` is the whole fare, `citizen_vnd` what the citizen pays of it."""

    id: UUID
    dossier_id: UUID
    unit_id: UUID
    section_id: UUID | None
    total_vnd: int
    citizen_vnd: int
    column: str
    lines: tuple[QuoteLine, ...]
    payers: Mapping[str, int]
    tariff: str
    vat_mode: str
    made_at: datetime
    valid_until: datetime
    priced: Quote = field(repr=False)
    book: TariffBook = field(repr=False, compare=False)

    @property
    def explanation_vi(self) -> str:
        return explanation(self.priced, _texts(), "vi", self.book)

    @property
    def explanation_en(self) -> str:
        return explanation(self.priced, _texts(), "en", self.book)


def preview_quote(uow: ReadUnit, ask: FareAsk, *, actor: Actor) -> Quote:
    """The price without storing anything: for the running slip of the counter.

    Raises
    ------
    CommuneUnknown, ReliefUnknown, ReliefProofMissing, TariffUnknown
    WeightNotPositive, WeightTooLarge, WeightNotWhole, VisitDiffers
    """
    return price_within_budgets(uow, _asked(uow, ask, actor)[0], tariff_book(uow), lock=False)


def quote(uow: UnitOfWork, ask: FareAsk, *, actor: Actor) -> QuoteView:
    """The price stands, final for the citizen, with its tariff version, inputs and lines.

    What a budget bears of it is booked; it stands in the budget again if the quote lapses.
    """
    unit_id = ask.unit_id or actor.unit_id
    if unit_id is None:
        raise UnitMissing
    if ask.joins_quote_id is not None:
        uow.queue_for_home()  # two that join one visit at once must see each other
    request, visit_id = _asked(uow, ask, actor)
    book = tariff_book(uow)
    made = price_within_budgets(uow, request, book, lock=True)
    row = QuoteRow(
        id=new_id(),
        dossier_id=ask.dossier_id,
        delivery_id=ask.delivery_id,
        unit_id=unit_id,
        section_id=ask.section_id,
        made_at=uow.now,
        valid_until=uow.now + timedelta(days=VALID_DAYS),
        actor=actor.ref,
        tariff=made.tariff,
        fare_column=made.request.column.value,
        inputs={
            "from_commune": ask.from_commune,
            "to_commune": ask.to_commune,
            "vat_mode": made.vat_mode,
            "request": stored_request(made.request),
        },
        lines=[columns_of(line) for line in made.lines],
        total_vnd=made.total_vnd,
        citizen_vnd=made.payers[Payer.CITIZEN.value],
        visit_id=visit_id,
    )
    MoneyStore(uow.session).add(row)
    hold_new(uow.session, row)
    say_quote(uow, row, actor=actor)
    if book_shares(uow, row.id, made, book, actor=actor):
        uow.outbox.add(
            Message(
                topic=QUOTE_LAPSE_DUE,
                body={"quote_id": str(row.id)},
                order_key=str(row.id),
                due_at=row.valid_until + timedelta(seconds=1),
            )
        )
    return _view(row, made, book)


def lapse_quote(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> None:
    """What budgets bore of a quote that nobody took up stands in them again."""
    store = MoneyStore(uow.session)
    row = store.quote(quote_id, actor.scope)
    if row.valid_until < uow.now and store.live_payment_of_quote(quote_id) is None:
        give_back_shares(uow, quote_id, "lapsed", actor=actor)


def quote_view(uow: ReadUnit, quote_id: UUID, *, actor: Actor) -> QuoteView:
    """Raises NotFound outside the actor's scope."""
    row = MoneyStore(uow.session).quote(quote_id, actor.scope)
    return _view(row, as_quote(row), tariff_book(uow))


def explain_quote(uow: ReadUnit, quote_id: UUID, language: Language, *, actor: Actor) -> str:
    """In words how the total came about, from the stored inputs and lines alone."""
    row = MoneyStore(uow.session).quote(quote_id, actor.scope)
    return explanation(as_quote(row), _texts(), language, tariff_book(uow))


def explained_quote(
    uow: ReadUnit, quote_id: UUID, language: Language, *, actor: Actor
) -> Explained:
    """The same in pieces, with who pays which part and what would make it cheaper."""
    row = MoneyStore(uow.session).quote(quote_id, actor.scope)
    return explain(as_quote(row), _texts(), language, tariff_book(uow))


def open_quote(
    quote_id: UUID, language: Language, *, actor: Actor, units: Units
) -> tuple[QuoteView, Explained]:
    """One stored quote and everything that can be said of it. Raises NotFound."""
    with units.read() as uow:
        quoted = quote_view(uow, quote_id, actor=actor)
        return quoted, explained_quote(uow, quote_id, language, actor=actor)


def _view(row: QuoteRow, made: Quote, book: TariffBook) -> QuoteView:
    return QuoteView(
        id=row.id,
        dossier_id=row.dossier_id,
        unit_id=row.unit_id,
        section_id=row.section_id,
        total_vnd=row.total_vnd,
        citizen_vnd=row.citizen_vnd,
        column=row.fare_column,
        lines=made.lines,
        payers=made.payers,
        tariff=row.tariff,
        vat_mode=made.vat_mode,
        made_at=row.made_at,
        valid_until=row.valid_until,
        priced=made,
        book=book,
    )


def requests_since(
    uow: ReadUnit, since: datetime, *, most: int, actor: Actor
) -> tuple[QuoteRequest, ...]:
    """What was asked for since then, the latest first, at most so many."""
    rows = MoneyStore(uow.session).quote_inputs_since(since, most, actor.scope)
    return tuple(request_of(inputs["request"]) for inputs in rows)


def results_quoted_since(
    uow: ReadUnit, since: datetime, to_commune: str, *, most: int, actor: Actor
) -> tuple[UUID, ...]:
    """Dossiers whose result alone was quoted since then to this commune, the latest first.

    They are looked for among the `most` latest quotes.
    """
    rows = MoneyStore(uow.session).quotes_since(since, most, actor.scope)
    return tuple(
        row.dossier_id
        for row in rows
        if row.inputs["to_commune"] == to_commune and row.inputs["request"]["leg"] == Leg.RESULT
    )


def _asked(uow: ReadUnit, ask: FareAsk, actor: Actor) -> tuple[QuoteRequest, UUID | None]:
    """What is to be priced, and the visit it belongs to (its first quote)."""
    if ask.relief_code is not None and not ask.relief_proof_seen:
        relief = relief_of(tariff_book(uow).tariff_on(ask.on), ask.relief_code)
        raise ReliefProofMissing(relief=relief.code, proof=relief.proof)
    request = _request(ask, register_of(uow))
    if ask.joins_quote_id is None:
        return request, None
    store = MoneyStore(uow.session)
    joined = store.quote(ask.joins_quote_id, actor.scope)
    if joined.valid_until < uow.now:
        raise QuoteExpired(quote_id=str(joined.id))
    visit_id = joined.visit_id or joined.id
    rows = [
        row for row in store.quotes_of_visit(visit_id) if not is_called_off(uow.session, row.id)
    ]
    # Whose fare was called off brings nothing; with the first one's, nobody pays for the visit.
    is_paid_for = {visit_id, joined.id} <= {row.id for row in rows}
    if not is_paid_for or store.live_payment_of_quote(joined.id) is None:
        raise VisitDiffers(fault="unsettled")
    before = [as_quote(row) for row in rows]
    _check_visit(ask, request, joined, before)
    carried_g = sum(
        line.grams
        for made in before
        for line in _first_per_leg(made)
        if line.kind is LineKind.RESULT
    )
    return replace(request, visit=ask.visit, visit_grams=carried_g), visit_id


def _check_visit(
    ask: FareAsk, request: QuoteRequest, joined: QuoteRow, before: list[Quote]
) -> None:
    """One visit is one way: the same two places, the same day's tariff, a result brought."""
    places = (ask.from_commune, ask.to_commune)
    first = before[0].request
    if ask.visit not in VISITS or request.leg is not Leg.RESULT or first.leg is not Leg.RESULT:
        raise VisitDiffers(fault="leg")
    if {*places} != {joined.inputs["from_commune"], joined.inputs["to_commune"]}:
        raise VisitDiffers(fault="place")
    if request.on != first.on:
        raise VisitDiffers(fault="day")


def _first_per_leg(made: Quote) -> list[QuoteLine]:
    """One line of each leg: several payers share one weight."""
    legs: dict[LineKind, QuoteLine] = {}
    for line in made.lines:
        legs.setdefault(line.kind, line)
    return list(legs.values())


def _request(ask: FareAsk, register: Register) -> QuoteRequest:
    origin = fare_place(register, ask.from_commune, ask.on)
    target = fare_place(register, ask.to_commune, ask.on)
    column, why = column_between(origin, target, ask.on)
    leg = Leg(ask.leg)
    agency = origin if leg is Leg.RESULT else target
    grams = ask.grams_result if leg is Leg.RESULT else ask.grams_dossier
    return QuoteRequest(
        leg=leg,
        column=column,
        grams=grams or 0,
        on=ask.on,
        result_grams=(ask.grams_result or 0) if leg is Leg.BOTH else None,
        why=why,
        relief=ask.relief_code,
        province=agency.province if ask.province_overlay_channel else None,
        channel=ask.province_overlay_channel,
        remits_agency_money=ask.collects_agency_fee,
    )


@cache
def _texts() -> Texts:
    return Texts.load()
