"""The clerk's counter: one citizen, one scrolling form, one slip."""

import json
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.commands import AcceptDossier
from postal_bridge.counter.handed_in import handed_in
from postal_bridge.counter.service import (
    DraftView,
    accept_dossier,
    draft,
    drop_draft,
    open_draft,
    open_draft_for_same,
    print_slip,
    save_draft,
)
from postal_bridge.directory.rules import FILED_ONLINE
from postal_bridge.dossiers.forms import render_appointment
from postal_bridge.dossiers.joining import join_pdfs
from postal_bridge.dossiers.scan_intake import CleanScan, clean_scan
from postal_bridge.dossiers.slip import render_slip
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.counter_communes import commune_suggestions
from routes.pages.counter_errors import check_communes, placed
from routes.pages.counter_form import NOT_KEPT, NOT_TYPED, wire_pairs
from routes.pages.counter_view import form_page, queue, seat_now
from routes.schemas.counter import AcceptDossierSchema, AcceptedSchema

bp = Blueprint("counter", __name__, url_prefix="/quay-giao-dich")

LONGEST_FIELD = 4_000
LONGEST_ADDRESS = 300


@bp.get("")
@allow(Role.CLERK)
def start() -> str:
    where = seat_now()
    return render_template(
        "counter/empty.html",
        point=where.point,
        queue=queue(),
        drawer_open=where.has_open_drawer,
        errors=[],
    )


@bp.post("/so")
@allow(Role.CLERK)
def next_number() -> Response:
    one = open_draft({}, actor=current_actor(), units=container().units)
    return redirect(url_for("counter.show", draft_id=one.id), 303)


@bp.post("/cung-nguoi-nop/<uuid:dossier_id>")
@allow(Role.CLERK)
def same_submitter(dossier_id: UUID) -> Response:
    one = open_draft_for_same(dossier_id, actor=current_actor(), units=container().units)
    return redirect(url_for("counter.show", draft_id=one.id), 303)


@bp.get("/ho-so/<uuid:dossier_id>")
@allow(Role.CLERK)
def accepted(dossier_id: UUID) -> str:
    made = handed_in(dossier_id, actor=current_actor(), units=container().units)
    return render_template("counter/accepted.html", made=made, FILED_ONLINE=FILED_ONLINE)


@bp.post("/ho-so/<uuid:dossier_id>/phieu.pdf")
@allow(Role.CLERK, Role.SUPERVISOR)
def slip(dossier_id: UUID) -> Response:
    """One A4 sheet that folds to A5; form 01 on a second one in seated mode."""
    texts, language = container().texts, chosen_language()
    printed = print_slip(
        dossier_id,
        follow_url=f"{container().settings.effective_public_url}/tra-cuu",
        texts=texts,
        language=language,
        actor=current_actor(),
        units=container().units,
    )
    sheets = [render_slip(printed.slip, texts=texts, language=language)]
    if printed.appointment:
        sheets.append(render_appointment(printed.appointment, texts=texts, language=language))
    return Response(join_pdfs(sheets), mimetype="application/pdf")


@bp.get("/so/<uuid:draft_id>")
@allow(Role.CLERK)
def show(draft_id: UUID) -> str | Response:
    one = draft(draft_id, actor=current_actor(), units=container().units)
    return _accepted_page(one) or form_page(one, [])


@bp.post("/so/<uuid:draft_id>/luu")
@allow(Role.CLERK)
def save(draft_id: UUID) -> str | Response:
    """The form is kept; a script gets what changed on the page, a browser goes on to `then`."""
    one = _save(draft_id, is_parked=False)
    if request.headers.get("X-Requested-With") == "fetch":
        return form_page(one, [], template="live.html")
    then = request.form.get("then", default=one.id, type=UUID)
    return redirect(url_for("counter.show", draft_id=then, _anchor="s5"), 303)


@bp.post("/so/<uuid:draft_id>/gac-lai")
@allow(Role.CLERK)
def park(draft_id: UUID) -> Response:
    """This number waits; `do=next` serves the next one at once."""
    _save(draft_id, is_parked=True)
    is_next = request.form.get("do") == "next"
    return next_number() if is_next else redirect(url_for("counter.start"), 303)


@bp.post("/so/<uuid:draft_id>/bo")
@allow(Role.CLERK)
def drop(draft_id: UUID) -> Response:
    drop_draft(draft_id, actor=current_actor(), units=container().units)
    return redirect(url_for("counter.start"), 303)


@bp.post("/so/<uuid:draft_id>/tiep-nhan")
@allow(Role.CLERK)
def accept(draft_id: UUID) -> Response | tuple[str, int]:
    """Accepted once, however often it is sent; or the form again with all that was typed."""
    one = draft(draft_id, actor=current_actor(), units=container().units)
    if (done := _accepted_page(one)) is not None:
        return done
    try:
        answer = json.loads(_accept(draft_id))
    except (ValidationError, AppError) as exc:
        return _refused(draft_id, exc)
    return redirect(url_for("counter.accepted", dossier_id=answer["dossier_id"]), 303)


@bp.get("/don-vi")
@allow(Role.CLERK)
def communes() -> Response:
    """Communes of the day for a typed text: [{code, label}]."""
    found = commune_suggestions(
        request.args.get("q", "")[:LONGEST_ADDRESS], local(seat_now().now).date()
    )
    return jsonify([{"code": one.code, "label": one.label} for one in found])


def _accepted_page(one: DraftView) -> Response | None:
    if one.dossier_id is None:
        return None
    return redirect(url_for("counter.accepted", dossier_id=one.dossier_id), 303)


def _accept(draft_id: UUID) -> bytes:
    return accept_dossier(
        _command(draft_id),
        scans=_scans(),
        actor=current_actor(),
        once=once_of_form(as_json(AcceptedSchema().dump)),
        units=container().units,
        blobs=container().blobs,
    )


def _refused(draft_id: UUID, exc: ValidationError | AppError) -> tuple[str, int]:
    """Nothing was recorded but the form itself."""
    one = _save(draft_id, is_parked=False)
    today = local(seat_now().now).date()
    status = status_of(exc) if isinstance(exc, AppError) else 422
    return form_page(one, placed(exc, one.fields, today)), status


def _save(draft_id: UUID, *, is_parked: bool) -> DraftView:
    return save_draft(
        draft_id, _typed(), is_parked=is_parked, actor=current_actor(), units=container().units
    )


def _typed() -> dict[str, str]:
    return {
        name: value[:LONGEST_FIELD]
        for name, value in request.form.items()
        if name not in NOT_TYPED | NOT_KEPT and value.strip()
    }


def _command(draft_id: UUID) -> AcceptDossier:
    fields = {name: value for name, value in request.form.items() if value.strip()}
    today = local(seat_now().now).date()
    pairs = [*wire_pairs(fields, today), ("draft_id", str(draft_id))]
    loaded: AcceptDossier = load_form(AcceptDossierSchema(), pairs)
    check_communes(fields, today)
    return loaded


def _scans() -> tuple[CleanScan, ...]:
    """Scans, checked and cleaned before any transaction is open."""
    return tuple(
        clean_scan(int(name.removeprefix("scan.")), file.mimetype, file.read())
        for name, file in request.files.items()
        if file.filename and name.removeprefix("scan.").isdecimal()
    )
