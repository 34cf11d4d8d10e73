"""`bin/bridge points areas`: who serves what, what overlaps, what nobody serves; and publishing."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import click
import shapely

from postal_bridge.directory.areas import AreaFiles, AreasChecked, check_areas, publish_areas
from postal_bridge.directory.marks import unmarked
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.text import Language
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import (
    EXIT_BAD_INPUT,
    Reply,
    error_document,
    language_option,
    texts,
)


@click.command("areas", cls=OperatorCommand)
@click.option("--drawn", type=click.File("rb"), metavar="GEOJSON", help="areas; property `point`")
@click.option("--rules", type=click.File("rb"), metavar="CSV", help="columns commune,point")
@click.option("--land", type=click.File("rb"), metavar="GEOJSON", help="an outline of your own")
@click.option(
    "--cells",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="write what each point serves, as GeoJSON",
)
@click.option("--bom", "is_from_excel", is_flag=True, help="saved by Excel (UTF-8 with BOM)")
@click.option("--publish", "is_published", is_flag=True, help="from today these files decide")
@language_option
def points_areas(
    drawn: BinaryIO | None,
    rules: BinaryIO | None,
    land: BinaryIO | None,
    cells: Path | None,
    is_from_excel: bool,
    is_published: bool,
    language: str,
) -> Reply:
    """Vùng phục vụ. Check service areas, or publish them; without files, those in force."""
    given = [one.read() if one else None for one in (drawn, rules, land)]
    if is_from_excel:
        given = [unmarked(one) if one else None for one in given]
    files = AreaFiles(*given)
    units = container(wiring=False).units
    if is_published:
        checked = publish_areas(files, actor=Actor.operator(), units=units)
    else:
        checked = check_areas(files, units=units)
    if checked.faults:
        return _refused(checked, "en" if language == "en" else "vi")
    if cells is not None:
        cells.write_text(_collection(checked), encoding="utf-8")
    document = _document(checked)
    return Reply(document, "\n".join(f"{name}: {value}" for name, value in document.items()))


def _refused(checked: AreasChecked, language: Language) -> Reply:
    rows = [
        {
            "file": file, "row": fault.row, "column": fault.column, "code": fault.code,
            "detail": texts().render(fault.code, {}, language),
        }
        for file, fault in checked.faults
    ]  # fmt: skip
    detail = texts().render("import_has_errors", {"count": len(rows)}, language)
    lines = [f"{one['file']} {one['row']}: {one['column']}: {one['detail']}" for one in rows]
    document = {**error_document("import_has_errors", detail), "rows": rows}
    return Reply(document, "\n".join([detail, *lines]), exit_code=EXIT_BAD_INPUT)


def _document(checked: AreasChecked) -> dict[str, Any]:
    report = checked.report
    if report is None or checked.cells is None:
        return {}
    return {
        "areas": len(checked.cells),
        "published": checked.snapshot_id,
        "overlaps": [
            {"points": [one, other], "km2": round(km2, 2)} for one, other, km2 in report.overlaps
        ],
        "gaps": [
            {"lat": round(at.lat, 5), "lon": round(at.lon, 5), "km2": round(km2, 2)}
            for at, km2 in report.gaps
        ],
        "across_sea": list(report.across_sea),
        "coincident": [list(keys) for keys in report.coincident],
        "off_land": list(report.off_land),
        "unknown": list(report.unknown),
    }


def _collection(checked: AreasChecked) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"point": key},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6))),
        }
        for key, shape in (checked.cells or {}).items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
