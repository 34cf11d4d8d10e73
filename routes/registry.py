"""Every blueprint of the service and the limits of single endpoints, in one list."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from routes import webhooks
from routes.api import calendars as calendars_api
from routes.api import (
    cases,
    custody,
    deliveries,
    directory,
    dossiers,
    drawers,
    fees,
    nearby,
    runs,
    undos,
)
from routes.api import changes as changes_api
from routes.api import contracts as contracts_api
from routes.api import counter as counter_api
from routes.api import hand_ins as hand_ins_api
from routes.api import people as people_api
from routes.api import quotes as quotes_api
from routes.api import refunds as refunds_api
from routes.api import registers as registers_api
from routes.api import remittances as remittances_api
from routes.api import sign_in as sessions
from routes.errors import by_werkzeug
from routes.pages import (
    api_reference,
    areas,
    board,
    calendars,
    changes,
    citizen,
    citizen_door,
    citizen_entry,
    citizen_refunds,
    collecting,
    contracts,
    corrections,
    counter,
    courier,
    courier_cash,
    courier_phone,
    desk,
    desk_papers,
    desk_sending,
    directory_rows,
    dossier_register,
    doubts,
    hand_ins,
    lookup,
    month_statements,
    network,
    online_filing,
    parked_money,
    pay,
    pouch,
    proofs,
    public,
    quotes,
    receiving,
    reconciliation,
    refund_orders,
    refunds,
    refused_reports,
    registers,
    remittances,
    section_giving,
    sign_in,
    statements,
    tariffs,
    terminal_day,
    where,
)
from routes.pages import directory as directory_pages
from routes.pages import drawer as drawer_pages
from routes.pages import fees as fee_pages
from routes.pages import people as people_pages
from routes.pages import runs as runs_pages
from routes.pages import undos as undo_pages

PAGE_BLUEPRINTS = [
    public.bp,
    where.bp,
    sign_in.bp,
    api_reference.bp,
    board.bp,
    reconciliation.bp,
    terminal_day.bp,
    month_statements.bp,
    parked_money.bp,
    receiving.bp,
    areas.bp,
    refunds.bp,
    refund_orders.bp,
    network.bp,
    people_pages.bp,
    directory_pages.bp,
    tariffs.bp,
    contracts.bp,
    directory_rows.bp,
    registers.bp,
    calendars.bp,
    quotes.bp,
    counter.bp,
    online_filing.bp,
    courier.bp,
    courier_cash.bp,
    courier_phone.bp,
    refused_reports.bp,
    proofs.bp,
    citizen.bp,
    citizen_entry.bp,
    citizen_door.bp,
    citizen_refunds.bp,
    pay.bp,
    runs_pages.bp,
    doubts.bp,
    drawer_pages.bp,
    hand_ins.bp,
    remittances.bp,
    fee_pages.bp,
    statements.bp,
    desk.bp,
    desk_papers.bp,
    desk_sending.bp,
    dossier_register.bp,
    corrections.bp,
    section_giving.bp,
    collecting.bp,
    lookup.bp,
    changes.bp,
    pouch.bp,
    undo_pages.bp,
]
WEBHOOK_BLUEPRINTS = [webhooks.bp]
API_BLUEPRINTS: list[Any] = [
    sessions.blp,
    counter_api.blp,
    quotes_api.blp,
    calendars_api.blp,
    cases.blp,
    contracts_api.blp,
    custody.blp,
    deliveries.blp,
    changes_api.blp,
    directory.blp,
    nearby.blp,
    registers_api.blp,
    dossiers.blp,
    drawers.blp,
    hand_ins_api.blp,
    remittances_api.blp,
    fees.blp,
    refunds_api.blp,
    runs.blp,
    people_api.blp,
    undos.blp,
]
LIMITS = {
    "sign_in.submit": "10 per minute;60 per hour",
    "sign_in.set_password": "5 per minute;20 per hour",
    "sessions.create": "10 per minute;60 per hour",
    "sessions.set_password": "5 per minute;20 per hour",
    "pouch.take": "30 per minute",  # a second person's password is typed there
    "pouch.open_up": "30 per minute",
    "custody.take": "30 per minute",
    "custody.open_up": "30 per minute",
    "hand_ins.settle": "30 per minute",
    "hand_ins_api.settle": "30 per minute",
    "drawers_api.resolve": "30 per minute",
    "drawers_api.witness": "20 per minute",
    "refunds.give_back": "30 per minute",
    "refunds.order": "30 per minute",
    "refunds.order_given": "30 per minute",
    "refunds_api.order_given": "30 per minute",
    "citizen_refunds.give": "10 per minute;30 per hour",  # each one tells his phone
    "refund_orders.refuse": "30 per minute",
    "refund_orders.book": "30 per minute",
    "refunds_api.give_back": "30 per minute",
    "refunds_api.order": "30 per minute",
    "refunds_api.refuse": "30 per minute",
    "refunds_api.book": "30 per minute",
    "month_statements.paid": "30 per minute",
    "fees.refund": "30 per minute",
    "fees_api.refund": "30 per minute",
    "parked_money.place": "30 per minute",
    "parked_money.send_back": "30 per minute",
    "parked_money.note": "30 per minute",
    "parked_money.payout": "30 per minute",
    "parked_money.refund_back": "30 per minute",
    "receiving.publish": "30 per minute",
    "board.resolve": "30 per minute",
    "changes.cancel": "30 per minute",  # a second person's password is typed there
    "changes.pay_back": "30 per minute",
    "changes_api.cancel": "30 per minute",
    "changes_api.pay_back": "30 per minute",
    "board.witness": "20 per minute",
    "statements.check": "20 per minute",
    "citizen_entry.number": "20 per minute;120 per hour",
    "citizen_entry.send_code": "3 per minute;20 per hour",
    "citizen_entry.enter": "10 per minute;60 per hour",
    "citizen.show": "60 per minute",
    "pay.show": "60 per minute",
    "pay.to_gateway": "20 per minute",
    "pay.to_national": "10 per minute",
}


class ProblemApi(Api):  # type: ignore[misc]  # the library has no types
    """flask-smorest with our problem documents; its own handler drops `Allow` on 405."""

    def handle_http_exception(self, error: Any) -> Any:
        return by_werkzeug(error)


def start_api(app: Flask) -> ProblemApi:
    app.config.update(
        API_TITLE="Postal Bridge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,  # the description is served by pages/api_reference.py
    )
    return ProblemApi(app)
