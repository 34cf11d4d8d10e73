"""Money that fitted nothing, dealt with by two people; and a statement over HTTP."""

import io
from typing import Any
from uuid import UUID

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import (
    OnlinePayment,
    RequestOnline,
    Settled,
    call_off_fare,
    parked_notices,
    payment_view,
    request_online,
    reverse_entry,
    settle,
    verify_ledger,
)
from routes.idempotency import mint_key
from tests.builders.doors import PASSWORD, staff
from tests.builders.money import MACHINE, make_quote, notice
from tests.routes.conftest import Service

KEY = receiving_account().key
EVERYONE = Actor.operator()
PROVIDER_CHECKS = (
    "provider",
    "credited_full",
    "credited_once",
    "unplaced",
    "reversal",
    "refunded",
    "payout",
)
SECOND = Actor.operator("second")


def asked(service: Service) -> OnlinePayment:
    units = service.container.units
    clerk = staff(units, "gdv.long-tri")
    priced = make_quote(units, clerk)
    with units.write() as uow:
        online = request_online(uow, RequestOnline(priced.dossier_id, priced.id), actor=clerk)
        uow.commit()
    return online


def parked(service: Service, reference: str | None, amount: int) -> Settled:
    return settle(notice(reference, amount), actor=MACHINE, units=service.container.units)


def answer(service: Service, role: Role, event: Settled, how: str, **fields: str) -> Any:
    data = {
        "_key": mint_key(), "words": "UNC-77", "second_login": "gdv.trang-bom",
        "second_password": PASSWORD, **fields,
    }  # fmt: skip
    path = f"/dieu-hanh/tien-cho-xu-ly/{event.event_id}/{how}"
    return service.page_client(role).post(path, data=data)


def unplaced_vnd(service: Service) -> int:
    with service.container.units.read() as uow:
        return balance_vnd(uow, accounts.unidentified(KEY))


def bank_vnd(service: Service) -> int:
    with service.container.units.read() as uow:
        return balance_vnd(uow, accounts.bank(KEY))


def waiting(service: Service) -> set[UUID]:
    with service.container.units.read() as uow:
        return {one.event_id for one in parked_notices(uow, actor=EVERYONE)}


def status(service: Service, online: OnlinePayment) -> str:
    with service.container.units.read() as uow:
        return payment_view(uow, online.payment_id, actor=EVERYONE).status.value


def provider_faults(service: Service) -> list[Any]:
    with service.container.units.read() as uow:
        return [one for one in verify_ledger(uow) if one.check in PROVIDER_CHECKS]


def test_a_transfer_without_our_reference_is_placed_once_by_two(service: Service) -> None:
    online = asked(service)
    event = parked(service, None, 26_000)
    page = service.page_client(Role.OPERATOR).get("/dieu-hanh/tien-cho-xu-ly")
    assert "không rõ trả cho khoản nào" in page.get_data(as_text=True)
    before = unplaced_vnd(service)
    alone = answer(service, Role.OPERATOR, event, "gan", reference=online.reference,
                   second_login="vanhanh")  # fmt: skip
    assert alone.status_code == 422
    forged = answer(service, Role.OPERATOR, event, "gan", reference=online.reference,
                    second_password="x")  # fmt: skip
    assert forged.status_code == 422
    wrong = answer(service, Role.OPERATOR, event, "gan", reference="PB000000000000")
    assert wrong.status_code == 422
    placed = answer(service, Role.OPERATOR, event, "gan", reference=online.reference.lower())
    assert placed.status_code == 303
    assert status(service, online) == "paid"
    assert unplaced_vnd(service) - before == 26_000  # a debt less
    again = answer(service, Role.OPERATOR, event, "tra-lai")
    assert again.status_code == 409
    assert provider_faults(service) == []


def test_the_same_form_twice_is_answered_once(service: Service) -> None:
    online = asked(service)
    event, other = (parked(service, None, 26_000) for _ in range(2))
    before, key = bank_vnd(service), mint_key()
    placed = {"reference": online.reference, "_key": key}
    first, second = (answer(service, Role.OPERATOR, event, "gan", **placed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    reused = answer(service, Role.OPERATOR, event, "gan", **placed | {"words": "UNC-78"})
    assert reused.status_code == 409
    again = [answer(service, Role.OPERATOR, other, "tra-lai", _key=mint_key()) for _ in range(2)]
    assert [one.status_code for one in again] == [303, 409]  # opened anew, it is another request
    assert status(service, online) == "paid"
    assert before - bank_vnd(service) == 26_000
    assert provider_faults(service) == []


def test_too_much_is_sent_back_whole(service: Service) -> None:
    online = asked(service)
    event = parked(service, online.reference, 30_000)
    before = unplaced_vnd(service)
    sent = answer(service, Role.SUPERVISOR, event, "tra-lai")
    assert sent.status_code == 303
    assert unplaced_vnd(service) - before == 30_000
    assert event.event_id not in waiting(service)
    assert status(service, online) == "mismatch"
    assert provider_faults(service) == []


def test_of_too_much_what_was_due_is_placed_and_the_rest_sent_back(service: Service) -> None:
    online = asked(service)
    event = parked(service, online.reference, 30_000)
    page = service.page_client(Role.SUPERVISOR).get("/dieu-hanh/tien-cho-xu-ly")
    assert "thừa 4.000\u00a0đ" in page.get_data(as_text=True)
    before, held = unplaced_vnd(service), bank_vnd(service)
    placed = answer(service, Role.SUPERVISOR, event, "gan", reference=online.reference)
    assert placed.status_code == 303
    assert status(service, online) == "paid"
    assert unplaced_vnd(service) - before == 30_000
    assert bank_vnd(service) - held == -4_000
    assert answer(service, Role.SUPERVISOR, event, "tra-lai").status_code == 409
    assert provider_faults(service) == []


def test_what_was_placed_can_be_given_back(service: Service) -> None:
    online = asked(service)
    event = parked(service, None, 26_000)
    answer(service, Role.OPERATOR, event, "gan", reference=online.reference)
    before, held = unplaced_vnd(service), bank_vnd(service)
    with service.container.units.write() as uow:
        paid = payment_view(uow, online.payment_id, actor=EVERYONE)
        assert paid.entry_id is not None
        reverse_entry(uow, paid.entry_id, "UNC-78", actor=EVERYONE, second=SECOND)
        uow.commit()
    assert (unplaced_vnd(service), bank_vnd(service)) == (before, held)  # owed, and not gone yet
    assert status(service, online) == "refunded"
    assert provider_faults(service) == []


def test_too_little_waits_for_the_rest_and_both_are_placed_together(service: Service) -> None:
    online = asked(service)
    first = parked(service, online.reference, 10_000)
    short = answer(service, Role.SUPERVISOR, first, "gan", reference=online.reference)
    assert short.status_code == 422
    assert status(service, online) == "mismatch"
    second, third = (parked(service, online.reference, amount) for amount in (16_000, 20_000))
    too_many = {"together.0": str(second.event_id), "together.1": str(third.event_id)}
    refused = answer(service, Role.SUPERVISOR, first, "gan", reference=online.reference, **too_many)
    assert refused.status_code == 422
    with_second = {"together.0": str(second.event_id)}
    both = answer(service, Role.SUPERVISOR, first, "gan", reference=online.reference, **with_second)
    assert both.status_code == 303
    assert status(service, online) == "paid"
    assert waiting(service) & {first.event_id, second.event_id, third.event_id} == {third.event_id}
    again = answer(service, Role.SUPERVISOR, third, "gan", reference=online.reference)
    assert again.status_code == 409  # it is paid: this one goes back
    assert answer(service, Role.SUPERVISOR, third, "tra-lai").status_code == 303
    assert provider_faults(service) == []


def test_what_came_for_a_fare_that_was_called_off_only_goes_back(service: Service) -> None:
    online = asked(service)
    event = parked(service, online.reference, 30_000)
    with service.container.units.write() as uow:
        paid = payment_view(uow, online.payment_id, actor=EVERYONE)
        assert paid.quote_id is not None
        call_off_fare(uow, paid.quote_id, "cancelled", actor=EVERYONE)
        uow.commit()
    placed = answer(service, Role.SUPERVISOR, event, "gan", reference=online.reference)
    assert placed.status_code == 409
    assert answer(service, Role.SUPERVISOR, event, "tra-lai").status_code == 303
    assert provider_faults(service) == []


def test_what_went_to_a_foreign_account_is_not_ours_to_move(service: Service) -> None:
    units = service.container.units
    event = settle(notice(None, 26_000, account_key="970436-999"), actor=MACHINE, units=units)
    assert answer(service, Role.OPERATOR, event, "tra-lai").status_code == 404
    before = unplaced_vnd(service)
    assert answer(service, Role.OPERATOR, event, "da-bao").status_code == 303
    assert (unplaced_vnd(service), event.event_id in waiting(service)) == (before, False)
    assert answer(service, Role.OPERATOR, event, "da-bao").status_code == 409
    ours = parked(service, None, 26_000)
    assert answer(service, Role.OPERATOR, ours, "da-bao").status_code == 404
    assert answer(service, Role.OPERATOR, ours, "tra-lai").status_code == 303


def test_what_a_gateway_pays_out_is_booked_off_its_account(service: Service) -> None:
    units, place = service.container.units, accounts.gateway("vnpay-PBTEST09")
    online = asked(service)
    charged = notice(online.reference, 26_000, provider="vnpay", account_key="vnpay-PBTEST09")
    settle(charged, actor=MACHINE, units=units)
    too_much, event = parked(service, None, 26_001), parked(service, None, 25_600)
    page = service.page_client(Role.OPERATOR).get("/dieu-hanh/tien-cho-xu-ly")
    assert "vnpay-PBTEST09: còn 26.000\u00a0đ chưa về ngân hàng" in page.get_data(as_text=True)
    before, held = unplaced_vnd(service), bank_vnd(service)
    for wrong, code, status_code in (
        (too_much, place.code, 422),
        (event, "fare_revenue:x", 422),
        (event, "gateway:nobody", 422),
    ):
        refused = answer(service, Role.OPERATOR, wrong, "cong-tra-ve", place=code)
        assert refused.status_code == status_code
    assert (
        answer(service, Role.SUPERVISOR, event, "cong-tra-ve", place=place.code).status_code == 403
    )
    beyond = answer(
        service, Role.OPERATOR, event, "cong-tra-ve", place=place.code, commission_vnd="401"
    )
    assert beyond.status_code == 422
    taken = answer(
        service, Role.OPERATOR, event, "cong-tra-ve", place=place.code, commission_vnd="400"
    )
    assert taken.status_code == 303
    with units.read() as uow:
        assert balance_vnd(uow, place) == 0
        assert balance_vnd(uow, accounts.commission(place)) == 400  # an expense of the post
    page = service.page_client(Role.OPERATOR).get("/dieu-hanh/tien-cho-xu-ly")
    shown = page.get_data(as_text=True)
    assert all(vnd in shown for vnd in ("26.000\u00a0đ", "25.600\u00a0đ", ">400\u00a0đ<"))
    assert (unplaced_vnd(service) - before, bank_vnd(service) - held) == (25_600, 0)
    assert answer(service, Role.OPERATOR, event, "tra-lai").status_code == 409
    answer(service, Role.OPERATOR, too_much, "tra-lai")
    assert provider_faults(service) == []


def test_a_statement_is_taken_in_and_shown_line_by_line(service: Service) -> None:
    online = asked(service)
    csv = f"transaction,at,amount,note\nFT-{new_id().hex},02/03/2026,26000,{online.reference}\n"
    for words in ("đã ghi", "đã có từ trước"):
        sent = {"_key": mint_key(), "file": (io.BytesIO(csv.encode()), "sao-ke.csv")}
        page = service.page_client(Role.OPERATOR).post(
            "/dieu-hanh/tien-cho-xu-ly/sao-ke", data=sent
        )
        assert words in page.get_data(as_text=True)
    assert status(service, online) == "paid"
    junk = {"_key": mint_key(), "file": (io.BytesIO(b"\xff\xfe"), "x.csv")}
    refused = service.page_client(Role.OPERATOR).post("/dieu-hanh/tien-cho-xu-ly/sao-ke", data=junk)
    assert refused.status_code == 422
