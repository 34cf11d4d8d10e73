"""Service points and sections as GeoJSON (RFC 7946), both ways. Pure.

One feature is one row: its properties are the columns of the CSV file but for `lat` and `lon`,
which are the geometry's. Faults count features from 1; where the text is no JSON, its lines and
characters.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from geo.json_text import Unreadable, parsed
from postal_bridge.directory.cells import cell_of
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.csv_files import MOST_ROWS, WHOLE_ROW, FileRow, read_cells
from postal_bridge.directory.marks import MARKED, has_mark, unmarked
from postal_bridge.directory.views import RowProblem

KINDS = (ImportKind.SECTIONS, ImportKind.SERVICE_POINTS)
_GEOMETRY = "geometry"


def is_geojson(content: bytes) -> bool:
    return unmarked(content).lstrip()[:1] == b"{"


def read_geojson(kind: ImportKind, content: bytes) -> tuple[list[FileRow], list[RowProblem]]:
    """The rows, and everything that is wrong with the file."""
    if kind not in KINDS:
        return [], [RowProblem(1, WHOLE_ROW, "import_no_geojson_of_this")]
    if has_mark(content):
        return [], [RowProblem(1, WHOLE_ROW, MARKED)]
    try:
        document = parsed(content)
    except Unreadable as exc:
        code = "import_text_not_utf8" if exc.is_other_encoding else "import_not_json"
        return [], [RowProblem(exc.line, str(exc.character), code)]
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        return [], [RowProblem(1, WHOLE_ROW, "import_not_a_feature_collection")]
    if len(features) > MOST_ROWS:
        return [], [RowProblem(MOST_ROWS, WHOLE_ROW, "import_too_many_rows")]
    if not features:
        return [], [RowProblem(1, WHOLE_ROW, "import_empty")]
    given: list[tuple[int, Mapping[str, str]]] = []
    problems: list[RowProblem] = []
    for number, feature in enumerate(features, start=1):
        cells, problem = _cells(feature)
        if problem:
            problems.append(RowProblem(number, problem[0], problem[1]))
        else:
            given.append((number, cells))
    rows, faults = read_cells(kind, given)
    return rows, [*problems, *faults]


def write_geojson(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as features; one without a place has no geometry."""
    features = []
    for row in rows:
        lat, lon = row["lat"], row["lon"]
        point = {"type": "Point", "coordinates": [float(lon), float(lat)]} if lat else None
        properties = {name: cell for name, cell in row.items() if name not in ("lat", "lon")}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _cells(feature: Any) -> tuple[dict[str, str], tuple[str, str] | None]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        return {}, (WHOLE_ROW, "import_not_a_feature")
    for name, value in properties.items():
        if value is not None and not isinstance(value, str | int | float):
            return {}, (name, "import_unknown_value")
    cells = {name: cell_of(value) for name, value in properties.items()}
    geometry = feature.get("geometry")
    if geometry is None:
        return {**cells, "lat": "", "lon": ""}, None
    pair = geometry.get("coordinates") if isinstance(geometry, dict) else None
    is_point = isinstance(pair, list) and len(pair) in (2, 3) and geometry["type"] == "Point"
    if not is_point or not all(isinstance(one, int | float) for one in pair or ()):
        return {}, (_GEOMETRY, "import_not_a_point")
    lon, lat = (pair or (0, 0))[:2]
    return {**cells, "lat": repr(lat), "lon": repr(lon)}, None
