"""The courier's pages: the runs of today, the next door, what happened there, the end of the run.

Each act is a form with a key of its own, so that a phone may send it again and again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from couriers.doors import (
    door,
    next_door,
    own_run,
    runs_of_today,
    stops_on_map,
    transfer_at_door,
    whole_number,
    whole_numbers,
)
from couriers.recorded import CALLED, FAILED, HANDED_OVER, LEFT_OUT, Recorded
from couriers.service import call_recorded, fail_at_door, hand_over_at_door, not_reached_today
from postal_bridge.delivery.types import NoFixReason
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.service import BankCourierCash, RemittanceView, bank_courier_cash
from postal_bridge.people.rules import IdKind
from postal_bridge.people.service import active_key_ids
from postal_bridge.runs.service import close_run, load_run, start_run, stop_done
from postal_bridge.runs.types import AnswerStop, CloseRun, LoadRun, RunView, Scan
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.recorded_acts import done_with_row
from routes.payment_links import payment_token
from routes.schemas.courier import (
    BankCashSchema,
    ClosingSchema,
    FailureSchema,
    HandOverSchema,
    ScannedSchema,
    StopAnswerSchema,
    sent_pairs,
)

bp = Blueprint("courier", __name__, url_prefix="/buu-ta")
STATIC = Path(__file__).parents[1] / "static"
RELATIONS = ("spouse", "parent", "child", "sibling", "relative", "colleague", "proxy")
ARCHIPELAGOS = (("courier_hoang_sa", 16.5, 112.0), ("courier_truong_sa", 9.7, 114.4))


def _delivery_said(view: DeliveryView) -> dict[str, str]:
    return {"delivery_id": str(view.id), "status": view.status.value, "label": view.label}


def _run_said(view: RunView) -> dict[str, str]:
    return {"run_id": str(view.id), "status": view.status.value}


def _banked_said(view: RemittanceView) -> dict[str, int]:
    return {"amount_vnd": view.amount_vnd, "left_vnd": view.left_vnd}


answer_json = as_json(_delivery_said)
run_json = as_json(_run_said)
bank_json = as_json(_banked_said)


@bp.get("", strict_slashes=False)
@allow(Role.COURIER)
def day() -> str:
    runs = runs_of_today(actor=current_actor(), units=container().units)
    pairs = [(run, next_door(run)) for run in runs]
    keys = active_key_ids(actor=current_actor(), units=container().units)
    return render_template(
        "courier/day.html", runs=pairs, done=request.args.get("xong"), active_keys=keys,
        limit_vnd=cash_limit_vnd(),
    )  # fmt: skip


@bp.get("/diem/<uuid:delivery_id>")
@allow(Role.COURIER)
def stop(delivery_id: UUID) -> str:
    run, at = door(delivery_id, actor=current_actor(), units=container().units)
    return render_template("courier/stop.html", run=run, stop=at)


@bp.get("/diem/<uuid:delivery_id>/phat")
@allow(Role.COURIER)
def hand_over_form(delivery_id: UUID) -> str:
    return _hand_over_page(delivery_id, [])


@bp.post("/diem/<uuid:delivery_id>/phat")
@allow(Role.COURIER)
def hand_over(delivery_id: UUID) -> Any:
    def act(recorded: Recorded | None) -> bytes:
        actor, units = current_actor(), container().units
        _, at = door(delivery_id, actor=actor, units=units)
        number = whole_number(request.form.get("seen_number", ""), at.item_number)
        pairs = [pair for pair in sent_pairs() if pair[0] != "seen_number"]
        pairs += [("seen_number", number), ("delivery_id", str(delivery_id))]
        return hand_over_at_door(
            load_form(HandOverSchema(), pairs), actor=actor, units=units,
            once=once_of_form(answer_json), blobs=container().blobs, recorded=recorded,
        )  # fmt: skip

    return _answer(
        lambda: done_with_row(HANDED_OVER, delivery_id, act),
        lambda errors: _hand_over_page(delivery_id, errors), done="phat",
    )  # fmt: skip


@bp.get("/diem/<uuid:delivery_id>/chuyen-khoan")
@allow(Role.COURIER)
def transfer(delivery_id: UUID) -> AnyResponse:
    """The fare's own page with its QR, to be shown to the recipient."""
    waiting = transfer_at_door(delivery_id, actor=current_actor(), units=container().units)
    token = payment_token(waiting.id, waiting.dossier_id)
    return redirect(url_for("pay.show", token=token), 303)


@bp.get("/diem/<uuid:delivery_id>/khong-phat")
@allow(Role.COURIER)
def failure_form(delivery_id: UUID) -> str:
    return _failure_page(delivery_id, [])


@bp.post("/diem/<uuid:delivery_id>/khong-phat")
@allow(Role.COURIER)
def fail(delivery_id: UUID) -> Any:
    def act(recorded: Recorded | None) -> bytes:
        command = load_form(FailureSchema(), sent_pairs(delivery_id=str(delivery_id)))
        return fail_at_door(
            command, actor=current_actor(), units=container().units,
            once=once_of_form(answer_json), blobs=container().blobs, recorded=recorded,
        )  # fmt: skip

    return _answer(
        lambda: done_with_row(FAILED, delivery_id, act),
        lambda errors: _failure_page(delivery_id, errors), done="khong-phat",
    )  # fmt: skip


@bp.post("/diem/<uuid:delivery_id>/goi")
@allow(Role.COURIER)
def call(delivery_id: UUID) -> AnyResponse:
    who: dict[str, Any] = {"actor": current_actor(), "units": container().units}
    done_with_row(CALLED, delivery_id, lambda row: call_recorded(delivery_id, recorded=row, **who))
    return redirect(url_for("courier.stop", delivery_id=delivery_id), 303)


@bp.post("/diem/<uuid:delivery_id>/chua-den")
@allow(Role.COURIER)
def not_reached(delivery_id: UUID) -> AnyResponse:
    who: dict[str, Any] = {"actor": current_actor(), "units": container().units}
    once: Once[None] = once_of_form(nothing)
    done_with_row(
        LEFT_OUT, delivery_id,
        lambda row: not_reached_today(delivery_id, once=once, recorded=row, **who),
    )  # fmt: skip
    return redirect(url_for("courier.day", xong="chua-den"), 303)


@bp.post("/diem-khac/<uuid:stop_id>")
@allow(Role.COURIER)
def other_stop(stop_id: UUID) -> Any:
    def act() -> bytes:
        answer = AnswerStop(stop_id, load_form(StopAnswerSchema())["is_done"])
        once, units = once_of_form(run_json), container().units
        return stop_done(answer, actor=current_actor(), once=once, units=units)

    return _answer(act, lambda errors: _day_with(errors), done="diem")


@bp.post("/ca/<uuid:run_id>/nhan")
@allow(Role.COURIER)
def load(run_id: UUID) -> Any:
    def act() -> bytes:
        actor, units = current_actor(), container().units
        sent = load_form(ScannedSchema(), _left_behind_as_list())
        known = _numbers(own_run(run_id, actor=actor, units=units))
        scanned = tuple(Scan(number) for number in whole_numbers(sent["numbers"], known))
        command = LoadRun(run_id, scanned, frozenset(sent["left_behind"]))
        return load_run(command, actor=actor, once=once_of_form(run_json), units=units)

    return _answer(act, lambda errors: _day_with(errors), done="nhan")


@bp.post("/ca/<uuid:run_id>/di")
@allow(Role.COURIER)
def set_out(run_id: UUID) -> AnyResponse:
    units = container().units
    own_run(run_id, actor=current_actor(), units=units)
    start_run(run_id, actor=current_actor(), once=once_of_form(run_json), units=units)
    return redirect(url_for("courier.day"), 303)


@bp.get("/ca/<uuid:run_id>/ket")
@allow(Role.COURIER)
def close_form(run_id: UUID) -> str:
    return _close_page(run_id, [])


@bp.post("/ca/<uuid:run_id>/ket")
@allow(Role.COURIER)
def close(run_id: UUID) -> Any:
    def act() -> bytes:
        actor, units = current_actor(), container().units
        sent = load_form(ClosingSchema())
        known = _numbers(own_run(run_id, actor=actor, units=units))
        back = whole_numbers(sent["numbers"], known)
        command = CloseRun(run_id, back, sent.get("cash_vnd") or None, sent["bank_reference"])
        return close_run(command, actor=actor, once=once_of_form(run_json), units=units)

    return _answer(act, lambda errors: _close_page(run_id, errors), done="ket")


@bp.post("/nop-tien")
@allow(Role.COURIER)
def bank() -> Any:
    def act() -> bytes:
        command = BankCourierCash(**load_form(BankCashSchema()))
        once, units = once_of_form(bank_json), container().units
        return bank_courier_cash(command, actor=current_actor(), once=once, units=units)

    return _answer(act, lambda errors: _day_with(errors), done="nop-tien")


@bp.get("/ban-do")
@allow(Role.COURIER)
def map_page() -> str:
    placed = stops_on_map(actor=current_actor(), units=container().units)
    return render_template("courier/map.html", stops=placed, archipelagos=ARCHIPELAGOS)


@bp.get("/diem-phat.geojson")
@allow(Role.COURIER)
def places() -> Response:
    placed = stops_on_map(actor=current_actor(), units=container().units)
    features = [
        _feature(
            one.lon, one.lat, kind="stop", name=one.name, no=one.position, status=one.status.value,
            href=url_for("courier.stop", delivery_id=one.delivery_id),
        )
        for one in placed
    ]  # fmt: skip
    features += [_feature(lon, lat, kind="sea", code=code) for code, lat, lon in ARCHIPELAGOS]
    return jsonify(type="FeatureCollection", features=features)


@bp.get("/sw.js")
@allow()
def worker() -> Response:
    """Served from here so that it may answer for all pages below /buu-ta."""
    answer = send_from_directory(STATIC, "courier-worker.js", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/buu-ta"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _feature(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _answer(act: Callable[[], bytes], again: Callable[[list[Any]], str], *, done: str) -> Answer:
    """The day's page when it is done; the form again, with nothing lost, when it is refused."""
    return answered(act, again, lambda _: url_for("courier.day", xong=done))


def _hand_over_page(delivery_id: UUID, errors: list[Any]) -> str:
    run, at = door(delivery_id, actor=current_actor(), units=container().units)
    return render_template(
        "courier/hand_over.html", run=run, stop=at, errors=errors, sent=request.form,
        id_kinds=tuple(IdKind), relations=RELATIONS, no_fix=tuple(NoFixReason),
    )  # fmt: skip


def _failure_page(delivery_id: UUID, errors: list[Any]) -> str:
    run, at = door(delivery_id, actor=current_actor(), units=container().units)
    return render_template(
        "courier/failure.html", run=run, stop=at, errors=errors, sent=request.form,
        reasons=tuple(FailureReason), steps=tuple(NextStep), no_fix=tuple(NoFixReason),
    )  # fmt: skip


def _close_page(run_id: UUID, errors: list[Any]) -> str:
    run = own_run(run_id, actor=current_actor(), units=container().units)
    return render_template("courier/close.html", run=run, errors=errors, sent=request.form)


def _day_with(errors: list[Any]) -> str:
    runs = runs_of_today(actor=current_actor(), units=container().units)
    pairs = [(run, next_door(run)) for run in runs]
    shown = {"runs": pairs, "errors": errors, "sent": request.form, "limit_vnd": cash_limit_vnd()}
    return render_template("courier/day.html", **shown)


def _numbers(run: Any) -> tuple[str, ...]:
    return tuple(stop.item_number for stop in run.stops if stop.item_number)


def _left_behind_as_list() -> list[tuple[str, str]]:
    """Ticks of one name become a list, as `left_behind.0`, `left_behind.1`."""
    ticked = request.form.getlist("left_behind")
    others = [pair for pair in request.form.items(multi=True) if pair[0] != "left_behind"]
    return [*others, *((f"left_behind.{no}", value) for no, value in enumerate(ticked))]
