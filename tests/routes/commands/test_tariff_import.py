"""`bin/bridge import tariff FILE`: looked at, refused with every fault, or published."""

from pathlib import Path

import pytest

from app import create_container
from config.settings import read_settings
from postal_bridge.kernel.ids import new_id
from tests.builders.money import clerk, make_quote
from tests.postal_bridge.money.test_publishing import HEAD, LATER, TABLE, file
from tests.routes.commands.test_operating import Bridge


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Bridge:
    made = Bridge(tmp_path_factory.mktemp("tariff-import") / "home")
    assert made.json("migrate")["new"] is True
    return made


def test_a_tariff_is_looked_at_and_then_published(home: Bridge, tmp_path: Path) -> None:
    source = tmp_path / "tariff.csv"
    source.write_bytes(file())
    looked = home.json("import", "tariff", str(source), "--dry-run")
    assert (looked["tariff"], looked["valid_from"]) == ("post-next", LATER.isoformat())
    assert "snapshot" not in looked
    assert looked["preview"]["quotes"] == 0
    assert len(looked["cells"]) == 40
    assert list((home.home / "published").iterdir()) == []
    published = home.json("import", "tariff", str(source))
    assert (home.home / "published" / published["snapshot"]).exists()
    # The computing command, which opens no database, prices by it from its first day on.
    quoted = ("fare", "quote", "--leg", "result", "--column", "A", "--grams", "80")
    assert home.json(*quoted, "--on", LATER.isoformat())["total_vnd"] == 25_000
    assert home.json(*quoted, "--on", "2026-11-21")["total_vnd"] == 26_000
    assert home.json("verify")["ok"] is True


def test_a_stored_quote_is_explained_by_its_own_table(home: Bridge) -> None:
    made = create_container(read_settings(home.env), wiring=False)
    quoted = make_quote(made.units, clerk())
    made.units.engine.dispose()
    said = home.json("fare", "explain", str(quoted.id))
    assert (said["total_vnd"], said["column"], said["tariff"]) == (26_000, "A", quoted.tariff)
    assert said["explanation"]["because"].startswith("Tổng cộng 26.000")
    assert home.error("fare", "explain", str(new_id()), status=2) == "not_found"


def test_a_file_with_faults_ends_with_2_and_names_them(home: Bridge, tmp_path: Path) -> None:
    source = tmp_path / "tariff.csv"
    source.write_text("\n".join([HEAD, TABLE.replace("53000", "x")]), encoding="utf-8")
    answer = home.json("import", "tariff", str(source), status=2)
    assert answer["error"]["code"] == "tariff_file_wrong"
    assert {row["code"] for row in answer["rows"]} == {"tariff_field_missing"}
    assert all(row["detail"] for row in answer["rows"])
    code, out, err = home.run("import", "tariff", str(source))
    assert code == 2
    assert "Thiếu mục id" in out + err
