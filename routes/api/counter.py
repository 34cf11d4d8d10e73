"""API: a dossier is accepted, an online filing is completed, a fare is asked for."""

from flask import Response

from postal_bridge.counter.commands import AcceptDossier, CompleteOnlineFiling
from postal_bridge.counter.preview import SlipAsk, SlipPreview, preview_slip
from postal_bridge.counter.service import accept_dossier, complete_online_filing
from postal_bridge.dossiers.scan_intake import clean_scan
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.counter import (
    AcceptDossierSchema,
    AcceptedSchema,
    CompleteOnlineFilingSchema,
    QuoteAskSchema,
    QuoteSchema,
)

blp = ApiBlueprint("counter_api", __name__, url_prefix="/api/v1", description="The counter")
_slip = as_json(AcceptedSchema().dump)


@blp.route("/dossiers", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(AcceptDossierSchema)
@blp.response(201, AcceptedSchema)
def accept(command: AcceptDossier) -> Response:
    """Accept a dossier. Scans are cleaned first; with one that cannot be kept nothing is taken."""
    request_once = once(_slip)
    answer = accept_dossier(
        command,
        scans=tuple(clean_scan(s.paper_no, s.media_type, s.content) for s in command.scans),
        actor=current_actor(),
        once=request_once,
        units=container().units,
        blobs=container().blobs,
    )
    return answered(answer, 201)


@blp.route("/online-filings", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CompleteOnlineFilingSchema)
@blp.response(201, AcceptedSchema)
def complete(command: CompleteOnlineFiling) -> Response:
    """Register the paper result of an online filing for delivery, and settle its fare."""
    answer = complete_online_filing(
        command, actor=current_actor(), once=once(_slip), units=container().units
    )
    return answered(answer, 201)


@blp.route("/quotes", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(QuoteAskSchema)
@blp.response(200, QuoteSchema)
def quote(ask: SlipAsk) -> SlipPreview:
    """Say what would be paid and promised. Nothing is stored."""
    return preview_slip(ask, actor=current_actor(), units=container().units)
