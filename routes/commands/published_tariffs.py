"""A tariff from a CSV file: every fault named, or what it changes, or published."""

from dataclasses import asdict
from typing import Any

from postal_bridge.kernel.actor import Actor
from postal_bridge.money.service import TariffLook, look_at_tariff, publish_tariff
from routes.commands.composition import container
from routes.commands.speech import EXIT_BAD_INPUT, Reply, error_document, texts


def tariff_import(content: bytes, *, dry_run: bool) -> Reply:
    """The file is published, or with `dry_run` only looked at; faults end with exit status 2."""
    units = container(wiring=False).units
    look = look_at_tariff(content, actor=Actor.operator(), units=units)
    if look.faults:
        return _faulty(look)
    document = {"kind": "tariff", "dry_run": dry_run, **_document(look)}
    if not dry_run:
        made = publish_tariff(content, actor=Actor.operator(), units=units)
        document |= {"snapshot": made.snapshot.id, "number": made.snapshot.number}
    return Reply(document, _shown(look, dry_run=dry_run))


def _faulty(look: TariffLook) -> Reply:
    faults = [
        {
            "row": one.row,
            "column": one.column,
            "code": one.code,
            "detail": texts().render(one.code, one.params, "vi"),
        }
        for one in look.faults
    ]
    detail = texts().render("tariff_file_wrong", {"count": len(faults)}, "vi")
    document = {**error_document("tariff_file_wrong", detail), "rows": faults}
    lines = [f"{one['row']}: {one['column']}: {one['detail']}" for one in faults]
    return Reply(document, "\n".join([detail, *lines]), exit_code=EXIT_BAD_INPUT)


def _document(look: TariffLook) -> dict[str, Any]:
    preview = None
    if look.preview is not None:
        preview = {**asdict(look.preview), "on": look.preview.on.isoformat()}
    return {
        "tariff": look.tariff_id,
        "programmes": list(look.programmes),
        "valid_from": look.valid_from.isoformat() if look.valid_from else None,
        "cells": [asdict(cell) for cell in look.cells],
        "preview": preview,
    }


def _shown(look: TariffLook, *, dry_run: bool) -> str:
    code = "tariff_import_looked" if dry_run else "tariff_import_published"
    seen = look.preview
    if seen is None:
        return ""
    params = {
        "names": ", ".join([*([look.tariff_id] if look.tariff_id else []), *look.programmes]),
        "day": seen.on.isoformat(),
        "quotes": seen.quotes,
        "cheaper": seen.cheaper,
        "dearer": seen.dearer,
        "before_vnd": seen.before_vnd,
        "after_vnd": seen.after_vnd,
    }
    return texts().render(code, params, "vi")
