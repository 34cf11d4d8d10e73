"""A clerk's drawer and a courier's cash over the API alone: every step a page has, once each."""

from typing import Any

from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.signed_statement import check_statement, public_keys_of
from postal_bridge.people.service import SignIn, sign_in
from tests.builders.doors import PASSWORD, staff
from tests.builders.site import Caller
from tests.routes.conftest import Service

OFFICE = "ho-nai-3"  # no other test of routes uses its people


def caller(service: Service, login: str) -> Caller:
    units = service.container.units
    signed = sign_in(SignIn(login, PASSWORD), units=units, machine=units.machine)
    return Caller(service.app.test_client(), signed.token)


def title(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["title"]


def test_a_courier_and_a_clerk_work_a_day_over_the_api(service: Service) -> None:
    units = service.container.units
    rider = staff(units, f"phat.{OFFICE}")
    assert rider.unit_id is not None
    with units.write() as uow:
        cash = accounts.courier_cash(rider.id, rider.unit_id)
        line = Posting(cash, accounts.fare_revenue(rider.unit_id), 52_000, "result")
        post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), [line], actor=rider)
        uow.commit()
    phone, clerk = caller(service, f"phat.{OFFICE}"), caller(service, f"gdv.{OFFICE}")
    chief = caller(service, "gs.dong-nai")
    assert title(clerk.post("/api/v1/drawer", {"float_vnd": 100_000}, ""))[0] == 422  # no key
    opened = clerk.post("/api/v1/drawer", {"float_vnd": 100_000}, "open")
    assert opened.status_code == 201
    assert clerk.post("/api/v1/drawer", {"float_vnd": 100_000}, "open").data == opened.data

    offered = phone.post("/api/v1/hand-ins", {"counted_vnd": 50_000}, "offer").get_json()
    at = f"/api/v1/hand-ins/{offered['id']}"
    (seen,) = clerk.get("/api/v1/hand-ins").get_json()["rows"]
    assert seen["offered_vnd"] is None  # blind
    assert title(clerk.post(f"{at}/acceptance", {}, "early"))[0] == 409
    assert clerk.post(f"{at}/count", {"counted_vnd": 49_000}, "c1").status_code == 200
    assert title(clerk.post(f"{at}/acceptance", {}, "no"))[1] == "cash_counts_differ"
    again = {"counted_vnd": 50_000, "reason": "Sót một tờ"}
    assert clerk.post(f"{at}/count", again, "c2").status_code == 200
    answers = {clerk.post(f"{at}/acceptance", {}, "take").data for _ in range(4)}
    assert len(answers) == 1  # four times Enter is one posting
    lines = clerk.get("/api/v1/drawer").get_json()["lines"]
    assert [one["amount_vnd"] for one in lines] == [100_000, 50_000]
    (mine,) = phone.get("/api/v1/hand-ins/mine").get_json()["rows"]
    assert (mine["gap_vnd"], mine["owed_vnd"]) == (-2_000, 0)
    doubt = {"accepts": False, "reason": "Khách trả thiếu"}
    assert phone.post(f"{at}/gap-answer", doubt, "g").get_json()["gap_status"] == "contested"
    decided = {
        "courier_owes": False, "evidence": "BB-7", "second_login": f"gdv.{OFFICE}",
        "second_password": PASSWORD,
    }  # fmt: skip
    assert phone.post(f"{at}/settlement", decided, "s0").status_code == 403
    assert chief.post(f"{at}/settlement", decided, "s1").get_json()["gap_status"] == "settled"

    counted = clerk.post("/api/v1/drawer/count", {"counted_vnd": 140_000}, "n1").get_json()
    assert counted["difference_vnd"] == -10_000
    code = chief.post(f"/api/v1/drawers/{counted['id']}/witness", {}, "w").get_json()["code"]
    wrong = {"reason": "Đã trả khách", "witness_code": "000000" if code != "000000" else "1"}
    assert title(clerk.post("/api/v1/drawer/contest", wrong, "d0"))[0] == 422
    sent = {"reason": "Đã trả khách", "witness_code": code}
    ended = clerk.post("/api/v1/drawer/contest", sent, "d1").get_json()
    assert (ended["status"], ended["owed_vnd"]) == ("contested", 0)
    document = clerk.get(f"/api/v1/drawers/{counted['id']}/statement").get_json()
    assert check_statement(document, public_keys_of(service.container.ring)).is_genuine
    assert phone.get(f"/api/v1/drawers/{counted['id']}/statement").status_code == 403
    judged = {**decided, "clerk_owes": False, "second_login": f"gdv.{OFFICE}"}
    del judged["courier_owes"]
    own = chief.post(f"/api/v1/drawers/{counted['id']}/resolution", judged, "r")
    assert own.status_code == 422  # the clerk himself is no second person
