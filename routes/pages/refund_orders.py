"""Money that goes back by transfer (`/dieu-hanh/lenh-hoan-tien`): debts, and files for the bank."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from postal_bridge.dossiers.arrivals import acceptance_numbers
from postal_bridge.kernel.actor import Role
from postal_bridge.money.refund_file_debits import book_file
from postal_bridge.money.refund_files import RefundFile, fetch_file, make_file, refunds_page
from postal_bridge.money.refund_orders import refuse_refund
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.refunds import BookFileSchema, MakeFileSchema, RefuseRefundSchema
from routes.second_person import with_second_person

bp = Blueprint("refund_orders", __name__, url_prefix="/dieu-hanh/lenh-hoan-tien")


@bp.get("")
@allow(Role.SUPERVISOR, Role.OPERATOR)
def show() -> str:
    return _page([])


@bp.post("/tep")
@allow(Role.OPERATOR)
def make() -> Answer:
    """Everything that is ordered stands in one file."""

    def act() -> bytes:
        load_form(MakeFileSchema())
        return make_file(once=once_of_form(_made), **_who())

    return answered(act, _page, lambda _: url_for("refund_orders.show"))


@bp.post("/tep/<uuid:file_id>.csv")
@allow(Role.OPERATOR)
def fetch(file_id: UUID) -> Response:
    """The file again, the same bytes; that accounts were opened is said in every dossier."""
    file, content = fetch_file(file_id, **_who())
    name = f'attachment; filename="lenh-hoan-tien-{file.number:05d}.csv"'
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": name})


@bp.post("/tep/<uuid:file_id>/mot-dong")
@allow(Role.OPERATOR)
def book(file_id: UUID) -> Answer:
    """The bank booked the whole file as this line, two people say."""

    def act() -> bytes:
        schema = BookFileSchema()
        command = schema.command(file_id, with_second_person(load_form(schema)))
        return book_file(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _page(errors, wrong=file_id),
        lambda _: url_for("refund_orders.show"),
        is_lookup=True,
    )


@bp.post("/<uuid:payment_id>/ngan-hang-tu-choi")
@allow(Role.OPERATOR)
def refuse(payment_id: UUID) -> Answer:
    """The bank has not carried it out, two people say."""

    def act() -> bytes:
        schema = RefuseRefundSchema()
        command = schema.command(payment_id, with_second_person(load_form(schema)))
        return refuse_refund(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, lambda _: url_for("refund_orders.show"))


def _made(file: RefundFile) -> bytes:
    return json.dumps({"number": file.number}).encode()


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _page(errors: list[Any], *, wrong: UUID | None = None) -> str:
    page = refunds_page(**_who())
    with container().units.read() as uow:
        shown = (*page.owed, *page.ordered, *page.sent)
        numbers = acceptance_numbers(uow, {one.dossier_id for one in shown})
    return render_template(
        "board/refund_orders.html",
        page=page, numbers=numbers, errors=errors, wrong=wrong, sent=request.form,
    )  # fmt: skip
