"""API: days worked or not, looked at and published. The operator's."""

from typing import Any

from flask import Response

from postal_bridge.directory.calendar_publishing import CalendarPublished, publish_days
from postal_bridge.insight.service import calendars_page, look_at_calendar
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.calendars import (
    CalendarFileSchema,
    CalendarLookSchema,
    PublishedCalendarSchema,
    PublishedCalendarsSchema,
    flat_look,
    flat_publication,
)

blp = ApiBlueprint("calendars_api", __name__, url_prefix="/api/v1", description="Working calendars")


def _dump(made: CalendarPublished) -> Any:
    return PublishedCalendarSchema().dump(flat_publication(made))


@blp.route("/calendars", methods=["GET"])
@allow(Role.OPERATOR)
@blp.response(200, PublishedCalendarsSchema)
def published() -> dict[str, Any]:
    """Every file of days that was published here, the latest first."""
    found = calendars_page(actor=current_actor(), units=container().units).published
    return {"rows": [flat_publication(one.made) for one in found]}


@blp.route("/calendars/looks", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(CalendarFileSchema)
@blp.response(200, CalendarLookSchema)
def look(content: bytes) -> dict[str, Any]:
    """What a file would change, or every fault; promises stay as given. Nothing is kept."""
    return flat_look(look_at_calendar(content, actor=current_actor(), units=container().units))


@blp.route("/calendars", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(CalendarFileSchema)
@blp.alt_response(201, schema=PublishedCalendarSchema)
def publish(content: bytes) -> Response:
    """Whatever is counted from now on is counted so. With any fault nothing is published."""
    answer = publish_days(
        content, actor=current_actor(), once=once(as_json(_dump)), units=container().units
    )
    return answered(answer, 201)
