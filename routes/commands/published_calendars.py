"""Days worked or not from a CSV file: every fault named, or what they change, or published."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import click

from postal_bridge.directory.calendar_publishing import CalendarPublished, SaidDay, publish_days
from postal_bridge.insight.service import CalendarPreview, calendars_page, look_at_calendar
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import EXIT_BAD_INPUT, Reply, error_document, texts
from routes.schemas.calendars import (
    CalendarLookSchema,
    PublishedCalendarSchema,
    flat_look,
    flat_publication,
)


@click.group("calendars")
def calendars() -> None:
    """Lịch làm việc đã công bố. Published calendars."""


@calendars.command("list", cls=OperatorCommand)
def calendars_list() -> Reply:
    """Từng lần công bố: khi nào, ai, ngày nào. Each publication: when, who, which days."""
    found = calendars_page(actor=Actor.operator(), units=container(wiring=False).units).published
    rows = [PublishedCalendarSchema().dump(flat_publication(one.made)) for one in found]
    lines = []
    for one in found:
        made = one.made.snapshot
        lines.append(f"{made.number}  {made.published_at.isoformat()}  {one.name or made.actor}")
        lines += _lines(one.made.days)
    empty = texts().render("calendars_none", {}, "vi")
    return Reply({"rows": rows}, "\n".join(lines) or empty)


def calendar_import(content: bytes, *, dry_run: bool) -> Reply:
    """The file is published, or with `dry_run` only looked at; faults end with exit status 2."""
    units = container(wiring=False).units
    seen = look_at_calendar(content, actor=Actor.operator(), units=units)
    if seen.look.faults:
        return _faulty(seen)
    document = {
        "kind": "calendar",
        "dry_run": dry_run,
        **CalendarLookSchema().dump(flat_look(seen)),
    }
    lines = [*_lines(seen.look.days), *_promises(seen)]
    if not dry_run:
        answer = publish_days(content, actor=Actor.operator(), once=_this_run(content), units=units)
        document |= json.loads(answer)
    code = "calendar_import_looked" if dry_run else "calendar_import_published"
    said = texts().render(code, {"count": len(seen.look.days)}, "vi")
    return Reply(document, "\n".join([said, *lines]))


def _this_run(content: bytes) -> Once[CalendarPublished]:
    """Each run of the command is a request of its own; the same file again changes nothing."""

    def render(made: CalendarPublished) -> bytes:
        return json.dumps({"snapshot": made.snapshot.id, "number": made.snapshot.number}).encode()

    return Once(str(new_id()), "import calendar", hashlib.sha256(content).hexdigest(), render)


def _faulty(seen: CalendarPreview) -> Reply:
    faults: list[dict[str, Any]] = [
        {**one._asdict(), "detail": texts().render(one.code, {}, "vi")} for one in seen.look.faults
    ]
    detail = texts().render("calendar_file_wrong", {"count": len(faults)}, "vi")
    document = {**error_document("calendar_file_wrong", detail), "rows": faults}
    lines = [f"{one['row']}: {one['column']}: {one['detail']}" for one in faults]
    return Reply(document, "\n".join([detail, *lines]), exit_code=EXIT_BAD_INPUT)


def _lines(days: Sequence[SaidDay]) -> list[str]:
    return [
        f"  {one.row.day}  {one.row.calendar}  {one.row.unit or '–'}  {one.row.work.value}"
        f"  {one.row.decision}"
        for one in days
    ]


def _promises(seen: CalendarPreview) -> list[str]:
    if not seen.promises_count:
        return []
    said = texts().render("calendars_promises", {"n": seen.promises_count}, "vi")
    return [
        f"  ! {said}",
        *(
            f"    {one.promise.number}  {one.promise.due_at.isoformat()}"
            f"  ({one.promise.would_be.isoformat()})"
            for one in seen.promises
        ),
    ]
