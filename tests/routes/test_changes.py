"""What is changed of a result before it sets out, over the API and on the citizen's kept page."""

from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from postal_bridge.kernel.actor import Role
from postal_bridge.money.service import call_off_fare, restore_fare
from tests.builders.doors import PostOffice, Waiting, post_office, waiting
from tests.routes.conftest import Service

FAR = "00004"  # a commune of Hà Nội: zone 1, the office is in zone 3


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "long-tri")


def quoted(service: Service, office: PostOffice, number: int) -> Waiting:
    with service.container.units.write() as uow:
        made = waiting(uow, office, number, is_quoted_only=True)
        uow.commit()
    return made


def post(service: Service, path: str, **body: object) -> TestResponse:
    headers = {**service.bearer(Role.CLERK), "Idempotency-Key": str(uuid4())}
    return service.app.test_client().post(f"/api/v1{path}", json=body, headers=headers)


def test_a_redirect_costs_nobody_anything_and_needs_an_identity_paper(
    service: Service, office: PostOffice
) -> None:
    made = quoted(service, office, 8_401)
    path = f"/deliveries/{made.delivery.id}/redirect"
    unseen = post(service, path, address_text="7 Trần Phú")
    assert (unseen.status_code, unseen.get_json()["title"]) == (422, "identity_not_seen")
    dearer = post(
        service, path, address_text="7 Tràng Tiền", commune_code=FAR, is_identity_seen=True
    )
    assert (dearer.status_code, dearer.get_json()["title"]) == (422, "redirect_dearer")
    same = post(service, path, address_text="7 Trần Phú", is_identity_seen=True).get_json()
    assert (same["place"], same["status"]) == ("door", "quoted")  # it waits for its payment still
    kept = post(service, path, is_identity_seen=True).get_json()
    assert (kept["place"], kept["status"]) == ("point", "quoted")


def test_a_cancelled_delivery_is_replaced_by_a_free_one_at_the_section(
    service: Service, office: PostOffice
) -> None:
    made = quoted(service, office, 8_402)
    path = f"/deliveries/{made.delivery.id}/cancellation"
    instead = post(service, path).get_json()
    assert (instead["place"], instead["status"], instead["quote_id"]) == (
        "section",
        "cleared",
        None,
    )
    again = post(service, path)
    assert (again.status_code, again.get_json()["title"]) == (409, "move_not_open")
    returns = f"/api/v1/dossiers/{made.delivery.dossier_id}/fare-returns"
    answer = service.app.test_client().get(returns, headers=service.bearer(Role.CLERK))
    (row,) = answer.get_json()["rows"]
    assert (row["kind"], row["why"], row["owed_vnd"]) == ("called_off", "fetched_at_section", 0)


def test_a_kept_page_says_at_once_what_became_of_the_fare(
    service: Service, office: PostOffice
) -> None:
    made = quoted(service, office, 8_403)
    quote_id = made.delivery.quote_id
    assert quote_id is not None
    browser, says = service.app.test_client(), "không phải trả cước"

    def page() -> str:
        return browser.get(f"/tra-cuu/{made.link}").get_data(as_text=True)

    assert says not in page()
    with service.container.units.write() as uow:
        call_off_fare(uow, quote_id, "withdrawn", actor=office.clerk)
        uow.commit()
    assert says in page()
    with service.container.units.write() as uow:
        restore_fare(uow, quote_id, actor=office.clerk, second_person="staff:other")
        uow.commit()
    assert says not in page()
