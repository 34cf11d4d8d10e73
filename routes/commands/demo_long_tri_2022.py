"""Long Trị, August 2022: a commune's section inside the culture post office, and one pouch."""

from typing import Any

from postal_bridge.kernel.wording import dong
from routes.commands.demo_acts import (
    accept,
    close_shift,
    count_in,
    give_out_at_point,
    grant,
    open_shift,
    pack,
    send_pouch,
    take_pouch,
    who_holds,
)
from routes.commands.demo_stage import Stage, moment

POINT = "long-tri-2025"
FIELDS = (
    ("household-business", "Nguyễn Văn Tám", "0939 000 011", "093070000031"),
    ("social-allowance", "Thạch Thị Sa Mách", "0939 000 012", "093150000032"),
    ("land-change", "Danh Út", "0939 000 013", "093068000033"),
    ("household-business", "Phan Thị Ngọc Huệ", "0939 000 014", "093190000034"),
)


def long_tri_2022(stage: Stage) -> None:
    """Dossiers of one morning go in a sealed pouch; one envelope differs from its list."""
    stage.title("Long Trị, tháng 8 năm 2022 · Long Trị, August 2022")
    stage.advance(2022, 8, 16, 7, 30)
    clerk, driver = stage.person(f"gdv.{POINT}"), stage.person("xe.tx-long-my")
    officer = stage.person("mc.tx-long-my")
    open_shift(stage, clerk)
    commune = stage.commune_of(POINT)
    slips = []
    for procedure, name, phone, number in FIELDS:
        owner = {
            "full_name": name,
            "phone": phone,
            "id_kind": "personal_id",
            "id_number": number,
            "address_text": "Ấp 4",
            "commune_code": commune,
        }
        slip = accept(stage, clerk, POINT, procedure, owner=owner, place="point", amount_vnd=None)
        slips.append(slip)
        stage.tell(
            f"Tiếp nhận {slip['acceptance_number']} (chưa phải mã hồ sơ), phong bì niêm phong "
            f"{slip['item_number']}, thu {dong(slip['paid_vnd'])}."
        )

    stage.advance(2022, 8, 16, 10, 30)
    pouch = send_pouch(stage, clerk, POINT, "household-business", slips, tie="NP 220816 01")
    stage.tell(f"Túi {pouch['number']} buộc dây niêm phong NP 220816 01, {len(slips)} phong bì.")
    take_pouch(stage, clerk, driver, pouch, officer, tie="NP 220816 01", count=len(slips))
    stage.tell("Lái xe nhận túi, giao cho bộ phận một cửa thị xã; mỗi lần hai bên cùng xác nhận.")

    cases = [_count(stage, officer, slip, short=slip is slips[2]) for slip in slips]
    case = next(found for found in cases if found)
    stage.tell(
        f"Mở phong bì {case['item_number']}: thiếu 01 giấy so với danh mục. Vụ việc gắn với đoạn "
        f"từ lúc niêm phong đến lúc mở, {len(case['segment'])} lần giao nhận."
    )
    for slip in slips:
        officer.post(f"/dossiers/{slip['dossier_id']}/registration", {"draws_code": True})
    stage.tell("Cơ quan đăng ký bốn hồ sơ, cấp mã; thời hạn giải quyết bắt đầu tính.")
    close_shift(stage, clerk, slips, moment(2022, 8, 16))

    stage.advance(2022, 8, 19, 14, 0)
    done = [slips[0], slips[3]]
    items = []
    for serial, slip in enumerate(done, start=1):
        grant(stage, officer, slip["dossier_id"], number=f"64B80{serial:05d}", day="2022-08-19")
        items.append(pack(stage, officer, slip))
    stage.tell("Hai kết quả đã đóng phong bì, chuyển về điểm Bưu điện - Văn hóa xã.")
    back = send_pouch(
        stage, officer, POINT, "household-business", done, tie="NP 220819 07", items=items
    )
    take_pouch(
        stage,
        officer,
        driver,
        back,
        clerk,
        tie="NP 220819 07",
        count=len(items),
        numbers=[item["number"] for item in items],
    )
    stage.advance(2022, 8, 22, 8, 30)
    for slip, item in zip(done, items, strict=True):
        give_out_at_point(stage, clerk, slip, item)
    stage.tell("Người dân nhận kết quả tại điểm, ký nhận.")
    holder = who_holds(clerk, slips[2]["item_number"])
    stage.tell(f"Phong bì {slips[2]['item_number']}: người đang giữ là {holder}.")


def _count(stage: Stage, officer: Any, slip: dict[str, Any], *, short: bool) -> Any:
    return count_in(stage, officer, slip, short=short)
