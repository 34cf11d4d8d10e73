"""Long Mỹ, 2026: filed online at the province; only the paper result travels."""

from datetime import datetime
from typing import Any

from postal_bridge.kernel import wording
from routes.commands.demo_acts import (
    close_shift,
    fail_visit,
    give_to_post,
    grant,
    offer_of,
    open_shift,
    pack,
    ride,
    who_holds,
)
from routes.commands.demo_stage import Person, Stage, StoryBroke, moment

POINT = "long-my"
ABSENT = {
    "full_name": "Huỳnh Thị Mỹ Linh",
    "phone": "0939 000 021",
    "id_kind": "personal_id",
    "id_number": "093190000041",
    "address_text": "Khu vực 4, nhà trọ cô Ba",
}
MISSPELT = {
    "full_name": "H'Hen Niê Kđăm",
    "phone": "0939 000 022",
    "id_kind": "personal_id",
    "id_number": "066195000042",
    "address_text": "Số 7, đường Trần Hưng Đạo",
}


def long_my_2026(stage: Stage) -> None:
    """Nobody at home, two invitations, not collected, back to the issuer; a misspelt name."""
    stage.title("Long Mỹ, tháng 11 năm 2026 · Long Mỹ, November 2026")
    stage.set_clock(moment(2026, 11, 9, 7, 30))
    stage.cast()
    clerk, courier = stage.person(f"gdv.{POINT}"), stage.person(f"phat.{POINT}")
    officer = stage.person("mc.can-tho")
    open_shift(stage, clerk)
    _paper_is_refused(stage, clerk)

    lost_trip = _online(stage, clerk, ABSENT, "H13.5-261106-0101")
    misspelt = _online(stage, clerk, MISSPELT, "H13.5-261106-0102")
    stage.tell("Hai người dân đã nộp trực tuyến, đăng ký nhận kết quả giấy tại nhà.")
    close_shift(stage, clerk, [lost_trip, misspelt], moment(2026, 11, 9))

    stage.advance(2026, 11, 10, 14, 0)
    items = []
    for number, slip in enumerate((lost_trip, misspelt), start=1):
        grant(stage, officer, slip["dossier_id"], number=f"92{number:010d}", day="2026-11-10")
        item = pack(stage, officer, slip)
        give_to_post(stage, officer, clerk, item)
        items.append(item)
    stage.tell("Trung tâm của thành phố bàn giao hai phong bì cho bưu điện phường Long Mỹ.")

    stage.advance(2026, 11, 11, 7, 30)
    numbers = [item["number"] for item in items]
    run = ride(stage, clerk, courier, POINT, "2026-11-11", numbers)
    stage.tell(f"Bưu tá lên đường với {len(run['stops'])} địa chỉ theo thứ tự đã tính.")
    stage.advance(2026, 11, 11, 9, 40)
    fail_visit(courier, numbers[0], reason="absent", next_step="hold_notify")
    stage.tell("Không có ai ở nhà: ghi thời gian chờ, ảnh cửa nhà, lý do không có vị trí.")
    fail_visit(courier, numbers[1], reason="refused", next_step="return")
    stage.tell("Người nhận từ chối tại cửa vì kết quả ghi sai tên.")
    courier.post(f"/runs/{run['id']}/closing", {"scanned_back": numbers})
    _go_back(stage, clerk, officer, misspelt, items[1], reason="refused")
    _not_collected(stage, clerk, officer, lost_trip, items[0])


def _paper_is_refused(stage: Stage, clerk: Person) -> None:
    link, procedure = offer_of(clerk, POINT, "land-change")
    body = {
        "link_id": link["id"],
        "procedure_id": procedure["id"],
        "service_form": "both",
        "owner": {**ABSENT, "commune_code": stage.commune_of(POINT)},
        "papers": [],
        "signature": {"how": "handwritten"},
        "delivery": {"place": "door"},
    }
    refusal = clerk.refused("/dossiers", body)
    stage.tell(f"Hồ sơ giấy về đất đai: {refusal.detail}")


def _online(stage: Stage, clerk: Person, owner: dict[str, str], code: str) -> Any:
    link, procedure = offer_of(clerk, POINT, "driving-licence-exchange")
    commune = stage.commune_of(POINT)
    asked = {
        "link_id": link["id"],
        "procedure_id": procedure["id"],
        "service_form": "receive",
        "place": "door",
        "recipient_commune": commune,
    }
    due_vnd = clerk.post("/quotes", asked)["payable_now_vnd"]
    return clerk.post(
        "/online-filings",
        {
            "link_id": link["id"],
            "procedure_id": procedure["id"],
            "dossier_code": code,
            "received_at": "2026-11-06T14:05:00+07:00",
            "owner": {**owner, "commune_code": commune},
            "delivery": {"place": "door", "who_may_receive": "owner"},
            "pay": "cash",
            "amount_vnd": due_vnd,
        },
    )


def _delivery(clerk: Person, slip: dict[str, Any]) -> Any:
    (found,) = clerk.get("/deliveries", dossier_id=slip["dossier_id"])["rows"]
    return found


def _not_collected(
    stage: Stage, clerk: Person, officer: Person, slip: dict[str, Any], item: dict[str, Any]
) -> None:
    held = _delivery(clerk, slip)
    stage.tell("Bưu cục lưu phong bì chờ nhận, gửi giấy mời thứ nhất.")
    early = clerk.refused(f"/deliveries/{held['id']}/giving-up", {"reason": "absent"})
    stage.tell(f"Chưa được chuyển hoàn: {early.detail}")
    stage.advance(2026, 11, 16, 8, 0)
    invited = _delivery(clerk, slip)["invited_at"]
    if len(invited) != 2:
        raise StoryBroke("the second invitation", f"{len(invited)} are on record")
    first, second = (wording.moment(datetime.fromisoformat(at)) for at in invited)
    stage.tell(f"Hai giấy mời đã gửi: {first} và {second}, cách nhau hai ngày làm việc.")
    stage.advance(2026, 11, 27, 8, 0)
    _go_back(stage, clerk, officer, slip, item, reason="absent")


def _go_back(
    stage: Stage,
    clerk: Person,
    officer: Person,
    slip: dict[str, Any],
    item: dict[str, Any],
    *,
    reason: str,
) -> None:
    """Undeliverable by law, on its way, and back with the issuer, who signs."""
    delivery = _delivery(clerk, slip)
    if delivery["status"] != "undeliverable":
        clerk.post(f"/deliveries/{delivery['id']}/giving-up", {"reason": reason})
    seen = {"seen_number": item["number"]}
    clerk.post(f"/deliveries/{delivery['id']}/sending-back", seen)
    clerk.post("/returns", {"delivery_id": delivery["id"]})
    officer.post(f"/deliveries/{delivery['id']}/return-receipt", seen)
    stage.tell(
        f"Phong bì {item['number']} đã về nơi phát hành, có biên nhận; "
        f"người đang giữ: {who_holds(clerk, item['number'])}."
    )
