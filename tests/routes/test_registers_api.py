"""API: a newer register is looked at, published once, listed; the operator's alone."""

from pathlib import Path

from tests.builders.site import a_site

FILE = {"csv": "change,code,valid_from,unit_type\ntype,31471,2026-09-20,Xã\n"}


def test_a_register_is_looked_at_and_published_once(tmp_path: Path) -> None:
    site = a_site(tmp_path / "home")
    keeper, clerk = site.api("vanhanh"), site.api("gdv.long-tri")
    looked = keeper.post("/api/v1/registers/looks", FILE, "k0").json
    assert looked["changes"][0]["after"].startswith("Xã Long Mỹ")
    assert keeper.get("/api/v1/registers").json == {"rows": []}
    made = keeper.post("/api/v1/registers", FILE, "k1")
    assert (made.status_code, made.json["number"]) == (201, 1)
    assert keeper.post("/api/v1/registers", FILE, "k1").data == made.data
    refused = keeper.post("/api/v1/registers", FILE, "k2")
    assert (refused.status_code, refused.json["title"]) == (422, "register_file_wrong")
    (fault,) = keeper.post("/api/v1/registers/looks", FILE, "k3").json["faults"]
    assert fault == {"row": 2, "column": "code", "code": "register_nothing_changes"}
    (row,) = keeper.get("/api/v1/registers").json["rows"]
    assert row == made.json
    (found,) = keeper.get("/api/v1/communes?q=xa+long+my").json["rows"]
    assert (found["code"], found["full_name"]) == ("31471", "Xã Long Mỹ")
    for answer in (clerk.get("/api/v1/registers"), clerk.post("/api/v1/registers", FILE, "k4")):
        assert answer.status_code == 403
