"""The supervisor's page of the day: a dossier goes through its states of the three sides."""

from postal_bridge.dossiers.service import receive_at_agency, send_to_agency
from postal_bridge.insight.matching import DifferenceKind
from postal_bridge.insight.reconciliation import reconcile_day
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.cash_desk import accept_cash, count_offered, offer_cash
from postal_bridge.money.hand_in_types import CountOffer, OfferCash
from postal_bridge.money.hand_in_views import hand_ins_of_courier
from postal_bridge.money.service import (
    FareAsk,
    RemitFees,
    TakeAtCounter,
    due_at_door,
    open_fees,
    quote,
    remit_fees,
    take_at_counter,
    take_at_door,
)
from tests.builders.doors import post_office
from tests.builders.dossiers import accepted, brought
from tests.builders.money import HERE, NEAR, ON, STAMP, with_drawer
from tests.routes.conftest import Service

EVERYONE = Actor.operator()


def once(key: str) -> Once[object]:
    return Once(key, "POST /x", "0" * 64, lambda view: b"{}")


def kinds(service: Service, dossier_id: object) -> list[DifferenceKind]:
    found = reconcile_day(None, actor=EVERYONE, units=service.container.units)
    return [
        one.difference.kind for one in found.differences if one.difference.dossier_id == dossier_id
    ]


def test_a_fee_is_followed_from_the_counter_to_the_agency(service: Service) -> None:
    units = service.container.units
    office = post_office(units, "binh-thanh")
    at, clerk = office.at, office.clerk
    with_drawer(units, clerk)
    with units.write() as uow:
        made, item = accepted(uow, at)
        paid = TakeAtCounter(made.id, None, (STAMP,), STAMP.amount_vnd, "cash", at.link.section_id)
        take_at_counter(uow, paid, actor=clerk)
        uow.commit()
        today = local(uow.now).date()
    assert kinds(service, made.id) == [DifferenceKind.NOT_COUNTED_IN]
    page = service.page_client(Role.SUPERVISOR).get("/dieu-hanh/doi-soat").get_data(as_text=True)
    assert "Đã thu phí, cơ quan chưa đếm nhận" in page
    assert item.number[:2] in page
    assert "Bưu cục Bình Thạnh" in page  # who has it now, and who should
    with units.write() as uow:
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)
        receive_at_agency(uow, made.id, "H12.34-261122-7001", actor=at.officer)
        uow.commit()
    assert kinds(service, made.id) == [DifferenceKind.NOT_REMITTED]
    sheet = service.page_client(Role.SUPERVISOR).get("/dieu-hanh/doi-soat/bang.csv")
    assert "H12.34-261122-7001" in sheet.get_data(as_text=True)
    section_id = at.link.section_id
    with units.read() as uow:
        open_vnd = open_fees(uow, section_id, today, actor=clerk).amount_vnd
    command = RemitFees(section_id, today, open_vnd, "UNC-7")
    remit_fees(command, actor=clerk, once=once("rec-1"), units=units)  # type: ignore[arg-type]
    assert kinds(service, made.id) == []


def test_door_money_is_on_the_road_until_it_is_handed_in(service: Service) -> None:
    units = service.container.units
    office = post_office(units, "binh-thanh")
    rider, clerk = office.courier, office.clerk
    with units.write() as uow:
        made, _ = accepted(uow, office.at)
        asked = FareAsk(
            dossier_id=made.id, leg="result", from_commune=HERE, to_commune=NEAR, on=ON,
            grams_result=80,
        )  # fmt: skip
        priced = quote(uow, asked, actor=clerk)
        due_at_door(uow, priced.id, actor=clerk)
        take_at_door(uow, priced.id, 26_000, actor=rider)
        uow.commit()
    assert kinds(service, made.id) == [DifferenceKind.CASH_ON_ROAD]
    offer_cash(OfferCash(26_000), actor=rider, once=once("rec-2"), units=units)  # type: ignore[arg-type]
    with units.read() as uow:
        one = hand_ins_of_courier(uow, actor=rider)[0]
    assert kinds(service, made.id) == [DifferenceKind.CASH_ON_ROAD]  # offered is not taken
    counted = CountOffer(one.id, 26_000)
    count_offered(counted, actor=clerk, once=once("rec-c"), units=units)  # type: ignore[arg-type]
    accept_cash(one.id, actor=clerk, once=once("rec-3"), units=units)  # type: ignore[arg-type]
    assert kinds(service, made.id) == []


def test_only_supervisors_look(service: Service) -> None:
    for role in (Role.CLERK, Role.COURIER, Role.OFFICER):
        assert service.page_client(role).get("/dieu-hanh/doi-soat").status_code == 403
    nonsense = service.page_client(Role.SUPERVISOR).get("/dieu-hanh/doi-soat?ngay=x")
    assert nonsense.status_code == 200
