"""The supervisor's board: what is silent, late or contested, and what is left for the evening."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.counter.cases import CaseOutcome, close_case_once, open_case_page
from postal_bridge.delivery.service import answer_dispute, find_delivery
from postal_bridge.insight.service import SILENT_AFTER, board, country_dots, map_for, shift_page
from postal_bridge.jobs.attention import try_again
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import AppError, Conflict, RuleViolation
from postal_bridge.money.service import resolve_difference_once
from postal_bridge.money.witnesses import stand_by
from routes.access import allow, current_actor
from routes.charts import line_of
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors, load_form
from routes.idempotency import nothing, once_of_form
from routes.schemas.board import AnswerDisputeSchema, CloseCaseSchema, ResolveSchema
from routes.second_person import with_second_person

bp = Blueprint("board", __name__, url_prefix="/dieu-hanh")
SEE = (Role.SUPERVISOR, Role.OPERATOR)
FIRST_ROWS = 10
DAY_S = 86_400


@bp.get("")
@allow(*SEE)
def show() -> str:
    """The four figures, each with its list, the evening list and the drawers of the day."""
    found = board(actor=current_actor(), units=container().units)
    return render_template(
        "board/board.html",
        board=found,
        charts={
            name: line_of(getattr(found, name).trend)
            for name in ("silent", "late", "contested", "parked")
        },
        silent_h=int(SILENT_AFTER.total_seconds()) // 3600,
        first=FIRST_ROWS,
        known=container().texts.has,
    )


@bp.get("/ban-do.json")
@allow(*SEE)
def map_data() -> Response:
    """Points, ways and runs of the scope as GeoJSON."""
    found = map_for(actor=current_actor(), units=container().units)
    spots = [
        _feature(
            {"type": "Point", "coordinates": [one.lon, one.lat]},
            {"kind": one.kind, "name": one.name, "detail": one.detail},
        )
        for one in found.spots
    ]
    ways = [
        _feature(
            {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in one.lat_lons]},
            {"kind": one.kind, "name": one.name, "status": one.status},
        )
        for one in found.ways
    ]
    return jsonify(type="FeatureCollection", features=[*ways, *spots])


@bp.get("/nen-ban-do.json")
@allow(*SEE)
def country() -> Response:
    """The centres of the country's communes: the map's own ground, without any tile server."""
    answer = jsonify(country_dots(units=container().units))
    answer.headers["Cache-Control"] = f"private, max-age={DAY_S}"
    return answer


@bp.get("/quy/<uuid:drawer_id>")
@allow(*SEE)
def drawer(drawer_id: UUID) -> str:
    return _drawer_page(drawer_id, [])


@bp.post("/quy/<uuid:drawer_id>")
@allow(Role.SUPERVISOR)
def resolve(drawer_id: UUID) -> Any:
    """A second person decides about a contested difference."""
    return _decide(
        ResolveSchema(),
        drawer_id,
        resolve_difference_once,
        lambda wrong: _drawer_page(drawer_id, wrong),
    )


@bp.post("/quy/<uuid:drawer_id>/nguoi-thu-hai")
@allow(Role.SUPERVISOR)
def witness(drawer_id: UUID) -> Any:
    """Whoever has seen the count stands by it; the code is shown once, to be read out."""
    try:
        code = stand_by(drawer_id, actor=current_actor(), units=container().units)
    except (RuleViolation, Conflict) as exc:
        return _drawer_page(drawer_id, form_errors(exc)), status_of(exc)
    return _drawer_page(drawer_id, [], code=code)


@bp.get("/vu-viec/<uuid:case_id>")
@allow(*SEE)
def case(case_id: UUID) -> str:
    return _case_page(case_id, [])


@bp.post("/vu-viec/<uuid:case_id>")
@allow(Role.SUPERVISOR)
def settle(case_id: UUID) -> Any:
    """Somebody who never had it in hand closes the case."""
    return _decide(
        CloseCaseSchema(), case_id, close_case_once, lambda wrong: _case_page(case_id, wrong)
    )


@bp.get("/khieu-nai/<uuid:delivery_id>")
@allow(*SEE)
def dispute(delivery_id: UUID) -> str:
    return _dispute_page(delivery_id, [])


@bp.post("/khieu-nai/<uuid:delivery_id>")
@allow(Role.SUPERVISOR)
def answer(delivery_id: UUID) -> Any:
    """A dispute is answered with evidence."""
    return _decide(
        AnswerDisputeSchema(),
        delivery_id,
        answer_dispute,
        lambda wrong: _dispute_page(delivery_id, wrong),
    )


@bp.post("/viec-cho/<uuid:action_id>")
@allow(*SEE)
def retry(action_id: UUID) -> AnyResponse:
    """Later work that ended with a person runs again."""
    try_again(action_id, actor=current_actor(), units=container().units)
    return redirect(url_for("board.show", _anchor="parked"), 303)


def _decide(
    schema: ResolveSchema | CloseCaseSchema | AnswerDisputeSchema,
    subject: UUID,
    use_case: Callable[..., bytes],
    again: Callable[[list[FormError]], str],
) -> AnyResponse | tuple[str, int]:
    """The decision is recorded, or the form comes back with what is wrong."""
    try:
        sent = load_form(schema)
        if "second_login" in sent:
            sent = with_second_person(sent)
        command = schema.command(subject, sent)
        who: dict[str, Any] = {"actor": current_actor(), "units": container().units}
        use_case(command, once=once_of_form(nothing), **who)
    except (ValidationError, RuleViolation, Conflict) as exc:
        status = status_of(exc) if isinstance(exc, AppError) else 422
        return again(form_errors(exc)), status
    return redirect(url_for("board.show", _anchor="contested"), 303)


def _drawer_page(drawer_id: UUID, wrong: list[FormError], *, code: str = "") -> str:
    found = shift_page(drawer_id, actor=current_actor(), units=container().units)
    return render_template("board/drawer.html", shift=found, errors=wrong, code=code)


def _case_page(case_id: UUID, wrong: list[FormError]) -> str:
    found = open_case_page(case_id, actor=current_actor(), units=container().units)
    return render_template("board/case.html", page=found, outcomes=list(CaseOutcome), errors=wrong)


def _dispute_page(delivery_id: UUID, wrong: list[FormError]) -> str:
    found = find_delivery(delivery_id, actor=current_actor(), units=container().units)
    return render_template("board/dispute.html", delivery=found, errors=wrong)


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
