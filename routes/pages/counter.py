"""The clerk's counter: one citizen, one scrolling form, one slip."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.commands import AcceptDossier, PayHow, SignedHow
from postal_bridge.counter.service import (
    CounterSeat,
    DraftView,
    Offer,
    SlipPreview,
    accept_dossier,
    draft,
    drafts_of_seat,
    drop_draft,
    open_draft,
    open_draft_for_same,
    peek_dossier,
    preview_slip,
    print_slip,
    save_draft,
    seat,
)
from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.dossiers.forms import render_appointment
from postal_bridge.dossiers.joining import join_pdfs
from postal_bridge.dossiers.scan_intake import CleanScan, clean_scan
from postal_bridge.dossiers.slip import render_slip
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError
from postal_bridge.money.fare_text import explanation
from postal_bridge.money.tariff import load_tariffs
from postal_bridge.people.rules import IdKind
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors, load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.counter_form import commune_choices, communes_of, slip_ask, wire_pairs
from routes.schemas.counter import AcceptDossierSchema, AcceptedSchema

bp = Blueprint("counter", __name__, url_prefix="/quay-giao-dich")

SERVICE_FORMS = ("both", "send", "receive", "none")


@bp.get("")
@allow(Role.CLERK)
def start() -> str:
    where = _seat()
    return render_template(
        "counter/empty.html",
        point=where.point,
        queue=_queue(),
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
    made = peek_dossier(dossier_id, actor=current_actor(), units=container().units)
    return render_template("counter/accepted.html", made=made)


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
    if one.dossier_id is not None:
        return redirect(url_for("counter.accepted", dossier_id=one.dossier_id))
    return _form(one, [])


@bp.post("/so/<uuid:draft_id>/luu")
@allow(Role.CLERK)
def save(draft_id: UUID) -> str | Response:
    one = _save(draft_id, is_parked=False)
    if request.headers.get("X-Requested-With") == "fetch":
        return render_template("counter/slip.html", draft=one, slip=_slip(one))
    return redirect(url_for("counter.show", draft_id=one.id), 303)


@bp.post("/so/<uuid:draft_id>/gac-lai")
@allow(Role.CLERK)
def park(draft_id: UUID) -> Response:
    _save(draft_id, is_parked=True)
    return redirect(url_for("counter.start"), 303)


@bp.post("/so/<uuid:draft_id>/bo")
@allow(Role.CLERK)
def drop(draft_id: UUID) -> Response:
    drop_draft(draft_id, actor=current_actor(), units=container().units)
    return redirect(url_for("counter.start"), 303)


@bp.post("/so/<uuid:draft_id>/tiep-nhan")
@allow(Role.CLERK)
def accept(draft_id: UUID) -> Response | tuple[str, int]:
    """Accepted, or the form again with every field as it was typed."""
    try:
        command = _command(draft_id)
        answer = accept_dossier(
            command,
            scans=_scans(),
            actor=current_actor(),
            once=once_of_form(as_json(AcceptedSchema().dump)),
            units=container().units,
            blobs=container().blobs,
        )
    except (ValidationError, AppError) as exc:
        one = _save(draft_id, is_parked=False)
        status = status_of(exc) if isinstance(exc, AppError) else 422
        return _form(one, _errors(exc)), status
    return redirect(url_for("counter.accepted", dossier_id=json.loads(answer)["dossier_id"]), 303)


@bp.get("/don-vi")
@allow(Role.CLERK)
def communes() -> Response:
    """Communes of the day for a typed text: [{code, label}]."""
    found = commune_choices(request.args.get("q", "")[:120], local(_seat().now).date())
    return jsonify([{"code": one.code, "label": one.label} for one in found])


def _seat() -> CounterSeat:
    return seat(actor=current_actor(), units=container().units)


def _queue() -> tuple[DraftView, ...]:
    return drafts_of_seat(actor=current_actor(), units=container().units)


def _save(draft_id: UUID, *, is_parked: bool) -> DraftView:
    typed = {
        name: value[:4000]
        for name, value in request.form.items()
        if name not in ("csrf_token", "_key", "signature.image_data") and value.strip()
    }
    return save_draft(
        draft_id, typed, is_parked=is_parked, actor=current_actor(), units=container().units
    )


def _command(draft_id: UUID) -> AcceptDossier:
    fields = {name: value for name, value in request.form.items() if value.strip()}
    pairs = wire_pairs(fields, local(_seat().now).date())
    loaded: AcceptDossier = load_form(AcceptDossierSchema(), [*pairs, ("draft_id", str(draft_id))])
    return loaded


def _scans() -> tuple[CleanScan, ...]:
    """Scans, checked and cleaned before any transaction is open."""
    return tuple(
        clean_scan(int(name.removeprefix("scan.")), file.mimetype, file.read())
        for name, file in request.files.items()
        if file.filename and name.removeprefix("scan.").isdigit()
    )


def _errors(exc: ValidationError | AppError) -> list[FormError]:
    """The schema speaks of link and procedure, the form of one choice for both."""
    seen: dict[str, FormError] = {}
    for error in form_errors(exc):
        field = "offer" if error.field in ("link_id", "procedure_id") else error.field
        field = field.replace(".commune_code", ".commune_text")
        seen.setdefault(field + error.sentence, FormError(field, error.sentence))
    return list(seen.values())


def _form(one: DraftView, errors: list[FormError]) -> str:
    where = _seat()
    today = local(where.now).date()
    say = _say
    slip = _slip(one)
    procedure = slip["preview"].procedure if slip.get("preview") else None
    return render_template(
        "counter/form.html",
        draft=one,
        errors=errors,
        queue=_queue(),
        today=today,
        procedure=procedure,
        slip=slip,
        communes=communes_of(one.fields, today),
        offers_by_section=_offers(where.offers, today),
        service_forms=[(f, say(f"counter_form_{f}")) for f in SERVICE_FORMS],
        id_kinds=[(kind.value, say(f"id_kind_{kind.value}")) for kind in IdKind],
        tallies=[kind.value for kind in TallyKind],
        places=[("", "–"), *((p.value, say(f"counter_place_{p.value}")) for p in Place)],
        receivers=[(r.value, say(f"counter_receiver_{r.value}")) for r in Receiver],
        reliefs=[("", say("counter_no_relief")), *_reliefs(today)],
        pay_hows=[(how.value, say(f"counter_pay_{how.value}")) for how in PayHow],
        signatures=[(how.value, say(f"counter_signed_{how.value}")) for how in SignedHow],
    )


def _say(code: str, **params: Any) -> str:
    return container().texts.render(code, params, chosen_language())


def _reliefs(today: Any) -> list[tuple[str, str]]:
    tariff = load_tariffs().tariff_on(today)
    return [(code, _say(f"relief_{code.replace('-', '_')}")) for code in tariff.reliefs]


def _offers(offers: tuple[Offer, ...], today: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    by_section: dict[str, list[dict[str, Any]]] = defaultdict(list)
    english = chosen_language() == "en"
    for offer in offers:
        name = offer.procedure.name_en if english else offer.procedure.name_vi
        by_section[offer.section_name].append(
            {
                "value": f"{offer.link_id}:{offer.procedure.id}",
                "name": name,
                "online_only": offer.procedure.is_online_only(today),
            }
        )
    return sorted(by_section.items())


def _slip(one: DraftView) -> dict[str, Any]:
    """The running slip as the template wants it."""
    fields: Mapping[str, str] = one.fields
    today = local(_seat().now).date()
    ask = slip_ask(fields, today)
    if ask is None:
        return {}
    preview = preview_slip(ask, actor=current_actor(), units=container().units)
    english = chosen_language() == "en"
    given = {no for no, tally in _tallied(fields) if tally}
    names = {p.no: (p.name_en if english else p.name_vi) for p in preview.procedure.papers}
    return {
        "preview": preview,
        "procedure": preview.procedure.name_en if english else preview.procedure.name_vi,
        "section": preview.section_name,
        "mode": preview.mode.value,
        "papers": [
            f"{names[no]}: {_say(f'tally_{tally}')}"
            for no, tally in _tallied(fields)
            if tally and no in names
        ],
        "missing": [
            names[p.no] for p in preview.procedure.papers if p.is_required and p.no not in given
        ],
        "lines": _lines(preview),
        "payable_now_vnd": preview.payable_now_vnd,
        "explanation": _explained(preview),
        "fare_hint": _say(preview.refusal.code, **preview.refusal.params)
        if preview.refusal
        else None,
        "due_at": preview.due_at,
        "is_expected_only": preview.is_expected_only,
    }


def _tallied(fields: Mapping[str, str]) -> list[tuple[int, str]]:
    numbers = sorted(
        int(name.split(".")[1])
        for name in fields
        if name.startswith("papers.") and name.endswith(".paper_no")
    )
    return [
        (int(fields[f"papers.{n}.paper_no"]), fields.get(f"papers.{n}.tally", ""))
        for n in numbers
        if fields[f"papers.{n}.paper_no"].isdigit()
    ]


def _lines(preview: SlipPreview) -> list[dict[str, Any]]:
    amounts = {
        "counter_line_agency_fee": preview.agency_fee_vnd,
        "counter_line_fare": preview.fare_vnd,
        "counter_line_remittance": preview.remittance_vnd,
    }
    return [{"label": _say(code), "amount_vnd": vnd} for code, vnd in amounts.items() if vnd]


def _explained(preview: SlipPreview) -> str | None:
    if preview.quote is None:
        return None
    return explanation(preview.quote, container().texts, chosen_language())
