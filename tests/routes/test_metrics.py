"""Figures for a scraper: who gets them, what they say, and that they name nobody."""

import stat
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from app import create_app
from config.settings import SHARED_COUNTS, Settings
from postal_bridge.directory.service import unit_by_key
from postal_bridge.kernel.actor import Actor
from postal_bridge.people.rules import METRICS_SCOPE
from postal_bridge.people.service import CreateApiKey, create_api_key, revoke_api_key
from routes.commands.processes import web_command
from tests.builders.site import Site, a_site

FROM_AFAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return a_site(tmp_path_factory.mktemp("metrics") / "home")


def samples(text: str) -> list[Sample]:
    families = text_string_to_metric_families(text)
    return [one for family in families for one in family.samples]


def told(site: Site) -> dict[tuple[str, ...], float]:
    """What this machine is told: (name, labels' values without the bucket) to value."""
    text = site.app.test_client().get("/metrics").get_data(as_text=True)
    return {
        (one.name, *(value for key, value in one.labels.items())): one.value
        for one in samples(text)
    }


def a_key(site: Site, *scopes: str) -> tuple[dict[str, str], UUID]:
    units = site.container.units
    with units.read() as uow:
        top = unit_by_key(uow, "post")
    command = CreateApiKey("scraper", frozenset(scopes), unit_id=top.id)
    made = create_api_key(command, actor=Actor.operator(), units=units)
    return {"Authorization": f"Bearer {made.key}"}, made.id


def test_requests_are_timed_under_their_routes_name_and_nothing_else(site: Site) -> None:
    client = site.app.test_client()
    for path in ("/", "/", "/tra-cuu/AAAA-secret-token", "/nowhere/0912345678"):
        client.get(path)
    text = client.get("/metrics").get_data(as_text=True)
    counted = {
        (one.labels["route"], one.labels["answer"]): one.value
        for one in samples(text)
        if one.name == "postal_bridge_request_seconds_count"
    }
    assert counted[("public.home", "2xx")] == 2
    assert counted[("none", "4xx")] == 1
    assert "secret-token" not in text
    assert "0912345678" not in text


def test_the_work_of_the_service_is_told_by_state(site: Site) -> None:
    figures = told(site)
    states = {key[1] for key in figures if key[0] == "postal_bridge_actions"}
    assert states == {"waiting", "sending", "accepted", "refused", "needs_person"}
    assert figures[("postal_bridge_keeper_acts",)] == 0
    assert figures[("postal_bridge_cash_differences_open", "drawer")] == 0
    assert figures[("postal_bridge_silent_items",)] == 0


def test_from_afar_a_scrapers_key_opens_and_nothing_else_does(site: Site) -> None:
    client = site.app.test_client()
    right, key_id = a_key(site, METRICS_SCOPE)
    other, _ = a_key(site, "agency")

    def asked(headers: dict[str, str]) -> int:
        answer = client.get("/metrics", headers=headers, environ_base=FROM_AFAR)
        return answer.status_code

    assert asked(right) == 200
    assert [asked({}), asked(other), asked({"Authorization": "Bearer pb_guess"})] == [404] * 3
    staff = site.api("vanhanh")
    assert asked({"Authorization": f"Bearer {staff.token}"}) == 404
    revoke_api_key(key_id, actor=Actor.operator(), units=site.container.units)
    assert asked(right) == 404


def test_a_scrapers_key_opens_no_other_door(site: Site) -> None:
    right, _ = a_key(site, METRICS_SCOPE)
    answer = site.app.test_client().get("/api/v1/dossiers", headers=right)
    assert answer.status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_passes_on_is_not_from_this_machine(site: Site, header: str) -> None:
    answer = site.app.test_client().get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 404


def test_where_a_proxy_stands_in_front_this_machine_needs_the_key_too(site: Site) -> None:
    made = site.container
    public = replace(made.settings, public_url="https://dichvu.example.vn")
    client = create_app(replace(made, settings=public)).test_client()
    assert client.get("/metrics").status_code == 404
    right, _ = a_key(site, METRICS_SCOPE)
    assert client.get("/metrics", headers=right).status_code == 200


def test_web_processes_that_share_a_machine_count_together() -> None:
    on_postgresql = Settings(database_url="postgresql://db/pb", port=65_001)
    first, second = (
        dict(pairwise(line))["--env"].partition("=")
        for line in (web_command(on_postgresql, 2), web_command(on_postgresql, 2))
    )
    assert first[0] == SHARED_COUNTS
    assert not Path(first[2]).exists()  # what an earlier web left behind
    assert stat.S_IMODE(Path(second[2]).stat().st_mode) == 0o700
    Path(second[2]).rmdir()
    assert "--env" not in web_command(Settings(port=65_001))
