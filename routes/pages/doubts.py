"""Results in doubt (`/ca-phat/luu/<id>/…`): lost, found, sent on, parked; a report accepted or
refuted.

The page they are shown on is that of the result at the office.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint

from postal_bridge.delivery.service import (
    PackResult,
    ParkDelivery,
    RefuteReport,
    SendBack,
    accept_doubtful_proof,
    pack_result,
    park_delivery,
    refute_reported,
    report_lost,
    report_recovered,
    unpark_delivery,
)
from postal_bridge.delivery.types import Evidenced
from postal_bridge.kernel.actor import Role
from routes.access import allow
from routes.forms import load_form
from routes.pages.answers import Answer
from routes.pages.runs import PLANNERS, act_on_held
from routes.schemas.changes import LossSchema, PackAgainSchema
from routes.schemas.runs import DecisionOnPageSchema, RefuteSchema, SeenSchema

bp = Blueprint("doubts", __name__, url_prefix="/ca-phat/luu")


@bp.post("/<uuid:delivery_id>/that-lac")
@allow(Role.SUPERVISOR)
def lose(delivery_id: UUID) -> Answer:
    """Written off, on a ground that is named; not by whoever carried it."""

    def use_case(ground: Evidenced, **who: Any) -> bytes:
        return report_lost(delivery_id, ground, **who)

    def ground() -> Evidenced:
        return Evidenced(load_form(LossSchema())["evidence"])

    return act_on_held(delivery_id, use_case, ground, done="that-lac")


@bp.post("/<uuid:delivery_id>/tim-thay")
@allow(*PLANNERS)
def recover(delivery_id: UUID) -> Answer:
    def command() -> SendBack:
        return SendBack(delivery_id, load_form(SeenSchema())["seen_number"])

    return act_on_held(delivery_id, report_recovered, command, done="tim-thay")


@bp.post("/<uuid:delivery_id>/dong-goi")
@allow(*PLANNERS)
def pack_again(delivery_id: UUID) -> Answer:
    """What was found goes on to its person."""

    def command() -> PackResult:
        schema = PackAgainSchema()
        return schema.command(delivery_id, load_form(schema))

    return act_on_held(delivery_id, pack_result, command, done="dong-goi")


@bp.post("/<uuid:delivery_id>/chap-nhan")
@allow(Role.SUPERVISOR)
def accept_proof(delivery_id: UUID) -> Answer:
    """A complete proof whose place is in doubt counts, says somebody who did not make it."""
    return act_on_held(delivery_id, accept_doubtful_proof, lambda: delivery_id, done="chap-nhan")


@bp.post("/<uuid:delivery_id>/chua-giao")
@allow(*PLANNERS)
def refute(delivery_id: UUID) -> Answer:
    """It was not delivered after all: the envelope is here, says somebody else."""

    def command() -> RefuteReport:
        return RefuteReport(delivery_id, **load_form(RefuteSchema()))

    return act_on_held(delivery_id, refute_reported, command, done="chua-giao")


@bp.post("/<uuid:delivery_id>/tam-dung")
@allow(Role.SUPERVISOR)
def park(delivery_id: UUID) -> Answer:
    """This one waits for the weather or the holidays; no attempt is used up."""

    def command() -> ParkDelivery:
        return ParkDelivery(delivery_id, **load_form(DecisionOnPageSchema()))

    return act_on_held(delivery_id, park_delivery, command, done="tam-dung")


@bp.post("/<uuid:delivery_id>/phat-lai")
@allow(Role.SUPERVISOR)
def unpark(delivery_id: UUID) -> Answer:
    return act_on_held(delivery_id, unpark_delivery, lambda: delivery_id, done="phat-lai")
