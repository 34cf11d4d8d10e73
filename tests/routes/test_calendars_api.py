"""API: a file of days is looked at, published once, listed; the operator's alone."""

from pathlib import Path

from tests.builders.site import a_site

FILE = {"csv": "calendar,day,work,unit,decision\nagency,2027-09-01,no,,12/TB\n"}


def test_days_are_looked_at_and_published_once(tmp_path: Path) -> None:
    site = a_site(tmp_path / "home")
    keeper, clerk = site.api("vanhanh"), site.api("gdv.long-tri")
    looked = keeper.post("/api/v1/calendars/looks", FILE, "k0").json
    assert (looked["faults"], looked["valid_from"]) == ([], "2027-09-01")
    (day,) = looked["days"]
    assert (day["was_worked"], day["is_worked"]) == (True, False)
    assert keeper.get("/api/v1/calendars").json == {"rows": []}
    made = keeper.post("/api/v1/calendars", FILE, "k1")
    assert (made.status_code, made.json["number"], made.json["days"]) == (201, 1, [day])
    assert keeper.post("/api/v1/calendars", FILE, "k1").data == made.data
    refused = keeper.post("/api/v1/calendars", FILE, "k2")
    assert (refused.status_code, refused.json["title"]) == (422, "calendar_file_wrong")
    (fault,) = keeper.post("/api/v1/calendars/looks", FILE, "k3").json["faults"]
    assert fault == {"row": 2, "column": "work", "code": "calendar_day_as_it_is"}
    assert keeper.get("/api/v1/calendars").json["rows"] == [made.json]
    for answer in (clerk.get("/api/v1/calendars"), clerk.post("/api/v1/calendars", FILE, "k4")):
        assert answer.status_code == 403
