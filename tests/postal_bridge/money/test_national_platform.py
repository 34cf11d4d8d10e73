"""The platform's messages: fields, code and times, and what is no notification."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.settings import SettingsWrong, read_settings
from postal_bridge.kernel.keys import Key, KeyRing, KeyState, Purpose
from postal_bridge.money.accounts import Purse
from postal_bridge.money.dues import Due
from postal_bridge.money.errors import BadSignature, NoticeUnreadable, PaymentDeclined
from postal_bridge.money.national_layout import shipped_layout
from postal_bridge.money.national_platform import NationalPlatform
from postal_bridge.money.ports import PlatformOrder
from postal_bridge.money.receiving import receiving_account
from tests.sandbox.cheating import Charge
from tests.sandbox.tongues import NationalTongue

RING = KeyRing.fresh()
SECRET = RING.active(Purpose.WEBHOOK).secret
PLATFORM = NationalPlatform("PB01", shipped_layout())
TONGUE = NationalTongue("PB01", SECRET)
AFTERNOON = datetime(2026, 3, 2, 6, 5, 9, tzinfo=UTC)  # 13:05:09 in Vietnam
CHARGE = Charge("PB7K2M9QX4ZD0A", 41_000, AFTERNOON, "77")


def order() -> PlatformOrder:
    dues = (
        Due(Purse.FARE, "result", "", None, 26_000),
        Due(Purse.FEE, "LP01", "Lệ phí cấp giấy", "le_phi", 15_000),
    )
    return PlatformOrder(
        CHARGE.reference, 41_000, AFTERNOON, "127.0.0.1", dues, "1.002835", "Cấp giấy",
        "H56.14", "Ủy ban nhân dân", "H56.14-260302-0001", "Lò Thị Mai", "", "",
        receiving_account(),
    )  # fmt: skip


def test_an_order_names_its_fees_and_writes_the_afternoon_with_24_hours() -> None:
    body = PLATFORM.order_body(order(), ring=RING)
    assert body["ThoiGianGD"] == "20260302130509"
    assert body["MaThamChieu"] == "PB7K2M9QX4ZD0A20260302130509"
    assert (body["SoTien"], body["PhienBan"], body["LoaiBanTin"]) == ("41000", "1.0.6", "INIT")
    slip = body["ThongTinBienLai"]
    assert [(fee["LoaiPhiLePhi"], fee["SoTien"]) for fee in slip["PhiLePhi"]] == [
        ("3", "26000"),
        ("2", "15000"),
    ]
    assert slip["TKThuHuong"] == receiving_account().account


def test_the_code_is_sha256_of_the_fields_in_their_order_and_the_secret() -> None:
    """Known answer, reckoned with sha256sum: fields and secret joined by "|"."""
    fields = {"MaDoiTac": "PB01", "MaThamChieu": "X", "ThoiGianGD": "20260302130509"}
    said = {"LoaiBanTin": "CONFIRM", "PhienBan": "1.0.6", **fields}
    ring = KeyRing({"k": Key("k", Purpose.WEBHOOK, KeyState.ACTIVE, b"bi-mat")})
    known = "b7830bc63504ce872a0e0c7b58a6b2079f9d86eed57da8b7d776447a60fa384b"
    assert PLATFORM.code("query", said, ring) == known


def read(**given: Any) -> Any:
    said = {**TONGUE.notice(CHARGE), **given}
    return PLATFORM.read(json.dumps(said).encode(), {}, ring=RING)


def test_a_notification_is_read_with_our_reference_and_its_time() -> None:
    notice = read()
    assert (notice.provider, notice.transaction) == ("national", "QG77")
    assert (notice.amount, notice.currency, notice.reference) == (41_000, "VND", CHARGE.reference)
    assert notice.account_key == "national-PB01"


def test_who_did_not_pay_is_no_credit() -> None:
    said = TONGUE.notice(CHARGE, status="2")
    assert not PLATFORM.read(json.dumps(said).encode(), {}, ring=RING).is_charge
    replied = json.dumps({**said, "error_code": "0"}).encode()
    assert PLATFORM.read_query_reply(replied, ring=RING) is None
    never = TONGUE.notice(replace(CHARGE, amount_vnd=0), status="2")
    with pytest.raises(PaymentDeclined):
        PLATFORM.read(json.dumps(never).encode(), {}, ring=RING)


@pytest.mark.parametrize(
    "spoil",
    [
        {"SoTien": "1"},
        {"MaXacThuc": ""},
        {"MaXacThuc": "é"},
        {"MaThamChieu": "PB0"},
        {"TrangThai": "2"},
    ],
)
def test_what_was_changed_on_the_way_is_refused(spoil: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        read(**spoil)


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b"{}", b'{"a": NaN}', b"\xff"])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        PLATFORM.read(body, {}, ring=RING)


@pytest.mark.parametrize(
    "charge",
    [
        Charge("PB7K2M9QX4ZD0A", 0, AFTERNOON, "1"),
        Charge("PB7K2M9QX4ZD0A", -41_000, AFTERNOON, "1"),
        Charge("PB7K2M9QX4ZD0A", 10**14, AFTERNOON, "1"),
        Charge("PB7K2M9QX4ZD0A", 41_000, AFTERNOON, "9" * 90),
    ],
)
def test_a_signed_message_out_of_shape_is_unreadable(charge: Charge) -> None:
    with pytest.raises(NoticeUnreadable):
        PLATFORM.read(json.dumps(TONGUE.notice(charge)).encode(), {}, ring=RING)


def test_another_partners_message_is_not_ours() -> None:
    other = NationalTongue("PB99", SECRET).notice(CHARGE)
    with pytest.raises(NoticeUnreadable):
        PLATFORM.read(json.dumps(other).encode(), {}, ring=RING)


@pytest.mark.parametrize(
    "lines",
    [
        'national_partner = "PB01"',
        'national_partner = "PB01"\nnational_url = "http://platform.example.gov.vn"',
        'national_partner = "PB01"\nnational_url = "https://a:b@platform.example.gov.vn"',
    ],
)
def test_citizens_data_is_told_to_nobody_in_the_clear(tmp_path: Path, lines: str) -> None:
    (tmp_path / "settings.toml").write_text(lines)
    with pytest.raises(SettingsWrong):
        read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})
