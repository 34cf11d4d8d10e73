"""Filled forms, with the longest names and letters that break poor fonts."""

from datetime import UTC, date, datetime, timedelta

from postal_bridge.custody.types import ItemKind, TallyKind
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.dossiers.form_views import (
    AppointmentView,
    HandOverRecordView,
    InvitationView,
    ManifestRow,
    ManifestSheet,
    MoneyLine,
    Office,
    PaperLine,
    RecordLine,
    ReturnReceiptView,
    Side,
    SlipMoney,
    SlipView,
)

AT = datetime(2026, 11, 21, 1, 5, tzinfo=UTC)
LINK = (
    "https://buudien.example.vn/tra-cuu/h/b3JkZXItb2YtdGhlLXBob2VuaXgtMTI4LWJpdHM"
    "?n=BC-261121-003-0001&k=office-1&s=" + "A" * 86
)
OFFICE = Office(
    "Bưu điện phường Bình Thạnh",
    "Bưu điện thành phố Cần Thơ",
    "Số 12, đường Nguyễn Trung Trực, phường Long Bình, thành phố Cần Thơ",
    "1900 545481",
    "7 giờ 00 – 17 giờ 00, thứ Hai đến thứ Bảy",
)
PAPERS = (
    PaperLine(1, "Giấy đề nghị đăng ký hộ kinh doanh", TallyKind.ORIGINAL_KEPT, 1, 0, 2),
    PaperLine(2, "Giấy tờ pháp lý của chủ hộ kinh doanh", TallyKind.ORIGINAL_SEEN, 1, 0, 1),
    PaperLine(2, "Giấy tờ pháp lý của chủ hộ kinh doanh", TallyKind.PHOTOCOPY, 0, 1, 1),
    PaperLine(
        3,
        "Biên bản họp thành viên hộ gia đình (nếu các thành viên cùng đăng ký hộ kinh doanh)",
        TallyKind.CERTIFIED_COPY, 0, 2, 4,
    ),
    PaperLine(4, "Xác nhận thông tin về cư trú", TallyKind.STATE_DATABASE, 0, 0, 0),
)  # fmt: skip


def slip(papers: tuple[PaperLine, ...] = PAPERS, **changed: object) -> SlipView:
    given: dict[str, object] = {
        "office": OFFICE,
        "section_name": "Trung tâm Phục vụ hành chính công phường Long Bình",
        "acceptance_number": "BC-261121-003-0001",
        "dossier_code": None,
        "item_number": "RZ473124829VN",
        "seal_number": "RZ473124829VN",
        "weight_g": 250,
        "procedure_name": "Đăng ký thành lập hộ kinh doanh",
        "procedure_code": "1.001612",
        "service_form": ServiceForm.BOTH,
        "sets": 1,
        "accepted_at": AT,
        "expected_at": AT + timedelta(days=5),
        "papers": papers,
        "money": SlipMoney(
            fare=(
                MoneyLine("Gửi hồ sơ, liên huyện, đến 250 g", 30_500),
                MoneyLine("Nhận kết quả, liên huyện, đến 100 g", 26_000),
                MoneyLine("Cước chuyển nộp phí, lệ phí", 8_000),
            ),
            fees=(MoneyLine("Lệ phí đăng ký hộ kinh doanh (LP)", 100_000),),
            fare_receipt_no="CU26-0000123",
            fee_receipt_no="BL26-0000045",
        ),
        "link": LINK,
        "clerk_name": "Huỳnh Ngọc Ánh",
        "owner_name": "Nguyễn Thị Hồng Nhung",
        "submitter_name": "H'Hen Niê Kđăm",
        "submitter_phone": "09******78",
        "recipient_name": "Nguyễn Thị Hồng Nhung",
        "recipient_address": "Ấp Bình Hòa, phường Long Bình, thành phố Cần Thơ",
        "is_sandbox": True,
    }
    return SlipView(**{**given, **changed})  # type: ignore[arg-type]


def appointment() -> AppointmentView:
    return AppointmentView(
        header=("UBND PHƯỜNG LONG MỸ", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"),
        place="Long Mỹ",
        dossier_code="H13.104-261121-0001",
        procedure_name="Đăng ký thành lập hộ kinh doanh",
        section=Office("Trung tâm Phục vụ hành chính công phường Long Mỹ", "", "", ""),
        sets=1,
        time_limit_days=3,
        time_limit_hours=0,
        received_at=AT,
        due_at=AT + timedelta(days=5),
        papers=PAPERS,
        returned_by_post=True,
        link=LINK,
        receiver_name="Trần Ngọc Ẩn",
        submitter_name="Nguyễn Thị Hồng Nhung",
        owner_name="Nguyễn Thị Hồng Nhung",
        address="Khu vực 3, phường Long Mỹ, thành phố Cần Thơ",
        phone="0912345678",
        email="nhung@example.vn",
        id_number="093******123",
    )


def record(count: int = 3) -> HandOverRecordView:
    return HandOverRecordView(
        number="GN-261121-0007",
        office=OFFICE,
        place="Trung tâm Phục vụ hành chính công phường Long Bình",
        giver=Side("Phạm Văn Đức", "Bưu điện phường Bình Thạnh", "signed_in", AT),
        receiver=Side("Lê Thị Mỹ Hạnh", "Trung tâm Phục vụ hành chính công", "handwritten", AT),
        lines=tuple(
            RecordLine("RZ473124829VN", f"BC-261121-003-{n:04d}", 250, 1, 3, 100_000)
            for n in range(1, count + 1)
        ),
    )


def manifest(count: int = 4) -> ManifestSheet:
    return ManifestSheet(
        office=OFFICE,
        pouch_number="PZ000000014VN",
        tie_number="T0012345",
        from_name=OFFICE.name,
        to_name="Trung tâm Phục vụ hành chính công phường Long Bình",
        sealed_at=AT,
        sealed_by="Huỳnh Ngọc Ánh",
        rows=tuple(
            ManifestRow("RZ473124829VN", ItemKind.DOSSIER_ENVELOPE, f"BC-261121-003-{n:04d}", 250)
            for n in range(1, count + 1)
        ),
    )


def invitation() -> InvitationView:
    return InvitationView(
        ordinal=1,
        office=OFFICE,
        item_number="RZ473124829VN",
        invited_at=AT,
        collect_until=date(2026, 12, 5),
        due_vnd=26_000,
        recipient_name="Nguyễn Thị Hồng Nhung",
        recipient_address="Ấp Bình Hòa, phường Long Bình, thành phố Cần Thơ",
    )


def return_receipt() -> ReturnReceiptView:
    return ReturnReceiptView(
        office=OFFICE,
        dossier_number="H13.104-261121-0001",
        item_number="RZ473124829VN",
        procedure_name="Đăng ký thành lập hộ kinh doanh",
        result_number="57A8001234",
        issued_on=date(2026, 11, 25),
        handed_over_at=AT,
        place="Ấp Bình Hòa, phường Long Bình",
        proof_text="Ký nhận, xuất trình căn cước (số cuối 0123)",
        deliverer_name="Đặng Quốc Thịnh",
        originals_withdrawn=1,
        owner_name="Nguyễn Thị Hồng Nhung",
        recipient_name="Nguyễn Hoàng Phước Ưỡng",
        relation="con",
    )
