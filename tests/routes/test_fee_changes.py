"""A fee that changes after acceptance, on pages and over the API: officer, clerk and citizen."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from postal_bridge.counter.fee_changes import changes_of_dossier
from postal_bridge.kernel.actor import Actor
from postal_bridge.money.fee_changes import FeeChangeView
from postal_bridge.money.service import FeeDue, OpenDrawer, TakeAtCounter, open_drawer
from postal_bridge.money.service import take_at_counter as take_paid
from postal_bridge.people.service import mint_citizen_link
from tests.builders.doors import post_office
from tests.builders.dossiers import Counter, processing
from tests.builders.people import PASSWORD
from tests.builders.site import Caller, Site, a_site
from tests.routes.test_undos import caller_of

FEE = FeeDue("LP-DKKD", "Lệ phí đăng ký hộ kinh doanh", "le_phi", 300_000)
GROUND = "Nghị quyết 05/2026/NQ-HĐND"


@dataclass
class Desk:
    site: Site
    at: Counter
    officer: Caller
    dossier_id: UUID
    link: str

    def page(self, login: str | None = None) -> FlaskClient:
        client = self.site.app.test_client()
        token = self.officer.token if login is None else self.site.api(login).token
        with client.session_transaction() as session:
            session["token"] = token
        return client

    @property
    def last(self) -> FeeChangeView:
        units = self.site.container.units
        return changes_of_dossier(self.dossier_id, actor=Actor.operator(), units=units)[-1]

    def citizen(self) -> str:
        return self.site.app.test_client().get(f"/tra-cuu/{self.link}").get_data(as_text=True)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    site = a_site(tmp_path_factory.mktemp("home"))
    site.app.config["WTF_CSRF_ENABLED"] = False
    units = site.container.units
    office = post_office(units, "binh-thanh")
    open_drawer(OpenDrawer(500_000), actor=office.clerk, units=units)
    with units.write() as uow:
        made, _ = processing(uow, office.at)
        paid = TakeAtCounter(made.id, None, (FEE,), 300_000, "cash", office.at.link.section_id)
        take_paid(uow, paid, actor=office.clerk)
        link = mint_citizen_link(uow, made.id)
        uow.commit()
    yield Desk(site, office.at, caller_of(site, office.at), made.id, link)
    units.engine.dispose()


def test_more_on_pages_from_the_officer_to_the_citizen(desk: Desk) -> None:
    page = desk.page()
    address = f"/mot-cua/ho-so/{desk.dossier_id}"
    assert "đã nộp 300.000" in page.get(address).get_data(as_text=True).replace("\u00a0", " ")
    form = {
        "_key": "m1", "fee_code": FEE.code, "new_vnd": "350.000", "reason": "assessed_anew",
        "legal_ground": GROUND,
    }  # fmt: skip
    wrong = page.post(f"{address}/phi", data={**form, "legal_ground": "", "_key": "m0"})
    assert wrong.status_code == 422
    assert page.post(f"{address}/phi", data=form).status_code == 303
    told = desk.citizen()
    assert "Nộp thêm 50.000" in told.replace("\u00a0", " ")
    assert GROUND in told
    paying = f"/tra-cuu/{desk.link}/nop-them/{desk.last.id}"
    to_bank = desk.site.app.test_client().post(paying, data={"_key": "c1"})
    assert to_bank.headers["Location"].startswith("/thanh-toan/")
    clerk = desk.page("gdv.binh-thanh")
    assert f"/quy/phi/{desk.last.id}" in clerk.get("/quy").get_data(as_text=True)
    assert clerk.get(f"/quy/phi/{desk.last.id}").status_code == 200
    taking = f"/quy/phi/{desk.last.id}/thu"
    short = clerk.post(taking, data={"_key": "t1", "amount_vnd": "49.000"})
    assert short.status_code == 422
    done = clerk.post(taking, data={"_key": "t2", "amount_vnd": "50.000"})
    assert done.status_code == 303
    assert clerk.post(taking, data={"_key": "t2", "amount_vnd": "50.000"}).status_code == 303
    assert "Đã nộp thêm" in clerk.get(f"/quy/phi/{desk.last.id}").get_data(as_text=True)
    assert "Đã nộp thêm" in desk.citizen()


def test_less_over_the_api_with_a_second_person(desk: Desk) -> None:
    body = {"fee_code": FEE.code, "new_vnd": 0, "reason": "exempt", "legal_ground": GROUND}
    stated = desk.officer.post(f"/api/v1/dossiers/{desk.dossier_id}/fee-changes", body, "a1")
    assert (stated.status_code, stated.get_json()["change"]["status"]) == (201, "owed")
    clerk = desk.site.api("gdv.binh-thanh")
    back = f"/api/v1/fee-changes/{desk.last.id}/refund"
    assert str(desk.last.id) in clerk.get("/api/v1/fee-changes").get_data(as_text=True)
    alone = clerk.post(back, {"way": "cash"}, "r1")
    assert (alone.status_code, alone.get_json()["title"]) == (422, "second_person_needed")
    second = {"second_login": "gs.can-tho", "second_password": PASSWORD}
    wrong = clerk.post(back, {"way": "cash", **second, "second_password": "x"}, "r2")
    assert wrong.status_code == 422
    second["second_password"] = desk.site.people["gs.can-tho"]
    assert desk.officer.post(back, {"way": "cash", **second}, "r3").status_code == 403
    paid = clerk.post(back, {"way": "cash", **second}, "r4")
    assert (paid.status_code, paid.get_json()["amount_vnd"]) == (201, 350_000)
    assert clerk.post(back, {"way": "cash", **second}, "r4").data == paid.data
    slip = desk.page("gdv.binh-thanh").get(f"/quy/phi/{desk.last.id}/phieu.pdf")
    assert slip.data.startswith(b"%PDF")
    own = desk.site.app.test_client().get(f"/tra-cuu/{desk.link}/hoan-phi/{desk.last.id}.pdf")
    assert own.data.startswith(b"%PDF")
    assert "Đã hoàn lại 350.000" in desk.citizen().replace("\u00a0", " ")
