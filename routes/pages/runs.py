"""Runs (`/ca-phat`): what waits, who carries it, the plan, the list on paper; results held."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from couriers.doors import whole_numbers
from postal_bridge.counter.giving_out import give_out, held_result
from postal_bridge.counter.returns import OfferReturn, offer_return
from postal_bridge.counter.runs_board import FoundResult, run_page, run_sheet, runs_board
from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery.service import (
    GiveUp,
    ParkPoint,
    SendBack,
    give_up_delivery,
    hold_delivery,
    invite_recipient,
    park_point,
    send_back_to_issuer,
    unpark_point,
)
from postal_bridge.delivery.types import ParkingReason
from postal_bridge.delivery.undeliverable import CASE_OF, FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.idempotency import Once
from postal_bridge.people.rules import IdKind
from postal_bridge.runs.service import (
    close_run,
    draft_run,
    find_run,
    load_run,
    plan_run,
    publish_run,
    replan_run,
    start_run,
)
from postal_bridge.runs.sheet import render_sheet
from postal_bridge.runs.types import CloseRun, LoadRun, PlanRun, PlanView, PublishRun, Scan
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.pages.courier import RELATIONS, answer_json, run_json
from routes.schemas.courier import sent_pairs
from routes.schemas.desk import ItemsHandOverSchema
from routes.schemas.runs import (
    DraftRunSchema,
    GiveOutSchema,
    GiveUpSchema,
    NumbersSchema,
    ParkSchema,
    PointSchema,
    PublishSchema,
    SeenSchema,
)

bp = Blueprint("runs", __name__, url_prefix="/ca-phat")
PLANNERS = (Role.CLERK, Role.SUPERVISOR)
SIGNED_ON_LIST = SignatureRef(form="handwritten")  # the courier signs the printed list
REASONS_FOR_GIVING_UP = tuple(reason for reason, case in CASE_OF.items() if case is not None)


@bp.get("", strict_slashes=False)
@allow(*PLANNERS)
def index() -> str:
    return index_page([])


@bp.post("/moi")
@allow(*PLANNERS)
def draft() -> Answer:
    def act() -> bytes:
        command = load_form(DraftRunSchema(), _listed("delivery_ids"))
        once, units = once_of_form(run_json), container().units
        return draft_run(command, actor=current_actor(), once=once, units=units)

    return answered(act, index_page, lambda done: url_for("runs.show", run_id=done["run_id"]))


@bp.get("/<uuid:run_id>")
@allow(*PLANNERS)
def show(run_id: UUID) -> str:
    return _show(run_id, [])


@bp.get("/<uuid:run_id>/lo-trinh")
@allow(*PLANNERS)
def plan_state(run_id: UUID) -> Response:
    """Asked every two seconds by a page that waits for its plan."""
    shown = run_page(run_id, actor=current_actor(), units=container().units)
    plan = shown.named.run.plan
    state = plan.state.value if plan else None
    return jsonify(state=state, is_queue_away=shown.is_queue_away, asked_s=shown.asked_s)


@bp.post("/<uuid:run_id>/lo-trinh")
@allow(*PLANNERS)
def ask_plan(run_id: UUID) -> AnyResponse:
    once: Once[PlanView] = once_of_form(nothing)
    plan_run(PlanRun(run_id), actor=current_actor(), once=once, units=container().units)
    return _back(run_id)


@bp.post("/<uuid:run_id>/cong-bo")
@allow(*PLANNERS)
def publish(run_id: UUID) -> Answer:
    def act() -> bytes:
        command = PublishRun(run_id, load_form(PublishSchema()).get("plan_id"))
        once, units = once_of_form(run_json), container().units
        return publish_run(command, actor=current_actor(), once=once, units=units)

    return _answer(run_id, act)


@bp.post("/<uuid:run_id>/sua-lai")
@allow(*PLANNERS)
def replan(run_id: UUID) -> AnyResponse:
    once, units = once_of_form(run_json), container().units
    replan_run(run_id, actor=current_actor(), once=once, units=units)
    return _back(run_id)


@bp.post("/<uuid:run_id>/giao")
@allow(*PLANNERS)
def load(run_id: UUID) -> Answer:
    """The clerk scans for a courier who has no telephone with him."""

    def act() -> bytes:
        numbers = _scanned(run_id)
        left = frozenset(_numbers(run_id)) - frozenset(numbers)
        command = LoadRun(run_id, tuple(map(Scan, numbers)), left, SIGNED_ON_LIST)
        once, units = once_of_form(run_json), container().units
        return load_run(command, actor=current_actor(), once=once, units=units)

    return _answer(run_id, act)


@bp.post("/<uuid:run_id>/di")
@allow(*PLANNERS)
def set_out(run_id: UUID) -> AnyResponse:
    once, units = once_of_form(run_json), container().units
    start_run(run_id, actor=current_actor(), once=once, units=units)
    return _back(run_id)


@bp.post("/<uuid:run_id>/ket")
@allow(*PLANNERS)
def close(run_id: UUID) -> Answer:
    def act() -> bytes:
        command = CloseRun(run_id, _scanned(run_id), courier_signed=SIGNED_ON_LIST)
        once, units = once_of_form(run_json), container().units
        return close_run(command, actor=current_actor(), once=once, units=units)

    return _answer(run_id, act)


@bp.get("/<uuid:run_id>/ban-ke.pdf")
@allow(*PLANNERS)
def sheet(run_id: UUID) -> Response:
    """The list of the run (BD13); printing it is a look at each dossier's person."""
    printed = run_sheet(run_id, actor=current_actor(), units=container().units)
    pdf = render_sheet(printed, container().texts, chosen_language())
    name = f"ban-ke-phat-{printed.day.isoformat()}-{printed.no}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@bp.get("/luu/<uuid:delivery_id>")
@allow(*PLANNERS)
def held(delivery_id: UUID) -> str:
    return held_page(delivery_id, [])


@bp.post("/luu/<uuid:delivery_id>/luu")
@allow(*PLANNERS)
def hold(delivery_id: UUID) -> Answer:
    return act_on_held(delivery_id, hold_delivery, lambda: delivery_id, done="luu")


@bp.post("/luu/<uuid:delivery_id>/moi")
@allow(*PLANNERS)
def invite(delivery_id: UUID) -> Answer:
    return act_on_held(delivery_id, invite_recipient, lambda: delivery_id, done="moi")


@bp.post("/luu/<uuid:delivery_id>/phat")
@allow(Role.CLERK)
def give(delivery_id: UUID) -> Answer:
    return answered(
        lambda: given_out(delivery_id),
        lambda errors: held_page(delivery_id, errors),
        lambda _: url_for("runs.held", delivery_id=delivery_id, xong="phat"),
    )


@bp.post("/luu/<uuid:delivery_id>/khong-phat-duoc")
@allow(*PLANNERS)
def give_up(delivery_id: UUID) -> Answer:
    def command() -> GiveUp:
        return GiveUp(delivery_id, load_form(GiveUpSchema())["reason"])

    return act_on_held(delivery_id, give_up_delivery, command)


@bp.post("/luu/<uuid:delivery_id>/chuyen-hoan")
@allow(*PLANNERS)
def send_back(delivery_id: UUID) -> Answer:
    def command() -> SendBack:
        return SendBack(delivery_id, load_form(SeenSchema())["seen_number"])

    return act_on_held(delivery_id, send_back_to_issuer, command)


@bp.post("/luu/<uuid:delivery_id>/giao-co-quan")
@allow(Role.CLERK)
def offer_back(delivery_id: UUID) -> Answer:
    """The envelope waits for the section's word; its receipt ends the way back."""

    def act() -> bytes:
        once, units = once_of_form(as_json(ItemsHandOverSchema().dump)), container().units
        return offer_return(OfferReturn(delivery_id), actor=current_actor(), once=once, units=units)

    return answered(
        act,
        lambda errors: held_page(delivery_id, errors),
        lambda _: url_for("runs.held", delivery_id=delivery_id, xong="hoan"),
    )


@bp.post("/tam-dung")
@allow(Role.SUPERVISOR)
def park() -> Answer:
    def act() -> bytes:
        command, once = ParkPoint(**load_form(ParkSchema())), once_of_form(_count)
        return park_point(command, actor=current_actor(), once=once, units=container().units)

    return answered(act, index_page, lambda _: url_for("runs.index", xong="tam-dung"))


@bp.post("/phat-lai")
@allow(Role.SUPERVISOR)
def unpark() -> Answer:
    def act() -> bytes:
        point_id, once = load_form(PointSchema())["point_id"], once_of_form(_count)
        return unpark_point(point_id, actor=current_actor(), once=once, units=container().units)

    return answered(act, index_page, lambda _: url_for("runs.index", xong="phat-lai"))


def _answer(run_id: UUID, act: Any) -> Answer:
    return answered(
        act, lambda errors: _show(run_id, errors), lambda _: url_for("runs.show", run_id=run_id)
    )


def act_on_held(
    delivery_id: UUID,
    use_case: Callable[..., bytes],
    command: Callable[[], Any],
    *,
    done: str | None = None,
) -> Answer:
    def act() -> bytes:
        who = {"actor": current_actor(), "units": container().units}
        return use_case(command(), once=once_of_form(answer_json), **who)

    return answered(
        act,
        lambda errors: held_page(delivery_id, errors),
        lambda _: url_for("runs.held", delivery_id=delivery_id, xong=done),
    )


def _count(many: tuple[DeliveryView, ...]) -> bytes:
    return b'{"count": %d}' % len(many)


def _back(run_id: UUID) -> AnyResponse:
    return redirect(url_for("runs.show", run_id=run_id), 303)


def index_page(errors: list[Any], found: tuple[FoundResult, ...] | None = None) -> str:
    """What waits. `found`: the results that may be meant by what somebody came with."""
    board = runs_board(actor=current_actor(), units=container().units)
    return render_template(
        "runs/index.html", board=board, errors=errors, sent=request.form, found=found,
        done=request.args.get("xong"), reasons=tuple(ParkingReason),
    )  # fmt: skip


def _show(run_id: UUID, errors: list[Any]) -> str:
    shown = run_page(run_id, actor=current_actor(), units=container().units)
    return render_template("runs/run.html", page=shown, errors=errors, sent=request.form)


def held_page(delivery_id: UUID, errors: list[Any], *, give_url: str = "") -> str:
    """The result at an office. `give_url`: a section's, where nothing but giving out is done."""
    shown = held_result(delivery_id, actor=current_actor(), units=container().units)
    return render_template(
        "runs/held.html", page=shown, errors=errors, sent=request.form,
        done=request.args.get("xong"), id_kinds=tuple(IdKind), relations=RELATIONS,
        give_up_reasons=REASONS_FOR_GIVING_UP, give_url=give_url,
        failure_reasons=tuple(FailureReason), parking_reasons=tuple(ParkingReason),
    )  # fmt: skip


def given_out(delivery_id: UUID) -> bytes:
    """The form of that page, done: with the same proof at every counter."""
    command = load_form(GiveOutSchema(), sent_pairs(delivery_id=str(delivery_id)))
    return give_out(
        command, actor=current_actor(), units=container().units,
        once=once_of_form(answer_json), blobs=container().blobs,
    )  # fmt: skip


def _numbers(run_id: UUID) -> tuple[str, ...]:
    run = find_run(run_id, actor=current_actor(), units=container().units)
    return tuple(stop.item_number for stop in run.stops if stop.item_number)


def _scanned(run_id: UUID) -> tuple[str, ...]:
    return whole_numbers(load_form(NumbersSchema())["numbers"], _numbers(run_id))


def _listed(name: str) -> list[tuple[str, str]]:
    """Ticks of one name become a list."""
    ticked = request.form.getlist(name)
    others = [pair for pair in request.form.items(multi=True) if pair[0] != name]
    return [*others, *((f"{name}.{no}", value) for no, value in enumerate(ticked))]
