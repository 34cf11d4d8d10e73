"""A newer register from a CSV file: every fault named, or what it changes, or published."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import click

from postal_bridge.directory.service import RegisterPublished, SaidChange, publish_register
from postal_bridge.insight.service import RegisterPreview, look_at_register, registers_page
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import EXIT_BAD_INPUT, Reply, error_document, texts
from routes.schemas.registers import (
    PublishedRegisterSchema,
    RegisterLookSchema,
    flat_look,
    flat_publication,
)


@click.group("register")
def register() -> None:
    """Danh mục đơn vị hành chính đã công bố. Published registers of administrative units."""


@register.command("list", cls=OperatorCommand)
def register_list() -> Reply:
    """Từng lần công bố: khi nào, ai, thay đổi gì. Each publication: when, who, what changed."""
    found = registers_page(actor=Actor.operator(), units=container(wiring=False).units)
    rows = [PublishedRegisterSchema().dump(flat_publication(one.made)) for one in found]
    lines = []
    for one in found:
        made = one.made.snapshot
        who = one.name or made.actor
        lines.append(f"{made.number}  {made.published_at.isoformat()}  {who}  {made.valid_from}")
        lines += _lines(one.made.changes)
    empty = texts().render("registers_none", {}, "vi")
    return Reply({"rows": rows}, "\n".join(lines) or empty)


def register_import(content: bytes, *, dry_run: bool) -> Reply:
    """The file is published, or with `dry_run` only looked at; faults end with exit status 2."""
    units = container(wiring=False).units
    seen = look_at_register(content, actor=Actor.operator(), units=units)
    if seen.look.faults:
        return _faulty(seen)
    document = {
        "kind": "register",
        "dry_run": dry_run,
        **RegisterLookSchema().dump(flat_look(seen)),
    }
    lines = [*_lines(seen.look.changes), *_in_use(seen)]
    if not dry_run:
        answer = publish_register(
            content, actor=Actor.operator(), once=_this_run(content), units=units
        )
        document |= json.loads(answer)
    code = "register_import_looked" if dry_run else "register_import_published"
    said = texts().render(code, {"count": len(seen.look.changes)}, "vi")
    return Reply(document, "\n".join([said, *lines]))


def _this_run(content: bytes) -> Once[RegisterPublished]:
    """Each run of the command is a request of its own; the same file again changes nothing."""

    def render(made: RegisterPublished) -> bytes:
        return json.dumps({"snapshot": made.snapshot.id, "number": made.snapshot.number}).encode()

    return Once(str(new_id()), "import register", hashlib.sha256(content).hexdigest(), render)


def _faulty(seen: RegisterPreview) -> Reply:
    faults: list[dict[str, Any]] = [
        {**one._asdict(), "detail": texts().render(one.code, {}, "vi")} for one in seen.look.faults
    ]
    detail = texts().render("register_file_wrong", {"count": len(faults)}, "vi")
    document = {**error_document("register_file_wrong", detail), "rows": faults}
    lines = [f"{one['row']}: {one['column']}: {one['detail']}" for one in faults]
    return Reply(document, "\n".join([detail, *lines]), exit_code=EXIT_BAD_INPUT)


def _lines(changes: Sequence[SaidChange]) -> list[str]:
    return [
        f"  {one.valid_from}  {one.change}  {one.code}  {one.before or '–'} → {one.after or '–'}"
        for one in changes
    ]


def _in_use(seen: RegisterPreview) -> list[str]:
    lines = [f"  ! {one.kind}: {', '.join(one.keys)}" for one in seen.in_use]
    if seen.people:
        lines.append(f"  ! {texts().render('registers_people', {'n': seen.people}, 'vi')}")
    return lines
