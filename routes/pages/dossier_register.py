"""The section's register of dossiers (`/mot-cua/so-theo-doi`, form 07)."""

from typing import Any

from flask import Blueprint, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.dossier_register import (
    AskedRegister,
    RegisterPeriodWrong,
    RegisterTooLong,
    dossier_register,
    print_dossier_register,
)
from postal_bridge.dossiers.register_form import render_register
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import form_errors, load_form
from routes.language import chosen_language
from routes.schemas.dossier_register import AskedRegisterSchema

bp = Blueprint("dossier_register", __name__, url_prefix="/mot-cua/so-theo-doi")


@bp.get("")
@allow(Role.OFFICER)
def show() -> str | tuple[str, int]:
    try:
        page = dossier_register(_asked(), **_who())
    except (ValidationError, RegisterPeriodWrong) as exc:
        return _refused(exc)
    return render_template("desk/register.html", page=page, errors=[])


@bp.get("/mau-07.pdf")
@allow(Role.OFFICER)
def sheet() -> Response | tuple[str, int]:
    """With names: a look at each dossier on it is written first."""
    try:
        filled = print_dossier_register(_asked(), **_who())
    except (ValidationError, RegisterPeriodWrong, RegisterTooLong) as exc:
        return _refused(exc)
    pdf = render_register(filled, texts=container().texts, language=chosen_language())
    name = f"so-theo-doi-{filled.first}-{filled.last}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _asked() -> AskedRegister:
    given = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    return AskedRegister(**load_form(AskedRegisterSchema(), given))


def _refused(exc: Any) -> tuple[str, int]:
    """This month instead, and what was wrong with what was asked."""
    page = dossier_register(AskedRegister(), **_who())
    return render_template("desk/register.html", page=page, errors=form_errors(exc)), 422


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
