"""Reports that were refused: a courier's phone hands them in, the supervisor reads them.

What was filled in at the door comes as `act.NAME`, as it was: nothing of it can be put right now.
"""

from datetime import UTC
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from marshmallow import ValidationError

from couriers.service import Picture
from couriers.set_aside import SetAside, set_aside
from postal_bridge.counter.opening_reports import ReportPicture, open_report, open_report_picture
from postal_bridge.delivery.refused_reports import RefusedReport, ReportLine
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.people.device_rows import RowUnreadable, read_row
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import as_json, once_of_form
from routes.opened_files import file_answer
from routes.pages.answers import Answer, answered
from routes.pages.recorded_acts import SentRowSchema
from routes.schemas.courier import PictureData, sent_pairs
from routes.schemas.refused_reports import SetAsideSchema

bp = Blueprint("refused_reports", __name__)
OF_ACT = "act."
PICTURES = ("mark", "witness_mark", "photo")
FILLED_IN = (
    "seen_number", "who", "relation", "is_authority_seen", "id_kind", "id_last4", "signature",
    "witness_name", "papers_taken_back", "paid_vnd", "reason", "next_step", "dwell_s",
    "no_fix_reason", "fix.lat", "fix.lon", "fix.accuracy_m",
)  # fmt: skip
LONGEST = 300


def _kept(line: ReportLine) -> dict[str, str]:
    return {"report_id": str(line.id)}


kept_json = as_json(_kept)


@bp.post("/buu-ta/diem/<uuid:delivery_id>/tra-lai")
@allow(Role.COURIER)
def hand_in(delivery_id: UUID) -> Answer:
    """The phone may forget the report; the office has it."""

    def act() -> bytes:
        once, blobs = once_of_form(kept_json), container().blobs
        return set_aside(_sent(delivery_id), once=once, blobs=blobs, **_who())

    return answered(act, _refused, lambda _: url_for("courier.day"))


@bp.get("/dieu-hanh/bao-phat/<uuid:report_id>")
@allow(Role.SUPERVISOR, Role.OPERATOR)
def show(report_id: UUID) -> str:
    """What the courier reported, why it was refused, what was signed."""
    page = open_report(report_id, **_who())
    return render_template(
        "board/refused_report.html", page=page, names=FILLED_IN, known=container().texts.has
    )


@bp.get("/dieu-hanh/bao-phat/<uuid:report_id>/anh/<which>")
@allow(Role.SUPERVISOR, Role.OPERATOR)
def picture(report_id: UUID, which: str) -> Response:
    if which not in set(ReportPicture):
        raise NotFound
    kept = ReportPicture(which)
    return file_answer(open_report_picture(report_id, kept, blobs=container().blobs, **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _refused(errors: list[FormError]) -> str:
    return render_template("courier/refused.html", errors=errors)


def _sent(delivery_id: UUID) -> SetAside:
    """The report of this form. Raises ValidationError where a field is none of a report's."""
    pairs = sent_pairs()
    act = {name.removeprefix(OF_ACT): text for name, text in pairs if name.startswith(OF_ACT)}
    if unknown := act.keys() - {*FILLED_IN, *PICTURES}:
        raise ValidationError({f"{OF_ACT}{name}": ["field_unknown"] for name in unknown})
    sent = load_form(SetAsideSchema(), [one for one in pairs if not one[0].startswith(OF_ACT)])
    drawn = {name: _picture(act[name]) for name in PICTURES if act.get(name)}
    report = RefusedReport(
        kind=sent["kind"],
        made_at=sent["made_at"].astimezone(UTC),
        words=sent["words"],
        row=sent["row"],
        row_hash=_hash_of(sent["row"]),
        said={name: act[name][:LONGEST] for name in FILLED_IN if act.get(name)},
        unreadable_pictures=sum(one is None for one in drawn.values()),
    )
    return SetAside(delivery_id, report, **drawn)


def _picture(data: str) -> Picture | None:
    """None for what is no picture: that may be why the report was refused."""
    try:
        drawn: Picture = PictureData().deserialize(data)
    except ValidationError:
        return None
    return drawn


def _hash_of(row: str) -> str | None:
    """Under which the phone's own row stands; None where it signed none that can be read."""
    try:
        return read_row(SentRowSchema().loads(row)["text"]).hash
    except (ValidationError, ValueError, RowUnreadable):
        return None
