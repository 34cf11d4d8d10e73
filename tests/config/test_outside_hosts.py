"""Servers of the public are refused by configuration, whatever way they are written."""

from pathlib import Path

import pytest

from config.outside_hosts import is_own_server, is_own_tile_server, origin_of
from config.settings import SettingsWrong, read_settings


@pytest.mark.parametrize(
    "url",
    [
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "https://A.TILE.OpenStreetMap.org./{z}/{x}/{y}.png",
        "https://mt1.google.com/vt?x={x}&y={y}&z={z}",
        "https://{s}.example.gov.vn/{z}/{x}/{y}.png",
        "https://maps.example.gov.vn/tiles.png",
        "ftp://maps.example.gov.vn/{z}/{x}/{y}.png",
        "https://key@maps.example.gov.vn/{z}/{x}/{y}.png",
        "javascript:{z}{x}{y}",
    ],
)
def test_a_tile_server_of_the_public_or_of_no_place_is_refused(tmp_path: Path, url: str) -> None:
    assert not is_own_tile_server(url)
    (tmp_path / "settings.toml").write_text(f'map_tiles_url = "{url}"\n')
    with pytest.raises(SettingsWrong):
        read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})


def test_an_own_server_is_taken_and_named_in_the_pages_policy(tmp_path: Path) -> None:
    url = "https://maps.example.gov.vn:8443/t/{z}/{x}/{y}.png"
    (tmp_path / "settings.toml").write_text(f'map_tiles_url = "{url}"\n')
    assert read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)}).map_tiles_url == url
    assert origin_of(url) == "https://maps.example.gov.vn:8443"


def test_a_host_that_only_looks_alike_is_an_own_one() -> None:
    assert is_own_server("http://notopenstreetmap.org/x")
    assert not is_own_server("http:///x")
