"""An integrator's key: its own section, what its scopes open, and nothing after it is revoked."""

from pathlib import Path
from uuid import UUID

import pytest

from postal_bridge.directory.service import section_by_key
from postal_bridge.kernel.actor import Actor
from postal_bridge.people.service import CreateApiKey, create_api_key, revoke_api_key
from tests.builders.site import Caller, Site, a_site

SECTION = "ttpvhcc-can-tho"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return a_site(tmp_path / "home")


def a_key(site: Site, *scopes: str) -> tuple[Caller, UUID]:
    units = site.container.units
    with units.read() as uow:
        section = section_by_key(uow, SECTION)
    made = create_api_key(
        CreateApiKey("province", frozenset(scopes), section_id=section.id),
        actor=Actor.operator(),
        units=units,
    )
    return Caller(site.app.test_client(), made.key), made.id


def test_an_agency_key_works_for_its_section(site: Site) -> None:
    caller, _ = a_key(site, "agency")
    assert caller.get("/api/v1/dossiers").status_code == 200


def test_a_key_opens_no_counter(site: Site) -> None:
    caller, _ = a_key(site, "agency")
    assert caller.post("/api/v1/dossiers", {}, "k").status_code == 403


def test_a_key_without_scope_opens_nothing(site: Site) -> None:
    caller, _ = a_key(site)
    assert caller.get("/api/v1/dossiers").status_code == 403


def test_a_revoked_key_is_nobody(site: Site) -> None:
    caller, key_id = a_key(site, "agency")
    revoke_api_key(key_id, actor=Actor.operator(), units=site.container.units)
    assert caller.get("/api/v1/dossiers").status_code == 401
