"""A supervisor pays an agency's fees on: receipt by receipt, once, and only what was shown."""

from uuid import UUID

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.money.service import TakeAtCounter, take_at_counter
from routes.idempotency import mint_key
from tests.builders.doors import PostOffice, post_office
from tests.builders.dossiers import accepted
from tests.builders.money import STAMP, with_drawer
from tests.routes.conftest import Service

API = "/api/v1"


def fee_taken(service: Service, office: PostOffice) -> UUID:
    """15,000 đ for the agency lies with the post; returns the dossier."""
    with service.container.units.write() as uow:
        made, _ = accepted(uow, office.at)
        section_id = office.at.link.section_id
        taken = TakeAtCounter(made.id, None, (STAMP,), STAMP.amount_vnd, "cash", section_id)
        take_at_counter(uow, taken, actor=office.clerk)
        uow.commit()
    return made.id


def test_fees_are_paid_on_as_they_were_shown_and_once(service: Service) -> None:
    units = service.container.units
    office = post_office(units, "binh-thanh")
    with_drawer(units, office.clerk)
    section_id = office.at.link.section_id
    page = f"/dieu-hanh/chuyen-nop/{section_id}"
    chief = service.page_client(Role.SUPERVISOR)
    with units.read() as uow:
        today = local(uow.now).date().isoformat()
    fee_taken(service, office)
    api, bearer = service.app.test_client(), service.bearer(Role.SUPERVISOR)
    seen = api.get(f"{API}/sections/{section_id}/open-fees", headers=bearer).get_json()
    shown_vnd = seen["amount_vnd"]
    assert shown_vnd >= STAMP.amount_vnd
    assert seen["lines"][-1]["number"] in chief.get(page).get_data(as_text=True)
    assert page in chief.get("/dieu-hanh").get_data(as_text=True)
    assert page in chief.get("/dieu-hanh/chuyen-nop").get_data(as_text=True)
    fee_taken(service, office)  # while he was at the bank

    def note(amount_vnd: object, reference: str, key: str | None = None) -> tuple[int, str]:
        form = {
            "until": today, "amount_vnd": str(amount_vnd), "bank_reference": reference,
            "_key": key or mint_key(),
        }  # fmt: skip
        answer = chief.post(page, data=form)
        return answer.status_code, answer.headers.get("Location", answer.get_data(as_text=True))

    status, said = note(shown_vnd, "UNC-0412")
    assert status == 422
    assert "Chưa ghi gì" in said
    assert note(shown_vnd + STAMP.amount_vnd, " ")[0] == 422
    key = mint_key()
    first = note(shown_vnd + STAMP.amount_vnd, "UNC-0412", key)
    assert first[0] == 303
    assert note(shown_vnd + STAMP.amount_vnd, "UNC-0412", key) == first
    listed = chief.get(first[1]).get_data(as_text=True)
    remitted = f"{API}/remittances/{first[1].rpartition('/')[2]}"
    kept = api.get(remitted, headers=bearer).get_json()
    assert kept["remittance"]["amount_vnd"] == sum(one["amount_vnd"] for one in kept["lines"])
    assert "UNC-0412" in listed
    assert seen["lines"][-1]["number"] in listed
    assert note(STAMP.amount_vnd, "UNC-0413")[0] == 422  # nothing is open
    assert page not in chief.get("/dieu-hanh").get_data(as_text=True)
    fee_taken(service, office)
    status, said = note(STAMP.amount_vnd, "unc 0412")
    assert status == 409
    assert "UNC" in said.upper()


def test_who_does_not_supervise_neither_sees_nor_pays(service: Service) -> None:
    office = post_office(service.container.units, "binh-thanh")
    page = f"/dieu-hanh/chuyen-nop/{office.at.link.section_id}"
    for role in (Role.CLERK, Role.OFFICER, Role.COURIER):
        client = service.page_client(role)
        assert client.get(page).status_code == 403
        assert client.post(page, data={"_key": mint_key()}).status_code in (400, 403)
