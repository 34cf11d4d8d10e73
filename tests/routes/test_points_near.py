"""Points near a place: over the API, on the public page and from the command line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from routes.commands.entry import bridge
from tests.routes.conftest import Service

ADDRESS = "ấp 3, xã Long Trị, thị xã Long Mỹ, tỉnh Hậu Giang"


def ask(service: Service, status: int = 200, **body: Any) -> Any:
    answer = service.app.test_client().post("/api/v1/points/near", json=body)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_an_address_finds_the_points_that_take_the_procedure_in(service: Service) -> None:
    found = ask(service, address=ADDRESS, procedure="civil-extract")
    assert found["status"] == "resolved"
    assert found["place"]["commune_code"] == "31471"
    assert found["points_count"] == len(found["points"]) > 0
    metres = [one["distance_m"] for one in found["points"]]
    assert metres == sorted(metres)
    assert all(one["link"] and one["why_not"] is None for one in found["points"])
    assert all(one["why_not"] and one["detail"] for one in found["others"])


def test_an_address_of_several_communes_is_asked_about(service: Service) -> None:
    found = ask(service, address="xã Tân Kỳ")
    assert (found["status"], found["points"], found["place"]) == ("candidates", [], None)
    assert {one["commune_code"] for one in found["candidates"]} == {"02104", "11113", "17266"}
    before = {one["commune_code"]: one["before"] for one in found["candidates"]}
    assert before["11113"] == "Xã Tân Kỳ, Huyện Tứ Kỳ, Tỉnh Hải Dương"
    assert found["question"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"lat": 105.6, "lon": 9.7}, 422, "place_swapped"),
        ({"lat": 11.55, "lon": 104.92}, 422, "place_not_in_vietnam"),
        ({"address": "Paris"}, 422, "address_not_understood"),
        ({"commune": "99999"}, 404, "unit_code_unknown"),
        ({"commune": "31471", "procedure": "x"}, 404, "procedure_unknown"),
        ({}, 422, "invalid_request"),
        ({"lat": 9.7}, 422, "invalid_request"),
        ({"address": ADDRESS, "commune": "31471"}, 422, "invalid_request"),
        ({"lat": "north", "lon": 105.6}, 422, "invalid_request"),
    ],
)
def test_what_is_no_place_is_refused_by_code(
    service: Service, body: dict[str, Any], status: int, code: str
) -> None:
    assert ask(service, status, **body)["title"] == code


def test_the_page_answers_an_address_sent_in_its_form(service: Service) -> None:
    form = {"q": ADDRESS, "thu-tuc": "civil-extract"}
    page = service.app.test_client().post("/noi-phuc-vu", data=form).text
    assert "Phường Long Mỹ, Thành phố Cần Thơ" in page
    assert "Cơ quan dự kiến nhận được" in page


def test_what_is_needed_there_and_who_serves_the_place_are_answered(service: Service) -> None:
    found = ask(service, address=ADDRESS, procedure="civil-extract", needs=["digitise"])
    assert found["points"] == []  # no sample says what it does
    lacking = {one["why_not"]: one["lacking"] for one in found["others"]}
    assert lacking["near_ability_not_said"] == ["digitise"]
    assert found["served_by"] == "nearest"
    (serving,) = found["serving"]
    assert serving["why_not"] == "near_ability_not_said"
    assert ask(service, 422, address=ADDRESS, needs=["fly"])["title"] == "invalid_request"


def test_the_page_names_the_serving_point_and_carries_the_needs_along(service: Service) -> None:
    client = service.app.test_client()
    form = {"q": ADDRESS, "thu-tuc": "civil-extract", "can": ["digitise"]}
    page = client.post("/noi-phuc-vu", data=form).text
    assert "Điểm phục vụ nơi của Ông/Bà" in page
    assert "số hóa giấy tờ." in page
    assert re.search(r'value="digitise" checked', page)
    asked = client.post("/noi-phuc-vu", data={**form, "q": "xã Tân Kỳ"}).text
    assert "thu-tuc=civil-extract&amp;can=digitise" in asked


def test_a_name_that_another_commune_bore_before_is_asked_about_too(service: Service) -> None:
    """One commune of today is called so; people of another one still call theirs so."""
    client = service.app.test_client()
    page = client.post("/noi-phuc-vu", data={"q": "Phường Trung Thành"}).text
    assert "/noi-phuc-vu?xa=05899" in page
    assert "/noi-phuc-vu?xa=05500" in page
    assert "trước đây: Phường Trung Thành, Thành phố Thái Nguyên" in page
    assert "Nơi nhận hồ sơ gần" not in page
    assert "Còn nơi khác cùng tên" not in page
    more = client.post("/noi-phuc-vu", data={"q": "xã Tân Tiến"}).text
    assert "Còn nơi khác cùng tên" in more
    begun = client.get("/noi-phuc-vu", query_string={"q": "trường lo"}).text
    assert "Xã Trường Long" in begun  # who stopped in the middle of a name


@pytest.mark.parametrize("asked", ["", "Xyzzy", "🏠", "'; DROP TABLE x", "phường " * 40])
def test_the_page_stays_up_whatever_is_typed(service: Service, asked: str) -> None:
    client = service.app.test_client()
    assert client.post("/noi-phuc-vu", data={"q": asked}).status_code == 200
    assert client.get("/noi-phuc-vu", query_string={"q": asked}).status_code == 200


def test_a_commune_that_does_not_exist_is_not_found(service: Service) -> None:
    assert service.app.test_client().get("/noi-phuc-vu?xa=99999").status_code == 404


def test_the_command_says_the_same(service: Service) -> None:
    home = str(service.container.settings.home)
    words = ["points", "near", "--address", ADDRESS, "--procedure", "civil-extract", "--json"]
    done = CliRunner().invoke(bridge, words, env={"POSTAL_BRIDGE_HOME": home})
    assert done.exit_code == 0, done.output
    said, over_http = (
        json.loads(done.stdout),
        ask(service, address=ADDRESS, procedure="civil-extract"),
    )
    assert [one["point"]["key"] for one in said["points"]] == [
        one["point"]["key"] for one in over_http["points"]
    ]
    shown = CliRunner().invoke(bridge, words[:-1], env={"POSTAL_BRIDGE_HOME": home})
    assert re.search(r"^.+: là điểm gần nhất$", shown.stdout, re.MULTILINE)
    assert re.search(r"km  \S+  .+  \d\d:\d\d, \d\d/\d\d/\d{4}$", shown.stdout, re.MULTILINE)
    refused = CliRunner().invoke(
        bridge, ["points", "near", "--lat", "105.6", "--lon", "9.7", "--json"],
        env={"POSTAL_BRIDGE_HOME": home},
    )  # fmt: skip
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]["code"] == "place_swapped"


def test_service_areas_are_checked_and_drawn_from_the_command_line(
    service: Service, tmp_path: Path
) -> None:
    env = {"POSTAL_BRIDGE_HOME": str(service.container.settings.home)}
    cells, wrong = tmp_path / "cells.geojson", tmp_path / "wrong.geojson"
    done = CliRunner().invoke(bridge, ["points", "areas", "--cells", str(cells), "--json"], env=env)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["overlaps"], said["gaps"], said["published"]) == ([], [], None)
    assert len(json.loads(cells.read_text("utf-8"))["features"]) == said["areas"] > 3
    wrong.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}')
    refused = CliRunner().invoke(
        bridge, ["points", "areas", "--drawn", str(wrong), "--publish", "--json"], env=env
    )
    assert refused.exit_code == 2
    (fault,) = json.loads(refused.stdout)["rows"]
    assert (fault["file"], fault["row"], fault["column"]) == ("drawn", 1, "point")
    assert fault["detail"]
