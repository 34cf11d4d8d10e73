"""The citizen's page: where is it, when, what now. A number alone opens nothing (S2)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from postal_bridge.counter.citizen import citizen_of, citizen_page
from postal_bridge.counter.citizen_acts import (
    ask_code,
    change_street,
    choose_window,
    collect_at_point,
    collect_at_section,
    enter_code,
    pay_fare,
    show_hand_over_code,
)
from postal_bridge.counter.citizen_look import Look, citizen_of_link, look
from postal_bridge.counter.correcting import MistakeReason, tell_of_mistake
from postal_bridge.counter.fee_changes import ask_rest_online
from postal_bridge.counter.fee_papers import own_refund_paper
from postal_bridge.counter.receipts import own_receipt
from postal_bridge.delivery.service import OpenDispute, confirm_received, open_dispute
from postal_bridge.delivery.types import DeliveryView, DisputeKind, DisputeView, IdentityCheck
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.service import OnlinePayment
from routes.access import allow, signed_in
from routes.container import container
from routes.form_tokens import link_form_token
from routes.forms import load_form
from routes.idempotency import as_json, mint_key, nothing, once_of_form
from routes.kept_pages import KeptPage
from routes.language import chosen_language, remember_language
from routes.pages.answers import Answer, answered
from routes.payment_links import payment_token
from routes.receipts import receipt_answer
from routes.schemas.changes import StreetSchema
from routes.schemas.citizen import CodeSchema, DisputeSchema, NumberSchema, WindowSchema
from routes.schemas.corrections import TellMistakeSchema

bp = Blueprint("citizen", __name__, url_prefix="/tra-cuu")
BY_CODE = "ma"  # in the address instead of a link: the session says which dossier
CODE_OPENS_FOR = timedelta(minutes=30)
SAME_TIME_S = 0.4  # whoever asks learns nothing from how long the answer takes


def _dispute_said(view: DisputeView) -> dict[str, str]:
    return {"dispute_id": str(view.id)}


def _payment_said(view: OnlinePayment) -> dict[str, str]:
    return {"payment_id": str(view.payment_id)}


def _delivery_said(view: DeliveryView) -> dict[str, str]:
    return {"status": view.status.value}


dispute_json = as_json(_dispute_said)
delivery_json = as_json(_delivery_said)
payment_json = as_json(_payment_said)


@bp.get("", strict_slashes=False)
@allow()
def ask() -> str:
    return _ask_page([])


@bp.post("", strict_slashes=False)
@allow()
def number() -> Answer:
    """The same page for every number: it asks for the slip or a code."""
    return answered(_number_seen, _ask_page, lambda _: url_for("citizen.prove"))


@bp.get("/xac-nhan")
@allow()
def prove() -> str:
    return _prove_page([])


@bp.post("/gui-ma")
@allow()
def send_code() -> Response:
    began = time.monotonic()
    ask_code(session.get("citizen_number", ""), units=container().units)
    time.sleep(max(0.0, SAME_TIME_S - (time.monotonic() - began)))
    return redirect(url_for("citizen.prove", da_gui=1), 303)


@bp.post("/xac-nhan")
@allow()
def enter() -> Answer:
    def check() -> bytes:
        sent = load_form(CodeSchema(), [*request.form.items(), ("number", _number() or "-")])
        dossier_id = enter_code(sent["number"], sent["code"], units=container().units)
        until = datetime.now(UTC) + CODE_OPENS_FOR
        session["citizen"] = [str(dossier_id), until.timestamp()]
        return b"{}"

    return answered(
        check, _prove_page, lambda _: url_for("citizen.show", token=BY_CODE), field="code"
    )


@bp.get("/<token>")
@allow()
def show(token: str) -> str:
    """A page like the one before is not made again: rendering costs more than looking."""
    remember_language()
    if signed_in() is not None or "xong" in request.args:
        return _page(token, [])
    pages, language = container().kept_pages, chosen_language()
    found = _look(token, lambda key: pages.get((key, language)))
    kept = found.kept
    if kept is None:
        kept = KeptPage(found.state, pages.holes.cut(_rendered_with_holes(token, found)))
        pages.put((found.key, language), kept)
    forms_token = _forms_token(token)
    return kept.filled({"csrf": lambda: forms_token, "key": mint_key, "link": lambda: token})


@bp.get("/<token>/bien-lai/<uuid:receipt_id>.pdf")
@allow()
def receipt(token: str, receipt_id: UUID) -> Response:
    """The electronic receipt of his own payment."""
    citizen, _ = citizen_by(token)
    words = (container().texts, chosen_language())
    units = container().units
    return receipt_answer(own_receipt(receipt_id, *words, actor=citizen, units=units))


@bp.post("/<token>/ma-nhan")
@allow()
def code(token: str) -> str:
    citizen, _ = citizen_by(token)
    shown = show_hand_over_code(actor=citizen, units=container().units)
    return _page(token, [], code=shown)


@bp.post("/<token>/chua-nhan")
@allow()
def dispute(token: str) -> Answer:
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        command = OpenDispute(_delivery_id(citizen), load_form(DisputeSchema()))
        once = once_of_form(dispute_json)
        return open_dispute(command, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="khieu-nai")


@bp.post("/<token>/da-nhan")
@allow()
def confirm(token: str) -> Answer:
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once, units = once_of_form(delivery_json), container().units
        return confirm_received(_delivery_id(citizen), actor=citizen, once=once, units=units)

    return _answer(token, act, done="da-nhan")


@bp.post("/<token>/sai-sot")
@allow()
def mistake(token: str) -> Answer:
    """The result has a mistake; the agency is asked to look."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once: Once[DossierView] = once_of_form(nothing)
        told = load_form(TellMistakeSchema())
        return tell_of_mistake(told, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="sai-sot")


@bp.post("/<token>/hen")
@allow()
def window(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        choose_window(load_form(WindowSchema()), check, actor=citizen, units=container().units)
        return b"{}"

    return _answer(token, act, done="hen")


@bp.post("/<token>/nhan-tai-buu-cuc")
@allow()
def to_point(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        collect_at_point(check, actor=citizen, units=container().units)
        return b"{}"

    return _answer(token, act, done="buu-cuc")


@bp.post("/<token>/doi-dia-chi")
@allow()
def street(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        address = load_form(StreetSchema())["address_text"]
        change_street(address, check, actor=citizen, units=container().units)
        return b"{}"

    return _answer(token, act, done="dia-chi")


@bp.post("/<token>/nhan-tai-mot-cua")
@allow()
def to_section(token: str) -> Answer:
    """Nobody brings it; the citizen fetches it where it is made."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once = once_of_form(delivery_json)
        return collect_at_section(actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="mot-cua")


@bp.post("/<token>/thanh-toan")
@allow()
def pay(token: str) -> Answer:
    citizen, _ = citizen_by(token)
    dossier_id = UUID(citizen.id)

    def act() -> bytes:
        once = once_of_form(payment_json)
        return pay_fare(actor=citizen, once=once, units=container().units)

    def then(done: dict[str, Any]) -> str:
        address = payment_token(UUID(done["payment_id"]), dossier_id)
        return url_for("pay.show", token=address)

    return answered(act, lambda errors: _page(token, errors), then)


@bp.post("/<token>/nop-them/<uuid:change_id>")
@allow()
def pay_rest(token: str, change_id: UUID) -> Answer:
    """The rest of a fee by transfer: the QR stands on the payment's own page."""
    citizen, _ = citizen_by(token)
    dossier_id = UUID(citizen.id)

    def act() -> bytes:
        once = once_of_form(payment_json)
        return ask_rest_online(change_id, actor=citizen, once=once, units=container().units)

    def then(done: dict[str, Any]) -> str:
        return url_for("pay.show", token=payment_token(UUID(done["payment_id"]), dossier_id))

    return answered(act, lambda errors: _page(token, errors), then)


@bp.get("/<token>/hoan-phi/<uuid:change_id>.pdf")
@allow()
def refund_slip(token: str, change_id: UUID) -> Response:
    citizen, _ = citizen_by(token)
    words = (container().texts, chosen_language())
    units = container().units
    return receipt_answer(own_refund_paper(change_id, *words, actor=citizen, units=units))


def _answer(token: str, act: Callable[[], bytes], *, done: str) -> Answer:
    return answered(
        act,
        lambda errors: _page(token, errors),
        lambda _: url_for("citizen.show", token=token, xong=done),
    )


def citizen_by(token: str) -> tuple[Actor, IdentityCheck]:
    """The citizen, and how he is known. Raises NotFound for a link that opens nothing."""
    if _is_link(token):
        return citizen_of_link(token, units=container().units), IdentityCheck.SLIP
    return _citizen_by_code(), IdentityCheck.ONE_TIME_CODE


def _is_link(token: str) -> bool:
    return token != BY_CODE


def _citizen_by_code() -> Actor:
    dossier_id, until = session.get("citizen", ["", 0.0])
    if not dossier_id or datetime.now(UTC).timestamp() > until:
        raise NotFound
    return citizen_of(UUID(dossier_id))


def _delivery_id(citizen: Actor) -> UUID:
    seen = citizen_page(chosen_language(), actor=citizen, units=container().units)
    if seen.delivery is None:
        raise NotFound
    return seen.delivery.id


def _page(token: str, errors: list[Any], code: str | None = None) -> str:
    found = _look(token, lambda _: None)
    return _rendered(token, found, errors=errors, code=code, done=request.args.get("xong"))


def _look(token: str, known: Callable[[str], KeptPage | None]) -> Look[KeptPage]:
    who = token if _is_link(token) else _citizen_by_code()
    found = look(who, chosen_language(), known=known, units=container().units)
    g.business_now = found.now
    return found


def _rendered_with_holes(token: str, found: Look[KeptPage]) -> str:
    """Without what belongs to this request alone."""
    mark = container().kept_pages.holes.mark
    page = _rendered(token, found, csrf_token=lambda: mark("csrf"), mint_key=lambda: mark("key"))
    return page.replace(token, mark("link")) if _is_link(token) else page


def _rendered(token: str, found: Look[KeptPage], **given: Any) -> str:
    own: dict[str, Any] = {
        "errors": [],
        "code": None,
        "done": None,
        "csrf_token": lambda: _forms_token(token),
    }
    return render_template(
        "citizen/dossier.html", page=found.page, token=token, kinds=tuple(DisputeKind),
        mistakes=tuple(MistakeReason), sent=request.form,
        is_by_link_alone=_is_by_link_alone(token), **(own | given),
    )  # fmt: skip


def _is_by_link_alone(token: str) -> bool:
    """Known by the link and nothing else: the page needs no session."""
    return _is_link(token) and signed_in() is None


def _forms_token(token: str) -> str:
    return link_form_token(token) if _is_by_link_alone(token) else str(generate_csrf())


def _number_seen() -> bytes:
    session["citizen_number"] = load_form(NumberSchema())["number"]
    return b"{}"


def _number() -> str:
    return str(session.get("citizen_number", ""))


def _ask_page(errors: list[Any]) -> str:
    return render_template("citizen/ask.html", errors=errors, sent=request.form)


def _prove_page(errors: list[Any]) -> str:
    return render_template(
        "citizen/prove.html", errors=errors, number=_number(), was_sent="da_gui" in request.args
    )
