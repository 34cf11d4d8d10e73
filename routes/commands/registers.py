"""Reference data in and out as CSV files (UTF-8)."""

from typing import BinaryIO

import click

from postal_bridge.directory.marks import unmarked
from postal_bridge.directory.service import ImportKind, import_csv
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.published_calendars import calendar_import
from routes.commands.published_contracts import contract_import
from routes.commands.published_registers import register_import
from routes.commands.published_tariffs import tariff_import
from routes.commands.speech import EXIT_BAD_INPUT, Reply, error_document, said

TARIFF, REGISTER, CONTRACT, CALENDAR = "tariff", "register", "contract", "calendar"
KINDS = [*(kind.value for kind in ImportKind), TARIFF, REGISTER, CONTRACT, CALENDAR]


@click.command("import", cls=OperatorCommand)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="say what would happen, change nothing")
@click.option("--bom", "is_from_excel", is_flag=True, help="saved by Excel (UTF-8 with BOM)")
def import_register(kind: str, file: BinaryIO, dry_run: bool, is_from_excel: bool) -> Reply:
    """Nhập danh mục. A file is taken in whole, or not at all and each fault is named."""
    content = unmarked(file.read()) if is_from_excel else file.read()
    if kind == TARIFF:
        return tariff_import(content, dry_run=dry_run)
    if kind == REGISTER:
        return register_import(content, dry_run=dry_run)
    if kind == CONTRACT:
        return contract_import(content, dry_run=dry_run)
    if kind == CALENDAR:
        return calendar_import(content, dry_run=dry_run)
    report = import_csv(
        kind,
        content,
        actor=Actor.operator(),
        units=container(wiring=False).units,
        dry_run=dry_run,
    )
    if report.errors:
        count = {"count": len(report.errors)}
        detail = said("import_has_errors", count, as_json=True)
        faults = [{"row": p.row, "column": p.column, "code": p.code} for p in report.errors]
        document = {**error_document("import_has_errors", detail), "rows": faults}
        lines = [
            f"{p.row}, {p.column}: {' / '.join(said(p.code, {}).splitlines())}"
            for p in report.errors
        ]
        shown = "\n".join([said("import_has_errors", count), *lines])
        return Reply(document, shown, exit_code=EXIT_BAD_INPUT)
    document = {
        "kind": kind,
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "dry_run": dry_run,
    }
    return Reply(document, f"{kind}: {report.rows} / +{report.added} / ~{report.changed}")
