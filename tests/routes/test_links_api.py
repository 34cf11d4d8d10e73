"""API: a link is proposed, agreed on, and refused beside one that says otherwise."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders.site import Caller, Site, a_site

PROPOSAL: dict[str, Any] = {
    "key": "long-tri-by-api",
    "section": "ttpvhcc-p-long-my",
    "service_point": "long-tri",
    "acceptance_mode": "carrier",
    "procedures": ["household-business"],
    "service_forms": ["send", "receive"],
    "transport_days": [1, 3, 5],
    "transport_departures": ["09:30"],
    "transit_h": 4,
    "digitised_at": "section",
    "proof_demanded": "own_proof",
    "fare_refused": "return",
    "fee_channel": "agency_account",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return a_site(tmp_path / "home")


def keeper(site: Site) -> Caller:
    return site.api("vanhanh")


def test_a_link_goes_from_proposal_to_end(site: Site) -> None:
    caller = keeper(site)
    made = caller.post("/api/v1/links", PROPOSAL, "k1")
    assert made.status_code == 201
    assert (made.json["status"], made.json["digitised_at"]) == ("proposed", "section")
    assert made.json["fare_refused"] == "return"
    assert caller.post("/api/v1/links", PROPOSAL, "k1").data == made.data
    assert caller.post("/api/v1/links", PROPOSAL, "k2").status_code == 409
    moves = f"/api/v1/links/{made.json['id']}/moves"
    refused = caller.post(moves, {"action": "agree"}, "k3")
    assert (refused.status_code, refused.json["title"]) == (422, "link_contradicts")
    assert "long-tri-commune" in refused.json["detail"]
    assert caller.post(moves, {"action": "end"}, "k4").json["status"] == "ended"
    assert caller.post(moves, {"action": "resume"}, "k5").status_code == 409


def test_a_proposal_that_names_nothing_is_refused(site: Site) -> None:
    caller = keeper(site)
    refused = caller.post("/api/v1/links", {**PROPOSAL, "section": "nowhere"}, "k1")
    assert (refused.status_code, refused.json["title"]) == (422, "directory_row_refused")
    assert caller.post("/api/v1/links", {**PROPOSAL, "colour": "red"}, "k2").status_code == 422


def test_a_clerk_proposes_nothing(site: Site) -> None:
    clerk = site.api("gdv.long-tri")
    assert clerk.post("/api/v1/links", PROPOSAL, "k1").status_code == 403
