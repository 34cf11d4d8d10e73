"""The accounts that payers are shown (`/dieu-hanh/tai-khoan-nhan`): published by two people."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from postal_bridge.insight.directory import author_name
from postal_bridge.insight.names import Names
from postal_bridge.kernel.actor import Role
from postal_bridge.money.receiving_accounts import accounts_page, publish_account
from postal_bridge.money.vietqr import svg
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.receiving import PublishAccountSchema
from routes.second_person import with_second_person

bp = Blueprint("receiving", __name__, url_prefix="/dieu-hanh/tai-khoan-nhan")


@bp.get("")
@allow(Role.OPERATOR)
def show() -> str:
    return _page([])


@bp.post("")
@allow(Role.OPERATOR)
def publish() -> Answer:
    """Payers are shown this account from its first day on, two people say."""

    def act() -> bytes:
        schema = PublishAccountSchema()
        command = schema.command(with_second_person(load_form(schema)))
        return publish_account(
            command,
            actor=current_actor(),
            once=once_of_form(lambda number: b'{"number": %d}' % number),
            units=container().units,
        )

    return answered(act, _page, lambda _: url_for("receiving.show"))


def _page(errors: list[Any]) -> str:
    page = accounts_page(actor=current_actor(), units=container().units)
    now = next(one for one in page.accounts if one.number == page.current)
    with container().units.read() as uow:
        names = Names(uow)
        people = {
            one.number: [author_name(names, ref) for ref in one.people] for one in page.accounts
        }
    return render_template(
        "board/receiving.html",
        page=page,
        now=now,
        people=people,
        picture=Markup(svg(now.qr, scale=5)),  # noqa: S704  (drawn here from checked digits)
        errors=errors,
        typed=request.form,
    )
