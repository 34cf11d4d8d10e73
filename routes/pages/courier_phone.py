"""The courier's own phone: which one of the office's it is, and the key that it made."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from postal_bridge.kernel.actor import Role
from postal_bridge.people.device_rows import RowUnreadable
from postal_bridge.people.service import EnrolKey, enrol_key_once, phones_of_office
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.recorded_acts import sent_row
from routes.schemas.common import Text, Wire

bp = Blueprint("courier_phone", __name__, url_prefix="/buu-ta/may")


class EnrolSchema(Wire):
    """`public_key`: SubjectPublicKeyInfo of a key on P-256, in base64."""

    device_id = Text(required=True, longest=40)
    public_key = Text(required=True, longest=200)


@bp.get("")
@allow(Role.COURIER)
def show() -> str:
    return _page([])


@bp.post("")
@allow(Role.COURIER)
def enrol() -> Answer:
    """The phone's key signs for the device from now on; the one before is replaced."""

    def act() -> bytes:
        sent, row = load_form(EnrolSchema()), sent_row()
        if row is None:
            raise RowUnreadable
        command = EnrolKey(sent["device_id"], sent["public_key"], row)
        once = once_of_form(_key_said)
        return enrol_key_once(command, once=once, **_who())

    return answered(act, _page, lambda _: url_for("courier_phone.show"))


def _key_said(key_id: UUID) -> bytes:
    return json.dumps({"key_id": str(key_id)}).encode()


def _page(errors: list[Any]) -> str:
    return render_template("courier/phone.html", phones=phones_of_office(**_who()), errors=errors)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
