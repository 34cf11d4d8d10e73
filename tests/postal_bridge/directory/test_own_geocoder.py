"""A deployment's own geocoding server: asked by its own path, believed with care, not needed."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug.wrappers import Request, Response

from app import geocoder_of
from config.register import load_register
from config.settings import Settings, SettingsWrong, read_settings
from geo.geocoder import OfflineGeocoder, Precision
from postal_bridge.directory.own_geocoder import OwnServerGeocoder, ServerKind
from postal_bridge.directory.service import import_csv, known_house
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.unit_of_work import Units

ON = date(2026, 3, 2)
COMMUNE, STREET = "31471", "12 Trần Hưng Đạo"
NEAR = (9.6875, 105.6101)
OFFLINE = OfflineGeocoder()
CENTRE = OFFLINE.locate(COMMUNE, ON)


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(threaded=True) as made:
        yield made


def geocoder(
    server: HTTPServer, kind: ServerKind = ServerKind.NOMINATIM, clock: Clock | None = None
) -> OwnServerGeocoder:
    return OwnServerGeocoder(
        kind, server.url_for("/map"), register=load_register, offline=OFFLINE,
        machine=clock or Clock(), timeout_s=0.4, per_s=50,
    )  # fmt: skip


def house(lat: float = NEAR[0], lon: float = NEAR[1], rank: int = 30) -> str:
    row = {"lat": str(lat), "lon": str(lon), "place_rank": rank, "display_name": "here"}
    return json.dumps([row])


def collection(**properties: str) -> dict[str, object]:
    point = {"type": "Point", "coordinates": [NEAR[1], NEAR[0]]}
    feature = {"type": "Feature", "geometry": point, "properties": {"name": "x", **properties}}
    return {"type": "FeatureCollection", "features": [feature]}


def test_the_own_server_is_asked_with_the_whole_address_once(server: HTTPServer) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(house(), content_type="application/json")

    server.expect_request("/map/search").respond_with_handler(answer)
    own = geocoder(server)
    for street in (STREET, "12  tran hung dao"):
        found = own.locate(COMMUNE, ON, street)
        assert found is not None
        assert (found.point.lat_lon, found.precision) == (NEAR, Precision.POINT)
    (request,) = asked
    assert request.args["q"] == f"{STREET}, Phường Long Mỹ, Thành phố Cần Thơ, Việt Nam"
    assert request.headers["User-Agent"] == "postal-bridge"


@pytest.mark.parametrize(
    ("kind", "path", "answer", "precision"),
    [
        (ServerKind.PHOTON, "/map/api", collection(type="house"), Precision.POINT),
        (ServerKind.PHOTON, "/map/api", collection(type="city"), Precision.COMMUNE),
        (ServerKind.PELIAS, "/map/v1/search", collection(layer="street", label="x"), "street"),
    ],
)
def test_photon_and_pelias_answer_at_their_own_path(
    server: HTTPServer, kind: ServerKind, path: str, answer: dict[str, object], precision: str
) -> None:
    server.expect_request(path).respond_with_json(answer)
    found = geocoder(server, kind).locate(COMMUNE, ON, STREET)
    assert found is not None
    assert found.precision == precision


@pytest.mark.parametrize(
    "body",
    [
        house(48.85, 2.35),  # not in Vietnam
        house(21.03, 105.85),  # another town
        house(105.61, 9.68),  # swapped
        house(rank=16),  # only the commune again
        "[]",
        "{",
        "<html>down for maintenance</html>",
    ],
)
def test_a_wrong_answer_is_not_believed(server: HTTPServer, body: str) -> None:
    server.expect_request("/map/search").respond_with_data(body, content_type="application/json")
    assert geocoder(server).locate(COMMUNE, ON, STREET) == CENTRE


def test_a_slow_server_costs_its_timeout_once_and_is_left_alone_for_a_while(
    server: HTTPServer,
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        time.sleep(1)
        return Response(house(), content_type="application/json")

    server.expect_request("/map/search").respond_with_handler(answer)
    own = geocoder(server)
    assert own.locate(COMMUNE, ON, STREET) == CENTRE
    assert own.locate(COMMUNE, ON, "14 Trần Hưng Đạo") == CENTRE
    assert asked == ["/map/search"]


def test_a_server_that_came_back_is_asked_again(server: HTTPServer) -> None:
    server.expect_ordered_request("/map/search").respond_with_data("no", status=503)
    server.expect_ordered_request("/map/search").respond_with_data(
        house(), content_type="application/json"
    )
    clock = Clock()
    own = geocoder(server, clock=clock)
    assert own.locate(COMMUNE, ON, STREET) == CENTRE
    clock.at += timedelta(seconds=61)
    found = own.locate(COMMUNE, ON, STREET)
    assert found is not None
    assert found.precision is Precision.POINT


def test_a_server_that_is_down_is_no_reason_to_stop() -> None:
    own = OwnServerGeocoder(
        ServerKind.PELIAS, "http://127.0.0.1:9", register=load_register, offline=OFFLINE,
        machine=Clock(), timeout_s=0.4,
    )  # fmt: skip
    assert own.locate(COMMUNE, ON, STREET) == CENTRE


def test_without_a_street_or_a_commune_nobody_is_asked(server: HTTPServer) -> None:
    own = geocoder(server)
    assert own.locate(COMMUNE, ON) == CENTRE
    assert own.locate("99999", ON, STREET) is None
    assert not server.log


def test_a_server_of_the_public_is_refused_by_configuration(tmp_path, server: HTTPServer) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SetupLacking):
        OwnServerGeocoder(
            ServerKind.NOMINATIM, "https://nominatim.openstreetmap.org",
            register=load_register, offline=OFFLINE, machine=Clock(),
        )  # fmt: skip
    for lines in (
        'geocoder_kind = "photon"\ngeocoder_url = "https://photon.komoot.io"',
        'geocoder_kind = "google"\ngeocoder_url = "https://maps.example.gov.vn"',
        'geocoder_kind = "photon"',
    ):
        (tmp_path / "settings.toml").write_text(lines)
        with pytest.raises(SettingsWrong):
            read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})


def test_the_settings_choose_offline_unless_a_server_is_named(server: HTTPServer) -> None:
    assert isinstance(geocoder_of(Settings(), Clock()), OfflineGeocoder)
    named = Settings(geocoder_kind="photon", geocoder_url=server.url_for("/"))
    assert isinstance(geocoder_of(named, Clock()), OwnServerGeocoder)


def test_a_house_of_the_operators_gazetteer_is_found_whatever_its_marks(units: Units) -> None:
    rows = "commune_code,address,lat,lon,precision,valid_from,valid_to\n"
    line = f'{COMMUNE},"{STREET}",9.6875,105.6101,point,,\n'
    report = import_csv("houses", (rows + line).encode(), actor=Actor.operator(), units=units)
    assert (report.added, report.errors) == (1, ())
    with units.read() as uow:
        found = known_house(uow, COMMUNE, "12 TRAN HUNG DAO", ON)
        assert known_house(uow, COMMUNE, "14 Trần Hưng Đạo", ON) is None
    assert found is not None
    assert (found.point.lat_lon, found.precision) == (NEAR, Precision.POINT)
    swapped = rows + f'{COMMUNE},"{STREET}",105.6101,9.6875,point,,\n'
    refused = import_csv("houses", swapped.encode(), actor=Actor.operator(), units=units)
    assert refused.errors == ((2, "lat", "import_swapped_lat_lon"),)
