"""API: pouches, recounts, offers and who holds what."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.service import (
    AcceptItems,
    AcceptPouch,
    CountEnvelope,
    ItemWhereabouts,
    OfferPouch,
    OfferResults,
    OpenPouch,
    PackEnvelope,
    PouchList,
    PouchPage,
    PouchTrouble,
    PrepareEnvelope,
    ScanIntoPouch,
    SealPouch,
    StartPouch,
    TakeBack,
    accept_items,
    count_envelope,
    dispute_pouch,
    offer_results,
    offer_tied_pouch,
    open_and_check_pouch,
    pack_envelope,
    pouch_list,
    pouch_page,
    prepare_envelope,
    report_closed_door,
    scan_into_pouch,
    start_pouch,
    take_back,
    take_back_pouch,
    take_over_pouch,
    tie_pouch,
    whereabouts,
)
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.idempotency import Once
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.desk import (
    AcceptItemsSchema,
    CountedSchema,
    DeliveryStandSchema,
    ItemSchema,
    ItemsHandOverSchema,
    OfferResultsSchema,
    OffersSchema,
    PackedSchema,
    PrepareSchema,
    RecountSchema,
    ReturnNumberSchema,
    TripleSchema,
)
from routes.schemas.lookup import WhenQuerySchema, WhereaboutsSchema
from routes.schemas.pouch import (
    AcceptPouchSchema,
    OfferPouchSchema,
    OpenPouchSchema,
    PouchListSchema,
    PouchSchema,
    ScanNumberSchema,
    StartPouchSchema,
    TieSchema,
    TroubleSchema,
)
from routes.second_person import with_second_person

blp = ApiBlueprint("custody", __name__, url_prefix="/api/v1", description="Items and pouches")
HANDLERS = (Role.CLERK, Role.COURIER, Role.OFFICER)
READERS = (*HANDLERS, Role.SUPERVISOR)
POUCH = as_json(PouchSchema().dump)
OFFERS = as_json(lambda many: OffersSchema().dump({"offers": many}))


@blp.route("/items/<number>", methods=["GET"])
@allow(*READERS)
@blp.arguments(WhenQuerySchema, location="query")
@blp.response(200, WhereaboutsSchema)
def holder(asked: dict[str, Any], number: str) -> ItemWhereabouts:
    """Who holds the item at `at`, as far as it was known at `known_at`; both default to now."""
    return whereabouts(number, **asked, **_who())


@blp.route("/items/<uuid:item_id>/recounts", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(RecountSchema)
@blp.alt_response(201, schema=CountedSchema)
def recount(fields: dict[str, Any], item_id: UUID) -> Response:
    """The opened envelope is counted; a difference opens a case on one segment."""
    command = CountEnvelope(item_id, tuple(fields["counts"]))
    return _done(count_envelope, command, once(as_json(CountedSchema().dump)))


@blp.route("/pouches", methods=["GET"])
@allow(*HANDLERS)
@blp.response(200, PouchListSchema)
def pouches() -> PouchList:
    """The pouches of the caller's offices, by what they wait for."""
    return pouch_list(**_who())


@blp.route("/pouches", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(StartPouchSchema)
@blp.alt_response(201, schema=PouchSchema)
def start(fields: dict[str, Any]) -> Response:
    """An open, empty pouch for one link."""
    return _done(start_pouch, StartPouch(**fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>", methods=["GET"])
@allow(*HANDLERS)
@blp.response(200, PouchSchema)
def pouch(pouch_id: UUID) -> PouchPage:
    """One pouch with its manifest."""
    return pouch_page(pouch_id, **_who())


@blp.route("/pouches/<uuid:pouch_id>/items", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(ScanNumberSchema)
@blp.alt_response(201, schema=PouchSchema)
def put_in(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """One scan puts one envelope in."""
    return _done(scan_into_pouch, ScanIntoPouch(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/seal", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(TieSchema)
@blp.alt_response(201, schema=PouchSchema)
def seal(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """Tied, under a number given twice."""
    return _done(tie_pouch, SealPouch(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/offer", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(OfferPouchSchema)
@blp.alt_response(201, schema=PouchSchema)
def give(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """It waits for the word of a driver, or of the office at the other end."""
    return _done(offer_tied_pouch, OfferPouch(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/acceptance", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(AcceptPouchSchema)
@blp.alt_response(201, schema=PouchSchema)
def take(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """Taken over by whoever read its tie and count."""
    return _done(take_over_pouch, AcceptPouch(pouch_id, **with_second_person(fields)), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/taking-back", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(TroubleSchema)
@blp.alt_response(201, schema=PouchSchema)
def end_offer(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """Not taken yet: the giver ends the offer and may offer it to somebody else."""
    return _done(take_back_pouch, PouchTrouble(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/closed-door", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(TroubleSchema)
@blp.alt_response(201, schema=PouchSchema)
def closed(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """Nobody opened; the time is the agency's."""
    return _done(report_closed_door, PouchTrouble(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/dispute", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(TroubleSchema)
@blp.alt_response(201, schema=PouchSchema)
def dispute(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """Not taken as it is; the giver keeps it, and two open it."""
    return _done(dispute_pouch, PouchTrouble(pouch_id, **fields), once(POUCH))


@blp.route("/pouches/<uuid:pouch_id>/opening", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(OpenPouchSchema)
@blp.alt_response(201, schema=PouchSchema)
def open_up(fields: dict[str, Any], pouch_id: UUID) -> Response:
    """What was found is with the office; what is missing opens a case."""
    found = tuple(fields.pop("found"))
    command = OpenPouch(pouch_id, found, **with_second_person(fields))
    return _done(open_and_check_pouch, command, once(POUCH))


@blp.route("/dossiers/<uuid:dossier_id>/envelope", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(PrepareSchema)
@blp.alt_response(201, schema=ItemSchema)
def prepare(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """A result has its envelope under a fresh number."""
    command = PrepareEnvelope(dossier_id, **fields)
    return _done(prepare_envelope, command, once(as_json(ItemSchema().dump)))


@blp.route("/packings", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(TripleSchema)
@blp.alt_response(201, schema=PackedSchema)
def pack(fields: dict[str, Any]) -> Response:
    """Result, envelope and label belong together, and the envelope is sealed."""
    return _done(pack_envelope, PackEnvelope(**fields), once(as_json(PackedSchema().dump)))


@blp.route("/offers", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(OfferResultsSchema)
@blp.alt_response(201, schema=OffersSchema)
def hand_to_post(fields: dict[str, Any]) -> Response:
    """Packed results wait for the word of the post offices that deliver them."""
    return _done(offer_results, OfferResults(tuple(fields["item_ids"])), once(OFFERS))


@blp.route("/offers/<uuid:hand_over_id>/acceptance", methods=["POST"])
@allow(*HANDLERS)
@blp.arguments(AcceptItemsSchema)
@blp.alt_response(201, schema=ItemsHandOverSchema)
def take_items(fields: dict[str, Any], hand_over_id: UUID) -> Response:
    """Taken by whoever read each envelope's number."""
    command = AcceptItems(hand_over_id, tuple(fields["numbers"]))
    return _done(accept_items, command, once(as_json(ItemsHandOverSchema().dump)))


@blp.route("/deliveries/<uuid:delivery_id>/return-receipt", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(ReturnNumberSchema)
@blp.alt_response(201, schema=DeliveryStandSchema)
def returned(fields: dict[str, Any], delivery_id: UUID) -> Response:
    """The issuer has the result again and signs by this act."""
    command = TakeBack(delivery_id, **fields)
    return _done(take_back, command, once(as_json(DeliveryStandSchema().dump)))


def _done(use_case: Callable[..., bytes], command: Any, kept: Once[Any]) -> Response:
    return answered(use_case(command, once=kept, **_who()), 201)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
