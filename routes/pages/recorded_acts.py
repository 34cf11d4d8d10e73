"""A courier's act that comes with a row of his phone's own stream, in the field `device_row`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from couriers.recorded import Recorded
from couriers.service import keep_refused
from postal_bridge.kernel.errors import AppError, Conflict, NotFound, RuleViolation
from postal_bridge.people.device_rows import RowUnreadable, SentRow, read_row
from routes.access import current_actor
from routes.container import container
from routes.forms import DEVICE_ROW, NOT_DATA
from routes.idempotency import FORM_FIELD
from routes.schemas.common import Id, Text, Wire

T = TypeVar("T")
PHONE_TIME = "Device-Time"
WRONG_FIELDS = "invalid_request"


class SentRowSchema(Wire):
    """`text`: the row as it was signed; `salt`: of its digests."""

    text = Text(required=True, longest=6_000)
    signature = Text(required=True, longest=100)
    key = Id(required=True)
    salt = Text(required=True, longest=32, shortest=32)


def sent_row() -> SentRow | None:
    """The row of this form; None where the phone records nothing. Raises RowUnreadable."""
    given = request.form.get(DEVICE_ROW, "")
    if not given:
        return None
    try:
        row: dict[str, Any] = SentRowSchema().loads(given)
    except (ValidationError, ValueError):
        raise RowUnreadable from None
    return SentRow(row["text"], row["signature"], row["key"], row["salt"], _phone_time())


def done_with_row(kind: str, delivery_id: UUID, act: Callable[[Recorded | None], T]) -> T:
    """The act is done with what the phone recorded of it, or refused with it.

    What may yet succeed unchanged (no answer, a busy home) leaves no receipt: it comes again.
    """
    recorded = _recorded(kind, delivery_id)
    try:
        return act(recorded)
    except (ValidationError, RuleViolation, Conflict, NotFound) as exc:
        if recorded is not None:
            code = exc.code if isinstance(exc, AppError) else WRONG_FIELDS
            keep_refused(recorded, code, actor=current_actor(), units=container().units)
        raise


def _recorded(kind: str, delivery_id: UUID) -> Recorded | None:
    row = sent_row()
    if row is None:
        return None
    key = request.form.get(FORM_FIELD, "")
    return Recorded(read_row(row.text), row, kind, delivery_id, key, _fields())


def _fields() -> tuple[tuple[str, bytes], ...]:
    texts = [
        (name, value.encode())
        for name, value in request.form.items(multi=True)
        if name not in NOT_DATA and value
    ]
    files = []
    for name, file in request.files.items(multi=True):
        content = file.read()
        file.seek(0)
        if content:
            files.append((name, content))
    return (*texts, *files)


def _phone_time() -> datetime | None:
    """The phone's clock as it sent this; what is no such time is as good as none."""
    try:
        said = datetime.fromisoformat(request.headers.get(PHONE_TIME, ""))
    except ValueError:
        return None
    return said if said.tzinfo is not None else None
