"""The directory out into files by the command line."""

import json
from pathlib import Path

from tests.routes.commands.test_operating import Bridge


def test_what_is_exported_is_what_import_would_take_without_a_change(
    tmp_path: Path,
) -> None:
    home = Bridge(tmp_path / "home")
    home.json("migrate")
    for kind in ("service_points", "links"):
        file = str(tmp_path / f"{kind}.csv")
        home.json("export", kind, file)
        report = home.json("import", kind, file, "--dry-run")
        assert (report["added"], report["changed"]) == (0, 0)
        assert report["rows"] > 0
        assert home.error("export", kind, file, status=3) == "folder_unusable", "never written over"
    for_excel = str(tmp_path / "for-excel.csv")
    home.json("export", "links", for_excel, "--form", "excel")
    refused = home.json("import", "links", for_excel, "--dry-run", status=2)
    assert [(one["row"], one["column"], one["code"]) for one in refused["rows"]] == [
        (1, "key", "import_bom")
    ]
    report = home.json("import", "links", for_excel, "--dry-run", "--bom")
    assert (report["added"], report["changed"]) == (0, 0)
    shapes = tmp_path / "points.geojson"
    home.json("export", "service_points", str(shapes), "--form", "geojson")
    assert json.loads(shapes.read_text("utf-8"))["type"] == "FeatureCollection"
    wrong = ("export", "links", str(tmp_path / "x"), "--form", "geojson")
    assert home.error(*wrong, status=2) == "directory_not_exported"
    assert not (tmp_path / "x").exists()
