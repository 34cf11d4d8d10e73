"""Long Mỹ, August 2022: one visit to a seated counter, and the result at the citizen's door."""

from datetime import datetime
from typing import Any

from postal_bridge.kernel import wording
from routes.commands.demo_acts import (
    accept,
    close_shift,
    give_to_post,
    grant,
    hand_over,
    open_shift,
    pack,
    ride,
    steps_of,
)
from routes.commands.demo_stage import Stage, moment

POINT = "long-my-2025"
OWNER = {
    "full_name": "Trần Thị Bé Sáu",
    "phone": "0939 000 001",
    "id_kind": "personal_id",
    "id_number": "093080000017",
    "address_text": "Số 14, đường Nguyễn Trung Trực",
}
NEIGHBOUR = {
    "full_name": "Lê Văn Út",
    "phone": "0939 000 002",
    "is_phone_shared": True,
    "id_kind": "personal_id",
    "id_number": "093075000021",
    "address_text": "Ấp 2, cạnh trạm y tế",
}


def long_my_2022(stage: Stage) -> None:
    """A household business is registered in one visit; a land dossier waits in the same queue."""
    stage.title("Long Mỹ, tháng 8 năm 2022 · Long Mỹ, August 2022")
    stage.cast()
    stage.advance(2022, 8, 8, 7, 30)
    clerk, courier = stage.person(f"gdv.{POINT}"), stage.person(f"phat.{POINT}")
    officer = stage.person("mc.tx-long-my")
    open_shift(stage, clerk)

    commune = stage.commune_of(POINT)
    slip = accept(
        stage,
        clerk,
        POINT,
        "household-business",
        owner={**OWNER, "commune_code": commune},
        place="door",
        amount_vnd=26_000,
    )
    stage.tell(
        f"Giao dịch viên tiếp nhận đăng ký hộ kinh doanh, mã hồ sơ {slip['dossier_code']}, "
        f"thu cước 26.000 đ, hẹn trả {wording.moment(datetime.fromisoformat(slip['due_at']))}."
    )
    land = accept(
        stage,
        clerk,
        POINT,
        "land-change",
        owner={**NEIGHBOUR, "commune_code": commune},
        place="section",
        form="none",
        amount_vnd=0,
    )
    stage.tell(f"Người sau nộp hồ sơ biến động đất đai, mã hồ sơ {land['dossier_code']}.")

    close_shift(stage, clerk, [slip, land], moment(2022, 8, 8))

    stage.advance(2022, 8, 10, 14, 0)
    grant(stage, officer, slip["dossier_id"], number="64A8001234", day="2022-08-10")
    stage.tell("Phòng Tài chính - Kế hoạch cấp Giấy chứng nhận đăng ký hộ kinh doanh.")
    item = pack(stage, officer, slip)
    stage.tell(f"Bàn đóng gói: kết quả, phong bì và nhãn khớp nhau. Mã vận đơn {item['number']}.")
    give_to_post(stage, officer, clerk, item)
    stage.tell("Bưu cục nhận phong bì niêm phong từ bộ phận một cửa, hai bên xác nhận.")

    stage.advance(2022, 8, 11, 7, 30)
    run = ride(stage, clerk, courier, POINT, "2022-08-11", [item["number"]])
    stage.tell(
        f"Kế hoạch ca phát có {len(run['stops'])} địa chỉ; bưu tá nhận phong bì và lên đường."
    )
    stage.advance(2022, 8, 11, 9, 10)
    hand_over(stage, courier, item["number"])
    courier.post(f"/runs/{run['id']}/closing", {"scanned_back": []})
    stage.tell("Bưu tá phát thành công: chủ hồ sơ ký nhận tại nhà.")
    _tell_way(stage, clerk, slip)


def _tell_way(stage: Stage, clerk: Any, slip: dict[str, Any]) -> None:
    steps = steps_of(clerk, slip["dossier_id"])
    stage.tell(
        f"Chuỗi lưu giữ của hồ sơ {slip['dossier_code']}: {len(steps)} bước, không đứt đoạn."
    )
