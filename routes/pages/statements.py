"""A clerk's signed statement, and the public page where anyone checks one."""

import base64
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from postal_bridge.counter.statement_paper import statement_pdf
from postal_bridge.counter.statements import Statement, check_printed, signed_statement
from postal_bridge.kernel.actor import Role
from postal_bridge.money.signed_statement import (
    Checked,
    check_statement,
    public_keys_of,
    read_statement,
)
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language
from routes.pages.sent_files import sent_file

bp = Blueprint("statements", __name__)
LARGEST_FILE = 2_000_000


@bp.get("/quy/<uuid:drawer_id>.json")
@allow(Role.CLERK, Role.SUPERVISOR)
def data(drawer_id: UUID) -> Response:
    """For the clerk to keep: the whole shift, signed."""
    name = f'attachment; filename="ket-ca-{drawer_id}.json"'
    content = _statement(drawer_id).as_json
    return Response(content, mimetype="application/json", headers={"Content-Disposition": name})


@bp.get("/quy/<uuid:drawer_id>.pdf")
@allow(Role.CLERK, Role.SUPERVISOR)
def paper(drawer_id: UUID) -> Response:
    pdf = statement_pdf(_statement(drawer_id), container().texts, chosen_language())
    name = f'inline; filename="ket-ca-{drawer_id}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


@bp.get("/kiem-tra")
@allow()
def form() -> str:
    return render_template("statements/check.html", checked=None, printed=None, asked=False)


@bp.post("/kiem-tra")
@allow()
def check() -> str:
    """A statement's file; nothing of it is kept."""
    content = sent_file(LARGEST_FILE)
    return _checked(_read(content) if len(content) <= LARGEST_FILE else None)


@bp.get("/kiem-tra/ket-ca")
@allow()
def printed() -> str:
    """What the QR of a printed statement opens."""
    found = check_printed(request.full_path, units=container().units)
    return render_template("statements/check.html", checked=None, printed=found, asked=True)


@bp.get("/kiem-tra/khoa.json")
@allow()
def keys() -> Response:
    """The office's public signing keys, for `proof verify` on any machine."""
    known = public_keys_of(container().ring)
    return jsonify(keys={name: base64.b64encode(key).decode() for name, key in known.items()})


def _statement(drawer_id: UUID) -> Statement:
    base = container().settings.effective_public_url + url_for("statements.printed")
    who: dict[str, Any] = {"actor": current_actor(), "units": container().units}
    return signed_statement(drawer_id, base_url=base, **who)


def _read(content: bytes) -> Any:
    try:
        return read_statement(content)
    except ValueError:
        return None


def _checked(document: Any) -> str:
    found: Checked = check_statement(document, public_keys_of(container().ring))
    return render_template("statements/check.html", checked=found, printed=None, asked=True)
